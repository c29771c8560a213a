/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/file-chooser.h"

#include <glib/gi18n-lib.h>

static void
return_files (GTask *task, GtkFileChooser *chooser)
{
  if (gtk_file_chooser_get_action (chooser) == GTK_FILE_CHOOSER_ACTION_SAVE)
    g_task_return_pointer (task, gtk_file_chooser_get_file (chooser), g_object_unref);
  else
    g_task_return_pointer (task, gtk_file_chooser_get_files (chooser), g_object_unref);
}

/* The task owns the chooser, the chooser's handler owns the task: both end here. */
static void
response_cb (GtkNativeDialog *dialog, int response, GTask *task)
{
  g_signal_handlers_disconnect_by_data (dialog, task);
  if (response == GTK_RESPONSE_ACCEPT)
    return_files (task, GTK_FILE_CHOOSER (dialog));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nothing was chosen");
  gtk_native_dialog_destroy (dialog);
  g_object_unref (task);
}

static GtkFileChooserNative *
choose (GtkWindow *parent, const char *title, GtkFileChooserAction action, GTask *task)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (title, parent, action, NULL, NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_task_set_task_data (task, chooser, g_object_unref);
  g_signal_connect (chooser, "response", G_CALLBACK (response_cb), task);
  return chooser;
}

/**
 * hs_file_chooser_open_async:
 * @parent: the window that asks
 * @title: of the chooser
 * @folder: one folder instead of one or several files
 * @cancellable: (nullable): a cancellable
 * @callback: told the answer
 * @user_data: for @callback
 *
 * Asks for files to read.
 */
void
hs_file_chooser_open_async (GtkWindow *parent,
                            const char *title,
                            gboolean folder,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (parent, cancellable, callback, user_data);
  GtkFileChooserNative *chooser =
      choose (parent,
              title,
              folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
              task);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), !folder);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* (transfer full): the #GFiles that were chosen; %G_IO_ERROR_CANCELLED if none. */
GListModel *
hs_file_chooser_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * hs_file_chooser_save_async:
 * @parent: the window that asks
 * @title: of the chooser
 * @name: the file's name as proposed
 * @cancellable: (nullable): a cancellable
 * @callback: told the answer
 * @user_data: for @callback
 *
 * Asks for a file to write. The chooser asks before an existing one is chosen.
 */
void
hs_file_chooser_save_async (GtkWindow *parent,
                            const char *title,
                            const char *name,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task = g_task_new (parent, cancellable, callback, user_data);
  GtkFileChooserNative *chooser = choose (parent, title, GTK_FILE_CHOOSER_ACTION_SAVE, task);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* (transfer full): the file that was chosen; %G_IO_ERROR_CANCELLED if none. */
GFile *
hs_file_chooser_save_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
