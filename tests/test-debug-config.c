/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/debug-json.h"
#include "app/firmware/debug-private.h"
#include "tests/board-tree.h"

static GPtrArray *
new_findings (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
}

static gboolean
has_finding (GPtrArray *findings, const char *code)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (((HsFinding *) findings->pdata[i])->code, code))
      return TRUE;
  return FALSE;
}

/* What @file would hold; (transfer full) */
static char *
planned (HsTreeEdit *edit, const char *file)
{
  g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (edit, file, NULL);

  g_assert_nonnull (bytes);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static JsonObject *
find_launch (JsonNode *node, const char *name)
{
  JsonArray *all = json_object_get_array_member (json_node_get_object (node), "configurations");

  for (guint i = 0; i < json_array_get_length (all); i++) {
    JsonObject *one = json_array_get_object_element (all, i);

    if (g_str_equal (json_object_get_string_member (one, "name"), name))
      return one;
  }
  return NULL;
}

static void
test_launch (gconstpointer old)
{
  g_autofree char *root = make_board_tree (old != NULL);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GPtrArray) findings = new_findings ();
  g_autoptr (GError) error = NULL;
  HsDebugOptions options = { .docker_root = "/workspace", .swo = TRUE, .rtt = TRUE };
  g_autoptr (HsTreeEdit) edit = hs_debug_config_plan (tree, "OPENMV4", &options, findings, &error);
  g_autofree char *text = NULL;
  g_autofree char *tasks = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *launch;

  g_assert_no_error (error);
  text = planned (edit, ".vscode/launch.json");
  node = json_from_string (text, &error);
  g_assert_no_error (error);
  launch = find_launch (node, "Hotshoe: OPENMV4, J-Link");
  g_assert_nonnull (launch);
  g_assert_cmpstr (json_object_get_string_member (launch, "device"), ==, "STM32H743VI");
  g_assert_cmpstr (json_object_get_string_member (launch, "request"), ==, "launch");
  g_assert_true (g_str_has_suffix (json_object_get_string_member (launch, "executable"),
                                   old != NULL ? "src/build/bin/firmware.elf"
                                               : "build/OPENMV4/bin/firmware.elf"));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (launch, "swoConfig"),
                                               "cpuFrequency"),
                   ==,
                   480000000);
  g_assert_true (json_object_has_member (launch, "rttConfig"));
  g_assert_nonnull (strstr (text, "set substitute-path /workspace ${workspaceFolder}"));
  g_assert_nonnull (find_launch (node, "Hotshoe: OPENMV4, attach, J-Link"));
  tasks = planned (edit, ".vscode/tasks.json");
  g_assert_nonnull (strstr (tasks, "TARGET=OPENMV4"));
  g_assert_nonnull (strstr (tasks, old != NULL ? "${workspaceFolder}/src\"" : "deploy"));
  g_assert_true (has_finding (findings, "no-debug-build"));
  g_assert_true (has_finding (findings, "debug-printf"));
  forget_board_tree (root);
}

static void
test_optimised (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  HsDebugOptions options = { 0 };

  for (guint debug = 0; debug < 2; debug++) {
    g_autoptr (GPtrArray) findings = new_findings ();
    g_autoptr (HsTreeEdit) edit = NULL;

    put (root,
         "build/OPENMV4/bin/firmware.elf",
         debug ? "GNU C11 -mthumb -Og -ggdb3" : "GNU C11 -mthumb -O2",
         0644);
    edit = hs_debug_config_plan (tree, "OPENMV4", &options, findings, NULL);
    g_assert_nonnull (edit);
    g_assert_false (has_finding (findings, "no-debug-build"));
    g_assert_cmpint (has_finding (findings, "optimised-build"), ==, debug == 0);
  }
  forget_board_tree (root);
}

/* An MCU of another kind: an external flash, no name in the tree, no configuration of OpenOCD. */
static void
test_external (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  HsDebugOptions options = { .server = HS_SERVER_OPENOCD };
  g_autoptr (GPtrArray) findings = new_findings ();
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *text = NULL;

  put (
      root, TOP_BOARD "board_config.mk", "MCU=MIMXRT1062DVJ6A\nPORT=mimxrt\nCPU=cortex-m7\n", 0644);
  tree = open_board_tree (root);
  g_assert_cmpstr (hs_debug_get_device (tree, "OPENMV4"), ==, "MIMXRT1062xxx6A");
  g_assert_null (hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_clear_error (&error);

  options.server = HS_SERVER_EXTERNAL;
  options.host = "evil\"host";
  g_assert_null (hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_clear_error (&error);

  options.host = "192.168.7.2";
  options.port = 3333;
  edit = hs_debug_config_plan (tree, "OPENMV4", &options, findings, &error);
  g_assert_no_error (error);
  text = planned (edit, ".vscode/launch.json");
  g_assert_nonnull (strstr (text, "\"gdbTarget\": \"192.168.7.2:3333\""));
  g_assert_null (strstr (text, "\"launch\""));
  g_assert_true (has_finding (findings, "attach-only"));
  g_assert_true (has_finding (findings, "device-name-ours"));
  forget_board_tree (root);
}

static void
test_openocd (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  HsDebugOptions options = { .server = HS_SERVER_OPENOCD };
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *text = NULL;

  put (root, "lib/micropython/ports/stm32/boards/openocd_stm32h7_dual_bank.cfg", "", 0644);
  tree = open_board_tree (root);
  edit = hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error);
  g_assert_no_error (error);
  text = planned (edit, ".vscode/launch.json");
  g_assert_nonnull (strstr (text, "boards/openocd_stm32h7_dual_bank.cfg"));
  g_assert_nonnull (strstr (text, "\"servertype\": \"openocd\""));
  forget_board_tree (root);
}

/* Ours is replaced where it stands; all else stays, to the byte. */
static void
test_merge (void)
{
  static const char before[] =
      "// first words\n{\n    \"configurations\": [\n        /* one */ { \"name\": \"mine\", "
      "\"odd\" : [ 1,2, ] },\n        {\n            \"name\": \"Hotshoe: OPENMV4, J-Link\",\n"
      "            \"device\": \"old\"\n        },\n        { \"name\": \"last\" } // end\n    ],\n"
      "    \"version\": \"0.2.0\",\n}\n// last words\n";
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  HsDebugOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsTreeEdit) again = NULL;
  g_autofree char *text = NULL;

  put (root, ".vscode/launch.json", before, 0644);
  put (root,
       ".vscode/extensions.json",
       "{ \"recommendations\": [\"a.b\"], \"unwantedRecommendations\": [\"ms-vscode.cpptools\"] }",
       0644);
  edit = hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error);
  g_assert_no_error (error);
  text = planned (edit, ".vscode/launch.json");
  g_assert_true (
      g_str_has_prefix (text,
                        "// first words\n{\n    \"configurations\": [\n        /* one */ "
                        "{ \"name\": \"mine\", \"odd\" : [ 1,2, ] },\n        {\n"
                        "            \"name\": \"Hotshoe: OPENMV4, J-Link\",\n"));
  g_assert_true (
      g_str_has_suffix (text, " // end\n    ],\n    \"version\": \"0.2.0\",\n}\n// last words\n"));
  g_assert_null (strstr (text, "\"device\": \"old\""));
  g_assert_nonnull (strstr (text, "{ \"name\": \"last\" },\n        {\n"));
  g_clear_pointer (&text, g_free);
  text = planned (edit, ".vscode/extensions.json");
  g_assert_cmpstr (text,
                   ==,
                   "{ \"recommendations\": [\"a.b\", \"marus25.cortex-debug\"], "
                   "\"unwantedRecommendations\": [\"ms-vscode.cpptools\"] }");

  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  again = hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error);
  g_assert_true (hs_tree_edit_is_empty (again));
  forget_board_tree (root);
}

static void
test_bad_files (void)
{
  static const char *const texts[] = {
    "{", "[]", "\"text\"", "{ \"configurations\": 1 }", "{ \"configurations\": [ }",
  };
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  HsDebugOptions options = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    put (root, ".vscode/launch.json", texts[i], 0644);
    g_assert_null (hs_debug_config_plan (tree, "OPENMV4", &options, NULL, &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST);
    g_assert_nonnull (strstr (error->message, "launch.json"));
  }
  forget_board_tree (root);
}

static void
test_machine (void)
{
  g_autofree char *gateway =
      hs_debug_parse_gateway ("default via 172.20.0.1 dev eth0 proto kernel\n");
  g_autofree char *second = hs_debug_parse_gateway ("10.0.0.0/8 dev x\ndefault via fe80::1 dev y");
  g_autofree char *none = hs_debug_parse_gateway ("default dev ppp0\ndefault via nobody dev z");

  g_assert_cmpstr (gateway, ==, "172.20.0.1");
  g_assert_cmpstr (second, ==, "fe80::1");
  g_assert_null (none);
  g_assert_true (hs_debug_is_mirrored ("[wsl2]\r\nnetworkingMode=mirrored\r\n"));
  g_assert_true (hs_debug_is_mirrored ("[wsl2]\n networkingmode = Mirrored\n"));
  g_assert_false (hs_debug_is_mirrored ("[wsl2]\n#networkingMode=mirrored\nnetworkingMode=nat\n"));
}

static void
test_terminal (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autofree char *folder = make_tree ();
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;

  g_setenv ("PATH", folder, TRUE);
  g_assert_null (hs_debug_dup_terminal (tree, "OPENMV4", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL);
  g_clear_error (&error);
  put (folder, "xterm", "#!/bin/sh\n", 0755);
  argv = hs_debug_dup_terminal (tree, "OPENMV4", &error);
  g_setenv ("PATH", path, TRUE);
  g_assert_no_error (error);
  g_assert_cmpstr (argv[1], ==, "-hold");
  g_assert_true (g_strv_contains ((const char *const *) argv, "TARGET=OPENMV4"));
  g_assert_true (g_strv_contains ((const char *const *) argv, "debug"));

  put (root, "Makefile", "all:\n", 0644);
  g_assert_null (hs_debug_dup_terminal (tree, "OPENMV4", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  remove_all (folder);
  forget_board_tree (root);
}

/* Every board of a real checkout has a name for its probe, or is none of the cameras'. */
static void
test_real (void)
{
  const char *root = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autoptr (HsTree) tree = root != NULL && *root != '\0' ? open_board_tree (root) : NULL;
  GPtrArray *boards;

  if (tree == NULL) {
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no checkout");
    return;
  }
  boards = hs_tree_get_boards (tree);
  for (guint i = 0; i < boards->len; i++) {
    const HsTreeBoard *board = boards->pdata[i];
    HsDebugOptions options = { .server = HS_SERVER_EXTERNAL };
    g_autoptr (GError) error = NULL;
    g_autoptr (HsTreeEdit) edit =
        hs_debug_config_plan (tree, board->target, &options, NULL, &error);

    g_test_message ("%s", board->target);
    g_assert_no_error (error);
    if (board->board != NULL)
      g_assert_nonnull (hs_debug_get_device (tree, board->target));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/debug-config/launch/top", NULL, test_launch);
  g_test_add_data_func ("/debug-config/launch/src", "old", test_launch);
  g_test_add_func ("/debug-config/optimised", test_optimised);
  g_test_add_func ("/debug-config/external", test_external);
  g_test_add_func ("/debug-config/openocd", test_openocd);
  g_test_add_func ("/debug-config/merge", test_merge);
  g_test_add_func ("/debug-config/bad-files", test_bad_files);
  g_test_add_func ("/debug-config/machine", test_machine);
  g_test_add_func ("/debug-config/terminal", test_terminal);
  g_test_add_func ("/debug-config/real", test_real);
  return g_test_run ();
}
