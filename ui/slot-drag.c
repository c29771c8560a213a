/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/slot-drag.h"

#include "ui/slot-actions.h"

/* What a card's drag and drop work on. */
typedef struct {
  HsSession *session; /* owned */
  HsSlot *slot;       /* owned */
} Place;

static void
place_free (gpointer data, GClosure *closure)
{
  Place *place = data;

  g_object_unref (place->session);
  g_object_unref (place->slot);
  g_free (place);
}

static Place *
place_new (HsSession *session, HsSlot *slot)
{
  Place *place = g_new (Place, 1);

  *place = (Place){ g_object_ref (session), g_object_ref (slot) };
  return place;
}

/* Unnamed ports have no place to give or take: they come last. */
static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, Place *place)
{
  GtkWidget *card = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  g_autoptr (GdkPaintable) icon = NULL;

  if (!hs_slot_get_named (place->slot))
    return NULL;

  icon = gtk_widget_paintable_new (card);
  gtk_drag_source_set_icon (source, icon, (int) x, (int) y);
  return gdk_content_provider_new_typed (HS_TYPE_SLOT, place->slot);
}

static GdkDragAction
motion_cb (GtkDropTarget *target, double x, double y, Place *place)
{
  const GValue *value = gtk_drop_target_get_value (target);
  gboolean fits = hs_slot_get_named (place->slot) && value != NULL &&
                  g_value_get_object (value) != (gpointer) place->slot;

  return fits ? GDK_ACTION_MOVE : 0;
}

/* The named slot behind @slot; NULL: it is the last. */
static HsSlot *
next_named (HsSession *session, HsSlot *slot)
{
  GListModel *slots = hs_session_get_slots (session);
  gboolean behind = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) other = g_list_model_get_item (slots, i);

    if (behind)
      return hs_slot_get_named (other) ? other : NULL;
    behind = other == slot;
  }
  return NULL;
}

static gboolean
stands_before (HsSession *session, HsSlot *one, HsSlot *other)
{
  GListModel *slots = hs_session_get_slots (session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    if (slot == one || slot == other)
      return slot == one;
  }
  return FALSE;
}

/* The dragged slot takes the place of the one it is dropped on. */
static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, Place *place)
{
  GtkWidget *card = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  HsSlot *dragged = g_value_get_object (value);
  g_autoptr (GError) error = NULL;
  HsSlot *before = place->slot;

  if (dragged == NULL || dragged == place->slot || !hs_slot_get_named (place->slot))
    return FALSE;
  if (stands_before (place->session, dragged, place->slot))
    before = next_named (place->session, place->slot);

  if (!hs_session_place_slot (place->session,
                              hs_slot_get_port (dragged),
                              before != NULL ? hs_slot_get_port (before) : NULL,
                              &error))
    hs_slot_show_error (card, error);
  return error == NULL;
}

void
hs_slot_drag_install (GtkWidget *card, HsSession *session, HsSlot *slot)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (HS_TYPE_SLOT, GDK_ACTION_MOVE);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_data (
      source, "prepare", G_CALLBACK (prepare_cb), place_new (session, slot), place_free, 0);
  gtk_drop_target_set_preload (target, TRUE);
  g_signal_connect_data (
      target, "motion", G_CALLBACK (motion_cb), place_new (session, slot), place_free, 0);
  g_signal_connect_data (
      target, "drop", G_CALLBACK (drop_cb), place_new (session, slot), place_free, 0);
  gtk_widget_add_controller (card, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (card, GTK_EVENT_CONTROLLER (target));
}
