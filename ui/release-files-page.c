/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-files.h"
#include "ui/piece.h"
#include "ui/release-draft.h"

#include <glib/gi18n-lib.h>

enum { TEMPLATE_PX = 72 };

#define HS_TYPE_RELEASE_FILES_PAGE (hs_release_files_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseFilesPage,
                      hs_release_files_page,
                      HS,
                      RELEASE_FILES_PAGE,
                      HsWizardPage)

/* The widgets of one file. */
typedef struct {
  GtkWidget *group;
  GtkWidget *path;
  GtkWidget *source; /* AdwComboRow: HsFileSource in its order */
  GtkWidget *name;   /* of a folder or a command */
  GtkWidget *file;   /* of the unit's folder */
  GtkWidget *text;   /* GtkTextView: a template */
  GtkWidget *text_row;
} FileRow;

struct _HsReleaseFilesPage {
  HsWizardPage parent_instance;

  GtkWidget *rows;
  GtkLabel *root;

  HsReleaseDraft *draft; /* owned */
  GPtrArray *files;      /* FileRow */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReleaseFilesPage, hs_release_files_page, HS_TYPE_WIZARD_PAGE)

/* -- what is written ------------------------------------------------------------------------- */

static const char *
text_of (GtkWidget *entry)
{
  return gtk_editable_get_text (GTK_EDITABLE (entry));
}

static char *
template_of (const FileRow *row)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (row->text));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
row_is_sane (const FileRow *row)
{
  gboolean template = adw_combo_row_get_selected (ADW_COMBO_ROW (row->source)) == HS_FILE_TEMPLATE;

  return hs_recipe_path_is_sane (text_of (row->path)) && (template || *text_of (row->name) != '\0');
}

static void
update_row (const FileRow *row)
{
  guint source = adw_combo_row_get_selected (ADW_COMBO_ROW (row->source));
  gboolean sane = *text_of (row->path) == '\0' || hs_recipe_path_is_sane (text_of (row->path));

  gtk_widget_set_visible (row->text_row, source == HS_FILE_TEMPLATE);
  gtk_widget_set_visible (row->name, source != HS_FILE_TEMPLATE);
  gtk_widget_set_visible (row->file, source == HS_FILE_FOLDER);
  if (sane)
    gtk_widget_remove_css_class (row->path, "error");
  else
    gtk_widget_add_css_class (row->path, "error");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row->name),
                                 source == HS_FILE_COMMAND ? _ ("Name of the command")
                                                           : _ ("Name of the folder"));
}

static void
take (HsReleaseFilesPage *self)
{
  HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  gboolean complete = TRUE;

  g_ptr_array_set_size (recipe->files, 0);
  for (guint i = 0; i < self->files->len; i++) {
    const FileRow *row = g_ptr_array_index (self->files, i);
    HsFileSource source = adw_combo_row_get_selected (ADW_COMBO_ROW (row->source));
    g_autofree char *text =
        source == HS_FILE_TEMPLATE ? template_of (row) : g_strdup (text_of (row->name));
    const char *file =
        source == HS_FILE_FOLDER && *text_of (row->file) != '\0' ? text_of (row->file) : NULL;

    update_row (row);
    if (!row_is_sane (row))
      complete = FALSE;
    else
      hs_recipe_add_file (recipe, text_of (row->path), source, text, file);
  }
  hs_release_draft_changed (self->draft);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), complete, FALSE, TRUE);
}

static void
edited_cb (HsReleaseFilesPage *self)
{
  if (!self->setting)
    take (self);
}

/* -- rows ------------------------------------------------------------------------------------ */

static void
remove_cb (GtkButton *button, HsReleaseFilesPage *self)
{
  for (guint i = 0; i < self->files->len; i++) {
    FileRow *row = g_ptr_array_index (self->files, i);

    if (!gtk_widget_is_ancestor (GTK_WIDGET (button), row->group))
      continue;
    gtk_box_remove (GTK_BOX (self->rows), row->group);
    g_ptr_array_remove_index (self->files, i);
    break;
  }
  take (self);
}

static GtkWidget *
entry_row (HsReleaseFilesPage *self, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text != NULL ? text : "");
  hs_piece_name (row, title);
  g_signal_connect_object (row, "changed", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static GtkWidget *
source_row (HsReleaseFilesPage *self, HsFileSource source)
{
  const char *const sources[] = { _ ("A template"),
                                  _ ("A folder on this bench, by product number"),
                                  _ ("A command on this bench"),
                                  NULL };
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (sources);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Comes from"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), source);
  hs_piece_name (row, _ ("Comes from"));
  g_signal_connect_object (
      row, "notify::selected", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  return row;
}

/* A template may have several lines. */
static void
make_text (HsReleaseFilesPage *self, FileRow *row, const char *text)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *help = hs_piece_label (
      _ ("Filled in: {id} {serial} {board} {release} {version} {date}"), "caption dim-label");
  GtkTextBuffer *buffer;

  row->text = gtk_text_view_new ();
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (row->text), TRUE);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (row->text), FALSE);
  hs_piece_name (row->text, _ ("Template"));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (row->text));
  gtk_text_buffer_set_text (buffer, text != NULL ? text : "", -1);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), row->text);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroll), TEMPLATE_PX);
  gtk_widget_add_css_class (column, "form-text");
  gtk_box_append (GTK_BOX (column), scroll);
  gtk_box_append (GTK_BOX (column), help);
  row->text_row = adw_preferences_row_new ();
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->text_row), FALSE);
  gtk_widget_set_focusable (row->text_row, FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row->text_row), column);
  hs_piece_name (row->text_row, _ ("Template"));
}

static FileRow *
add_row (HsReleaseFilesPage *self, const HsRecipeFile *file)
{
  HsFileSource source = file != NULL ? file->source : HS_FILE_TEMPLATE;
  gboolean template = source == HS_FILE_TEMPLATE;
  const char *text = file != NULL ? file->text : NULL;
  GtkWidget *remove = gtk_button_new_with_label (_ ("Remove"));
  AdwPreferencesGroup *group;
  FileRow *row = g_new0 (FileRow, 1);

  row->group = adw_preferences_group_new ();
  group = ADW_PREFERENCES_GROUP (row->group);
  row->path = entry_row (self, _ ("Path on the camera's drive"), file != NULL ? file->path : NULL);
  row->source = source_row (self, source);
  row->name = entry_row (self, _ ("Name of the folder"), template ? NULL : text);
  row->file = entry_row (
      self, _ ("File in the unit's folder (empty: as the path)"), file != NULL ? file->file : NULL);
  make_text (self, row, template ? text : NULL);
  hs_piece_set_classes (remove, "flat small");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  hs_piece_name (remove, _ ("Remove this file"));
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, 0);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row->path), remove);
  adw_preferences_group_add (group, row->path);
  adw_preferences_group_add (group, row->source);
  adw_preferences_group_add (group, row->text_row);
  adw_preferences_group_add (group, row->name);
  adw_preferences_group_add (group, row->file);
  hs_piece_name_group (row->group, _ ("A file for every unit"));
  gtk_box_append (GTK_BOX (self->rows), row->group);
  g_ptr_array_add (self->files, row);
  update_row (row);
  return row;
}

static void
add_cb (HsReleaseFilesPage *self)
{
  FileRow *row = add_row (self, NULL);

  take (self);
  gtk_widget_grab_focus (row->path);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_files_page_entered (HsWizardPage *page)
{
  HsReleaseFilesPage *self = HS_RELEASE_FILES_PAGE (page);
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);

  self->setting = TRUE;
  hs_piece_clear (self->rows);
  g_ptr_array_set_size (self->files, 0);
  for (guint i = 0; i < recipe->files->len; i++)
    add_row (self, g_ptr_array_index (recipe->files, i));
  self->setting = FALSE;
  hs_wizard_page_set_verb (page, _ ("_Next"), TRUE, FALSE, TRUE);
}

static void
hs_release_files_page_dispose (GObject *object)
{
  HsReleaseFilesPage *self = HS_RELEASE_FILES_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_files_page_parent_class)->dispose (object);
}

static void
hs_release_files_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_RELEASE_FILES_PAGE (object)->files);
  G_OBJECT_CLASS (hs_release_files_page_parent_class)->finalize (object);
}

static void
hs_release_files_page_class_init (HsReleaseFilesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_files_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_files_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_files_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("release-files-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseFilesPage, rows);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseFilesPage, root);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
hs_release_files_page_init (HsReleaseFilesPage *self)
{
  g_autofree char *root = hs_unit_files_root ();
  g_autofree char *text = NULL;

  self->setting = TRUE;
  self->files = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* Translators: %s is a path */
  text = g_strdup_printf (_ ("Folders and commands lie in %s"), root);
  gtk_label_set_label (self->root, text);
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Files"));
}

HsWizardPage *
hs_release_files_page_new (HsReleaseDraft *draft)
{
  HsReleaseFilesPage *self = g_object_new (HS_TYPE_RELEASE_FILES_PAGE, NULL);

  self->draft = g_object_ref (draft);
  return HS_WIZARD_PAGE (self);
}
