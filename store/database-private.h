/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/database.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* Between database.c and statement.c only. */
struct _HsDatabase {
  sqlite3 *handle;
  char *path;
  GHashTable *idle;          /* SQL literal by its address -> sqlite3_stmt*, ready for use */
  GThread *watched;          /* borrowed; NULL: nobody */
  GCancellable *cancellable; /* borrowed; NULL: none */
  gboolean empties_log;
  guint n_statements;
  guint fail_at; /* counts n_statements; 0: never */
};

gboolean hs_database_take_status (HsDatabase *self, int status, const char *what, GError **error);
/* Counts a statement; FALSE with an error if it is the one that shall fail. */
gboolean hs_database_admit (HsDatabase *self, GError **error);

G_END_DECLS
