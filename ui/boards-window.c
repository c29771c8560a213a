/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/boards-window.h"

#include "ui/board-view.h"
#include "ui/dark-hint.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsBoardsWindow {
  AdwWindow parent_instance;

  GtkListBox *list;
  GtkScrolledWindow *scroller;
  AdwBin *view;
};

G_DEFINE_FINAL_TYPE (HsBoardsWindow, hs_boards_window, ADW_TYPE_WINDOW)

static GtkWidget *
new_row (const HsBoard *board)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = hs_piece_label (_ (board->name), "heading");
  g_autofree char *sub = g_strdup_printf ("%s · %s", board->id, board->mcu);
  GtkWidget *second = hs_piece_label (sub, "caption dim-label");

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), second);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), words);
  gtk_widget_set_tooltip_text (row, sub);
  hs_piece_name (row, _ (board->name));
  return row;
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, HsBoardsWindow *self)
{
  if (row == NULL)
    return;
  adw_bin_set_child (self->view,
                     hs_board_view_new (hs_board_nth ((guint) gtk_list_box_row_get_index (row))));
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
hs_boards_window_class_init (HsBoardsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("boards-window"));
  gtk_widget_class_bind_template_child (widget_class, HsBoardsWindow, list);
  gtk_widget_class_bind_template_child (widget_class, HsBoardsWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, HsBoardsWindow, view);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
}

static void
hs_boards_window_init (HsBoardsWindow *self)
{

  gtk_widget_init_template (GTK_WIDGET (self));
  hs_dark_hint_follow (GTK_WIDGET (self));
  for (guint i = 0; i < hs_board_count (); i++)
    gtk_list_box_append (self->list, new_row (hs_board_nth (i)));
}

void
hs_boards_window_show (HsBoardsWindow *self, const HsBoard *board)
{
  g_return_if_fail (HS_IS_BOARDS_WINDOW (self));

  for (guint i = 0; i < hs_board_count (); i++)
    if (hs_board_nth (i) == board)
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) i));
}

GtkWindow *
hs_boards_window_new (GtkWindow *parent, const HsBoard *board)
{
  HsBoardsWindow *self = g_object_new (HS_TYPE_BOARDS_WINDOW, "transient-for", parent, NULL);

  for (guint i = 0; board == NULL && i < hs_board_count (); i++)
    if (!hs_board_nth (i)->retired)
      board = hs_board_nth (i);
  hs_boards_window_show (self, board);
  return GTK_WINDOW (self);
}
