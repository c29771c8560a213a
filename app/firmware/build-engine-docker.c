/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"
#include "app/firmware/build-work.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_ANSWER (64 * 1024)
#define PATIENCE_S  20 /* for docker's answer about containers */

static char *
dup_folder (HsBuildWork *self)
{
  return g_build_filename (hs_tree_get_root (self->tree), "docker", NULL);
}

/* The tree's own way of building in a container; before 2026 it downloaded a helper, and had
 * another. */
static char *
read_makefile (HsBuildWork *self)
{
  g_autofree char *path =
      g_build_filename (hs_tree_get_root (self->tree), "docker", "Makefile", NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static const char *
goal (HsBuildWork *self)
{
  return self->request.engine == HS_ENGINE_DOCKER_DEV ? "build-firmware-dev" : "build-firmware";
}

/* SDK_DIR is mounted; everything else that is set on the command line stays outside. */
static gboolean
has_other_options (HsBuildWork *self)
{
  for (guint i = 0; self->request.options != NULL && self->request.options[i] != NULL; i++)
    if (!g_str_has_prefix (self->request.options[i], "SDK_DIR="))
      return TRUE;
  return FALSE;
}

gboolean
hs_build_docker_check (HsBuildWork *self)
{
  static const char *const version[] = { "docker", "version", NULL };
  g_autofree char *makefile = read_makefile (self);
  g_autofree char *docker = g_find_program_in_path ("docker");
  g_autofree char *wanted = g_strconcat (goal (self), ":", NULL);

  if (makefile == NULL || strstr (makefile, wanted) == NULL)
    return hs_build_work_fail (
        self, "engine-failed", NULL, _ ("This tree has no way to be built in a container."));
  if (has_other_options (self))
    return hs_build_work_fail (
        self,
        "engine-failed",
        NULL,
        _ ("The tree's container takes no options: build on this computer to use them."));
  if (docker == NULL)
    return hs_build_work_fail (self, "no-engine", "docker", NULL);
  if (hs_build_work_command (self, version, hs_tree_get_root (self->tree)))
    return TRUE;
  if (self->problem != NULL && strcmp (self->problem->code, "other") == 0) {
    g_autofree char *said = g_strdup (self->problem->text);

    g_clear_pointer (&self->problem, hs_build_problem_free);
    hs_build_work_fail (self, "engine-failed", NULL, said);
  }
  return FALSE;
}

/* --- containers that go on when make is ended --- */

/* Those that have the tree mounted and build it. */
static GHashTable *
list_containers (HsBuildWork *self)
{
  g_autofree char *volume = g_strconcat ("volume=", hs_tree_get_root (self->tree), NULL);
  const char *argv[] = { "docker", "ps",       "--no-trunc",           "--filter",
                         volume,   "--format", "{{.ID}} {{.Command}}", NULL };
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) answer = hs_command_bytes (argv, MOST_ANSWER, PATIENCE_S, NULL, NULL);
  gsize length = 0;
  const char *data = answer != NULL ? g_bytes_get_data (answer, &length) : NULL;
  g_autofree char *text = data != NULL ? g_strndup (data, length) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "docker/build") != NULL)
      g_hash_table_add (ids, g_strndup (lines[i], strcspn (lines[i], " ")));
  return ids;
}

/* Ended by their ids; those that were there before are somebody else's. */
static void
kill_new_containers (HsBuildWork *self, GHashTable *before)
{
  g_autoptr (GHashTable) now = list_containers (self);
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    const char *argv[] = { "docker", "kill", id, NULL };
    g_autoptr (GBytes) answer = NULL;

    if (!g_hash_table_contains (before, id))
      answer = hs_command_bytes (argv, MOST_ANSWER, PATIENCE_S, NULL, NULL);
  }
}

/* Its dev goal keeps objects, but knows neither of another target nor of other options. */
static gboolean
clean_dev (HsBuildWork *self, const char *folder)
{
  static const char *const argv[] = { "make", "clean-dev", NULL };
  g_autofree char *last = hs_build_memo_get (self->memo, "docker", "target");
  gboolean same = g_strcmp0 (last, self->request.target) == 0;

  if (self->request.engine != HS_ENGINE_DOCKER_DEV || (same && !self->request.clean)) {
    hs_build_work_skip (self, HS_PHASE_CLEAN);
    return TRUE;
  }
  hs_build_work_enter (self, HS_PHASE_CLEAN);
  hs_build_memo_set (self->memo, "docker", "target", NULL);
  if (!hs_build_work_command (self, argv, folder))
    return FALSE;
  hs_build_memo_set (self->memo, "docker", "target", self->request.target);
  return TRUE;
}

gboolean
hs_build_docker_make (HsBuildWork *self)
{
  g_autofree char *folder = dup_folder (self);
  g_autofree char *target = g_strconcat ("TARGET=", self->request.target, NULL);
  g_autofree char *sdk =
      self->sdk_dir != NULL ? g_strconcat ("SDK_DIR=", self->sdk_dir, NULL) : NULL;
  const char *argv[] = { "make", goal (self), target, sdk, NULL };
  g_autoptr (GHashTable) before = NULL;
  gboolean ok;

  if (!clean_dev (self, folder))
    return FALSE;
  hs_build_work_enter (self, HS_PHASE_BOOTLOADER);
  self->following = TRUE;
  before = list_containers (self);
  ok = hs_build_work_command (self, argv, folder);
  if (!ok)
    kill_new_containers (self, before);
  return ok;
}
