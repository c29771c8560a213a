/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"
#include "flash/transport/capture.h"

G_BEGIN_DECLS

/* The conversation of every run that did not pass is kept, newest 50; of all if asked for. */
void hs_capture_keeper_keep (HsWork *work, HsOutcome outcome, const HsProblem *problem);
char *hs_capture_keeper_folder (void);

G_END_DECLS
