/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/statement.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  HS_DATABASE_DEFAULT = 0,
  HS_DATABASE_QUERY_ONLY = 1 << 0, /* refuses to write */
  HS_DATABASE_FAST = 1 << 1,       /* synchronous=OFF: for tests, loses the last seconds */
} HsDatabaseFlags;

/**
 * HsDatabase:
 *
 * One connection to a SQLite file. One thread at a time uses it. Errors are #HsStoreError.
 */
HsDatabase *hs_database_open (const char *path, HsDatabaseFlags flags, GError **error);
void hs_database_close (HsDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDatabase, hs_database_close)

void hs_database_set_cache (HsDatabase *self, guint kilobytes);
const char *hs_database_get_path (HsDatabase *self);
gboolean hs_database_use_wal (HsDatabase *self, GError **error);

/* Runs a script, the text of a migration. */
gboolean hs_database_exec (HsDatabase *self, const char *script, GError **error);

/* begin_write waits for other writers; begin_read gives one view of the data to several queries. */
gboolean hs_database_begin_write (HsDatabase *self, GError **error);
gboolean hs_database_begin_read (HsDatabase *self, GError **error);
gboolean hs_database_commit (HsDatabase *self, GError **error); /* rolls back if it fails */
void hs_database_rollback (HsDatabase *self);                   /* harmless outside of one */

gboolean hs_database_copy_to (HsDatabase *self, const char *path, GError **error);
gboolean hs_database_check (HsDatabase *self, gboolean quick, GError **error);
/* Changes when another connection has committed; -1 unknown. */
gint64 hs_database_get_data_version (HsDatabase *self);

/* While set, statements that @thread runs end with %G_IO_ERROR_CANCELLED soon after @cancellable
 * was cancelled; NULL: none do. */
void hs_database_watch (HsDatabase *self, GThread *thread, GCancellable *cancellable);

/* The @n-th statement from now fails as if the disk were full; 0: none. */
void hs_database_fail_at (HsDatabase *self, guint n);

G_END_DECLS
