/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/command.h"
#include "app/import.h"

/* Where the number stands in the trees from 5.0.0 on, and before; facts: firmware-tree 7.1. */
static const char *const number_headers[] = { "protocol/omv_protocol.h",
                                              "src/omv/common/usbdbg.h" };

static char *
git (const char *folder, const char *a, const char *b, const char *c)
{
  const char *argv[] = { "git", "-C", folder, a, b, c, NULL };

  return hs_command_output (argv, NULL, NULL);
}

static char *
macro_value (const char *text, const char *name)
{
  g_autofree char *pattern =
      g_strdup_printf ("#define\\s+(?:OMV_)?FIRMWARE_VERSION_%s\\s+\\(?(\\d+)\\)?", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return NULL;
  return g_match_info_fetch (match, 1);
}

/* The version as a number, which stands in no image as text. */
static char *
read_number (const char *root)
{
  for (guint i = 0; i < G_N_ELEMENTS (number_headers); i++) {
    g_autofree char *path = g_build_filename (root, number_headers[i], NULL);
    g_autofree char *text = NULL;
    g_autofree char *major = NULL;
    g_autofree char *minor = NULL;
    g_autofree char *patch = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL))
      continue;
    major = macro_value (text, "MAJOR");
    minor = macro_value (text, "MINOR");
    patch = macro_value (text, "PATCH");
    if (major != NULL && minor != NULL && patch != NULL)
      return g_strdup_printf ("%s.%s.%s", major, minor, patch);
  }
  return NULL;
}

static void
read_sdk (HsImport *self, const char *root)
{
  g_autofree char *path = g_build_filename (root, "SDK_VERSION", NULL);
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    hs_import_set_detail (self, "sdk", g_strstrip (text));
}

/**
 * hs_import_add_provenance:
 * @self: an import
 * @folder: a build folder
 *
 * Adds what the firmware tree around @folder tells, as it is *now*: commit, description, changed
 * files, SDK wanted, version number. Nothing is added for a folder that lies in no firmware tree.
 * Blocks while git runs.
 */
void
hs_import_add_provenance (HsImport *self, const char *folder)
{
  g_autofree char *root = git (folder, "rev-parse", "--show-toplevel", NULL);
  g_autofree char *makefile = root != NULL ? g_build_filename (root, "boards", NULL) : NULL;
  g_autofree char *old_layout =
      root != NULL ? g_build_filename (root, "src", "omv", "boards", NULL) : NULL;
  g_autofree char *commit = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *number = NULL;

  if (root == NULL || (!g_file_test (makefile, G_FILE_TEST_IS_DIR) &&
                       !g_file_test (old_layout, G_FILE_TEST_IS_DIR)))
    return;

  commit = git (root, "rev-parse", "HEAD", NULL);
  changed = git (root, "status", "--porcelain", "--untracked-files=no");
  number = read_number (root);
  hs_import_set_detail (self, "tree", root);
  if (commit != NULL)
    hs_import_set_detail (self, "commit", commit);
  if (changed != NULL && *changed != '\0')
    hs_import_set_detail (self, "changed_files", changed);
  if (number != NULL)
    hs_import_set_detail (self, "number", number);
  read_sdk (self, root);
}
