/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/shape.h"

/* clang-format off */
static const struct {
  const char *icon;
  const char *css_class;
} shapes[HS_N_SHAPES] = {
  [HS_SHAPE_EMPTY]     = { "hs-empty-symbolic",     "idle" },
  [HS_SHAPE_READY]     = { "hs-ready-symbolic",     "work" },
  [HS_SHAPE_CANT]      = { "hs-ready-symbolic",     "idle" },
  [HS_SHAPE_BOOT]      = { "hs-boot-symbolic",      "work" },
  [HS_SHAPE_WORK]      = { "hs-work-symbolic",      "work" },
  [HS_SHAPE_PASS]      = { "hs-pass-symbolic",      "ok" },
  [HS_SHAPE_FAIL]      = { "hs-fail-symbolic",      "bad" },
  [HS_SHAPE_ATTENTION] = { "hs-attention-symbolic", "warn" },
  [HS_SHAPE_UNKNOWN]   = { "hs-unknown-symbolic",   "warn" },
  [HS_SHAPE_NO_ACCESS] = { "hs-noaccess-symbolic",  "warn" },
  [HS_SHAPE_STOPPED]   = { "hs-stop-symbolic",      "idle" },
};

static const HsShape state_shapes[] = {
  [HS_SLOT_EMPTY]       = HS_SHAPE_EMPTY,
  [HS_SLOT_READY]       = HS_SHAPE_READY,
  [HS_SLOT_UP_TO_DATE]  = HS_SHAPE_READY,
  [HS_SLOT_HELD]        = HS_SHAPE_BOOT,
  [HS_SLOT_WORKING]     = HS_SHAPE_WORK,
  [HS_SLOT_SLOW]        = HS_SHAPE_ATTENTION,
  [HS_SLOT_PASSED]      = HS_SHAPE_PASS,
  [HS_SLOT_FAILED]      = HS_SHAPE_FAIL,
  [HS_SLOT_CANCELLED]   = HS_SHAPE_STOPPED,
  [HS_SLOT_UNPROVEN]    = HS_SHAPE_UNKNOWN,
  [HS_SLOT_REFUSED]     = HS_SHAPE_ATTENTION,
  [HS_SLOT_WRONG_BOARD] = HS_SHAPE_ATTENTION,
  [HS_SLOT_INTERRUPTED] = HS_SHAPE_UNKNOWN,
  [HS_SLOT_WHICH_UNIT]  = HS_SHAPE_UNKNOWN,
  [HS_SLOT_NO_ACCESS]   = HS_SHAPE_NO_ACCESS,
  [HS_SLOT_BUSY]        = HS_SHAPE_NO_ACCESS,
  [HS_SLOT_NO_METHOD]   = HS_SHAPE_CANT,
  [HS_SLOT_WAITING]     = HS_SHAPE_ATTENTION,
  [HS_SLOT_DIFFERS]     = HS_SHAPE_ATTENTION,
};

static const HsShape outcome_shapes[] = {
  [HS_OUTCOME_NONE]        = HS_SHAPE_WORK,
  [HS_OUTCOME_PASSED]      = HS_SHAPE_PASS,
  [HS_OUTCOME_FAILED]      = HS_SHAPE_FAIL,
  [HS_OUTCOME_CANCELLED]   = HS_SHAPE_STOPPED,
  [HS_OUTCOME_REFUSED]     = HS_SHAPE_ATTENTION,
  [HS_OUTCOME_UNPROVEN]    = HS_SHAPE_UNKNOWN,
  [HS_OUTCOME_INTERRUPTED] = HS_SHAPE_UNKNOWN,
};
/* clang-format on */

const char *
hs_shape_icon_name (HsShape shape)
{
  g_return_val_if_fail (shape < HS_N_SHAPES, NULL);

  return shapes[shape].icon;
}

/* "ok" "bad" "warn" "work" "idle": the colour with that meaning. */
const char *
hs_shape_css_class (HsShape shape)
{
  g_return_val_if_fail (shape < HS_N_SHAPES, NULL);

  return shapes[shape].css_class;
}

HsShape
hs_shape_for_state (HsSlotState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_shapes), HS_SHAPE_EMPTY);

  return state_shapes[state];
}

HsShape
hs_shape_for_outcome (HsOutcome outcome)
{
  g_return_val_if_fail (outcome < G_N_ELEMENTS (outcome_shapes), HS_SHAPE_UNKNOWN);

  return outcome_shapes[outcome];
}

/* Shows @shape; takes away the colour of another one. */
void
hs_shape_set (GtkImage *image, HsShape shape)
{
  g_return_if_fail (GTK_IS_IMAGE (image));
  g_return_if_fail (shape < HS_N_SHAPES);

  for (guint i = 0; i < HS_N_SHAPES; i++)
    gtk_widget_remove_css_class (GTK_WIDGET (image), shapes[i].css_class);
  gtk_widget_add_css_class (GTK_WIDGET (image), shapes[shape].css_class);
  gtk_image_set_from_icon_name (image, shapes[shape].icon);
}

/**
 * hs_shape_new:
 * @shape: which
 * @pixel_size: 16 in rows, 38 on cards
 *
 * Returns: an image that assistive technology passes over
 */
GtkWidget *
hs_shape_new (HsShape shape, int pixel_size)
{
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE,
                                   "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                   "pixel-size",
                                   pixel_size,
                                   NULL);

  hs_shape_set (GTK_IMAGE (image), shape);
  return image;
}
