/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/file-chooser.h"
#include "ui/freeze-draft.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

enum { MOST_SUGGESTIONS = 12 };

#define HS_TYPE_FREEZE_APP_PAGE (hs_freeze_app_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeAppPage, hs_freeze_app_page, HS, FREEZE_APP_PAGE, HsWizardPage)

struct _HsFreezeAppPage {
  HsWizardPage parent_instance;

  GtkWidget *page;
  GtkLabel *note;
  AdwBin *problem;
  GtkWidget *entries;
  AdwActionRow *main_row;
  GtkWidget *main_remove;
  AdwActionRow *boot_row;
  GtkWidget *boot_remove;
  GtkSwitch *thin;
  AdwPreferencesGroup *parts;
  AdwPreferencesGroup *requires;
  GtkWidget *require;
  GtkWidget *suggestions;

  HsFreezeDraft *draft;   /* owned */
  GPtrArray *part_rows;   /* GtkWidget, borrowed: children of @parts */
  GPtrArray *name_rows;   /* GtkWidget, borrowed: children of @requires */
  GCancellable *choosing; /* owned; nullable */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsFreezeAppPage, hs_freeze_app_page, HS_TYPE_WIZARD_PAGE)

/* -- rows that come and go ----------------------------------------------------------------------
 */

static void
remove_cb (GtkButton *button, HsFreezeAppPage *self)
{
  GPtrArray *list = g_object_get_data (G_OBJECT (button), "list");
  const char *text = g_object_get_data (G_OBJECT (button), "text");
  guint i;

  if (g_ptr_array_find_with_equal_func (list, text, g_str_equal, &i))
    g_ptr_array_remove_index (list, i);
  hs_freeze_draft_wish_changed (self->draft);
}

static GtkWidget *
row_new (HsFreezeAppPage *self,
         GPtrArray *list,
         const char *text,
         const char *title,
         const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *remove = gtk_button_new_with_label (_ ("Leave Out"));
  g_autofree char *name = g_strdup_printf (_ ("Leave %s out"), title);
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe = g_markup_escape_text (subtitle, -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), safe);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_tooltip_text (row, text);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  hs_piece_name (remove, name);
  g_object_set_data_full (
      G_OBJECT (remove), "list", g_ptr_array_ref (list), (GDestroyNotify) g_ptr_array_unref);
  g_object_set_data_full (G_OBJECT (remove), "text", g_strdup (text), g_free);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  return row;
}

static void
clear_rows (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
add_paths (HsFreezeAppPage *self, GPtrArray *list, const char *kind)
{
  for (guint i = 0; i < list->len; i++) {
    const char *path = g_ptr_array_index (list, i);
    g_autofree char *name = g_path_get_basename (path);
    g_autofree char *subtitle = g_strdup_printf ("%s · %s", kind, path);
    GtkWidget *row = row_new (self, list, path, name, subtitle);

    adw_preferences_group_add (self->parts, row);
    g_ptr_array_add (self->part_rows, row);
  }
}

static gboolean
is_known (HsFreezeAppPage *self, const char *name)
{
  const char *const *library = hs_freeze_draft_get_library (self->draft);

  return library == NULL || library[0] == NULL || g_strv_contains (library, name);
}

static void
add_names (HsFreezeAppPage *self, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    const char *name = g_ptr_array_index (list, i);
    GtkWidget *row = row_new (self,
                              list,
                              name,
                              name,
                              is_known (self, name)
                                  ? _ ("frozen from micropython-lib")
                                  : _ ("this tree’s micropython-lib has no module of that name"));

    adw_preferences_group_add (self->requires, row);
    g_ptr_array_add (self->name_rows, row);
  }
}

/* -- names of micropython-lib -------------------------------------------------------------------
 */

static void
require_name (HsFreezeAppPage *self, const char *name)
{
  GPtrArray *requires = hs_freeze_draft_get_wish (self->draft)->requires;

  if (*name != '\0' && !g_ptr_array_find_with_equal_func (requires, name, g_str_equal, NULL))
    g_ptr_array_add (requires, g_strdup (name));
  gtk_editable_set_text (GTK_EDITABLE (self->require), "");
  hs_freeze_draft_wish_changed (self->draft);
}

static void
suggestion_cb (GtkButton *button, HsFreezeAppPage *self)
{
  g_autofree char *name = g_strdup (gtk_button_get_label (button));

  require_name (self, name);
  gtk_widget_grab_focus (self->require);
}

static void
require_apply_cb (HsFreezeAppPage *self)
{
  g_autofree char *name =
      g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->require))));

  require_name (self, name);
}

static void
clear_suggestions (HsFreezeAppPage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->suggestions)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->suggestions), child);
}

static void
require_changed_cb (HsFreezeAppPage *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->require));
  const char *const *library = hs_freeze_draft_get_library (self->draft);
  guint n = 0;

  clear_suggestions (self);
  for (guint i = 0; *typed != '\0' && library != NULL && library[i] != NULL; i++) {
    GtkWidget *button, *child;

    if (strstr (library[i], typed) == NULL || n++ >= MOST_SUGGESTIONS)
      continue;
    button = gtk_button_new_with_label (library[i]);
    gtk_widget_add_css_class (button, "small");
    hs_piece_name (button, library[i]);
    g_signal_connect_object (button, "clicked", G_CALLBACK (suggestion_cb), self, 0);
    child = gtk_flow_box_child_new ();
    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), button);
    gtk_widget_set_focusable (child, FALSE);
    hs_piece_name (child, library[i]);
    gtk_flow_box_append (GTK_FLOW_BOX (self->suggestions), child);
  }
  gtk_widget_set_visible (self->suggestions, n > 0);
}

/* -- files ------------------------------------------------------------------------------------ */

static GStrv
dup_paths (GListModel *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL)
      g_strv_builder_add (paths, path);
  }
  return g_strv_builder_end (paths);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsFreezeAppPage) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_auto (GStrv) paths = dup_paths (files);

  if (self->draft != NULL && paths[0] != NULL)
    hs_freeze_draft_take_files (self->draft, (const char *const *) paths);
}

/* Whatever its name was: on the camera it is this entry. */
static void
take_entry (HsFreezeAppPage *self, char **entry, GAsyncResult *result)
{
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_auto (GStrv) paths = dup_paths (files);

  if (self->draft == NULL || paths[0] == NULL)
    return;
  g_free (*entry);
  *entry = g_strdup (paths[0]);
  hs_freeze_draft_wish_changed (self->draft);
}

static void
main_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsFreezeAppPage) self = data;

  if (self->draft != NULL)
    take_entry (self, &hs_freeze_draft_get_wish (self->draft)->main, result);
}

static void
boot_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsFreezeAppPage) self = data;

  if (self->draft != NULL)
    take_entry (self, &hs_freeze_draft_get_wish (self->draft)->boot, result);
}

static void
choose (HsFreezeAppPage *self, const char *title, gboolean folder, GAsyncReadyCallback callback)
{
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              title,
                              folder,
                              self->choosing,
                              callback,
                              g_object_ref (self));
}

static void
main_choose_cb (HsFreezeAppPage *self)
{
  choose (self, _ ("Choose main.py"), FALSE, main_chosen_cb);
}

static void
boot_choose_cb (HsFreezeAppPage *self)
{
  choose (self, _ ("Choose boot.py"), FALSE, boot_chosen_cb);
}

static void
add_package_cb (HsFreezeAppPage *self)
{
  choose (self, _ ("Add a Package (a Folder With __init__.py)"), TRUE, added_cb);
}

static void
add_modules_cb (HsFreezeAppPage *self)
{
  choose (self, _ ("Add Modules"), FALSE, added_cb);
}

static void
main_remove_cb (HsFreezeAppPage *self)
{
  g_clear_pointer (&hs_freeze_draft_get_wish (self->draft)->main, g_free);
  hs_freeze_draft_wish_changed (self->draft);
}

static void
boot_remove_cb (HsFreezeAppPage *self)
{
  g_clear_pointer (&hs_freeze_draft_get_wish (self->draft)->boot, g_free);
  hs_freeze_draft_wish_changed (self->draft);
}

static void
thin_cb (HsFreezeAppPage *self)
{
  if (self->setting)
    return;
  hs_freeze_draft_get_wish (self->draft)->thin = gtk_switch_get_active (self->thin);
  hs_freeze_draft_wish_changed (self->draft);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, HsFreezeAppPage *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (GSList *item = files; item != NULL; item = item->next) {
    g_autofree char *path = g_file_get_path (item->data);

    if (path != NULL)
      g_strv_builder_add (builder, path);
  }
  paths = g_strv_builder_end (builder);
  if (paths[0] == NULL)
    return FALSE;
  hs_freeze_draft_take_files (self->draft, (const char *const *) paths);
  return TRUE;
}

/* -- the page --------------------------------------------------------------------------------- */

static void
show_entry (AdwActionRow *row, GtkWidget *remove, const char *path, const char *none)
{
  g_autofree char *safe = g_markup_escape_text (path != NULL ? path : none, -1);

  adw_action_row_set_subtitle (row, safe);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row), path);
  gtk_widget_set_visible (remove, path != NULL);
}

static void
show_wish (HsFreezeAppPage *self)
{
  HsFreezeWish *wish = hs_freeze_draft_get_wish (self->draft);

  self->setting = TRUE;
  show_entry (self->main_row,
              self->main_remove,
              wish->main,
              wish->thin ? _ ("becomes /rom/app.py")
                         : _ ("none: the one on the drive starts, if there is one"));
  show_entry (self->boot_row,
              self->boot_remove,
              wish->boot,
              _ ("none: runs before main.py, at every reset"));
  gtk_switch_set_active (self->thin, wish->thin);
  clear_rows (self->parts, self->part_rows);
  clear_rows (self->requires, self->name_rows);
  add_paths (self, wish->packages, _ ("package"));
  add_paths (self, wish->modules, _ ("module"));
  add_names (self, wish->requires);
  self->setting = FALSE;
}

static void
changed_cb (HsFreezeAppPage *self)
{
  const GError *error = hs_freeze_draft_get_error (self->draft);
  gboolean busy = hs_freeze_draft_is_busy (self->draft);
  gboolean before = hs_freeze_draft_has_before (self->draft);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  show_wish (self);
  gtk_widget_set_sensitive (self->page, !busy);
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
  gtk_label_set_label (self->note,
                       busy     ? _ ("Reading the manifest…")
                       : before ? _ ("This is what Hotshoe froze here before. What people wrote "
                                     "themselves stays as it is.")
                                : _ ("Sources are copied into the tree. Nothing is written before "
                                     "you have seen the changes."));
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           _ ("_Next"),
                           !busy && (before || !hs_freeze_draft_is_empty (self->draft)),
                           FALSE,
                           TRUE);
}

static void
refused_cb (HsFreezeAppPage *self, const char *why)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts), adw_toast_new (why));
}

static void
hs_freeze_app_page_entered (HsWizardPage *page)
{
  HsFreezeAppPage *self = HS_FREEZE_APP_PAGE (page);

  hs_freeze_draft_read_before (self->draft);
  changed_cb (self);
}

static void
hs_freeze_app_page_dispose (GObject *object)
{
  HsFreezeAppPage *self = HS_FREEZE_APP_PAGE (object);

  self->setting = TRUE;
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_freeze_app_page_parent_class)->dispose (object);
}

static void
hs_freeze_app_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_FREEZE_APP_PAGE (object)->part_rows);
  g_ptr_array_unref (HS_FREEZE_APP_PAGE (object)->name_rows);
  G_OBJECT_CLASS (hs_freeze_app_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("freeze-app-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, page);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, note);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, problem);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, entries);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, main_row);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, main_remove);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, boot_row);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, boot_remove);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, thin);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, parts);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, requires);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, require);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeAppPage, suggestions);
  gtk_widget_class_bind_template_callback (widget_class, main_choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, boot_choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, main_remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, boot_remove_cb);
  gtk_widget_class_bind_template_callback (widget_class, thin_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_package_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_modules_cb);
  gtk_widget_class_bind_template_callback (widget_class, require_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, require_apply_cb);
}

static void
hs_freeze_app_page_class_init (HsFreezeAppPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_freeze_app_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_freeze_app_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_freeze_app_page_entered;
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
hs_freeze_app_page_init (HsFreezeAppPage *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->part_rows = g_ptr_array_new ();
  self->name_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->main_row), "main.py");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->boot_row), "boot.py");
  hs_piece_name_group (self->entries, _ ("Starts by itself"));
  hs_piece_name_group (GTK_WIDGET (self->parts), _ ("Packages and modules"));
  hs_piece_name_group (GTK_WIDGET (self->requires), _ ("From micropython-lib"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Application"));
}

HsWizardPage *
hs_freeze_app_page_new (HsFreezeDraft *draft)
{
  HsFreezeAppPage *self = g_object_new (HS_TYPE_FREEZE_APP_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (draft, "refused", G_CALLBACK (refused_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
