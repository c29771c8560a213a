/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/database.h"
#include "store/payload.h"

G_BEGIN_DECLS

/**
 * HsTouched:
 *
 * What new entries concern, to be folded once each when all are in the journal: units, builds,
 * slots, releases … by subject, runs by id.
 */
typedef struct _HsTouched HsTouched;

HsTouched *hs_touched_new (void);
void hs_touched_free (HsTouched *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTouched, hs_touched_free)

/* Folds a unit anew though no entry is about it. */
void hs_touched_add_unit (HsTouched *self, const char *key);

/* Of the code that folds: to be raised when it makes other tables of the same journal. */
#define HS_FOLD_VERSION 3

/* Notes one entry: to be called for each that enters the journal. */
gboolean hs_project_note (HsDatabase *database,
                          HsTouched *touched,
                          gint64 row,
                          const char *id,
                          gint64 hlc,
                          const char *kind,
                          const char *subject,
                          const char *payload,
                          GError **error);
/* Folds all that was noted. In the transaction that appended. */
gboolean hs_project_fold (HsDatabase *database, HsTouched *touched, GError **error);
/* Empties all tables but the journal's and folds them anew. */
gboolean hs_project_all (HsDatabase *database, GError **error);
gboolean hs_project_refresh (HsDatabase *database, GError **error);

/* One subject each; project-SUBJECT.c. */
gboolean hs_project_unit (HsDatabase *database, const char *key, GError **error);
gboolean hs_project_build (HsDatabase *database, const char *id, GError **error);
gboolean hs_project_run (HsDatabase *database, const char *id, GError **error);
gboolean hs_project_slot (HsDatabase *database, const char *port, GError **error);
gboolean hs_project_release (HsDatabase *database, const char *id, GError **error);
gboolean hs_project_series (HsDatabase *database, const char *series, GError **error);
gboolean hs_project_batch (HsDatabase *database, const char *id, GError **error);
gboolean hs_project_key (HsDatabase *database, const char *key, GError **error);
gboolean hs_project_policy (HsDatabase *database, const char *name, GError **error);

/* Aliases: project-alias.c. @key's strongest name; itself if it is no alias. */
char *hs_project_resolve (HsDatabase *database, const char *key, GError **error);
gboolean hs_project_joins (HsDatabase *database, const char *key, GError **error);

/* Search: search.c. @text: what can be found, in one string; NULL: no longer there. */
gboolean hs_search_set (HsDatabase *database,
                        gint64 row,
                        const char *what,
                        const char *key,
                        const char *text,
                        GError **error);
/* Splits what a person typed: words of three letters and more as an FTS5 expression (NULL: none),
 * shorter ones as a JSON array of beginnings ("[]": none). */
void hs_search_parse (const char *query, char **words, char **starts);

G_END_DECLS
