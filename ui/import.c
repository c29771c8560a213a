/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/import.h"

#include "app/explain.h"
#include "ui/format.h"
#include "ui/release-dialogs.h"

#include <glib/gi18n-lib.h>

/* -- bringing it in --------------------------------------------------------------------------- */

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsWindow) window = data;
  HsSession *session = HS_SESSION (source);
  g_autoptr (GError) error = NULL;
  gboolean existing = FALSE;
  g_autoptr (HsBuild) build = hs_session_import_finish (session, result, &existing, &error);
  g_autofree char *text = NULL;
  AdwToast *toast;

  if (build == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    hs_window_show_problem (window, problem);
    return;
  }

  /* Translators: the name of a build, and of a board */
  text = g_strdup_printf (existing ? _ ("%s for %s was there already") : _ ("Imported %s for %s"),
                          hs_build_get_name (build),
                          hs_format_board_name (hs_build_get_board (build)));
  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _ ("Show"));
  adw_toast_set_action_name (toast, "win.show-build");
  adw_toast_set_action_target (toast, "s", hs_build_get_id (build));
  hs_window_add_toast (window, toast);
  if (hs_session_get_loaded (session) == NULL)
    hs_session_set_loaded (session, build);
}

static void
show_release (gpointer window, const char *id)
{
  gtk_widget_activate_action (window, "win.show-release", "s", id);
}

static gboolean
is_bundle (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *folded = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  return folded != NULL && g_str_has_suffix (folded, ".hotshoe");
}

/* Releases among @files come in each by itself. Returns whether there was one. */
static gboolean
import_bundles (HsWindow *window, GSList *files)
{
  gboolean any = FALSE;

  for (GSList *item = files; item != NULL; item = item->next) {
    if (!is_bundle (item->data))
      continue;
    any = TRUE;
    hs_release_import_file (
        GTK_WIDGET (window), hs_window_get_session (window), item->data, show_release, window);
  }
  return any;
}

/**
 * hs_import_files:
 * @window: a window
 * @files: (element-type GFile): what makes up one build; or .hotshoe files, each a release
 */
void
hs_import_files (HsWindow *window, GSList *files)
{
  g_autoptr (GSList) rest = NULL;

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (GSList *item = files; item != NULL; item = item->next)
    if (!is_bundle (item->data))
      rest = g_slist_append (rest, item->data);
  if (import_bundles (window, files) && rest == NULL)
    return;

  for (GSList *item = rest; item != NULL; item = item->next) {
    g_autofree char *path = g_file_get_path (item->data);

    if (path != NULL)
      g_strv_builder_add (builder, path);
  }
  paths = g_strv_builder_end (builder);
  if (paths[0] == NULL) {
    HsProblem problem = { .code = (char *) "not-local",
                          .headline = (char *) _ ("Nothing to import"),
                          .message = (char *) _ ("Only files on this computer can be imported."),
                          .action = (char *) _ ("Copy them here first.") };

    hs_window_show_problem (window, &problem);
    return;
  }

  hs_window_show_problem (window, NULL);
  hs_session_import_async (hs_window_get_session (window),
                           (const char *const *) paths,
                           NULL,
                           NULL,
                           imported_cb,
                           g_object_ref (window));
}

/* -- choosing --------------------------------------------------------------------------------- */

static void
chosen_cb (GtkNativeDialog *chooser, int response, HsWindow *window)
{
  g_autoptr (GListModel) files = NULL;
  GSList *list = NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser));
    for (guint i = g_list_model_get_n_items (files); i > 0; i--)
      list = g_slist_prepend (list, g_list_model_get_item (files, i - 1));
    hs_import_files (window, list);
    g_slist_free_full (list, g_object_unref);
  }
  g_object_unref (chooser);
}

static GtkFileFilter *
firmware_filter (void)
{
  static const char *const suffixes[] = { "zip", "bin", "img", "dfu", "uf2", "elf", "hotshoe" };
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _ ("Firmware"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  return filter;
}

void
hs_import_choose (HsWindow *window, gboolean folder)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
      folder ? _ ("Import a Build Folder") : _ ("Import Firmware Files"),
      GTK_WINDOW (window),
      folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
      _ ("Import"),
      NULL);

  if (!folder) {
    g_autoptr (GtkFileFilter) filter = firmware_filter ();

    gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), TRUE);
    gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
  }
  g_signal_connect_object (chooser, "response", G_CALLBACK (chosen_cb), window, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
ask_response_cb (HsWindow *window, const char *response)
{
  if (g_strcmp0 (response, "folder") == 0)
    hs_import_choose (window, TRUE);
  else if (g_strcmp0 (response, "files") == 0)
    hs_import_choose (window, FALSE);
}

/* One chooser can't offer both files and folders. */
void
hs_import_ask (HsWindow *window)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (window),
      _ ("Import a Build"),
      _ ("A folder that the firmware's build made, the zip of a cloud build, or single firmware "
         "files. They can also be dropped on the window or pasted."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel",
                                    _ ("Cancel"),
                                    "folder",
                                    _ ("Choose a Folder…"),
                                    "files",
                                    _ ("Choose Files…"),
                                    NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "files");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (
      dialog, "response", G_CALLBACK (ask_response_cb), window, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* -- pasting and dropping --------------------------------------------------------------------- */

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsWindow) window = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);

  /* Text, a picture, nothing: then there is nothing to import, and nothing to say. */
  if (value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    hs_import_files (window, g_value_get_boxed (value));
}

void
hs_import_paste (HsWindow *window)
{
  gdk_clipboard_read_value_async (gtk_widget_get_clipboard (GTK_WIDGET (window)),
                                  GDK_TYPE_FILE_LIST,
                                  G_PRIORITY_DEFAULT,
                                  NULL,
                                  pasted_cb,
                                  g_object_ref (window));
}

static GdkDragAction
drop_enter_cb (GtkDropTarget *target, double x, double y, GtkRevealer *overlay)
{
  gtk_widget_set_visible (GTK_WIDGET (overlay), TRUE);
  gtk_revealer_set_reveal_child (overlay, TRUE);
  return GDK_ACTION_COPY;
}

static void
drop_leave_cb (GtkDropTarget *target, GtkRevealer *overlay)
{
  gtk_revealer_set_reveal_child (overlay, FALSE);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, GtkRevealer *overlay)
{
  GtkWidget *window = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));

  gtk_revealer_set_reveal_child (overlay, FALSE);
  hs_import_files (HS_WINDOW (window), g_value_get_boxed (value));
  return TRUE;
}

static void
overlay_gone_cb (GtkRevealer *overlay)
{
  if (!gtk_revealer_get_child_revealed (overlay))
    gtk_widget_set_visible (GTK_WIDGET (overlay), FALSE);
}

void
hs_import_accept_drops (HsWindow *window, GtkRevealer *overlay)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect (target, "enter", G_CALLBACK (drop_enter_cb), overlay);
  g_signal_connect (target, "leave", G_CALLBACK (drop_leave_cb), overlay);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), overlay);
  g_signal_connect (overlay, "notify::child-revealed", G_CALLBACK (overlay_gone_cb), NULL);
  gtk_widget_add_controller (GTK_WIDGET (window), GTK_EVENT_CONTROLLER (target));
}
