/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree.h"

#include "app/app-error.h"
#include "app/command.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define MOST_WORDS 4096 /* of what git says in the end */
#define MAIN_SHARE 0.4  /* of the whole; the submodules are more */

/* What is heard of git while it works. */
typedef struct {
  HsTreeCloneFunc func;
  gpointer user_data;
  GString *lines[2]; /* of standard output and error, not whole yet */
  GString *words;    /* its last lines, for an error */
  double fraction;
  guint n_submodules, n_done;
} Clone;

static void
clone_clear (Clone *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->lines); i++)
    g_string_free (self->lines[i], TRUE);
  g_string_free (self->words, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Clone, clone_clear)

/* --- progress --- */

/* "Receiving objects:  42% (421/1000), 1.20 MiB | 3.00 MiB/s": 0.42; -1: it says no such thing. */
static double
get_percent (const char *line)
{
  const char *colon = strchr (line, ':');
  const char *percent = colon != NULL ? strchr (colon, '%') : NULL;

  if (percent == NULL)
    return -1;
  return CLAMP (g_ascii_strtod (colon + 1, NULL) / 100, 0.0, 1.0);
}

/* One step of the repository itself, or of the submodule that is next. */
static void
advance (Clone *self, double within)
{
  double share = self->n_submodules > 0 ? (1 - MAIN_SHARE) / self->n_submodules : 0;
  double now =
      self->n_submodules > 0 ? MAIN_SHARE + share * (self->n_done + within) : MAIN_SHARE * within;

  self->fraction = MAX (self->fraction, MIN (now, 1.0));
}

static void
report (Clone *self, const char *phase)
{
  if (self->func != NULL)
    self->func (self->fraction, phase, self->user_data);
}

static const struct {
  const char *start;
  double from, share; /* of one repository */
  const char *phase;
} steps[] = {
  { "Receiving objects", 0.0, 0.8, N_ ("Receiving") },
  { "Resolving deltas", 0.8, 0.1, N_ ("Resolving") },
  { "Updating files", 0.9, 0.1, N_ ("Writing files") },
};

static void
take_progress (Clone *self, const char *line)
{
  double percent = get_percent (line);

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_str_has_prefix (line, steps[i].start) && percent >= 0) {
      advance (self, steps[i].from + steps[i].share * percent);
      report (self, _ (steps[i].phase));
      return;
    }
}

/* What is in quotes: "Submodule path 'lib/micropython': checked out …". */
static char *
dup_quoted (const char *line)
{
  const char *open = strchr (line, '\'');
  const char *close = open != NULL ? strchr (open + 1, '\'') : NULL;

  return close != NULL ? g_strndup (open + 1, close - open - 1) : g_strdup ("");
}

static void
take_line (Clone *self, const char *line)
{
  g_autofree char *name = NULL;
  g_autofree char *phase = NULL;

  if (strstr (line, "registered for path") != NULL) {
    self->n_submodules++;
    return;
  }
  if (!g_str_has_prefix (line, "Submodule path ")) {
    take_progress (self, line);
    if (!g_str_has_prefix (line, "remote: ") && get_percent (line) < 0 && line[0] != '\0')
      g_string_append_printf (self->words, "%s\n", line);
    if (self->words->len > MOST_WORDS)
      g_string_erase (self->words, 0, self->words->len - MOST_WORDS);
    return;
  }
  name = dup_quoted (line);
  /* Translators: a submodule's folder */
  phase = g_strdup_printf (_ ("Submodule %s"), name);
  self->n_done = MIN (self->n_done + 1, self->n_submodules);
  advance (self, 0);
  report (self, phase);
}

static void
end_line (Clone *self, GString *line)
{
  g_autofree char *text = g_utf8_make_valid (line->str, line->len);

  take_line (self, g_strstrip (text));
  g_string_truncate (line, 0);
}

/* Lines end with a line feed, or with a carriage return where git writes over them. Which of the
 * two streams it talks to depends on its version. */
static void
take_piece (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  Clone *self = user_data;
  GString *line = self->lines[is_stderr ? 1 : 0];

  for (gsize i = 0; i < length; i++)
    if (text[i] == '\n' || text[i] == '\r')
      end_line (self, line);
    else
      g_string_append_c (line, text[i]);
}

/* --- what may be cloned, and where to --- */

static gboolean
fail_usage (GError **error, const char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, text);
  return FALSE;
}

/* An address must not be taken for an option, nor name a program to run. */
static gboolean
check_words (const char *url, const char *branch, GError **error)
{
  if (url[0] == '\0' || url[0] == '-' || !g_utf8_validate (url, -1, NULL))
    return fail_usage (error, _ ("That is no address of a repository."));
  if (strstr (url, "::") != NULL)
    return fail_usage (
        error,
        _ ("Addresses like “ext::…” run a program and are not taken. Use https, ssh, "
           "git or a folder."));
  if (branch != NULL && (branch[0] == '-' || branch[0] == '\0'))
    return fail_usage (error, _ ("That is no name of a branch or a tag."));
  return TRUE;
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* The outermost folder that is not there yet, to be removed again; NULL: @folder is there. */
static char *
find_missing (const char *folder)
{
  g_autofree char *path = g_strdup (folder);
  char *missing = NULL;

  while (!g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)) {
    char *above = g_path_get_dirname (path);

    g_free (missing);
    missing = path;
    path = above;
  }
  return missing;
}

static gboolean
check_folder (const char *folder, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_EXISTS) && !g_file_test (folder, G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  if (g_file_test (folder, G_FILE_TEST_IS_DIR) && is_empty (folder))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE_EXISTS,
               _ ("%s is there already and not an empty folder. Nothing was touched."),
               folder);
  return FALSE;
}

/* Links are removed, not followed. @keep: the folder itself stays. */
static void
remove_tree (const char *path, gboolean keep)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_tree (inner, FALSE);
  }
  if (!keep)
    g_remove (path);
}

/* --- git --- */

/* git's reason is in the last line that begins so. */
static char *
dup_reason (const char *words)
{
  g_auto (GStrv) lines = g_strsplit (words, "\n", -1);
  const char *reason = "";

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "fatal: "))
      reason = lines[i] + strlen ("fatal: ");
    else if (g_str_has_prefix (lines[i], "error: "))
      reason = lines[i] + strlen ("error: ");
    else if (reason[0] == '\0' && lines[i][0] != '\0' && lines[i + 1] != NULL &&
             lines[i + 1][0] == '\0')
      reason = lines[i];
  }
  return g_strdup (reason);
}

static GPtrArray *
make_argv (const char *url, const char *branch, const char *folder)
{
  GPtrArray *argv = g_ptr_array_new ();
  const char *const head[] = { "git",
                               "-c",
                               "protocol.ext.allow=never",
                               "clone",
                               "--progress",
                               "--depth",
                               "1",
                               "--recurse-submodules",
                               "--shallow-submodules" };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    g_ptr_array_add (argv, (gpointer) head[i]);
  if (branch != NULL) {
    g_ptr_array_add (argv, (gpointer) "--branch");
    g_ptr_array_add (argv, (gpointer) branch);
  }
  g_ptr_array_add (argv, (gpointer) "--");
  g_ptr_array_add (argv, (gpointer) url);
  g_ptr_array_add (argv, (gpointer) folder);
  g_ptr_array_add (argv, NULL);
  return argv;
}

static gboolean
run_git (Clone *self,
         const char *const *argv,
         const char *url,
         GCancellable *cancellable,
         GError **error)
{
  /* Nobody is there to answer: a question is an error. Its words are read, so they are English. */
  const char *const environment[] = { "GIT_TERMINAL_PROMPT=0",
                                      "LC_ALL=C",
                                      g_getenv ("GIT_SSH_COMMAND") == NULL
                                          ? "GIT_SSH_COMMAND=ssh -oBatchMode=yes"
                                          : NULL,
                                      NULL };
  g_autoptr (GError) local = NULL;
  g_autofree char *reason = NULL;
  int status = 0;

  if (!hs_command_stream (
          argv, NULL, environment, NULL, take_piece, self, &status, cancellable, &local)) {
    if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
      g_set_error_literal (
          error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, _ ("git is not installed on this machine."));
    else
      g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  end_line (self, self->lines[1]);
  if (status == 0)
    return TRUE;
  reason = dup_reason (self->words->str);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FAILED,
               /* Translators: an address, what git says */
               _ ("%s can't be cloned: %s"),
               url,
               reason);
  return FALSE;
}

gboolean
hs_tree_clone (const char *url,
               const char *branch,
               const char *folder,
               HsTreeCloneFunc func,
               gpointer user_data,
               GCancellable *cancellable,
               GError **error)
{
  g_auto (Clone) clone = { .func = func, .user_data = user_data };
  g_autofree char *path = g_canonicalize_filename (folder, NULL);
  g_autofree char *missing = find_missing (path);
  g_autoptr (GPtrArray) argv = make_argv (url, branch, path);

  for (guint i = 0; i < G_N_ELEMENTS (clone.lines); i++)
    clone.lines[i] = g_string_new (NULL);
  clone.words = g_string_new (NULL);
  if (!check_words (url, branch, error) || !check_folder (path, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  clone.fraction = -1;
  report (&clone, _ ("Connecting"));
  clone.fraction = 0;
  if (run_git (&clone, (const char *const *) argv->pdata, url, cancellable, error))
    return TRUE;
  remove_tree (missing != NULL ? missing : path, missing == NULL);
  return FALSE;
}
