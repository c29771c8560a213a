/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "ui/freeze-draft.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_FREEZE_BOARD_PAGE (hs_freeze_board_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeBoardPage, hs_freeze_board_page, HS, FREEZE_BOARD_PAGE, HsWizardPage)

struct _HsFreezeBoardPage {
  HsWizardPage parent_instance;

  GtkLabel *where;
  AdwBin *problem;
  GtkSpinner *spinner;
  AdwPreferencesGroup *boards;

  HsFreezeDraft *draft; /* owned */
  HsTree *shown;        /* owned; nullable: whose boards the rows are */
  GPtrArray *rows;      /* GtkWidget, borrowed: children of @boards */
  GtkWidget *group;     /* owned: never shown; makes a single row look like one of several */
};

G_DEFINE_FINAL_TYPE (HsFreezeBoardPage, hs_freeze_board_page, HS_TYPE_WIZARD_PAGE)

static void
toggled_cb (GtkCheckButton *check, HsFreezeBoardPage *self)
{
  if (gtk_check_button_get_active (check))
    hs_freeze_draft_set_target (self->draft, g_object_get_data (G_OBJECT (check), "target"));
}

/* "OpenMV Cam H7 · 1 664 KB for code" */
static char *
dup_subtitle (const HsTreeBoard *board)
{
  g_autofree char *room = hs_format_size (board->firmware_length);
  const char *name = board->board != NULL ? _ (board->board->name) : _ ("Hotshoe does not know it");

  if (board->refused != NULL)
    return g_markup_escape_text (board->refused, -1);
  if (board->firmware_length == 0)
    return g_markup_escape_text (name, -1);
  return g_markup_printf_escaped (_ ("%s · %s for code"), name, room);
}

static GtkWidget *
row_new (HsFreezeBoardPage *self, const HsTreeBoard *board)
{
  const char *target = hs_freeze_draft_get_target (self->draft);
  g_autofree char *subtitle = dup_subtitle (board);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), board->target);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  hs_piece_name (check, board->target);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->group));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), g_strcmp0 (target, board->target) == 0);
  g_object_set_data_full (G_OBJECT (check), "target", g_strdup (board->target), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  gtk_widget_set_sensitive (row, board->refused == NULL);
  return row;
}

static void
fill (HsFreezeBoardPage *self, HsTree *tree)
{
  GPtrArray *boards = tree != NULL ? hs_tree_get_boards (tree) : NULL;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->boards, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_set_object (&self->shown, tree);
  for (guint i = 0; boards != NULL && i < boards->len; i++) {
    GtkWidget *row = row_new (self, g_ptr_array_index (boards, i));

    adw_preferences_group_add (self->boards, row);
    g_ptr_array_add (self->rows, row);
  }
}

static void
changed_cb (HsFreezeBoardPage *self)
{
  HsTree *tree = hs_freeze_draft_get_tree (self->draft);
  const GError *error = hs_freeze_draft_get_error (self->draft);
  const HsTreeBoard *board = hs_freeze_draft_get_board (self->draft);
  gboolean reading = tree == NULL && hs_freeze_draft_is_busy (self->draft);

  if (tree != self->shown)
    fill (self, tree);
  gtk_spinner_set_spinning (self->spinner, reading);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), reading);
  gtk_widget_set_visible (GTK_WIDGET (self->boards), tree != NULL);
  adw_bin_set_child (self->problem, tree == NULL && error != NULL ? hs_tree_problem (error) : NULL);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           tree == NULL && error != NULL ? _ ("_Try Again") : _ ("_Next"),
                           !reading && (tree == NULL || (board != NULL && board->refused == NULL)),
                           FALSE,
                           TRUE);
}

static void
hs_freeze_board_page_entered (HsWizardPage *page)
{
  HsFreezeBoardPage *self = HS_FREEZE_BOARD_PAGE (page);

  if (hs_freeze_draft_get_tree (self->draft) == NULL && !hs_freeze_draft_is_busy (self->draft))
    hs_freeze_draft_read_tree (self->draft);
  changed_cb (self);
}

static gboolean
hs_freeze_board_page_forward (HsWizardPage *page)
{
  HsFreezeBoardPage *self = HS_FREEZE_BOARD_PAGE (page);

  if (hs_freeze_draft_get_tree (self->draft) != NULL)
    return FALSE;
  hs_freeze_draft_read_tree (self->draft);
  return TRUE;
}

static void
hs_freeze_board_page_dispose (GObject *object)
{
  HsFreezeBoardPage *self = HS_FREEZE_BOARD_PAGE (object);

  g_clear_object (&self->draft);
  g_clear_object (&self->shown);
  g_clear_object (&self->group);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  G_OBJECT_CLASS (hs_freeze_board_page_parent_class)->dispose (object);
}

static void
hs_freeze_board_page_class_init (HsFreezeBoardPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_freeze_board_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_freeze_board_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_freeze_board_page_forward;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("freeze-board-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFreezeBoardPage, where);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeBoardPage, problem);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeBoardPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeBoardPage, boards);
}

static void
hs_freeze_board_page_init (HsFreezeBoardPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->group = g_object_ref_sink (gtk_check_button_new ());
  hs_piece_name_group (GTK_WIDGET (self->boards), _ ("Boards of the tree"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Board"));
}

HsWizardPage *
hs_freeze_board_page_new (HsFreezeDraft *draft)
{
  HsFreezeBoardPage *self = g_object_new (HS_TYPE_FREEZE_BOARD_PAGE, NULL);

  self->draft = g_object_ref (draft);
  gtk_label_set_label (self->where, hs_freeze_draft_get_root (draft));
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      draft, "taken-back", G_CALLBACK (hs_tree_say_taken_back), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
