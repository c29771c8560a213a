/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"
#include "app/problem.h"
#include "flash/board.h"
#include "flash/progress.h"

G_BEGIN_DECLS

/* All text for people about what went wrong or is going on is made here, for the window and the
 * command line alike. (Style says ui/explain; the command line needs the same sentences.) */
HsProblem *hs_explain_error (const GError *error);
HsProblem *hs_explain_failure (const GError *error, const HsJobPart *part);
void hs_problem_tell_called_off (HsProblem *problem, const char *why);
void hs_problem_tell_unheld (HsProblem *problem); /* its bootloader does not wait */
char *hs_explain_share (const HsJobPart *part);   /* "3 of 13 sectors of FIRMWARE differ." */
const char *hs_explain_hand (const HsBoard *board);
char *hs_explain_activity (const HsProgressState *state); /* "Writing firmware" */
const char *hs_explain_role (HsRole role);                /* "firmware", "ROMFS" */
char *hs_explain_outcome (const char *outcome);           /* "Passed" */
char *hs_explain_led (const HsBoard *board, HsActivity activity);
char *hs_format_size (guint64 bytes);        /* "1.6 MB" */
char *hs_format_bytes (guint64 bytes);       /* "1 703 936 bytes" */
char *hs_format_duration (double seconds);   /* "24.8 s" */
char *hs_format_serial (const char *serial); /* groups of four with thin spaces */

G_END_DECLS
