/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HsDatabase HsDatabase;

/**
 * HsStatement:
 *
 * One query being run. Its first error sticks: hs_statement_next() is then %FALSE, and
 * hs_statement_finish() tells. Lives no longer than its database; used by its thread only.
 */
typedef struct _HsStatement HsStatement;

/* @sql: a literal. @types: one letter a value: 's' const char * (nullable), 'i' gint64, 'd' int. */
HsStatement *hs_statement_new (HsDatabase *database, const char *sql, const char *types, ...);
HsStatement *
hs_statement_new_valist (HsDatabase *database, const char *sql, const char *types, va_list values);
void hs_statement_free (HsStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStatement, hs_statement_free)

gboolean hs_statement_next (HsStatement *self);
gboolean hs_statement_finish (HsStatement *self, GError **error);

int hs_statement_get_n_columns (HsStatement *self);
/* Of the row it stands on; text is valid until the next row. */
const char *hs_statement_get_text (HsStatement *self, int column);
gsize hs_statement_get_length (HsStatement *self, int column); /* bytes */
gint64 hs_statement_get_int (HsStatement *self, int column);

/* For what returns no rows, and for what returns at most one value. */
gboolean
hs_statement_run (HsDatabase *database, GError **error, const char *sql, const char *types, ...);
gboolean hs_statement_read_int (HsDatabase *database,
                                gint64 *value,
                                GError **error,
                                const char *sql,
                                const char *types,
                                ...);
gboolean hs_statement_read_text (HsDatabase *database,
                                 char **value,
                                 GError **error,
                                 const char *sql,
                                 const char *types,
                                 ...);

G_END_DECLS
