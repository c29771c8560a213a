/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"

#include "store/kinds.h"
#include "store/payload.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A session's life is its flock on "PATH.sessions/ID.lock": the kernel lets go of it however the
 * process ends. */

typedef struct {
  char *session;
  GArray *fds;      /* lock files of the dead, held until the end of the transaction */
  GPtrArray *paths; /* of them */
  guint n_interrupted;
} Begin;

static char *
lock_path (HsCatalog *self, const char *session)
{
  g_autofree char *folder = g_strconcat (self->path, ".sessions", NULL);
  g_autofree char *name = g_strconcat (session, ".lock", NULL);

  return g_build_filename (folder, name, NULL);
}

static int
open_session_lock (HsCatalog *self, const char *session, GError **error)
{
  g_autofree char *path = lock_path (self, session);
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = -1;

  if (g_mkdir_with_parents (folder, 0700) == 0)
    fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;

  g_set_error (error,
               HS_STORE_ERROR,
               errno == ENOSPC ? HS_STORE_ERROR_FULL : HS_STORE_ERROR_PERMISSION,
               _ ("The catalog's folder can't be written: %s"),
               g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Dead: its lock can be taken, or the file is gone. Keeps the lock until the runs are closed. */
static gboolean
is_dead (HsCatalog *self, Begin *begin, const char *session)
{
  g_autofree char *path = lock_path (self, session);
  int fd = open (path, O_RDWR | O_CLOEXEC);

  if (fd < 0)
    return errno == ENOENT;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    close (fd);
    return FALSE;
  }
  g_array_append_val (begin->fds, fd);
  g_ptr_array_add (begin->paths, g_steal_pointer (&path));
  return TRUE;
}

static char *
make_interruption (const char *run, const char *session)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "run", run);
  json_object_set_string_member (payload, "session", session);
  return hs_payload_to_text (payload);
}

/* Of this file's own chains: a run that another bench exported may well go on there. */
static gboolean
find_open_runs (HsDatabase *database,
                GPtrArray *sessions,
                GPtrArray *runs,
                GPtrArray *subjects,
                GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT coalesce (session, ''), id, subject FROM run INDEXED BY run_open "
                        "CROSS JOIN chain ON chain.chain = run.chain "
                        "WHERE outcome IS NULL AND foreign_ = 0 ORDER BY row",
                        "");

  while (hs_statement_next (statement)) {
    g_ptr_array_add (sessions, g_strdup (hs_statement_get_text (statement, 0)));
    g_ptr_array_add (runs, g_strdup (hs_statement_get_text (statement, 1)));
    g_ptr_array_add (subjects, g_strdup (hs_statement_get_text (statement, 2)));
  }
  return hs_statement_finish (statement, error);
}

static gboolean
close_dead_runs (HsCatalog *self, HsDatabase *database, Begin *begin, GError **error)
{
  g_autoptr (GPtrArray) sessions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) subjects = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) dead = g_hash_table_new (g_str_hash, g_str_equal);

  if (!find_open_runs (database, sessions, runs, subjects, error))
    return FALSE;

  for (guint i = 0; i < runs->len; i++) {
    char *session = sessions->pdata[i];
    g_autofree char *payload = NULL;
    HsFact fact = { HS_KIND_RUN_INTERRUPTED, subjects->pdata[i], NULL };

    if (!g_hash_table_contains (dead, session))
      g_hash_table_insert (dead, session, GINT_TO_POINTER (is_dead (self, begin, session) ? 1 : 0));
    if (g_hash_table_lookup (dead, session) == NULL)
      continue;

    fact.payload = payload = make_interruption (runs->pdata[i], session);
    if (!hs_catalog_append_within (self, database, &fact, 1, NULL, error))
      return FALSE;
    begin->n_interrupted++;
  }
  return TRUE;
}

static gboolean
append_session (HsCatalog *self,
                HsDatabase *database,
                const char *kind,
                const char *session,
                GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *subject = g_strconcat ("session:", session, NULL);
  g_autofree char *text = NULL;
  HsFact fact = { kind, subject, NULL };

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "session", session);
  if (g_strcmp0 (kind, HS_KIND_SESSION_STARTED) == 0) {
    json_object_set_int_member (payload, "pid", getpid ());
    json_object_set_string_member (payload, "host", g_get_host_name ());
    json_object_set_string_member (payload, "version", HS_VERSION);
  }
  fact.payload = text = hs_payload_to_text (payload);
  return hs_catalog_append_within (self, database, &fact, 1, NULL, error);
}

static gboolean
begin_session (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Begin *begin = data;

  return close_dead_runs (self, database, begin, error) &&
         append_session (self, database, HS_KIND_SESSION_STARTED, begin->session, error);
}

static void
release_dead (Begin *begin, gboolean closed)
{
  for (guint i = 0; i < begin->fds->len; i++) {
    if (closed)
      unlink (begin->paths->pdata[i]);
    close (g_array_index (begin->fds, int, i));
  }
}

/**
 * hs_catalog_begin_session:
 * @self: a catalog without a session
 * @n_interrupted: (out) (optional): runs of dead sessions that were closed
 * @error: a #HsStoreError
 *
 * Closes what dead sessions left open, then begins one that ends with the catalog object.
 *
 * Returns: %TRUE if the session is on record
 */
gboolean
hs_catalog_begin_session (HsCatalog *self, guint *n_interrupted, GError **error)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *session = hs_journal_new_id (hs_catalog_now (self));
  g_autofree char *path = lock_path (self, session);
  Begin begin = { .session = session, .fds = fds, .paths = paths };
  gboolean begun;
  int fd;

  g_return_val_if_fail (HS_IS_CATALOG (self) && self->session == NULL, FALSE);

  fd = open_session_lock (self, session, error);
  if (fd < 0)
    return FALSE;
  begun = hs_catalog_write (self, begin_session, &begin, error);
  release_dead (&begin, begun);
  if (!begun) {
    unlink (path);
    close (fd);
    return FALSE;
  }

  self->session = g_steal_pointer (&session);
  self->session_fd = fd;
  if (n_interrupted != NULL)
    *n_interrupted = begin.n_interrupted;
  hs_catalog_start_care (self);
  return TRUE;
}

const char *
hs_catalog_get_session (HsCatalog *self)
{
  g_return_val_if_fail (HS_IS_CATALOG (self), NULL);

  return self->session;
}

static gboolean
end_session (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  return append_session (self, database, HS_KIND_SESSION_ENDED, self->session, error);
}

/* Runs it left open stay so: the next session finds them dead. */
void
hs_catalog_end_session (HsCatalog *self)
{
  g_autofree char *path = NULL;

  if (self->session_fd < 0)
    return;

  hs_catalog_write (self, end_session, NULL, NULL);
  path = lock_path (self, self->session);
  unlink (path);
  close (self->session_fd);
  self->session_fd = -1;
  hs_catalog_write_policy_checkpoint (self);
}
