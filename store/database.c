/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog.h"
#include "store/database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BUSY_TIMEOUT_MS 20000
#define CACHE_KB        16384 /* of pages; a connection that reads little takes little */
#define PROBE_BYTES     65536

/* Of SQLite's virtual machine: some hundred microseconds. */
#define WATCH_INSTRUCTIONS 10000

/* SQLite knows one errno for "full" and forgets the others (quota, limit of a file's size): tries
 * to write where its log ends. */
static gboolean
is_full (HsDatabase *self)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autofree char *probe = g_strconcat (self->path, "-XXXXXX", NULL);
  g_autofree char *block = g_malloc0 (PROBE_BYTES);
  struct stat info = { 0 };
  gboolean full = FALSE;
  int fd = g_mkstemp_full (probe, O_RDWR | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno == ENOSPC || errno == EDQUOT;
  unlink (probe);
  stat (log, &info);
  if (pwrite (fd, block, PROBE_BYTES, info.st_size) != PROBE_BYTES || fsync (fd) != 0)
    full = errno != EIO;
  close (fd);
  return full;
}

static HsStoreError
code_of (HsDatabase *self, int status)
{
  int system = self->handle != NULL ? sqlite3_system_errno (self->handle) : 0;

  switch (status & 0xff) {
  case SQLITE_FULL:
    return HS_STORE_ERROR_FULL;
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return HS_STORE_ERROR_CORRUPT;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return HS_STORE_ERROR_LOCKED;
  case SQLITE_PERM:
  case SQLITE_READONLY:
  case SQLITE_CANTOPEN:
  case SQLITE_AUTH:
    return system == ENOSPC ? HS_STORE_ERROR_FULL : HS_STORE_ERROR_PERMISSION;
  case SQLITE_IOERR:
    return system == ENOSPC || system == EDQUOT || is_full (self) ? HS_STORE_ERROR_FULL
                                                                  : HS_STORE_ERROR_FAILED;
  default:
    return HS_STORE_ERROR_FAILED;
  }
}

static char *
sentence_for_full (HsDatabase *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *left = NULL;
  struct statvfs info;

  if (statvfs (folder, &info) == 0)
    left = g_format_size ((guint64) info.f_bavail * info.f_frsize);
  return g_strdup_printf (_ ("The catalog can't be written: the disk is full (%s left)."),
                          left != NULL ? left : _ ("nothing"));
}

/* TRUE if @status is success; otherwise sets @error: a sentence, then SQLite's own words. */
gboolean
hs_database_take_status (HsDatabase *self, int status, const char *what, GError **error)
{
  g_autofree char *full = NULL;
  const char *sentence;
  HsStoreError code;

  if (status == SQLITE_OK || status == SQLITE_ROW || status == SQLITE_DONE)
    return TRUE;
  if (status == SQLITE_INTERRUPT) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
    return FALSE;
  }

  code = code_of (self, status);
  switch (code) {
  case HS_STORE_ERROR_FULL:
    sentence = full = sentence_for_full (self);
    break;
  case HS_STORE_ERROR_CORRUPT:
    sentence = _ ("The catalog is damaged, or is no catalog. It was left as it is.");
    break;
  case HS_STORE_ERROR_LOCKED:
    sentence = _ ("Another program keeps the catalog to itself.");
    break;
  case HS_STORE_ERROR_PERMISSION:
    sentence = _ ("The catalog may not be read or written.");
    break;
  default:
    sentence = _ ("The catalog could not be used.");
  }
  g_set_error (error,
               HS_STORE_ERROR,
               code,
               "%s (%s: %s)",
               sentence,
               what,
               self->handle != NULL ? sqlite3_errmsg (self->handle) : sqlite3_errstr (status));
  return FALSE;
}

gboolean
hs_database_admit (HsDatabase *self, GError **error)
{
  self->n_statements++;
  if (self->fail_at == 0 || self->n_statements != self->fail_at)
    return TRUE;

  g_set_error_literal (error,
                       HS_STORE_ERROR,
                       HS_STORE_ERROR_FULL,
                       "The catalog can't be written: as asked by a test");
  return FALSE;
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

/**
 * hs_database_open:
 * @path: a file name; made if it does not exist
 * @flags: how
 * @error: a #HsStoreError
 *
 * Opens a connection. Touches nothing in an existing file.
 *
 * Returns: (transfer full): the connection, or %NULL
 */
HsDatabase *
hs_database_open (const char *path, HsDatabaseFlags flags, GError **error)
{
  g_autoptr (HsDatabase) self = g_new0 (HsDatabase, 1);
  int mode =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  int status;

  self->path = g_strdup (path);
  self->idle = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  status = sqlite3_open_v2 (path, &self->handle, mode, NULL);
  if (!hs_database_take_status (self, status, "open", error))
    return NULL;

  sqlite3_busy_timeout (self->handle, BUSY_TIMEOUT_MS);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  /* Whatever opens and closes the file in this process (a file chooser that looks into its folder)
   * takes SQLite's locks away with it. Who closes next in another process would then take itself
   * for the last one and remove the log that we go on writing. ("How To Corrupt An SQLite Database
   * File" 2.2) */
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!hs_database_exec (self, "PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY;", error))
    return NULL;
  if (!hs_database_exec (self,
                         (flags & HS_DATABASE_FAST) != 0 ? "PRAGMA synchronous = OFF;"
                                                         : "PRAGMA synchronous = FULL;",
                         error))
    return NULL;
  hs_database_set_cache (self, CACHE_KB);
  if ((flags & HS_DATABASE_QUERY_ONLY) != 0 &&
      !hs_database_exec (self, "PRAGMA query_only = ON;", error))
    return NULL;

  return g_steal_pointer (&self);
}

/* How much of the file it may keep in memory; for work on all of it. 0: as always. */
void
hs_database_set_cache (HsDatabase *self, guint kilobytes)
{
  g_autofree char *pragma =
      g_strdup_printf ("PRAGMA cache_size = -%u", kilobytes > 0 ? kilobytes : CACHE_KB);

  sqlite3_exec (self->handle, pragma, NULL, NULL, NULL);
}

/* All into the file: who copies that alone misses nothing. Not waited for: somebody who reads or
 * writes now empties it later. */
static void
empty_log (HsDatabase *self)
{
  sqlite3_busy_timeout (self->handle, 0);
  sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void
hs_database_close (HsDatabase *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->idle, g_hash_table_unref);
  if (self->empties_log)
    empty_log (self);
  if (sqlite3_close (self->handle) != SQLITE_OK)
    g_critical ("A statement of %s outlives its database", self->path);
  g_free (self->path);
  g_free (self);
}

const char *
hs_database_get_path (HsDatabase *self)
{
  return self->path;
}

/* Write-ahead logging: readers never wait for the writer. Kept in the file. The log is emptied when
 * @self is closed; it is never removed. */
gboolean
hs_database_use_wal (HsDatabase *self, GError **error)
{
  g_autofree char *mode = NULL;

  if (!hs_statement_read_text (self, &mode, error, "PRAGMA journal_mode = WAL", ""))
    return FALSE;
  self->empties_log = g_strcmp0 (mode, "wal") == 0;
  if (self->empties_log)
    return TRUE;

  g_set_error (
      error,
      HS_STORE_ERROR,
      HS_STORE_ERROR_NETWORK,
      _ ("The file system of %s can't be shared safely between programs (journal mode %s)."),
      self->path,
      mode);
  return FALSE;
}

gboolean
hs_database_exec (HsDatabase *self, const char *script, GError **error)
{
  if (!hs_database_admit (self, error))
    return FALSE;
  return hs_database_take_status (
      self, sqlite3_exec (self->handle, script, NULL, NULL, NULL), "script", error);
}

gboolean
hs_database_begin_write (HsDatabase *self, GError **error)
{
  return hs_statement_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
hs_database_begin_read (HsDatabase *self, GError **error)
{
  return hs_statement_run (self, error, "BEGIN", "");
}

gboolean
hs_database_commit (HsDatabase *self, GError **error)
{
  if (hs_statement_run (self, error, "COMMIT", ""))
    return TRUE;

  hs_database_rollback (self);
  return FALSE;
}

void
hs_database_rollback (HsDatabase *self)
{
  if (!sqlite3_get_autocommit (self->handle))
    sqlite3_exec (self->handle, "ROLLBACK", NULL, NULL, NULL);
}

/**
 * hs_database_copy_to:
 * @self: a connection
 * @path: a file that does not exist yet
 * @error: a #HsStoreError
 *
 * Copies the whole database, consistently, while others go on writing. Blocks.
 *
 * Returns: %TRUE if the copy is complete
 */
gboolean
hs_database_copy_to (HsDatabase *self, const char *path, GError **error)
{
  g_autoptr (HsDatabase) target = hs_database_open (path, HS_DATABASE_DEFAULT, error);
  sqlite3_backup *backup;
  int status;

  if (target == NULL)
    return FALSE;

  backup = sqlite3_backup_init (target->handle, "main", self->handle, "main");
  if (backup == NULL)
    return hs_database_take_status (target, sqlite3_errcode (target->handle), "copy", error);

  /* All at once: in steps, each write of another process would start it anew. */
  sqlite3_backup_step (backup, -1);
  status = sqlite3_backup_finish (backup);
  return hs_database_take_status (target, status, "copy", error);
}

/**
 * hs_database_check:
 * @self: a connection
 * @quick: leave the indexes out
 * @error: %HS_STORE_ERROR_CORRUPT
 *
 * Asks SQLite whether the file is whole. Reads all of it.
 *
 * Returns: %TRUE if it is
 */
gboolean
hs_database_check (HsDatabase *self, gboolean quick, GError **error)
{
  g_autofree char *answer = NULL;
  gboolean asked;

  if (quick)
    asked = hs_statement_read_text (self, &answer, error, "PRAGMA quick_check (1)", "");
  else
    asked = hs_statement_read_text (self, &answer, error, "PRAGMA integrity_check (1)", "");
  if (!asked)
    return FALSE;
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;

  hs_database_take_status (self, SQLITE_CORRUPT, answer, error);
  return FALSE;
}

gint64
hs_database_get_data_version (HsDatabase *self)
{
  gint64 version;

  return hs_statement_read_int (self, &version, NULL, "PRAGMA data_version", "") ? version : -1;
}

/* Called by SQLite on the thread that runs the statement. */
static int
watch_cb (void *data)
{
  HsDatabase *self = data;

  return self->watched == g_thread_self () && g_cancellable_is_cancelled (self->cancellable);
}

void
hs_database_watch (HsDatabase *self, GThread *thread, GCancellable *cancellable)
{
  self->watched = thread;
  self->cancellable = cancellable;
  sqlite3_progress_handler (
      self->handle, WATCH_INSTRUCTIONS, cancellable != NULL ? watch_cb : NULL, self);
}

void
hs_database_fail_at (HsDatabase *self, guint n)
{
  self->n_statements = 0;
  self->fail_at = n;
}
