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
 * @HS_APP_ERROR_NO_RELEASE: no such release
 * @HS_APP_ERROR_BAD_RECIPE: what it says makes no sense, or asks for more than this version knows
 * @HS_APP_ERROR_NOT_LOCKABLE: something stands against locking it
 * @HS_APP_ERROR_RELEASE_DRAFT: it is not locked
 * @HS_APP_ERROR_RELEASE_WITHDRAWN: it is withdrawn
 * @HS_APP_ERROR_UNSIGNED: no trusted key signed it, and this bench asks for that
 * @HS_APP_ERROR_BUNDLE_ALTERED: bytes in the bundle are not those that were packed
 * @HS_APP_ERROR_BUNDLE_NEWER: a newer Hotshoe made it
 * @HS_APP_ERROR_UNIT_SHIPPED: it was shipped; its return comes first
 * @HS_APP_ERROR_UNIT_SCRAPPED: it is scrap
 * @HS_APP_ERROR_UNIT_UNKNOWN: which unit it is can't be told, and that has to be known first
 * @HS_APP_ERROR_NEEDS_NUMBER: its product serial has to be scanned first
 * @HS_APP_ERROR_UNIT_FILE: a file for this unit can't be made or written
 * @HS_APP_ERROR_DRIVE: its bootloader can only be reached through its drive, and that failed
 * @HS_APP_ERROR_KEY: a key can't be made, read or used
 * @HS_APP_ERROR_DIFFERS: it was compared, and holds something else
 * @HS_APP_ERROR_FILE: a file here can't be written
 * @HS_APP_ERROR_FILE_EXISTS: a file here exists already
 * @HS_APP_ERROR_NO_TOOL: a vendor's program, or a file of it, is not here
 * @HS_APP_ERROR_TOOL: a vendor's program failed, hung, or asked what nobody may answer for it
 * @HS_APP_ERROR_NOT_CONFIRMED: something that can't be undone was not confirmed as it must be
 * @HS_APP_ERROR_NOT_OFFERED: Hotshoe does not do that to this chip
 * @HS_APP_ERROR_OTHER_BOOTLOADER: the bootloader that came up is not the one that was written
 * @HS_APP_ERROR_NO_TREE: no firmware tree there, or not this board in it
 * @HS_APP_ERROR_TREE_CHANGED: somebody changed the files since
 * @HS_APP_ERROR_BAD_MANIFEST: a manifest, or a setting of the tree, makes no sense
 * @HS_APP_ERROR_BUILD: the build came to nothing
 * @HS_APP_ERROR_BAD_ROMFS: no ROMFS image, or a file that can't be in one
 * @HS_APP_ERROR_ROMFS_FULL: too much for the ROMFS partition
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
  HS_APP_ERROR_NO_RELEASE,
  HS_APP_ERROR_BAD_RECIPE,
  HS_APP_ERROR_NOT_LOCKABLE,
  HS_APP_ERROR_RELEASE_DRAFT,
  HS_APP_ERROR_RELEASE_WITHDRAWN,
  HS_APP_ERROR_UNSIGNED,
  HS_APP_ERROR_BUNDLE_ALTERED,
  HS_APP_ERROR_BUNDLE_NEWER,
  HS_APP_ERROR_UNIT_SHIPPED,
  HS_APP_ERROR_UNIT_SCRAPPED,
  HS_APP_ERROR_UNIT_UNKNOWN,
  HS_APP_ERROR_NEEDS_NUMBER,
  HS_APP_ERROR_UNIT_FILE,
  HS_APP_ERROR_DRIVE,
  HS_APP_ERROR_KEY,
  HS_APP_ERROR_DIFFERS,
  HS_APP_ERROR_FILE,
  HS_APP_ERROR_FILE_EXISTS,
  HS_APP_ERROR_NO_TOOL,
  HS_APP_ERROR_TOOL,
  HS_APP_ERROR_NOT_CONFIRMED,
  HS_APP_ERROR_NOT_OFFERED,
  HS_APP_ERROR_OTHER_BOOTLOADER,
  HS_APP_ERROR_NO_TREE,
  HS_APP_ERROR_TREE_CHANGED,
  HS_APP_ERROR_BAD_MANIFEST,
  HS_APP_ERROR_BUILD,
  HS_APP_ERROR_BAD_ROMFS,
  HS_APP_ERROR_ROMFS_FULL,
  HS_APP_ERROR_FAILED,
} HsAppError;

#define HS_APP_ERROR (hs_app_error_quark ())
GQuark hs_app_error_quark (void);
const char *hs_app_error_name (int code);

G_END_DECLS
