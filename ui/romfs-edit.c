/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-window-private.h"

#include "app/app-error.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/file-chooser.h"
#include "ui/romfs-list.h"

#include <glib/gi18n-lib.h>

/* -- saving, extracting ----------------------------------------------------------------------- */

static void
toast (HsRomfsWindow *self, gboolean saved, const char *path)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *text = saved ? g_strdup_printf (_ ("Saved as %s"), name)
                                : g_strdup_printf (_ ("Extracted to %s"), name);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (markup));
}

static void
saved_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRomfsWindow *self = owner;
  HsRomfs *was = g_object_get_data (G_OBJECT (self->work), "romfs");

  if (result != NULL) {
    g_set_object (&self->saved, was);
    g_free (self->path);
    g_free (self->name);
    self->path = g_strdup (result);
    self->name = g_path_get_basename (result);
    toast (self, TRUE, result);
  }
  g_clear_object (&self->work);
  hs_romfs_window_show_problem (self, error);
  hs_romfs_window_show_state (self);
}

static void
extracted_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRomfsWindow *self = owner;

  g_clear_object (&self->work);
  hs_romfs_window_show_problem (self, error);
  hs_romfs_window_show_state (self);
  if (result != NULL)
    toast (self, FALSE, result);
}

static void
store (HsRomfsWindow *self, const char *path, GStrv names, HsCatalogFunc func, HsAnswerFunc answer)
{
  HsRomfsStore *question = g_new0 (HsRomfsStore, 1);

  question->romfs = hs_romfs_copy (self->romfs);
  question->path = g_strdup (path);
  question->names = names;
  question->limit = hs_romfs_window_get_limit (self);
  hs_romfs_window_begin (self);
  g_object_set_data_full (
      G_OBJECT (self->work), "romfs", g_object_ref (question->romfs), g_object_unref);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                func,
                question,
                hs_romfs_store_free,
                g_free,
                self->work,
                answer);
}

GStrv
hs_romfs_window_dup_chosen (gpointer owner)
{
  HsRomfsWindow *self = owner;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->chosen)); i++) {
    g_autoptr (HsRomfsItem) item = g_list_model_get_item (G_LIST_MODEL (self->chosen), i);

    if (gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->chosen), i))
      g_strv_builder_add (names, hs_romfs_item_get_name (item));
  }
  return g_strv_builder_end (names);
}

void
hs_romfs_window_extract (HsRomfsWindow *self, const char *folder, gboolean all)
{
  store (self,
         folder,
         all ? NULL : hs_romfs_window_dup_chosen (self),
         hs_romfs_extract_func,
         extracted_cb);
}

static void
extract_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_romfs_window_choose (HS_ROMFS_WINDOW (widget), name, _ ("Extract To"), TRUE);
}

static void
save_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsRomfsWindow) self = data;
  g_autoptr (GFile) file = hs_file_chooser_save_finish (result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && self->session != NULL && !hs_romfs_window_is_busy (self))
    store (self, path, NULL, hs_romfs_save_func, saved_cb);
}

static void
save_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (widget);
  g_autofree char *proposal = self->path != NULL ? g_path_get_basename (self->path)
                                                 : g_strdup_printf ("romfs%u.img", self->core);

  hs_file_chooser_save_async (
      GTK_WINDOW (self), _ ("Save Image"), proposal, NULL, save_chosen_cb, g_object_ref (self));
}

/* -- changing --------------------------------------------------------------------------------- */

static void
remove_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (widget);
  g_auto (GStrv) names = hs_romfs_window_dup_chosen (self);

  hs_romfs_window_remember (self);
  for (char **one = names; *one != NULL; one++)
    hs_romfs_remove (self->romfs, *one);
  hs_romfs_window_show_all (self);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsRomfsWindow *self = HS_ROMFS_WINDOW (widget);

  if (self->undo->len == 0)
    return;
  g_set_object (&self->romfs, g_ptr_array_index (self->undo, self->undo->len - 1));
  g_ptr_array_set_size (self->undo, self->undo->len - 1);
  hs_romfs_window_show_problem (self, NULL);
  hs_romfs_window_show_all (self);
}

/* Somebody typed another name for the one that is chosen. */
static void
rename_cb (gpointer owner, const char *text)
{
  HsRomfsWindow *self = owner;
  g_auto (GStrv) names = hs_romfs_window_dup_chosen (self);
  g_autoptr (GError) error = NULL;

  if (names[0] == NULL || g_str_equal (names[0], text))
    return;
  hs_romfs_window_remember (self);
  if (!hs_romfs_rename (self->romfs, names[0], text, &error))
    g_ptr_array_set_size (self->undo, self->undo->len - 1);
  hs_romfs_window_show_all (self);
  hs_romfs_window_show_problem (self, error);
}

static void
rename_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_auto (GStrv) names = hs_romfs_window_dup_chosen (widget);

  if (names[0] != NULL)
    hs_dialog_ask_text (widget,
                        _ ("Rename"),
                        _ ("Its path below /rom. Slashes make folders."),
                        _ ("Name"),
                        names[0],
                        _ ("Rename"),
                        rename_cb,
                        widget);
}

static void
align_cb (gpointer owner, const char *text)
{
  HsRomfsWindow *self = owner;
  g_auto (GStrv) names = hs_romfs_window_dup_chosen (self);
  g_autoptr (GError) error = NULL;
  guint64 alignment = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 1, 4096, &alignment, NULL) ||
      (alignment & (alignment - 1)) != 0) {
    g_set_error (&error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_ROMFS,
                 _ ("“%s” is no alignment: 1, 2, 4, 8 … 4096 are."),
                 text);
    hs_romfs_window_show_problem (self, error);
    return;
  }
  hs_romfs_window_remember (self);
  for (char **one = names; *one != NULL; one++)
    hs_romfs_set_alignment (self->romfs, *one, alignment);
  hs_romfs_window_show_problem (self, NULL);
  hs_romfs_window_show_all (self);
}

static void
align_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_auto (GStrv) names = hs_romfs_window_dup_chosen (widget);
  const HsRomfsFile *file =
      names[0] != NULL ? hs_romfs_find (HS_ROMFS_WINDOW (widget)->romfs, names[0]) : NULL;
  g_autofree char *now = file != NULL ? g_strdup_printf ("%u", file->alignment) : NULL;

  if (file != NULL)
    hs_dialog_ask_text (widget,
                        _ ("Alignment"),
                        _ ("The data of the chosen files begins at a multiple of so many bytes. "
                           "Models need 16, on the N6 32; 4 does for all else."),
                        _ ("Bytes"),
                        now,
                        _ ("Align"),
                        align_cb,
                        widget);
}

void
hs_romfs_window_install_edits (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "romfs.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "romfs.extract", NULL, extract_action);
  gtk_widget_class_install_action (widget_class, "romfs.extract-all", NULL, extract_action);
  gtk_widget_class_install_action (widget_class, "romfs.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "romfs.rename", NULL, rename_action);
  gtk_widget_class_install_action (widget_class, "romfs.align", NULL, align_action);
  gtk_widget_class_install_action (widget_class, "romfs.undo", NULL, undo_action);
}
