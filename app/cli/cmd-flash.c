/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/release.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *build;
  char *release;
  char *number;
  char **roles;
  char *confirm;
  gboolean erase, full, dry_run, plan, replug, save_first, stay;
} Options;

static gboolean
take_confirm (const Options *options, HsRequestOptions *request, GError **error)
{
  request->confirm = HS_VERSION_NUMBER;
  if (options->confirm == NULL)
    return TRUE;

  request->confirm_none = g_str_equal (options->confirm, "none");
  if (!request->confirm_none)
    request->confirm = hs_version_kind_from_name (options->confirm);
  if (request->confirm_none || request->confirm == HS_VERSION_NUMBER ||
      request->confirm == HS_VERSION_TEXT || request->confirm == HS_VERSION_USB)
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_USAGE,
                       _ ("--confirm is “number”, “text”, “usb” or “none”"));
  return FALSE;
}

static HsRelease *
find_release (HsCli *cli, const Options *options, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autofree char *id = hs_catalog_resolve_release (catalog, options->release, error);
  HsRelease *release = id != NULL ? hs_catalog_get_release (catalog, id, error) : NULL;

  /* A run that is refused is recorded; a plan tells it at once. */
  if (release != NULL && options->plan && !hs_release_check (catalog, release, error))
    g_clear_object (&release);
  return release;
}

static int
flash_release (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { NULL };
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_open (cli, options->plan, &status))
    return status;
  release = find_release (cli, options, &error);
  if (release == NULL)
    return hs_cli_fail (cli, error);

  request.release = release;
  request.number = options->number;
  request.full = options->full;
  request.save_first = options->save_first;
  request.replug = options->replug;
  return hs_cli_run_plan (
      cli, "flash", &options->selection, &request, options->dry_run, options->plan);
}

/* What a release decides can't be asked for beside it. */
static const char *
find_misuse (const Options *options)
{
  if ((options->build == NULL) == (options->release == NULL))
    return _ ("flash needs --build ID or --release NAME");
  if (options->release == NULL && options->number != NULL)
    return _ ("--number goes with --release");
  if (options->release != NULL &&
      (options->roles != NULL || options->erase || options->confirm != NULL || options->stay))
    return _ ("a release decides about --role, --erase-filesystem, --confirm and --stay itself");
  return NULL;
}

static int
flash (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { NULL };
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_take_roles (options->roles, &request.roles, &error) ||
      !take_confirm (options, &request, &error))
    return hs_cli_fail (cli, error);
  if (!hs_cli_open (cli, options->plan, &status))
    return status;

  build = hs_cli_find_build (cli, options->build, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);

  request.build = build;
  request.erase_filesystem = options->erase;
  request.full = options->full;
  request.save_first = options->save_first;
  request.replug = options->replug;
  request.leave_held = options->stay;
  return hs_cli_run_plan (
      cli, "flash", &options->selection, &request, options->dry_run, options->plan);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, NULL, NULL },
    { "number", 0, 0, G_OPTION_ARG_STRING, &options.number, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.roles, NULL, NULL },
    { "erase-filesystem", 0, 0, G_OPTION_ARG_NONE, &options.erase, NULL, NULL },
    { "full", 0, 0, G_OPTION_ARG_NONE, &options.full, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, NULL, NULL },
    { "plan", 0, 0, G_OPTION_ARG_NONE, &options.plan, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { "save-first", 0, 0, G_OPTION_ARG_NONE, &options.save_first, NULL, NULL },
    { "stay", 0, 0, G_OPTION_ARG_NONE, &options.stay, NULL, NULL },
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &options.confirm, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_flash, entries, &options.selection, &argc, &argv, &status)) {
    const char *misuse = find_misuse (&options);

    if (misuse != NULL)
      status = hs_cli_fail_usage (cli, "%s", misuse);
    else
      status = options.release != NULL ? flash_release (cli, &options) : flash (cli, &options);
  }

  hs_selection_clear (&options.selection);
  g_free (options.build);
  g_free (options.release);
  g_free (options.number);
  g_free (options.confirm);
  g_strfreev (options.roles);
  return status;
}

const HsCommand hs_command_flash = {
  .name = "flash",
  .summary = N_ ("Write a build to cameras, read it back, restart, ask for the version"),
  .usage = "--build ID | --release NAME [--number SERIAL] [--unit ID]… [--port PATH]… | --all "
           "[--role ROLE]… [--erase-filesystem] "
           "[--full] [--save-first] [--replug] [--stay] [--confirm number|text|usb|none] "
           "[--dry-run | --plan]",
  .help = N_ (
      "  --build ID          the build: any beginning of its id, or its name\n"
      "  --release NAME      a locked release instead: it decides what is written and checked\n"
      "  --number SERIAL     with a release whose product serials are scanned: this unit's\n"
      "  --role ROLE         only that part of the build: firmware, romfs0, …; may be repeated\n"
      "  --erase-filesystem  also erase what users keep on the camera\n"
      "  --full              write every sector, not only those that differ\n"
      "  --save-first        first make a build from what the camera holds\n"
      "  --stay              leave the camera in its bootloader\n"
      "  --confirm HOW       after the restart expect the version's number (default) or its\n"
      "                      text, or only that it shows up on USB; none: expect nothing\n"
      "  --dry-run           enter the bootloader, compare, leave again: say how much would be\n"
      "                      written, and how long that takes; write nothing\n"
      "  --plan              only say what the steps would be; the camera is not touched"),
  .selects = TRUE,
  .run = run,
};
