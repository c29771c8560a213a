/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-bus.h"

#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { MAX_SHOWN = 12, MAX_CHARS = 44 };

struct _HsGuideBus {
  GtkBox parent_instance;

  GtkLabel *place;
  GtkWidget *list;
  GtkAdjustment *scrolled;

  HsSession *session; /* owned */
  HsGuide *guide;     /* owned */
  guint scroll_source;
};

G_DEFINE_FINAL_TYPE (HsGuideBus, hs_guide_bus, GTK_TYPE_BOX)

static GtkWidget *
event (const char *when, const char *text, const char *meaning, gboolean now)
{
  /* Translators: a time or "now", what the bus shows: "14:07:31 application" */
  g_autofree char *short_name = g_strdup_printf (_ ("%s %s"), when, text);
  g_autofree char *name =
      meaning != NULL ? g_strdup_printf ("%s: %s", short_name, meaning) : g_strdup (short_name);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row = g_object_new (GTK_TYPE_BOX,
                                 "spacing",
                                 9,
                                 "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_LIST_ITEM,
                                 "valign",
                                 GTK_ALIGN_CENTER,
                                 NULL);

  gtk_box_append (GTK_BOX (row), hs_piece_label (when, "figure dim-label caption"));
  gtk_box_append (GTK_BOX (words), hs_piece_label (text, NULL));
  if (meaning != NULL) {
    GtkWidget *label = hs_piece_label (meaning, "caption");

    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_CHARS);
    gtk_widget_set_tooltip_text (row, meaning);
    gtk_box_append (GTK_BOX (words), label);
  }
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), words);
  hs_piece_set_classes (row, "bus-event");
  hs_piece_set_classes (row, meaning != NULL ? "wrong" : now ? "now" : NULL);
  hs_piece_name (row, name);
  return row;
}

static GtkWidget *
sight_event (HsGuideSight *sight, gboolean now)
{
  g_autofree char *time = hs_format_clock_seconds (hs_guide_sight_get_time (sight));

  return event (now ? _ ("now") : time,
                hs_guide_sight_get_text (sight),
                hs_guide_sight_get_meaning (sight),
                now);
}

static void
fill (HsGuideBus *self)
{
  GListModel *sights = hs_guide_get_sights (self->guide);
  guint n = g_list_model_get_n_items (sights);

  hs_piece_clear (self->list);
  for (guint i = n > MAX_SHOWN ? n - MAX_SHOWN : 0; i < n; i++) {
    g_autoptr (HsGuideSight) sight = g_list_model_get_item (sights, i);

    if (gtk_widget_get_first_child (self->list) != NULL)
      gtk_box_append (GTK_BOX (self->list), hs_piece_icon ("go-next-symbolic", 12, "idle"));
    gtk_box_append (GTK_BOX (self->list), sight_event (sight, i + 1 == n));
  }
  if (n == 0)
    gtk_box_append (GTK_BOX (self->list), event (_ ("now"), _ ("nothing"), NULL, TRUE));
}

static void
update_place (HsGuideBus *self)
{
  const char *port = hs_guide_get_port (self->guide);
  HsSlot *slot = port != NULL ? hs_session_find_slot (self->session, port) : NULL;
  g_autofree char *name = NULL;

  if (slot != NULL)
    /* Translators: name of a slot */
    name = g_strdup_printf (_ ("On %s"), hs_slot_get_name (slot));
  else if (port != NULL)
    name = g_strdup_printf (_ ("On port %s"), port);
  gtk_label_set_label (self->place, name != NULL ? name : _ ("On the bus"));
}

static gboolean
scroll_cb (gpointer data)
{
  HsGuideBus *self = data;

  self->scroll_source = 0;
  gtk_adjustment_set_value (self->scrolled,
                            gtk_adjustment_get_upper (self->scrolled) -
                                gtk_adjustment_get_page_size (self->scrolled));
  return G_SOURCE_REMOVE;
}

/* The newest stays in sight. The range changes in the middle of an allocation: wait for its end. */
static void
range_changed_cb (HsGuideBus *self)
{
  if (self->scroll_source == 0)
    self->scroll_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE + 30, scroll_cb, self, NULL);
}

static void
hs_guide_bus_dispose (GObject *object)
{
  HsGuideBus *self = HS_GUIDE_BUS (object);

  g_clear_handle_id (&self->scroll_source, g_source_remove);
  g_clear_object (&self->guide);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_guide_bus_parent_class)->dispose (object);
}

static void
hs_guide_bus_class_init (HsGuideBusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_guide_bus_dispose;
}

static void
hs_guide_bus_init (HsGuideBus *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_box_set_spacing (GTK_BOX (self), 10);
  hs_piece_set_classes (GTK_WIDGET (self), "bus-strip");
  self->place = GTK_LABEL (hs_piece_label (NULL, "caption-up idle"));
  self->list =
      g_object_new (GTK_TYPE_BOX, "spacing", 8, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST, NULL);
  hs_piece_name (self->list, _ ("What the bus shows"));
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  gtk_widget_set_hexpand (scroll, TRUE);
  gtk_widget_set_size_request (scroll, -1, 44);
  self->scrolled = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (scroll));
  g_signal_connect_object (
      self->scrolled, "changed", G_CALLBACK (range_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self), hs_piece_icon ("hs-usb-symbolic", 18, "idle"));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->place));
  gtk_box_append (GTK_BOX (self), scroll);
}

void
hs_guide_bus_set_guide (HsGuideBus *self, HsSession *session, HsGuide *guide)
{
  g_return_if_fail (HS_IS_GUIDE_BUS (self));
  g_return_if_fail (self->guide == NULL);

  self->session = g_object_ref (session);
  self->guide = g_object_ref (guide);
  g_signal_connect_object (
      hs_guide_get_sights (guide), "items-changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (guide, "changed", G_CALLBACK (update_place), self, G_CONNECT_SWAPPED);
  fill (self);
  update_place (self);
}
