/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/unit-files.h"

#include <glib/gstdio.h>
#include <string.h>

/* Files for one unit alone: from a template, a folder, a command. */

static const HsUnitFacts facts = {
  .id = "stm32:3046534563033125523046AA",
  .serial = "GATE-0471",
  .board = "OPENMV4",
  .release = "gate-counter",
  .version = "1.4.2",
};

/* NULL if it failed, with @error. */
static char *
make (HsFileSource source, const char *text, const char *file, GError **error)
{
  const HsRecipeFile wanted = {
    .path = (char *) "tls/key.der", .source = source, .text = (char *) text, .file = (char *) file
  };
  g_autoptr (GBytes) content = hs_unit_file_make (&wanted, &facts, NULL, error);

  if (content == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
}

static void
assert_made (HsFileSource source, const char *text, const char *file, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = make (source, text, file, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
}

static void
assert_fails (HsFileSource source, const char *text, const char *file, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = make (source, text, file, &error);

  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_FILE);
  g_assert_null (content);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
}

static void
put (const char *name, const char *content, int mode)
{
  g_autofree char *root = hs_unit_files_root ();
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
test_template (void)
{
  HsUnitFacts nameless = facts;
  const HsRecipeFile wanted = { (char *) "a", HS_FILE_TEMPLATE, (char *) "{serial}", NULL };
  g_autoptr (GError) error = NULL;

  assert_made (HS_FILE_TEMPLATE,
               "{\"id\": \"{id}\", \"n\": {}, \"s\": \"{serial}\"}",
               NULL,
               "{\"id\": \"stm32:3046534563033125523046AA\", \"n\": {}, \"s\": \"GATE-0471\"}");
  assert_made (
      HS_FILE_TEMPLATE, "{board} {release} {version} {", NULL, "OPENMV4 gate-counter 1.4.2 {");
  assert_made (HS_FILE_TEMPLATE, "", NULL, "");
  assert_fails (HS_FILE_TEMPLATE, "{serail}", NULL, "{serail}");

  nameless.serial = NULL;
  g_assert_null (hs_unit_file_make (&wanted, &nameless, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_FILE);
}

static void
test_folder (void)
{
  HsUnitFacts climber = facts;
  const HsRecipeFile wanted = { (char *) "key", HS_FILE_FOLDER, (char *) "keys", NULL };
  g_autoptr (GError) error = NULL;

  put ("keys/GATE-0471/key.der", "secret", 0600);
  put ("keys/GATE-0471/tls/key.der", "as on the drive", 0600);
  assert_made (HS_FILE_FOLDER, "keys", "key.der", "secret");
  assert_made (HS_FILE_FOLDER, "keys", NULL, "as on the drive");
  assert_fails (HS_FILE_FOLDER, "keys", "cert.der", "GATE-0471");
  assert_fails (HS_FILE_FOLDER, "none", "key.der", "none");
  assert_fails (HS_FILE_FOLDER, "../keys", "key.der", "no folder");
  assert_fails (HS_FILE_FOLDER, "keys", "../../secret", "no folder");

  climber.serial = "../other";
  g_assert_null (hs_unit_file_make (&wanted, &climber, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_FILE);
}

/* An error is recorded for ever: nothing of what a command says may be in it. */
static void
test_no_secret (void)
{
  g_autoptr (GError) error = NULL;

  put ("leaky", "#!/bin/sh\necho 'PRIVATE KEY'\necho 'PRIVATE KEY' >&2\nexit 3\n", 0700);
  g_assert_null (make (HS_FILE_COMMAND, "leaky", NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_FILE);
  g_assert_null (strstr (error->message, "PRIVATE"));
}

static void
test_command (void)
{
  put ("provision", "#!/bin/sh\nprintf '%s|%s|%s\\n' \"$@\"\n", 0700);
  put ("broken", "#!/bin/sh\necho 'PRIVATE KEY' >&2\nexit 3\n", 0700);
  put ("mute", "#!/bin/sh\nexit 1\n", 0700);
  put ("endless", "#!/bin/sh\nwhile :; do printf '%8000s' x; done\n", 0700);
  put ("plain", "no program", 0600);

  assert_made (
      HS_FILE_COMMAND, "provision", NULL, "stm32:3046534563033125523046AA|GATE-0471|OPENMV4\n");
  assert_fails (HS_FILE_COMMAND, "broken", NULL, "ended with status 3");
  assert_fails (HS_FILE_COMMAND, "mute", NULL, "ended with status 1");
  assert_fails (HS_FILE_COMMAND, "endless", NULL, "more than");
  assert_fails (HS_FILE_COMMAND, "plain", NULL, "is not here");
  assert_fails (HS_FILE_COMMAND, "nothing", NULL, "is not here");
  assert_fails (HS_FILE_COMMAND, "../../bin/sh", NULL, "no command");
}

static void
test_cancelled (void)
{
  const HsRecipeFile wanted = { (char *) "a", HS_FILE_COMMAND, (char *) "provision", NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  put ("provision", "#!/bin/sh\nexec sleep 30\n", 0700);
  g_cancellable_cancel (cancellable);
  g_assert_null (hs_unit_file_make (&wanted, &facts, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *config = g_dir_make_tmp ("hotshoe-unit-files-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit-files/template", test_template);
  g_test_add_func ("/unit-files/folder", test_folder);
  g_test_add_func ("/unit-files/command", test_command);
  g_test_add_func ("/unit-files/no-secret", test_no_secret);
  g_test_add_func ("/unit-files/cancelled", test_cancelled);
  status = g_test_run ();
  remove_all (config);
  return status;
}
