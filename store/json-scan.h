/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON as RFC 8259 has it, read in one go: payloads are looked at by the million, and json-glib
 * takes ten times as long. What is stricter here than there (comments, control characters, deep
 * nesting) is no error but "not for us". */

/* Whether @text is one object and nothing else. */
gboolean hs_json_is_object (const char *text);
/* The member's text, unescaped; NULL: no such member, no text, or empty. (transfer full) */
char *hs_json_find_text (const char *text, const char *name);
gboolean hs_json_has_member (const char *text, const char *name);
/* (transfer full): NULL if it is no object, or not for us. */
JsonObject *hs_json_read_object (const char *text);

G_END_DECLS
