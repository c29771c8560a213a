/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"

G_BEGIN_DECLS

/* For the queue only. ::ended follows the last ::changed. */
HsBuildRun *hs_build_run_new (const HsBuildRequest *request, HsCatalog *catalog);
void hs_build_run_start (HsBuildRun *self);

G_END_DECLS
