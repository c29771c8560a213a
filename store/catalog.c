/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"

#include <sodium.h>
#include <unistd.h>

#define POLL_MS 1000

/* An import: tables are in the order of units' keys, and a page that leaves memory before the end
 * is written several times. */
enum { MANY_FACTS = 2000, MANY_CACHE_KB = 128 * 1024 };

/* Who types a word letter by letter asks for the same pages again. */
enum { READ_CACHE_KB = 40 * 1024 };

/**
 * HsCatalog:
 *
 * One catalog file: a connection that writes on a thread of its own, and one that reads, which any
 * thread may use under a lock: readers never wait for the writer.
 */
G_DEFINE_FINAL_TYPE (HsCatalog, hs_catalog, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* A transaction on its way to the writer's thread; on the stack of the one who waits. */
typedef struct {
  HsCatalog *catalog;
  HsWriteFunc func;
  gpointer data;
  gboolean done;
  GError *error;
} Write;

/* A function on its way to the reader's thread. */
typedef struct {
  HsCatalogFunc func;
  gpointer data;
  GDestroyNotify free_data;
  GDestroyNotify free_result;
} Read;

static GWeakRef *
weak_new (HsCatalog *self)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  return ref;
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static gboolean
emit_changed_cb (gpointer data)
{
  g_autoptr (HsCatalog) self = g_weak_ref_get (data);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&self->lock);
  self->change_queued = FALSE;
  g_mutex_unlock (&self->lock);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* Any thread; however many changes, one signal waits. */
void
hs_catalog_queue_changed (HsCatalog *self)
{
  g_autoptr (GSource) source = NULL;
  gboolean queue;

  g_mutex_lock (&self->lock);
  queue = !self->change_queued;
  self->change_queued = TRUE;
  g_mutex_unlock (&self->lock);
  if (!queue)
    return;

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_changed_cb, weak_new (self), weak_free);
  g_source_attach (source, self->context);
}

static void
look_for_others (gpointer data)
{
  g_autoptr (HsCatalog) self = data;
  gint64 version;

  if (self->write_db == NULL)
    return;
  version = hs_database_get_data_version (self->write_db);
  if (version != self->data_version)
    hs_catalog_queue_changed (self);
  self->data_version = version;
}

/* Only asks the writer's thread to look: no query on this one. */
static gboolean
poll_cb (gpointer data)
{
  g_autoptr (HsCatalog) self = g_weak_ref_get (data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  if (hs_worker_is_idle (self->writer))
    hs_worker_push (self->writer, look_for_others, g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

static void
hs_catalog_finalize (GObject *object)
{
  HsCatalog *self = HS_CATALOG (object);

  hs_catalog_close (self);
  g_clear_pointer (&self->writer, hs_worker_free);
  g_clear_pointer (&self->reader, hs_worker_free);
  g_clear_pointer (&self->read_db, hs_database_close);
  g_clear_pointer (&self->write_db, hs_database_close); /* if opening failed */
  g_clear_pointer (&self->chain, hs_chain_free);
  g_clear_pointer (&self->number_hints, g_hash_table_unref);
  g_clear_pointer (&self->blobs, hs_blobs_free);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->path);
  g_free (self->bench);
  g_free (self->operator_name);
  g_free (self->session);
  g_mutex_clear (&self->read_lock);
  g_mutex_clear (&self->lock);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (hs_catalog_parent_class)->finalize (object);
}

static void
hs_catalog_class_init (HsCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_catalog_finalize;

  signals[CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_catalog_init (HsCatalog *self)
{
  g_mutex_init (&self->read_lock);
  g_mutex_init (&self->lock);
  self->lock_fd = -1;
  self->session_fd = -1;
  self->bench = g_strdup (g_get_host_name ());
  self->operator_name = g_strdup (g_get_user_name ());
  self->context = g_main_context_ref_thread_default ();
}

static void
start_polling (HsCatalog *self)
{
  self->data_version = hs_database_get_data_version (self->write_db);
  self->poll = g_timeout_source_new (POLL_MS);
  g_source_set_callback (self->poll, poll_cb, weak_new (self), weak_free);
  g_source_attach (self->poll, self->context);
}

/**
 * hs_catalog_open_full:
 * @path: a file name
 * @purpose: a #HsPurpose, or -1 for whatever it has
 * @tweaks: (nullable): for tests
 * @error: a #HsStoreError with a sentence for people
 *
 * See hs_catalog_open().
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
HsCatalog *
hs_catalog_open_full (const char *path, int purpose, const HsCatalogTweaks *tweaks, GError **error)
{
  g_autoptr (HsCatalog) self = g_object_new (HS_TYPE_CATALOG, NULL);
  g_autofree char *folder = NULL;
  g_autofree char *blobs = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_canonicalize_filename (path, NULL);
  folder = g_path_get_dirname (self->path);
  blobs = g_build_filename (folder, "blobs", NULL);
  self->blobs = hs_blobs_new (blobs);
  if (tweaks != NULL)
    self->tweaks = *tweaks;
  if (sodium_init () < 0 || !hs_catalog_prepare (self, purpose, error))
    return NULL;

  self->read_db = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  if (self->read_db == NULL)
    return NULL;
  hs_database_set_cache (self->read_db, READ_CACHE_KB);
  hs_blobs_tidy (self->blobs);
  start_polling (self);
  self->writer = hs_worker_new ("catalog-write");
  self->reader = hs_worker_new ("catalog-read");
  return g_steal_pointer (&self);
}

/**
 * hs_catalog_open:
 * @path: a file name; its folder is made if needed
 * @purpose: a #HsPurpose: what a new file is for, and what an existing one must be for; -1: any, a
 *   new one is for production
 * @error: a #HsStoreError with a sentence for people
 *
 * Opens or makes a catalog, brings it to this program's format, and writes down what waited in the
 * spool file. A file that is no catalog, or a newer one, is left as it is.
 *
 * Returns: (transfer full): the catalog, or %NULL
 */
HsCatalog *
hs_catalog_open (const char *path, int purpose, GError **error)
{
  return hs_catalog_open_full (path, purpose, NULL, error);
}

static void
close_work (gpointer data)
{
  HsCatalog *self = data;

  g_clear_pointer (&self->write_db, hs_database_close);
}

/**
 * hs_catalog_close:
 * @self: a catalog
 *
 * Ends the session and closes the file, after what waits was written. Answers that nobody takes any
 * more (their main loop has ended) may keep the object alive; its files are free all the same.
 */
void
hs_catalog_close (HsCatalog *self)
{
  g_return_if_fail (HS_IS_CATALOG (self));

  g_mutex_lock (&self->lock);
  self->change_queued = TRUE;
  g_mutex_unlock (&self->lock);
  if (self->poll != NULL)
    g_source_destroy (self->poll);
  g_clear_pointer (&self->poll, g_source_unref);
  if (self->writer == NULL)
    return;

  hs_catalog_stop_care (self);
  hs_catalog_end_session (self);
  g_mutex_lock (&self->read_lock);
  g_clear_pointer (&self->read_db, hs_database_close);
  self->read_db = hs_database_open (":memory:", HS_DATABASE_QUERY_ONLY, NULL); /* has no tables */
  g_mutex_unlock (&self->read_lock);
  hs_worker_call (self->writer, close_work, self);
}

HsPurpose
hs_catalog_get_purpose (HsCatalog *self)
{
  g_return_val_if_fail (HS_IS_CATALOG (self), HS_PURPOSE_PRODUCTION);

  return self->purpose;
}

const char *
hs_catalog_get_path (HsCatalog *self)
{
  g_return_val_if_fail (HS_IS_CATALOG (self), NULL);

  return self->path;
}

gint64
hs_catalog_now (HsCatalog *self)
{
  return g_get_real_time () + self->tweaks.clock_offset;
}

/**
 * hs_catalog_set_who:
 * @self: a catalog
 * @bench: this installation's name
 * @operator_name: who works at it
 *
 * What entries appended from now on say. Any thread, does not block.
 */
void
hs_catalog_set_who (HsCatalog *self, const char *bench, const char *operator_name)
{
  g_return_if_fail (HS_IS_CATALOG (self));

  g_mutex_lock (&self->lock);
  g_free (self->bench);
  self->bench = g_strdup (bench != NULL ? bench : "");
  g_free (self->operator_name);
  self->operator_name = g_strdup (operator_name != NULL ? operator_name : "");
  g_mutex_unlock (&self->lock);
}

/* Another process may have started a new chain: the file is asked each time. */
static gboolean
use_current_chain (HsCatalog *self, GError **error)
{
  g_autofree char *id = NULL;

  if (!hs_statement_read_text (
          self->write_db, &id, error, "SELECT value FROM meta WHERE key = 'chain'", ""))
    return FALSE;
  if (g_strcmp0 (id, self->chain->id) == 0)
    return TRUE;

  g_clear_pointer (&self->chain, hs_chain_free);
  self->chain = hs_chain_load (self->path);
  if (self->chain != NULL && g_strcmp0 (id, self->chain->id) == 0)
    return TRUE;

  if (self->chain == NULL)
    self->chain = hs_chain_new ();
  g_set_error_literal (error,
                       HS_STORE_ERROR,
                       HS_STORE_ERROR_FAILED,
                       "The catalog's file was exchanged while it was open");
  return FALSE;
}

static gboolean
write_within (Write *write, HsHead *head)
{
  HsCatalog *self = write->catalog;

  return use_current_chain (self, &write->error) &&
         write->func (self, self->write_db, write->data, &write->error) &&
         hs_journal_read_checkpoint (self->write_db, self->chain->id, head, &write->error);
}

static void
write_work (gpointer data)
{
  Write *write = data;
  HsCatalog *self = write->catalog;
  g_auto (HsHead) head = { 0 };

  if (self->write_db == NULL) {
    g_set_error_literal (
        &write->error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, "The catalog is closed");
    return;
  }
  if (!hs_database_begin_write (self->write_db, &write->error))
    return;
  if (!write_within (write, &head)) {
    hs_database_rollback (self->write_db);
    return;
  }
  if (!hs_database_commit (self->write_db, &write->error))
    return;

  write->done = TRUE;
  hs_chain_remember_head (self->lock_fd, self->chain->id, head.n, head.hash);
  hs_catalog_queue_changed (self);
}

gboolean
hs_catalog_write (HsCatalog *self, HsWriteFunc func, gpointer data, GError **error)
{
  Write write = { .catalog = self, .func = func, .data = data };

  hs_worker_call (self->writer, write_work, &write);
  if (write.done)
    return TRUE;

  g_propagate_error (error, write.error);
  return FALSE;
}

gboolean
hs_catalog_append_within (HsCatalog *self,
                          HsDatabase *database,
                          const HsFact *facts,
                          guint n,
                          char **id,
                          GError **error)
{
  g_auto (HsHead) head = { 0 };
  g_autofree char *bench = NULL;
  g_autofree char *operator_name = NULL;
  HsWriter writer = { .chain = self->chain, .now = hs_catalog_now (self) };

  g_mutex_lock (&self->lock);
  writer.bench = bench = g_strdup (self->bench);
  writer.operator_name = operator_name = g_strdup (self->operator_name);
  g_mutex_unlock (&self->lock);
  return hs_journal_append (database, &writer, facts, n, id, &head, error);
}

typedef struct {
  const HsFact *facts;
  guint n;
  char *id;
} Append;

static gboolean
append (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Append *what = data;
  gboolean many = what->n > MANY_FACTS;
  gboolean done;

  if (many)
    hs_database_set_cache (database, MANY_CACHE_KB);
  done = hs_catalog_append_within (self, database, what->facts, what->n, &what->id, error);
  if (many)
    hs_database_set_cache (database, 0);
  return done;
}

/**
 * hs_catalog_append:
 * @self: a catalog
 * @facts: (array length=n): what happened
 * @n: how many; at least one
 * @id: (out) (optional): of the last entry
 * @error: a #HsStoreError; nothing was appended then
 *
 * Writes facts into the journal and folds what they are about, in one transaction. Blocks until the
 * bytes are on the disk.
 *
 * Returns: %TRUE if all are durable
 */
gboolean
hs_catalog_append (HsCatalog *self, const HsFact *facts, guint n, char **id, GError **error)
{
  Append what = { .facts = facts, .n = n };
  gboolean done;

  g_return_val_if_fail (HS_IS_CATALOG (self) && n > 0, FALSE);

  done = hs_catalog_write (self, append, &what, error);
  if (done && id != NULL)
    *id = g_steal_pointer (&what.id);
  g_free (what.id);
  return done;
}

gboolean
hs_catalog_put_blob (HsCatalog *self, GBytes *bytes, char **sha256, GError **error)
{
  g_autofree char *digest = hs_blobs_put (self->blobs, bytes, error);

  if (digest == NULL)
    return FALSE;
  if (sha256 != NULL)
    *sha256 = g_steal_pointer (&digest);
  return TRUE;
}

HsBlobDraft *
hs_catalog_begin_blob (HsCatalog *self, GError **error)
{
  return hs_blobs_begin (self->blobs, error);
}

GBytes *
hs_catalog_get_blob (HsCatalog *self, const char *sha256, GError **error)
{
  return hs_blobs_get (self->blobs, sha256, error);
}

/* A file descriptor, or -1; see hs_blobs_open(). Any thread; blocks. */
int
hs_catalog_open_blob (HsCatalog *self, const char *sha256, guint64 *size, GError **error)
{
  return hs_blobs_open (self->blobs, sha256, size, error);
}

gboolean
hs_catalog_has_blob (HsCatalog *self, const char *sha256)
{
  return hs_blobs_has (self->blobs, sha256);
}

static void
read_free (gpointer data)
{
  Read *self = data;

  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

static void
watch (HsCatalog *self, GCancellable *cancellable)
{
  g_mutex_lock (&self->read_lock);
  hs_database_watch (self->read_db, g_thread_self (), cancellable);
  g_mutex_unlock (&self->read_lock);
}

static void
read_work (gpointer data)
{
  g_autoptr (GTask) task = data;
  HsCatalog *self = g_task_get_source_object (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  Read *read = g_task_get_task_data (task);
  GError *error = NULL;
  gpointer result;

  if (g_task_return_error_if_cancelled (task))
    return;
  watch (self, cancellable);
  result = read->func (self, read->data, cancellable, &error);
  watch (self, NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, read->free_result);
}

/**
 * hs_catalog_run_async:
 * @self: a catalog
 * @func: asks the catalog; on the reading thread, one after the other
 * @data: (nullable): for @func
 * @free_data: (nullable): frees @data
 * @free_result: (nullable): frees what @func returned if nobody takes it
 * @cancellable: (nullable): looked at before @func runs, and by the questions it asks
 * @callback: called on the thread-default context of the caller
 * @user_data: for @callback
 *
 * How the window asks: nothing here blocks.
 */
void
hs_catalog_run_async (HsCatalog *self,
                      HsCatalogFunc func,
                      gpointer data,
                      GDestroyNotify free_data,
                      GDestroyNotify free_result,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Read *read = g_new0 (Read, 1);

  *read = (Read){ func, data, free_data, free_result };
  g_task_set_source_tag (task, hs_catalog_run_async);
  g_task_set_task_data (task, read, read_free);
  hs_worker_push (self->reader, read_work, task);
}

gpointer
hs_catalog_run_finish (HsCatalog *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  HsDatabase *database;
  guint n;
} Injection;

static void
fail_work (gpointer data)
{
  Injection *injection = data;

  hs_database_fail_at (injection->database, injection->n);
}

void
hs_catalog_fail_at (HsCatalog *self, guint n)
{
  Injection injection = { self->write_db, n };

  hs_worker_call (self->writer, fail_work, &injection);
}
