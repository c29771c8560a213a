/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/practice-panel.h"

#include "ui/piece.h"
#include "ui/sim-hands-row.h"
#include "ui/sim-row.h"
#include "ui/slot-actions.h"

#include <glib/gi18n-lib.h>

enum { ROWS_PER_CAMERA = 2, FEW_CAMERAS = 4 };

struct _HsPracticePanel {
  GtkWindow parent_instance;

  GtkListBox *cameras;
  GtkDropDown *board;
  GtkToggleButton *hands; /* whether jumpers and what can be broken are shown */

  HsSession *session;
  GPtrArray *boards; /* const HsBoard, in the order of @board's menu */
  guint n_rows;      /* cameras that are shown */
};

G_DEFINE_FINAL_TYPE (HsPracticePanel, hs_practice_panel, GTK_TYPE_WINDOW)

static GtkListBoxRow *
row_at (HsPracticePanel *self, guint n)
{
  return gtk_list_box_get_row_at_index (self->cameras, (int) n);
}

static void
update (HsPracticePanel *self)
{
  guint n = hs_sim_bus_get_n_cameras (hs_session_get_sim_bus (self->session));

  for (; self->n_rows < n; self->n_rows++) {
    gtk_list_box_append (self->cameras, hs_sim_row_new (self->session, self->n_rows));
    gtk_list_box_append (self->cameras, hs_sim_hands_row_new (self->session, self->n_rows));
  }
  for (guint i = 0; i < self->n_rows; i++) {
    hs_sim_row_update (HS_SIM_ROW (row_at (self, ROWS_PER_CAMERA * i)));
    hs_sim_hands_row_update (HS_SIM_HANDS_ROW (row_at (self, ROWS_PER_CAMERA * i + 1)));
    hs_sim_hands_row_set_wanted (HS_SIM_HANDS_ROW (row_at (self, ROWS_PER_CAMERA * i + 1)),
                                 gtk_toggle_button_get_active (self->hands));
  }
}

static void
add_cb (HsPracticePanel *self)
{
  HsSimBus *bus = hs_session_get_sim_bus (self->session);
  guint chosen = gtk_drop_down_get_selected (self->board);
  g_autoptr (GError) error = NULL;
  const HsBoard *board;

  if (chosen >= self->boards->len)
    return;

  board = self->boards->pdata[chosen];
  if (hs_sim_bus_add_camera (bus, board->id, &error) == NULL) {
    hs_slot_show_error (GTK_WIDGET (gtk_window_get_transient_for (GTK_WINDOW (self))), error);
    return;
  }
  hs_sim_bus_plug (bus, hs_sim_bus_get_n_cameras (bus) - 1);
  update (self);
}

static GtkWidget *
add_row (HsPracticePanel *self)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Plug In"));

  for (guint i = 0; i < hs_board_count (); i++) {
    const HsBoard *board = hs_board_nth (i);

    if (board->method == NULL || board->retired)
      continue;
    g_ptr_array_add (self->boards, (gpointer) board);
    gtk_string_list_append (names, _ (board->name));
  }
  self->board = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (names), NULL));
  hs_piece_name (self->board, _ ("Board of the camera to add"));
  hs_piece_name (gtk_widget_get_first_child (GTK_WIDGET (self->board)),
                 _ ("Board of the camera to add"));
  gtk_widget_set_valign (GTK_WIDGET (self->board), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (add_cb), self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Add a camera"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (self->board));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static GtkWidget *
boxed_list (const char *name)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  hs_piece_name (list, name);
  return list;
}

static void
hs_practice_panel_dispose (GObject *object)
{
  HsPracticePanel *self = HS_PRACTICE_PANEL (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_practice_panel_parent_class)->dispose (object);
}

static void
hs_practice_panel_finalize (GObject *object)
{
  g_ptr_array_unref (HS_PRACTICE_PANEL (object)->boards);

  G_OBJECT_CLASS (hs_practice_panel_parent_class)->finalize (object);
}

static void
hs_practice_panel_class_init (HsPracticePanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_practice_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_practice_panel_finalize;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hs_practice_panel_init (HsPracticePanel *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *words = hs_piece_label (
      _ ("What hands do at the bench. What is broken in the first line happens at the next "
         "run; a camera that is broken for practice is so at once, and Recover… mends it."),
      "dim-label");
  GtkWidget *add = boxed_list (_ ("Add a camera"));

  self->boards = g_ptr_array_new ();
  self->hands = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_mnemonic (_ ("_Jumpers")));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->hands), _ ("Jumpers, and how to break a camera"));
  g_signal_connect_swapped (self->hands, "toggled", G_CALLBACK (update), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), GTK_WIDGET (self->hands));
  self->cameras = GTK_LIST_BOX (boxed_list (_ ("Simulated cameras")));
  gtk_list_box_append (GTK_LIST_BOX (add), add_row (self));
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);

  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->cameras));
  gtk_box_append (GTK_BOX (box), add);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), box);
  hs_piece_set_classes (header, "top");
  gtk_window_set_titlebar (GTK_WINDOW (self), header);
  gtk_window_set_child (GTK_WINDOW (self), scroll);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Simulator"));
  gtk_window_set_default_size (GTK_WINDOW (self), 820, 520);
}

GtkWidget *
hs_practice_panel_new (GtkWindow *parent, HsSession *session)
{
  HsPracticePanel *self = g_object_new (
      HS_TYPE_PRACTICE_PANEL, "transient-for", parent, "destroy-with-parent", TRUE, NULL);

  self->session = g_object_ref (session);
  gtk_toggle_button_set_active (
      self->hands, hs_sim_bus_get_n_cameras (hs_session_get_sim_bus (session)) <= FEW_CAMERAS);
  g_signal_connect_object (
      hs_session_get_sim_bus (session), "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "jobs-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
