/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/tree-json.h"

#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CHANGED 10 /* files that people are shown */

/* --- JSON --- */

static JsonArray *
strings_to_json (const char *const *strings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return array;
}

static JsonArray *
ranges_to_json (GPtrArray *ranges)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < ranges->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (ranges, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", range->name);
    json_object_set_int_member (object, "start", range->start);
    json_object_set_int_member (object, "length", range->length);
    json_object_set_boolean_member (object, "writable", range->writable);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
romfs_to_json (GArray *romfs)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < romfs->len; i++) {
    const HsTreeRomfs *one = &g_array_index (romfs, HsTreeRomfs, i);
    JsonObject *object = json_object_new ();

    json_object_set_int_member (object, "index", one->index);
    json_object_set_int_member (object, "length", one->length);
    json_object_set_int_member (object, "config_limit", one->config_limit);
    json_array_add_object_element (array, object);
  }
  return array;
}

static const char *
name_memory (HsTreeMemory memory)
{
  switch (memory) {
  case HS_TREE_MEMORY_FB:
    return "fb";
  case HS_TREE_MEMORY_UMA:
    return "uma";
  default:
    return "none";
  }
}

static JsonObject *
board_to_json (const HsTreeBoard *board)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "target", board->target);
  hs_json_set_string (object, "name", board->board != NULL ? _ (board->board->name) : NULL);
  json_object_set_boolean_member (object, "known", board->board != NULL);
  hs_json_set_string (object, "refused", board->refused);
  hs_json_set_string (object, "mcu", board->mcu);
  hs_json_set_string (object, "port", board->port);
  hs_json_set_string (object, "cpu", board->cpu);
  hs_json_set_string (object, "jlink", board->jlink);
  json_object_set_int_member (object, "vid", board->vid);
  json_object_set_int_member (object, "pid", board->pid);
  json_object_set_boolean_member (object, "bootloader", board->bootloader);
  json_object_set_int_member (object, "firmware_start", board->firmware_start);
  json_object_set_int_member (object, "firmware_length", board->firmware_length);
  json_object_set_string_member (object, "memory", name_memory (board->memory));
  json_object_set_array_member (object, "partitions", ranges_to_json (board->partitions));
  json_object_set_array_member (object, "regions", ranges_to_json (board->regions));
  json_object_set_array_member (object, "romfs", romfs_to_json (board->romfs));
  return object;
}

static JsonObject *
submodule_to_json (const HsTreeSubmodule *submodule)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "path", submodule->path);
  hs_json_set_string (object, "commit", submodule->commit);
  hs_json_set_string (object, "head", submodule->head);
  json_object_set_boolean_member (object, "present", submodule->present);
  json_object_set_boolean_member (object, "different", submodule->different);
  json_object_set_boolean_member (object, "needed", submodule->needed);
  return object;
}

JsonObject *
hs_tree_to_json (HsTree *tree)
{
  JsonObject *object = json_object_new ();
  JsonArray *boards = json_array_new ();
  JsonArray *submodules = json_array_new ();

  for (guint i = 0; i < hs_tree_get_boards (tree)->len; i++)
    json_array_add_object_element (
        boards, board_to_json (g_ptr_array_index (hs_tree_get_boards (tree), i)));
  for (guint i = 0; i < hs_tree_get_submodules (tree)->len; i++)
    json_array_add_object_element (
        submodules, submodule_to_json (g_ptr_array_index (hs_tree_get_submodules (tree), i)));

  json_object_set_string_member (object, "root", hs_tree_get_root (tree));
  json_object_set_string_member (
      object, "layout", hs_tree_get_layout (tree) == HS_TREE_LAYOUT_TOP ? "top" : "src");
  hs_json_set_string (object, "number", hs_tree_get_number (tree));
  hs_json_set_string (object, "commit", hs_tree_get_commit (tree));
  hs_json_set_string (object, "describe", hs_tree_get_describe (tree));
  hs_json_set_string (object, "tag", hs_tree_get_tag (tree));
  hs_json_set_string (object, "branch", hs_tree_get_branch (tree));
  json_object_set_array_member (object, "changed", strings_to_json (hs_tree_get_changed (tree)));
  json_object_set_array_member (object, "submodules", submodules);
  json_object_set_array_member (object, "boards", boards);
  return object;
}

static const char *
name_state (HsNeedState state)
{
  static const char *const names[] = { "met", "missing", "other-version", "old" };

  return names[state];
}

JsonArray *
hs_tree_needs_to_json (GPtrArray *needs)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "id", need->id);
    json_object_set_string_member (object, "state", name_state (need->state));
    json_object_set_boolean_member (object, "blocks", need->blocks);
    hs_json_set_string (object, "found", need->found);
    hs_json_set_string (object, "wanted", need->wanted);
    hs_json_set_string (object, "text", need->text);
    hs_json_set_string (object, "command", need->command);
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonArray *
hs_tree_edits_to_json (GPtrArray *edits)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < edits->len; i++) {
    const HsTreeEditRecord *edit = g_ptr_array_index (edits, i);
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (edit->time / G_USEC_PER_SEC);
    g_autofree char *time = when != NULL ? g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ") : NULL;
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "id", edit->id);
    json_object_set_string_member (object, "title", edit->title);
    hs_json_set_string (object, "time", time);
    json_object_set_array_member (
        object, "files", strings_to_json ((const char *const *) edit->files));
    json_object_set_boolean_member (object, "undone", edit->undone);
    json_object_set_boolean_member (object, "broken_off", edit->broken_off);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* --- for people --- */

static char *
dup_size (guint64 bytes)
{
  if (bytes >= 1024 * 1024 && bytes % (1024 * 1024) == 0)
    return g_strdup_printf (_ ("%" G_GUINT64_FORMAT " MB"), bytes / (1024 * 1024));
  if (bytes % 1024 == 0)
    return g_strdup_printf (_ ("%" G_GUINT64_FORMAT " KB"), bytes / 1024);
  return g_strdup_printf (_ ("%" G_GUINT64_FORMAT " bytes"), bytes);
}

static void
print_version (HsCli *cli, HsTree *tree)
{
  const char *number = hs_tree_get_number (tree);
  const char *commit = hs_tree_get_commit (tree);
  const char *describe = hs_tree_get_describe (tree);

  hs_cli_print (cli, "%s", hs_tree_get_root (tree));
  hs_cli_print (cli, _ ("  firmware %s"), number != NULL ? number : "?");
  if (commit == NULL) {
    hs_cli_print (cli, _ ("  no git checkout: its commit is not known"));
    return;
  }
  /* Translators: a commit, what git describe says of it */
  hs_cli_print (cli, _ ("  commit %.12s  %s"), commit, describe != NULL ? describe : "");
  if (hs_tree_get_tag (tree) != NULL)
    hs_cli_print (cli, _ ("  tag %s"), hs_tree_get_tag (tree));
  hs_cli_print (cli,
                _ ("  branch %s"),
                hs_tree_get_branch (tree) != NULL ? hs_tree_get_branch (tree) : _ ("(none)"));
}

static void
print_changed (HsCli *cli, HsTree *tree)
{
  const char *const *changed = hs_tree_get_changed (tree);
  guint n = g_strv_length ((char **) changed);

  if (n == 0)
    return;
  hs_cli_print (
      cli,
      ngettext ("  %u file differs from the commit:", "  %u files differ from the commit:", n),
      n);
  for (guint i = 0; i < MIN (n, MOST_CHANGED); i++)
    hs_cli_print (cli, "    %s", changed[i]);
  if (n > MOST_CHANGED)
    hs_cli_print (cli, _ ("    and %u more"), n - MOST_CHANGED);
}

static void
print_board_line (HsCli *cli, const HsTreeBoard *board)
{
  g_autofree char *firmware = dup_size (board->firmware_length);
  g_autoptr (GString) line = g_string_new (NULL);

  if (board->refused != NULL) {
    hs_cli_print (cli, "  %-28s %s", board->target, board->refused);
    return;
  }
  if (board->firmware_length > 0)
    g_string_append_printf (line, _ ("firmware %-8s"), firmware);
  for (guint i = 0; i < board->romfs->len; i++) {
    const HsTreeRomfs *romfs = &g_array_index (board->romfs, HsTreeRomfs, i);
    g_autofree char *size = dup_size (romfs->length > 0 ? romfs->length : romfs->config_limit);

    g_string_append_printf (line, _ ("  ROMFS%u %-6s"), romfs->index, size);
  }
  if (board->board == NULL)
    g_string_append (line, _ ("  (Hotshoe does not know this board)"));
  g_strchomp (line->str);
  hs_cli_print (cli, "  %-28s %s", board->target, line->str);
}

static void
print_ranges (HsCli *cli, const char *title, GPtrArray *ranges)
{
  if (ranges->len > 0)
    hs_cli_print (cli, "  %s", title);
  for (guint i = 0; i < ranges->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (ranges, i);
    g_autofree char *size = dup_size (range->length);

    hs_cli_print (cli,
                  "    %-12s 0x%08" G_GINT64_MODIFIER "x  %10s%s",
                  range->name,
                  range->start,
                  size,
                  range->writable ? "" : _ ("  read-only"));
  }
}

void
hs_cli_print_tree (HsCli *cli, HsTree *tree, const char *target)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);

  print_version (cli, tree);
  print_changed (cli, tree);
  if (board != NULL) {
    hs_cli_print (cli, "\n%s", board->target);
    print_board_line (cli, board);
    print_ranges (cli, _ ("partitions of the bootloader:"), board->partitions);
    print_ranges (cli, _ ("memory of the linker script:"), board->regions);
    return;
  }
  hs_cli_print (cli, _ ("\nBoards:"));
  for (guint i = 0; i < hs_tree_get_boards (tree)->len; i++)
    print_board_line (cli, g_ptr_array_index (hs_tree_get_boards (tree), i));
}

void
hs_cli_print_needs (HsCli *cli, GPtrArray *needs)
{
  hs_cli_print (cli, _ ("\nWhat a build needs:"));
  for (guint i = 0; i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);

    hs_cli_print (cli,
                  "  %s %s",
                  need->state == HS_NEED_MET ? "✓"
                  : need->blocks             ? "✗"
                                             : "·",
                  need->text);
    if (need->state != HS_NEED_MET && need->command != NULL)
      hs_cli_print (cli, "      %s", need->command);
  }
}

void
hs_cli_print_edits (HsCli *cli, GPtrArray *edits)
{
  if (edits->len == 0)
    hs_cli_print (cli, _ ("Hotshoe wrote nothing to this tree."));
  for (guint i = 0; i < edits->len; i++) {
    const HsTreeEditRecord *edit = g_ptr_array_index (edits, i);
    g_autoptr (GDateTime) when = g_date_time_new_from_unix_local (edit->time / G_USEC_PER_SEC);
    g_autofree char *time = when != NULL ? g_date_time_format (when, "%F %R") : g_strdup ("?");

    hs_cli_print (cli,
                  "%.8s  %s  %s%s",
                  edit->id,
                  time,
                  edit->title,
                  edit->broken_off ? _ ("  (broke off, taken back)")
                  : edit->undone   ? _ ("  (undone)")
                                   : "");
    for (guint n = 0; edit->files[n] != NULL; n++)
      hs_cli_print (cli, "            %s", edit->files[n]);
  }
}
