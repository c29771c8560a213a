/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* What an audit saw at each door, for people. */
void hs_cli_print_doors (HsCli *cli, HsJob *job);
/* What came of a job about exposure or protection that passed; (nullable): it is another one. */
const char *hs_cli_describe_exposure (HsJob *job);
/* "rom" …, static; %NULL: there is no such way. */
const char *hs_cli_find_way (const char *typed);

G_END_DECLS
