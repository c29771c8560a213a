/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/guide-walk.h"

G_BEGIN_DECLS

/* The whole of protect and unprotect: they differ in their guide. */
int hs_cli_change_protection (HsCli *cli,
                              const HsCommand *command,
                              HsGuidePurpose purpose,
                              int argc,
                              char **argv);

G_END_DECLS
