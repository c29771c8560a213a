/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/statement.h"

#include "store/catalog.h"
#include "store/database-private.h"

struct _HsStatement {
  HsDatabase *database; /* borrowed */
  const char *sql;      /* borrowed literal */
  sqlite3_stmt *handle; /* NULL if it could not be prepared */
  GError *error;        /* the first one; sticks */
  gboolean started;
  gboolean ended;
};

static sqlite3_stmt *
take_idle (HsDatabase *database, const char *sql)
{
  gpointer handle = NULL;

  g_hash_table_steal_extended (database->idle, sql, NULL, &handle);
  return handle;
}

static void
prepare (HsStatement *self)
{
  int status;

  self->handle = take_idle (self->database, self->sql);
  if (self->handle != NULL)
    return;

  status = sqlite3_prepare_v3 (
      self->database->handle, self->sql, -1, SQLITE_PREPARE_PERSISTENT, &self->handle, NULL);
  hs_database_take_status (self->database, status, self->sql, &self->error);
}

static int
bind_text (sqlite3_stmt *handle, int n, const char *text)
{
  if (text == NULL)
    return sqlite3_bind_null (handle, n);
  return sqlite3_bind_text (handle, n, text, -1, SQLITE_TRANSIENT);
}

static void
bind (HsStatement *self, const char *types, va_list values)
{
  for (int n = 0; types[n] != '\0' && self->error == NULL; n++) {
    int status = SQLITE_MISUSE;

    if (types[n] == 's')
      status = bind_text (self->handle, n + 1, va_arg (values, const char *));
    else if (types[n] == 'i')
      status = sqlite3_bind_int64 (self->handle, n + 1, va_arg (values, gint64));
    else if (types[n] == 'd')
      status = sqlite3_bind_int64 (self->handle, n + 1, va_arg (values, int));
    hs_database_take_status (self->database, status, self->sql, &self->error);
  }
}

/**
 * hs_statement_new_valist:
 * @database: a connection
 * @sql: a literal with numbered parameters; must outlive @database
 * @types: what @values are, see the header
 * @values: one for each parameter
 *
 * Returns: (transfer full): a statement ready to be stepped; never %NULL
 */
HsStatement *
hs_statement_new_valist (HsDatabase *database, const char *sql, const char *types, va_list values)
{
  HsStatement *self = g_new0 (HsStatement, 1);

  self->database = database;
  self->sql = sql;
  prepare (self);
  if (self->error == NULL)
    bind (self, types, values);
  return self;
}

HsStatement *
hs_statement_new (HsDatabase *database, const char *sql, const char *types, ...)
{
  HsStatement *self;
  va_list values;

  va_start (values, types);
  self = hs_statement_new_valist (database, sql, types, values);
  va_end (values);
  return self;
}

/* Gives the prepared statement back for the next use of the same text. */
void
hs_statement_free (HsStatement *self)
{
  if (self == NULL)
    return;

  if (self->handle != NULL) {
    sqlite3_reset (self->handle);
    sqlite3_clear_bindings (self->handle);
    if (g_hash_table_contains (self->database->idle, self->sql))
      sqlite3_finalize (self->handle);
    else
      g_hash_table_insert (self->database->idle, (gpointer) self->sql, self->handle);
  }
  g_clear_error (&self->error);
  g_free (self);
}

/**
 * hs_statement_next:
 * @self: a statement
 *
 * Runs it to its next row.
 *
 * Returns: %TRUE if it stands on a row; %FALSE at the end and after an error
 */
gboolean
hs_statement_next (HsStatement *self)
{
  int status;

  if (self->error != NULL || self->ended)
    return FALSE;
  if (!self->started && !hs_database_admit (self->database, &self->error))
    return FALSE;

  self->started = TRUE;
  status = sqlite3_step (self->handle);
  self->ended = status != SQLITE_ROW;
  hs_database_take_status (self->database, status, self->sql, &self->error);
  return self->error == NULL && status == SQLITE_ROW;
}

/**
 * hs_statement_finish:
 * @self: a statement
 * @error: a #HsStoreError
 *
 * Tells whether all went well since it was made.
 *
 * Returns: %FALSE if an error stuck
 */
gboolean
hs_statement_finish (HsStatement *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));
  return FALSE;
}

int
hs_statement_get_n_columns (HsStatement *self)
{
  return sqlite3_column_count (self->handle);
}

const char *
hs_statement_get_text (HsStatement *self, int column)
{
  return (const char *) sqlite3_column_text (self->handle, column);
}

gsize
hs_statement_get_length (HsStatement *self, int column)
{
  return sqlite3_column_bytes (self->handle, column);
}

gint64
hs_statement_get_int (HsStatement *self, int column)
{
  return sqlite3_column_int64 (self->handle, column);
}

gboolean
hs_statement_run (HsDatabase *database, GError **error, const char *sql, const char *types, ...)
{
  g_autoptr (HsStatement) statement = NULL;
  va_list values;

  va_start (values, types);
  statement = hs_statement_new_valist (database, sql, types, values);
  va_end (values);
  while (hs_statement_next (statement))
    ;
  return hs_statement_finish (statement, error);
}

/* @value: 0 if there is no row. */
gboolean
hs_statement_read_int (HsDatabase *database,
                       gint64 *value,
                       GError **error,
                       const char *sql,
                       const char *types,
                       ...)
{
  g_autoptr (HsStatement) statement = NULL;
  va_list values;

  va_start (values, types);
  statement = hs_statement_new_valist (database, sql, types, values);
  va_end (values);
  *value = hs_statement_next (statement) ? hs_statement_get_int (statement, 0) : 0;
  return hs_statement_finish (statement, error);
}

/* @value: (out) (transfer full): NULL if there is no row. */
gboolean
hs_statement_read_text (HsDatabase *database,
                        char **value,
                        GError **error,
                        const char *sql,
                        const char *types,
                        ...)
{
  g_autoptr (HsStatement) statement = NULL;
  va_list values;

  va_start (values, types);
  statement = hs_statement_new_valist (database, sql, types, values);
  va_end (values);
  *value = hs_statement_next (statement) ? g_strdup (hs_statement_get_text (statement, 0)) : NULL;
  return hs_statement_finish (statement, error);
}
