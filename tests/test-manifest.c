/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/manifest.h"
#include "tests/freeze-rig.h"

#define MANIFEST "boards/OPENMV4/manifest.py"
#define LIB      "scripts/libraries/"
#define LAST     "freeze(\"$(OMV_LIB_DIR)/\", \"_boot.py\")\n"

/* A manifest of these lines, and a main.py of that text; written nowhere. */
static HsTreeEdit *
overlay (FreezeRig *rig, const char *lines, const char *main_text)
{
  HsTreeEdit *edit = hs_tree_edit_new (rig->root, "test");

  hs_tree_edit_set_text (edit, MANIFEST, lines);
  if (main_text != NULL)
    hs_tree_edit_set_text (edit, LIB "main.py", main_text);
  return edit;
}

static HsManifest *
resolve (FreezeRig *rig, const char *lines, const char *main_text)
{
  g_autoptr (HsTreeEdit) edit = overlay (rig, lines, main_text);

  return rig_resolve (rig, "OPENMV4", edit);
}

static void
assert_found (HsManifest *manifest,
              const char *code,
              HsFindingLevel level,
              const char *file,
              guint line,
              const char *word)
{
  const HsFinding *finding = rig_find (manifest, code);

  if (finding == NULL)
    g_error ("no finding %s", code);
  g_assert_cmpint (finding->level, ==, level);
  g_assert_cmpstr (finding->file, ==, file);
  g_assert_cmpuint (finding->line, ==, line);
  if (strstr (finding->text, word) == NULL)
    g_error ("“%s” does not say “%s”", finding->text, word);
}

static void
test_stock (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (HsManifest) again = NULL;
  g_autoptr (JsonObject) json = NULL;
  const HsFrozen *logging, *core, *boot;

  rig_up (&rig);
  manifest = rig_resolve (&rig, "OPENMV4", NULL);
  logging = hs_manifest_find (manifest, "logging.py");
  core = hs_manifest_find (manifest, "asyncio/core.py");
  boot = hs_manifest_find (manifest, "_boot.py");
  g_assert_cmpstr (logging->by, ==, "require(logging)");
  g_assert_true (g_str_has_suffix (logging->manifest, MANIFEST));
  g_assert_cmpstr (core->by, ==, "package(asyncio)");
  g_assert_true (g_str_has_suffix (core->manifest, "extmod/asyncio/manifest.py"));
  g_assert_cmpstr (boot->by, ==, "freeze");
  g_assert_cmpstr (boot->kind, ==, "py");
  g_assert_nonnull (rig_find (manifest, "no-main"));
  for (guint i = 0; i < hs_manifest_get_findings (manifest)->len; i++) {
    const HsFinding *finding = g_ptr_array_index (hs_manifest_get_findings (manifest), i);

    g_assert_cmpint (finding->level, ==, HS_FINDING_NOTE);
  }
  again = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_cmpstr (hs_manifest_get_digest (manifest), ==, hs_manifest_get_digest (again));
  json = hs_manifest_to_json (manifest);
  g_assert_cmpstr (json_object_get_string_member (json, "target"), ==, "OPENMV4");
  rig_down (&rig);
}

static void
test_directives (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  const HsFinding *finding;

  rig_up (&rig);
  rig_write (&rig, LIB "my_lib/__init__.py", "A = 1\n");
  rig_write (&rig, LIB "text/plain.py", "A = 1\n");
  manifest = resolve (&rig,
                      "freeze(\"$(OMV_LIB_DIR)/\", \"pid.py\")\n"
                      "package(\"my_lib\", base_path=\"$(OMV_LIB_DIR)/my_lib\")\n"
                      "freeze(\"$(OMV_LIB_DIR)/\", \"pid.py\")\n"
                      "freeze(\"$(OMV_LIB_DIR)/\", \"nothere.py\")\n"
                      "require(\"no-such-package\")\n"
                      "freeze_as_str(\"$(OMV_LIB_DIR)/text\")\n",
                      NULL);
  assert_found (manifest, "empty-package", HS_FINDING_ERROR, MANIFEST, 2, "my_lib");
  finding = rig_find (manifest, "empty-package");
  g_assert_cmpstr (finding->example, ==, "package(\"my_lib\", base_path=\"$(OMV_LIB_DIR)\")");
  assert_found (manifest, "duplicate-name", HS_FINDING_ERROR, MANIFEST, 3, "pid.py");
  assert_found (manifest, "missing-file", HS_FINDING_ERROR, MANIFEST, 4, LIB "nothere.py");
  assert_found (manifest, "require-unknown", HS_FINDING_ERROR, MANIFEST, 5, "no-such-package");
  assert_found (manifest, "freeze-as-str", HS_FINDING_WARNING, MANIFEST, 6, "plain.py");
  assert_found (manifest, "no-boot-file", HS_FINDING_ERROR, MANIFEST, 0, "_boot.py");
  g_assert_cmpstr (hs_manifest_find (manifest, "plain.py")->kind, ==, "str");
  rig_down (&rig);
}

static void
test_sources (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  g_autofree char *data = g_strnfill (20000, 'x');
  g_autofree char *program = g_strdup_printf ("import pid\n"
                                              "import sys\n"
                                              "sys.path.clear()\n"
                                              "TABLE = b'%s'\n",
                                              data);
  static const char lines[] = "freeze(\"$(OMV_LIB_DIR)/\", \"pid.py\")\n"
                              "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n" LAST;

  rig_up (&rig);
  manifest = resolve (&rig, lines, program);
  assert_found (manifest, "large-literal", HS_FINDING_WARNING, LIB "main.py", 4, "KiB");
  assert_found (manifest, "sys-path-clear", HS_FINDING_ERROR, LIB "main.py", 3, ".frozen");
  assert_found (manifest, "overridden-import", HS_FINDING_NOTE, LIB "main.py", 1, "pid.py");
  assert_found (manifest, "frozen-main-hides", HS_FINDING_NOTE, MANIFEST, 2, "drive");
  assert_found (manifest, "not-checked", HS_FINDING_NOTE, NULL, 0, "mpy-cross");
  g_assert_null (rig_find (manifest, "no-main"));

  g_clear_object (&manifest);
  manifest = resolve (&rig,
                      lines,
                      "import sys\n"
                      "sys.path[:] = ['.frozen', '/rom']\n"
                      "import pid\n"
                      "# sys.path.clear()\n"
                      "x = 'sys.path.clear()'\n");
  g_assert_null (rig_find (manifest, "sys-path-clear"));
  g_assert_null (rig_find (manifest, "overridden-import"));

  g_clear_object (&manifest);
  manifest = resolve (&rig, lines, "import pid\nwhile True\n    pass\n");
  assert_found (manifest, "syntax-error", HS_FINDING_ERROR, LIB "main.py", 2, "':'");
  rig_down (&rig);
}

static void
test_boot (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsManifest) manifest = NULL;

  rig_up (&rig);
  edit = overlay (&rig, "freeze(\"$(OMV_LIB_DIR)/\", \"boot.py\")\n" LAST, NULL);
  hs_tree_edit_set_text (
      edit, LIB "boot.py", "def main():\n    while True:\n        pass\nmain()\n");
  manifest = rig_resolve (&rig, "OPENMV4", edit);
  assert_found (manifest, "boot-as-application", HS_FINDING_NOTE, LIB "boot.py", 2, "boot.py");

  hs_tree_edit_set_text (edit, LIB "boot.py", "def main():\n    while True:\n        pass\n");
  g_clear_object (&manifest);
  manifest = rig_resolve (&rig, "OPENMV4", edit);
  g_assert_null (rig_find (manifest, "boot-as-application"));

  rig_write (&rig, "ports/stm32/main.c", "mp_vfs_import_stat(\"main.py\")\n");
  g_clear_object (&manifest);
  manifest = resolve (&rig, "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n" LAST, "A = 1\n");
  assert_found (manifest, "main-needs-file", HS_FINDING_WARNING, MANIFEST, 1, "drive");
  rig_down (&rig);
}

static void
test_rom_main (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsManifest) manifest = NULL;

  rig_up (&rig);
  edit = hs_tree_edit_new (rig.root, "test");
  hs_tree_edit_set_text (edit,
                         "boards/OPENMV4/romfs_config.json",
                         "{\"0\": {\"size\": \"0x20000\", \"entries\": "
                         "[{\"type\": \"data\", \"path\": \"{TOP}/mine/main.py\"}]}}");
  manifest = rig_resolve (&rig, "OPENMV4", edit);
  assert_found (
      manifest, "rom-main", HS_FINDING_WARNING, "boards/OPENMV4/romfs_config.json", 0, "main.py");
  rig_down (&rig);
}

static void
test_two_cores (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (HsManifest) other = NULL;
  g_autoptr (GError) error = NULL;

  rig_up (&rig);
  rig_write (&rig, "ports/alif/alif.mk", "MPY_MKARGS += MICROPY_MANIFEST_MCU_CORE=hp\n");
  edit = hs_tree_edit_new (rig.root, "test");
  hs_tree_edit_set_text (edit, LIB "main.py", "A = 1\n");
  hs_tree_edit_set_text (edit,
                         "boards/OPENMV_AE3/manifest.py",
                         "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n"
                         "freeze(\"$(OMV_LIB_DIR)/alif/$(MCU_CORE)\", \"_boot.py\")\n");
  manifest = rig_resolve (&rig, "OPENMV_AE3", edit);
  assert_found (
      manifest, "two-cores", HS_FINDING_NOTE, "boards/OPENMV_AE3/manifest.py", 1, "both cores");
  g_assert_true (g_str_has_suffix (hs_manifest_find (manifest, "_boot.py")->path, "hp/_boot.py"));
  other = hs_manifest_resolve (rig.tree, "OPENMV_AE3", "he", edit, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (hs_manifest_find (other, "_boot.py")->path, "he/_boot.py"));
  rig_down (&rig);
}

/* What a manifest may not do, and what can't be run at all. */
static void
test_bad (void)
{
  static const struct {
    const char *lines, *word;
  } cases[] = {
    { "freeze(\n", MANIFEST ":1:" },
    { "\nx = 1 / 0\n", MANIFEST ":2: division" },
    { "nonsense()\n", "nonsense" },
    { "import subprocess\nsubprocess.run(['true'])\n", MANIFEST ":2:" },
    { "import os\nos.system('true')\n", MANIFEST ":2:" },
    { "open('made-by-a-manifest', 'w')\n", "must not write" },
    { "import os\nos.mkdir('made-by-a-manifest')\n", "must not write" },
    { "import socket\nsocket.create_connection(('127.0.0.1', 9))\n", "network" },
    { "raise SystemExit(3)\n", MANIFEST ":1:" },
    { "import os\nos._exit(3)\n", "boards" },
    { "metadata(version='1')\nmetadata(version='2')\n", MANIFEST ":2:" },
  };
  FreezeRig rig = { NULL };

  rig_up (&rig);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsTreeEdit) edit = overlay (&rig, cases[i].lines, NULL);
    g_autoptr (GError) error = NULL;
    HsManifest *manifest = hs_manifest_resolve (rig.tree, "OPENMV4", NULL, edit, NULL, &error);

    g_assert_null (manifest);
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST);
    if (strstr (error->message, cases[i].word) == NULL)
      g_error ("“%s” does not say “%s”", error->message, cases[i].word);
  }
  rig_down (&rig);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (300000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;

  rig_up (&rig);
  edit = overlay (&rig, "while True:\n    pass\n", NULL);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (hs_manifest_resolve (rig.tree, "OPENMV4", NULL, edit, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  rig_down (&rig);
}

/* No submodule: what is required can't be there, and that is said once. */
static void
test_missing_submodules (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *libraries = NULL;
  g_autofree char *micropython = NULL;
  guint n = 0;

  rig_up (&rig);
  libraries = g_build_filename (rig.root, "lib/micropython/lib/micropython-lib", NULL);
  micropython = g_build_filename (rig.root, "lib/micropython/tools", NULL);
  rig_remove (libraries);
  manifest = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_nonnull (hs_manifest_find (manifest, "_boot.py"));
  for (guint i = 0; i < hs_manifest_get_findings (manifest)->len; i++) {
    const HsFinding *finding = g_ptr_array_index (hs_manifest_get_findings (manifest), i);

    if (g_str_equal (finding->code, "require-unknown")) {
      g_assert_nonnull (strstr (finding->action, "submodule update"));
      n++;
    }
  }
  g_assert_cmpuint (n, ==, 1);

  rig_remove (micropython);
  g_assert_null (hs_manifest_resolve (rig.tree, "OPENMV4", NULL, NULL, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST);
  g_assert_nonnull (strstr (error->message, "git submodule update"));
  rig_down (&rig);
}

/* Whatever an answer was made from: if it changes, it is asked for anew. */
static void
test_cache (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) first = NULL;
  g_autoptr (HsManifest) second = NULL;
  g_autoptr (HsManifest) third = NULL;

  rig_up (&rig);
  rig_write (&rig, LIB "pack/__init__.py", "A = 1\n");
  rig_write (&rig, MANIFEST, "package(\"pack\", base_path=\"$(OMV_LIB_DIR)\")\n" LAST);
  first = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_null (hs_manifest_find (first, "pack/more.py"));
  rig_write (&rig, LIB "pack/more.py", "B = 1\n");
  second = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_nonnull (hs_manifest_find (second, "pack/more.py"));
  rig_write (&rig, LIB "pack/more.py", "B = 2\n");
  third = rig_resolve (&rig, "OPENMV4", NULL);
  g_assert_cmpstr (hs_manifest_get_digest (second), !=, hs_manifest_get_digest (third));
  rig_down (&rig);
}

/* A compiler that says what the real one says. */
static const char compiler[] =
    "#!/bin/sh\n"
    "while [ $# -gt 1 ]; do case $1 in -o) out=$2;; -s) name=$2;; esac; shift; done\n"
    "if grep -q broken \"$1\"; then\n"
    "  printf 'Traceback (most recent call last):\\n  File \"%s\", line 3\\nSyntaxError: invalid "
    "syntax\\n' \"$name\" >&2; exit 1\n"
    "fi\n"
    "head -c 100 /dev/zero > \"$out\"\n";

static void
test_compile (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (HsManifest) compiled = NULL;
  g_autoptr (HsManifest) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = NULL;
  static const char lines[] = "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n" LAST;

  rig_up (&rig);
  program = hs_tree_dup_path (rig.tree, HS_TREE_FILE_MPY_CROSS, "OPENMV4");
  manifest = resolve (&rig, lines, "A = 1\n");
  g_assert_null (hs_manifest_compile (manifest, rig.tree, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL);
  g_clear_error (&error);

  rig_write (&rig, program + strlen (rig.root) + 1, compiler);
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  compiled = hs_manifest_compile (manifest, rig.tree, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_manifest_get_compiled (compiled), ==, 200);
  g_assert_cmpuint (hs_manifest_find (compiled, "main.py")->compiled, ==, 100);
  g_assert_null (rig_find (compiled, "not-checked"));

  g_clear_object (&manifest);
  manifest = resolve (&rig, lines, "A = 1\n\nbroken = 1\n");
  again = hs_manifest_compile (manifest, rig.tree, NULL, &error);
  g_assert_no_error (error);
  assert_found (again, "syntax-error", HS_FINDING_ERROR, LIB "main.py", 3, "SyntaxError");
  rig_down (&rig);
}

static const HsBootLine *
boot_line (GPtrArray *lines, const char *id)
{
  for (guint i = 0; i < lines->len; i++) {
    const HsBootLine *line = g_ptr_array_index (lines, i);

    if (g_str_equal (line->id, id))
      return line;
  }
  g_assert_not_reached ();
}

static void
test_boot_story (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (HsManifest) manifest = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GPtrArray) places = NULL;
  const HsTreeBoard *board;

  rig_up (&rig);
  rig_write (&rig, LIB "_boot.py", "mount('/flash')\nstat('SKIPSD')\nmount('/sdcard')\n");
  manifest =
      resolve (&rig, "freeze(\"$(OMV_LIB_DIR)/\", (\"main.py\", \"pid.py\"))\n" LAST, "A = 1\n");
  board = hs_tree_find_board (rig.tree, "OPENMV4");
  lines = hs_boot_story (manifest, board);
  g_assert_true (boot_line (lines, "main")->ours);
  g_assert_false (boot_line (lines, "boot")->ours);
  g_assert_nonnull (strstr (boot_line (lines, "sd")->text, "SKIPSD"));
  places = hs_boot_import (manifest, board, "pid");
  g_assert_true (((HsBootLine *) g_ptr_array_index (places, 1))->ours);
  g_assert_false (((HsBootLine *) g_ptr_array_index (places, 0))->ours);
  rig_down (&rig);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manifest/stock", test_stock);
  g_test_add_func ("/manifest/directives", test_directives);
  g_test_add_func ("/manifest/sources", test_sources);
  g_test_add_func ("/manifest/boot", test_boot);
  g_test_add_func ("/manifest/rom-main", test_rom_main);
  g_test_add_func ("/manifest/two-cores", test_two_cores);
  g_test_add_func ("/manifest/bad", test_bad);
  g_test_add_func ("/manifest/cancel", test_cancel);
  g_test_add_func ("/manifest/missing-submodules", test_missing_submodules);
  g_test_add_func ("/manifest/cache", test_cache);
  g_test_add_func ("/manifest/compile", test_compile);
  g_test_add_func ("/manifest/boot-story", test_boot_story);
  status = g_test_run ();
  rig_remove (home);
  return status;
}
