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
  g_free (self->options_key);
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

#define CLOCK_US (2 * G_TIME_SPAN_SECOND) /* coarse clocks of file systems */

/* --- mpy-cross --- */

/* The commit of the submodule, which mpy-cross must fit; "": it is no repository of its own. */
static char *
dup_micropython_commit (HsBuildWork *self)
{
  g_autofree char *folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, NULL);
  g_autofree char *real = g_canonicalize_filename (folder, NULL);
  const char *top[] = { "git", "-C", folder, "rev-parse", "--show-toplevel", NULL };
  const char *head[] = { "git", "-C", folder, "rev-parse", "HEAD", NULL };
  g_autofree char *root = hs_command_output (top, self->cancellable, NULL);

  if (root == NULL || strcmp (root, real) != 0)
    return g_strdup ("");
  return hs_command_output (head, self->cancellable, NULL) ?: g_strdup ("");
}

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
  g_autofree char *commit = dup_micropython_commit (self);
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

/* --- clean --- */

/* Switches that change no object. */
static gboolean
is_harmless (const char *option)
{
  return g_str_has_prefix (option, "V=") || g_str_has_prefix (option, "DEBUGGER=");
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Switches of the board that stand in its makefile are no more looked at than those of the command
 * line. "": there is no such file. */
static char *
dup_board_digest (HsBuildWork *self)
{
  g_autofree char *path =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_BOARD_MAKE, self->request.target);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return g_strdup ("");
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) text, length);
}

/* Objects that were made with another one can't be linked with these. */
static char *
dup_options_key (HsBuildWork *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree char *board = dup_board_digest (self);

  for (guint i = 0; self->request.options != NULL && self->request.options[i] != NULL; i++)
    if (!is_harmless (self->request.options[i]))
      g_ptr_array_add (parts, (gpointer) self->request.options[i]);
  g_ptr_array_sort (parts, compare_strings);
  g_ptr_array_insert (parts, 0, (gpointer) self->request.target);
  g_ptr_array_insert (parts, 1, (gpointer) (self->compiler != NULL ? self->compiler : ""));
  g_ptr_array_insert (parts, 2, board);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" ", (char **) parts->pdata);
}

/* make goes by the times of files: objects from after our last build are somebody else's, who may
 * have set anything, and those from tomorrow would never be made anew. */
static const char *
reason_by_clock (HsBuildWork *self, const char *group)
{
  g_autofree char *ended = hs_build_memo_get (self->memo, group, "ended");
  gint64 newest = hs_build_bin_newest (self);

  if (newest > g_get_real_time () + CLOCK_US)
    return _ ("Clean first: what is there is newer than now; the clock was set back");
  if (ended != NULL && newest > g_ascii_strtoll (ended, NULL, 10) + CLOCK_US)
    return _ ("Clean first: something was built here since, and not by Hotshoe");
  return NULL;
}

static const char *
reason_to_clean (HsBuildWork *self, const char *group)
{
  g_autofree char *made = hs_build_memo_get (self->memo, group, "options");

  if (!hs_build_bin_has_objects (self))
    return NULL;
  if (self->request.clean)
    return _ ("Clean first, as asked");
  if (made == NULL)
    return _ ("Clean first: what is there was not built by Hotshoe, so its options are not known");
  return strcmp (made, self->options_key) != 0
             ? _ ("Clean first: the options have changed, and make does not look at them")
             : reason_by_clock (self, group);
}

/* Whatever made them: the next one that looks knows that all until now is ours. */
static void
note_end (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ());

  hs_build_memo_set (self->memo, build, "ended", now);
}

static gboolean
clean (HsBuildWork *self, const char *make_folder)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autofree char *target = g_strconcat ("TARGET=", self->request.target, NULL);
  const char *argv[] = { "make", "clean", target, NULL };
  const char *reason;

  self->options_key = dup_options_key (self);
  reason = reason_to_clean (self, build);
  if (reason == NULL) {
    hs_build_work_skip (self, HS_PHASE_CLEAN);
  } else {
    hs_build_work_enter (self, HS_PHASE_CLEAN);
    hs_build_work_say (self, reason);
    hs_build_memo_set (self->memo, build, "options", NULL);
    if (!hs_build_work_command (self, argv, make_folder))
      return FALSE;
  }
  self->whole = !hs_build_bin_has_objects (self);
  hs_build_memo_set (self->memo, build, "options", self->options_key);
  return TRUE;
}

/* --- make --- */

/* Where the counts of steps of such builds are kept. */
static char *
dup_counts_group (HsBuildWork *self)
{
  return g_strdup_printf ("steps %s %s", self->options_key, self->whole ? "whole" : "again");
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
  ok = self->request.engine == HS_ENGINE_NATIVE ? make_native (self, make_folder)
                                                : hs_build_docker_make (self);
  self->following = FALSE;
  self->make_seconds = (g_get_monotonic_time () - began) / 1e6;
  note_end (self);
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
  if (self->request.engine != HS_ENGINE_NATIVE) {
    g_autofree char *build =
        hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);

    hs_build_work_skip (self, HS_PHASE_MPY_CROSS); /* its script does both */
    /* By another compiler, in the same folders. */
    hs_build_memo_set (self->memo, build, "options", NULL);
    hs_build_memo_set (self->memo, "mpy-cross", "commit", NULL);
    self->options_key = dup_options_key (self);
    self->whole = TRUE;
    return hs_build_bin_empty (self);
  }
  hs_build_memo_set (self->memo, "docker", "target", NULL); /* its objects can't stay, either */
  return make_mpy_cross (self) && clean (self, make_folder) && hs_build_bin_forget_frozen (self) &&
         hs_build_bin_empty (self);
}

static gboolean
take_in (HsBuildWork *self)
{
  hs_build_work_enter (self, HS_PHASE_IMPORT);
  if (!hs_build_bin_check (self))
    return FALSE;
  keep_counts (self);
  if (self->request.keep_only || self->catalog == NULL) {
    hs_build_work_skip (self, HS_PHASE_IMPORT);
    return TRUE;
  }
  if (self->board->board == NULL) {
    hs_build_work_say (
        self,
        _ ("Not taken into the catalog: no camera that Hotshoe flashes has this board's name."));
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
