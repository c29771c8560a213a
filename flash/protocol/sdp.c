/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/sdp.h"

#include "flash/error.h"

#include <string.h>

/* NXP's Serial Download Protocol in HID reports: i.MX RT1060 reference manual, "Serial Downloader".
 * The ROM has no OUT endpoint: reports go out by SET_REPORT and come in on the interrupt endpoint.
 * One conversation with one enumeration. */

enum { SET_REPORT = 0x09, REPORT_TYPE_OUTPUT = 0x02 }; /* USB HID 1.11 section 7.2.2 */

/* Reports by their ids. */
typedef enum {
  REPORT_COMMAND = 1,
  REPORT_DATA = 2,
  REPORT_SECURITY = 3,
  REPORT_RESPONSE = 4,
} Report;

typedef enum {
  WRITE_FILE = 0x0404,
  ERROR_STATUS = 0x0505,
  JUMP_ADDRESS = 0x0B0B,
} Command;

/* Bytes. */
enum {
  COMMAND_SIZE = 16,
  DATA_SIZE = 1024, /* of one report, without its id */
  ANSWER_SIZE = 5,  /* a report's id, and the word that counts */
  LONGEST_ANSWER = 65,
};

/* Milliseconds. */
enum {
  ANSWER_MS = 2000,
  DRAIN_MS = 20,    /* a report that the ROM still owed is there by then */
  REFUSAL_MS = 100, /* the same for the word that says why it does not jump */
};

#define SECURITY_OPEN   0x56787856u
#define SECURITY_CLOSED 0x12343412u
#define FILE_TAKEN      0x88888888u

struct _HsSdp {
  GObject parent_instance;

  HsTransport *transport;
  guint8 interface;
  guint8 in;            /* endpoint */
  gsize room;           /* bytes: whole packets that the longest report goes into */
  gboolean out_of_step; /* the ROM may still owe answers */
};

G_DEFINE_FINAL_TYPE (HsSdp, hs_sdp, G_TYPE_OBJECT)

static void
hs_sdp_finalize (GObject *object)
{
  HsSdp *self = HS_SDP (object);

  g_clear_object (&self->transport);

  G_OBJECT_CLASS (hs_sdp_parent_class)->finalize (object);
}

static void
hs_sdp_class_init (HsSdpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_sdp_finalize;
}

static void
hs_sdp_init (HsSdp *self)
{
  self->out_of_step = TRUE; /* somebody else may have left it so */
}

/**
 * hs_sdp_new:
 * @transport: an open USB transport on the HID interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if this device has no IN endpoint to answer on
 *
 * Begins a conversation; sends nothing.
 */
HsSdp *
hs_sdp_new (HsTransport *transport, HsUsbInfo *info, GError **error)
{
  g_autoptr (HsSdp) self = g_object_new (HS_TYPE_SDP, NULL);
  const HsUsbEndpoint *in;

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (info != NULL, NULL);

  in = hs_usb_info_find_endpoint (info, TRUE);
  if (in == NULL || in->max_packet == 0) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         "The device has no HID interface that a ROM could answer on");
    return NULL;
  }

  self->interface = hs_usb_info_get_interface (info);
  self->in = in->address;
  self->room = (LONGEST_ANSWER + in->max_packet - 1) / in->max_packet * in->max_packet;
  self->transport = g_object_ref (transport);
  return g_steal_pointer (&self);
}

static gboolean
send_report (HsSdp *self, Report id, const guint8 *payload, gsize length, GError **error)
{
  const HsRequest request = {
    .kind = 0x21, /* class, interface */
    .request = SET_REPORT,
    .value = REPORT_TYPE_OUTPUT << 8 | id,
    .index = self->interface,
  };
  guint8 report[1 + DATA_SIZE] = { id };

  g_assert (length <= DATA_SIZE);
  memcpy (report + 1, payload, length);
  return hs_transport_send (self->transport, &request, report, 1 + length, ANSWER_MS, error);
}

/* The first word behind the id, as it stands on the wire. */
static gboolean
receive_report (HsSdp *self, Report id, guint32 *word, guint timeout_ms, GError **error)
{
  g_autofree guint8 *report = g_malloc0 (self->room);
  gssize n =
      hs_transport_transfer (self->transport, self->in, report, self->room, timeout_ms, error);

  if (n < 0)
    return FALSE;
  if (n < ANSWER_SIZE || n > LONGEST_ANSWER || report[0] != id) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "a report %u of %" G_GSSIZE_FORMAT " bytes where report %u should be",
                 report[0],
                 n,
                 id);
    return FALSE;
  }
  *word = (guint32) report[1] << 24 | report[2] << 16 | report[3] << 8 | report[4];
  return TRUE;
}

/* After a failure the ROM may owe answers, or have its endpoint halted. */
static void
get_in_step (HsSdp *self)
{
  if (!self->out_of_step)
    return;
  hs_transport_clear_halt (self->transport, self->in, NULL);
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GError) local = NULL;
    guint32 word;

    if (!receive_report (self, REPORT_SECURITY, &word, DRAIN_MS, &local) &&
        !g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL))
      return;
  }
}

/* Big endian, unlike everything else here: tag, address, format (0: bytes), count, data, 0. */
static gboolean
send_command (HsSdp *self, Command command, guint32 address, guint32 count, GError **error)
{
  const guint8 payload[COMMAND_SIZE] = {
    command >> 8, command & 0xff, address >> 24, address >> 16, address >> 8, address, 0,
    count >> 24,  count >> 16,    count >> 8,    count,
  };

  get_in_step (self);
  self->out_of_step = TRUE;
  return send_report (self, REPORT_COMMAND, payload, sizeof payload, error);
}

static gboolean
receive_security (HsSdp *self, HsSdpSecurity *security, GError **error)
{
  guint32 word;

  if (!receive_report (self, REPORT_SECURITY, &word, ANSWER_MS, error))
    return FALSE;
  if (word != SECURITY_OPEN && word != SECURITY_CLOSED) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "neither open nor closed, but 0x%08X",
                 word);
    return FALSE;
  }
  *security = word == SECURITY_OPEN ? HS_SDP_OPEN : HS_SDP_CLOSED;
  return TRUE;
}

static gboolean
require_open (HsSdp *self, GError **error)
{
  HsSdpSecurity security;

  if (!receive_security (self, &security, error))
    return FALSE;
  if (security == HS_SDP_OPEN)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_PROTECTED,
                       "the chip is closed (HAB): it takes signed programs only");
  return FALSE;
}

/**
 * hs_sdp_get_status:
 * @security: (out): whether it takes unsigned programs
 * @status: (out) (optional): what the last command came to; 0 nothing to say, else status, reason
 *   and context of its high-assurance boot
 * @error: a #HsFlashError
 *
 * ERROR_STATUS. Harmless. Blocks, up to 4 s.
 */
gboolean
hs_sdp_get_status (HsSdp *self, HsSdpSecurity *security, guint32 *status, GError **error)
{
  guint32 word;

  g_return_val_if_fail (HS_IS_SDP (self), FALSE);

  if (!send_command (self, ERROR_STATUS, 0, 0, error) ||
      !receive_security (self, security, error) ||
      !receive_report (self, REPORT_RESPONSE, &word, ANSWER_MS, error)) {
    g_prefix_error (error, "Status of the ROM: ");
    return FALSE;
  }
  self->out_of_step = FALSE;
  if (status != NULL)
    *status = word;
  return TRUE;
}

static gboolean
write_file (HsSdp *self, guint32 address, const guint8 *data, guint32 length, GError **error)
{
  guint32 word;

  if (!send_command (self, WRITE_FILE, address, length, error))
    return FALSE;
  for (guint32 at = 0; at < length; at += DATA_SIZE)
    if (!send_report (self, REPORT_DATA, data + at, MIN (DATA_SIZE, length - at), error))
      return FALSE;
  if (!require_open (self, error) ||
      !receive_report (self, REPORT_RESPONSE, &word, ANSWER_MS, error))
    return FALSE;

  self->out_of_step = FALSE;
  if (word == FILE_TAKEN)
    return TRUE;
  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS, "the ROM did not take it (0x%08X)", word);
  return FALSE;
}

/**
 * hs_sdp_write_file:
 * @address: in RAM
 * @data: (array length=length)
 * @length: in bytes
 * @error: a #HsFlashError; %HS_FLASH_ERROR_PROTECTED if the chip takes signed programs only
 *
 * WRITE_FILE. Cut off in the middle it leaves a ROM that waits for the rest: only a re-plug brings
 * it back for certain. Blocks.
 */
gboolean
hs_sdp_write_file (HsSdp *self, guint32 address, const guint8 *data, guint32 length, GError **error)
{
  g_return_val_if_fail (HS_IS_SDP (self), FALSE);
  g_return_val_if_fail (data != NULL && length > 0, FALSE);

  if (write_file (self, address, data, length, error))
    return TRUE;
  g_prefix_error (error, "Program to 0x%08X: ", address);
  return FALSE;
}

/* A ROM that jumped says no more: an answer is a refusal. */
static gboolean
receive_no_refusal (HsSdp *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint32 word;

  if (!receive_report (self, REPORT_RESPONSE, &word, REFUSAL_MS, &local)) {
    if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_STATUS,
               "the ROM finds no program there that it could start (0x%08X)",
               word);
  return FALSE;
}

/**
 * hs_sdp_jump:
 * @address: where the image vector table of the program is
 * @error: a #HsFlashError
 *
 * JUMP_ADDRESS. The answer may get lost with the ROM: that it is gone or silent counts as success;
 * only the bus can tell what came of it. Send nothing afterwards. Blocks.
 */
gboolean
hs_sdp_jump (HsSdp *self, guint32 address, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (HS_IS_SDP (self), FALSE);

  if (!send_command (self, JUMP_ADDRESS, address, 0, error)) {
    g_prefix_error (error, "Jump to 0x%08X: ", address);
    return FALSE;
  }
  if (require_open (self, &local) && receive_no_refusal (self, &local))
    return TRUE;
  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Jump to 0x%08X: ", address);
  return FALSE;
}
