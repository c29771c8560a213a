/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"
#include "app/firmware/build-work.h"
#include "app/firmware/sdk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a build must not learn from the shell that Hotshoe was started in. */
static const char *const environment[] = {
  "MAKEFLAGS",
  "MAKELEVEL",
  "MFLAGS",
  "MAKEOVERRIDES",
  "GNUMAKEFLAGS",
  "MAKEFILES",
  "TARGET",
  "BUILD",
  "BUILD_VERBOSE",
  "PORT",
  "BOARD",
  "DEBUG",
  "V",
  "Q",
  "DEBUG_PRINTF",
  "PROFILE_ENABLE",
  "PROFILE_HASH",
  "PROFILE_IRQ",
  "STACK_PROTECTOR",
  "FB_ALLOC_STATS",
  "DEBUGGER",
  "CUBEAI",
  "SDK_DIR",
  "CFLAGS",
  "CXXFLAGS",
  "CPPFLAGS",
  "LDFLAGS",
  "CROSS_COMPILE",
  "FROZEN_MANIFEST",
  "OPENMV",
  "FIRMWARE",
  "BOOTLOADER",
  "OMV_DEBUG_ELF",
  "TOP_DIR",
  "LDSCRIPT",
  "CMSIS_INC",
  "MPY_MAKE_FILE",
  "MPY_MAKE_TARGET",
  "STEDGEAI_ARGS",
  "USER_C_MODULES",
  "CPATH",
  "C_INCLUDE_PATH",
  "CPLUS_INCLUDE_PATH",
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "LANGUAGE",
  "LC_ALL=C.UTF-8",
  NULL,
};

/* --- phases --- */

/* Ends the running phase as @state; under the lock. */
static void
end_phase (HsBuildProgress *progress, int state)
{
  gint64 now = g_get_monotonic_time ();

  if (progress->phase < 0)
    return;
  progress->states[progress->phase] = state;
  progress->seconds[progress->phase] += (now - progress->phase_began) / 1e6;
  progress->phase = -1;
}

void
hs_build_work_enter (HsBuildWork *self, int phase)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  HsBuildProgress *progress = &self->progress;

  if (progress->phase == phase)
    return;
  end_phase (progress, 2);
  for (int i = 0; i < phase; i++)
    if (progress->states[i] == 0)
      progress->states[i] = 2;
  for (int i = phase; i < HS_PHASE_N; i++)
    if (progress->states[i] == 2)
      progress->states[i] = 0; /* the second core's turn */
  progress->states[phase] = 1;
  progress->phase = phase;
  progress->phase_began = g_get_monotonic_time ();
}

void
hs_build_work_skip (HsBuildWork *self, int phase)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->progress.states[phase] = 4;
}

gboolean
hs_build_work_fail (HsBuildWork *self, const char *code, const char *name, const char *detail)
{
  g_autoptr (HsBuildCause) cause = hs_build_cause_new (code, name, detail);

  if (self->problem == NULL)
    self->problem = hs_build_problem_new (cause, self->request.target);
  return FALSE;
}

gboolean
hs_build_work_is_cancelled (HsBuildWork *self)
{
  return g_cancellable_is_cancelled (self->cancellable);
}

/* --- the log --- */

static int
phase_index (const char *name)
{
  static const char *const names[] = { "bootloader", "micropython", "frozen",
                                       "firmware",   "link",        "romfs" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      return HS_PHASE_BOOTLOADER + i;
  return -1;
}

static void
follow (HsBuildWork *self)
{
  guint steps = hs_build_report_get_steps (self->report);
  int phase = self->following ? phase_index (hs_build_report_get_phase (self->report)) : -1;

  if (phase >= 0)
    hs_build_work_enter (self, phase);
  g_mutex_lock (&self->lock);
  self->progress.steps = steps - self->steps_before;
  g_mutex_unlock (&self->lock);
}

static void
take_line (const char *line, gsize length, gpointer data)
{
  HsBuildWork *self = data;

  g_string_append_len (self->lines, line, length);
  g_string_append_c (self->lines, '\n');
  hs_build_report_line (self->report, line, length, self->is_stderr);
}

static void
give_lines (HsBuildWork *self)
{
  if (self->lines->len == 0)
    return;
  hs_build_log_append (self->log, self->lines->str, self->lines->len, self->is_stderr);
  g_string_truncate (self->lines, 0);
  follow (self);
}

static void
take_piece (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  HsBuildWork *self = user_data;

  self->is_stderr = is_stderr;
  hs_line_maker_feed (&self->makers[is_stderr ? 1 : 0], text, length, take_line, self);
  give_lines (self);
}

static void
end_lines (HsBuildWork *self)
{
  for (guint i = 0; i < 2; i++) {
    self->is_stderr = i == 1;
    hs_line_maker_end (&self->makers[i], take_line, self);
    give_lines (self);
  }
}

void
hs_build_work_say (HsBuildWork *self, const char *line)
{
  g_autofree char *whole = g_strdup_printf ("== %s\n", line);

  take_piece (whole, strlen (whole), FALSE, self);
}

static void
say_command (HsBuildWork *self, const char *const *argv, const char *folder)
{
  g_autofree char *command = g_strjoinv (" ", (char **) argv);
  g_autofree char *line = g_strdup_printf ("%s: %s", folder, command);

  hs_build_work_say (self, line);
}

static gboolean
fail_start (HsBuildWork *self, const char *program, const GError *error)
{
  gboolean missing = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  hs_build_work_say (self, error->message);
  if (missing && strcmp (program, "make") == 0)
    return hs_build_work_fail (self, "no-make", program, NULL);
  if (missing && strcmp (program, "docker") == 0)
    return hs_build_work_fail (self, "no-engine", program, NULL);
  return hs_build_work_fail (self, "other", program, error->message);
}

/* The SDK's programs come first already for make itself: what a makefile asks of a shell while it
 * is read does not see the PATH that it exports (GNU make before 4.4). (transfer full) */
static GStrv
dup_environment (HsBuildWork *self)
{
  g_autofree char *path = hs_sdk_dup_path (self->tree, self->sdk_dir);
  g_auto (GStrv) ours = g_listenv ();
  GStrvBuilder *builder = g_strv_builder_new ();
  GStrv names;

  g_strv_builder_addv (builder, (const char **) environment);
  if (path != NULL) {
    g_autofree char *assignment = g_strconcat ("PATH=", path, NULL);

    g_strv_builder_add (builder, assignment);
  }
  for (guint i = 0; ours[i] != NULL; i++)
    if (g_str_has_prefix (ours[i], "MICROPY_") || g_str_has_prefix (ours[i], "OMV_"))
      g_strv_builder_add (builder, ours[i]); /* features, which makefiles set by “?=” */
  names = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return names;
}

gboolean
hs_build_work_command (HsBuildWork *self, const char *const *argv, const char *folder)
{
  g_auto (GStrv) names = dup_environment (self);
  g_autoptr (GError) error = NULL;
  int status = 0;
  gboolean ok;

  say_command (self, argv, folder);
  ok = hs_command_stream (argv,
                          folder,
                          (const char *const *) names,
                          NULL,
                          take_piece,
                          self,
                          &status,
                          self->cancellable,
                          &error);
  end_lines (self);
  if (!ok)
    return fail_start (self, argv[0], error);
  if (status == 0)
    return TRUE;

  if (self->problem == NULL)
    self->problem = hs_build_report_dup_problem (self->report, status);
  return FALSE;
}
