/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"

G_DEFINE_QUARK (hs_flash_error, hs_flash_error)

static const char *const names[] = {
  [HS_FLASH_ERROR_GONE] = "camera-gone",
  [HS_FLASH_ERROR_STALLED] = "camera-refused",
  [HS_FLASH_ERROR_TIMED_OUT] = "no-answer",
  [HS_FLASH_ERROR_STATUS] = "bootloader-error",
  [HS_FLASH_ERROR_PROTECTED] = "protected",
  [HS_FLASH_ERROR_TOO_LARGE] = "too-large",
  [HS_FLASH_ERROR_VERIFY] = "read-back-differs",
  [HS_FLASH_ERROR_PERMISSION] = "no-permission",
  [HS_FLASH_ERROR_BUSY] = "camera-held",
  [HS_FLASH_ERROR_WRONG_BOARD] = "wrong-board",
  [HS_FLASH_ERROR_WRONG_ROLE] = "wrong-role",
  [HS_FLASH_ERROR_WRONG_UNIT] = "another-unit",
  [HS_FLASH_ERROR_SURPRISE] = "unknown-partitions",
  [HS_FLASH_ERROR_MISSED] = "window-missed",
  [HS_FLASH_ERROR_AWAY] = "did-not-come-back",
  [HS_FLASH_ERROR_BAD_FILE] = "bad-file",
  [HS_FLASH_ERROR_FORBIDDEN] = "never-written",
  [HS_FLASH_ERROR_UNSUPPORTED] = "not-possible",
  [HS_FLASH_ERROR_PROTOCOL] = "bad-answer",
  [HS_FLASH_ERROR_FAILED] = "failed",
};

/**
 * hs_flash_error_name:
 * @code: a #HsFlashError
 *
 * Returns: the code's name in JSON and in the journal; part of the documented closed list
 */
const char *
hs_flash_error_name (int code)
{
  g_return_val_if_fail (code >= 0 && code < (int) G_N_ELEMENTS (names), "failed");

  return names[code];
}
