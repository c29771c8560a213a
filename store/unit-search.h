/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-units.h"
#include "store/database.h"
#include "store/words.h"

G_BEGIN_DECLS

/**
 * HsUnitQuestion:
 *
 * What somebody wants to know, made ready for catalog-find.c: words folded, and what each of them
 * finds besides a unit's own text.
 */
typedef struct {
  const HsUnitFilter *filter; /* borrowed */
  HsDatabase *database;       /* borrowed */
  HsWords words;
  char *phrases;        /* FTS5 expression of those of three characters and more; nullable */
  GHashTable *parties;  /* id -> guint32: which words its name has; none without any */
  GHashTable *images;   /* "role sha256": firmware of builds that have all words */
  GHashTable *carriers; /* keys of units that hold one; NULL: not loaded */
} HsUnitQuestion;

gboolean hs_unit_question_init (HsUnitQuestion *self,
                                HsDatabase *database,
                                const HsUnitFilter *filter,
                                GError **error);
void hs_unit_question_clear (HsUnitQuestion *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsUnitQuestion, hs_unit_question_clear)

/* Whether a unit answers: @text is what can be found of it. */
gboolean hs_unit_question_fits (HsUnitQuestion *self, const char *unit, const char *text);
/* How many units carry what was asked for by name; counted to @most + 1 or a little more. */
gboolean
hs_unit_question_count_carriers (HsUnitQuestion *self, gint64 most, gint64 *n, GError **error);
gboolean hs_unit_question_load_carriers (HsUnitQuestion *self, gint64 most, GError **error);

G_END_DECLS
