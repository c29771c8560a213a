/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"
#include "app/firmware/build-commands.h"
#include "app/firmware/build-work.h"
#include "app/firmware/sdk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

HsBuildWork *
hs_build_work_new (const HsBuildRequest *request, HsCatalog *catalog, HsBuildLog *log)
{
  HsBuildWork *self = g_new0 (HsBuildWork, 1);

  self->request = *request;
  self->request.tree = g_strdup (request->tree);
  self->request.target = g_strdup (request->target);
  self->request.options = (const char *const *) g_strdupv ((char **) request->options);
  self->request.sdk_dir = g_strdup (request->sdk_dir);
  self->request.name = g_strdup (request->name);
  self->request.readiness = g_strdup (request->readiness);
  self->sdk_dir = hs_build_dup_sdk_dir (request);
  g_set_object (&self->catalog, catalog);
  self->log = g_object_ref (log);
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  self->progress.phase = -1;
  self->report = hs_build_report_new (request->target);
  self->lines = g_string_new (NULL);
  return self;
}

static void
request_clear (HsBuildRequest *request)
{
  g_free ((char *) request->tree);
  g_free ((char *) request->target);
  g_strfreev ((char **) request->options);
  g_free ((char *) request->sdk_dir);
  g_free ((char *) request->name);
  g_free ((char *) request->readiness);
}

void
hs_build_work_free (HsBuildWork *self)
{
  if (self == NULL)
    return;

  request_clear (&self->request);
  g_free (self->sdk_dir);
  g_clear_object (&self->catalog);
  g_object_unref (self->log);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->lock);
  g_clear_object (&self->tree);
  hs_build_memo_close (self->memo);
  hs_build_report_free (self->report);
  for (guint i = 0; i < 2; i++)
    hs_line_maker_clear (&self->makers[i]);
  g_string_free (self->lines, TRUE);
  g_free (self->bin);
  g_free (self->compiler);
  g_free (self->sdk_version);
  g_clear_pointer (&self->changes, hs_build_changes_free);
  g_clear_pointer (&self->origin, json_object_unref);
  g_clear_pointer (&self->diff, g_bytes_unref);
  hs_build_problem_free (self->problem);
  g_clear_pointer (&self->memory, g_ptr_array_unref);
  g_clear_object (&self->build);
  g_strfreev (self->differing);
  g_free (self);
}

void
hs_build_work_copy_progress (HsBuildWork *self, HsBuildProgress *progress)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  *progress = self->progress;
}

/* --- mpy-cross --- */

static gboolean
fail_mpy_cross (HsBuildWork *self)
{
  g_autofree char *said = NULL;
  guint line;

  if (hs_build_work_is_cancelled (self) || self->problem == NULL ||
      strcmp (self->problem->code, "no-make") == 0)
    return FALSE;

  said = g_strdup (strcmp (self->problem->code, "other") == 0 ? self->problem->text
                                                              : self->problem->title);
  line = self->problem->line;
  g_clear_pointer (&self->problem, hs_build_problem_free);
  hs_build_work_fail (self, "mpy-cross-failed", "mpy-cross", said);
  self->problem->line = line;
  return FALSE;
}

/* By its own command: left to the firmware's make, it would be compiled for the camera. */
static gboolean
make_mpy_cross (HsBuildWork *self)
{
  g_autofree char *program = hs_tree_dup_path (self->tree, HS_TREE_FILE_MPY_CROSS, NULL);
  g_autofree char *micropython = hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, NULL);
  g_autofree char *folder = g_build_filename (micropython, "mpy-cross", NULL);
  g_autofree char *jobs = g_strdup_printf ("-j%u", hs_build_n_jobs (&self->request));
  g_autofree char *commit = hs_build_clean_dup_micropython (self);
  g_autofree char *made = hs_build_memo_get (self->memo, "mpy-cross", "commit");
  const char *argv[] = { "make", "-C", folder, jobs, NULL };

  if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) && g_strcmp0 (made, commit) == 0) {
    hs_build_work_skip (self, HS_PHASE_MPY_CROSS);
    return TRUE;
  }

  hs_build_work_enter (self, HS_PHASE_MPY_CROSS);
  hs_build_report_begin (self->report, "mpy-cross");
  hs_build_memo_set (self->memo, "mpy-cross", "commit", NULL);
  if (!hs_build_work_command (self, argv, hs_tree_get_root (self->tree)))
    return fail_mpy_cross (self);
  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return hs_build_work_fail (self, "mpy-cross-failed", "mpy-cross", NULL);
  hs_build_memo_set (self->memo, "mpy-cross", "commit", commit);
  hs_sdk_mpy_cross_note (self->tree, NULL); /* if not, it is asked for its version */
  return TRUE;
}

/* --- make --- */

/* Where the counts of steps of such builds are kept. */
static char *
dup_counts_group (HsBuildWork *self)
{
  g_autofree char *options = hs_build_clean_dup_options (self);

  return g_strdup_printf ("steps %d %s %s %s",
                          self->request.engine,
                          self->request.target,
                          options,
                          self->whole ? "whole" : "again");
}

static void
recall_counts (HsBuildWork *self)
{
  g_autofree char *group = dup_counts_group (self);
  g_autofree char *steps = hs_build_memo_get (self->memo, group, "steps");
  g_autofree char *seconds = hs_build_memo_get (self->memo, group, "seconds");

  g_mutex_lock (&self->lock);
  self->progress.most_steps = steps != NULL ? g_ascii_strtoull (steps, NULL, 10) : 0;
  self->progress.most_seconds = seconds != NULL ? g_ascii_strtod (seconds, NULL) : 0;
  self->progress.make_began = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);
}

static void
keep_counts (HsBuildWork *self)
{
  g_autofree char *group = dup_counts_group (self);
  g_autofree char *steps =
      g_strdup_printf ("%u", hs_build_report_get_steps (self->report) - self->steps_before);
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (seconds, sizeof seconds, "%.1f", self->make_seconds);
  hs_build_memo_set (self->memo, group, "steps", steps);
  hs_build_memo_set (self->memo, group, "seconds", seconds);
}

static gboolean
make_native (HsBuildWork *self, const char *make_folder)
{
  g_auto (GStrv) argv = hs_build_make_argv (&self->request);

  hs_build_work_enter (self, HS_PHASE_BOOTLOADER);
  self->following = TRUE;
  return hs_build_work_command (self, (const char *const *) argv, make_folder);
}

static gboolean
make_images (HsBuildWork *self, const char *make_folder)
{
  gint64 began = g_get_monotonic_time ();
  gboolean ok;

  self->began = g_get_real_time ();
  self->steps_before = hs_build_report_get_steps (self->report);
  hs_build_report_begin (self->report, "bootloader");
  recall_counts (self);
  hs_build_clean_note_begin (self);
  ok = self->request.engine == HS_ENGINE_NATIVE ? make_native (self, make_folder)
                                                : hs_build_docker_make (self);
  self->following = FALSE;
  self->make_seconds = (g_get_monotonic_time () - began) / 1e6;
  hs_build_clean_note_end (self);
  if (!ok)
    hs_build_hints_add (self, self->problem);
  return ok;
}

/* --- the whole --- */

static void
say_waiting (gpointer data)
{
  HsBuildWork *self = data;

  self->waited = TRUE;
  hs_build_work_say (self, _ ("Waiting: somebody else builds in this tree."));
}

/* What was read of the tree before the wait may be old. */
static gboolean
look_again (HsBuildWork *self)
{
  if (!self->waited)
    return TRUE;
  self->board = NULL;
  g_clear_object (&self->tree);
  g_clear_pointer (&self->compiler, g_free);
  g_clear_pointer (&self->sdk_version, g_free);
  return hs_build_work_check (self);
}

static gboolean
open_memo (HsBuildWork *self)
{
  g_autoptr (GError) error = NULL;

  self->memo = hs_build_memo_open (
      hs_tree_get_root (self->tree), say_waiting, self, self->cancellable, &error);
  if (self->memo != NULL)
    return TRUE;
  return hs_build_work_is_cancelled (self)
             ? FALSE
             : hs_build_work_fail (self, "other", NULL, error->message);
}

/* What makes a clean slate for make. */
static gboolean
prepare (HsBuildWork *self, const char *make_folder)
{
  if (!hs_build_bin_check_owner (self))
    return FALSE;
  hs_build_clean_forget_others (self);
  if (self->request.engine == HS_ENGINE_NATIVE && !make_mpy_cross (self))
    return FALSE;
  if (self->request.engine != HS_ENGINE_NATIVE)
    hs_build_work_skip (self, HS_PHASE_MPY_CROSS); /* its script makes it */
  return hs_build_clean (self, make_folder) && hs_build_bin_forget_frozen (self) &&
         hs_build_bin_empty (self);
}

static const char *
reason_not_to_import (HsBuildWork *self)
{
  if (self->request.keep_only)
    return _ ("Built; as asked, nothing was imported");
  if (self->catalog == NULL)
    return _ ("Built; there is no catalog to take it in");
  if (self->board->board == NULL)
    return _ ("Built, but not taken into the catalog: no camera that Hotshoe flashes has this "
              "board's name");
  return NULL;
}

static gboolean
take_in (HsBuildWork *self)
{
  hs_build_work_enter (self, HS_PHASE_IMPORT);
  if (!hs_build_bin_check (self))
    return FALSE;
  keep_counts (self);
  self->not_imported = reason_not_to_import (self);
  if (self->not_imported != NULL) {
    hs_build_work_say (self, self->not_imported);
    hs_build_work_skip (self, HS_PHASE_IMPORT);
    return TRUE;
  }
  return hs_build_outcome_import (self);
}

static gboolean
run_all (HsBuildWork *self)
{
  g_autofree char *make_folder = NULL;

  hs_build_work_enter (self, HS_PHASE_CHECK);
  if (!hs_build_work_check (self) || !open_memo (self) || !look_again (self))
    return FALSE;
  make_folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MAKE_FOLDER, NULL);
  self->bin = hs_tree_dup_path (self->tree, HS_TREE_FILE_BIN, self->request.target);
  if (!prepare (self, make_folder) || hs_build_work_is_cancelled (self))
    return FALSE;

  /* Before make: what it makes must come from what is looked at now. */
  self->origin = hs_build_provenance (self, &self->diff);
  if (hs_build_work_is_cancelled (self) || !make_images (self, make_folder) ||
      !hs_build_provenance_holds (self))
    return FALSE;
  self->memory = g_ptr_array_ref (hs_build_report_get_memory (self->report));
  return take_in (self);
}

static void
end_progress (HsBuildWork *self, gboolean ok)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  HsBuildProgress *progress = &self->progress;
  int phase = progress->phase;

  if (phase < 0)
    return;
  progress->seconds[phase] += (g_get_monotonic_time () - progress->phase_began) / 1e6;
  if (progress->states[phase] == 1)
    progress->states[phase] = ok ? 2 : 3;
  progress->phase = -1;
}

/**
 * hs_build_work_run:
 * @self: a build
 *
 * Does all of it. Blocks: on a thread of its own.
 */
void
hs_build_work_run (HsBuildWork *self)
{
  gboolean ok = run_all (self);

  if (!ok && !hs_build_work_is_cancelled (self) && self->problem == NULL)
    hs_build_work_fail (self, "other", NULL, NULL);
  if (self->memory == NULL)
    self->memory = g_ptr_array_ref (hs_build_report_get_memory (self->report));
  end_progress (self, ok);
  g_clear_pointer (&self->memo, hs_build_memo_close); /* the next one may begin */
  hs_build_log_end (self->log);
}
