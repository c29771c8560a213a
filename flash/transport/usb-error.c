/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/usb-error.h"

#include "flash/transport/node-error.h"

#include <glib/gi18n-lib.h>
#include <libusb.h>

/**
 * hs_usb_take_status:
 * @status: what a libusb function returned
 * @node: (nullable): the device's node, to find out who holds it
 * @error: a #HsFlashError
 *
 * The one place where libusb's codes become ours.
 *
 * Returns: whether @status is success
 */
gboolean
hs_usb_take_status (int status, const char *node, GError **error)
{
  switch (status) {
  case LIBUSB_ERROR_ACCESS:
    hs_set_no_permission (error);
    return FALSE;
  case LIBUSB_ERROR_BUSY:
    hs_set_held (node, error);
    return FALSE;
  case LIBUSB_ERROR_NO_DEVICE:
  case LIBUSB_ERROR_NOT_FOUND:
    hs_set_gone (error);
    return FALSE;
  case LIBUSB_ERROR_PIPE:
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, _ ("The camera refused the request."));
    return FALSE;
  case LIBUSB_ERROR_TIMEOUT:
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT, _ ("The camera did not answer in time."));
    return FALSE;
  case LIBUSB_ERROR_OVERFLOW:
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_PROTOCOL,
                         _ ("The camera sent more than it was asked for."));
    return FALSE;
  default:
    break;
  }

  if (status >= 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FAILED,
               /* Translators: %s is the USB library's own words. */
               _ ("USB reports “%s”. Try another cable or port, then retry."),
               libusb_strerror (status));
  return FALSE;
}
