/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The run object of `flash --json`, of --events and of run.finished; scripts rely on it. */
JsonObject *hs_run_to_json (HsWork *work, HsOutcome outcome, const HsProblem *problem);
JsonArray *hs_part_differ_to_json (const HsBoard *board, const HsJobPart *part);
JsonObject *hs_problem_to_json (const HsProblem *problem);

char *hs_json_object_to_text (JsonObject *object);
void hs_json_set_string (JsonObject *object, const char *name, const char *text); /* NULL: null */

G_END_DECLS
