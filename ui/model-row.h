/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HsModelRow:
 *
 * One row of a list. It exists before its data does; "item" notifies when the data has been read.
 */
#define HS_TYPE_MODEL_ROW (hs_model_row_get_type ())
G_DECLARE_FINAL_TYPE (HsModelRow, hs_model_row, HS, MODEL_ROW, GObject)

/* Told before the row is freed; its id is still there. */
typedef void (*HsModelRowGone) (gpointer model, HsModelRow *self);

HsModelRow *hs_model_row_new (const char *id, HsModelRowGone gone, gpointer model);
void hs_model_row_set_item (HsModelRow *self, gpointer item);
void hs_model_row_forget_model (HsModelRow *self);
const char *hs_model_row_get_id (HsModelRow *self);
gpointer hs_model_row_get_item (HsModelRow *self); /* nullable; borrowed */

G_END_DECLS
