/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/guide-walk.h"
#include "app/cli/jobs.h"
#include "app/recipe.h"
#include "app/release.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsGuideWalk walk;
  char *board, *port, *unit, *build, *release;
  gboolean erase;
} Options;

static gboolean
take_images (HsCli *cli, const Options *options, HsRequestOptions *request, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autofree char *id = NULL;

  if (options->build != NULL) {
    request->build = hs_cli_find_build (cli, options->build, error);
    return request->build != NULL;
  }
  id = hs_catalog_resolve_release (catalog, options->release, error);
  request->release = id != NULL ? hs_catalog_get_release (catalog, id, error) : NULL;
  return request->release != NULL;
}

static gboolean
take_unit (HsCli *cli, const Options *options, HsRequestOptions *request, GError **error)
{
  if (options->unit == NULL)
    return TRUE;
  request->unit =
      hs_catalog_resolve_unit (hs_session_get_catalog (cli->session), options->unit, error);
  return request->unit != NULL;
}

/* The only one that a release is for; NULL: several. */
static const HsBoard *
board_of_release (HsRelease *release)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);

  if (recipe == NULL || recipe->boards->len != 1)
    return NULL;
  return hs_board_by_id (((HsRecipeBoard *) g_ptr_array_index (recipe->boards, 0))->board);
}

static const HsBoard *
board_of_unit (HsCli *cli, const char *id)
{
  g_autoptr (HsUnit) unit =
      id != NULL ? hs_catalog_get_unit (hs_session_get_catalog (cli->session), id, NULL) : NULL;

  return unit != NULL ? hs_board_by_id (hs_unit_get_board (unit)) : NULL;
}

/* Which model: as it was said, as the build says, or as the unit is known. */
static const HsBoard *
find_board (HsCli *cli, const Options *options, const HsRequestOptions *request, GError **error)
{
  const HsBoard *board = NULL;

  if (options->board != NULL) {
    board = hs_board_by_id (options->board);
    if (board == NULL)
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_USAGE,
                   _ ("There is no board “%s”. `hotshoe boards` lists them."),
                   options->board);
    return board;
  }
  if (request->build != NULL)
    board = hs_board_by_id (hs_build_get_board (request->build));
  else if (request->release != NULL)
    board = board_of_release (request->release);
  board = board != NULL ? board : board_of_unit (cli, request->unit);
  if (board == NULL)
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("Say which model it is with --board."));
  return board;
}

static gboolean
check_asked (const Options *options, GError **error)
{
  if (options->build != NULL || options->release != NULL || options->board != NULL ||
      options->unit != NULL)
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_USAGE,
                       _ ("Say what the camera is to have in the end, with --build ID. `hotshoe "
                          "builds` lists what there is."));
  return FALSE;
}

static int
walk (HsCli *cli, const Options *options, HsRequestOptions *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsGuide) guide = NULL;
  g_autofree char *port = NULL;
  const HsBoard *board = NULL;

  if (check_asked (options, &error) && take_unit (cli, options, request, &error) &&
      (options->build == NULL && options->release == NULL
           ? TRUE
           : take_images (cli, options, request, &error)))
    board = find_board (cli, options, request, &error);
  if (board == NULL)
    return hs_cli_fail (cli, error);

  port = options->port != NULL ? hs_cli_resolve_port (cli, options->port)
                               : hs_cli_find_port_of (cli, board, request->unit, FALSE);
  guide = hs_guide_new (cli->session, HS_GUIDE_RECOVER, board, port, request, &error);
  if (guide == NULL)
    return hs_cli_fail (cli, error);
  return hs_cli_walk_guide (cli, guide, &options->walk);
}

static int
recover (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .confirm = HS_VERSION_NUMBER, .erase_filesystem = options->erase };
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;
  status = walk (cli, options, &request);
  g_clear_object (&request.build);
  g_clear_object (&request.release);
  g_free (request.unit);
  return status;
}

static const char *
find_misuse (const Options *options)
{
  if (options->build != NULL && options->release != NULL)
    return _ ("recover takes --build ID or --release NAME, not both");
  if (options->port != NULL && options->unit != NULL)
    return _ ("recover takes --port PORT or --unit ID, not both");
  return NULL;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "board", 0, 0, G_OPTION_ARG_STRING, &options.board, NULL, NULL },
    { "port", 0, 0, G_OPTION_ARG_STRING, &options.port, NULL, NULL },
    { "unit", 0, 0, G_OPTION_ARG_STRING, &options.unit, NULL, NULL },
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, NULL, NULL },
    { "bootloader", 0, 0, G_OPTION_ARG_FILENAME, &options.walk.file, NULL, NULL },
    { "boot-table", 0, 0, G_OPTION_ARG_FILENAME, &options.walk.table, NULL, NULL },
    { "erase-filesystem", 0, 0, G_OPTION_ARG_NONE, &options.erase, NULL, NULL },
    HS_GUIDE_WALK_ENTRIES (&options.walk),
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_recover, entries, NULL, &argc, &argv, &status)) {
    const char *misuse = find_misuse (&options);

    status = misuse != NULL ? hs_cli_fail_usage (cli, "%s", misuse) : recover (cli, &options);
  }

  hs_guide_walk_clear (&options.walk);
  g_free (options.board);
  g_free (options.port);
  g_free (options.unit);
  g_free (options.build);
  g_free (options.release);
  return status;
}

const HsCommand hs_command_recover = {
  .name = "recover",
  .summary = N_ ("Bring back a camera that does not start, step by step"),
  .usage = "--build ID | --release NAME [--board BOARD] [--port PORT | --unit ID] "
           "[--bootloader FILE] [--boot-table FILE] [--erase-filesystem] [--other-pads] [--confirm "
           "ENDING --spare] "
           "[--patience SECONDS] [--hands FILE]",
  .help = N_ (
      "  --build ID          what the camera is to have in the end: any beginning of a build's id\n"
      "  --release NAME      a locked release instead\n"
      "  --board BOARD       which model it is, if the build does not tell\n"
      "  --port PORT         where it is, or will be; else the first port on which it shows up\n"
      "  --unit ID           the unit that it must turn out to be\n"
      "  --bootloader FILE   the bootloader, if build and catalog have none\n"
      "  --boot-table FILE   the AE3's firmware_pad.toc, if it is not beside the bootloader\n"
      "  --erase-filesystem  erase the files on it without asking, if they keep it from starting\n"
      "  --other-pads        name the pads that other sources name\n"
      "  --confirm ENDING    before something that can't be undone: the end of the unit's id, or\n"
      "  --spare             its board, and that there is a spare camera\n"
      "  --patience SECONDS  how long nothing may show up before causes are named (20)\n"
      "  --hands FILE        what hands do to simulated cameras, a line each (“-”: from standard\n"
      "                      input): plug N, unplug N, jumper N on|off, button N, step ID\n"
      "It goes on by itself as soon as the camera shows what a step waits for."),
  .run = run,
};
