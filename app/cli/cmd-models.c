/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/explain.h"
#include "app/firmware/features.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

static int
list (HsCli *cli, HsTree *tree, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) models = hs_models_read (tree, target, &error);
  JsonObject *object;
  JsonArray *array;

  if (models == NULL)
    return hs_cli_fail (cli, error);
  array = json_array_new ();
  for (guint i = 0; i < models->len; i++) {
    const HsModel *model = g_ptr_array_index (models, i);
    g_autofree char *size = hs_format_size (model->size);
    JsonObject *member = json_object_new ();

    hs_cli_print (cli,
                  "%s %u %-8s %-44s %10s  %s",
                  model->on ? _ ("on ") : _ ("off"),
                  model->core,
                  model->type,
                  model->name,
                  size,
                  model->file);
    json_object_set_string_member (member, "name", model->name);
    json_object_set_string_member (member, "file", model->file);
    json_object_set_string_member (member, "type", model->type);
    json_object_set_int_member (member, "size", model->size);
    json_object_set_int_member (member, "partition", model->core);
    json_object_set_boolean_member (member, "on", model->on);
    json_array_add_object_element (array, member);
  }
  object = json_object_new ();
  json_object_set_string_member (object, "target", target);
  json_object_set_array_member (object, "models", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
change (HsCli *cli, HsCliBoard *board, char **add, char **remove)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = hs_models_plan (
      board->tree, board->target, (const char *const *) add, (const char *const *) remove, &error);

  return hs_cli_board_finish (board, cli, edit, error);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (GStrv) add = NULL;
  g_auto (GStrv) remove = NULL;
  const GOptionEntry entries[] = {
    { "add", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &add, NULL, NULL },
    { "remove", 0, 0, G_OPTION_ARG_STRING_ARRAY, &remove, NULL, NULL },
    { NULL },
  };
  g_auto (HsCliBoard) board = { NULL };
  int status;

  if (!hs_cli_board_parse (&board, cli, &hs_command_models, entries, argc, argv, &status))
    return status;
  return add != NULL || remove != NULL ? change (cli, &board, add, remove)
                                       : list (cli, board.tree, board.target);
}

const HsCommand hs_command_models = {
  .name = "models",
  .summary = N_ ("List the models a board is built with in a firmware tree; add and remove some"),
  .usage = "TARGET [--tree DIR] [--add FILE]… [--remove NAME]… [--dry-run]",
  .help = N_ ("  --add FILE            into ROMFS (1:FILE: into romfs1), on older trees into the\n"
              "                        firmware; its labels (FILE.txt) come along\n"
              "  --remove NAME         as the list has it\n"
              "  --dry-run             only shows what would be written"),
  .max_arguments = 1,
  .run = run,
};
