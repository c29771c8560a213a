/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/picoboot.h"

#include "flash/error.h"

#include <string.h>

/* RP2040 datasheet 2.8.5.4; pico-sdk boot/picoboot.h */
enum {
  PC_EXCLUSIVE_ACCESS = 0x01,
  PC_REBOOT = 0x02,
  PC_FLASH_ERASE = 0x03,
  PC_WRITE = 0x05,
  PC_EXIT_XIP = 0x06,
  PC_READ = 0x84, /* bit 7: the data come from the device */
};

/* RP2040 datasheet 2.8.5.4.1: the drive beside PICOBOOT may not write as well. */
enum { EXCLUSIVE = 1 };

/* RP2040 datasheet 2.8.5.5 */
enum {
  IF_RESET = 0x41,
  IF_CMD_STATUS = 0x42,
};

enum {
  COMMAND_SIZE = 32,
  STATUS_SIZE = 16,
  ARGS_AT = 16,
};

#define MAGIC 0x431FD10Bu

/* Milliseconds. An erase answers when all of it is erased. */
enum {
  COMMAND_TIMEOUT_MS = 3000,
  DATA_TIMEOUT_MS = 10000,
  ERASE_TIMEOUT_MS = 30000,
};

/**
 * HsPicoboot:
 *
 * A conversation with the ROM of an RP2040 over the two bulk endpoints of its vendor interface.
 * Every command is 32 bytes, then its data, then an acknowledgement in the other direction. A
 * command that the ROM refuses stalls both endpoints until the interface is reset, and the reset
 * takes away what was agreed before: it is agreed anew with the next command. Addresses as the
 * processor sees the flash, from 0x10000000. Blocking and linear; one thread at a time, never the
 * main thread.
 */
struct _HsPicoboot {
  GObject parent_instance;

  HsTransport *transport;
  guint8 interface;
  guint8 in, out;   /* bEndpointAddress */
  guint32 token;    /* of the last command */
  gboolean clean;   /* both ends are between two commands */
  gboolean ready;   /* exclusive, and the flash takes commands */
  gboolean claimed; /* exclusive access was asked for, and no restart */
};

G_DEFINE_FINAL_TYPE (HsPicoboot, hs_picoboot, G_TYPE_OBJECT)

/* One command; what follows it in either direction. */
typedef struct {
  guint8 id;
  guint8 n_args; /* bytes of @args that count */
  guint32 args[3];
  guint8 *data;    /* nullable */
  guint32 length;  /* bytes of @data */
  guint answer_ms; /* how long the work may take */
} Command;

static gboolean
reset_interface (HsPicoboot *self, GError **error)
{
  const HsRequest request = { .kind = 0x41, .request = IF_RESET, .index = self->interface };

  return hs_transport_send (self->transport, &request, NULL, 0, COMMAND_TIMEOUT_MS, error);
}

/* Who leaves the ROM running gives the drive its flash back. At the end of hs_camera_close(). */
static void
hs_picoboot_finalize (GObject *object)
{
  HsPicoboot *self = HS_PICOBOOT (object);

  if (self->claimed)
    reset_interface (self, NULL);
  g_clear_object (&self->transport);

  G_OBJECT_CLASS (hs_picoboot_parent_class)->finalize (object);
}

static void
hs_picoboot_class_init (HsPicobootClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_picoboot_finalize;
}

static void
hs_picoboot_init (HsPicoboot *self)
{
}

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

static guint32
get_word (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

/* The name in boot/picoboot.h, for people and logs; those above 8 came with the RP2350. */
static const char *
status_name (guint32 status)
{
  static const char *const names[] = {
    "OK",
    "UNKNOWN_CMD",
    "INVALID_CMD_LENGTH",
    "INVALID_TRANSFER_LENGTH",
    "INVALID_ADDRESS",
    "BAD_ALIGNMENT",
    "INTERLEAVED_WRITE",
    "REBOOTING",
    "UNKNOWN_ERROR",
    "INVALID_STATE",
    "NOT_PERMITTED",
    "INVALID_ARG",
    "BUFFER_TOO_SMALL",
    "PRECONDITION_NOT_MET",
    "MODIFIED_DATA",
    "INVALID_DATA",
    "NOT_FOUND",
    "UNSUPPORTED_MODIFICATION",
  };

  return status < G_N_ELEMENTS (names) ? names[status] : "an unknown status";
}

/**
 * hs_picoboot_new:
 * @transport: an open USB transport on the PICOBOOT interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if the device has no such interface
 *
 * Begins a conversation; sends nothing.
 */
HsPicoboot *
hs_picoboot_new (HsTransport *transport, HsUsbInfo *info, GError **error)
{
  const HsUsbEndpoint *in, *out;
  HsPicoboot *self;

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (info != NULL, NULL);

  in = hs_usb_info_find_endpoint (info, TRUE);
  out = hs_usb_info_find_endpoint (info, FALSE);
  if (!hs_usb_info_has_picoboot (info) || in == NULL || out == NULL) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED, "The device has no PICOBOOT interface");
    return NULL;
  }

  self = g_object_new (HS_TYPE_PICOBOOT, NULL);
  self->transport = g_object_ref (transport);
  self->interface = hs_usb_info_get_interface (info);
  self->in = in->address;
  self->out = out->address;
  return self;
}

/* Both ends forget what they were doing: the halts are cleared, a command in work is given up,
 * exclusive access ends (RP2040 datasheet 2.8.5.5.1). */
static gboolean
reset (HsPicoboot *self, GError **error)
{
  self->ready = FALSE;
  self->clean = hs_transport_clear_halt (self->transport, self->in, error) &&
                hs_transport_clear_halt (self->transport, self->out, error) &&
                reset_interface (self, error);
  return self->clean;
}

/* Why the last command was refused; FALSE: the ROM does not say. */
static gboolean
ask_status (HsPicoboot *self, guint32 *status)
{
  const HsRequest request = { .kind = 0x41, .request = IF_CMD_STATUS, .index = self->interface };
  guint8 answer[STATUS_SIZE];
  gssize n = hs_transport_receive (
      self->transport, &request, answer, sizeof answer, COMMAND_TIMEOUT_MS, NULL);

  if (n != sizeof answer || get_word (answer) != self->token)
    return FALSE;
  *status = get_word (answer + 4);
  return *status != 0;
}

/* Puts a name to a stall and makes the endpoints usable again. Always FALSE. */
static gboolean
fail (HsPicoboot *self, const Command *command, GError *cause, GError **error)
{
  guint32 status;

  self->clean = FALSE;
  self->ready = FALSE;
  if (!g_error_matches (cause, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
      !ask_status (self, &status)) {
    g_propagate_error (error, cause);
  } else {
    g_error_free (cause);
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_STATUS,
                 "The bootloader answers command 0x%02X with %s",
                 command->id,
                 status_name (status));
  }
  return FALSE;
}

static gboolean
send_command (HsPicoboot *self, const Command *command, GError **error)
{
  guint8 packet[COMMAND_SIZE] = { 0 };

  put_word (packet, MAGIC);
  put_word (packet + 4, ++self->token);
  packet[8] = command->id;
  packet[9] = command->n_args;
  put_word (packet + 12, command->length);
  for (guint i = 0; i < G_N_ELEMENTS (command->args); i++)
    put_word (packet + ARGS_AT + 4 * i, command->args[i]);
  return hs_transport_transfer (
             self->transport, self->out, packet, sizeof packet, COMMAND_TIMEOUT_MS, error) >= 0;
}

static gboolean
move_data (HsPicoboot *self, const Command *command, GError **error)
{
  gboolean in = (command->id & 0x80) != 0;
  gssize n;

  if (command->length == 0)
    return TRUE;
  n = hs_transport_transfer (self->transport,
                             in ? self->in : self->out,
                             command->data,
                             command->length,
                             MAX (DATA_TIMEOUT_MS, command->answer_ms),
                             error);
  if (n < 0 || n == (gssize) command->length)
    return n >= 0;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTOCOL,
               "The bootloader answers %" G_GSSIZE_FORMAT " bytes of %u",
               n,
               command->length);
  return FALSE;
}

/* The other direction acknowledges. By the datasheet a packet of no length; what is in use takes
 * up to one byte, and sends one. */
static gboolean
acknowledge (HsPicoboot *self, const Command *command, GError **error)
{
  gboolean in = (command->id & 0x80) == 0;
  guint8 byte = 0;

  return hs_transport_transfer (self->transport,
                                in ? self->in : self->out,
                                &byte,
                                1,
                                MAX (COMMAND_TIMEOUT_MS, command->answer_ms),
                                error) >= 0;
}

static gboolean
run (HsPicoboot *self, const Command *command, GError **error)
{
  GError *cause = NULL;

  if (!self->clean && !reset (self, error))
    return FALSE;
  if (send_command (self, command, &cause) && move_data (self, command, &cause) &&
      acknowledge (self, command, &cause))
    return TRUE;
  return fail (self, command, cause, error);
}

/**
 * hs_picoboot_prepare:
 * @error: a #HsFlashError
 *
 * Exclusive access, and the flash out of execute-in-place; nothing if that is so already. Erasing,
 * writing and reading begin with it. Blocks.
 */
gboolean
hs_picoboot_prepare (HsPicoboot *self, GError **error)
{
  const Command claim = { .id = PC_EXCLUSIVE_ACCESS, .n_args = 1, .args = { EXCLUSIVE } };
  const Command exit_xip = { .id = PC_EXIT_XIP };

  g_return_val_if_fail (HS_IS_PICOBOOT (self), FALSE);

  if (self->ready && self->clean)
    return TRUE;
  self->claimed = TRUE;
  self->ready = run (self, &claim, error) && run (self, &exit_xip, error);
  return self->ready;
}

static gboolean
run_timed (HsPicoboot *self, const Command *command, guint64 *took_us, GError **error)
{
  gint64 start;

  if (!hs_picoboot_prepare (self, error))
    return FALSE;
  start = hs_transport_now (self->transport);
  if (!run (self, command, error)) {
    g_prefix_error (error, "At 0x%08X: ", command->args[0]);
    return FALSE;
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/**
 * hs_picoboot_erase:
 * @address: a multiple of %HS_PICOBOOT_SECTOR
 * @length: bytes; a multiple of %HS_PICOBOOT_SECTOR
 * @took_us: (out) (optional): of the camera's time
 * @error: a #HsFlashError; %HS_FLASH_ERROR_STATUS names the ROM's reason
 *
 * Blocks, up to 30 s.
 */
gboolean
hs_picoboot_erase (HsPicoboot *self,
                   guint32 address,
                   guint32 length,
                   guint64 *took_us,
                   GError **error)
{
  const Command command = {
    .id = PC_FLASH_ERASE, .n_args = 8, .args = { address, length }, .answer_ms = ERASE_TIMEOUT_MS
  };

  g_return_val_if_fail (HS_IS_PICOBOOT (self), FALSE);

  return run_timed (self, &command, took_us, error);
}

/**
 * hs_picoboot_write:
 * @address: a multiple of %HS_PICOBOOT_PAGE, in flash that was erased
 * @length: bytes; a multiple of %HS_PICOBOOT_PAGE
 * @took_us: (out) (optional): of the camera's time
 * @error: a #HsFlashError
 *
 * Blocks.
 */
gboolean
hs_picoboot_write (HsPicoboot *self,
                   guint32 address,
                   const guint8 *data,
                   guint32 length,
                   guint64 *took_us,
                   GError **error)
{
  const Command command = {
    .id = PC_WRITE,
    .n_args = 8,
    .args = { address, length },
    .data = (guint8 *) data, /* only read: the direction is OUT */
    .length = length,
    .answer_ms = ERASE_TIMEOUT_MS,
  };

  g_return_val_if_fail (HS_IS_PICOBOOT (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  return run_timed (self, &command, took_us, error);
}

/**
 * hs_picoboot_read:
 * @address: anywhere in flash
 * @data: (out) (array length=length): what is there
 * @length: bytes
 * @error: a #HsFlashError; %HS_FLASH_ERROR_PROTOCOL if fewer bytes come
 *
 * Blocks.
 */
gboolean
hs_picoboot_read (HsPicoboot *self, guint32 address, guint8 *data, guint32 length, GError **error)
{
  const Command command = {
    .id = PC_READ, .n_args = 8, .args = { address, length }, .data = data, .length = length
  };

  g_return_val_if_fail (HS_IS_PICOBOOT (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  return run_timed (self, &command, NULL, error);
}

/**
 * hs_picoboot_reboot:
 * @delay_ms: until it restarts, in milliseconds
 * @error: a #HsFlashError
 *
 * Asks for a normal start: from flash, if it holds something that starts. That the device is gone,
 * or does not acknowledge any more, counts as success; only the bus can tell. Blocks.
 */
gboolean
hs_picoboot_reboot (HsPicoboot *self, guint delay_ms, GError **error)
{
  const Command command = { .id = PC_REBOOT, .n_args = 12, .args = { 0, 0, delay_ms } };
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (HS_IS_PICOBOOT (self), FALSE);

  self->claimed = FALSE; /* nothing is sent afterwards */
  if (run (self, &command, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT))
    return TRUE;

  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Restart: ");
  return FALSE;
}
