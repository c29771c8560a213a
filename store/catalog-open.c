/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"

#include "store/kinds.h"
#include "store/payload.h"
#include "store/project.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define LOCK_TIMEOUT_MS   20000
#define LOCK_STEP_MS      20
#define QUICK_CHECK_BYTES (4 * 1024 * 1024)

/* statfs(2): where shared memory and byte-range locks can't be relied on. */
static const guint64 network_types[] = {
  0x6969,     /* NFS */
  0x517b,     /* SMB */
  0xff534d42, /* CIFS */
  0xfe534d42, /* SMB2 */
  0x65735546, /* FUSE */
  0x01021997, /* 9p */
  0x5346414f, /* AFS */
  0x73757245, /* Coda */
  0x00c36400, /* Ceph */
};

static gboolean
check_file_system (HsCatalog *self, const char *folder, GError **error)
{
  guint64 type = self->tweaks.file_system;
  struct statfs info;

  if (type == 0 && statfs (folder, &info) == 0)
    type = (guint32) info.f_type;
  for (guint i = 0; i < G_N_ELEMENTS (network_types); i++)
    if (type == network_types[i]) {
      g_set_error (error,
                   HS_STORE_ERROR,
                   HS_STORE_ERROR_NETWORK,
                   _ ("The catalog %s lies on a network or user-space file system, where several "
                      "programs can't share it safely."),
                   self->path);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fail_permission (HsCatalog *self, int number, GError **error)
{
  if (number == ENOSPC || number == EDQUOT)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FULL,
                 _ ("The catalog can't be written: the disk is full (%s left)."),
                 _ ("nothing"));
  else
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("The catalog %s may not be read or written: %s."),
                 self->path,
                 g_strerror (number));
  return FALSE;
}

/* What is no catalog of ours is left as it is: nothing was opened for writing before this. */
static gboolean
check_file (HsCatalog *self, GArray *migrations, GError **error)
{
  g_autoptr (GError) cause = NULL;
  guint version = 0;
  HsFileKind kind = hs_schema_look (self->path, &version, &cause);

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (kind == HS_FILE_OTHER) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_CORRUPT,
                 _ ("%s is damaged, or is no catalog of Hotshoe. It was left as it is."),
                 self->path);
    return FALSE;
  }
  return hs_schema_check_version (version, migrations->len, error);
}

static gboolean
create_file (HsCatalog *self, GError **error)
{
  int fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail_permission (self, errno, error);
  close (fd);
  return TRUE;
}

/* One process at a time opens: migrates, starts a chain, reads the spool. */
static gboolean
take_open_lock (HsCatalog *self, GError **error)
{
  g_autofree char *name = g_strconcat (self->path, ".lock", NULL);

  self->lock_fd = open (name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    return fail_permission (self, errno, error);

  for (guint waited = 0; waited < LOCK_TIMEOUT_MS; waited += LOCK_STEP_MS) {
    if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
      return TRUE;
    g_usleep (LOCK_STEP_MS * 1000);
  }
  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_LOCKED,
               _ ("Another program keeps the catalog %s to itself."),
               self->path);
  return FALSE;
}

/* A database without our mark and with tables in it is somebody else's. */
static gboolean
check_tables (HsCatalog *self, GError **error)
{
  gint64 version, n_tables;
  struct stat info;

  if (!hs_statement_read_int (self->write_db, &version, error, "PRAGMA user_version", "") ||
      !hs_statement_read_int (
          self->write_db, &n_tables, error, "SELECT count(*) FROM sqlite_schema", ""))
    return FALSE;
  if (version == 0 && n_tables > 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_CORRUPT,
                 _ ("%s is no catalog of Hotshoe. It was left as it is."),
                 self->path);
    return FALSE;
  }
  if (stat (self->path, &info) == 0 && info.st_size > QUICK_CHECK_BYTES)
    return TRUE;
  return hs_database_check (self->write_db, TRUE, error);
}

static const char *
purpose_name (HsPurpose purpose)
{
  return purpose == HS_PURPOSE_PRACTICE ? "practice" : "production";
}

static gboolean
check_purpose (HsCatalog *self, int purpose, const char *found, GError **error)
{
  self->purpose = g_strcmp0 (found, "practice") == 0 ? HS_PURPOSE_PRACTICE : HS_PURPOSE_PRODUCTION;
  if (purpose < 0 || self->purpose == purpose)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_PURPOSE,
               self->purpose == HS_PURPOSE_PRACTICE
                   ? _ ("%s is a practice catalog: it holds simulated cameras only.")
                   : _ ("%s is a production catalog: simulated cameras are never recorded in it."),
               self->path);
  return FALSE;
}

static gboolean
set_meta (HsCatalog *self, const char *key, const char *value, GError **error)
{
  return hs_statement_run (self->write_db,
                           error,
                           "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                           "ss",
                           key,
                           value);
}

/* The file went back in time if what was last written is not in it. */
static gboolean
is_older_state (HsCatalog *self, gboolean *older, GError **error)
{
  g_autofree char *chain = NULL;
  g_autofree char *hash = NULL;
  gint64 n, found = 0;

  *older = FALSE;
  if (!hs_chain_recall_head (self->lock_fd, &chain, &n, &hash) ||
      g_strcmp0 (chain, self->chain->id) != 0)
    return TRUE;
  if (!hs_statement_read_int (self->write_db,
                              &found,
                              error,
                              "SELECT count(*) FROM chain WHERE chain = ?1 AND n >= ?2",
                              "si",
                              chain,
                              n))
    return FALSE;
  *older = found == 0;
  return TRUE;
}

/* Why this file needs a new chain; "": it does not. */
static gboolean
find_reason (HsCatalog *self, const char *current, const char **reason, GError **error)
{
  g_auto (HsHead) head = { 0 };
  g_auto (HsHead) written = { 0 };
  gboolean older = FALSE;

  *reason = "";
  if (*current == '\0')
    *reason = "restored";
  else if (self->chain == NULL || g_strcmp0 (self->chain->id, current) != 0)
    *reason = "copied";
  if (**reason != '\0')
    return TRUE;

  if (!is_older_state (self, &older, error) ||
      !hs_journal_read_head (self->write_db, current, &head, error) ||
      !hs_journal_read_checkpoint (self->write_db, current, &written, error))
    return FALSE;
  if (older)
    *reason = "restored";
  else if (head.n != written.n || g_strcmp0 (head.hash, written.hash) != 0)
    *reason = "damaged";
  return TRUE;
}

static char *
make_birth (HsCatalog *self, const char *id)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *name = g_path_get_basename (self->path);

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "purpose", purpose_name (self->purpose));
  json_object_set_string_member (payload, "id", id);
  json_object_set_string_member (payload, "name", name);
  return hs_payload_to_text (payload);
}

static char *
make_chain_start (HsCatalog *self, const char *previous_head, const char *reason)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *key = hs_chain_get_public_key (self->chain);

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "chain", self->chain->id);
  json_object_set_string_member (payload, "public_key", key);
  hs_payload_set_text (payload, "previous_head", previous_head);
  json_object_set_string_member (payload, "reason", reason);
  return hs_payload_to_text (payload);
}

static gboolean
start_chain (HsCatalog *self, const char *reason, gboolean born, GError **error)
{
  g_autofree char *previous = NULL;
  g_autofree char *start = NULL;
  g_autofree char *birth = NULL;
  g_autofree char *id = hs_journal_new_id (hs_catalog_now (self));
  HsFact facts[2] = { { HS_KIND_CHAIN_STARTED, "catalog", NULL },
                      { HS_KIND_CATALOG_BORN, "catalog", NULL } };

  g_clear_pointer (&self->chain, hs_chain_free);
  self->chain = hs_chain_new ();
  if (!hs_statement_read_text (self->write_db,
                               &previous,
                               error,
                               "SELECT journal.hash FROM journal JOIN chain USING (chain) "
                               "WHERE foreign_ = 0 ORDER BY hlc DESC, id DESC LIMIT 1",
                               "") ||
      !hs_chain_save (self->chain, self->path, !self->tweaks.fast, error) ||
      !set_meta (self, "chain", self->chain->id, error))
    return FALSE;

  facts[0].payload = start = make_chain_start (self, previous, reason);
  facts[1].payload = birth = make_birth (self, id);
  return (!born || (set_meta (self, "purpose", purpose_name (self->purpose), error) &&
                    set_meta (self, "id", id, error))) &&
         hs_catalog_append_within (self, self->write_db, facts, born ? 2 : 1, NULL, error);
}

/* In the opening's transaction: born if it is new, on a new chain if it is not the file it was. */
static gboolean
settle (HsCatalog *self, int purpose, GError **error)
{
  g_autofree char *found = NULL;
  g_autofree char *current = NULL;
  const char *reason;

  if (!hs_statement_read_text (
          self->write_db, &found, error, "SELECT value FROM meta WHERE key = 'purpose'", "") ||
      !hs_statement_read_text (
          self->write_db, &current, error, "SELECT value FROM meta WHERE key = 'chain'", ""))
    return FALSE;
  if (found == NULL) {
    self->purpose = purpose < 0 ? HS_PURPOSE_PRODUCTION : (HsPurpose) purpose;
    return hs_project_refresh (self->write_db, error) && start_chain (self, "new", TRUE, error);
  }
  if (!check_purpose (self, purpose, found, error))
    return FALSE;

  self->chain = hs_chain_load (self->path);
  if (!find_reason (self, current != NULL ? current : "", &reason, error))
    return FALSE;
  if (*reason != '\0' && !start_chain (self, reason, FALSE, error))
    return FALSE;
  return hs_project_refresh (self->write_db, error);
}

static gboolean
settle_in_transaction (HsCatalog *self, int purpose, GError **error)
{
  g_auto (HsHead) head = { 0 };

  if (!hs_database_begin_write (self->write_db, error))
    return FALSE;
  if (!settle (self, purpose, error) ||
      !hs_journal_read_checkpoint (self->write_db, self->chain->id, &head, error)) {
    hs_database_rollback (self->write_db);
    return FALSE;
  }
  if (!hs_database_commit (self->write_db, error))
    return FALSE;

  hs_chain_remember_head (self->lock_fd, self->chain->id, head.n, head.hash);
  return TRUE;
}

static gboolean
open_locked (HsCatalog *self, GArray *migrations, int purpose, GError **error)
{
  self->write_db = hs_database_open (
      self->path, self->tweaks.fast ? HS_DATABASE_FAST : HS_DATABASE_DEFAULT, error);
  if (self->write_db == NULL)
    return FALSE;

  hs_database_fail_at (self->write_db, self->tweaks.fail_at);
  return check_tables (self, error) && hs_database_use_wal (self->write_db, error) &&
         hs_schema_migrate (self->write_db, migrations, error) &&
         settle_in_transaction (self, purpose, error);
}

gboolean
hs_catalog_prepare (HsCatalog *self, int purpose, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GArray) migrations = hs_schema_get_migrations ();
  gboolean opened;

  if (!check_file (self, migrations, error))
    return FALSE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail_permission (self, errno, error);
  if (!check_file_system (self, folder, error) || !create_file (self, error) ||
      !take_open_lock (self, error))
    return FALSE;

  opened = open_locked (self, migrations, purpose, error);
  if (opened)
    hs_catalog_take_spool (self);
  flock (self->lock_fd, LOCK_UN);
  return opened;
}
