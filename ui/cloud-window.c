/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/cloud-window.h"

#include "app/explain.h"
#include "app/firmware/cloud-import.h"
#include "flash/board.h"
#include "ui/file-chooser.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define UPSTREAM "openmv/openmv"

/* From nothing to a zip; @page: as in hs_cloud_dup_url(). */
static const struct {
  const char *page;
  const char *title; /* N_() */
  const char *text;  /* N_() */
} steps[] = {
  { "fork",
    N_ ("Fork the firmware"),
    N_ ("With an account of GitHub: a copy of openmv/openmv of your own.") },
  { "actions",
    N_ ("Enable Actions"),
    N_ ("In a new fork they are off. The page of the fork asks once.") },
  { "libraries",
    N_ ("Upload your scripts"),
    N_ ("Into scripts/libraries. Commit to a branch of your own first, if more is to come: every "
        "push to master builds.") },
  { "manifest",
    N_ ("Name them in the board’s manifest"),
    N_ ("Paste the line below at the end of manifest.py.") },
  { "runs",
    N_ ("Let it build, and download the artifact"),
    N_ ("A push to master, or a tag, starts “Firmware Build”. After it has ended, its page has one "
        "artifact for each board, named like the board.") },
  { "releases",
    N_ ("Or take a release"),
    N_ ("A push to master also makes the release “development”; a tag makes a draft.") },
};

struct _HsCloudWindow {
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkEditable *fork;
  AdwComboRow *board;
  AdwPreferencesGroup *steps;
  AdwBin *example;
  GtkWidget *take;
  GtkWidget *choose;
  GtkEditable *url;
  AdwBin *place;

  HsSession *session; /* owned; NULL once it is gone */
  GtkWidget *buttons[G_N_ELEMENTS (steps)];
  char *zip; /* nullable */
  GCancellable *cancellable;
};

#define HS_TYPE_CLOUD_WINDOW (hs_cloud_window_get_type ())
G_DECLARE_FINAL_TYPE (HsCloudWindow, hs_cloud_window, HS, CLOUD_WINDOW, AdwWindow)
G_DEFINE_FINAL_TYPE (HsCloudWindow, hs_cloud_window, ADW_TYPE_WINDOW)

/* -- the way there ---------------------------------------------------------------------------- */

static const char *
get_target (HsCloudWindow *self)
{
  GtkStringObject *item = adw_combo_row_get_selected_item (self->board);

  return item != NULL ? gtk_string_object_get_string (item) : NULL;
}

/* (transfer full) (nullable): not typed yet, or none of GitHub's */
static char *
dup_page (HsCloudWindow *self, guint n)
{
  const char *fork =
      g_str_equal (steps[n].page, "fork") ? UPSTREAM : gtk_editable_get_text (self->fork);

  return hs_cloud_dup_url (fork, NULL, steps[n].page, get_target (self));
}

static void
update_cb (HsCloudWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_autofree char *page = dup_page (self, i);

    if (self->buttons[i] == NULL)
      continue;
    gtk_widget_set_sensitive (self->buttons[i], page != NULL);
    gtk_widget_set_tooltip_text (self->buttons[i],
                                 page != NULL ? page : _ ("Name your fork above first."));
  }
}

static void
open_cb (GtkButton *button, HsCloudWindow *self)
{
  guint n = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "step"));
  g_autofree char *page = dup_page (self, n);

  if (page != NULL)
    gtk_show_uri (GTK_WINDOW (self), page, GDK_CURRENT_TIME);
}

static void
add_step (HsCloudWindow *self, guint n)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Open Page"));
  g_autofree char *number = g_strdup_printf ("%u", n + 1);
  g_autofree char *name = g_strdup_printf (_ ("Open the page: %s"), _ (steps[n].title));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (steps[n].title));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (steps[n].text));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), hs_piece_label (number, "dim-label"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  hs_piece_name (button, name);
  g_object_set_data (G_OBJECT (button), "step", GUINT_TO_POINTER (n));
  g_signal_connect_object (button, "clicked", G_CALLBACK (open_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->steps, row);
  self->buttons[n] = button;
}

/* Boards that have a manifest in the firmware's tree. */
static void
fill_boards (HsCloudWindow *self, const char *target)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const HsBoard *board;
  guint chosen = 0;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    if (g_strcmp0 (board->id, target) == 0)
      chosen = i;
    gtk_string_list_append (names, board->id);
  }
  adw_combo_row_set_model (self->board, G_LIST_MODEL (names));
  adw_combo_row_set_selected (self->board, chosen);
}

/* -- the zip ---------------------------------------------------------------------------------- */

/* What a thread is asked for: the list of @zip, or to import @target of it. */
typedef struct {
  HsCatalog *catalog;
  char *zip;
  char *target; /* nullable */
  char *url;    /* nullable */
  gboolean existing;
} Work;

static void
work_free (gpointer data)
{
  Work *self = data;

  g_object_unref (self->catalog);
  g_free (self->zip);
  g_free (self->target);
  g_free (self->url);
  g_free (self);
}

static GTask *
task_new (HsCloudWindow *self, const char *target, GAsyncReadyCallback callback)
{
  g_autofree char *url = g_strstrip (g_strdup (gtk_editable_get_text (self->url)));
  Work *work = g_new0 (Work, 1);
  GTask *task;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, callback, NULL);
  work->catalog = g_object_ref (hs_session_get_catalog (self->session));
  work->zip = g_strdup (self->zip);
  work->target = g_strdup (target);
  work->url = *url != '\0' ? g_steal_pointer (&url) : NULL;
  g_task_set_task_data (task, work, work_free);
  gtk_widget_set_sensitive (self->take, FALSE);
  return task;
}

static void
show_error (HsCloudWindow *self, GError *error)
{
  if (self->session == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  gtk_widget_set_sensitive (self->take, TRUE);
  adw_bin_set_child (self->place, hs_tree_problem (error));
}

static void
import_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  HsBuild *build =
      hs_cloud_import (work->catalog, work->zip, work->target, work->url, &work->existing, &error);

  if (build != NULL)
    g_task_return_pointer (task, build, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsCloudWindow *self = HS_CLOUD_WINDOW (source);
  const Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBuild) build = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text = NULL;

  if (build == NULL) {
    show_error (self, error);
    return;
  }
  gtk_widget_set_sensitive (self->take, TRUE);
  text = g_strdup_printf (work->existing ? _ ("%s for %s is already in the catalog")
                                         : _ ("%s for %s is in the catalog now"),
                          hs_build_get_name (build),
                          hs_build_get_board (build));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

static void
import_cb (GtkButton *button, HsCloudWindow *self)
{
  g_autoptr (GTask) task =
      task_new (self, g_object_get_data (G_OBJECT (button), "target"), imported_cb);

  g_task_run_in_thread (task, import_thread);
}

static GtkWidget *
build_row (HsCloudWindow *self, const HsCloudBuild *build)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Import"));
  const char *title = build->target != NULL ? build->target : _ ("One build");
  g_autofree char *size = hs_format_size (build->bytes);
  g_autofree char *subtitle = g_strdup_printf (
      ngettext ("%u file, %s", "%u files, %s", build->n_files), build->n_files, size);
  /* Translators: a board */
  g_autofree char *name = g_strdup_printf (_ ("Import the build for %s"), title);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  hs_piece_name (button, name);
  g_object_set_data_full (G_OBJECT (button), "target", g_strdup (build->target), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (import_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  GPtrArray *builds = hs_cloud_list (work->zip, &error);

  if (builds != NULL)
    g_task_return_pointer (task, builds, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsCloudWindow *self = HS_CLOUD_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) builds = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *base = NULL;
  GtkWidget *group;

  if (builds == NULL) {
    show_error (self, error);
    return;
  }
  gtk_widget_set_sensitive (self->take, TRUE);
  base = g_path_get_basename (self->zip);
  group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), base);
  for (guint i = 0; i < builds->len; i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               build_row (self, g_ptr_array_index (builds, i)));
  adw_bin_set_child (self->place, group);
}

static void
take_zip (HsCloudWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GTask) task = NULL;

  if (path == NULL || self->session == NULL)
    return;
  g_free (self->zip);
  self->zip = g_steal_pointer (&path);
  task = task_new (self, NULL, listed_cb);
  g_task_run_in_thread (task, list_thread);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsCloudWindow) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  if (file != NULL)
    take_zip (self, file);
}

static void
choose_cb (HsCloudWindow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hs_file_chooser_open_async (GTK_WINDOW (self),
                              _ ("Choose a Zip of the Cloud Build"),
                              FALSE,
                              self->cancellable,
                              chosen_cb,
                              g_object_ref (self));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, HsCloudWindow *self)
{
  take_zip (self, g_value_get_object (value));
  return TRUE;
}

/* -- the window ------------------------------------------------------------------------------- */

static void
hs_cloud_window_dispose (GObject *object)
{
  HsCloudWindow *self = HS_CLOUD_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    self->buttons[i] = NULL;
  G_OBJECT_CLASS (hs_cloud_window_parent_class)->dispose (object);
}

static void
hs_cloud_window_finalize (GObject *object)
{
  g_free (HS_CLOUD_WINDOW (object)->zip);
  G_OBJECT_CLASS (hs_cloud_window_parent_class)->finalize (object);
}

static void
hs_cloud_window_class_init (HsCloudWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hs_cloud_window_dispose;
  object_class->finalize = hs_cloud_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("cloud-window"));
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, fork);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, board);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, example);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, take);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, choose);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, url);
  gtk_widget_class_bind_template_child (widget_class, HsCloudWindow, place);
  gtk_widget_class_bind_template_callback (widget_class, update_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hs_cloud_window_init (HsCloudWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    add_step (self, i);
  adw_bin_set_child (self->example, hs_tree_example ("freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")"));
  g_signal_connect_object (drop, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

void
hs_cloud_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  HsCloudWindow *self = g_object_new (HS_TYPE_CLOUD_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  fill_boards (self, target);
  update_cb (self);
  gtk_window_present (GTK_WINDOW (self));
}
