/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsFlashError:
 * @HS_FLASH_ERROR_GONE: the camera left the bus; plug it in again and retry
 * @HS_FLASH_ERROR_STALLED: the camera refused the request
 * @HS_FLASH_ERROR_TIMED_OUT: no answer within the time-out
 * @HS_FLASH_ERROR_STATUS: the bootloader reports an error status (errWRITE, errADDRESS …)
 * @HS_FLASH_ERROR_PROTECTED: readout protection or a read-only partition forbids the access
 * @HS_FLASH_ERROR_TOO_LARGE: the image does not fit the partition
 * @HS_FLASH_ERROR_VERIFY: read-back differs from what was written
 * @HS_FLASH_ERROR_PERMISSION: the device node may not be opened; install the udev rules
 * @HS_FLASH_ERROR_BUSY: another program holds the camera
 * @HS_FLASH_ERROR_WRONG_BOARD: the image is for another board than the camera
 * @HS_FLASH_ERROR_WRONG_ROLE: the image is not what its role says
 * @HS_FLASH_ERROR_WRONG_UNIT: another unit came back
 * @HS_FLASH_ERROR_SURPRISE: the camera's partitions are not the ones the board table names
 * @HS_FLASH_ERROR_MISSED: the start-up window was missed; plug in again
 * @HS_FLASH_ERROR_AWAY: it did not come back in time
 * @HS_FLASH_ERROR_BAD_FILE: the file is truncated, foreign or damaged
 * @HS_FLASH_ERROR_FORBIDDEN: never written here (bootloader, TOC, RECOVERY)
 * @HS_FLASH_ERROR_UNSUPPORTED: this camera or mode can't do it
 * @HS_FLASH_ERROR_PROTOCOL: the answer makes no sense
 * @HS_FLASH_ERROR_FAILED: anything else
 *
 * What went wrong while talking to a camera. One code per *reaction* the
 * caller can have, not one per place that can fail.
 */
typedef enum {
  HS_FLASH_ERROR_GONE,
  HS_FLASH_ERROR_STALLED,
  HS_FLASH_ERROR_TIMED_OUT,
  HS_FLASH_ERROR_STATUS,
  HS_FLASH_ERROR_PROTECTED,
  HS_FLASH_ERROR_TOO_LARGE,
  HS_FLASH_ERROR_VERIFY,
  HS_FLASH_ERROR_PERMISSION,
  HS_FLASH_ERROR_BUSY,
  HS_FLASH_ERROR_WRONG_BOARD,
  HS_FLASH_ERROR_WRONG_ROLE,
  HS_FLASH_ERROR_WRONG_UNIT,
  HS_FLASH_ERROR_SURPRISE,
  HS_FLASH_ERROR_MISSED,
  HS_FLASH_ERROR_AWAY,
  HS_FLASH_ERROR_BAD_FILE,
  HS_FLASH_ERROR_FORBIDDEN,
  HS_FLASH_ERROR_UNSUPPORTED,
  HS_FLASH_ERROR_PROTOCOL,
  HS_FLASH_ERROR_FAILED,
} HsFlashError;

#define HS_FLASH_ERROR (hs_flash_error_quark ())
GQuark hs_flash_error_quark (void);

const char *hs_flash_error_name (int code);

G_END_DECLS
