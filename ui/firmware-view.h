/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/sdk.h"
#include "app/firmware/tree.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is shown of a firmware tree; each returns a floating reference. Buttons activate the
 * window's actions firmware.forget and firmware.do with the id of an HsFirmwareAction. */
/* @moved: nullable: what is to be said of an edit that broke off elsewhere */
GtkWidget *hs_firmware_view_new_state (HsTree *tree, guint n_taken_back, const char *moved);
GtkWidget *hs_firmware_view_new_board (HsTree *tree, const HsTreeBoard *board);
GtkWidget *hs_firmware_view_new_needs (GPtrArray *needs, const char *target);

G_END_DECLS
