/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/freeze-markers.h"
#include "tests/freeze-rig.h"

#define MANIFEST "boards/OPENMV4/manifest.py"
#define LIB      "scripts/libraries/"

/* What is there and what a plan would make of it, applied. */
static char *
apply (FreezeRig *rig, const HsFreezeRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = hs_freeze_plan (rig->tree, request, &error);
  char *id = NULL;

  g_assert_no_error (error);
  hs_tree_edit_apply (edit, &id, &error);
  g_assert_no_error (error);
  return id;
}

static void
assert_refused (FreezeRig *rig, const HsFreezeRequest *request, int code, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = hs_freeze_plan (rig->tree, request, &error);

  g_assert_null (edit);
  g_assert_error (error, HS_APP_ERROR, code);
  if (strstr (error->message, word) == NULL)
    g_error ("“%s” does not say “%s”", error->message, word);
}

static void
test_whole (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *main_file = NULL;
  g_autofree char *package = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *copied = NULL;
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  const char *requires[] = { "aioble", NULL };
  const char *packages[] = { NULL, NULL };
  HsFreezeRequest request = { .target = "OPENMV4", .requires = requires, .packages = packages };

  rig_up (&rig);
  main_file = rig_source (&rig, "start.py", "import my_lib\n");
  g_free (rig_source (&rig, "my_lib/__init__.py", "A = 1\n"));
  g_free (rig_source (&rig, "my_lib/deep/helpers.py", "B = 2\n"));
  g_free (rig_source (&rig, "my_lib/__pycache__/x.py", "no\n"));
  package = g_build_filename (rig.root, "mine", "my_lib", NULL);
  packages[0] = package;
  request.main = main_file;
  before = rig_read (&rig, MANIFEST);
  id = apply (&rig, &request);

  after = rig_read (&rig, MANIFEST);
  g_assert_nonnull (strstr (after,
                            "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n"
                            "package(\"my_lib\", base_path=\"$(OMV_LIB_DIR)\")\n"
                            "require(\"aioble\")\n# hotshoe: end\n# Boot script\n"));
  g_assert_true (g_str_has_suffix (after, "\"_boot.py\")\n"));
  copied = rig_read (&rig, LIB "main.py");
  g_assert_cmpstr (copied, ==, "import my_lib\n");

  manifest = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_nonnull (hs_manifest_find (manifest, "main.py"));
  g_assert_nonnull (hs_manifest_find (manifest, "my_lib/deep/helpers.py"));
  g_assert_nonnull (hs_manifest_find (manifest, "aioble.py"));
  g_assert_null (hs_manifest_find (manifest, "my_lib/__pycache__/x.py"));

  shown = hs_freeze_read (rig.tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (json_object_get_string_member (shown, "main"), ==, LIB "main.py");
  g_assert_cmpint (json_array_get_length (json_object_get_array_member (shown, "files")), ==, 3);

  g_assert_true (hs_tree_edits_undo (rig.root, id, &error));
  undone = rig_read (&rig, MANIFEST);
  g_assert_cmpstr (undone, ==, before);
  g_clear_pointer (&copied, g_free);
  copied = rig_read (&rig, LIB "main.py");
  g_assert_null (copied);
  g_assert_null (hs_freeze_read (rig.tree, "OPENMV4", &error));
  g_assert_no_error (error);
  rig_down (&rig);
}

/* The next freeze replaces the one before; what somebody changed stays. */
static void
test_again (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *module = NULL;
  g_autofree char *other = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *gone = NULL;
  const char *modules[] = { NULL, NULL, NULL };
  HsFreezeRequest request = { .target = "OPENMV4", .modules = modules };

  rig_up (&rig);
  before = rig_read (&rig, MANIFEST);
  one = rig_source (&rig, "one.py", "A = 1\n");
  two = rig_source (&rig, "two.py", "A = 2\n");
  module = rig_source (&rig, "helper.py", "H = 1\n");
  other = rig_source (&rig, "second.py", "S = 1\n");
  modules[0] = module;
  modules[1] = other;
  request.main = one;
  g_free (apply (&rig, &request));
  rig_write (&rig, LIB "second.py", "S = 'changed by hand'\n");

  modules[0] = NULL;
  request.main = two;
  g_free (apply (&rig, &request));
  gone = rig_read (&rig, LIB "helper.py");
  g_assert_null (gone);
  kept = rig_read (&rig, LIB "second.py");
  g_assert_cmpstr (kept, ==, "S = 'changed by hand'\n");

  rig_write (&rig, LIB "main.py", "A = 'changed by hand'\n");
  request.main = one;
  assert_refused (&rig, &request, HS_APP_ERROR_FILE_EXISTS, "changed since");

  rig_write (&rig, LIB "main.py", "A = 2\n");
  request.main = NULL;
  g_free (apply (&rig, &request));
  after = rig_read (&rig, MANIFEST);
  g_assert_cmpstr (after, ==, before);
  rig_down (&rig);
}

/* Two boards with a main.py of their own: neither changes the other's. */
static void
test_two_boards (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *left = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  HsFreezeRequest request = { .target = "OPENMV4" };

  rig_up (&rig);
  one = rig_source (&rig, "one.py", "A = 1\n");
  two = rig_source (&rig, "two.py", "A = 2\n");
  request.main = one;
  g_free (apply (&rig, &request));
  request.target = "OPENMV2";
  request.main = two;
  g_free (apply (&rig, &request));
  first = rig_read (&rig, LIB "main.py");
  second = rig_read (&rig, LIB "OPENMV2/main.py");
  g_assert_cmpstr (first, ==, "A = 1\n");
  g_assert_cmpstr (second, ==, "A = 2\n");
  manifest = rig_resolve (&rig, "OPENMV2", NULL);
  g_assert_true (
      g_str_has_suffix (hs_manifest_find (manifest, "main.py")->path, LIB "OPENMV2/main.py"));

  request.target = "OPENMV4";
  request.main = two;
  g_free (apply (&rig, &request));
  request.main = NULL;
  g_free (apply (&rig, &request));
  left = rig_read (&rig, LIB "OPENMV2/main.py");
  g_assert_cmpstr (left, ==, "A = 2\n");
  rig_down (&rig);
}

static void
test_refusals (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *main_file = NULL;
  g_autofree char *own = NULL;
  g_autofree char *odd = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *text = NULL;
  g_autofree char *ml = NULL;
  g_autoptr (GError) missing = NULL;
  const char *modules[] = { NULL, NULL };
  const char *packages[] = { NULL, NULL };
  const char *requires[] = { "a b", NULL };
  HsFreezeRequest request = { .target = "OPENMV4", .modules = modules };

  rig_up (&rig);
  main_file = rig_source (&rig, "main.py", "A = 1\n");
  modules[0] = own = rig_source (&rig, "rpc.py", "mine = 1\n");
  assert_refused (&rig, &request, HS_APP_ERROR_FILE_EXISTS, LIB "rpc.py");
  modules[0] = odd = rig_source (&rig, "two-words.py", "");
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "two-words");
  modules[0] = text = rig_source (&rig, "notes.txt", "");
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, ".py");
  modules[0] = "/nowhere/at/all.py";
  g_assert_null (hs_freeze_plan (rig.tree, &request, &missing));
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  modules[0] = main_file;
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "no module");
  modules[0] = NULL;

  request.packages = packages;
  g_free (rig_source (&rig, "bare/x.py", ""));
  packages[0] = folder = g_build_filename (rig.root, "mine", "bare", NULL);
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "__init__.py");
  g_free (rig_source (&rig, "ml/__init__.py", ""));
  packages[0] = ml = g_build_filename (rig.root, "mine", "ml", NULL);
  assert_refused (&rig, &request, HS_APP_ERROR_FILE_EXISTS, LIB "ml");
  request.packages = NULL;

  request.requires = requires;
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "a b");
  request.requires = NULL;
  request.target = "NOBOARD";
  assert_refused (&rig, &request, HS_APP_ERROR_NO_TREE, "NOBOARD");
  rig_down (&rig);
}

static void
test_thin (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *main_file = NULL;
  g_autofree char *module = NULL;
  g_autofree char *guarded = NULL;
  g_autofree char *start = NULL;
  g_autofree char *config = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *app = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  const char *modules[] = { NULL, NULL };
  const char *packages[] = { NULL, NULL };
  HsFreezeRequest request = { .target = "OPENMV4", .modules = modules, .thin = TRUE };

  rig_up (&rig);
  before = rig_read (&rig, "boards/OPENMV4/romfs_config.json");
  main_file = rig_source (&rig, "main.py", "print('on')\n");
  guarded = rig_source (&rig, "other.py", "if __name__ == '__main__':\n    print('on')\n");
  modules[0] = module = rig_source (&rig, "helper.py", "H = 1\n");
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "application");
  request.main = main_file;
  packages[0] = rig.root;
  request.packages = packages;
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "in no folder");
  request.packages = NULL;
  g_free (apply (&rig, &request));

  start = rig_read (&rig, LIB "main.py");
  g_assert_nonnull (strstr (start, "import app"));
  config = rig_read (&rig, "boards/OPENMV4/romfs_config.json");
  g_assert_nonnull (strstr (config, "\"{TOP}/boards/OPENMV4/rom/app.py\""));
  g_assert_nonnull (strstr (config, "\"{TOP}/boards/OPENMV4/rom/helper.py\""));
  app = rig_read (&rig, "boards/OPENMV4/rom/app.py");
  g_assert_cmpstr (app, ==, "print('on')\n");
  manifest = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_null (rig_find (manifest, "sys-path-clear"));
  g_assert_null (rig_find (manifest, "rom-main"));

  request.main = guarded;
  modules[0] = NULL;
  g_free (apply (&rig, &request));
  g_clear_pointer (&start, g_free);
  start = rig_read (&rig, LIB "main.py");
  g_assert_nonnull (strstr (start, "\"__name__\": \"__main__\""));
  g_clear_pointer (&config, g_free);
  config = rig_read (&rig, "boards/OPENMV4/romfs_config.json");
  g_assert_null (strstr (config, "helper.py"));

  request.main = NULL;
  request.thin = FALSE;
  g_free (apply (&rig, &request));
  after = rig_read (&rig, "boards/OPENMV4/romfs_config.json");
  g_assert_cmpstr (after, ==, before);
  rig_down (&rig);
}

static void
test_no_romfs (void)
{
  FreezeRig rig = { NULL };
  g_autofree char *main_file = NULL;
  HsFreezeRequest request = { .target = "OPENMV4", .thin = TRUE };

  rig_up_with (&rig, "OPENMV4", "src");
  request.main = main_file = rig_source (&rig, "main.py", "A = 1\n");
  assert_refused (&rig, &request, HS_APP_ERROR_BAD_MANIFEST, "romfs_config.json");
  rig_down (&rig);
}

/* --- the markers --- */

static const char *const texts[] = {
  "freeze (\"$(OMV_LIB_DIR)/\", \"a.py\")\nfreeze (\"$(OMV_LIB_DIR)/\", \"_boot.py\")\n",
  "freeze(\"x\", \"a.py\")\r\n\r\n# Boot\r\n# script\r\nfreeze(\"x\",\r\n\t\"_boot.py\")\r\n",
  "freeze(\"x\", \"a.py\")",
  "freeze(\"x\", \"_boot.py\")",
  "",
  "\n",
  "# only a comment, no end",
  "s = \"\"\"\nfreeze(\"x\", \"_boot.py\")\n\"\"\"\n\n",
};

static void
test_round_trips (void)
{
  const char *lines[] = { "freeze(\"y\", \"main.py\")", "# hotshoe: file a/b c.py x", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsFreezeBlock) block =
        hs_freeze_block_read ("m", texts[i], strlen (texts[i]), &error);
    g_autoptr (HsFreezeBlock) again = NULL;
    g_autofree char *with = NULL;
    g_autofree char *twice = NULL;
    g_autofree char *without = NULL;

    g_assert_no_error (error);
    with = hs_freeze_block_replace (block, lines);
    g_assert_nonnull (strstr (with, "# hotshoe: begin"));
    again = hs_freeze_block_read ("m", with, strlen (with), &error);
    g_assert_no_error (error);
    g_assert_false (again->altered);
    twice = hs_freeze_block_replace (again, lines);
    g_assert_cmpstr (twice, ==, with);
    without = hs_freeze_block_replace (again, NULL);
    g_assert_cmpstr (without, ==, texts[i]);
  }
}

/* Lines that somebody put between the markers would be lost. */
static void
test_altered (void)
{
  const char *lines[] = { "freeze(\"y\", \"main.py\")", NULL };
  g_autoptr (HsFreezeBlock) block = hs_freeze_block_read ("m", texts[0], strlen (texts[0]), NULL);
  g_autofree char *with = hs_freeze_block_replace (block, lines);
  g_auto (GStrv) parts = g_strsplit (with, "# hotshoe: end", 2);
  g_autofree char *theirs = g_strjoinv ("freeze(\"y\", \"mine.py\")\n# hotshoe: end", parts);
  g_autofree char *above = g_strconcat ("freeze(\"y\", \"mine.py\")\n", with, NULL);
  g_autoptr (HsFreezeBlock) bad = hs_freeze_block_read ("m", theirs, strlen (theirs), NULL);
  g_autoptr (HsFreezeBlock) good = hs_freeze_block_read ("m", above, strlen (above), NULL);

  g_assert_true (bad != NULL && bad->altered);
  g_assert_true (good != NULL && !good->altered);
}

static void
test_place (void)
{
  const char *lines[] = { "A()", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsFreezeBlock) block = hs_freeze_block_read ("m", texts[1], strlen (texts[1]), &error);
  g_autofree char *text = hs_freeze_block_replace (block, lines);

  /* Above the comment, with the file's own line ends. */
  g_assert_nonnull (strstr (text, "A()\r\n# hotshoe: end\r\n# Boot\r\n# script\r\nfreeze("));
}

static void
test_broken_markers (void)
{
  static const struct {
    const char *text;
    const char *where;
  } cases[] = {
    { "# hotshoe: begin\n", "m:1:" },
    { "a = 1\n# hotshoe: end\n", "m:2:" },
    { "# hotshoe: begin\n# hotshoe: end\n\n# hotshoe: begin\n# hotshoe: end\n", "m:4:" },
    { "# hotshoe: begin\n# hotshoe: begin\n# hotshoe: end\n", "m:2:" },
    { "# hotshoe: begin\n# hotshoe: end\n# hotshoe: end\n", "m:3:" },
    { "\nfreeze(\n", "m:2:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    HsFreezeBlock *block =
        hs_freeze_block_read ("m", cases[i].text, strlen (cases[i].text), &error);

    g_assert_null (block);
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST);
    g_assert_true (g_str_has_prefix (error->message, cases[i].where));
  }
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/freeze/whole", test_whole);
  g_test_add_func ("/freeze/again", test_again);
  g_test_add_func ("/freeze/two-boards", test_two_boards);
  g_test_add_func ("/freeze/refusals", test_refusals);
  g_test_add_func ("/freeze/thin", test_thin);
  g_test_add_func ("/freeze/no-romfs", test_no_romfs);
  g_test_add_func ("/freeze/round-trips", test_round_trips);
  g_test_add_func ("/freeze/altered", test_altered);
  g_test_add_func ("/freeze/place", test_place);
  g_test_add_func ("/freeze/broken-markers", test_broken_markers);
  status = g_test_run ();
  rig_remove (home);
  return status;
}
