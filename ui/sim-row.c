/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/sim-row.h"

#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { MAX_NUMBER = 100000, OFF = 0, NO_BLOCK = -1 };

struct _HsSimRow {
  AdwActionRow parent_instance;

  GtkDropDown *fault;
  GtkSpinButton *number; /* of the request or block */
  GtkDropDown *port;
  GtkSwitch *plugged;

  GStrv ports; /* in the order of @port's menu */
  HsSession *session;
  guint n; /* of the bus's cameras */
  gboolean updating;
};

G_DEFINE_FINAL_TYPE (HsSimRow, hs_sim_row, ADW_TYPE_ACTION_ROW)

static HsSimBus *
bus_of (HsSimRow *self)
{
  return hs_session_get_sim_bus (self->session);
}

static int
off_value (const HsSimFault *fault)
{
  return fault->kind == HS_SIM_FAULT_BLOCK ? NO_BLOCK : OFF;
}

/* The first position of the menu is "nothing". */
static const HsSimFault *
chosen_fault (HsSimRow *self)
{
  guint position = gtk_drop_down_get_selected (self->fault);

  return position == 0 || position == GTK_INVALID_LIST_POSITION ? NULL
                                                                : hs_sim_fault_nth (position - 1);
}

/* One thing is broken at a time: what happens then can be understood. */
static void
apply (HsSimRow *self)
{
  const HsSimFault *chosen = chosen_fault (self), *fault;
  gboolean numbered = chosen != NULL && chosen->kind != HS_SIM_FAULT_SWITCH;

  gtk_widget_set_visible (GTK_WIDGET (self->number), numbered);
  if (self->updating)
    return;

  for (guint i = 0; (fault = hs_sim_fault_nth (i)) != NULL; i++)
    hs_sim_bus_set_fault (bus_of (self), self->n, fault->name, off_value (fault));
  if (chosen != NULL)
    hs_sim_bus_set_fault (bus_of (self),
                          self->n,
                          chosen->name,
                          numbered ? gtk_spin_button_get_value_as_int (self->number) : 1);
}

static gboolean
plug_cb (HsSimRow *self, gboolean plugged)
{
  if (!self->updating && plugged)
    hs_sim_bus_plug (bus_of (self), self->n);
  else if (!self->updating)
    hs_sim_bus_unplug (bus_of (self), self->n);
  return FALSE;
}

/* -- at which port ------------------------------------------------------------------------------
 */

static int
compare_ports (gconstpointer a, gconstpointer b)
{
  return hs_usb_port_compare (*(const char *const *) a, *(const char *const *) b);
}

/* Every port that some camera of the bench has, plugged in or not. */
static GStrv
dup_ports (HsSimRow *self)
{
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < hs_sim_bus_get_n_cameras (bus_of (self)); i++) {
    g_autofree char *port = hs_sim_bus_dup_port (bus_of (self), i);

    if (!g_ptr_array_find_with_equal_func (ports, port, g_str_equal, NULL))
      g_ptr_array_add (ports, g_steal_pointer (&port));
  }
  g_ptr_array_sort (ports, compare_ports);
  g_ptr_array_add (ports, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&ports), FALSE);
}

static GtkStringList *
port_names (HsSimRow *self)
{
  GtkStringList *names = gtk_string_list_new (NULL);

  for (guint i = 0; self->ports[i] != NULL; i++) {
    HsSlot *slot = hs_session_find_slot (self->session, self->ports[i]);

    gtk_string_list_append (names, slot != NULL ? hs_slot_get_name (slot) : self->ports[i]);
  }
  return names;
}

static void
update_ports (HsSimRow *self, const char *here)
{
  g_auto (GStrv) ports = dup_ports (self);

  if (self->ports == NULL ||
      !g_strv_equal ((const char *const *) ports, (const char *const *) self->ports)) {
    g_autoptr (GtkStringList) names = NULL;

    g_strfreev (self->ports);
    self->ports = g_steal_pointer (&ports);
    names = port_names (self);
    gtk_drop_down_set_model (self->port, G_LIST_MODEL (names));
  }
  for (guint i = 0; self->ports[i] != NULL; i++)
    if (g_str_equal (self->ports[i], here))
      gtk_drop_down_set_selected (self->port, i);
}

/* As a person takes the next camera from the tray: what was there comes out first. */
static void
port_cb (HsSimRow *self)
{
  guint chosen = gtk_drop_down_get_selected (self->port);
  g_autofree char *here = hs_sim_bus_dup_port (bus_of (self), self->n);

  if (self->updating || chosen >= g_strv_length (self->ports) ||
      g_str_equal (self->ports[chosen], here))
    return;
  hs_sim_bus_plug_at (bus_of (self), self->n, self->ports[chosen]);
}

static GtkStringList *
fault_names (void)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  const HsSimFault *fault;

  gtk_string_list_append (names, _ ("Nothing goes wrong"));
  for (guint i = 0; (fault = hs_sim_fault_nth (i)) != NULL; i++)
    gtk_string_list_append (names, _ (fault->label));
  return names;
}

static void
update_fault (HsSimRow *self)
{
  const HsSimFault *fault;

  for (guint i = 0; (fault = hs_sim_fault_nth (i)) != NULL; i++) {
    int value = hs_sim_bus_get_fault (bus_of (self), self->n, fault->name);

    if (value == off_value (fault))
      continue;
    gtk_drop_down_set_selected (self->fault, i + 1);
    if (fault->kind != HS_SIM_FAULT_SWITCH)
      gtk_spin_button_set_value (self->number, value);
    return;
  }
  /* A fault that has happened is over: the cable can come out only once. */
  gtk_drop_down_set_selected (self->fault, 0);
}

/**
 * hs_sim_row_update:
 * @self: a row
 *
 * Call after the bus changed.
 */
void
hs_sim_row_update (HsSimRow *self)
{
  HsSimCamera *camera = hs_sim_bus_get_camera (bus_of (self), self->n);
  g_autofree char *port = hs_sim_bus_dup_port (bus_of (self), self->n);
  HsSlot *slot = hs_session_find_slot (self->session, port);
  gboolean plugged = hs_sim_camera_is_plugged (camera);
  g_autofree char *serial = hs_format_serial_short_markup (hs_sim_camera_get_id (camera));
  g_autofree char *sub = NULL;

  g_return_if_fail (HS_IS_SIM_ROW (self));

  /* Translators: the name of a slot, and the end of a serial */
  sub = g_strdup_printf (_ ("%s · %s"), slot != NULL ? hs_slot_get_name (slot) : port, serial);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), sub);
  self->updating = TRUE;
  update_ports (self, port);
  gtk_switch_set_active (self->plugged, plugged);
  if (!gtk_widget_has_focus (GTK_WIDGET (self->number)))
    update_fault (self);
  self->updating = FALSE;
}

static void
hs_sim_row_dispose (GObject *object)
{
  g_clear_object (&HS_SIM_ROW (object)->session);

  G_OBJECT_CLASS (hs_sim_row_parent_class)->dispose (object);
}

static void
hs_sim_row_finalize (GObject *object)
{
  g_strfreev (HS_SIM_ROW (object)->ports);

  G_OBJECT_CLASS (hs_sim_row_parent_class)->finalize (object);
}

static void
hs_sim_row_class_init (HsSimRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_sim_row_finalize;
  G_OBJECT_CLASS (klass)->dispose = hs_sim_row_dispose;
}

static void
hs_sim_row_init (HsSimRow *self)
{
  GtkWidget *fault = gtk_drop_down_new (G_LIST_MODEL (fault_names ()), NULL);
  GtkWidget *number = gtk_spin_button_new_with_range (0, MAX_NUMBER, 1);
  GtkWidget *port = gtk_drop_down_new (NULL, NULL);
  GtkWidget *plugged = gtk_switch_new ();

  self->fault = GTK_DROP_DOWN (fault);
  self->number = GTK_SPIN_BUTTON (number);
  self->port = GTK_DROP_DOWN (port);
  self->plugged = GTK_SWITCH (plugged);
  gtk_widget_set_valign (port, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (port, _ ("Plug it in at another port"));
  gtk_widget_set_valign (fault, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (fault, 220, -1);
  gtk_widget_set_valign (number, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (plugged, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (number, FALSE);
  gtk_spin_button_set_value (self->number, 40);
  gtk_widget_set_tooltip_text (plugged, _ ("Plugged in"));

  adw_action_row_add_suffix (ADW_ACTION_ROW (self), fault);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), number);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), port);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), plugged);
  g_signal_connect_swapped (fault, "notify::selected", G_CALLBACK (apply), self);
  g_signal_connect_swapped (number, "value-changed", G_CALLBACK (apply), self);
  g_signal_connect_swapped (port, "notify::selected", G_CALLBACK (port_cb), self);
  g_signal_connect_data (plugged, "state-set", G_CALLBACK (plug_cb), self, NULL, G_CONNECT_SWAPPED);
}

GtkWidget *
hs_sim_row_new (HsSession *session, guint n)
{
  HsSimRow *self = g_object_new (HS_TYPE_SIM_ROW, NULL);
  HsSimCamera *camera = hs_sim_bus_get_camera (hs_session_get_sim_bus (session), n);
  const char *board = _ (hs_sim_camera_get_board (camera)->name);
  const char *id = hs_sim_camera_get_id (camera);
  gsize length = strlen (id);
  const char *last = length > 4 ? id + length - 4 : id;
  /* Translators: a board, and the last digits of a serial */
  g_autofree char *who = g_strdup_printf (_ ("%s, …%s"), board, last);
  g_autofree char *broken = g_strdup_printf (_ ("What is broken about %s"), who);
  g_autofree char *number = g_strdup_printf (_ ("At which request or block, %s"), who);
  g_autofree char *port = g_strdup_printf (_ ("Port of %s"), who);
  g_autofree char *plugged = g_strdup_printf (_ ("%s is plugged in"), who);

  self->session = g_object_ref (session);
  self->n = n;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), board);
  hs_piece_name (self->fault, broken);
  hs_piece_name (gtk_widget_get_first_child (GTK_WIDGET (self->fault)), broken);
  hs_piece_name (GTK_WIDGET (self->number), number);
  hs_piece_name (self->port, port);
  hs_piece_name (gtk_widget_get_first_child (GTK_WIDGET (self->port)), port);
  hs_piece_name (GTK_WIDGET (self->plugged), plugged);
  hs_sim_row_update (self);
  return GTK_WIDGET (self);
}
