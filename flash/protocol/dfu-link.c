/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/protocol/dfu-link.h"

#include "flash/error.h"
#include "flash/option-block.h"

#include <glib/gi18n-lib.h>

/* USB DFU 1.1, table 3.2 */
enum {
  DFU_DETACH = 0,
  DFU_DNLOAD = 1,
  DFU_UPLOAD = 2,
  DFU_GETSTATUS = 3,
  DFU_CLRSTATUS = 4,
  DFU_ABORT = 6,
};

enum {
  DFU_CLASS = 0xfe,
  DFU_SUBCLASS = 1,
  DFU_PROTOCOL_DFU_MODE = 2,
  DFU_FUNCTIONAL = 0x21, /* bDescriptorType */
  DFU_CAN_UPLOAD = 1 << 1,
};

/* DfuSe (AN3156): a download of block 0 is a command; data begins with block 2. */
enum {
  SET_POINTER = 0x21,
  ERASE = 0x41,
  READ_UNPROTECT = 0x92,
  BLOCK_COMMAND = 0,
  BLOCK_DATA = 2,
  COMMAND_LENGTH = 5, /* with its address */
};

/* usbfs moves at most a page in one control transfer */
#define LARGEST_BLOCK 4096

static HsRequest
make_request (HsDfuLink *self, guint8 request, guint16 value)
{
  return (HsRequest){ .kind = 0x21, .request = request, .value = value, .index = self->interface };
}

/* The functional descriptor stands after the last alternate setting. */
static const guint8 *
find_functional (GArray *alts)
{
  for (guint i = 0; i < alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (alts, HsUsbAlt, i);

    for (guint at = 0; at + 2 <= alt->n_extra && alt->extra[at] >= 2; at += alt->extra[at])
      if (alt->extra[at + 1] == DFU_FUNCTIONAL && alt->extra[at] >= 9 && at + 9 <= alt->n_extra)
        return alt->extra + at;
  }
  return NULL;
}

static gboolean
take_descriptors (HsDfuLink *self, HsUsbInfo *info, GError **error)
{
  const guint8 *functional;

  for (guint i = 0; i < info->alts->len; i++) {
    HsUsbAlt *alt = &g_array_index (info->alts, HsUsbAlt, i);
    gboolean is_dfu = alt->class == DFU_CLASS && alt->subclass == DFU_SUBCLASS &&
                      alt->protocol == DFU_PROTOCOL_DFU_MODE;

    if (!is_dfu || (self->alts->len > 0 && alt->number != self->interface))
      continue;
    self->interface = alt->number;
    g_array_append_val (self->alts, *alt);
  }

  functional = find_functional (self->alts);
  if (functional == NULL) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         "The device is not in DFU mode: it has no DFU functional descriptor");
    return FALSE;
  }

  self->attributes = functional[2];
  self->block_size = functional[5] | functional[6] << 8;
  self->bcd = functional[7] | functional[8] << 8;
  return TRUE;
}

/**
 * hs_dfu_link_open:
 * @self: all zero
 * @transport: an open USB transport on the DFU interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if this is no DFU device in DFU mode, or its blocks can't be
 *   sent
 *
 * Sends nothing. Free with hs_dfu_link_clear(), also after an error.
 */
gboolean
hs_dfu_link_open (HsDfuLink *self, HsTransport *transport, HsUsbInfo *info, GError **error)
{
  self->transport = g_object_ref (transport);
  self->alts = g_array_new (FALSE, TRUE, sizeof (HsUsbAlt));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->selected = -1;
  if (!take_descriptors (self, info, error))
    return FALSE;

  g_ptr_array_set_size (self->names, self->alts->len);
  if (self->block_size > 0 && self->block_size <= LARGEST_BLOCK)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               "The device wants DFU blocks of %u bytes; 1 to %u are possible",
               self->block_size,
               LARGEST_BLOCK);
  return FALSE;
}

/* Harmless on one that is all zero. */
void
hs_dfu_link_clear (HsDfuLink *self)
{
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->alts, g_array_unref);
  g_clear_object (&self->transport);
}

/* Whether the device says that it can be read back. */
gboolean
hs_dfu_link_can_upload (const HsDfuLink *self)
{
  return (self->attributes & DFU_CAN_UPLOAD) != 0;
}

/* (transfer none) (nullable): the name of the @n-th alternate setting, asked for once; "" if it has
 * none, %NULL on error */
const char *
hs_dfu_link_get_name (HsDfuLink *self, guint n, GError **error)
{
  const HsUsbAlt *alt = &g_array_index (self->alts, HsUsbAlt, n);

  if (self->names->pdata[n] == NULL) {
    self->names->pdata[n] = alt->name_index == 0
                                ? g_strdup ("")
                                : hs_transport_get_string (self->transport, alt->name_index, error);
    if (self->names->pdata[n] == NULL)
      g_prefix_error (error, "Name of alternate setting %u: ", alt->alt);
  }
  return self->names->pdata[n];
}

/* What comes after a failure must not rely on the alternate setting or its state. Returns %FALSE.
 */
gboolean
hs_dfu_link_forget (HsDfuLink *self)
{
  self->selected = -1;
  return FALSE;
}

/* SET_INTERFACE, if it is not the selected one already. */
gboolean
hs_dfu_link_select (HsDfuLink *self, guint8 alt, GError **error)
{
  if (self->selected == alt)
    return TRUE;

  self->selected = -1;
  if (!hs_transport_set_alternate (self->transport, alt, error)) {
    g_prefix_error (error, "Alternate setting %u: ", alt);
    return FALSE;
  }
  self->selected = alt;
  return TRUE;
}

gboolean
hs_dfu_link_get_status (HsDfuLink *self, HsDfuStatus *status, GError **error)
{
  const HsRequest request = make_request (self, DFU_GETSTATUS, 0);
  guint8 reply[6] = { 0 };
  gssize n = hs_transport_receive (
      self->transport, &request, reply, sizeof reply, HS_DFU_ERASE_TIMEOUT_MS, error);

  if (n < 0)
    return FALSE;
  if (n != sizeof reply) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "GETSTATUS answered %" G_GSSIZE_FORMAT " bytes instead of 6",
                 n);
    return FALSE;
  }

  status->status = reply[0];
  status->poll_ms = reply[1] | reply[2] << 8 | reply[3] << 16;
  status->state = reply[4];
  if (self->asked_to_read && status->status == HS_DFU_STATUS_VENDOR &&
      status->state == HS_DFU_STATE_ERROR) {
    self->n_refused_reads++;
    self->asked_to_read = FALSE;
  }
  return TRUE;
}

static gboolean
send_plain (HsDfuLink *self, guint8 code, GError **error)
{
  const HsRequest request = make_request (self, code, 0);

  self->asked_to_read = FALSE;
  return hs_transport_send (self->transport, &request, NULL, 0, HS_DFU_REQUEST_TIMEOUT_MS, error);
}

gboolean
hs_dfu_link_abort (HsDfuLink *self, GError **error)
{
  return send_plain (self, DFU_ABORT, error);
}

/**
 * hs_dfu_link_make_idle:
 * @error: a #HsFlashError
 *
 * Brings the device into dfuIDLE: one GETSTATUS if it is there already; CLRSTATUS after an error
 * (ST's ROM may begin with one) or where it stays busy for ever, which makes ST's code report an
 * error first; ABORT in the middle of a transfer.
 */
gboolean
hs_dfu_link_make_idle (HsDfuLink *self, GError **error)
{
  HsDfuStatus status = { 0 };

  for (guint n = 0; n < 4; n++) {
    gboolean sent;

    if (!hs_dfu_link_get_status (self, &status, error))
      return hs_dfu_link_forget (self);
    if (status.status == 0 && status.state == HS_DFU_STATE_IDLE)
      return TRUE;
    if (status.state <= HS_DFU_STATE_APP_DETACH || n == 3)
      break;

    if (status.state == HS_DFU_STATE_ERROR || status.state == HS_DFU_STATE_DNBUSY)
      sent = send_plain (self, DFU_CLRSTATUS, error);
    else
      sent = hs_dfu_link_abort (self, error);
    if (!sent)
      return hs_dfu_link_forget (self);
  }

  hs_dfu_status_fail (&status, error);
  return hs_dfu_link_forget (self);
}

static gboolean
fail_forbidden (const char *what, GError **error)
{
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN, what);
  return FALSE;
}

static gboolean
may_command (HsDfuLink *self, const guint8 *data, guint16 length, GError **error)
{
  guint32 address;

  if (length != COMMAND_LENGTH || (data[0] != SET_POINTER && data[0] != ERASE))
    return fail_forbidden (_ ("Hotshoe sends no command that erases a whole chip"), error);

  address = data[1] | data[2] << 8 | data[3] << 16 | (guint32) data[4] << 24;
  if (data[0] == ERASE)
    return hs_option_block_may_write (address, NULL, 0, error);
  self->knows_pointer = TRUE;
  self->pointer = address;
  return TRUE;
}

/* Nothing that can't be undone reaches a chip, whoever asks for it: this is where downloads are
 * made. */
static gboolean
may_download (HsDfuLink *self, guint16 block, const guint8 *data, guint16 length, GError **error)
{
  self->asked_to_read = FALSE;
  if (self->bcd != HS_DFU_BCD_DFUSE || length == 0)
    return TRUE;
  if (block == BLOCK_COMMAND) {
    self->asked_to_read = data[0] == SET_POINTER;
    return may_command (self, data, length, error);
  }
  if (!self->knows_pointer || block < BLOCK_DATA)
    return fail_forbidden (_ ("Nothing is written before it was said where"), error);
  return hs_option_block_may_write (
      self->pointer + (block - BLOCK_DATA) * self->block_size, data, length, error);
}

static gboolean
send_download (HsDfuLink *self, guint16 block, const guint8 *data, guint16 length, GError **error)
{
  const HsRequest request = make_request (self, DFU_DNLOAD, block);

  return hs_transport_send (self->transport,
                            &request,
                            data,
                            length,
                            length > 0 ? HS_DFU_ERASE_TIMEOUT_MS : HS_DFU_REQUEST_TIMEOUT_MS,
                            error);
}

/* DNLOAD; @length 0 ends the download. %HS_FLASH_ERROR_FORBIDDEN, and nothing is sent, for DfuSe's
 * commands that erase a chip and for writes of option bytes that Hotshoe does not make. */
gboolean
hs_dfu_link_download (HsDfuLink *self,
                      guint16 block,
                      const guint8 *data,
                      guint16 length,
                      GError **error)
{
  return may_download (self, block, data, length, error) &&
         send_download (self, block, data, length, error);
}

/* AN3156, Read Unprotect: everything in the chip is erased, and on one that is not protected the
 * option bytes are reset all the same. %HS_FLASH_ERROR_FORBIDDEN, and nothing is sent, unless the
 * chip has just refused to be read as often as it takes, in this conversation. */
gboolean
hs_dfu_link_read_unprotect (HsDfuLink *self, GError **error)
{
  const guint8 command = READ_UNPROTECT;
  gboolean proven = self->n_refused_reads >= HS_DFU_UNPROTECT_PROOFS;

  self->n_refused_reads = 0;
  if (self->bcd != HS_DFU_BCD_DFUSE || !proven)
    return fail_forbidden (_ ("The chip was not proven to be read-protected, so its protection is "
                              "not taken off: that erases everything. Nothing was sent"),
                           error);
  return send_download (self, BLOCK_COMMAND, &command, sizeof command, error);
}

/* UPLOAD. Returns how many bytes came, or -1. */
gssize
hs_dfu_link_upload (HsDfuLink *self, guint16 block, guint8 *data, guint16 length, GError **error)
{
  const HsRequest request = make_request (self, DFU_UPLOAD, block);
  gssize n = hs_transport_receive (
      self->transport, &request, data, length, HS_DFU_ERASE_TIMEOUT_MS, error);

  self->asked_to_read = n < 0;
  if (n >= 0)
    self->n_refused_reads = 0;
  return n;
}

/* DETACH. */
gboolean
hs_dfu_link_detach (HsDfuLink *self, guint16 within_ms, GError **error)
{
  const HsRequest request = make_request (self, DFU_DETACH, within_ms);

  self->selected = -1;
  return hs_transport_send (self->transport, &request, NULL, 0, HS_DFU_REQUEST_TIMEOUT_MS, error);
}

/* Turns an answer that is not the wanted one into @error; returns %FALSE. errVENDOR is how ST's ROM
 * says that it is read-protected (AN3156), and nobody else's answer. */
gboolean
hs_dfu_status_fail (const HsDfuStatus *status, GError **error)
{
  HsFlashError code = HS_FLASH_ERROR_STATUS;

  if (status->status == 0)
    code = HS_FLASH_ERROR_PROTOCOL;
  else if (status->status == HS_DFU_STATUS_VENDOR)
    code = HS_FLASH_ERROR_PROTECTED;
  g_set_error (error,
               HS_FLASH_ERROR,
               code,
               "the bootloader reports %s (status %u) in state %s",
               hs_dfu_status_name (status->status),
               status->status,
               hs_dfu_state_name (status->state));
  return FALSE;
}

/* The name in DFU 1.1, table A.1.1, for people and logs. */
const char *
hs_dfu_status_name (guint8 status)
{
  static const char *const names[] = {
    "OK",      "errTARGET", "errFILE",    "errWRITE",      "errERASE",    "errCHECK_ERASED",
    "errPROG", "errVERIFY", "errADDRESS", "errNOTDONE",    "errFIRMWARE", "errVENDOR",
    "errUSBR", "errPOR",    "errUNKNOWN", "errSTALLEDPKT",
  };

  return status < G_N_ELEMENTS (names) ? names[status] : "an unknown status";
}

const char *
hs_dfu_state_name (guint8 state)
{
  static const char *const names[] = {
    "appIDLE",        "appDETACH",        "dfuIDLE",     "dfuDNLOAD-SYNC",         "dfuDNBUSY",
    "dfuDNLOAD-IDLE", "dfuMANIFEST-SYNC", "dfuMANIFEST", "dfuMANIFEST-WAIT-RESET", "dfuUPLOAD-IDLE",
    "dfuERROR",
  };

  return state < G_N_ELEMENTS (names) ? names[state] : "an unknown state";
}
