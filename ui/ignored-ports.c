/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/ignored-ports.h"

#include "ui/piece.h"
#include "ui/slot-actions.h"

#include <glib/gi18n-lib.h>

struct _HsIgnoredPorts {
  AdwWindow parent_instance;

  GtkStack *stack;
  AdwPreferencesGroup *ports;

  HsSession *session; /* owned */
  GPtrArray *rows;    /* GtkWidget, borrowed: children of @ports */
};

G_DEFINE_FINAL_TYPE (HsIgnoredPorts, hs_ignored_ports, ADW_TYPE_WINDOW)

static void fill (HsIgnoredPorts *self);

static void
watch_cb (HsIgnoredPorts *self, GtkButton *button)
{
  g_autofree char *port = g_strdup (g_object_get_data (G_OBJECT (button), "port"));
  g_autoptr (GError) error = NULL;

  if (!hs_session_ignore_port (self->session, port, FALSE, &error))
    hs_slot_show_error (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))), error);
  fill (self);
}

/* What is plugged in there now, as far as it is a camera. */
static char *
dup_there (HsIgnoredPorts *self, const char *port)
{
  HsDevice *device = hs_monitor_find_port (hs_session_get_monitor (self->session), port);
  const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

  if (device == NULL || !hs_device_get_attached (device))
    return g_strdup (_ ("No camera on it now"));
  return board != NULL ? g_strdup_printf (_ ("An %s is on it now"), _ (board->name))
                       : g_strdup (_ ("A camera of an unknown board is on it now"));
}

static GtkWidget *
port_row (HsIgnoredPorts *self, const char *port)
{
  const char *name = hs_session_get_port_name (self->session, port);
  g_autofree char *plain = g_strdup_printf (_ ("port %s"), port);
  g_autofree char *title = g_markup_escape_text (name != NULL ? name : plain, -1);
  g_autofree char *there = dup_there (self, port);
  g_autofree char *subtitle = name != NULL ? g_markup_printf_escaped ("%s · %s", plain, there)
                                           : g_markup_escape_text (there, -1);
  g_autofree char *spoken = g_strdup_printf (_ ("Watch %s again"), name != NULL ? name : plain);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Watch Again"));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  hs_piece_name (button, spoken);
  g_object_set_data_full (G_OBJECT (button), "port", g_strdup (port), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (watch_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
fill (HsIgnoredPorts *self)
{
  g_auto (GStrv) ports = hs_session_dup_ignored_ports (self->session);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->ports, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  for (guint i = 0; ports[i] != NULL; i++) {
    GtkWidget *row = port_row (self, ports[i]);

    adw_preferences_group_add (self->ports, row);
    g_ptr_array_add (self->rows, row);
  }
  gtk_stack_set_visible_child_name (self->stack, self->rows->len > 0 ? "list" : "nothing");
}

static void
hs_ignored_ports_dispose (GObject *object)
{
  HsIgnoredPorts *self = HS_IGNORED_PORTS (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_ignored_ports_parent_class)->dispose (object);
}

static void
hs_ignored_ports_finalize (GObject *object)
{
  g_ptr_array_unref (HS_IGNORED_PORTS (object)->rows);
  G_OBJECT_CLASS (hs_ignored_ports_parent_class)->finalize (object);
}

static void
hs_ignored_ports_class_init (HsIgnoredPortsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_ignored_ports_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_ignored_ports_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("ignored-ports"));
  gtk_widget_class_bind_template_child (widget_class, HsIgnoredPorts, stack);
  gtk_widget_class_bind_template_child (widget_class, HsIgnoredPorts, ports);
}

static void
hs_ignored_ports_init (HsIgnoredPorts *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_name_group (GTK_WIDGET (self->ports), _ ("Ignored Ports"));
}

GtkWidget *
hs_ignored_ports_new (GtkWindow *parent, HsSession *session)
{
  HsIgnoredPorts *self = g_object_new (HS_TYPE_IGNORED_PORTS, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      hs_session_get_catalog (session), "changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  fill (self);
  return GTK_WIDGET (self);
}
