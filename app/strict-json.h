/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON from files that others may have written: no comments, no odd quotes, no white space outside
 * of strings, no more than a handful of levels, valid UTF-8. (transfer full); NULL if it is not
 * such an object, or longer than @most bytes. */
JsonObject *hs_strict_json_parse (const char *text, gsize length, gsize most);
/* Appends @text as a JSON string, escaped in one way for ever; NULL: null. */
void hs_strict_json_append (GString *out, const char *text);

G_END_DECLS
