/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-window-private.h"

#include "app/explain.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/file-chooser.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { PULSE_MS = 150 };

/* -- opening, adding -------------------------------------------------------------------------- */

/* Takes them out of @findings. */
static void
say (HsRomfsWindow *self, GPtrArray *findings)
{
  gsize n;
  g_autofree gpointer *items = g_ptr_array_steal (findings, &n);

  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (self->said, items[i]);
}

static void
opened_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRomfsWindow *self = owner;
  HsRomfsLoaded *loaded = result;

  g_clear_object (&self->work);
  g_clear_pointer (&self->folder, hs_private_folder_free);
  if (loaded == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      hs_romfs_window_show_problem (self, error);
    hs_romfs_window_show_state (self);
    return;
  }
  g_ptr_array_set_size (self->said, 0);
  say (self, loaded->findings);
  self->config_limit = loaded->limit;
  g_free (self->config);
  self->config = g_strdup (loaded->config);
  hs_romfs_window_take_over (
      self, loaded->romfs, g_steal_pointer (&self->next_name), g_steal_pointer (&self->next_path));
  hs_romfs_window_show_all (self);
}

static HsRomfsLoad *
load_new (HsRomfsWindow *self)
{
  HsRomfsLoad *load = g_new0 (HsRomfsLoad, 1);

  load->tree = g_strdup (self->tree);
  load->target = g_strdup (hs_romfs_window_get_board (self));
  load->compile = gtk_check_button_get_active (self->compile);
  return load;
}

static void
ask_apart (HsRomfsWindow *self, HsRomfsLoad *load, HsAnswerFunc answer)
{
  hs_romfs_window_begin (self);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_romfs_load_func,
                load,
                hs_romfs_load_free,
                hs_romfs_loaded_free,
                self->work,
                answer);
}

/* @path: (nullable): then @sha256 */
void
hs_romfs_window_open_path (HsRomfsWindow *self,
                           const char *path,
                           const char *sha256,
                           const char *name)
{
  const char *const paths[] = { path, NULL };
  HsRomfsLoad *load = load_new (self);

  g_free (self->next_name);
  g_free (self->next_path);
  self->next_name = name != NULL ? g_strdup (name) : g_path_get_basename (path);
  self->next_path = path != NULL && self->folder == NULL && g_str_has_suffix (path, ".img")
                        ? g_strdup (path)
                        : NULL;
  load->paths = path != NULL ? g_strdupv ((char **) paths) : NULL;
  load->sha256 = g_strdup (sha256);
  load->core = self->core;
  ask_apart (self, load, opened_cb);
}

static void
added_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRomfsWindow *self = owner;
  HsRomfsLoaded *loaded = result;

  g_clear_object (&self->work);
  if (loaded == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      hs_romfs_window_show_problem (self, error);
    hs_romfs_window_show_state (self);
    return;
  }
  hs_romfs_window_remember (self);
  g_set_object (&self->romfs, loaded->romfs);
  say (self, loaded->findings);
  hs_romfs_window_show_all (self);
}

/* @paths: (transfer full) */
void
hs_romfs_window_add (HsRomfsWindow *self, GStrv paths)
{
  HsRomfsLoad *load;

  if (hs_romfs_window_is_busy (self) || paths[0] == NULL) {
    g_strfreev (paths);
    return;
  }
  load = load_new (self);
  load->base = hs_romfs_copy (self->romfs);
  load->paths = paths;
  ask_apart (self, load, added_cb);
}

typedef struct {
  HsRomfsWindow *self; /* owned */
  char *what;          /* action */
} Choice;

static void
choice_free (Choice *choice)
{
  g_object_unref (choice->self);
  g_free (choice->what);
  g_free (choice);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Choice, choice_free)

static void
files_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Choice) choice = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_auto (GStrv) paths = files != NULL ? hs_romfs_dup_paths (files) : NULL;

  if (paths == NULL || paths[0] == NULL || choice->self->session == NULL ||
      hs_romfs_window_is_busy (choice->self))
    return;
  if (g_str_equal (choice->what, "romfs.add"))
    hs_romfs_window_add (choice->self, g_steal_pointer (&paths));
  else if (g_str_has_prefix (choice->what, "romfs.extract"))
    hs_romfs_window_extract (
        choice->self, paths[0], g_str_equal (choice->what, "romfs.extract-all"));
  else
    hs_romfs_window_open_path (choice->self, paths[0], NULL, NULL);
}

void
hs_romfs_window_choose (HsRomfsWindow *self, const char *what, const char *title, gboolean folder)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->self = g_object_ref (self);
  choice->what = g_strdup (what);
  hs_file_chooser_open_async (GTK_WINDOW (self), title, folder, NULL, files_chosen_cb, choice);
}

/* -- a camera --------------------------------------------------------------------------------- */

static gboolean
pulse_cb (gpointer data)
{
  HsRomfsWindow *self = data;
  HsProgressState progress;
  g_autofree char *text = NULL;

  hs_job_get_progress (self->job, &progress);
  text = hs_job_dup_asks (self->job);
  if (text == NULL)
    text = hs_explain_activity (&progress);
  gtk_label_set_text (self->doing, text);
  if (progress.total > 0)
    gtk_progress_bar_set_fraction (self->progress, (double) progress.done / progress.total);
  else
    gtk_progress_bar_pulse (self->progress);
  return G_SOURCE_CONTINUE;
}

static void
job_state_cb (HsRomfsWindow *self)
{
  g_autoptr (HsJob) job = NULL;
  g_autofree char *path = NULL;
  const HsProblem *problem;

  if (self->job == NULL || hs_job_get_state (self->job) != HS_JOB_FINISHED)
    return;
  g_clear_handle_id (&self->pulse, g_source_remove);
  job = g_steal_pointer (&self->job);
  g_signal_handlers_disconnect_by_data (job, self);
  hs_romfs_window_show_all (self);
  problem = hs_job_get_problem (job);
  if (hs_job_get_outcome (job) == HS_OUTCOME_PASSED) {
    g_autofree char *name = g_strdup_printf (_ ("ROMFS of %s"), hs_job_get_slot_name (job));

    path = hs_private_folder_build (self->folder, "romfs.img");
    hs_romfs_window_open_path (self, path, NULL, name);
    return;
  }
  g_clear_pointer (&self->folder, hs_private_folder_free);
  if (problem != NULL && hs_job_get_outcome (job) != HS_OUTCOME_CANCELLED) {
    g_autofree char *markup = hs_dialog_problem_markup (problem);
    GtkWidget *label = hs_piece_markup (markup, NULL);

    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    adw_bin_set_child (self->problem, label);
  }
}

static void
read_camera (HsRomfsWindow *self, const char *port, guint core)
{
  HsRequestOptions request = { .role = core == 0 ? HS_ROLE_ROMFS0 : HS_ROLE_ROMFS1,
                               .replace = TRUE,
                               .may_wait = TRUE };
  HsSlot *slot = hs_session_find_slot (self->session, port);
  HsDevice *device = slot != NULL ? hs_slot_get_device (slot) : NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  HsJob *job = NULL;

  if (device == NULL)
    return;
  hs_romfs_window_show_problem (self, NULL);
  g_clear_pointer (&self->folder, hs_private_folder_free);
  self->folder = hs_private_folder_new (&error);
  if (self->folder != NULL) {
    path = hs_private_folder_build (self->folder, "romfs.img");
    file = g_file_new_for_path (path);
    request.file = file;
    job = hs_session_start (self->session, "read", device, &request, &error);
  }
  if (job == NULL) {
    hs_romfs_window_show_problem (self, error);
    return;
  }
  hs_romfs_places_choose (self->boards, self->rooms, hs_job_get_board (job), core);
  self->job = g_object_ref (job);
  g_signal_connect_object (
      job, "notify::state", G_CALLBACK (job_state_cb), self, G_CONNECT_SWAPPED);
  self->pulse = g_timeout_add (PULSE_MS, pulse_cb, self);
  pulse_cb (self);
  hs_romfs_window_show_all (self);
}

/* "port" or "port:1" */
void
hs_romfs_window_read (HsRomfsWindow *self, const char *what)
{
  g_auto (GStrv) parts = g_strsplit (what, "|", 2);

  read_camera (self, parts[0], parts[1] != NULL ? 1 : 0);
}
