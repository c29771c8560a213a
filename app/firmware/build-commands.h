/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"

G_BEGIN_DECLS

/* What builds run, made in one place for those who run it and those who show it. */

/* make on this machine, to be run in HS_TREE_FILE_MAKE_FOLDER. (transfer full) */
GStrv hs_build_make_argv (const HsBuildRequest *request);
/* As many as asked for, else as there are processors. */
guint hs_build_n_jobs (const HsBuildRequest *request);
/* Of the request, or of SDK_DIR= among its options; absolute. (transfer full) (nullable) */
char *hs_build_dup_sdk_dir (const HsBuildRequest *request);

G_END_DECLS
