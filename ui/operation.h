/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/* What a wizard does to cameras, by the name that hs_session_start() knows: "flash" "erase"
 * "reset-romfs" "compare" "read"; "dry-run" when one of them is only tried. Words and facts, no
 * state. Strings are (transfer full) where they are not const. @n: how many cameras. */

gboolean hs_operation_needs_build (const char *what);
gboolean hs_operation_is_for_one (const char *what); /* one camera at a time */
gboolean hs_operation_writes (const char *what);
HsOperation hs_operation_proof (const char *what); /* whose proven_on_hardware counts */
guint64 hs_operation_roles (const char *what, HsBuild *build, const HsBoard *board);

/* Why this board or build can't; NULL: it can. */
char *hs_operation_why_not (const char *what, const HsBoard *board, HsBuild *build);

const char *hs_operation_window_title (const char *what);
char *hs_operation_title (const char *what, guint n, const char *name);
char *hs_operation_verb (const char *what, guint n, const HsRequestOptions *options);
gboolean hs_operation_loses (const char *what, const HsRequestOptions *options);
char *hs_operation_loss (const char *what, guint n, const HsRequestOptions *options);
const char *hs_operation_loss_detail (const char *what, const HsRequestOptions *options);
char *hs_operation_running (const char *what, guint n);
char *hs_operation_result (const char *what, guint n_passed, guint n);
/* On Confirm, beside a camera's strip. */
char *
hs_operation_why_written (const char *what, const HsEstimate *all, const HsRequestOptions *options);

G_END_DECLS
