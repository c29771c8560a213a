/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/replay.h"

#include <glib/gi18n-lib.h>

struct _HsReplay {
  GMutex lock; /* guards all */
  GPtrArray *entries;
  guint cursor;        /* the next entry */
  gint64 clock;        /* microseconds of the capture's time */
  GPtrArray *attached; /* (element-type HsUsbInfo) */
  guint64 serial;      /* moves with every arrival and departure */
  gboolean infer;      /* the capture has no arrivals: devices come when they are first opened */
  GHashTable *sent;    /* digest -> GBytes: blocks that were sent, to answer their reading back */
};

static HsCaptureEntry *
next_entry (HsReplay *self)
{
  return self->cursor < self->entries->len ? g_ptr_array_index (self->entries, self->cursor) : NULL;
}

static gboolean
is_event (const HsCaptureEntry *entry)
{
  return entry->op == HS_CAPTURE_DEVICE || entry->op == HS_CAPTURE_ARRIVED ||
         entry->op == HS_CAPTURE_LEFT;
}

/* With the lock. Takes what is on @port away, or, if @instance is not 0, only that one. */
static void
detach (HsReplay *self, const char *port, guint64 instance)
{
  for (guint i = self->attached->len; i > 0; i--) {
    HsUsbInfo *info = g_ptr_array_index (self->attached, i - 1);

    if (g_strcmp0 (info->port, port) != 0 || (instance != 0 && info->instance != instance))
      continue;
    g_ptr_array_remove_index (self->attached, i - 1);
    self->serial++;
  }
}

/* With the lock. What is played is no real camera, whatever it was when it was recorded: its runs
 * must not get among the records of real ones. */
static void
attach (HsReplay *self, HsUsbInfo *recorded)
{
  HsUsbInfo *info = hs_usb_info_copy (recorded);

  info->simulated = TRUE;
  detach (self, info->port, 0);
  g_ptr_array_add (self->attached, info);
  self->serial++;
}

/* With the lock. Lets happen what @entry says and goes on. */
static void
apply (HsReplay *self, const HsCaptureEntry *entry)
{
  if (entry->op == HS_CAPTURE_LEFT)
    detach (self, entry->info->port, entry->info->instance);
  else if (entry->op == HS_CAPTURE_ARRIVED || self->infer)
    attach (self, entry->info);

  self->clock = MAX (self->clock, entry->at_us);
  self->cursor++;
}

/* With the lock. What is due by the clock and not held up by a request before it. */
static void
apply_due (HsReplay *self)
{
  HsCaptureEntry *entry;

  while ((entry = next_entry (self)) != NULL && is_event (entry) && entry->at_us <= self->clock)
    apply (self, entry);
}

/**
 * hs_replay_new:
 * @capture: a capture that has ended
 *
 * Returns: (transfer full): the beginning of it, with the cameras attached that were then
 */
HsReplay *
hs_replay_new (HsCapture *capture)
{
  HsReplay *self = g_atomic_rc_box_new0 (HsReplay);
  HsCaptureEntry *entry;

  g_mutex_init (&self->lock);
  self->entries = hs_capture_dup_entries (capture);
  self->attached = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);
  self->sent =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  self->serial = 1;
  self->infer = TRUE;
  for (guint i = 0; i < self->entries->len; i++)
    if (((HsCaptureEntry *) g_ptr_array_index (self->entries, i))->op == HS_CAPTURE_ARRIVED)
      self->infer = FALSE;

  entry = next_entry (self);
  self->clock = entry != NULL ? entry->at_us : 0;
  apply_due (self);
  return self;
}

HsReplay *
hs_replay_ref (HsReplay *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  HsReplay *self = data;

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->attached);
  g_hash_table_unref (self->sent);
  g_mutex_clear (&self->lock);
}

void
hs_replay_unref (HsReplay *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

static gboolean
same_payload (const HsCaptureEntry *recorded, const HsCaptureEntry *wanted)
{
  g_autofree char *digest = NULL;

  if (recorded->length != wanted->length)
    return FALSE;
  if (wanted->length == 0)
    return TRUE;
  if (recorded->data != NULL)
    return g_bytes_equal (recorded->data, wanted->data);

  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, wanted->data);
  return g_strcmp0 (digest, recorded->sha256) == 0;
}

static gboolean
same_request (const HsCaptureEntry *recorded, const HsCaptureEntry *wanted)
{
  const HsRequest *a = &recorded->request;
  const HsRequest *b = &wanted->request;

  if (recorded->op != wanted->op || recorded->number != wanted->number ||
      recorded->dtr != wanted->dtr)
    return FALSE;

  switch (recorded->op) {
  case HS_CAPTURE_OPEN:
    return g_strcmp0 (recorded->info->port, wanted->info->port) == 0;
  case HS_CAPTURE_SEND:
    return a->kind == b->kind && a->request == b->request && a->value == b->value &&
           a->index == b->index && same_payload (recorded, wanted);
  case HS_CAPTURE_RECEIVE:
    return a->kind == b->kind && a->request == b->request && a->value == b->value &&
           a->index == b->index && recorded->asked == wanted->asked;
  case HS_CAPTURE_TRANSFER:
    return recorded->asked == wanted->asked &&
           (hs_capture_entry_is_received (wanted) || same_payload (recorded, wanted));
  case HS_CAPTURE_WRITE:
    return same_payload (recorded, wanted);
  default:
    return TRUE;
  }
}

static void
set_difference (const HsCaptureEntry *recorded, const HsCaptureEntry *wanted, GError **error)
{
  g_autofree char *now = hs_capture_entry_describe (wanted);
  g_autofree char *then = NULL;

  if (recorded == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 _ ("The capture ends here, but one more request is made: %s."),
                 now);
    return;
  }

  then = hs_capture_entry_describe (recorded);
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTOCOL,
               _ ("Line %u of the capture has another request: recorded is “%s”, made is “%s”."),
               recorded->line,
               then,
               now);
}

/* With the lock. Blocks that were sent are kept, as the camera keeps them. */
static void
remember_sent (HsReplay *self, const HsCaptureEntry *wanted)
{
  gboolean is_sent = wanted->op == HS_CAPTURE_SEND || wanted->op == HS_CAPTURE_TRANSFER;
  char *digest;

  if (!is_sent || wanted->data == NULL)
    return;

  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, wanted->data);
  g_hash_table_insert (self->sent, digest, g_bytes_ref (wanted->data));
}

/**
 * hs_replay_take:
 * @self: a replay
 * @wanted: the request that is made now
 * @error: %HS_FLASH_ERROR_PROTOCOL if the capture has another one here, or what was recorded
 *
 * Goes on by one request. The clock moves to where it was after it.
 *
 * Returns: (transfer full): the recorded outcome
 */
HsCaptureEntry *
hs_replay_take (HsReplay *self, const HsCaptureEntry *wanted, GError **error)
{
  g_autoptr (HsCaptureEntry) recorded = NULL;

  g_mutex_lock (&self->lock);
  while (next_entry (self) != NULL && is_event (next_entry (self)))
    apply (self, next_entry (self));

  if (next_entry (self) == NULL || !same_request (next_entry (self), wanted)) {
    set_difference (next_entry (self), wanted, error);
    g_mutex_unlock (&self->lock);
    return NULL;
  }

  recorded = hs_capture_entry_ref (next_entry (self));
  self->cursor++;
  self->clock = MAX (self->clock, recorded->at_us + (gint64) recorded->us);
  remember_sent (self, wanted);
  apply_due (self);
  g_mutex_unlock (&self->lock);

  if (recorded->code < 0)
    return g_steal_pointer (&recorded);
  g_set_error_literal (
      error, HS_FLASH_ERROR, recorded->code, recorded->message != NULL ? recorded->message : "");
  return NULL;
}

/**
 * hs_replay_dup_received:
 * @self: a replay
 * @entry: what hs_replay_take() gave for receive, transfer, read or string
 * @error: %HS_FLASH_ERROR_PROTOCOL if the capture does not hold the bytes
 *
 * Bytes that were cut from the capture are given where they are those of a block sent before, as
 * when a partition is read back.
 *
 * Returns: (transfer full): what was received, may be empty
 */
GBytes *
hs_replay_dup_received (HsReplay *self, const HsCaptureEntry *entry, GError **error)
{
  GBytes *bytes = NULL;

  if (entry->length == 0)
    return g_bytes_new (NULL, 0);
  if (entry->data != NULL)
    return g_bytes_ref (entry->data);

  g_mutex_lock (&self->lock);
  bytes = g_hash_table_lookup (self->sent, entry->sha256);
  if (bytes != NULL)
    g_bytes_ref (bytes);
  g_mutex_unlock (&self->lock);
  if (bytes == NULL)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 _ ("Line %u of the capture holds only the digest of the %u bytes received: it "
                    "can't be played beyond."),
                 entry->line,
                 entry->length);
  return bytes;
}

/* Whether everything in the capture has been played; departures at its end may be left. */
gboolean
hs_replay_is_finished (HsReplay *self)
{
  gboolean finished = TRUE;

  g_mutex_lock (&self->lock);
  for (guint i = self->cursor; i < self->entries->len; i++)
    finished = finished && is_event (g_ptr_array_index (self->entries, i));
  g_mutex_unlock (&self->lock);
  return finished;
}

/* (transfer full) (element-type HsUsbInfo): what is attached at this point of the capture */
GPtrArray *
hs_replay_list (HsReplay *self)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->attached->len; i++)
    g_ptr_array_add (list, hs_usb_info_ref (g_ptr_array_index (self->attached, i)));
  g_mutex_unlock (&self->lock);
  return list;
}

guint64
hs_replay_get_serial (HsReplay *self)
{
  guint64 serial;

  g_mutex_lock (&self->lock);
  serial = self->serial;
  g_mutex_unlock (&self->lock);
  return serial;
}

gint64
hs_replay_now (HsReplay *self)
{
  gint64 now;

  g_mutex_lock (&self->lock);
  now = self->clock;
  g_mutex_unlock (&self->lock);
  return now;
}

/* Sleeps in the capture's time: returns at once. */
void
hs_replay_sleep (HsReplay *self, guint64 us)
{
  g_mutex_lock (&self->lock);
  self->clock += (gint64) us;
  apply_due (self);
  g_mutex_unlock (&self->lock);
}

/* Goes on to the next arrival or departure if nothing else comes before it, else to @deadline. */
guint64
hs_replay_wait (HsReplay *self, guint64 seen, gint64 deadline)
{
  HsCaptureEntry *entry;
  guint64 serial;

  g_mutex_lock (&self->lock);
  while (self->serial == seen && (entry = next_entry (self)) != NULL && is_event (entry) &&
         entry->at_us <= deadline)
    apply (self, entry);
  if (self->serial == seen)
    self->clock = MAX (self->clock, deadline);
  serial = self->serial;
  g_mutex_unlock (&self->lock);
  return serial;
}
