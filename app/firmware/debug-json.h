/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is ours in files that are an editor's: entries whose name begins so. */
#define HS_DEBUG_OURS "Hotshoe: "

/* Sets the entries of @array in @file (nothing there: a new file): one with the same @key, "name"
 * or "label", is replaced where it stands if it says something else; others are put behind. All
 * that is not ours stays byte for byte. @entries: (element-type JsonNode). */
gboolean hs_debug_json_merge (HsTreeEdit *edit,
                              const char *file,
                              const char *version,
                              const char *array,
                              const char *key,
                              GPtrArray *entries,
                              GError **error);
/* The same for an array of words; what @unwanted names is left out. */
gboolean hs_debug_json_merge_words (HsTreeEdit *edit,
                                    const char *file,
                                    const char *array,
                                    const char *unwanted,
                                    const char *const *words,
                                    GError **error);
/* Two spaces a level, as editors write it; (transfer full). */
char *hs_debug_json_print (JsonNode *node);

G_END_DECLS
