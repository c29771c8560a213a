/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-openmv-dfu-private.h"

#include "flash/enter.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Milliseconds of the camera's time. */
enum {
  DETACH_MS = 1500,    /* from DETACH until the bootloader has left the bus */
  COME_BACK_MS = 10000 /* until the next program has enumerated */
};

/* One UPLOAD stops the bootloader's start-up timer; of the bootloader itself, which is always safe
 * to read. Nothing else holds it. A bootloader without UPLOAD can't be held this way. */
static gboolean
hold (HsCamera *camera, GError **error)
{
  HsDfu *dfu = hs_openmv_dfu_converse (camera, error);
  g_autofree guint8 *block = NULL;
  g_autoptr (GError) local = NULL;

  if (dfu == NULL)
    return FALSE;
  if (!hs_dfu_can_upload (dfu))
    return TRUE;

  block = g_malloc (hs_dfu_get_block_size (dfu));
  if (!hs_dfu_select (dfu, 0, error))
    return FALSE;
  if (hs_dfu_upload_block (dfu, 0, block, &local) >= 0 ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED))
    return TRUE;

  g_propagate_prefixed_error (error,
                              g_steal_pointer (&local),
                              "Hold the bootloader on port %s: ",
                              hs_camera_get_port (camera));
  return FALSE;
}

/* @in_window: nobody told the bootloader to stay, so that being gone means being too late. */
static gboolean
hold_and_identify (HsCamera *camera, gboolean in_window, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!hold (camera, &local)) {
    if (in_window && g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE)) {
      g_set_error_literal (error,
                           HS_FLASH_ERROR,
                           HS_FLASH_ERROR_MISSED,
                           _ ("Missed the start-up window of the bootloader."));
      return FALSE;
    }
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  return hs_enter_learn_id (camera, error) && hs_openmv_dfu_check (camera, error);
}

gboolean
hs_openmv_dfu_enter (HsCamera *camera,
                     gboolean replug,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  if (replug)
    return hs_enter_await_hand (camera, TRUE, progress, cancellable, error) &&
           hold_and_identify (camera, TRUE, error);

  hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
  switch (hs_camera_get_mode (camera)) {
  case HS_MODE_DFU:
    return hold_and_identify (camera, TRUE, error);
  case HS_MODE_APP:
    return hs_enter_ask_firmware (camera, cancellable, error) &&
           hs_enter_await_loader (camera, cancellable, error) &&
           hold_and_identify (camera, FALSE, error);
  default:
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The camera on port %s runs the chip's own bootloader; the OpenMV bootloader "
                    "can't be reached from there"),
                 hs_camera_get_port (camera));
    return FALSE;
  }
}

/* The bootloader was told to leave. Bootloaders up to 4.8.0 stay when they were entered by the
 * firmware's order; a bus reset makes them go. Can't be cancelled: whoever stopped waiting would
 * close the camera, and that is a request to a bootloader that is about to leave. */
static gboolean
await_departure (HsCamera *camera, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_camera_await_gone (camera, DETACH_MS, NULL, &local))
    return TRUE;
  if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  /* Whether it worked shows on the bus; while the device restarts the call may well fail. */
  hs_transport_reset (hs_camera_get_transport (camera), NULL);
  return hs_camera_await_gone (camera, DETACH_MS, NULL, error);
}

gboolean
hs_openmv_dfu_leave (HsCamera *camera,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  HsDfu *dfu;

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU) {
    dfu = hs_openmv_dfu_converse (camera, error);
    if (dfu == NULL || !hs_dfu_detach (dfu, error) || !await_departure (camera, error))
      return FALSE;
  }
  return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}
