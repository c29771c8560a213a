/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"

G_DEFINE_QUARK (hs_app_error, hs_app_error)

static const char *const names[] = {
  [HS_APP_ERROR_USAGE] = "usage",
  [HS_APP_ERROR_NO_CAMERA] = "no-camera",
  [HS_APP_ERROR_NO_BUILD] = "no-build",
  [HS_APP_ERROR_NO_UNIT] = "no-unit",
  [HS_APP_ERROR_VERSION] = "version-differs",
  [HS_APP_ERROR_SWAPPED] = "swapped-read-back",
  [HS_APP_ERROR_NO_READ_BACK] = "no-read-back",
  [HS_APP_ERROR_NOTHING] = "nothing-to-import",
  [HS_APP_ERROR_MIXED] = "mixed-files",
  [HS_APP_ERROR_INCOMPLETE] = "firmware-incomplete",
  [HS_APP_ERROR_FAILED] = "failed",
};

/* The code's name in JSON; part of the documented closed list. */
const char *
hs_app_error_name (int code)
{
  g_return_val_if_fail (code >= 0 && code < (int) G_N_ELEMENTS (names), "failed");

  return names[code];
}
