/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/strip-cells.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsFlashStrip:
 *
 * A camera's flash drawn as one cell per erase unit, with gaps between partitions. It shows only
 * what is known: see #HsCell. Properties: "cell-height" in pixels, "show-names". The accessible
 * role is fixed at construction: progress-bar where a job can run, img elsewhere. With "focusable"
 * the arrow keys walk its cells.
 */
#define HS_TYPE_FLASH_STRIP (hs_flash_strip_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashStrip, hs_flash_strip, HS, FLASH_STRIP, GtkWidget)

GtkWidget *hs_flash_strip_new (GtkAccessibleRole role);
void hs_flash_strip_set_cell_height (HsFlashStrip *self, int pixels);
void hs_flash_strip_set_show_names (HsFlashStrip *self, gboolean show_names);
void hs_flash_strip_set_plain (HsFlashStrip *self, gboolean plain);

/* Each replaces what was shown. */
void hs_flash_strip_set_board (HsFlashStrip *self, const HsBoard *board);
void hs_flash_strip_set_job (HsFlashStrip *self, HsJob *job);
void hs_flash_strip_set_unit (HsFlashStrip *self, const HsBoard *board, HsUnit *unit);
void hs_flash_strip_set_plan (HsFlashStrip *self,
                              const HsBoard *board,
                              HsBuild *build,
                              guint64 roles,
                              gboolean erase_filesystem);
void hs_flash_strip_take_cells (HsFlashStrip *self, HsStripCells *cells);

/* One cell as the strip draws it, for legends. */
GtkWidget *hs_flash_cell_new (HsCell cell);

G_END_DECLS
