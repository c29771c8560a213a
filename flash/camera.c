/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/camera.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The serial port and its permissions appear a moment after the device itself. */
enum { SERIAL_APPEARS_MS = 2000, SERIAL_RETRY_MS = 50 };

/**
 * HsCamera:
 *
 * One physical camera during one job, followed over re-enumeration by its port **and** by what is
 * known of its identity. Owns the transport that is open, if one is. Belongs to the thread of the
 * job; everything that opens, closes or awaits blocks. Board, port, key, mode and info may be asked
 * for from any thread.
 */
struct _HsCamera {
  GObject parent_instance;

  HsBus *bus;           /* owned */
  const HsBoard *board; /* static; NULL: the USB id does not tell which */
  GMutex lock;          /* for info, which only the thread of the job replaces */
  HsUsbInfo *info;      /* owned; the newest enumeration that was accepted as this camera */
  gboolean saw_arrival; /* that enumeration came while this waited for it … */
  gboolean passed_rom;  /* … and the chip's own bootloader was on the bus since the firmware */
  char *port;
  const char *key;                  /* nullable: identity key; interned, replaced atomically */
  char *mode_keys[HS_MODE_ROM + 1]; /* nullable: key that the serial proved in that mode */
  HsTransport *transport;           /* owned; NULL while closed */
  GObject *conversation;            /* owned; nullable */

  HsCameraWrap wrap;
  gpointer wrap_data;
  GDestroyNotify wrap_destroy;
};

G_DEFINE_FINAL_TYPE (HsCamera, hs_camera, G_TYPE_OBJECT)

static void
drop_wrap (HsCamera *self)
{
  if (self->wrap_destroy != NULL)
    self->wrap_destroy (self->wrap_data);
  self->wrap = NULL;
  self->wrap_data = NULL;
  self->wrap_destroy = NULL;
}

static void
hs_camera_finalize (GObject *object)
{
  HsCamera *self = HS_CAMERA (object);

  hs_camera_close (self);
  drop_wrap (self);
  for (guint i = 0; i < G_N_ELEMENTS (self->mode_keys); i++)
    g_free (self->mode_keys[i]);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->info, hs_usb_info_unref);
  g_mutex_clear (&self->lock);
  g_free (self->port);

  G_OBJECT_CLASS (hs_camera_parent_class)->finalize (object);
}

static void
hs_camera_class_init (HsCameraClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_camera_finalize;
}

static void
hs_camera_init (HsCamera *self)
{
  g_mutex_init (&self->lock);
}

static HsMode
mode_of (const HsBoard *board, HsUsbInfo *info)
{
  HsMode mode = HS_MODE_UNKNOWN;

  if (board == NULL) {
    hs_board_by_usb (info->vid, info->pid, &mode);
    return mode;
  }
  return hs_board_get_mode (board, info->vid, info->pid);
}

static void
replace_info (HsCamera *self, HsUsbInfo *info)
{
  HsUsbInfo *old = self->info;

  g_mutex_lock (&self->lock);
  self->info = hs_usb_info_ref (info);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&old, hs_usb_info_unref);
}

static void
set_key (HsCamera *self, const char *key)
{
  g_atomic_pointer_set (&self->key, g_intern_string (key));
}

static void
remember (HsCamera *self, HsUsbInfo *info)
{
  HsMode mode = mode_of (self->board, info);
  g_autoptr (HsIdentity) identity = hs_identity_new (self->board, mode, info->serial);

  replace_info (self, info);
  if (identity != NULL && identity->strength == HS_IDENTITY_PROVEN) {
    g_free (self->mode_keys[mode]);
    self->mode_keys[mode] = g_strdup (identity->key);
  }
}

/**
 * hs_camera_new:
 * @bus: the bus that the camera is attached to
 * @info: what it shows there now
 * @board: (nullable): which board it is; %NULL if its USB id is that of several
 * @key: (nullable): its identity key if the catalog or the device list know it
 *
 * Opens nothing.
 */
HsCamera *
hs_camera_new (HsBus *bus, HsUsbInfo *info, const HsBoard *board, const char *key)
{
  HsCamera *self;

  g_return_val_if_fail (HS_IS_BUS (bus), NULL);
  g_return_val_if_fail (info != NULL && info->port != NULL, NULL);

  self = g_object_new (HS_TYPE_CAMERA, NULL);
  self->bus = g_object_ref (bus);
  self->board = board;
  self->port = g_strdup (info->port);
  remember (self, info);
  self->passed_rom = mode_of (board, info) == HS_MODE_ROM;
  set_key (self, key != NULL ? key : self->mode_keys[mode_of (board, info)]);
  return self;
}

/**
 * hs_camera_set_wrap:
 * @self: a camera
 * @wrap: (nullable): called for every transport that is opened from now on
 * @user_data: for @wrap
 * @destroy: (nullable): frees @user_data
 */
void
hs_camera_set_wrap (HsCamera *self, HsCameraWrap wrap, gpointer user_data, GDestroyNotify destroy)
{
  g_return_if_fail (HS_IS_CAMERA (self));

  drop_wrap (self);
  self->wrap = wrap;
  self->wrap_data = user_data;
  self->wrap_destroy = destroy;
}

HsBus *
hs_camera_get_bus (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return self->bus;
}

/* (nullable) */
const HsBoard *
hs_camera_get_board (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return self->board;
}

const char *
hs_camera_get_port (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return self->port;
}

/* (nullable) */
const char *
hs_camera_get_key (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return g_atomic_pointer_get (&self->key);
}

static gboolean
same_scheme (const char *a, const char *b)
{
  gsize n = strcspn (a, ":");

  return strncmp (a, b, n + 1) == 0;
}

/**
 * hs_camera_learn_key:
 * @self: a camera
 * @key: the identity key that it has just proven
 * @error: %HS_FLASH_ERROR_WRONG_UNIT if that can't be the camera that was begun with
 *
 * A key of another scheme does not contradict: an AE3 shows unrelated ids as application and in its
 * bootloader. The newest proven one is kept.
 */
gboolean
hs_camera_learn_key (HsCamera *self, const char *key, GError **error)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (self->key != NULL && same_scheme (self->key, key) && strcmp (self->key, key) != 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_UNIT,
                 _ ("Another camera is on port %s: %s instead of %s"),
                 self->port,
                 key,
                 self->key);
    return FALSE;
  }

  set_key (self, key);
  return TRUE;
}

/* (transfer full): the newest enumeration; it may be over. */
HsUsbInfo *
hs_camera_dup_info (HsCamera *self)
{
  HsUsbInfo *info;

  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  g_mutex_lock (&self->lock);
  info = hs_usb_info_ref (self->info);
  g_mutex_unlock (&self->lock);
  return info;
}

/* As which program the newest enumeration shows itself. */
HsMode
hs_camera_get_mode (HsCamera *self)
{
  g_autoptr (HsUsbInfo) info = NULL;

  g_return_val_if_fail (HS_IS_CAMERA (self), HS_MODE_UNKNOWN);

  info = hs_camera_dup_info (self);
  return mode_of (self->board, info);
}

gboolean
hs_camera_is_attached (HsCamera *self)
{
  g_autoptr (HsUsbInfo) info = NULL;

  g_return_val_if_fail (HS_IS_CAMERA (self), FALSE);

  info = hs_camera_dup_info (self);
  return hs_bus_is_attached (self->bus, info);
}

/* The node of a serial port may come later than the device: the same enumeration, seen again. */
static void
refresh (HsCamera *self)
{
  g_autoptr (HsUsbInfo) there = hs_bus_find_port (self->bus, self->port);

  if (there != NULL && there->instance == self->info->instance)
    replace_info (self, there);
}

static HsTransport *
open_serial (HsCamera *self, GError **error)
{
  gint64 deadline = hs_bus_now (self->bus, self->port) + SERIAL_APPEARS_MS * 1000LL;

  for (;;) {
    g_autoptr (GError) local = NULL;
    HsTransport *transport = hs_bus_open (self->bus, self->info, HS_OPEN_SERIAL, &local);

    if (transport != NULL)
      return transport;

    if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
        hs_bus_now (self->bus, self->port) >= deadline) {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
    hs_bus_sleep (self->bus, self->port, SERIAL_RETRY_MS * 1000);
    refresh (self);
  }
}

/**
 * hs_camera_open:
 * @self: a camera
 * @kind: which half of it
 * @error: a #HsFlashError
 *
 * Opens the newest enumeration, closing what was open. Waits up to 2 s for a serial port to appear.
 * Blocks.
 *
 * Returns: (transfer none): the transport, also hs_camera_get_transport()
 */
HsTransport *
hs_camera_open (HsCamera *self, HsOpenKind kind, GError **error)
{
  HsTransport *transport;

  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  hs_camera_close (self);
  transport = kind == HS_OPEN_SERIAL ? open_serial (self, error)
                                     : hs_bus_open (self->bus, self->info, kind, error);
  if (transport != NULL && self->wrap != NULL)
    transport = self->wrap (transport, self->info, self->wrap_data);

  self->transport = transport;
  return transport;
}

/* (transfer none) (nullable): what is open now */
HsTransport *
hs_camera_get_transport (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return self->transport;
}

/* Harmless if nothing is open. */
void
hs_camera_close (HsCamera *self)
{
  g_return_if_fail (HS_IS_CAMERA (self));

  g_clear_object (&self->conversation);
  if (self->transport != NULL)
    hs_transport_close (self->transport);
  g_clear_object (&self->transport);
}

/* (transfer none) (nullable) */
gpointer
hs_camera_get_conversation (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), NULL);

  return self->conversation;
}

/* @conversation: (transfer full): a #GObject that talks over the transport that is open now */
void
hs_camera_take_conversation (HsCamera *self, gpointer conversation)
{
  g_return_if_fail (HS_IS_CAMERA (self));
  g_return_if_fail (self->transport != NULL);

  g_clear_object (&self->conversation);
  self->conversation = conversation;
}

static gint64
deadline_after (HsCamera *self, guint timeout_ms)
{
  if (timeout_ms == 0)
    return G_MAXINT64;
  return hs_bus_now (self->bus, self->port) + timeout_ms * G_TIME_SPAN_MILLISECOND;
}

/**
 * hs_camera_await_gone:
 * @self: a camera that was told to restart
 * @timeout_ms: how long to wait, in the camera's time; 0 waits until cancelled
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_AWAY if it is still there; %G_IO_ERROR_CANCELLED
 *
 * Blocks until the newest enumeration has left the bus. Nothing reaches the camera meanwhile: even
 * closing would (the kernel sets the interface back), so the transport is closed afterwards, and
 * stays open if the camera stays.
 */
gboolean
hs_camera_await_gone (HsCamera *self, guint timeout_ms, GCancellable *cancellable, GError **error)
{
  gint64 deadline;

  g_return_val_if_fail (HS_IS_CAMERA (self), FALSE);

  deadline = deadline_after (self, timeout_ms);
  for (;;) {
    guint64 seen = hs_bus_serial (self->bus);

    if (!hs_camera_is_attached (self)) {
      hs_camera_close (self);
      return TRUE;
    }
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (hs_bus_now (self->bus, self->port) >= deadline)
      break;
    hs_bus_wait (self->bus, self->port, seen, deadline, cancellable);
  }

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_AWAY,
               _ ("The camera on port %s was told to restart and did not"),
               self->port);
  return FALSE;
}

static gboolean
fail_wrong_unit (HsCamera *self, HsUsbInfo *info, GError **error)
{
  const char *expected = self->key != NULL ? self->key : self->info->serial;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               /* Translators: a port, then what tells the two cameras apart. */
               _ ("Another unit came back on port %s. Expected %s, found %s."),
               self->port,
               expected != NULL ? expected : _ ("one without serial"),
               info->serial != NULL ? info->serial : _ ("one without serial"));
  return FALSE;
}

/* Whether @info, in @mode, can be the camera that left. */
static gboolean
may_be_this (HsCamera *self, HsUsbInfo *info, HsMode mode, GError **error)
{
  g_autoptr (HsIdentity) identity = hs_identity_new (self->board, mode, info->serial);
  HsMode before = mode_of (self->board, self->info);
  HsAgreement agreement = HS_AGREE_MAYBE;

  if (self->key != NULL)
    agreement = hs_identity_agrees (self->key, self->board, mode, info->serial);
  if (agreement == HS_AGREE_NO)
    return fail_wrong_unit (self, info, error);
  if (agreement == HS_AGREE_YES || identity == NULL)
    return TRUE;

  if (identity->strength == HS_IDENTITY_PROVEN) {
    const char *known = self->mode_keys[mode];

    if (known != NULL && same_scheme (known, identity->key) && strcmp (known, identity->key) != 0)
      return fail_wrong_unit (self, info, error);
    if (self->key == NULL &&
        hs_identity_agrees (identity->key, self->board, before, self->info->serial) == HS_AGREE_NO)
      return fail_wrong_unit (self, info, error);
  } else if (self->key == NULL && mode == before && identity->form != NULL) {
    g_autoptr (HsIdentity) old = hs_identity_new (self->board, before, self->info->serial);

    if (old != NULL && old->form != NULL && strcmp (old->form, identity->form) != 0)
      return fail_wrong_unit (self, info, error);
  }
  return TRUE;
}

/* 1 if what is on the port now is the camera in @mode, 0 if it is not there yet, -1 on error. */
static int
look (HsCamera *self, HsMode mode, GError **error)
{
  g_autoptr (HsUsbInfo) there = hs_bus_find_port (self->bus, self->port);
  HsMode shown = there != NULL ? mode_of (self->board, there) : HS_MODE_UNKNOWN;
  gboolean is_new = there != NULL && there->instance != self->info->instance;

  if (there == NULL || (!is_new && shown != mode))
    return 0;

  if (shown == HS_MODE_UNKNOWN) {
    HsMode other;

    /* Something that is no camera does not matter; a person may still correct it. */
    if (hs_board_by_usb (there->vid, there->pid, &other) == NULL)
      return 0;
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_UNIT,
                 _ ("A camera of another model is on port %s now (USB %04x:%04x)"),
                 self->port,
                 there->vid,
                 there->pid);
    return -1;
  }

  if (is_new && !may_be_this (self, there, shown, error))
    return -1;
  if (is_new && shown != HS_MODE_DFU)
    self->passed_rom = shown == HS_MODE_ROM;
  if (mode != HS_MODE_UNKNOWN && shown != mode)
    return 0;

  if (is_new) {
    hs_camera_close (self);
    self->saw_arrival = TRUE;
  }
  remember (self, there);
  return 1;
}

/**
 * hs_camera_saw_arrival:
 * @self: a camera, on the thread of its job
 *
 * Whether the newest enumeration arrived while this waited for it: after a reset that the job
 * ordered, or a re-plug that it watched. Not if the chip's own bootloader came in between, which
 * somebody may have told to load the program that is there now.
 */
gboolean
hs_camera_saw_arrival (HsCamera *self)
{
  g_return_val_if_fail (HS_IS_CAMERA (self), FALSE);

  return self->saw_arrival && !self->passed_rom;
}

/* Where else a camera stands that proves to be this one; for the message only. */
static char *
find_elsewhere (HsCamera *self)
{
  g_autoptr (GPtrArray) list = hs_bus_list (self->bus);

  for (guint i = 0; self->key != NULL && i < list->len; i++) {
    HsUsbInfo *info = g_ptr_array_index (list, i);
    HsMode mode = mode_of (self->board, info);

    if (mode != HS_MODE_UNKNOWN && g_strcmp0 (info->port, self->port) != 0 &&
        hs_identity_agrees (self->key, self->board, mode, info->serial) == HS_AGREE_YES)
      return g_strdup (info->port);
  }
  return NULL;
}

static gboolean
fail_away (HsCamera *self, HsMode mode, GError **error)
{
  g_autofree char *elsewhere = find_elsewhere (self);

  if (elsewhere != NULL)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_AWAY,
                 _ ("The camera is on port %s now; it was on port %s"),
                 elsewhere,
                 self->port);
  else if (mode == HS_MODE_APP)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_AWAY,
                 _ ("The camera on port %s did not come back as application in time"),
                 self->port);
  else
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_AWAY,
                 _ ("The camera on port %s did not come back in its bootloader in time"),
                 self->port);
  return FALSE;
}

/**
 * hs_camera_await_mode:
 * @self: a camera
 * @mode: what to wait for; %HS_MODE_UNKNOWN for whatever enumerates next
 * @timeout_ms: how long, in the camera's time; 0 waits until cancelled
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_WRONG_UNIT if what came back on the port can't be this camera,
 *   %HS_FLASH_ERROR_AWAY on time-out, %G_IO_ERROR_CANCELLED
 *
 * Blocks until the camera shows itself in @mode on its port; at once if it does already. Sends
 * nothing. A new enumeration closes the old transport.
 */
gboolean
hs_camera_await_mode (HsCamera *self,
                      HsMode mode,
                      guint timeout_ms,
                      GCancellable *cancellable,
                      GError **error)
{
  gint64 deadline;

  g_return_val_if_fail (HS_IS_CAMERA (self), FALSE);

  deadline = deadline_after (self, timeout_ms);
  for (;;) {
    guint64 seen = hs_bus_serial (self->bus);
    int found = look (self, mode, error);

    if (found != 0)
      return found > 0;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (hs_bus_now (self->bus, self->port) >= deadline)
      return fail_away (self, mode, error);
    hs_bus_wait (self->bus, self->port, seen, deadline, cancellable);
  }
}
