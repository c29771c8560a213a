/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/unit-life.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsRecallRowView:
 *
 * One unit in the list of a recall: who it is, what of it it carries and since when, where it is.
 */
#define HS_TYPE_RECALL_ROW_VIEW (hs_recall_row_view_get_type ())
G_DECLARE_FINAL_TYPE (HsRecallRowView, hs_recall_row_view, HS, RECALL_ROW_VIEW, GtkBox)

GtkWidget *hs_recall_row_new (void);
void hs_recall_row_view_set (HsRecallRowView *self, const HsRecallRow *row);

G_END_DECLS
