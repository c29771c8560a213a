/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/dfu.h"

#include "flash/error.h"

#define DETACH_TIMEOUT_MS 1000 /* wDetachTimeOut of the OpenMV bootloader */

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

  HsDfuLink link;
};

G_DEFINE_FINAL_TYPE (HsDfu, hs_dfu, G_TYPE_OBJECT)

static void
hs_dfu_finalize (GObject *object)
{
  HsDfu *self = HS_DFU (object);

  hs_dfu_link_clear (&self->link);

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

  if (!hs_dfu_link_open (&self->link, transport, info, error))
    return NULL;
  if (self->link.bcd == HS_DFU_BCD_DFUSE) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         "The device speaks DfuSe, not plain DFU 1.1");
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* Bytes of one block: the camera multiplies the block number by it. */
guint16
hs_dfu_get_block_size (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), 0);

  return self->link.block_size;
}

/* Whether the device says that it can be read back. */
gboolean
hs_dfu_can_upload (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  return hs_dfu_link_can_upload (&self->link);
}

guint
hs_dfu_get_n_alternates (HsDfu *self)
{
  g_return_val_if_fail (HS_IS_DFU (self), 0);

  return self->link.alts->len;
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
  g_return_val_if_fail (HS_IS_DFU (self), NULL);
  g_return_val_if_fail (n < self->link.alts->len, NULL);

  return hs_dfu_link_get_name (&self->link, n, error);
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

  for (guint i = 0; i < self->link.alts->len; i++) {
    const char *found = hs_dfu_get_name (self, i, error);

    if (found == NULL)
      return FALSE;
    if (g_strcmp0 (found, name) == 0) {
      *alt = g_array_index (self->link.alts, HsUsbAlt, i).alt;
      return TRUE;
    }
  }

  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE, "The bootloader has no partition %s", name);
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

  return hs_dfu_link_select (&self->link, alt, error);
}

/* Polls until @wanted. The work of the flash hides in the answer's delay, so bwPollTimeout is 0 and
 * there is no reason to sleep before the second poll. */
static gboolean
await_state (HsDfu *self, HsDfuState wanted, GError **error)
{
  gint64 deadline = hs_transport_now (self->link.transport) + HS_DFU_ERASE_TIMEOUT_MS * 1000LL;
  const guint8 busy = wanted == HS_DFU_STATE_IDLE ? HS_DFU_STATE_MANIFEST : HS_DFU_STATE_DNBUSY;

  for (guint n = 0; hs_transport_now (self->link.transport) < deadline; n++) {
    HsDfuStatus status;

    if (!hs_dfu_link_get_status (&self->link, &status, error))
      return FALSE;
    if (status.status == 0 && status.state == wanted)
      return TRUE;
    if (status.status != 0 || (status.state != busy && status.state != busy - 1))
      return hs_dfu_status_fail (&status, error);

    if (n > 0 || status.poll_ms > 0)
      hs_transport_sleep (self->link.transport, MAX (status.poll_ms, 1) * 1000ull);
  }

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_TIMED_OUT,
               "still in state %s after %u s",
               hs_dfu_state_name (busy),
               HS_DFU_ERASE_TIMEOUT_MS / 1000);
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
  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  return hs_dfu_link_make_idle (&self->link, error);
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

  start = hs_transport_now (self->link.transport);
  if (!hs_dfu_link_download (&self->link, block, data, self->link.block_size, error) ||
      !await_state (self, HS_DFU_STATE_DNLOAD_IDLE, error)) {
    g_prefix_error (error, "Block %u: ", block);
    return hs_dfu_link_forget (&self->link);
  }

  if (took_us != NULL)
    *took_us = hs_transport_now (self->link.transport) - start;
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

  if (!hs_dfu_link_download (&self->link, next_block, NULL, 0, error) ||
      !await_state (self, HS_DFU_STATE_IDLE, error)) {
    g_prefix_error (error, "End of the download: ");
    return hs_dfu_link_forget (&self->link);
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
  gssize n;

  g_return_val_if_fail (HS_IS_DFU (self), -1);
  g_return_val_if_fail (data != NULL, -1);

  n = hs_dfu_link_upload (&self->link, block, data, self->link.block_size, error);
  if (n < 0) {
    g_prefix_error (error, "Block %u: ", block);
    hs_dfu_link_forget (&self->link);
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

  g_return_val_if_fail (HS_IS_DFU (self), FALSE);

  if (hs_dfu_link_detach (&self->link, DETACH_TIMEOUT_MS, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT))
    return TRUE;

  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Detach: ");
  return FALSE;
}
