/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/conflicts-window.h"

#include "app/unit-life.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/unit-detail.h"

#include <glib/gi18n-lib.h>

enum { CONFLICTS_SHOWN = 200, UNITS_SHOWN = 6 };

#define HS_TYPE_CONFLICTS_WINDOW (hs_conflicts_window_get_type ())
G_DECLARE_FINAL_TYPE (HsConflictsWindow, hs_conflicts_window, HS, CONFLICTS_WINDOW, AdwWindow)

struct _HsConflictsWindow {
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkWidget *list;

  HsSession *session; /* owned */
};

G_DEFINE_FINAL_TYPE (HsConflictsWindow, hs_conflicts_window, ADW_TYPE_WINDOW)

static gpointer
list_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_list_conflicts (catalog, error);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
show_unit_cb (GtkButton *button, HsConflictsWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent == NULL)
    return;
  gtk_widget_activate_action (
      GTK_WIDGET (parent), "win.show-unit", "s", g_object_get_data (G_OBJECT (button), "unit"));
  gtk_window_close (GTK_WINDOW (self));
}

static GtkWidget *
unit_button (HsConflictsWindow *self, const char *unit)
{
  g_autofree char *markup = hs_format_serial_short_markup (unit);
  g_autofree char *digits = hs_format_key_serial (unit);
  g_autofree char *name = g_strdup_printf (_ ("Show unit %s"), digits);
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), hs_piece_markup (markup, "serial"));
  hs_piece_set_classes (button, "small");
  gtk_widget_set_tooltip_text (button, digits);
  hs_piece_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "unit", g_strdup (unit), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (show_unit_cb), self, 0);
  return button;
}

static GtkWidget *
conflict_panel (HsConflictsWindow *self, const HsConflict *conflict)
{
  g_autofree char *sentence = hs_conflict_dup_sentence (conflict);
  GtkWidget *panel = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *label = hs_piece_label (sentence, NULL);
  GtkWidget *units = gtk_flow_box_new ();

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (units), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (units), 4);
  hs_piece_name (units, _ ("Units concerned"));
  for (guint i = 0; i < MIN (conflict->units->len, UNITS_SHOWN); i++) {
    GtkWidget *child = gtk_flow_box_child_new ();

    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                  unit_button (self, g_ptr_array_index (conflict->units, i)));
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_append (GTK_FLOW_BOX (units), child);
  }
  gtk_widget_add_css_class (panel, "panel");
  gtk_box_append (
      GTK_BOX (panel),
      hs_piece_row (9, hs_piece_icon ("hs-attention-symbolic", 16, "warn"), label, NULL));
  gtk_box_append (GTK_BOX (panel), units);
  return panel;
}

static void
listed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsConflictsWindow *self = owner;
  GPtrArray *conflicts = result;

  for (guint i = 0; conflicts != NULL && i < MIN (conflicts->len, CONFLICTS_SHOWN); i++)
    gtk_box_append (GTK_BOX (self->list), conflict_panel (self, g_ptr_array_index (conflicts, i)));
  gtk_stack_set_visible_child_name (self->stack,
                                    conflicts != NULL && conflicts->len > 0 ? "list" : "nothing");
}

static void
hs_conflicts_window_dispose (GObject *object)
{
  g_clear_object (&HS_CONFLICTS_WINDOW (object)->session);
  G_OBJECT_CLASS (hs_conflicts_window_parent_class)->dispose (object);
}

static void
hs_conflicts_window_class_init (HsConflictsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_conflicts_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("conflicts-window"));
  gtk_widget_class_bind_template_child (widget_class, HsConflictsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HsConflictsWindow, list);
}

static void
hs_conflicts_window_init (HsConflictsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
hs_conflicts_window_present (GtkWindow *parent, HsSession *session)
{
  HsConflictsWindow *self = g_object_new (HS_TYPE_CONFLICTS_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  hs_ask (
      hs_session_get_catalog (session), self, list_func, NULL, NULL, array_unref, NULL, listed_cb);
  gtk_window_present (GTK_WINDOW (self));
}
