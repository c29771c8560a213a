/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"
#include "ui/shape.h"

G_BEGIN_DECLS

/* What the window says of a build that runs, waits or ended. All (transfer full). */
char *hs_format_span (double seconds);           /* "1:59", "1:02:03" */
char *hs_build_words_name (HsBuildRun *run);     /* what the build is called, else the board */
char *hs_build_words_title (HsBuildRun *run);    /* "Building gate-counter 1.5.0" */
char *hs_build_words_subtitle (HsBuildRun *run); /* "stopped after 1:59 · nothing was imported" */
char *hs_build_words_short (HsBuildRun *run);    /* "building · 2:10 left" */
char *hs_build_words_steps (HsBuildRun *run);    /* "312 steps · 1:10 left" */
HsShape hs_build_words_shape (HsBuildRun *run);
HsShape hs_build_words_phase_shape (int state);
gboolean hs_build_words_is_over (HsBuildRun *run);

G_END_DECLS
