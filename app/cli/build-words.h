/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/firmware/build-run.h"

G_BEGIN_DECLS

/* One target of `hotshoe build`, once it has ended. */
JsonObject *hs_cli_build_to_json (HsBuildRun *run);
/* @log_kept: its log was written to a file. */
void hs_cli_print_build (HsCli *cli, HsBuildRun *run, gboolean log_kept);

G_END_DECLS
