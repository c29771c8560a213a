/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"
#include "app/firmware/sdk.h"

G_BEGIN_DECLS

/* What builds run and need, in one place for those who run them and those who show it. */

/* make on this machine, to be run in HS_TREE_FILE_MAKE_FOLDER. (transfer full) */
GStrv hs_build_make_argv (const HsBuildRequest *request);
/* As many as asked for, else as there are processors. */
guint hs_build_n_jobs (const HsBuildRequest *request);
/* Of the request, or of SDK_DIR= among its options; absolute. (transfer full) (nullable) */
char *hs_build_dup_sdk_dir (const HsBuildRequest *request);
/* Whether a build can't begin because of it. A container brings its own compiler; its Makefile asks
 * for the SDK, which is mounted, and make all the same. What is made on the way is no obstacle. */
gboolean hs_build_need_blocks (HsBuildEngine engine, const HsNeed *need);

G_END_DECLS
