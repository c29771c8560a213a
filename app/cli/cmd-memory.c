/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/firmware/features.h"

#include <glib/gi18n-lib.h>

#define BAR       40 /* characters */
#define MOST_SETS 16

static const char *const families[] = { [HS_TREE_MEMORY_NONE] = "none",
                                        [HS_TREE_MEMORY_FB] = "fb",
                                        [HS_TREE_MEMORY_UMA] = "uma" };

/* "####====----....": a sign for each block, "." is free; every block has one sign at least. */
static char *
dup_bar (const HsMemoryLayout *layout, const HsTreeRange *region)
{
  static const char signs[] = "#=+%*o";
  GString *bar = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < layout->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (layout->blocks, i);
    guint length;

    if (!g_str_equal (block->region, region->name))
      continue;
    length = region->length > 0 ? block->size * BAR / region->length : 0;
    for (guint k = 0; k < CLAMP (length, 1, BAR); k++)
      g_string_append_c (bar, signs[n % (sizeof signs - 1)]);
    n++;
  }
  while (bar->len < BAR)
    g_string_append_c (bar, '.');
  g_string_truncate (bar, BAR);
  return g_string_free (bar, FALSE);
}

static void
print_block (HsCli *cli, const HsMemoryBlock *block)
{
  hs_cli_print (cli,
                "    %-20s %8" G_GUINT64_FORMAT " KB  %s%s",
                block->name,
                (block->size + 1023) / 1024,
                _ (block->what),
                block->movable ? "" : _ (" (fixed)"));
}

static void
print_layout (HsCli *cli, const HsMemoryLayout *layout)
{
  for (guint r = 0; r < layout->regions->len; r++) {
    const HsTreeRange *region = g_ptr_array_index (layout->regions, r);
    guint64 used = hs_memory_layout_get_used (layout, region->name);
    g_autofree char *bar = dup_bar (layout, region);

    hs_cli_print (cli,
                  _ ("%-12s [%s] %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " KB"),
                  region->name,
                  bar,
                  (used + 1023) / 1024,
                  region->length / 1024);
    for (guint i = 0; i < layout->blocks->len; i++) {
      const HsMemoryBlock *block = g_ptr_array_index (layout->blocks, i);

      if (g_str_equal (block->region, region->name))
        print_block (cli, block);
    }
  }
  hs_cli_print (cli,
                _ ("heap of MicroPython: %" G_GUINT64_FORMAT " KB. What is free in the main memory "
                   "is for the firmware’s own data: only a build tells how much that is."),
                hs_memory_layout_get_heap (layout) / 1024);
}

static JsonObject *
layout_to_json (const HsMemoryLayout *layout, const char *target)
{
  JsonObject *object = json_object_new ();
  JsonArray *regions = json_array_new ();
  JsonArray *blocks = json_array_new ();

  for (guint i = 0; i < layout->regions->len; i++) {
    const HsTreeRange *region = g_ptr_array_index (layout->regions, i);
    JsonObject *member = json_object_new ();

    json_object_set_string_member (member, "name", region->name);
    json_object_set_int_member (member, "start", region->start);
    json_object_set_int_member (member, "length", region->length);
    json_object_set_int_member (member, "used", hs_memory_layout_get_used (layout, region->name));
    json_array_add_object_element (regions, member);
  }
  for (guint i = 0; i < layout->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (layout->blocks, i);
    JsonObject *member = json_object_new ();

    json_object_set_string_member (member, "name", block->name);
    json_object_set_string_member (member, "what", block->what);
    json_object_set_string_member (member, "region", block->region);
    json_object_set_int_member (member, "size", block->size);
    json_object_set_string_member (member, "text", block->text);
    json_object_set_boolean_member (member, "movable", block->movable);
    json_object_set_int_member (member, "line", block->line);
    json_array_add_object_element (blocks, member);
  }
  json_object_set_string_member (object, "target", target);
  json_object_set_string_member (object, "family", families[layout->family]);
  json_object_set_int_member (object, "heap", hs_memory_layout_get_heap (layout));
  json_object_set_array_member (object, "regions", regions);
  json_object_set_array_member (object, "blocks", blocks);
  return object;
}

static int
list (HsCli *cli, HsTree *tree, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsMemoryLayout) layout = hs_memory_layout_read (tree, target, &error);

  if (layout == NULL)
    return hs_cli_fail (cli, error);
  print_layout (cli, layout);
  hs_cli_answer (cli, layout_to_json (layout, target));
  return HS_EXIT_DONE;
}

static int
change (HsCli *cli, HsCliBoard *board, char **sets)
{
  HsMemoryChange changes[MOST_SETS];
  guint n = g_strv_length (sets);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;

  if (n > MOST_SETS)
    return hs_cli_fail_usage (cli, _ ("at most %u times --set"), MOST_SETS);
  for (guint i = 0; i < n; i++)
    if (!hs_memory_change_parse (sets[i], &changes[i], &error))
      return hs_cli_fail (cli, error);
  edit = hs_memory_layout_plan (board->tree, board->target, changes, n, &error);
  return hs_cli_board_finish (board, cli, edit, error);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (GStrv) sets = NULL;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &sets, NULL, NULL },
    { NULL },
  };
  g_auto (HsCliBoard) board = { NULL };
  int status;

  if (!hs_cli_board_parse (&board, cli, &hs_command_memory, entries, argc, argv, &status))
    return status;
  return sets != NULL ? change (cli, &board, sets) : list (cli, board.tree, board.target);
}

const HsCommand hs_command_memory = {
  .name = "memory",
  .summary = N_ ("Show how a board’s memory is divided in a firmware tree; change it"),
  .usage = "TARGET [--tree DIR] [--set BLOCK=SIZE[@REGION]]… [--dry-run]",
  .help = N_ ("  --set BLOCK=SIZE      for example OMV_FB=168K; what does not fit is refused\n"
              "  --set BLOCK=SIZE@REGION  moves a block, or adds the next heap block:\n"
              "                        OMV_GC_BLOCK2=232K@SRAM0\n"
              "  --dry-run             only shows what would be written"),
  .max_arguments = 1,
  .run = run,
};
