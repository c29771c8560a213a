/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"
#include "app/firmware/build-work.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CLOCK_US   (2 * G_TIME_SPAN_SECOND) /* coarse clocks of file systems */
#define MOST_DEPTH 2                        /* folders inside folders that have makefiles */

/* --- what decides what objects look like --- */

/* The commit of the submodule, which mpy-cross must fit; "": it is no repository of its own. */
char *
hs_build_clean_dup_micropython (HsBuildWork *self)
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

char *
hs_build_clean_dup_options (HsBuildWork *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  for (guint i = 0; self->request.options != NULL && self->request.options[i] != NULL; i++)
    if (!is_harmless (self->request.options[i]))
      g_ptr_array_add (parts, (gpointer) self->request.options[i]);
  g_ptr_array_sort (parts, compare_strings);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" ", (char **) parts->pdata);
}

static void
add_makefile (GChecksum *sum, const char *path)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  g_checksum_update (sum, (const guchar *) path, strlen (path) + 1);
  g_checksum_update (sum, (const guchar *) &length, sizeof length);
  g_checksum_update (sum, (const guchar *) text, length);
}

/* @depth: of the folders inside that are gone into, too. */
static void
add_makefiles (GChecksum *sum, const char *folder, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.' && strcmp (name, "build") != 0)
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_strings);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);

    name = g_ptr_array_index (names, i);
    if (strcmp (name, "Makefile") == 0 || g_str_has_suffix (name, ".mk"))
      add_makefile (sum, path);
    else if (depth > 0 && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      add_makefiles (sum, path, depth - 1); /* of a file: nothing */
  }
}

/* Switches that stand in makefiles are no more looked at by make than those of the command line.
 * Another board's and another port's play no part. */
static char *
dup_makefiles_digest (HsBuildWork *self)
{
  static const char *const folders[] = { "common", "boot",    "bootloader", "drivers",
                                         "lib",    "modules", "protocol" };
  g_autofree char *board =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_BOARD_MAKE, self->request.target);
  g_autofree char *top = hs_tree_dup_path (self->tree, HS_TREE_FILE_MAKE_FOLDER, NULL);
  g_autofree char *omv = g_build_filename (top, "omv", NULL); /* before v4.8 */
  const char *const roots[] = { top, omv };
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  add_makefile (sum, board);
  for (guint i = 0; i < G_N_ELEMENTS (roots); i++) {
    g_autofree char *port = g_build_filename (
        roots[i], "ports", self->board->port != NULL ? self->board->port : "", NULL);

    add_makefiles (sum, roots[i], 0);
    add_makefiles (sum, port, MOST_DEPTH);
    for (guint j = 0; j < G_N_ELEMENTS (folders); j++) {
      g_autofree char *folder = g_build_filename (roots[i], folders[j], NULL);

      add_makefiles (sum, folder, MOST_DEPTH);
    }
  }
  return g_strdup (g_checksum_get_string (sum));
}

/* Objects that were made with another one can't be linked with these. */
static char *
dup_key (HsBuildWork *self)
{
  g_autofree char *options = hs_build_clean_dup_options (self);
  g_autofree char *makefiles = dup_makefiles_digest (self);
  g_autofree char *micropython = hs_build_clean_dup_micropython (self);

  return g_strjoin (" ",
                    self->request.target,
                    self->compiler != NULL ? self->compiler : "",
                    self->sdk_version != NULL ? self->sdk_version : "",
                    makefiles,
                    micropython,
                    options,
                    NULL);
}

/* --- the memo --- */

#define DEV_GROUP "docker"

static char *
dup_native_group (HsBuildWork *self)
{
  return hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
}

/* Of what lies there now, as this engine sees it. */
static char *
dup_group (HsBuildWork *self)
{
  return self->request.engine == HS_ENGINE_DOCKER_DEV ? g_strdup (DEV_GROUP)
                                                      : dup_native_group (self);
}

/* Each engine has a compiler of its own, in the same folders: what one made can't stay for another.
 */
void
hs_build_clean_forget_others (HsBuildWork *self)
{
  g_autofree char *native = dup_native_group (self);

  if (self->request.engine != HS_ENGINE_DOCKER_DEV)
    hs_build_memo_set (self->memo, DEV_GROUP, "options", NULL);
  if (self->request.engine == HS_ENGINE_NATIVE)
    return;
  hs_build_memo_set (self->memo, native, "options", NULL);
  hs_build_memo_set (self->memo, "mpy-cross", "commit", NULL);
}

/* Until it has ended nobody knows what is there: we may be killed. */
void
hs_build_clean_note_begin (HsBuildWork *self)
{
  g_autofree char *group = dup_group (self);

  hs_build_memo_set (self->memo, group, "ended", NULL);
}

/* Whatever made them: the next one that looks knows that all until now is ours. */
void
hs_build_clean_note_end (HsBuildWork *self)
{
  g_autofree char *group = dup_group (self);
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time ());

  hs_build_memo_set (self->memo, group, "ended", now);
}

/* --- reasons --- */

/* make goes by the times of files: objects from after our last build are somebody else's, who may
 * have set anything, and those from tomorrow would never be made anew. */
static const char *
reason_by_clock (HsBuildWork *self, const char *group)
{
  g_autofree char *ended = hs_build_memo_get (self->memo, group, "ended");
  gint64 newest = hs_build_bin_newest (self);

  if (ended == NULL)
    return _ ("Clean first: the last build was killed, and nobody knows what it left");
  if (newest > g_get_real_time () + CLOCK_US)
    return _ ("Clean first: what is there is newer than now; the clock was set back");
  if (newest > g_ascii_strtoll (ended, NULL, 10) + CLOCK_US)
    return _ ("Clean first: something was built here since, and not by Hotshoe");
  return NULL;
}

/* In a container mpy-cross is made, too, and cleaned with the rest: that there is no object does
 * not say that there is nothing. */
static const char *
reason_to_clean (HsBuildWork *self, const char *group, const char *key)
{
  g_autofree char *made = hs_build_memo_get (self->memo, group, "options");

  if (self->request.engine == HS_ENGINE_DOCKER ||
      (self->request.engine == HS_ENGINE_NATIVE && !hs_build_bin_has_objects (self)))
    return NULL;
  if (self->request.clean)
    return _ ("Clean first, as asked");
  if (made == NULL)
    return _ ("Clean first: what is there was not built by Hotshoe, so its options are not known");
  if (strcmp (made, key) != 0)
    return _ ("Clean first: options or makefiles have changed, and make does not look at them");
  return hs_build_bin_has_objects (self) ? reason_by_clock (self, group) : NULL;
}

static gboolean
run_clean (HsBuildWork *self, const char *make_folder)
{
  g_autofree char *target = g_strconcat ("TARGET=", self->request.target, NULL);
  g_autofree char *docker = g_build_filename (hs_tree_get_root (self->tree), "docker", NULL);
  const char *native[] = { "make", "clean", target, NULL };
  const char *dev[] = { "make", "clean-dev", NULL };

  return self->request.engine == HS_ENGINE_NATIVE
             ? hs_build_work_command (self, native, make_folder)
             : hs_build_work_command (self, dev, docker);
}

/**
 * hs_build_clean:
 * @self: a build that holds its tree
 * @make_folder: where make is run
 *
 * Has objects removed that were not made as these will be. (“docker” begins from nothing by
 * itself.)
 */
gboolean
hs_build_clean (HsBuildWork *self, const char *make_folder)
{
  g_autofree char *group = dup_group (self);
  g_autofree char *key = dup_key (self);
  const char *reason;

  reason = reason_to_clean (self, group, key);
  if (reason == NULL) {
    hs_build_work_skip (self, HS_PHASE_CLEAN);
  } else {
    hs_build_work_enter (self, HS_PHASE_CLEAN);
    hs_build_work_say (self, reason);
    hs_build_memo_set (self->memo, group, "options", NULL);
    if (!run_clean (self, make_folder))
      return FALSE;
  }
  if (self->request.engine != HS_ENGINE_DOCKER)
    hs_build_memo_set (self->memo, group, "options", key);
  self->whole = self->request.engine == HS_ENGINE_DOCKER || !hs_build_bin_has_objects (self);
  return TRUE;
}
