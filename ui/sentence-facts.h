/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/journal-sentence.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the sentence of a journal entry is made of. Borrowed. */
typedef struct {
  const char *kind;
  const char *subject;
  JsonObject *payload; /* never NULL */
  const char *build;   /* escaped; nullable */
  const char *who;     /* escaped, bold: the subject */
} HsFacts;

const char *hs_facts_text (const HsFacts *facts, const char *member); /* "" if it has none */
gint64 hs_facts_number (const HsFacts *facts, const char *member);
char *hs_facts_bold (const char *text);
char *hs_facts_join (const char *a, const char *b, const char *c);
HsSentence *hs_facts_say (const char *icon, const char *meaning, char *markup, char *more);

/* Releases, numbers, and what happens to a unit after the bench; NULL: it is something else. */
HsSentence *hs_facts_say_life (const HsFacts *facts);
/* Audits, readout protection, fuses, vendors' programs; NULL: it is something else. */
HsSentence *hs_facts_say_protection (const HsFacts *facts);

G_END_DECLS
