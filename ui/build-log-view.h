/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-log.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildLogView:
 *
 * What a build printed, with a filter, "Errors Only", "First Error" (F8) and "Save Log…". As long
 * as the reader is at the end it follows the end; scrolled up it stays where it is. Ctrl+C copies
 * the lines that are selected.
 */
#define HS_TYPE_BUILD_LOG_VIEW (hs_build_log_view_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildLogView, hs_build_log_view, HS, BUILD_LOG_VIEW, GtkBox)

GtkWidget *hs_build_log_view_new (void);
/* @log: (nullable). @name: what the file is called that it is saved as, without ".log". */
void hs_build_log_view_set_log (HsBuildLogView *self, HsBuildLog *log, const char *name);
/* TRUE while something may still be appended. */
void hs_build_log_view_set_live (HsBuildLogView *self, gboolean live);
void hs_build_log_view_show_line (HsBuildLogView *self, guint number); /* from 1 */
void hs_build_log_view_show_first_error (HsBuildLogView *self);
gboolean hs_build_log_view_get_following (HsBuildLogView *self);
GtkAdjustment *hs_build_log_view_get_place (HsBuildLogView *self);

G_END_DECLS
