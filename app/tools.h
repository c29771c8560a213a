/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What belongs to somebody else and is needed for some recoveries: programs, and files that no
 * build has. */
typedef enum {
  HS_TOOL_STM32_PROGRAMMER, /* STM32_Programmer_CLI */
  HS_TOOL_OPENOCD,
  HS_TOOL_SE_TOOLS,  /* Alif's app-write-mram and its neighbours: the folder */
  HS_TOOL_N6_LAYOUT, /* FlashLayout.tsv with what it names, of the OpenMV SDK: the folder */
  HS_TOOL_RT1062_FLASHLOADER, /* sdphost_flash_loader.bin */
  HS_TOOL_RT1062_SBL,         /* blhost_flash_loader.bin: the second bootloader */
  HS_TOOL_SDK,                /* the OpenMV SDK: its folder */
  HS_TOOL_IDE,                /* OpenMV IDE: its folder */
  HS_N_TOOLS
} HsTool;

const char *hs_tool_name (HsTool tool);  /* "stm32-programmer": in the journal and settings */
const char *hs_tool_title (HsTool tool); /* translated */
/* Where it is: what somebody chose, then PATH, the OpenMV SDK and IDE, the vendor's usual places.
 * (transfer full) (nullable). @why: (out) (optional): if there is none, a sentence that says where
 * it was looked for. Blocks on files. */
GFile *hs_tool_find (HsTool tool, char **why);
/* Its version as it says itself; (transfer full) (nullable). Blocks: starts it. */
char *hs_tool_get_version (HsTool tool, GFile *file, GCancellable *cancellable);
/* Remembers what somebody chose; %HS_APP_ERROR_NO_TOOL with a sentence if that is not it. */
gboolean hs_tool_choose (HsTool tool, GFile *file, GError **error);

G_END_DECLS
