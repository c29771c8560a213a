/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-counter.h"

#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum { ICON_PX = 44, SMALL_ICON_PX = 28 };

/* One figure and what it counts. */
typedef struct {
  GtkWidget *box;
  GtkWidget *icon; /* nullable */
  GtkLabel *figure;
  GtkLabel *name;
} Item;

enum { PASSED, FAILED, UNPROVEN, YIELD, PER_HOUR, LEFT, N_ITEMS };

struct _HsOperatorCounter {
  GtkBox parent_instance;

  Item items[N_ITEMS];
};

G_DEFINE_FINAL_TYPE (HsOperatorCounter, hs_operator_counter, GTK_TYPE_BOX)

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = hs_piece_label ("", css_class);

  gtk_label_set_xalign (GTK_LABEL (label), .5f);
  return label;
}

static void
add_item (HsOperatorCounter *self, Item *item, const HsShape *shape)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  item->figure = GTK_LABEL (new_label ("count"));
  item->name = GTK_LABEL (new_label ("count-name"));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (item->figure));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (item->name));
  item->box = g_object_new (
      GTK_TYPE_BOX, "spacing", 14, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  if (shape != NULL) {
    item->icon = hs_piece_icon (hs_shape_icon_name (*shape), ICON_PX, NULL);
    gtk_box_append (GTK_BOX (item->box), item->icon);
  } else {
    gtk_widget_set_hexpand (words, TRUE);
  }
  gtk_box_append (GTK_BOX (item->box), words);
  gtk_box_append (GTK_BOX (self), item->box);
}

static void
show (Item *item, const char *figure, const char *name)
{
  g_autofree char *spoken = g_strdup_printf ("%s %s", figure, name);

  gtk_label_set_label (item->figure, figure);
  gtk_label_set_label (item->name, name);
  hs_piece_name (item->box, spoken);
}

static void
show_count (Item *item, guint count, const char *name)
{
  g_autofree char *figure = hs_format_count (count);

  show (item, figure, name);
}

static void
hs_operator_counter_class_init (HsOperatorCounterClass *klass)
{
}

static void
hs_operator_counter_init (HsOperatorCounter *self)
{
  static const HsShape pass = HS_SHAPE_PASS, fail = HS_SHAPE_FAIL, unproven = HS_SHAPE_UNKNOWN;
  static const HsOperatorCounts nothing = { .yield = -1, .per_hour = -1 };

  gtk_box_set_spacing (GTK_BOX (self), 20);
  gtk_box_set_homogeneous (GTK_BOX (self), TRUE);
  add_item (self, &self->items[PASSED], &pass);
  add_item (self, &self->items[FAILED], &fail);
  add_item (self, &self->items[UNPROVEN], &unproven);
  add_item (self, &self->items[YIELD], NULL);
  add_item (self, &self->items[PER_HOUR], NULL);
  add_item (self, &self->items[LEFT], NULL);
  hs_operator_counter_set (self, &nothing);
}

GtkWidget *
hs_operator_counter_new (void)
{
  return g_object_new (HS_TYPE_OPERATOR_COUNTER, NULL);
}

static void
show_passed (HsOperatorCounter *self, const HsOperatorCounts *counts)
{
  g_autofree char *name = NULL;

  if (counts->already > 0)
    /* Translators: below the number of units that passed; so many of them carried it before */
    name = g_strdup_printf (ngettext ("passed, %u already", "passed, %u already", counts->already),
                            counts->already);
  show_count (&self->items[PASSED], counts->passed, name != NULL ? name : _ ("passed"));
}

static void
show_left (HsOperatorCounter *self, const HsOperatorCounts *counts)
{
  g_autofree char *quantity = hs_format_count (counts->quantity);
  /* Translators: below a number: (61) left of 100 */
  g_autofree char *name = g_strdup_printf (_ ("left of %s"), quantity);

  gtk_widget_set_visible (self->items[LEFT].box, counts->quantity > 0);
  show_count (&self->items[LEFT], counts->left, name);
}

void
hs_operator_counter_set (HsOperatorCounter *self, const HsOperatorCounts *counts)
{
  g_autofree char *yield = NULL, *per_hour = NULL;

  g_return_if_fail (HS_IS_OPERATOR_COUNTER (self));
  g_return_if_fail (counts != NULL);

  /* 99.96 % of very many is not all of them. */
  if (counts->yield >= 0)
    yield = g_strdup_printf (_ ("%.1f %%"),
                             counts->yield < 1 ? MIN (counts->yield * 100, 99.9) : 100.0);
  if (counts->per_hour >= 0)
    per_hour = g_strdup_printf ("%.0f", counts->per_hour);

  show_passed (self, counts);
  show_count (&self->items[FAILED], counts->failed, _ ("failed"));
  show_count (&self->items[UNPROVEN], counts->unproven, _ ("unproven"));
  gtk_widget_set_visible (self->items[UNPROVEN].box, counts->unproven > 0);
  show (&self->items[YIELD], yield != NULL ? yield : "–", _ ("yield"));
  show (&self->items[PER_HOUR], per_hour != NULL ? per_hour : "–", _ ("an hour"));
  show_left (self, counts);
}

void
hs_operator_counter_set_small (HsOperatorCounter *self, gboolean small)
{
  g_return_if_fail (HS_IS_OPERATOR_COUNTER (self));

  for (guint i = 0; i < N_ITEMS; i++)
    if (self->items[i].icon != NULL)
      gtk_image_set_pixel_size (GTK_IMAGE (self->items[i].icon), small ? SMALL_ICON_PX : ICON_PX);
}
