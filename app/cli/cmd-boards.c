/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/board-words.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

/* --- for scripts --- */

static JsonArray *
list_ids (const HsUsbId *ids)
{
  JsonArray *array = json_array_new ();

  for (; ids != NULL && ids->vid != 0; ids++) {
    g_autofree char *text = g_strdup_printf ("%04x:%04x", ids->vid, ids->pid);

    json_array_add_string_element (array, text);
  }
  return array;
}

static JsonArray *
list_partitions (const HsBoard *board)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", partition->name);
    json_object_set_string_member (object, "role", hs_role_name (partition->role));
    json_object_set_int_member (object, "alt", partition->alt);
    json_object_set_int_member (object, "start", partition->start);
    json_object_set_int_member (object, "size", partition->size);
    json_object_set_int_member (object, "own_size", hs_partition_get_own_size (partition));
    json_object_set_boolean_member (
        object, "written", !(partition->flags & (HS_PARTITION_NEVER | HS_PARTITION_FOREIGN)));
    json_object_set_boolean_member (
        object, "readable", !(partition->flags & HS_PARTITION_NO_UPLOAD));
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonObject *
list_proven (const HsBoard *board)
{
  JsonObject *object = json_object_new ();

  for (HsOperation operation = 0; operation < HS_N_OPERATIONS; operation++)
    json_object_set_boolean_member (
        object, hs_operation_name (operation), board->proven_on_hardware[operation]);
  return object;
}

static JsonObject *
describe (const HsBoard *board)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "board", board->id);
  json_object_set_string_member (object, "name", _ (board->name));
  hs_json_set_string (object, "mcu", board->mcu);
  json_object_set_boolean_member (object, "retired", board->retired);
  json_object_set_array_member (object, "app_ids", list_ids (board->app_ids));
  json_object_set_array_member (object, "bootloader_ids", list_ids (board->dfu_ids));
  json_object_set_array_member (object, "rom_ids", list_ids (board->rom_ids));
  json_object_set_array_member (object, "bridge_ids", list_ids (board->bridge_ids));
  json_object_set_array_member (object, "partitions", list_partitions (board));
  hs_json_set_string (object, "pads", board->pads != NULL ? _ (board->pads) : NULL);
  hs_json_set_string (
      object, "other_pads", board->other_pads != NULL ? _ (board->other_pads) : NULL);
  hs_json_set_string (
      object, "led_window", board->led_window != NULL ? _ (board->led_window) : NULL);
  hs_json_set_string (object, "led_held", board->led_held != NULL ? _ (board->led_held) : NULL);
  hs_json_set_string (object, "led_fatal", board->led_fatal != NULL ? _ (board->led_fatal) : NULL);
  json_object_set_string_member (object, "recovery", hs_recovery_name (board->recovery));
  json_object_set_string_member (object, "protection", hs_protection_name (board->protection));
  json_object_set_object_member (object, "proven_on_hardware", list_proven (board));
  hs_json_set_string (object, "link", board->link);
  hs_json_set_string (object, "quickref", board->quickref);
  hs_json_set_string (object, "schematic", board->schematic);
  return object;
}

/* --- for people --- */

static void
print_named (HsCli *cli, const char *name, const char *text)
{
  if (text != NULL)
    hs_cli_print (cli, "  %-12s %s", name, text);
}

static void
print_ids (HsCli *cli, const char *name, const HsUsbId *ids)
{
  g_autofree char *text = hs_board_dup_ids (ids);

  print_named (cli, name, text);
}

static void
print_proven (HsCli *cli, const HsBoard *board)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (HsOperation operation = 0; operation < HS_N_OPERATIONS; operation++)
    if (board->proven_on_hardware[operation])
      g_string_append_printf (
          text, "%s%s", text->len > 0 ? ", " : "", hs_operation_name (operation));
  print_named (cli, _ ("proven"), text->len > 0 ? text->str : _ ("nothing yet on a real one"));
}

static void
print_partitions (HsCli *cli, const HsBoard *board)
{
  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    g_autofree char *address = hs_partition_dup_address (partition);
    g_autofree char *size = hs_format_bytes (partition->size);
    g_autofree char *notes = hs_partition_dup_notes (partition);

    hs_cli_print (
        cli, "  %2u %-11s %s %18s  %s", partition->alt, partition->name, address, size, notes);
  }
}

static const char *
words_of (const char *text)
{
  return text != NULL ? _ (text) : NULL;
}

static void
print_board (HsCli *cli, const HsBoard *board)
{
  g_autofree char *recovery = hs_board_dup_recovery (board);
  g_autofree char *pads = hs_board_dup_pads (board);
  g_autofree char *window = hs_board_dup_window (board);

  hs_cli_print (cli, "%s · %s · %s", board->id, _ (board->name), board->mcu);
  print_ids (cli, _ ("firmware"), board->app_ids);
  print_ids (cli, _ ("bootloader"), board->dfu_ids);
  print_ids (cli, _ ("ROM"), board->rom_ids);
  print_ids (cli, _ ("adapter"), board->bridge_ids);
  print_named (cli, _ ("window"), window);
  print_named (cli, _ ("LED"), words_of (board->led_window));
  print_named (cli, _ ("LED, held"), words_of (board->led_held));
  print_named (cli, _ ("LED, fatal"), words_of (board->led_fatal));
  print_partitions (cli, board);
  print_named (cli, _ ("pads"), pads);
  print_named (cli, _ ("recovery"), recovery);
  print_named (cli, _ ("protection"), hs_board_protection_words (board->protection));
  print_proven (cli, board);
  print_named (cli, _ ("more"), board->link);
  print_named (cli, _ ("pins"), board->quickref);
  print_named (cli, _ ("schematic"), board->schematic);
}

static void
print_line (HsCli *cli, const HsBoard *board)
{
  hs_cli_print (cli,
                "%-28s %-32s %s",
                board->id,
                _ (board->name),
                board->retired          ? _ ("no longer made firmware for")
                : board->method == NULL ? _ ("can’t be flashed yet")
                                        : board->mcu);
}

/* Exactly, or in any case: "openmv4". */
static const HsBoard *
find_board (const char *typed)
{
  g_autofree char *upper = g_ascii_strup (typed, -1);

  return hs_board_by_id (upper);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const HsBoard *only = NULL;
  const HsBoard *board;
  JsonObject *object;
  JsonArray *array;
  int status;

  if (!hs_cli_parse (cli, &hs_command_boards, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc > 1 && (only = find_board (argv[1])) == NULL) {
    g_set_error (&error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("There is no board “%s”; `hotshoe boards` lists them."),
                 argv[1]);
    return hs_cli_fail (cli, error);
  }

  array = json_array_new ();
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    if (only != NULL && board != only)
      continue;
    json_array_add_object_element (array, describe (board));
    if (only != NULL)
      print_board (cli, board);
    else
      print_line (cli, board);
  }
  object = json_object_new ();
  json_object_set_array_member (object, "boards", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_boards = {
  .name = "boards",
  .summary = N_ ("What is known of each board: ids, partitions, pads, LED, recovery, protection"),
  .usage = "[BOARD]",
  .help = N_ ("  BOARD               all about one, “OPENMV4”; without it: a line for each"),
  .max_arguments = 1,
  .run = run,
};
