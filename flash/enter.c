/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/enter.h"

#include "flash/error.h"
#include "flash/protocol/debug.h"
#include "flash/protocol/repl.h"

#include <glib/gi18n-lib.h>

/* From running firmware into the board's everyday bootloader. The three ways are those of the
 * firmware: SYS_BOOT, machine.bootloader(), and Arduino's touch. */

enum { TOUCH_BAUD = 1200 };

/* Milliseconds of the camera's time. */
enum {
  RESTART_MS = 2000,    /* from the order to restart until the firmware has left the bus */
  TOUCH_OPEN_MS = 50,   /* the port stays open so long at 1200 baud */
  COME_BACK_MS = 10000, /* until the next program has enumerated */
};

static gboolean
ask_by_protocol (HsCamera *camera, GCancellable *cancellable)
{
  HsTransport *transport = hs_camera_get_transport (camera);
  g_autoptr (HsDebug) debug =
      transport != NULL ? hs_debug_probe (transport, cancellable, NULL) : NULL;

  return debug != NULL && hs_debug_boot (debug, NULL) &&
         hs_camera_await_gone (camera, RESTART_MS, cancellable, NULL);
}

static gboolean
ask_by_repl (HsCamera *camera, GCancellable *cancellable)
{
  HsTransport *transport = hs_camera_get_transport (camera);

  return transport != NULL && hs_repl_enter (transport, cancellable, NULL) &&
         hs_repl_run_last (transport, HS_REPL_BOOTLOADER, NULL) &&
         hs_camera_await_gone (camera, RESTART_MS, cancellable, NULL);
}

/* The firmware restarts when the port is let go. */
static gboolean
ask_by_touch (HsCamera *camera, GCancellable *cancellable)
{
  HsTransport *transport = hs_camera_get_transport (camera);

  if (transport == NULL || !hs_transport_set_line (transport, TOUCH_BAUD, TRUE, NULL))
    return FALSE;
  hs_transport_sleep (transport, TOUCH_OPEN_MS * G_TIME_SPAN_MILLISECOND);
  hs_transport_set_line (transport, TOUCH_BAUD, FALSE, NULL);
  hs_camera_close (camera);
  return hs_camera_await_gone (camera, RESTART_MS, cancellable, NULL);
}

static const struct {
  HsEnterWays way;
  gboolean (*ask) (HsCamera *camera, GCancellable *cancellable);
} ways[] = {
  { HS_ENTER_PROTOCOL, ask_by_protocol },
  { HS_ENTER_REPL, ask_by_repl },
  { HS_ENTER_TOUCH, ask_by_touch },
};

/* TRUE if the firmware restarts. Failing one way is no error: there are others. */
static gboolean
ask_in_turn (HsCamera *camera, GCancellable *cancellable)
{
  HsEnterWays known = hs_camera_get_board (camera)->enter;

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    if (!(known & ways[i].way) || g_cancellable_is_cancelled (cancellable))
      continue;
    if (ways[i].ask (camera, cancellable))
      return TRUE;
    if (!hs_camera_is_attached (camera))
      return FALSE;
  }
  return FALSE;
}

/* The id that it shows becomes the camera's, if it tells one. No request is sent.
 * %HS_FLASH_ERROR_WRONG_UNIT. */
gboolean
hs_enter_learn_id (HsCamera *camera, GError **error)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (camera);
  g_autoptr (HsIdentity) identity =
      hs_identity_new (hs_camera_get_board (camera), hs_camera_get_mode (camera), info->serial);

  if (identity == NULL || identity->strength != HS_IDENTITY_PROVEN)
    return TRUE;
  return hs_camera_learn_key (camera, identity->key, error);
}

gboolean
hs_enter_ask_firmware (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  const char *port = hs_camera_get_port (camera);
  gboolean asked, there;

  g_return_val_if_fail (HS_IS_CAMERA (camera) && hs_camera_get_board (camera) != NULL, FALSE);

  /* Its bootloader may show no id. */
  if (hs_camera_get_key (camera) == NULL && !hs_enter_learn_id (camera, error))
    return FALSE;
  if (hs_camera_open (camera, HS_OPEN_SERIAL, error) == NULL)
    return FALSE;

  asked = ask_in_turn (camera, cancellable);
  there = hs_camera_is_attached (camera);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (asked)
    return TRUE;

  hs_camera_close (camera);
  if (there)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_MISSED,
                 _ ("The firmware of the camera on port %s does not answer."),
                 port);
  else
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_GONE,
                 _ ("The camera on port %s was unplugged"),
                 port);
  return FALSE;
}

gboolean
hs_enter_check_mode (HsCamera *camera, HsMode mode, GError **error)
{
  g_return_val_if_fail (HS_IS_CAMERA (camera), FALSE);

  if (hs_camera_get_mode (camera) == mode)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               _ ("The camera on port %s is not in its bootloader"),
               hs_camera_get_port (camera));
  return FALSE;
}

/* What has just enumerated must be the bootloader. */
static gboolean
check_arrived (HsCamera *camera, gboolean by_hand, GError **error)
{
  const char *port = hs_camera_get_port (camera);
  HsMode mode = hs_camera_get_mode (camera);

  if (mode == HS_MODE_DFU)
    return hs_enter_learn_id (camera, error);

  if (mode == HS_MODE_ROM)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_MISSED,
                 _ ("The camera on port %s came back in the chip's own bootloader"),
                 port);
  else if (by_hand)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_MISSED,
                 _ ("The camera on port %s started its firmware before its bootloader was seen"),
                 port);
  else
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_MISSED,
                 _ ("The camera on port %s was asked for its bootloader and came back with its "
                    "firmware"),
                 port);
  return FALSE;
}

gboolean
hs_enter_await_hand (HsCamera *camera,
                     gboolean window,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error)
{
  g_return_val_if_fail (HS_IS_CAMERA (camera), FALSE);

  hs_progress_report (progress, HS_ACTIVITY_WAITING, HS_ROLE_NONE, 0, 0);
  hs_camera_close (camera);

  if (!window)
    return hs_camera_await_mode (camera, HS_MODE_DFU, 0, cancellable, error) &&
           hs_enter_learn_id (camera, error);

  return hs_camera_await_gone (camera, 0, cancellable, error) &&
         hs_camera_await_mode (camera, HS_MODE_UNKNOWN, 0, cancellable, error) &&
         check_arrived (camera, TRUE, error);
}

gboolean
hs_enter_await_loader (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (HS_IS_CAMERA (camera), FALSE);

  return hs_camera_await_mode (camera, HS_MODE_UNKNOWN, COME_BACK_MS, cancellable, error) &&
         check_arrived (camera, FALSE, error);
}
