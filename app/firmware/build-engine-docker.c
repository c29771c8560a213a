/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command-guard.h"
#include "app/command.h"
#include "app/firmware/build-work.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_ANSWER     (64 * 1024)
#define PATIENCE_S      20 /* for docker's answer about containers */
#define LOOKS           2  /* one a second: docker may be about to start one */
#define LOOKS_IF_KILLED 6

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

/* The tree's Makefile starts them and gives no name: they are known by what they have mounted and
 * run. All here is made before the guard is, which calls nothing but the system. */
typedef struct {
  char *docker; /* the program */
  char *volume; /* the filter */
  char *before; /* what it said when we began: those are somebody else's; NULL: nothing */
} Containers;

static void
containers_clear (Containers *self)
{
  g_free (self->docker);
  g_free (self->volume);
  g_free (self->before);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Containers, containers_clear)

#define LIST_CONTAINERS(self)                                                                      \
  {                                                                                                \
    (self)->docker, "ps", "--no-trunc", "--filter", (self)->volume, "--format",                    \
        "{{.ID}} {{.Command}}", NULL                                                               \
  }

static void
containers_init (Containers *self, HsBuildWork *work)
{
  g_autoptr (GBytes) answer = NULL;
  gsize length = 0;
  const char *data;
  char *root;

  self->docker = g_find_program_in_path ("docker") ?: g_strdup ("/usr/bin/docker");
  root = realpath (hs_tree_get_root (work->tree), NULL); /* as its Makefile has it */
  self->volume = g_strconcat ("volume=", root != NULL ? root : hs_tree_get_root (work->tree), NULL);
  free (root);
  answer = hs_command_bytes (
      (const char *const[]) LIST_CONTAINERS (self), MOST_ANSWER, PATIENCE_S, NULL, NULL);
  if (answer == NULL) {
    hs_build_work_say (
        work,
        _ ("Docker does not say which containers there are. If this build is stopped, its own one "
           "goes on: end it by hand."));
    return;
  }
  data = g_bytes_get_data (answer, &length);
  self->before = g_strndup (data != NULL ? data : "", length);
}

/* In the guard. Ended by their ids; a line is "ID COMMAND". */
static void
kill_new (const Containers *self, char *said)
{
  for (char *line = said, *end; line != NULL && *line != '\0'; line = end) {
    char *space;

    end = strchr (line, '\n');
    if (end != NULL)
      *end++ = '\0';
    space = strchr (line, ' ');
    if (space == NULL || strstr (space, "docker/build") == NULL)
      continue;
    *space = '\0';
    if (strstr (self->before, line) == NULL)
      hs_command_guard_run (
          (const char *const[]){ self->docker, "kill", line, NULL }, NULL, 0, PATIENCE_S);
  }
}

/* In the guard. If we were killed, make is about to be ended by another guard, and may start the
 * container meanwhile. */
static void
end_containers (gconstpointer data, gboolean killed)
{
  char said[MOST_ANSWER];
  const Containers *self = data;

  for (guint i = 0; i < (killed ? LOOKS_IF_KILLED : LOOKS); i++) {
    if (i > 0)
      sleep (1);
    hs_command_guard_run (
        (const char *const[]) LIST_CONTAINERS (self), said, sizeof said, PATIENCE_S);
    kill_new (self, said);
  }
}

gboolean
hs_build_docker_make (HsBuildWork *self)
{
  g_autofree char *folder = dup_folder (self);
  g_autofree char *target = g_strconcat ("TARGET=", self->request.target, NULL);
  g_autofree char *sdk =
      self->sdk_dir != NULL ? g_strconcat ("SDK_DIR=", self->sdk_dir, NULL) : NULL;
  const char *argv[] = { "make", goal (self), target, sdk, NULL };
  g_auto (Containers) containers = { NULL };
  HsCommandGuard guard;
  gboolean ok;

  hs_build_work_enter (self, HS_PHASE_BOOTLOADER);
  self->following = TRUE;
  containers_init (&containers, self);
  /* A next build waits until the guard is through with ours: it could not tell them apart. */
  hs_command_guard_begin (&guard,
                          containers.before != NULL ? end_containers : NULL,
                          &containers,
                          hs_build_memo_get_lock (self->memo));
  hs_command_guard_watch (&guard, 0);
  ok = hs_build_work_command (self, argv, folder);
  if (ok)
    hs_command_guard_end (&guard);
  else
    hs_command_guard_call (&guard);
  return ok;
}
