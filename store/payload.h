/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Reads members that may be missing, null or of another type: written by other versions and other
 * benches, a payload is believed as far as it goes. Text is valid as long as the object. */
JsonObject *hs_payload_parse (const char *text); /* (transfer full); empty if it is no object */
const char *hs_payload_get_text (JsonObject *self, const char *name); /* nullable, never "" */
gint64 hs_payload_get_int (JsonObject *self, const char *name);
gboolean hs_payload_get_flag (JsonObject *self, const char *name);
JsonArray *hs_payload_get_array (JsonObject *self, const char *name);   /* nullable, borrowed */
JsonObject *hs_payload_get_object (JsonObject *self, const char *name); /* nullable, borrowed */
JsonObject *hs_payload_nth (JsonArray *array, guint n);                 /* nullable, borrowed */
char *hs_payload_to_text (JsonObject *self);
void hs_payload_set_text (JsonObject *self, const char *name, const char *value); /* nullable */

G_END_DECLS
