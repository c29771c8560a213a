/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-queue-rows.h"

#include "ui/build-words.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsBuildQueueRows {
  GtkBox parent_instance;

  HsBuildWatch *watch; /* owned */
  GArray *shown;       /* guint: positions in the queue, of the buttons in order */
};

G_DEFINE_FINAL_TYPE (HsBuildQueueRows, hs_build_queue_rows, GTK_TYPE_BOX)

/* What came to nothing is said until the next build. */
static gboolean
is_shown (HsBuildQueueRows *self, guint position)
{
  HsBuildRun *run = hs_build_watch_nth (self->watch, position);

  if (!hs_build_words_is_over (run))
    return TRUE;
  return position + 1 == hs_build_watch_get_n (self->watch) &&
         hs_build_run_get_state (run) == HS_BUILD_FAILED;
}

static void
clicked_cb (GtkButton *button, HsBuildQueueRows *self)
{
  guint position = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "position"));

  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-build-run", "u", position);
}

static GtkWidget *
make_button (HsBuildQueueRows *self, guint position)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *shape = hs_shape_new (HS_SHAPE_EMPTY, 18);
  GtkWidget *label = hs_piece_label (NULL, "figure");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_button_set_child (GTK_BUTTON (button), hs_piece_row (10, shape, label, NULL));
  gtk_widget_set_tooltip_text (button, _ ("Show how far it is"));
  g_object_set_data (G_OBJECT (button), "position", GUINT_TO_POINTER (position));
  g_object_set_data (G_OBJECT (button), "shape", shape);
  g_object_set_data (G_OBJECT (button), "label", label);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  return button;
}

static void
fill_button (HsBuildQueueRows *self, GtkWidget *button, guint position)
{
  HsBuildRun *run = hs_build_watch_nth (self->watch, position);
  const char *target = hs_build_run_get_request (run)->target;
  g_autofree char *text = hs_build_words_short (run);
  g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b> · %s", target, text);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", target, text);

  hs_shape_set (g_object_get_data (G_OBJECT (button), "shape"), hs_build_words_shape (run));
  gtk_label_set_markup (g_object_get_data (G_OBJECT (button), "label"), markup);
  hs_piece_name (button, spoken);
}

static void
changed_cb (HsBuildQueueRows *self)
{
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = hs_build_watch_get_n (self->watch);
  GtkWidget *child;

  for (guint i = 0; i < n; i++)
    if (is_shown (self, i))
      g_array_append_val (wanted, i);

  if (wanted->len != self->shown->len ||
      (wanted->len > 0 &&
       memcmp (wanted->data, self->shown->data, wanted->len * sizeof (guint)) != 0)) {
    hs_piece_clear (GTK_WIDGET (self));
    for (guint i = 0; i < wanted->len; i++)
      gtk_box_append (GTK_BOX (self), make_button (self, g_array_index (wanted, guint, i)));
    g_array_unref (self->shown);
    self->shown = g_array_ref (wanted);
  }
  child = gtk_widget_get_first_child (GTK_WIDGET (self));
  for (guint i = 0; child != NULL; child = gtk_widget_get_next_sibling (child), i++)
    fill_button (self, child, g_array_index (self->shown, guint, i));
  gtk_widget_set_visible (GTK_WIDGET (self), self->shown->len > 0);
}

static void
hs_build_queue_rows_dispose (GObject *object)
{
  g_clear_object (&HS_BUILD_QUEUE_ROWS (object)->watch);
  G_OBJECT_CLASS (hs_build_queue_rows_parent_class)->dispose (object);
}

static void
hs_build_queue_rows_finalize (GObject *object)
{
  g_array_unref (HS_BUILD_QUEUE_ROWS (object)->shown);
  G_OBJECT_CLASS (hs_build_queue_rows_parent_class)->finalize (object);
}

static void
hs_build_queue_rows_class_init (HsBuildQueueRowsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_build_queue_rows_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_build_queue_rows_finalize;
}

static void
hs_build_queue_rows_init (HsBuildQueueRows *self)
{
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_set_margin_start (GTK_WIDGET (self), 10);
  gtk_widget_set_margin_end (GTK_WIDGET (self), 10);
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 8);
}

GtkWidget *
hs_build_queue_rows_new (HsBuildWatch *watch)
{
  HsBuildQueueRows *self = g_object_new (HS_TYPE_BUILD_QUEUE_ROWS, NULL);

  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}
