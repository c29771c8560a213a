/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsSentence:
 *
 * A journal entry in words: a shape with its meaning, a sentence with the subject bold, a second
 * line. @icon and @meaning are static.
 */
typedef struct {
  const char *icon;    /* "hs-pass-symbolic" */
  const char *meaning; /* CSS class: "ok" "bad" "warn" "work" "idle" */
  char *markup;        /* Pango markup */
  char *more;          /* plain text; "" if there is no more to say */
} HsSentence;

HsSentence *hs_sentence_new (const char *kind,
                             const char *subject,
                             const char *payload,
                             const char *name,
                             const char *build);
void hs_sentence_free (HsSentence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSentence, hs_sentence_free)

char *hs_sentence_short_id (const char *key);

G_END_DECLS
