/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/estimate.h"
#include "flash/board.h"
#include "flash/version.h"
#include "store/release.h"
#include "store/values.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsRequestOptions:
 *
 * What somebody asks for, before it is resolved for one camera.
 */
typedef struct {
  HsBuild *build; /* nullable for what needs none */
  guint64 roles;  /* bit 1 << HsRole; 0: all that the build has for the board */
  gboolean erase_filesystem;
  gboolean full;       /* write every erase unit without comparing first */
  gboolean save_first; /* keep what the partitions hold as a build before the first write */
  gboolean replug;     /* wait for a person to plug it in, instead of asking the firmware */
  gboolean may_wait;   /* wait for a person to do that if the firmware can't be asked */
  gboolean
      confirm_none; /* for products that close USB: bytes and id in the bootloader are enough */
  HsVersionKind confirm; /* best evidence allowed: TEXT lets the REPL stop the product */
  gboolean leave_held;   /* stay in the bootloader afterwards */
  char *unit;            /* key that must be the camera's, once it is known; nullable */
  HsRelease *release;    /* nullable; its recipe then decides all that it names */
  char *batch;           /* nullable: the batch this run counts in */
  char *number;          /* nullable: the product serial that was scanned */
  gboolean overwrite;    /* erase: every byte of the region, not only what makes it re-format */
  HsRole role;           /* read: which partition */
  GFile *file;           /* read: where to; erase: keep the region there first; nullable */
  gboolean replace;      /* a file that is there may go */
  const HsBoard *board;  /* nullable: what the camera is, where it can't tell itself (ST ROM, a RAM
                            loader, a serial bridge) */
  char *rom_run;         /* flash: nullable: the run that restored this camera's bootloader, on the
                            same port; joined to the unit if its bootloader is rom_sha256 */
  char *rom_sha256;
  guint64 rom_length; /* bytes that rom_sha256 is of */
  char **rom_others;  /* nullable: keys of cameras that were on other ports meanwhile: not this one,
                         however equal their bootloaders are */
  gboolean spare;     /* somebody said "I have a spare": option bytes, fuses */
  char *confirmed;    /* nullable: what was typed to confirm something that can't be undone */
  const char *way;    /* protect, unprotect: "rom", "swd-programmer", "swd-openocd"; static */
  const char *of;     /* dry-run: of what: "flash" (also NULL), "erase", "reset-romfs"; static */
} HsRequestOptions;

/* One line of what a plan will do, for the confirm page, the dry run and --dry-run's text. */
typedef struct {
  char *verb; /* "Check", "Enter", "Write", "Prove", "Start", "Confirm" */
  char *text; /* "firmware.bin → FIRMWARE, 1.6 MB" */
  HsRole role;
  HsEstimate expected; /* of what takes its time; else all 0 */
} HsPlanLine;
void hs_plan_line_free (HsPlanLine *self);
HsEstimate hs_plan_expect (GPtrArray *lines);

G_END_DECLS
