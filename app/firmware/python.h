/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Our own Python programs: texts that lie in the program (data/firmware/), run by the machine's
 * python3 alone: without site packages, without the environment's settings, leaving no .pyc behind.
 */

/* The text of one, "read-sources.py"; NULL: none of that name. (transfer full) */
char *hs_python_dup_script (const char *name);

/**
 * hs_python_run:
 * @scripts: (array zero-terminated): names; their texts one after the other, then main() is called
 * @folder: the current folder of it
 * @input: one JSON object, for its standard input
 * @cancellable: (nullable): ends it, and what it started
 * @error: %HS_APP_ERROR_NO_TOOL without python3; %HS_APP_ERROR_FAILED with its last words
 *
 * Runs a program that answers with one JSON object. Blocks: never on the main thread.
 *
 * Returns: (transfer full): the answer
 */
JsonObject *hs_python_run (const char *const *scripts,
                           const char *folder,
                           JsonObject *input,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
