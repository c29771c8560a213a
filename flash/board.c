/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/board.h"

static const char *const role_names[HS_N_ROLES] = {
  [HS_ROLE_NONE] = "none",
  [HS_ROLE_FIRMWARE] = "firmware",
  [HS_ROLE_FIRMWARE_HE] = "firmware-he",
  [HS_ROLE_ROMFS1] = "romfs1",
  [HS_ROLE_ROMFS0] = "romfs0",
  [HS_ROLE_BOOTLOADER] = "bootloader",
  [HS_ROLE_FILESYSTEM] = "filesystem",
  [HS_ROLE_STORAGE] = "storage",
  [HS_ROLE_TOC] = "toc",
  [HS_ROLE_RECOVERY] = "recovery",
  [HS_ROLE_COMBINED] = "combined",
  [HS_ROLE_DEBUG] = "debug",
};

/* The role's word on the command line, in JSON and in the journal. */
const char *
hs_role_name (HsRole role)
{
  g_return_val_if_fail (role < HS_N_ROLES, "none");

  return role_names[role];
}

/* HS_ROLE_NONE if @name is no role. */
HsRole
hs_role_from_name (const char *name)
{
  for (guint i = 1; i < HS_N_ROLES; i++)
    if (g_strcmp0 (role_names[i], name) == 0)
      return i;
  return HS_ROLE_NONE;
}

const char *
hs_mode_name (HsMode mode)
{
  static const char *const names[] = { "unknown", "app", "dfu", "rom" };

  g_return_val_if_fail (mode < G_N_ELEMENTS (names), "unknown");

  return names[mode];
}
