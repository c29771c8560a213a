/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-window.h"

#include "app/explain.h"
#include "ui/dark-hint.h"
#include "ui/dialogs.h"
#include "ui/memory-bar.h"
#include "ui/piece.h"
#include "ui/romfs-list.h"
#include "ui/romfs-window-private.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

enum { MOST_FINDINGS = 20, MOST_UNDO = 100 };

G_DEFINE_FINAL_TYPE (HsRomfsWindow, hs_romfs_window, ADW_TYPE_WINDOW)

/* -- what is shown ---------------------------------------------------------------------------- */

static gboolean
is_changed (HsRomfsWindow *self)
{
  return !hs_romfs_equal (self->romfs, self->saved);
}

static const HsRomfsPlace *
chosen_place (HsRomfsWindow *self)
{
  guint n = gtk_drop_down_get_selected (self->boards);

  return n < self->rooms->len ? g_ptr_array_index (self->rooms, n) : NULL;
}

const char *
hs_romfs_window_get_board (HsRomfsWindow *self)
{
  const HsRomfsPlace *place = chosen_place (self);

  return place != NULL && place->board != NULL ? place->board->id : self->target;
}

guint64
hs_romfs_window_get_limit (HsRomfsWindow *self)
{
  const HsRomfsPlace *place = chosen_place (self);
  guint64 limit = place != NULL ? place->size : 0;
  gboolean same = place == NULL || place->board == NULL ||
                  (g_strcmp0 (place->board->id, self->target) == 0 && place->core == self->core);

  if (same && self->config_limit > 0)
    return limit > 0 ? MIN (limit, self->config_limit) : self->config_limit;
  return limit;
}

static void
show_title (HsRomfsWindow *self)
{
  const char *name = self->name != NULL ? self->name : _ ("New image");
  g_autofree char *text =
      is_changed (self) ? g_strdup_printf (_ ("%s · not saved"), name) : g_strdup (name);

  adw_window_title_set_subtitle (self->title, text);
}

static void
show_usage (HsRomfsWindow *self)
{
  guint n = hs_romfs_get_n_files (self->romfs);
  guint64 size = hs_romfs_get_size (self->romfs);
  guint64 limit = hs_romfs_window_get_limit (self);
  g_autofree char *used = hs_format_size (size);
  g_autofree char *room = hs_format_size (limit);
  g_autofree char *files = g_strdup_printf (ngettext ("%u file", "%u files", n), n);
  g_autofree char *exact = hs_format_bytes (size);
  g_autofree char *text = NULL;

  if (limit > 0 && size > limit) {
    g_autofree char *over = hs_format_bytes (size - limit);

    text = g_strdup_printf (_ ("%s · %s of %s: %s too much"), files, used, room, over);
  } else if (limit > 0) {
    text = g_strdup_printf (_ ("%s · %s of %s (%.1f %%)"), files, used, room, 100.0 * size / limit);
  } else {
    text = g_strdup_printf (_ ("%s · %s"), files, used);
  }
  gtk_label_set_text (self->usage, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->usage), exact);
  adw_bin_set_child (self->bar,
                     limit > 0 ? hs_memory_bar_new_beside ((double) size / limit, -1, TRUE) : NULL);
}

/* Notes about hundreds of files are not all shown: how many more there are is. */
static void
show_findings (HsRomfsWindow *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  hs_romfs_check (
      self->romfs, hs_romfs_window_get_board (self), hs_romfs_window_get_limit (self), all);
  for (guint i = 0; i < self->said->len; i++)
    g_ptr_array_add (shown, g_ptr_array_index (self->said, i));
  for (HsFindingLevel level = HS_FINDING_ERROR + 1; level-- > HS_FINDING_NOTE;)
    for (guint i = 0; i < all->len; i++)
      if (((HsFinding *) g_ptr_array_index (all, i))->level == level)
        g_ptr_array_add (shown, g_ptr_array_index (all, i));

  gtk_widget_set_visible (self->finding_place, shown->len > 0);
  if (shown->len > MOST_FINDINGS) {
    guint more = shown->len - MOST_FINDINGS;
    g_autofree char *text = g_strdup_printf (ngettext ("and %u more", "and %u more", more), more);

    g_ptr_array_set_size (shown, MOST_FINDINGS);
    gtk_box_append (GTK_BOX (box), hs_tree_findings (shown));
    gtk_box_append (GTK_BOX (box), hs_piece_label (text, "dim-label"));
  } else {
    gtk_box_append (GTK_BOX (box), hs_tree_findings (shown));
  }
  adw_bin_set_child (self->findings, box);
}

gboolean
hs_romfs_window_is_busy (HsRomfsWindow *self)
{
  return self->work != NULL || self->job != NULL;
}

void
hs_romfs_window_show_state (HsRomfsWindow *self)
{
  static const char *const always[] = {
    "romfs.open", "romfs.open-folder", "romfs.new", "romfs.read", "romfs.add"
  };
  g_autoptr (GtkBitset) chosen =
      gtk_selection_model_get_selection (GTK_SELECTION_MODEL (self->chosen));
  guint64 n = gtk_bitset_get_size (chosen);
  guint n_files = hs_romfs_get_n_files (self->romfs);
  gboolean busy = hs_romfs_window_is_busy (self);
  GtkWidget *widget = GTK_WIDGET (self);

  show_title (self);
  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    gtk_widget_action_set_enabled (widget, always[i], !busy);
  gtk_widget_action_set_enabled (widget, "romfs.save", !busy && n_files > 0);
  gtk_widget_action_set_enabled (widget, "romfs.extract-all", !busy && n_files > 0);
  gtk_widget_action_set_enabled (widget, "romfs.extract", !busy && n > 0);
  gtk_widget_action_set_enabled (widget, "romfs.remove", !busy && n > 0);
  gtk_widget_action_set_enabled (widget, "romfs.align", !busy && n > 0);
  gtk_widget_action_set_enabled (widget, "romfs.rename", !busy && n == 1);
  gtk_widget_action_set_enabled (widget, "romfs.undo", !busy && self->undo->len > 0);
  gtk_widget_action_set_enabled (widget, "romfs.stop", busy);
  gtk_spinner_set_spinning (self->spinner, self->work != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), self->work != NULL);
}

void
hs_romfs_window_show_all (HsRomfsWindow *self)
{
  g_autoptr (GListModel) items = hs_romfs_items_new (self->romfs);

  gtk_multi_selection_set_model (self->chosen, items);
  gtk_stack_set_visible_child_name (self->stack,
                                    self->job != NULL                        ? "reading"
                                    : hs_romfs_get_n_files (self->romfs) > 0 ? "list"
                                                                             : "empty");
  show_usage (self);
  show_findings (self);
  hs_romfs_window_show_state (self);
}

void
hs_romfs_window_show_problem (HsRomfsWindow *self, const GError *error)
{
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
}

/* What is about to change can come back. */
void
hs_romfs_window_remember (HsRomfsWindow *self)
{
  g_ptr_array_add (self->undo, hs_romfs_copy (self->romfs));
  if (self->undo->len > MOST_UNDO)
    g_ptr_array_remove_index (self->undo, 0);
}

/* @name, @path: (nullable) (transfer full) */
void
hs_romfs_window_take_over (HsRomfsWindow *self, HsRomfs *romfs, char *name, char *path)
{
  g_set_object (&self->romfs, romfs);
  g_clear_object (&self->saved);
  self->saved = hs_romfs_copy (romfs);
  g_ptr_array_set_size (self->undo, 0);
  g_free (self->name);
  g_free (self->path);
  self->name = name;
  self->path = path;
}

void
hs_romfs_window_begin (HsRomfsWindow *self)
{
  g_assert (self->work == NULL);

  self->work = g_cancellable_new ();
  hs_romfs_window_show_problem (self, NULL);
  hs_romfs_window_show_state (self);
}

static void
add_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_romfs_window_choose (HS_ROMFS_WINDOW (widget), name, _ ("Add Files"), FALSE);
}

/* -- what is not saved is not lost in silence ------------------------------------------------- */

typedef struct {
  char *action;
  GVariant *parameter; /* nullable */
} Intent;

static void carry_out (HsRomfsWindow *self, const char *action, GVariant *parameter);

static void
intent_free (gpointer data)
{
  Intent *intent = data;

  g_free (intent->action);
  g_clear_pointer (&intent->parameter, g_variant_unref);
  g_free (intent);
}

static void
agreed_cb (gpointer owner)
{
  Intent *intent = g_object_steal_data (owner, "intent");

  if (intent == NULL)
    return;
  carry_out (HS_ROMFS_WINDOW (owner), intent->action, intent->parameter);
  intent_free (intent);
}

/* Does it at once if nothing would be lost. */
static void
unless_changed (HsRomfsWindow *self, const char *action, GVariant *parameter)
{
  Intent *intent;

  if (!is_changed (self)) {
    carry_out (self, action, parameter);
    return;
  }
  intent = g_new0 (Intent, 1);
  intent->action = g_strdup (action);
  intent->parameter = parameter != NULL ? g_variant_ref (parameter) : NULL;
  g_object_set_data_full (G_OBJECT (self), "intent", intent, intent_free);
  hs_dialog_confirm (GTK_WIDGET (self),
                     _ ("The image was not saved"),
                     _ ("What was changed in it since is lost."),
                     _ ("Keep Editing"),
                     _ ("Discard Changes"),
                     agreed_cb,
                     self);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (widget);

  if (self->job != NULL)
    hs_dialog_stop_job (widget, self->job);
  g_cancellable_cancel (self->work);
}

/* -- what is asked for ------------------------------------------------------------------------ */

static void
open_config (HsRomfsWindow *self, guint core)
{
  g_autofree char *path = g_strdup (self->config);
  g_autofree char *name = g_strdup (self->name);

  self->core = core;
  hs_romfs_window_open_path (self, path, NULL, name);
}

static void
carry_out (HsRomfsWindow *self, const char *action, GVariant *parameter)
{
  if (g_str_equal (action, "romfs.open")) {
    hs_romfs_window_choose (self, action, _ ("Open Image"), FALSE);
  } else if (g_str_equal (action, "romfs.open-folder")) {
    hs_romfs_window_choose (self, action, _ ("Open Folder"), TRUE);
  } else if (g_str_equal (action, "romfs.new")) {
    g_autoptr (HsRomfs) romfs = hs_romfs_new ();

    g_ptr_array_set_size (self->said, 0);
    g_clear_pointer (&self->config, g_free);
    self->config_limit = 0;
    hs_romfs_window_take_over (self, romfs, NULL, NULL);
    hs_romfs_window_show_problem (self, NULL);
    hs_romfs_window_show_all (self);
  } else if (g_str_equal (action, "romfs.read")) {
    hs_romfs_window_read (self, g_variant_get_string (parameter, NULL));
  } else if (g_str_equal (action, "partition")) {
    open_config (self, g_variant_get_uint32 (parameter));
  } else {
    self->closing = TRUE;
    gtk_window_close (GTK_WINDOW (self));
  }
}

/* For all that takes the place of what is shown. */
static void
replace_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  unless_changed (HS_ROMFS_WINDOW (widget), name, parameter);
}

/* Another partition of the board whose configuration is shown is another image. */
static void
board_cb (HsRomfsWindow *self)
{
  const HsRomfsPlace *place = chosen_place (self);

  if (self->romfs == NULL || self->filling)
    return;
  if (self->config != NULL && place != NULL && place->board != NULL &&
      g_strcmp0 (place->board->id, self->target) == 0 && place->core != self->core &&
      !hs_romfs_window_is_busy (self)) {
    unless_changed (self, "partition", g_variant_new_uint32 (place->core));
    return;
  }
  show_usage (self);
  show_findings (self);
}

static gboolean
hs_romfs_window_close_request (GtkWindow *window)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (window);

  if (self->job != NULL) {
    hs_dialog_stop_job (GTK_WIDGET (self), self->job);
    return TRUE;
  }
  if (is_changed (self) && !self->closing) {
    unless_changed (self, "close", NULL);
    return TRUE;
  }
  return GTK_WINDOW_CLASS (hs_romfs_window_parent_class)->close_request (window);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, HsRomfsWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GListStore) list = g_list_store_new (G_TYPE_FILE);

  for (GSList *item = files; item != NULL; item = item->next)
    g_list_store_append (list, item->data);
  if (g_list_model_get_n_items (G_LIST_MODEL (list)) == 0 || hs_romfs_window_is_busy (self))
    return FALSE;
  hs_romfs_window_add (self, hs_romfs_dup_paths (G_LIST_MODEL (list)));
  return TRUE;
}

static void
open_menu_cb (GtkMenuButton *button, gpointer window)
{
  HsRomfsWindow *self = window;
  g_autoptr (GMenu) menu = hs_romfs_places_menu (self->sources, self->session);

  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

/* -- the window ------------------------------------------------------------------------------- */

static HsRomfs *
get_romfs (gpointer owner)
{
  return HS_ROMFS_WINDOW (owner)->romfs;
}

static void
add_shortcut (GtkWidget *view, guint key, const char *action)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, 0), gtk_named_action_new (action)));
  gtk_widget_add_controller (view, keys);
}

static void
make_list (HsRomfsWindow *self)
{
  self->chosen = gtk_multi_selection_new (NULL);
  self->view = hs_romfs_list_new (GTK_SELECTION_MODEL (g_object_ref (self->chosen)));
  gtk_scrolled_window_set_child (self->place, self->view);
  add_shortcut (self->view, GDK_KEY_Delete, "romfs.remove");
  add_shortcut (self->view, GDK_KEY_F2, "romfs.rename");
  hs_romfs_drag_install (self->view, get_romfs, hs_romfs_window_dup_chosen, self);
  g_signal_connect_object (self->chosen,
                           "selection-changed",
                           G_CALLBACK (hs_romfs_window_show_state),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
hs_romfs_window_dispose (GObject *object)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (object);

  g_clear_handle_id (&self->pulse, g_source_remove);
  g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  g_clear_object (&self->job);
  g_clear_object (&self->chosen);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_romfs_window_parent_class)->dispose (object);
}

static void
hs_romfs_window_finalize (GObject *object)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (object);

  g_clear_object (&self->romfs);
  g_clear_object (&self->saved);
  g_ptr_array_unref (self->undo);
  g_ptr_array_unref (self->said);
  g_ptr_array_unref (self->rooms);
  g_clear_pointer (&self->folder, hs_private_folder_free);
  g_free (self->name);
  g_free (self->path);
  g_free (self->next_name);
  g_free (self->next_path);
  g_free (self->config);
  g_free (self->tree);
  g_free (self->target);
  G_OBJECT_CLASS (hs_romfs_window_parent_class)->finalize (object);
}

static void
hs_romfs_window_class_init (HsRomfsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_romfs_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_romfs_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hs_romfs_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("romfs-window"));
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, open);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, doing);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, place);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, finding_place);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, findings);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, usage);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, bar);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, compile);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, boards);
  gtk_widget_class_bind_template_child (widget_class, HsRomfsWindow, sources);
  gtk_widget_class_bind_template_callback (widget_class, board_cb);
  gtk_widget_class_install_action (widget_class, "romfs.open", NULL, replace_action);
  gtk_widget_class_install_action (widget_class, "romfs.open-folder", NULL, replace_action);
  gtk_widget_class_install_action (widget_class, "romfs.new", NULL, replace_action);
  gtk_widget_class_install_action (widget_class, "romfs.read", "s", replace_action);
  gtk_widget_class_install_action (widget_class, "romfs.add", NULL, add_action);
  gtk_widget_class_install_action (widget_class, "romfs.stop", NULL, stop_action);
  hs_romfs_window_install_edits (widget_class);
}

static void
hs_romfs_window_init (HsRomfsWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->undo = g_ptr_array_new_with_free_func (g_object_unref);
  self->said = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  self->rooms = hs_romfs_places_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  make_list (self);
  hs_romfs_places_fill (self->boards, self->rooms);
  gtk_menu_button_set_create_popup_func (self->open, open_menu_cb, self, NULL);
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  hs_dark_hint_follow (GTK_WIDGET (self));
  self->romfs = hs_romfs_new ();
  self->saved = hs_romfs_new ();
}

static HsRomfsWindow *
window_new (HsSession *session, GtkWindow *parent)
{
  HsRomfsWindow *self = g_object_new (HS_TYPE_ROMFS_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  return self;
}

static void
choose_board (HsRomfsWindow *self, const char *id, guint core)
{
  self->filling = TRUE;
  hs_romfs_places_choose (self->boards, self->rooms, id != NULL ? hs_board_by_id (id) : NULL, core);
  self->filling = FALSE;
}

void
hs_romfs_window_open (HsSession *session, GtkWindow *parent, const char *path)
{
  HsRomfsWindow *self = window_new (session, parent);

  self->tree = hs_trees_guess ();
  hs_romfs_window_show_all (self);
  if (path != NULL)
    hs_romfs_window_open_path (self, path, NULL, NULL);
  gtk_window_present (GTK_WINDOW (self));
}

void
hs_romfs_window_open_blob (HsSession *session,
                           GtkWindow *parent,
                           const char *name,
                           const char *sha256,
                           const char *board)
{
  HsRomfsWindow *self = window_new (session, parent);

  self->tree = hs_trees_guess ();
  choose_board (self, board, g_str_has_prefix (name, "romfs1") ? 1 : 0);
  hs_romfs_window_show_all (self);
  hs_romfs_window_open_path (self, NULL, sha256, name);
  gtk_window_present (GTK_WINDOW (self));
}

void
hs_romfs_window_open_board (HsSession *session,
                            GtkWindow *parent,
                            const char *tree,
                            const char *target)
{
  HsRomfsWindow *self = window_new (session, parent);

  self->tree = g_strdup (tree);
  self->target = g_strdup (target);
  choose_board (self, target, 0);
  gtk_check_button_set_active (self->compile, TRUE);
  hs_romfs_window_show_all (self);
  hs_romfs_window_open_path (self, NULL, NULL, target);
  gtk_window_present (GTK_WINDOW (self));
}
