/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/dfu.h"

#include "flash/error.h"

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
  DFU_BCD_DFUSE = 0x011a, /* ST's dialect: another protocol with the same requests */
};

/* Milliseconds. The bootloader erases and programs before it answers the second GETSTATUS, and
 * meanwhile nothing else is answered: an H7 sector takes 1 to 4 s, an aged one 10 s. */
enum {
  ERASE_TIMEOUT_MS = 30000,
  REQUEST_TIMEOUT_MS = 5000,
  DETACH_TIMEOUT_MS = 1000, /* wDetachTimeOut of the OpenMV bootloader */
};

/* usbfs moves at most a page in one control transfer */
#define LARGEST_BLOCK 4096

/**
 * HsDfu:
 *
 * A DFU 1.1 conversation with one device in DFU mode: plain DFU, where address = start of the
 * alternate setting + block number x the device's transfer size. Blocking and linear; one thread
 * at a time, never the main thread. Follows the TinyUSB device class as the OpenMV bootloader has
 * it: UPLOAD is answered in every state and leaves the state alone, the device stays in DFU mode
 * after a download (manifestation tolerant), SET_INTERFACE resets the state.
 */
struct _HsDfu {
  GObject parent_instance;

  HsTransport *transport;
  GArray *alts;       /* HsUsbAlt of the DFU interface, in the order of the descriptors */
  GPtrArray *names;   /* parallel to alts; entries NULL until they were asked for */
  guint16 block_size; /* bytes; wTransferSize of the functional descriptor */
  guint8 attributes;  /* bmAttributes of the functional descriptor */
  guint8 interface;
  int selected; /* alternate setting; -1 not known */
};

G_DEFINE_FINAL_TYPE (HsDfu, hs_dfu, G_TYPE_OBJECT)

static void
hs_dfu_finalize (GObject *object)
{
  HsDfu *self = HS_DFU (object);

  g_ptr_array_unref (self->names);
  g_array_unref (self->alts);
  g_clear_object (&self->transport);

  G_OBJECT_CLASS (hs_dfu_parent_class)->finalize (object);
}

static void
hs_dfu_class_init (HsDfuClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_dfu_finalize;
}

static void
hs_dfu_init (HsDfu *self)
{
  self->alts = g_array_new (FALSE, TRUE, sizeof (HsUsbAlt));
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->selected = -1;
}

static HsRequest
dfu_request (HsDfu *self, guint8 request, guint16 value)
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
take_descriptors (HsDfu *self, HsUsbInfo *info, GError **error)
{
  const guint8 *functional;
  guint16 bcd;

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
  bcd = functional[7] | functional[8] << 8;
  if (bcd == DFU_BCD_DFUSE) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         "The device speaks DfuSe, not plain DFU 1.1");
    return FALSE;
  }
  if (self->block_size == 0 || self->block_size > LARGEST_BLOCK) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "The device wants DFU blocks of %u bytes; 1 to %u are possible",
                 self->block_size,
                 LARGEST_BLOCK);
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_dfu_new:
 * @transport: an open USB transport on the DFU interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if this is no plain DFU device in DFU mode
 *
 * Begins a conversation; sends nothing. bcdDFUVersion 0x0100, 0x0101 and 0x0110 are all DFU 1.1.
 */
HsDfu *
hs_dfu_new (HsTransport *transport, HsUsbInfo *info, GError **error)
{
  g_autoptr (HsDfu) self = g_object_new (HS_TYPE_DFU, NULL);

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (info != NULL, NULL);

  if (!take_descriptors (self, info, error))
    return NULL;

  self->transport = g_object_ref (transport);
  g_ptr_array_set_size (self->names, self->alts->len);
  return g_steal_pointer (&self);
}

/* Bytes of one block: the camera multiplies the block number by it. */
guint16
hs_dfu_get_block_size (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), 0);

  return self->block_size;
}

/* Whether the device says that it can be read back. */
gboolean
hs_dfu_can_upload (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  return (self->attributes & DFU_CAN_UPLOAD) != 0;
}

guint
hs_dfu_get_n_alternates (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), 0);

  return self->alts->len;
}

/**
 * hs_dfu_get_name:
 * @self: a conversation
 * @n: which alternate setting, in the order of the descriptors
 * @error: a #HsFlashError
 *
 * Asks the device once for the string of an alternate setting, which is the name of the partition,
 * and remembers it. Blocks.
 *
 * Returns: (transfer none) (nullable): the name, "" if it has none, %NULL on error
 */
const char *
hs_dfu_get_name (HsDfu *self, guint n, GError **error)
{
  const HsUsbAlt *alt;

  g_return_val_if_fail (HS_IS_DFU (self), NULL);
  g_return_val_if_fail (n < self->alts->len, NULL);

  alt = &g_array_index (self->alts, HsUsbAlt, n);
  if (self->names->pdata[n] == NULL) {
    self->names->pdata[n] = alt->name_index == 0
                                ? g_strdup ("")
                                : hs_transport_get_string (self->transport, alt->name_index, error);
    if (self->names->pdata[n] == NULL)
      g_prefix_error (error, "Name of alternate setting %u: ", alt->alt);
  }
  return self->names->pdata[n];
}

/**
 * hs_dfu_find_alternate:
 * @self: a conversation
 * @name: of a partition
 * @alt: (out): its alternate setting on this device
 * @error: %HS_FLASH_ERROR_SURPRISE if there is none, or an error of the transport
 *
 * Only the name decides: numbers differ between boards and bootloader versions.
 */
gboolean
hs_dfu_find_alternate (HsDfu *self, const char *name, guint8 *alt, GError **error)
{
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  for (guint i = 0; i < self->alts->len; i++) {
    const char *found = hs_dfu_get_name (self, i, error);

    if (found == NULL)
      return FALSE;
    if (g_strcmp0 (found, name) == 0) {
      *alt = g_array_index (self->alts, HsUsbAlt, i).alt;
      return TRUE;
    }
  }

  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE, "The bootloader has no partition %s", name);
  return FALSE;
}

/* What comes after a failure must not rely on the alternate setting or its state. */
static gboolean
forget (HsDfu *self)
{
  self->selected = -1;
  return FALSE;
}

/**
 * hs_dfu_select:
 * @self: a conversation
 * @alt: an alternate setting
 * @error: a #HsFlashError
 *
 * Makes @alt the target of what follows; sends nothing if it already is. Blocks.
 */
gboolean
hs_dfu_select (HsDfu *self, guint8 alt, GError **error)
{
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

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

typedef struct {
  guint8 status;
  guint8 state;
  guint poll_ms;
} Status;

static gboolean
get_status (HsDfu *self, Status *status, GError **error)
{
  const HsRequest request = dfu_request (self, DFU_GETSTATUS, 0);
  guint8 reply[6] = { 0 };
  gssize n = hs_transport_receive (
      self->transport, &request, reply, sizeof reply, ERASE_TIMEOUT_MS, error);

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
  return TRUE;
}

static gboolean
fail_with_status (const Status *status, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               status->status != 0 ? HS_FLASH_ERROR_STATUS : HS_FLASH_ERROR_PROTOCOL,
               "the bootloader reports %s (status %u) in state %s",
               hs_dfu_status_name (status->status),
               status->status,
               hs_dfu_state_name (status->state));
  return FALSE;
}

/* Polls until @wanted. The work of the flash hides in the answer's delay, so bwPollTimeout is 0 and
 * there is no reason to sleep before the second poll. */
static gboolean
await_state (HsDfu *self, HsDfuState wanted, GError **error)
{
  gint64 deadline = hs_transport_now (self->transport) + ERASE_TIMEOUT_MS * 1000LL;
  const guint8 busy = wanted == HS_DFU_STATE_IDLE ? HS_DFU_STATE_MANIFEST : HS_DFU_STATE_DNBUSY;

  for (guint n = 0; hs_transport_now (self->transport) < deadline; n++) {
    Status status;

    if (!get_status (self, &status, error))
      return FALSE;
    if (status.status == 0 && status.state == wanted)
      return TRUE;
    if (status.status != 0 || (status.state != busy && status.state != busy - 1))
      return fail_with_status (&status, error);

    if (n > 0 || status.poll_ms > 0)
      hs_transport_sleep (self->transport, MAX (status.poll_ms, 1) * 1000ull);
  }

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_TIMED_OUT,
               "still in state %s after %u s",
               hs_dfu_state_name (busy),
               ERASE_TIMEOUT_MS / 1000);
  return FALSE;
}

/**
 * hs_dfu_make_idle:
 * @self: a conversation
 * @error: a #HsFlashError
 *
 * Brings the device into dfuIDLE, where a download may begin: one GETSTATUS if it is there already;
 * CLRSTATUS after an error, ABORT in the middle of a transfer. Blocks.
 */
gboolean
hs_dfu_make_idle (HsDfu *self, GError **error)
{
  Status status = { 0 };

  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  for (guint n = 0; n < 3; n++) {
    HsRequest request;

    if (!get_status (self, &status, error))
      return forget (self);
    if (status.status == 0 && status.state == HS_DFU_STATE_IDLE)
      return TRUE;
    if (status.state <= HS_DFU_STATE_APP_DETACH)
      break;

    request = dfu_request (self, status.state == HS_DFU_STATE_ERROR ? DFU_CLRSTATUS : DFU_ABORT, 0);
    if (!hs_transport_send (self->transport, &request, NULL, 0, REQUEST_TIMEOUT_MS, error))
      return forget (self);
  }

  fail_with_status (&status, error);
  return forget (self);
}

static gboolean
download (HsDfu *self, guint16 block, const guint8 *data, guint16 length, GError **error)
{
  const HsRequest request = dfu_request (self, DFU_DNLOAD, block);

  return hs_transport_send (self->transport,
                            &request,
                            data,
                            length,
                            length > 0 ? ERASE_TIMEOUT_MS : REQUEST_TIMEOUT_MS,
                            error);
}

/**
 * hs_dfu_write_block:
 * @self: a conversation
 * @block: its number within the selected alternate setting
 * @data: one whole block
 * @took_us: (out) (optional): how long erase and write took, in microseconds of the camera's time
 * @error: a #HsFlashError; the message names the block
 *
 * Sends one block and waits until it is in the flash: three transfers (DNLOAD, GETSTATUS busy,
 * GETSTATUS idle). The bootloader erases an erase unit when its first block arrives, so units are
 * written from their first block on, in order. Blocks, up to 30 s per transfer.
 */
gboolean
hs_dfu_write_block (HsDfu *self,
                    guint16 block,
                    const guint8 *data,
                    guint64 *took_us,
                    GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_DFU (self), FALSE);
  g_return_val_if_fail (data != NULL, FALSE);

  start = hs_transport_now (self->transport);
  if (!download (self, block, data, self->block_size, error) ||
      !await_state (self, HS_DFU_STATE_DNLOAD_IDLE, error)) {
    g_prefix_error (error, "Block %u: ", block);
    return forget (self);
  }

  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/**
 * hs_dfu_finish:
 * @self: a conversation in which blocks were written
 * @next_block: the number after the last block
 * @error: a #HsFlashError
 *
 * Ends a download with the zero-length block and waits for dfuIDLE: three transfers. The device
 * stays in DFU mode. Blocks.
 */
gboolean
hs_dfu_finish (HsDfu *self, guint16 next_block, GError **error)
{
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  if (!download (self, next_block, NULL, 0, error) ||
      !await_state (self, HS_DFU_STATE_IDLE, error)) {
    g_prefix_error (error, "End of the download: ");
    return forget (self);
  }
  return TRUE;
}

/**
 * hs_dfu_upload_block:
 * @self: a conversation
 * @block: its number within the selected alternate setting
 * @data: (out): room for one whole block
 * @error: a #HsFlashError; the message names the block
 *
 * Reads one block: one transfer, in any order, no ABORT needed afterwards. Blocks, up to 30 s. Past
 * the end of the partition the bootloader answers 4 zero bytes. Never call it between the two
 * halves of writing a block.
 *
 * Returns: how many bytes came, or -1
 */
gssize
hs_dfu_upload_block (HsDfu *self, guint16 block, guint8 *data, GError **error)
{
  HsRequest request;
  gssize n;

  g_return_val_if_fail (HS_IS_DFU (self), -1);
  g_return_val_if_fail (data != NULL, -1);

  request = dfu_request (self, DFU_UPLOAD, block);
  n = hs_transport_receive (
      self->transport, &request, data, self->block_size, ERASE_TIMEOUT_MS, error);
  if (n < 0) {
    g_prefix_error (error, "Block %u: ", block);
    forget (self);
  }
  return n;
}

/**
 * hs_dfu_detach:
 * @self: a conversation
 * @error: a #HsFlashError
 *
 * Asks the bootloader to start the application. Send nothing after it until the device has left the
 * bus: older bootloaders hang when they are asked something while they detach. That it is gone,
 * refuses or loses the status stage counts as success; only the bus can tell. Blocks.
 */
gboolean
hs_dfu_detach (HsDfu *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  HsRequest request;

  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  request = dfu_request (self, DFU_DETACH, DETACH_TIMEOUT_MS);
  self->selected = -1;
  if (hs_transport_send (self->transport, &request, NULL, 0, REQUEST_TIMEOUT_MS, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT))
    return TRUE;

  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Detach: ");
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
