/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsAppError:
 * @HS_APP_ERROR_USAGE: the command line, or a call of ours, makes no sense
 * @HS_APP_ERROR_NO_CAMERA: no such camera is attached
 * @HS_APP_ERROR_NO_BUILD: no such build, or it has nothing for this camera
 * @HS_APP_ERROR_NO_UNIT: no such unit
 * @HS_APP_ERROR_VERSION: it reports another version than the build has
 * @HS_APP_ERROR_SWAPPED: reads back with the bytes of each 16-bit word swapped
 * @HS_APP_ERROR_NO_READ_BACK: this bootloader hands nothing out: written, not proven
 * @HS_APP_ERROR_NOTHING: nothing in there that could be imported
 * @HS_APP_ERROR_MIXED: the files belong to different boards or builds
 * @HS_APP_ERROR_INCOMPLETE: a write of its firmware broke off: it would hang when started
 * @HS_APP_ERROR_FAILED: anything else
 */
typedef enum {
  HS_APP_ERROR_USAGE,
  HS_APP_ERROR_NO_CAMERA,
  HS_APP_ERROR_NO_BUILD,
  HS_APP_ERROR_NO_UNIT,
  HS_APP_ERROR_VERSION,
  HS_APP_ERROR_SWAPPED,
  HS_APP_ERROR_NO_READ_BACK,
  HS_APP_ERROR_NOTHING,
  HS_APP_ERROR_MIXED,
  HS_APP_ERROR_INCOMPLETE,
  HS_APP_ERROR_FAILED,
} HsAppError;

#define HS_APP_ERROR (hs_app_error_quark ())
GQuark hs_app_error_quark (void);
const char *hs_app_error_name (int code);

G_END_DECLS
