/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsFlashJobRow:
 *
 * One camera while it is flashed, and how it ended: who it is, its flash, what happens, what its
 * LED does meanwhile, and Details.
 */
#define HS_TYPE_FLASH_JOB_ROW (hs_flash_job_row_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashJobRow, hs_flash_job_row, HS, FLASH_JOB_ROW, GtkBox)

GtkWidget *hs_flash_job_row_new (HsSession *session, HsJob *job, gboolean result);
void hs_flash_job_row_tick (HsFlashJobRow *self);

char *hs_flash_time_left (double seconds); /* "0:14" */

G_END_DECLS
