/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/debug-config.h"

G_BEGIN_DECLS

/* What Hotshoe knows of debugging a chip; by the beginning of the tree's MCU=. */
typedef struct {
  const char *mcu;
  const char *device;  /* as J-Link calls it */
  const char *openocd; /* file of MicroPython's stm32 boards; nullable */
  gboolean external;   /* starts from an external flash: a debugger does not load it just so */
  guint breakpoints;   /* comparators for code in flash */
  gboolean two_cores;
} HsDebugChip;
const HsDebugChip *hs_debug_find_chip (const HsTreeBoard *board); /* nullable */

/* -- debug-machine.c: where this runs -- */

typedef struct {
  gboolean wsl;      /* Windows' Linux */
  gboolean wsl1;     /* the one without a kernel of its own */
  gboolean mirrored; /* its network is that of Windows */
  char *gateway;     /* Windows as its Linux sees it; nullable */
} HsDebugMachine;
/* Runs ip and wslinfo. Blocks. */
void hs_debug_machine_read (HsDebugMachine *self);
void hs_debug_machine_clear (HsDebugMachine *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsDebugMachine, hs_debug_machine_clear)
/* Pure: "default via 172.20.0.1 dev eth0" -> "172.20.0.1"; nullable (transfer full). */
char *hs_debug_parse_gateway (const char *routes);
/* Pure: what a .wslconfig says of networkingMode. */
gboolean hs_debug_is_mirrored (const char *config);

/* -- debug-findings.c: pitfalls -- */

/* @gdb: the program that was found; nullable. @svd: the same for the description of registers. */
void hs_debug_add_findings (GPtrArray *findings,
                            HsTree *tree,
                            const HsTreeBoard *board,
                            const HsDebugOptions *options,
                            const HsDebugMachine *machine,
                            const char *gdb,
                            const char *svd);
/* "debug", "jlink": the goal of this tree's Makefile that starts a debugger; nullable. */
const char *hs_debug_find_goal (HsTree *tree);

G_END_DECLS
