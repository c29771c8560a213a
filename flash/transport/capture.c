/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/capture-private.h"

#include <string.h>

/* How much of a long conversation is kept. */
typedef struct {
  gsize first_bytes; /* of payload */
  gsize last_bytes;
  guint first_entries;
  guint last_entries;
} Limits;

static const Limits whole = { 256 * 1024, 768 * 1024, 20000, 80000 };
/* An entry takes about 400 bytes: together at most 1.2 MB. */
static const Limits brief = { 64 * 1024, 128 * 1024, 800, 1700 };

enum { ENDPOINT_IN = 0x80 }; /* USB 2.0 table 9-13 */

struct _HsCapture {
  GObject parent_instance;

  GMutex lock;
  Limits limits;
  GPtrArray *first;      /* (element-type HsCaptureEntry): the beginning, never dropped */
  GQueue last;           /* of HsCaptureEntry, owned: the end, a ring */
  GQueue last_payload;   /* of HsCaptureEntry, borrowed from @last and @first: with bytes to cut */
  gsize n_first_payload; /* bytes */
  gsize n_last_payload;  /* bytes */
  guint n_dropped;       /* entries between @first and @last */
  gboolean cut;          /* received bytes were left out */
  guint n_connections;
  gint64 origin;          /* at_us of the first entry added; -1 none yet */
  GHashTable *introduced; /* (element-type guint64): instances that have their device line */
  GTree *notes;           /* name -> value */
};

G_DEFINE_FINAL_TYPE (HsCapture, hs_capture, G_TYPE_OBJECT)

/**
 * hs_capture_entry_new:
 * @op: what it is
 *
 * Returns: (transfer full): an entry that succeeded, everything else zero
 */
HsCaptureEntry *
hs_capture_entry_new (HsCaptureOp op)
{
  HsCaptureEntry *self = g_atomic_rc_box_new0 (HsCaptureEntry);

  self->op = op;
  self->code = -1;
  return self;
}

HsCaptureEntry *
hs_capture_entry_ref (HsCaptureEntry *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_entry (gpointer data)
{
  HsCaptureEntry *self = data;

  g_clear_pointer (&self->data, g_bytes_unref);
  g_clear_pointer (&self->info, hs_usb_info_unref);
  g_free (self->sha256);
  g_free (self->message);
}

void
hs_capture_entry_unref (HsCaptureEntry *self)
{
  g_atomic_rc_box_release_full (self, clear_entry);
}

/* Keeps a copy of the @length bytes that moved. */
void
hs_capture_entry_set_data (HsCaptureEntry *self, gconstpointer data, gsize length)
{
  g_return_if_fail (self->data == NULL);

  self->length = length;
  if (length > 0)
    self->data = g_bytes_new (data, length);
}

/* Keeps the digest and the first bytes instead of all. */
void
hs_capture_entry_cut_data (HsCaptureEntry *self)
{
  gsize size;
  const guint8 *bytes;

  if (self->data == NULL)
    return;

  bytes = g_bytes_get_data (self->data, &size);
  memcpy (self->head, bytes, MIN (size, sizeof self->head));
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->data);
  g_clear_pointer (&self->data, g_bytes_unref);
}

/* Whether its bytes, if it has any, came from the camera. */
gboolean
hs_capture_entry_is_received (const HsCaptureEntry *self)
{
  return self->op == HS_CAPTURE_RECEIVE || self->op == HS_CAPTURE_READ ||
         (self->op == HS_CAPTURE_TRANSFER && (self->number & ENDPOINT_IN) != 0);
}

/* @error: (nullable): %NULL means that it succeeded */
void
hs_capture_entry_set_error (HsCaptureEntry *self, const GError *error)
{
  if (error == NULL)
    return;

  self->code = error->domain == HS_FLASH_ERROR ? error->code : HS_FLASH_ERROR_FAILED;
  g_free (self->message);
  self->message = g_strdup (error->message);
}

/**
 * hs_capture_op_name:
 * @op: what it is
 *
 * Returns: the word that begins the line in the file
 */
const char *
hs_capture_op_name (HsCaptureOp op)
{
  static const char *const names[HS_CAPTURE_N_OPS] = {
    "send",  "receive", "alternate", "string", "reset",  "transfer", "clear-halt", "line",
    "write", "read",    "open",      "close",  "device", "arrived",  "left",       "gap",
  };

  g_return_val_if_fail (op < HS_CAPTURE_N_OPS, "gap");

  return names[op];
}

static char *
describe_bytes (const HsCaptureEntry *self)
{
  g_autofree char *digest = NULL;

  if (self->length == 0)
    return g_strdup ("0 bytes");
  if (self->data != NULL)
    digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->data);

  return g_strdup_printf (
      "%u bytes, SHA-256 %.16s", self->length, digest != NULL ? digest : self->sha256);
}

/**
 * hs_capture_entry_describe:
 * @self: an entry
 *
 * Returns: (transfer full): what is asked of the device, in one short line for messages
 */
char *
hs_capture_entry_describe (const HsCaptureEntry *self)
{
  const char *name = hs_capture_op_name (self->op);
  const HsRequest *r = &self->request;
  g_autofree char *bytes = describe_bytes (self);

  switch (self->op) {
  case HS_CAPTURE_SEND:
    return g_strdup_printf (
        "%s %02x:%02x:%04x:%04x, %s", name, r->kind, r->request, r->value, r->index, bytes);
  case HS_CAPTURE_RECEIVE:
    return g_strdup_printf ("%s %02x:%02x:%04x:%04x, up to %u bytes",
                            name,
                            r->kind,
                            r->request,
                            r->value,
                            r->index,
                            self->asked);
  case HS_CAPTURE_TRANSFER:
    if (hs_capture_entry_is_received (self))
      return g_strdup_printf ("%s %02x, up to %u bytes", name, self->number, self->asked);
    return g_strdup_printf ("%s %02x, %s", name, self->number, bytes);
  case HS_CAPTURE_CLEAR_HALT:
    return g_strdup_printf ("%s %02x", name, self->number);
  case HS_CAPTURE_WRITE:
    return g_strdup_printf ("%s %s", name, bytes);
  case HS_CAPTURE_LINE:
    return g_strdup_printf ("%s %u baud, DTR %s", name, self->number, self->dtr ? "on" : "off");
  case HS_CAPTURE_ALTERNATE:
  case HS_CAPTURE_STRING:
  case HS_CAPTURE_GAP:
    return g_strdup_printf ("%s %u", name, self->number);
  case HS_CAPTURE_OPEN:
    return g_strdup_printf ("%s %s at %s",
                            name,
                            self->number == HS_OPEN_SERIAL ? "serial port" : "USB",
                            self->info != NULL ? self->info->port : "?");
  default:
    return g_strdup (name);
  }
}

static void
hs_capture_finalize (GObject *object)
{
  HsCapture *self = HS_CAPTURE (object);

  g_queue_clear (&self->last_payload);
  g_queue_clear_full (&self->last, (GDestroyNotify) hs_capture_entry_unref);
  g_ptr_array_unref (self->first);
  g_hash_table_unref (self->introduced);
  g_tree_unref (self->notes);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (hs_capture_parent_class)->finalize (object);
}

static void
hs_capture_class_init (HsCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_capture_finalize;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

static void
hs_capture_init (HsCapture *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->last);
  g_queue_init (&self->last_payload);
  self->first = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_capture_entry_unref);
  self->introduced = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->notes = g_tree_new_full (compare_names, NULL, g_free, g_free);
  self->origin = -1;
  self->limits = whole;
}

HsCapture *
hs_capture_new (void)
{
  return g_object_new (HS_TYPE_CAPTURE, NULL);
}

/**
 * hs_capture_set_brief:
 * @self: a capture with nothing in it
 *
 * Keeps less of it: enough to see how it began and how it ended, in 1.2 MB, for the job of each of
 * many cameras that nobody asked to record.
 */
void
hs_capture_set_brief (HsCapture *self)
{
  g_return_if_fail (HS_IS_CAPTURE (self));

  g_mutex_lock (&self->lock);
  self->limits = brief;
  g_mutex_unlock (&self->lock);
}

/**
 * hs_capture_set_note:
 * @self: a capture
 * @name: a word of lower-case letters, digits and hyphens: "board", "run"
 * @value: any text
 *
 * Says in the head of the file what the conversation was about.
 */
void
hs_capture_set_note (HsCapture *self, const char *name, const char *value)
{
  g_return_if_fail (HS_IS_CAPTURE (self));

  g_mutex_lock (&self->lock);
  g_tree_replace (self->notes, g_strdup (name), g_strdup (value));
  g_mutex_unlock (&self->lock);
}

/* Returns: (nullable): valid until the note is set again */
const char *
hs_capture_get_note (HsCapture *self, const char *name)
{
  const char *value;

  g_return_val_if_fail (HS_IS_CAPTURE (self), NULL);

  g_mutex_lock (&self->lock);
  value = g_tree_lookup (self->notes, name);
  g_mutex_unlock (&self->lock);
  return value;
}

static gboolean
add_note (gpointer name, gpointer value, gpointer data)
{
  g_autofree char *text = g_uri_escape_string (value, " /:,;()'+", FALSE);

  g_ptr_array_add (data, g_strconcat (name, "=", text, NULL));
  return FALSE;
}

char **
hs_capture_dup_notes (HsCapture *self)
{
  GPtrArray *notes = g_ptr_array_new ();

  g_mutex_lock (&self->lock);
  g_tree_foreach (self->notes, add_note, notes);
  g_mutex_unlock (&self->lock);
  g_ptr_array_add (notes, NULL);
  return (char **) g_ptr_array_free (notes, FALSE);
}

/* Returns: a number for one more transport; any thread */
guint
hs_capture_next_connection (HsCapture *self)
{
  guint n;

  g_return_val_if_fail (HS_IS_CAPTURE (self), 0);

  g_mutex_lock (&self->lock);
  n = ++self->n_connections;
  g_mutex_unlock (&self->lock);
  return n;
}

/* With the lock. Keeps the newest bytes of what was received after the beginning. */
static void
bound_payload (HsCapture *self, HsCaptureEntry *entry)
{
  gboolean received = hs_capture_entry_is_received (entry);

  if (entry->data == NULL || entry->length <= HS_CAPTURE_SMALL_BYTES)
    return;
  if (!received) {
    hs_capture_entry_cut_data (entry);
    return;
  }
  if (g_queue_is_empty (&self->last_payload) &&
      self->n_first_payload + entry->length <= self->limits.first_bytes) {
    self->n_first_payload += entry->length;
    return;
  }

  g_queue_push_tail (&self->last_payload, entry);
  self->n_last_payload += entry->length;
  while (self->n_last_payload > self->limits.last_bytes) {
    HsCaptureEntry *oldest = g_queue_pop_head (&self->last_payload);

    self->n_last_payload -= oldest->length;
    self->cut = TRUE;
    hs_capture_entry_cut_data (oldest);
  }
}

/* With the lock. @entry goes: its bytes count no more. Those of the beginning, which stays, stand
 * before it. */
static void
forget_payload (HsCapture *self, HsCaptureEntry *entry)
{
  if (entry->data != NULL && entry->length > HS_CAPTURE_SMALL_BYTES &&
      g_queue_remove (&self->last_payload, entry))
    self->n_last_payload -= entry->length;
}

/* With the lock. Takes the reference. */
static void
append (HsCapture *self, HsCaptureEntry *entry)
{
  HsCaptureEntry *oldest;

  bound_payload (self, entry);
  if (self->first->len < self->limits.first_entries) {
    g_ptr_array_add (self->first, entry);
    return;
  }

  g_queue_push_tail (&self->last, entry);
  if (self->last.length <= self->limits.last_entries)
    return;

  oldest = g_queue_pop_head (&self->last);
  forget_payload (self, oldest);
  self->n_dropped++;
  hs_capture_entry_unref (oldest);
}

/* With the lock. The first time an enumeration is named, its line goes before. */
static void
introduce (HsCapture *self, HsUsbInfo *info, gint64 at_us)
{
  HsCaptureEntry *entry;

  if (!g_hash_table_add (self->introduced, g_memdup2 (&info->instance, sizeof info->instance)))
    return;

  entry = hs_capture_entry_new (HS_CAPTURE_DEVICE);
  entry->at_us = at_us;
  entry->info = hs_usb_info_ref (info);
  append (self, entry);
}

/**
 * hs_capture_add:
 * @self: a capture
 * @entry: (transfer full): what happened; its at_us is any monotonic clock's, always the same
 *
 * Appends one entry. Any thread.
 */
void
hs_capture_add (HsCapture *self, HsCaptureEntry *entry)
{
  g_return_if_fail (HS_IS_CAPTURE (self));

  g_mutex_lock (&self->lock);
  if (self->origin < 0)
    self->origin = entry->at_us;
  entry->at_us -= self->origin;
  if (entry->info != NULL)
    introduce (self, entry->info, entry->at_us);
  append (self, entry);
  g_mutex_unlock (&self->lock);
}

void
hs_capture_restore (HsCapture *self, HsCaptureEntry *entry)
{
  g_ptr_array_add (self->first, entry);
}

void
hs_capture_restore_cut (HsCapture *self)
{
  self->cut = TRUE;
}

void
hs_capture_get_cuts (HsCapture *self, gboolean *received, gboolean *requests)
{
  g_mutex_lock (&self->lock);
  *received = self->cut;
  *requests = self->n_dropped > 0;
  g_mutex_unlock (&self->lock);
}

/**
 * hs_capture_is_whole:
 * @self: a capture
 *
 * Returns: whether every request is there and everything that was received
 */
gboolean
hs_capture_is_whole (HsCapture *self)
{
  gboolean received;
  gboolean requests;

  g_return_val_if_fail (HS_IS_CAPTURE (self), FALSE);

  hs_capture_get_cuts (self, &received, &requests);
  return !received && !requests;
}

/**
 * hs_capture_dup_entries:
 * @self: a capture that nobody adds to any more
 *
 * Returns: (transfer full) (element-type HsCaptureEntry): all that is kept, in order, numbered as
 *   the lines of the file
 */
GPtrArray *
hs_capture_dup_entries (HsCapture *self)
{
  GPtrArray *all;
  guint line;

  g_return_val_if_fail (HS_IS_CAPTURE (self), NULL);

  all = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_capture_entry_unref);
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->first->len; i++)
    g_ptr_array_add (all, hs_capture_entry_ref (g_ptr_array_index (self->first, i)));
  if (self->n_dropped > 0) {
    HsCaptureEntry *gap = hs_capture_entry_new (HS_CAPTURE_GAP);

    gap->number = self->n_dropped;
    g_ptr_array_add (all, gap);
  }
  for (GList *l = self->last.head; l != NULL; l = l->next)
    g_ptr_array_add (all, hs_capture_entry_ref (l->data));

  line = 2 + (guint) g_tree_nnodes (self->notes);
  for (guint i = 0; i < all->len; i++)
    ((HsCaptureEntry *) g_ptr_array_index (all, i))->line = line + i;
  g_mutex_unlock (&self->lock);
  return all;
}
