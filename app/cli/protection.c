/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/protection.h"

#include "app/app-error.h"
#include "app/cli/doors.h"
#include "app/cli/jobs.h"
#include "app/protection.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  HsGuideWalk walk;
  char *way;
} Options;

/* Exactly one unit, by name; where it is may be said, too. */
static const char *
find_misuse (const Options *options)
{
  guint n_units = options->selection.units != NULL ? g_strv_length (options->selection.units) : 0;
  guint n_ports = options->selection.ports != NULL ? g_strv_length (options->selection.ports) : 0;

  if (options->selection.all || n_units != 1 || n_ports > 1)
    return _ ("this is done to exactly one unit, named with --unit");
  if (options->walk.confirm == NULL)
    return _ ("say --confirm with the last digits of the unit's id");
  if (hs_cli_find_way (options->way) == NULL)
    return _ ("--way is “rom”, “swd-programmer” or “swd-openocd”");
  return NULL;
}

/* Where the camera is that is this unit; it need not be there yet. (transfer full) (nullable) */
static char *
find_port (HsCli *cli, const Options *options, const char *unit, const HsBoard *board)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (cli->session));

  if (options->selection.ports != NULL)
    return hs_cli_resolve_port (cli, options->selection.ports[0]);
  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    gboolean suggested;
    g_autofree char *key = hs_cli_unit_of (cli, device, &suggested);

    if (g_strcmp0 (key, unit) == 0)
      return g_strdup (hs_device_get_port (device));
  }
  return hs_cli_find_port_of (cli, board, NULL, TRUE);
}

/* Said before anything is asked of a hand, and once more where it is done. */
static gboolean
check_confirmed (HsCli *cli, const Options *options, const char *unit, GError **error)
{
  g_autofree char *ending =
      hs_protection_make_ending (hs_session_get_catalog (cli->session), unit, error);

  if (ending == NULL || !hs_protection_check_ending (ending, options->walk.confirm, error))
    return FALSE;
  if (options->walk.spare)
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NOT_CONFIRMED,
                       _ ("Changing option bytes from here has never been tried on a real camera. "
                          "It is done only where there is a spare: say so with --spare."));
  return FALSE;
}

static HsGuide *
make_guide (HsCli *cli, const Options *options, HsGuidePurpose purpose, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autofree char *key = hs_catalog_resolve_unit (catalog, options->selection.units[0], error);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (catalog, key, error) : NULL;
  const HsBoard *board = unit != NULL ? hs_board_by_id (hs_unit_get_board (unit)) : NULL;
  HsRequestOptions request = { .unit = key, .way = hs_cli_find_way (options->way) };
  g_autofree char *port = NULL;
  g_autofree char *reason = NULL;

  if (unit == NULL)
    return NULL;
  if (board == NULL || !hs_protection_is_offered (board, &reason)) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NOT_OFFERED,
                         reason != NULL ? reason : _ ("The model of this unit is not known here."));
    return NULL;
  }
  if (!check_confirmed (cli, options, key, error))
    return NULL;
  port = find_port (cli, options, key, board);
  return hs_guide_new (cli->session, purpose, board, port, &request, error);
}

static int
change (HsCli *cli, const Options *options, HsGuidePurpose purpose)
{
  g_autoptr (HsGuide) guide = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;
  guide = make_guide (cli, options, purpose, &error);
  if (guide == NULL)
    return hs_cli_fail (cli, error);
  status = hs_cli_walk_guide (cli, guide, &options->walk);
  if (status == HS_EXIT_DONE && purpose == HS_GUIDE_UNPROTECT)
    hs_cli_print (cli,
                  _ ("Rescue it now: hotshoe recover --board %s --port %s --build ID"),
                  hs_guide_get_board (guide)->id,
                  hs_guide_get_port (guide) != NULL ? hs_guide_get_port (guide) : "PORT");
  return status;
}

int
hs_cli_change_protection (HsCli *cli,
                          const HsCommand *command,
                          HsGuidePurpose purpose,
                          int argc,
                          char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "way", 0, 0, G_OPTION_ARG_STRING, &options.way, NULL, NULL },
    HS_GUIDE_WALK_ENTRIES (&options.walk),
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, command, entries, &options.selection, &argc, &argv, &status)) {
    const char *misuse = find_misuse (&options);

    status = misuse != NULL
                 ? hs_cli_fail_usage (
                       cli, _ ("%s. Usage: hotshoe %s %s"), misuse, command->name, command->usage)
                 : change (cli, &options, purpose);
  }
  hs_selection_clear (&options.selection);
  hs_guide_walk_clear (&options.walk);
  g_free (options.way);
  return status;
}
