/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/manifest.h"
#include "tests/freeze-rig.h"

#define LIB "scripts/libraries/"

/* What each program means is in test-readiness.py; here is what a board and a tree add. */

static const char good[] = "import machine\n"
                           "wdt = machine.WDT(timeout=5000)\n"
                           "while True:\n"
                           "    wdt.feed()\n";

static GPtrArray *
check (FreezeRig *rig, const char *target, const char *program, gboolean closed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *manifest_file = g_strdup_printf ("boards/%s/manifest.py", target);
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (rig->root, "test");
  g_autoptr (HsManifest) manifest = NULL;
  GPtrArray *found;

  hs_tree_edit_set_text (edit, LIB "main.py", program);
  hs_tree_edit_set_text (edit,
                         manifest_file,
                         "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n"
                         "freeze(\"$(OMV_LIB_DIR)/\", \"_boot.py\")\n");
  manifest = rig_resolve (rig, target, edit);
  found = hs_readiness_check (manifest, rig->tree, closed, NULL, &error);
  g_assert_no_error (error);
  return found;
}

static const HsReady *
line (GPtrArray *found, const char *id)
{
  for (guint i = 0; i < found->len; i++) {
    const HsReady *ready = g_ptr_array_index (found, i);

    g_assert_nonnull (ready->reason);
    g_assert_nonnull (ready->title);
    if (g_str_equal (ready->id, id))
      return ready;
  }
  g_assert_not_reached ();
}

static void
test_lines (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (JsonArray) json = NULL;

  rig_up (&rig);
  found = check (&rig, "OPENMV4", good, FALSE);
  g_assert_cmpint (found->len, ==, 9);
  g_assert_cmpint (line (found, "entry")->state, ==, HS_READY_FOUND);
  g_assert_cmpint (line (found, "watchdog")->state, ==, HS_READY_FOUND);
  g_assert_cmpstr (line (found, "watchdog")->file, ==, LIB "main.py");
  g_assert_cmpuint (line (found, "watchdog")->line, ==, 4);
  g_assert_cmpint (line (found, "catch-all")->state, ==, HS_READY_NOT_FOUND);
  g_assert_nonnull (line (found, "catch-all")->example);
  g_assert_cmpint (line (found, "repl")->state, ==, HS_READY_NOT_ASKED);
  g_assert_cmpint (line (found, "sys-path")->state, ==, HS_READY_NOT_ASKED);
  json = hs_readiness_to_json (found);
  g_assert_cmpint (json_array_get_length (json), ==, 9);
  rig_down (&rig);
}

/* A file that can't be read may have what is missed. */
static void
test_broken (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (GPtrArray) found = NULL;

  rig_up (&rig);
  found = check (&rig, "OPENMV4", "import machine\nwhile True\n", FALSE);
  g_assert_cmpint (line (found, "watchdog")->state, ==, HS_READY_UNKNOWN);
  g_assert_cmpuint (line (found, "watchdog")->line, ==, 2);
  rig_down (&rig);
}

static void
test_usb_mode (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (GPtrArray) one = NULL;
  g_autoptr (GPtrArray) other = NULL;

  rig_up (&rig);
  one = check (&rig, "OPENMV4", "import pyb\npyb.usb_mode(None)\n", TRUE);
  g_assert_cmpint (line (one, "repl")->state, ==, HS_READY_FOUND);
  other = check (&rig, "OPENMV_AE3", "import pyb\npyb.usb_mode(None)\n", TRUE);
  g_assert_cmpint (line (other, "repl")->state, ==, HS_READY_NOT_FOUND);
  g_assert_null (line (other, "repl")->example);
  rig_down (&rig);
}

/* Firmware that asks the drive before it runs the frozen one. */
static void
test_needs_file (void)
{
  FreezeRig rig = { NULL };
  g_autoptr (GPtrArray) found = NULL;

  rig_up (&rig);
  rig_write (&rig, "ports/stm32/main.c", "mp_vfs_import_stat(\"main.py\")\n");
  found = check (&rig, "OPENMV4", good, FALSE);
  g_assert_cmpint (line (found, "entry")->state, ==, HS_READY_UNKNOWN);
  rig_down (&rig);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readiness/lines", test_lines);
  g_test_add_func ("/readiness/broken", test_broken);
  g_test_add_func ("/readiness/usb-mode", test_usb_mode);
  g_test_add_func ("/readiness/needs-file", test_needs_file);
  status = g_test_run ();
  rig_remove (home);
  return status;
}
