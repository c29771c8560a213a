/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/place-row.h"

#include "ui/piece.h"

struct _HsPlaceRow {
  GtkListBoxRow parent_instance;

  char *id;
  char *title;
  GtkWidget *icon;
  GtkWidget *name;
  GtkWidget *badge;
  GtkWidget *dot;
  gboolean live;
  gboolean rail;
};

G_DEFINE_FINAL_TYPE (HsPlaceRow, hs_place_row, GTK_TYPE_LIST_BOX_ROW)

static void
update (HsPlaceRow *self)
{
  const char *text = gtk_label_get_label (GTK_LABEL (self->badge));
  g_autofree char *spoken =
      *text != '\0' ? g_strdup_printf ("%s, %s", self->title, text) : g_strdup (self->title);

  hs_piece_name (GTK_WIDGET (self), spoken);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->rail ? spoken : NULL);
  gtk_widget_set_visible (self->name, !self->rail);
  gtk_widget_set_visible (self->badge, !self->rail && *text != '\0');
  gtk_widget_set_visible (self->dot, self->rail && self->live);
  gtk_image_set_pixel_size (GTK_IMAGE (self->icon), self->rail ? 20 : 16);
  gtk_widget_set_hexpand (self->icon, self->rail);
}

static void
hs_place_row_finalize (GObject *object)
{
  HsPlaceRow *self = HS_PLACE_ROW (object);

  g_free (self->id);
  g_free (self->title);

  G_OBJECT_CLASS (hs_place_row_parent_class)->finalize (object);
}

static void
hs_place_row_class_init (HsPlaceRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_place_row_finalize;
}

static void
hs_place_row_init (HsPlaceRow *self)
{
  GtkWidget *overlay = gtk_overlay_new ();
  GtkWidget *box;

  self->icon = hs_piece_icon (NULL, 16, NULL);
  self->name = hs_piece_label (NULL, NULL);
  self->badge = hs_piece_label (NULL, "badge");
  self->dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_widget_set_valign (self->badge, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->dot, "live-dot");
  gtk_widget_set_halign (self->dot, GTK_ALIGN_END);
  gtk_widget_set_valign (self->dot, GTK_ALIGN_START);

  box = hs_piece_row (12, self->icon, self->name, self->badge, NULL);
  gtk_overlay_set_child (GTK_OVERLAY (overlay), box);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->dot);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), overlay);
}

GtkWidget *
hs_place_row_new (const char *id, const char *title, const char *icon_name)
{
  HsPlaceRow *self = g_object_new (HS_TYPE_PLACE_ROW, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_label_set_label (GTK_LABEL (self->name), title);
  update (self);
  return GTK_WIDGET (self);
}

const char *
hs_place_row_get_id (HsPlaceRow *self)
{
  g_return_val_if_fail (HS_IS_PLACE_ROW (self), NULL);

  return self->id;
}

/* @text: (nullable): "1 204", or with @live "1 running" in a blue pill. */
void
hs_place_row_set_badge (HsPlaceRow *self, const char *text, gboolean live)
{
  g_return_if_fail (HS_IS_PLACE_ROW (self));

  gtk_label_set_label (GTK_LABEL (self->badge), text != NULL ? text : "");
  self->live = live;
  if (live)
    gtk_widget_add_css_class (self->badge, "live");
  else
    gtk_widget_remove_css_class (self->badge, "live");
  update (self);
}

void
hs_place_row_set_rail (HsPlaceRow *self, gboolean rail)
{
  g_return_if_fail (HS_IS_PLACE_ROW (self));

  self->rail = rail;
  update (self);
}
