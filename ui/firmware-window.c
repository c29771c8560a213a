/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/firmware-window.h"

#include "app/firmware/sdk.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"
#include "ui/ask.h"
#include "ui/clone-dialog.h"
#include "ui/dark-hint.h"
#include "ui/file-chooser.h"
#include "ui/firmware-actions.h"
#include "ui/firmware-view.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

/* What was read of a tree, for one of its boards. */
typedef struct {
  HsTree *tree;
  char *target; /* nullable: it has no board */
  GPtrArray *needs;
  guint n_taken_back;
  char *moved;   /* nullable: hs_tree_edits_dup_moved() */
  GError *error; /* nullable: then not all of it was read */
} Found;

/**
 * HsFirmwareWindow:
 *
 * The firmware trees that were added, and what is in the one that is chosen.
 */
#define HS_TYPE_FIRMWARE_WINDOW (hs_firmware_window_get_type ())
G_DECLARE_FINAL_TYPE (HsFirmwareWindow, hs_firmware_window, HS, FIRMWARE_WINDOW, AdwWindow)

struct _HsFirmwareWindow {
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkSpinner *spinner;
  GtkStack *stack;
  GtkListBox *trees;
  GtkDropDown *boards;
  GtkWidget *board_panel;
  AdwBin *problem;
  AdwBin *state;
  AdwBin *board;
  AdwBin *needs;

  HsSession *session;    /* owned */
  char *root;            /* that is chosen; nullable */
  char *target;          /* that is chosen; nullable */
  Found *found;          /* owned; nullable */
  GCancellable *reading; /* owned; nullable */
  gboolean fills;        /* the drop-down is being filled */
};

G_DEFINE_FINAL_TYPE (HsFirmwareWindow, hs_firmware_window, ADW_TYPE_WINDOW)

static void
found_free (gpointer data)
{
  Found *self = data;

  if (self == NULL)
    return;
  g_clear_object (&self->tree);
  g_clear_pointer (&self->needs, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self->target);
  g_free (self->moved);
  g_free (self);
}

/* --- reading --- */

typedef struct {
  char *root;
  char *target;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->root);
  g_free (self->target);
  g_free (self);
}

/* The one that was asked for, else the first that Hotshoe knows and that can be built. */
static const char *
choose_target (HsTree *tree, const char *wanted)
{
  GPtrArray *boards = hs_tree_get_boards (tree);

  if (hs_tree_find_board (tree, wanted) != NULL)
    return wanted;
  for (guint i = 0; i < boards->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (boards, i);

    if (board->board != NULL && board->refused == NULL && board->bootloader)
      return board->target;
  }
  return boards->len > 0 ? ((const HsTreeBoard *) g_ptr_array_index (boards, 0))->target : NULL;
}

static gpointer
read_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  Found *found = g_new0 (Found, 1);

  if (hs_tree_edits_recover (question->root, &found->n_taken_back, &found->error))
    found->tree = hs_tree_new (question->root, cancellable, &found->error);
  if (found->tree != NULL) {
    found->moved = hs_tree_edits_dup_moved (hs_tree_get_root (found->tree));
    found->target = g_strdup (choose_target (found->tree, question->target));
    found->needs = hs_sdk_check (found->tree, found->target, NULL, &found->error);
  }
  return found;
}

static void
show_busy (HsFirmwareWindow *self)
{
  gtk_spinner_set_spinning (self->spinner, self->reading != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->reading != NULL);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "firmware.reload", self->root != NULL && self->reading == NULL);
}

static void
show_boards (HsFirmwareWindow *self)
{
  GPtrArray *boards = hs_tree_get_boards (self->found->tree);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint selected = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < boards->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (boards, i);

    gtk_string_list_append (names, board->target);
    if (g_strcmp0 (board->target, self->target) == 0)
      selected = i;
  }
  self->fills = TRUE;
  gtk_drop_down_set_model (self->boards, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->boards, selected);
  self->fills = FALSE;
}

static void
show_board (HsFirmwareWindow *self)
{
  const HsTreeBoard *board = hs_tree_find_board (self->found->tree, self->target);

  gtk_widget_set_visible (self->board_panel, board != NULL);
  adw_bin_set_child (self->board,
                     board != NULL ? hs_firmware_view_new_board (self->found->tree, board) : NULL);
}

static void
clear_body (HsFirmwareWindow *self)
{
  g_clear_pointer (&self->found, found_free);
  adw_bin_set_child (self->state, NULL);
  adw_bin_set_child (self->board, NULL);
  adw_bin_set_child (self->needs, NULL);
  gtk_widget_set_visible (self->board_panel, FALSE);
}

static GtkWidget *
failed_new (const GError *error)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *forget = gtk_button_new_with_mnemonic (_ ("_Remove From List"));

  gtk_widget_set_halign (forget, GTK_ALIGN_START);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (forget), "firmware.forget");
  gtk_box_append (GTK_BOX (column), hs_tree_problem (error));
  gtk_box_append (GTK_BOX (column), forget);
  return column;
}

/* @problem: nullable: then it takes no room */
static void
show_problem (HsFirmwareWindow *self, GtkWidget *problem)
{
  adw_bin_set_child (self->problem, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFirmwareWindow *self = owner;
  Found *found = result;
  gboolean read = found != NULL && found->needs != NULL;
  gboolean same =
      self->found != NULL && read &&
      g_str_equal (hs_tree_get_root (self->found->tree), hs_tree_get_root (found->tree));

  g_clear_object (&self->reading);
  show_busy (self);
  show_problem (self, read ? NULL : failed_new (found != NULL ? found->error : error));
  if (!read) {
    if (found != NULL && found->n_taken_back > 0)
      hs_tree_say_taken_back (GTK_WIDGET (self->stack));
    clear_body (self);
    return;
  }
  g_clear_pointer (&self->found, found_free);
  self->found = g_memdup2 (found, sizeof *found);
  *found = (Found){ NULL }; /* freed by who asked */
  g_free (self->target);
  self->target = g_strdup (self->found->target);
  adw_bin_set_child (self->state,
                     hs_firmware_view_new_state (
                         self->found->tree, self->found->n_taken_back, self->found->moved));
  if (!same || gtk_drop_down_get_model (self->boards) == NULL)
    show_boards (self);
  show_board (self);
  adw_bin_set_child (self->needs, hs_firmware_view_new_needs (self->found->needs, self->target));
}

static GtkWidget *
reading_new (void)
{
  GtkWidget *label = g_object_new (
      GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "margin-top", 18, NULL);

  gtk_label_set_label (GTK_LABEL (label), _ ("Reading the firmware tree…"));
  gtk_widget_add_css_class (label, "dim-label");
  return label;
}

static void
reload (HsFirmwareWindow *self)
{
  Question *question;

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  show_problem (self, NULL);
  if (self->root == NULL) {
    clear_body (self);
    show_busy (self);
    return;
  }
  self->reading = g_cancellable_new ();
  show_busy (self);
  if (self->found == NULL)
    adw_bin_set_child (self->state, reading_new ());
  question = g_new0 (Question, 1);
  question->root = g_strdup (self->root);
  question->target = g_strdup (self->target);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                read_func,
                question,
                question_free,
                found_free,
                self->reading,
                read_cb);
}

static void
board_cb (GtkDropDown *drop_down, GParamSpec *property, HsFirmwareWindow *self)
{
  GtkStringObject *item = gtk_drop_down_get_selected_item (drop_down);
  const char *target = item != NULL ? gtk_string_object_get_string (item) : NULL;

  if (self->fills || target == NULL || self->found == NULL || g_strcmp0 (target, self->target) == 0)
    return;
  g_free (self->target);
  self->target = g_strdup (target);
  show_board (self);
  reload (self); /* what it needs */
}

/* --- the list --- */

static GtkWidget *
row_new (const char *root)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *name = g_path_get_basename (root);
  g_autofree char *above = g_path_get_dirname (root);
  GtkWidget *folder = hs_piece_label (above, "dim-label caption");

  gtk_label_set_ellipsize (GTK_LABEL (folder), PANGO_ELLIPSIZE_START);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), hs_tree_text (name, NULL));
  gtk_box_append (GTK_BOX (box), folder);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, root);
  g_object_set_data_full (G_OBJECT (row), "root", g_strdup (root), g_free);
  hs_piece_name (row, root);
  return row;
}

static void
selected_cb (GtkListBox *list, GtkListBoxRow *row, HsFirmwareWindow *self)
{
  const char *root = row != NULL ? g_object_get_data (G_OBJECT (row), "root") : NULL;

  if (root == NULL || g_strcmp0 (root, self->root) == 0)
    return;
  g_free (self->root);
  self->root = g_strdup (root);
  clear_body (self);
  reload (self);
}

/* @choose: (nullable): the tree to be shown; else the first. */
static void
fill (HsFirmwareWindow *self, const char *choose)
{
  g_auto (GStrv) roots = hs_trees_list ();
  GtkWidget *child;
  GtkListBoxRow *select = NULL;

  g_clear_pointer (&self->root, g_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->trees))) != NULL)
    gtk_list_box_remove (self->trees, child);
  for (guint i = 0; roots[i] != NULL; i++) {
    GtkWidget *row = row_new (roots[i]);

    gtk_list_box_append (self->trees, row);
    if (select == NULL || g_strcmp0 (roots[i], choose) == 0)
      select = GTK_LIST_BOX_ROW (row);
  }
  gtk_stack_set_visible_child_name (self->stack, select != NULL ? "trees" : "none");
  if (select != NULL)
    gtk_list_box_select_row (self->trees, select);
  else
    reload (self);
}

static void
say (HsFirmwareWindow *self, const char *text)
{
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

/* --- adding and removing --- */

static gpointer
find_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (HsTree) tree = hs_tree_new (data, cancellable, error);

  return tree != NULL ? g_strdup (hs_tree_get_root (tree)) : NULL;
}

static void
add_root (gpointer owner, const char *root)
{
  hs_trees_add (root);
  fill (owner, root);
}

static void
found_root_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFirmwareWindow *self = owner;

  if (error == NULL) {
    add_root (self, result);
    return;
  }
  gtk_stack_set_visible_child_name (self->stack, "trees");
  show_problem (self, hs_tree_problem (error));
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsFirmwareWindow) self = user_data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && self->session != NULL)
    hs_ask_apart (hs_session_get_catalog (self->session),
                  self,
                  find_func,
                  g_steal_pointer (&path),
                  g_free,
                  g_free,
                  NULL,
                  found_root_cb);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_file_chooser_open_async (
      GTK_WINDOW (widget), _ ("Add a Firmware Tree"), TRUE, NULL, chosen_cb, g_object_ref (widget));
}

static void
clone_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsFirmwareWindow *self = HS_FIRMWARE_WINDOW (widget);

  hs_clone_dialog_open (self->session, GTK_WINDOW (widget), add_root, self);
}

static void
forget_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsFirmwareWindow *self = HS_FIRMWARE_WINDOW (widget);

  if (self->root == NULL)
    return;
  hs_trees_remove (self->root);
  fill (self, NULL);
  say (self, _ ("Removed from the list; its files stay"));
}

static void
reload_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  reload (HS_FIRMWARE_WINDOW (widget));
}

static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsFirmwareWindow *self = HS_FIRMWARE_WINDOW (widget);
  const HsFirmwareAction *action = hs_firmware_action_find (g_variant_get_string (parameter, NULL));

  if (action != NULL && self->found != NULL)
    action->open (
        self->session, GTK_WINDOW (widget), hs_tree_get_root (self->found->tree), self->target);
}

/* --- the window --- */

static void
hs_firmware_window_dispose (GObject *object)
{
  HsFirmwareWindow *self = HS_FIRMWARE_WINDOW (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_firmware_window_parent_class)->dispose (object);
}

static void
hs_firmware_window_finalize (GObject *object)
{
  HsFirmwareWindow *self = HS_FIRMWARE_WINDOW (object);

  g_clear_pointer (&self->found, found_free);
  g_free (self->root);
  g_free (self->target);
  G_OBJECT_CLASS (hs_firmware_window_parent_class)->finalize (object);
}

static void
hs_firmware_window_class_init (HsFirmwareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_firmware_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_firmware_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("firmware-window"));
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, trees);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, boards);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, board_panel);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, state);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, board);
  gtk_widget_class_bind_template_child (widget_class, HsFirmwareWindow, needs);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, board_cb);
  gtk_widget_class_install_action (widget_class, "firmware.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "firmware.clone", NULL, clone_action);
  gtk_widget_class_install_action (widget_class, "firmware.forget", NULL, forget_action);
  gtk_widget_class_install_action (widget_class, "firmware.reload", NULL, reload_action);
  gtk_widget_class_install_action (widget_class, "firmware.do", "s", do_action);
}

static void
hs_firmware_window_init (HsFirmwareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_let_type (self->boards);
  hs_dark_hint_follow (GTK_WIDGET (self));
}

void
hs_firmware_window_open (HsSession *session, GtkWindow *parent)
{
  HsFirmwareWindow *self;

  g_return_if_fail (HS_IS_SESSION (session));

  self = g_object_new (HS_TYPE_FIRMWARE_WINDOW, NULL);
  self->session = g_object_ref (session);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  fill (self, NULL);
  gtk_window_present (GTK_WINDOW (self));
}
