/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/explain.h"
#include "app/firmware/features.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

static JsonObject *
feature_to_json (const HsFeature *feature)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "macro", feature->macro);
  json_object_set_string_member (object, "group", feature->group);
  hs_json_set_string (object, "title", feature->title);
  json_object_set_boolean_member (object, "on", feature->on);
  if (feature->saves > 0)
    json_object_set_int_member (object, "saves", feature->saves);
  hs_json_set_string (object, "comment", feature->comment);
  hs_json_set_string (object, "within", feature->within);
  hs_json_set_string (object, "hold", feature->hold);
  json_object_set_string_member (object, "file", feature->file);
  json_object_set_int_member (object, "line", feature->line);
  return object;
}

static void
print_feature (HsCli *cli, const HsFeature *feature)
{
  g_autofree char *saves = feature->saves > 0 ? hs_format_size (feature->saves) : g_strdup ("");

  hs_cli_print (cli,
                "  %s %-46s %10s  %s",
                feature->on ? _ ("on ") : _ ("off"),
                feature->macro,
                saves,
                feature->title != NULL ? _ (feature->title) : "");
  if (feature->within != NULL)
    hs_cli_print (cli, _ ("        only if %s"), feature->within);
}

/* Group by group, in the order in which the file has the first of each. */
static void
print_groups (HsCli *cli, GPtrArray *features)
{
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();

  for (guint i = 0; i < features->len; i++) {
    const HsFeature *feature = g_ptr_array_index (features, i);

    if (!g_ptr_array_find (groups, feature->group, NULL))
      g_ptr_array_add (groups, (gpointer) feature->group);
  }
  for (guint g = 0; g < groups->len; g++) {
    hs_cli_print (cli, "%s", _ ((const char *) groups->pdata[g]));
    for (guint i = 0; i < features->len; i++) {
      const HsFeature *feature = g_ptr_array_index (features, i);

      if (feature->group == groups->pdata[g])
        print_feature (cli, feature);
    }
  }
}

static int
list (HsCli *cli, HsTree *tree, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) features = hs_features_read (tree, target, &error);
  JsonArray *array;
  JsonObject *object;

  if (features == NULL)
    return hs_cli_fail (cli, error);
  array = json_array_new ();
  for (guint i = 0; i < features->len; i++)
    json_array_add_object_element (array, feature_to_json (features->pdata[i]));
  print_groups (cli, features);
  object = json_object_new ();
  json_object_set_string_member (object, "target", target);
  json_object_set_array_member (object, "features", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
change (HsCli *cli, HsCliBoard *board, char **on, char **off)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = hs_features_plan (
      board->tree, board->target, (const char *const *) on, (const char *const *) off, &error);

  return hs_cli_board_finish (board, cli, edit, error);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (GStrv) on = NULL;
  g_auto (GStrv) off = NULL;
  const GOptionEntry entries[] = {
    { "on", 0, 0, G_OPTION_ARG_STRING_ARRAY, &on, NULL, NULL },
    { "off", 0, 0, G_OPTION_ARG_STRING_ARRAY, &off, NULL, NULL },
    { NULL },
  };
  g_auto (HsCliBoard) board = { NULL };
  int status;

  if (!hs_cli_board_parse (&board, cli, &hs_command_features, entries, argc, argv, &status))
    return status;
  return on != NULL || off != NULL ? change (cli, &board, on, off)
                                   : list (cli, board.tree, board.target);
}

const HsCommand hs_command_features = {
  .name = "features",
  .summary = N_ ("List a board’s features in a firmware tree; switch them on and off"),
  .usage = "TARGET [--tree DIR] [--on MACRO]… [--off MACRO]… [--dry-run]",
  .help = N_ ("  --tree DIR            the firmware tree; default: around this folder\n"
              "  --on, --off MACRO     changes its line in imlib_config.h or board_config.mk\n"
              "  --dry-run             only shows what would be written"),
  .max_arguments = 1,
  .run = run,
};
