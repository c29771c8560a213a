/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-care.h"
#include "store/catalog-private.h"
#include "store/catalog-releases.h"
#include "store/json-scan.h"
#include "store/segment.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define PERIOD_S 3600

/* A session that ends waits for this many entries, a second; more is for one that lasts. */
#define PATIENCE 50000

/* The first seconds are for who has just opened the window. */
enum { QUIET_MS = 10000, STEP_MS = 100 };

/* "segments/…-CHAIN8.jsonl": the newest day that is there; NULL: none. */
static char *
find_newest (const char *folder, const char *ending)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *newest = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ending) &&
        strlen (name) == strlen ("YYYY-MM-DD") + strlen (ending) && g_strcmp0 (name, newest) > 0) {
      g_free (newest);
      newest = g_strdup (name);
    }
  return g_steal_pointer (&newest);
}

/* Where a segment ends, from its seal; 0: it has none. Looks at the last bytes only. */
static gint64
read_end (const char *path)
{
  g_autofree char *tail = g_malloc0 (4097);
  g_autoptr (JsonObject) seal = NULL;
  FILE *stream = g_fopen (path, "re");
  gsize size;
  char *line;

  if (stream == NULL)
    return 0;
  fseek (stream, 0, SEEK_END);
  fseek (stream, -MIN (4096, ftell (stream)), SEEK_END);
  size = fread (tail, 1, 4096, stream);
  fclose (stream);
  if (size < 2 || tail[size - 1] != '\n')
    return 0;
  tail[size - 1] = '\0';
  line = strrchr (tail, '\n');
  seal = hs_json_read_object (line != NULL ? line + 1 : tail);
  return seal != NULL && json_object_has_member (seal, "seal")
             ? json_object_get_int_member_with_default (seal, "n", 0)
             : 0;
}

static gboolean
goes_on (guint64 n_written, gpointer data)
{
  HsCatalog *self = data;

  return n_written < PATIENCE || !g_atomic_int_get (&self->closing);
}

static gboolean
write_segment (HsCatalog *self,
               HsDatabase *database,
               const char *path,
               const char *chain,
               gint64 first,
               guint64 *n_entries,
               GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);

  if (hs_segment_export_since (database, part, chain, first, goes_on, self, n_entries, error) &&
      g_rename (part, path) == 0)
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("The segment can't be written: %s"),
                 g_strerror (errno));
  g_unlink (part);
  return FALSE;
}

static gboolean
write_today (HsCatalog *self, HsDatabase *database, guint64 *n_entries, GError **error)
{
  g_autofree char *home = g_path_get_dirname (self->path);
  g_autofree char *folder = g_build_filename (home, "segments", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *chain = NULL;
  g_autofree char *ending = NULL;
  g_autofree char *newest = NULL;
  g_autofree char *last = NULL;
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;
  gint64 end;
  gint64 n = 0;

  if (!hs_statement_read_text (
          database, &chain, error, "SELECT value FROM meta WHERE key = 'chain'", "") ||
      !hs_statement_read_int (
          database, &n, error, "SELECT n FROM chain WHERE chain = ?1", "s", chain))
    return FALSE;
  ending = g_strdup_printf ("-%.8s.jsonl", chain != NULL ? chain : "");
  newest = find_newest (folder, ending);
  if (newest != NULL && strncmp (newest, day, strlen (day)) >= 0)
    return TRUE;

  last = newest != NULL ? g_build_filename (folder, newest, NULL) : NULL;
  end = last != NULL ? read_end (last) : 0;
  if (end >= n || (n - end > PATIENCE && g_atomic_int_get (&self->closing)))
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("%s can't be written. Choose another folder."),
                 folder);
    return FALSE;
  }
  name = g_strconcat (day, ending, NULL);
  path = g_build_filename (folder, name, NULL);
  return write_segment (self, database, path, chain, end + 1, n_entries, error);
}

gboolean
hs_catalog_write_daily_segment (HsCatalog *self, guint64 *n_entries, GError **error)
{
  g_autoptr (HsDatabase) database = NULL;
  guint64 n = 0;
  gboolean written;

  g_return_val_if_fail (HS_IS_CATALOG (self), FALSE);

  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  if (database == NULL || !hs_database_begin_read (database, error))
    return FALSE;
  written = write_today (self, database, &n, error);
  hs_database_rollback (database);
  if (n_entries != NULL)
    *n_entries = n;
  return written;
}

/* -- by itself ------------------------------------------------------------------------------ */

void
hs_catalog_write_policy_checkpoint (HsCatalog *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = hs_catalog_get_policy (self, "checkpoint-folder", &error);
  g_autoptr (GFile) folder = NULL;

  if (error != NULL)
    g_warning ("No checkpoint: %s", error->message);
  if (path == NULL || !g_path_is_absolute (path))
    return;
  folder = g_file_new_for_path (path);
  if (!hs_catalog_write_checkpoint (self, folder, &error))
    g_warning ("No checkpoint: %s", error->message);
}

static void
care_work (gpointer data)
{
  HsCatalog *self = data; /* waits for this thread before it goes */
  g_autoptr (GError) error = NULL;

  for (guint waited = 0; waited < QUIET_MS && !g_atomic_int_get (&self->closing); waited += STEP_MS)
    g_usleep (STEP_MS * 1000);
  if (!hs_catalog_write_daily_segment (self, NULL, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("No segment of today: %s", error->message);
  hs_catalog_write_policy_checkpoint (self);
}

static gboolean
care_cb (gpointer data)
{
  g_autoptr (HsCatalog) self = g_weak_ref_get (data);

  if (self == NULL || g_atomic_int_get (&self->closing))
    return G_SOURCE_REMOVE;
  hs_worker_push (self->carer, care_work, self);
  return G_SOURCE_CONTINUE;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* On a thread of its own: nothing waits for it, no append and no question. */
void
hs_catalog_start_care (HsCatalog *self)
{
  GWeakRef *weak;

  if (self->carer != NULL)
    return;

  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  self->carer = hs_worker_new ("catalog-care");
  hs_worker_push (self->carer, care_work, self);
  self->care_timer = g_timeout_source_new_seconds (PERIOD_S);
  g_source_set_callback (self->care_timer, care_cb, weak, weak_free);
  g_source_attach (self->care_timer, self->context);
}

/* Waits for what it is at. */
void
hs_catalog_stop_care (HsCatalog *self)
{
  g_atomic_int_set (&self->closing, TRUE);
  if (self->care_timer != NULL)
    g_source_destroy (self->care_timer);
  g_clear_pointer (&self->care_timer, g_source_unref);
  g_clear_pointer (&self->carer, hs_worker_free);
}
