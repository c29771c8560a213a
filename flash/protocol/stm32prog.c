/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/stm32prog.h"

#include "flash/error.h"
#include "flash/protocol/dfu-link.h"

/* ST's serial boot over USB, as the STM32N6's ROM speaks it (AN5275): plain DFU 1.1 with an
 * alternate for each phase. Only what it waits for is asked: ST's program does the rest. */

#define VIRTUAL_NAME "@virtual /0xF1/"
#define PHASE_SIZE   9

/* The number of the alternate that tells the phase; -1 with @error. */
static int
find_virtual (HsDfuLink *link, GError **error)
{
  for (guint i = 0; i < link->alts->len; i++) {
    const char *name = hs_dfu_link_get_name (link, i, error);

    if (name == NULL)
      return -1;
    if (g_str_has_prefix (name, VIRTUAL_NAME))
      return g_array_index (link->alts, HsUsbAlt, i).alt;
  }
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_UNSUPPORTED,
                       "The device has no alternate setting that tells its phase");
  return -1;
}

static guint32
get_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static gboolean
read_phase (HsDfuLink *link, HsStm32progPhase *phase, GError **error)
{
  int alt = find_virtual (link, error);
  guint8 bytes[PHASE_SIZE] = { 0 };
  gssize n;

  if (alt < 0 || !hs_dfu_link_select (link, alt, error) || !hs_dfu_link_make_idle (link, error))
    return FALSE;
  n = hs_dfu_link_upload (link, 0, bytes, sizeof bytes, error);
  if (n < 0)
    return FALSE;
  if (n != sizeof bytes) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "the phase has %" G_GSSIZE_FORMAT " bytes instead of %u",
                 n,
                 PHASE_SIZE);
    return FALSE;
  }

  phase->phase = bytes[0];
  phase->destination = get_u32 (bytes + 1);
  phase->offset = get_u32 (bytes + 5);
  return TRUE;
}

/**
 * hs_stm32prog_read_phase:
 * @transport: an open USB transport on the DFU interface
 * @info: the descriptors of that very enumeration
 * @phase: (out): what it waits for
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if it is none that tells; else a #HsFlashError
 *
 * Harmless. Blocks.
 */
gboolean
hs_stm32prog_read_phase (HsTransport *transport,
                         HsUsbInfo *info,
                         HsStm32progPhase *phase,
                         GError **error)
{
  HsDfuLink link = { 0 };
  gboolean ok;

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), FALSE);
  g_return_val_if_fail (info != NULL && phase != NULL, FALSE);

  ok = hs_dfu_link_open (&link, transport, info, error) && read_phase (&link, phase, error);
  hs_dfu_link_clear (&link);
  if (!ok)
    g_prefix_error (error, "Phase of the ROM: ");
  return ok;
}
