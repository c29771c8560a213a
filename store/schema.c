/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/schema.h"

#include "store-resources.h"
#include "store/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define FOLDER "/io/github/hotshoe/Hotshoe/store/schema"

/* SQLite file format, section 1.3 "The Database Header" */
enum { HEADER_SIZE = 100, OFFSET_USER_VERSION = 60, OFFSET_APPLICATION_ID = 68 };
#define APPLICATION_ID 0x4873686fu /* "Hsho" */

static guint32
get_be32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/**
 * hs_schema_look:
 * @path: a file name
 * @version: (out): the format of a catalog, else 0
 * @error: %HS_STORE_ERROR_PERMISSION
 *
 * Looks at the first bytes only, so that a file that is not for us stays as it is.
 *
 * Returns: what it is
 */
HsFileKind
hs_schema_look (const char *path, guint *version, GError **error)
{
  guint8 header[HEADER_SIZE];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n;

  *version = 0;
  if (fd < 0 && errno == ENOENT)
    return HS_FILE_MISSING;
  if (fd < 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("The catalog %s can't be read: %s."),
                 path,
                 g_strerror (errno));
    return HS_FILE_OTHER;
  }

  n = read (fd, header, sizeof header);
  close (fd);
  if (n == 0)
    return HS_FILE_EMPTY;
  if (n < (gssize) sizeof header || memcmp (header, "SQLite format 3", 16) != 0)
    return HS_FILE_OTHER;
  *version = get_be32 (header + OFFSET_USER_VERSION);
  if (get_be32 (header + OFFSET_APPLICATION_ID) == APPLICATION_ID)
    return HS_FILE_CATALOG;
  /* Cut off while it was made: WAL is on, nothing is in it. */
  return *version == 0 && get_be32 (header + OFFSET_APPLICATION_ID) == 0 ? HS_FILE_EMPTY
                                                                         : HS_FILE_OTHER;
}

static void
clear_migration (gpointer data)
{
  g_free ((char *) ((HsMigration *) data)->script);
}

/* All scripts built into the program, lowest number first. */
GArray *
hs_schema_get_migrations (void)
{
  GResource *resource = hs_store_get_resource ();
  g_auto (GStrv) names = g_resource_enumerate_children (resource, FOLDER, 0, NULL);
  GArray *migrations = g_array_new (FALSE, FALSE, sizeof (HsMigration));

  g_array_set_clear_func (migrations, clear_migration);
  for (guint i = 1; i <= g_strv_length (names); i++)
    for (char **name = names; *name != NULL; name++) {
      g_autofree char *path = g_strdup_printf (FOLDER "/%s", *name);
      g_autoptr (GBytes) text = NULL;
      HsMigration migration = { .number = i };

      if (g_ascii_strtoull (*name, NULL, 10) != i)
        continue;
      text = g_resource_lookup_data (resource, path, 0, NULL);
      migration.script = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
      g_array_append_val (migrations, migration);
    }
  return migrations;
}

gboolean
hs_schema_check_version (guint version, guint newest, GError **error)
{
  if (version <= newest)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_NEWER,
               _ ("This catalog was made by a newer Hotshoe (format %u, this one knows %u). It was "
                  "left as it is."),
               version,
               newest);
  return FALSE;
}

static gboolean
keep_copy (HsDatabase *database, gint64 version, GError **error)
{
  g_autofree char *path =
      g_strdup_printf ("%s.before-%" G_GINT64_FORMAT, hs_database_get_path (database), version + 1);

  unlink (path); /* of an earlier attempt that did not get through */
  return hs_database_copy_to (database, path, error);
}

static gboolean
apply (HsDatabase *database, const HsMigration *migration, GError **error)
{
  gint64 version;

  if (!hs_database_begin_write (database, error))
    return FALSE;
  if (!hs_database_exec (database, migration->script, error) ||
      !hs_statement_read_int (database, &version, error, "PRAGMA user_version", "")) {
    hs_database_rollback (database);
    return FALSE;
  }
  if (version != migration->number) {
    hs_database_rollback (database);
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FAILED,
                 "Migration %u leaves format %d",
                 migration->number,
                 (int) version);
    return FALSE;
  }
  return hs_database_commit (database, error);
}

/**
 * hs_schema_migrate:
 * @database: a connection; nobody else may migrate at the same time
 * @migrations: (element-type HsMigration): all that exist, lowest first
 * @error: a #HsStoreError
 *
 * Brings the file to the newest format, each step in one transaction, with a copy of the file kept
 * as "PATH.before-N" before step N (none for a new file).
 *
 * Returns: %TRUE if the format is the newest
 */
gboolean
hs_schema_migrate (HsDatabase *database, GArray *migrations, GError **error)
{
  gint64 version;

  if (!hs_statement_read_int (database, &version, error, "PRAGMA user_version", "") ||
      !hs_schema_check_version (version, migrations->len, error))
    return FALSE;

  for (guint i = version; i < migrations->len; i++) {
    if (version > 0 && !keep_copy (database, i, error))
      return FALSE;
    if (!apply (database, &g_array_index (migrations, HsMigration, i), error))
      return FALSE;
  }
  return TRUE;
}
