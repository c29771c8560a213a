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
  [HS_APP_ERROR_NO_RELEASE] = "no-release",
  [HS_APP_ERROR_BAD_RECIPE] = "bad-recipe",
  [HS_APP_ERROR_NOT_LOCKABLE] = "not-lockable",
  [HS_APP_ERROR_RELEASE_DRAFT] = "release-draft",
  [HS_APP_ERROR_RELEASE_WITHDRAWN] = "release-withdrawn",
  [HS_APP_ERROR_UNSIGNED] = "unsigned",
  [HS_APP_ERROR_BUNDLE_ALTERED] = "bundle-altered",
  [HS_APP_ERROR_BUNDLE_NEWER] = "bundle-newer",
  [HS_APP_ERROR_UNIT_SHIPPED] = "unit-shipped",
  [HS_APP_ERROR_UNIT_SCRAPPED] = "unit-scrapped",
  [HS_APP_ERROR_UNIT_UNKNOWN] = "unit-unknown",
  [HS_APP_ERROR_NEEDS_NUMBER] = "needs-number",
  [HS_APP_ERROR_UNIT_FILE] = "unit-file",
  [HS_APP_ERROR_DRIVE] = "bootloader-drive",
  [HS_APP_ERROR_KEY] = "key-failed",
  [HS_APP_ERROR_DIFFERS] = "differs",
  [HS_APP_ERROR_FILE] = "file-not-written",
  [HS_APP_ERROR_FILE_EXISTS] = "file-exists",
  [HS_APP_ERROR_NO_TOOL] = "no-tool",
  [HS_APP_ERROR_TOOL] = "tool-failed",
  [HS_APP_ERROR_NOT_CONFIRMED] = "not-confirmed",
  [HS_APP_ERROR_NOT_OFFERED] = "not-offered",
  [HS_APP_ERROR_OTHER_BOOTLOADER] = "other-bootloader",
  [HS_APP_ERROR_NO_TREE] = "no-tree",
  [HS_APP_ERROR_TREE_CHANGED] = "tree-changed",
  [HS_APP_ERROR_BAD_MANIFEST] = "bad-manifest",
  [HS_APP_ERROR_BUILD] = "build-failed",
  [HS_APP_ERROR_BAD_ROMFS] = "bad-romfs",
  [HS_APP_ERROR_ROMFS_FULL] = "romfs-full",
  [HS_APP_ERROR_FAILED] = "failed",
};

/* The code's name in JSON; part of the documented closed list. */
const char *
hs_app_error_name (int code)
{
  g_return_val_if_fail (code >= 0 && code < (int) G_N_ELEMENTS (names), "failed");

  return names[code];
}
