/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum { HS_SPAN_OBJECT, HS_SPAN_ARRAY, HS_SPAN_STRING, HS_SPAN_OTHER } HsJsonSpanKind;

/**
 * HsJsonSpan:
 *
 * A value of a JSON text by its place in it, so that one value can be changed and every other byte
 * stays: comments, order, indentation. Comments and commas at the end are taken, as editors do
 * ("JSON with comments"). Places are those of the text that was read: read it again after a change.
 */
typedef struct {
  HsJsonSpanKind kind;
  gsize start, end; /* of the value, in bytes */
  gsize key_start;  /* of the member's name; @start in an array */
  char *key;        /* nullable: no member of an object */
  char *text;       /* of a string, else as it stands; nullable: object, array */
  GPtrArray *children;
} HsJsonSpan;

HsJsonSpan *hs_json_span_read (const char *text, gsize length, GError **error);
void hs_json_span_free (HsJsonSpan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsJsonSpan, hs_json_span_free)
/* For what is only read. Files of a tree may come from anywhere, and the parser of json-glib goes
 * down by calling itself: it gets only what hs_json_span_read() took. (transfer full) */
JsonObject *hs_json_span_parse (const char *text, gsize length, GError **error);
const HsJsonSpan *hs_json_span_member (const HsJsonSpan *self, const char *key); /* nullable */
const char *hs_json_span_string (const HsJsonSpan *self, const char *key);       /* nullable */

/* Puts @value behind the last child, on lines of its own in the form of its neighbours; @value has
 * its lines indented from the left margin by two spaces a level; they are indented as this text is.
 * @key: nullable in an array. */
void hs_json_span_append (GString *text,
                          const HsJsonSpan *container,
                          const char *key,
                          const char *value);
void hs_json_span_replace (GString *text, const HsJsonSpan *old, const char *value);
/* With its comma, and its line if it had lines of its own. */
void hs_json_span_remove (GString *text, const HsJsonSpan *container, guint child);
char *hs_json_quote (const char *text); /* (transfer full) */

G_END_DECLS
