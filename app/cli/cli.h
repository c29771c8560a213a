/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Exit statuses of the command line; design: "The command line". */
enum {
  HS_EXIT_DONE = 0,
  HS_EXIT_NOT_ALL = 1, /* a unit did not end as asked */
  HS_EXIT_USAGE = 2,
  HS_EXIT_NOT_FOUND = 3, /* no such camera, unit or build */
  HS_EXIT_REFUSED = 4,   /* all that was asked was refused for safety */
  HS_EXIT_CANCELLED = 130,
};

/**
 * HsCli:
 *
 * One call of the command line: the global options, and where answers go.
 */
typedef struct {
  HsSessionOptions options;
  gboolean json;
  gboolean events;
  const char *command;
  HsSession *session; /* opened on demand by hs_cli_open() */
} HsCli;

/* One subcommand; one file each, listed in cli.c. */
typedef struct {
  const char *name;
  const char *summary;                            /* N_()-marked */
  const char *usage;                              /* what follows "hotshoe NAME" */
  const char *help;                               /* N_()-marked; what --help adds; nullable */
  gboolean selects;                               /* takes --unit, --port, --all and --replug */
  int max_arguments;                              /* without the options */
  int (*run) (HsCli *cli, int argc, char **argv); /* argv[0] is the name */
} HsCommand;

gboolean hs_cli_open (HsCli *cli, gboolean read_only, int *status);
/* Prints {hotshoe: 1, command, ok: true, …members of @answer}; (transfer full). */
void hs_cli_answer (HsCli *cli, JsonObject *answer);
void hs_cli_print (HsCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3); /* text mode only */
/* Says what went wrong, in words or as error {code, message, action}; returns the exit status. */
int hs_cli_fail (HsCli *cli, const GError *error);
int hs_cli_fail_usage (HsCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

int hs_cli_main (int argc, char **argv, gboolean *wants_window, HsSessionOptions *options);

G_END_DECLS
