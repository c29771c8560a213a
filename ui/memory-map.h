/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One block in a region of memory. */
typedef struct {
  char *label; /* short: "FB" */
  guint64 size;
  gboolean movable;
} HsMapPiece;

void hs_map_piece_free (HsMapPiece *self);

/**
 * HsMemoryMap:
 *
 * A region of memory as a bar, its blocks side by side, what was before as a thin bar above. What
 * is too much stands out red at the right. The words beside it speak.
 */
#define HS_TYPE_MEMORY_MAP (hs_memory_map_get_type ())
G_DECLARE_FINAL_TYPE (HsMemoryMap, hs_memory_map, HS, MEMORY_MAP, GtkWidget)

GtkWidget *hs_memory_map_new (guint64 length);
/* (element-type HsMapPiece), both (transfer full); @before: nullable, the same as @pieces */
void hs_memory_map_set (HsMemoryMap *self, GPtrArray *pieces, GPtrArray *before);

G_END_DECLS
