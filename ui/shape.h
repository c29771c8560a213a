/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/slot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Every meaning has its own silhouette and colour; the words beside it speak. */
typedef enum {
  HS_SHAPE_EMPTY,     /* dashed ring, grey */
  HS_SHAPE_READY,     /* target, blue */
  HS_SHAPE_CANT,      /* target, grey */
  HS_SHAPE_BOOT,      /* chip, blue */
  HS_SHAPE_WORK,      /* open ring with arrow, blue */
  HS_SHAPE_PASS,      /* round tick, green */
  HS_SHAPE_FAIL,      /* octagon cross, red */
  HS_SHAPE_ATTENTION, /* triangle, amber */
  HS_SHAPE_UNKNOWN,   /* diamond with question mark, amber */
  HS_SHAPE_NO_ACCESS, /* padlock, amber */
  HS_SHAPE_STOPPED,   /* square, grey */
  HS_N_SHAPES
} HsShape;

GtkWidget *hs_shape_new (HsShape shape, int pixel_size);
void hs_shape_set (GtkImage *image, HsShape shape);
const char *hs_shape_icon_name (HsShape shape);
const char *hs_shape_css_class (HsShape shape);
HsShape hs_shape_for_state (HsSlotState state);
HsShape hs_shape_for_outcome (HsOutcome outcome);

G_END_DECLS
