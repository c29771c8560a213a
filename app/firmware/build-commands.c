/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-commands.h"

#include <string.h>

#define SDK_DIR "SDK_DIR="

char *
hs_build_dup_sdk_dir (const HsBuildRequest *request)
{
  for (guint i = 0; request->options != NULL && request->options[i] != NULL; i++)
    if (g_str_has_prefix (request->options[i], SDK_DIR))
      return g_strdup (request->options[i] + strlen (SDK_DIR));
  return request->sdk_dir != NULL ? g_canonicalize_filename (request->sdk_dir, NULL) : NULL;
}

guint
hs_build_n_jobs (const HsBuildRequest *request)
{
  return request->jobs > 0 ? request->jobs : g_get_num_processors ();
}

GStrv
hs_build_make_argv (const HsBuildRequest *request)
{
  g_autofree char *sdk_dir = hs_build_dup_sdk_dir (request);
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, g_strdup ("make"));
  g_ptr_array_add (argv, g_strdup_printf ("-j%u", hs_build_n_jobs (request)));
  g_ptr_array_add (argv, g_strconcat ("TARGET=", request->target, NULL));
  for (guint i = 0; request->options != NULL && request->options[i] != NULL; i++)
    if (!g_str_has_prefix (request->options[i], SDK_DIR))
      g_ptr_array_add (argv, g_strdup (request->options[i]));
  if (sdk_dir != NULL)
    g_ptr_array_add (argv, g_strconcat (SDK_DIR, sdk_dir, NULL));
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (argv, FALSE);
}

/* -- as people type it ------------------------------------------------------------------------ */

static gboolean
is_plain (const char *word)
{
  for (const char *at = word; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr ("_-+=./,:@%", *at) == NULL)
      return FALSE;
  return *word != '\0';
}

static void
add_word (GString *line, const char *word)
{
  g_autofree char *quoted = is_plain (word) ? g_strdup (word) : g_shell_quote (word);

  g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", quoted);
}

/* "make -C FOLDER" with what follows; @folder: absolute; the root: without -C. */
static char *
make_line (HsTree *tree, const char *folder, const char *const *words)
{
  const char *root = hs_tree_get_root (tree);
  GString *line = g_string_new (NULL);

  add_word (line, "make");
  if (strcmp (folder, root) != 0) {
    add_word (line, "-C");
    add_word (line,
              g_str_has_prefix (folder, root) && folder[strlen (root)] == '/'
                  ? folder + strlen (root) + 1
                  : folder);
  }
  for (guint i = 0; words[i] != NULL; i++)
    add_word (line, words[i]);
  return g_string_free (line, FALSE);
}

static void
add_native (GStrvBuilder *lines, const HsBuildRequest *request, HsTree *tree)
{
  g_autofree char *program = hs_tree_dup_path (tree, HS_TREE_FILE_MPY_CROSS, NULL);
  g_autofree char *micropython = hs_tree_dup_path (tree, HS_TREE_FILE_MICROPYTHON, NULL);
  g_autofree char *mpy_cross = g_build_filename (micropython, "mpy-cross", NULL);
  g_autofree char *folder = hs_tree_dup_path (tree, HS_TREE_FILE_MAKE_FOLDER, request->target);
  g_autofree char *jobs = g_strdup_printf ("-j%u", hs_build_n_jobs (request));
  g_autofree char *target = g_strconcat ("TARGET=", request->target, NULL);
  g_auto (GStrv) argv = hs_build_make_argv (request);
  const char *const cross_words[] = { jobs, NULL };
  const char *const clean_words[] = { "clean", target, NULL };
  g_autofree char *cross = make_line (tree, mpy_cross, cross_words);
  g_autofree char *clean = make_line (tree, folder, clean_words);
  g_autofree char *make = make_line (tree, folder, (const char *const *) argv + 1);

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    g_strv_builder_add (lines, cross);
  if (request->clean)
    g_strv_builder_add (lines, clean);
  g_strv_builder_add (lines, make);
}

static void
add_docker (GStrvBuilder *lines, const HsBuildRequest *request, HsTree *tree)
{
  gboolean stays = request->engine == HS_ENGINE_DOCKER_DEV;
  g_autofree char *folder = g_build_filename (hs_tree_get_root (tree), "docker", NULL);
  g_autofree char *target = g_strconcat ("TARGET=", request->target, NULL);
  g_autofree char *sdk_dir = hs_build_dup_sdk_dir (request);
  g_autofree char *sdk = sdk_dir != NULL ? g_strconcat (SDK_DIR, sdk_dir, NULL) : NULL;
  const char *const clean_words[] = { "clean-dev", NULL };
  const char *const words[] = {
    stays ? "build-firmware-dev" : "build-firmware", target, sdk, NULL
  };
  g_autofree char *clean = make_line (tree, folder, clean_words);
  g_autofree char *make = make_line (tree, folder, words);

  if (stays && request->clean)
    g_strv_builder_add (lines, clean);
  g_strv_builder_add (lines, make);
}

/**
 * hs_build_request_dup_commands:
 * @request: what is to be built
 * @tree: its tree
 *
 * Returns: (transfer full): what will run for it, a command a line as people would type it in the
 *   tree's root; what a missing program (mpy-cross) makes necessary and a clean that was asked for
 *   come first
 */
GStrv
hs_build_request_dup_commands (const HsBuildRequest *request, HsTree *tree)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (HS_IS_TREE (tree), NULL);

  if (request->engine == HS_ENGINE_NATIVE)
    add_native (lines, request, tree);
  else
    add_docker (lines, request, tree);
  return g_strv_builder_end (lines);
}
