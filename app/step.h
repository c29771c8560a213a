/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

G_BEGIN_DECLS

typedef struct _HsStep HsStep;

/**
 * HsStepClass:
 * @verb: for people; marked with N_()
 * @check: (nullable): may this step run? Harmless; opens nothing on the camera. A refusal says
 *   what, why and what to do
 * @describe: one line for the plan; %NULL result: not worth a line
 * @expect: (nullable): how much it is and how long it takes; @estimate is all 0 before. Blocks on
 * the catalog
 * @run: does it; blocks; on the job's thread
 *
 * One kind of step of a plan; one file each. That one interface gives the dry run, the wizard's
 * summary and the command line's plan.
 */
typedef struct {
  const char *verb;
  gboolean (*check) (HsWork *work, const HsStep *step, GError **error);
  char *(*describe) (HsWork *work, const HsStep *step);
  void (*expect) (HsWork *work, const HsStep *step, HsEstimate *estimate);
  gboolean (*run) (HsWork *work, const HsStep *step, GError **error);
} HsStepClass;

struct _HsStep {
  const HsStepClass *class;
  guint part; /* index into the work's parts; only for steps about one */
};

extern const HsStepClass hs_step_enter;
extern const HsStepClass hs_step_save;
extern const HsStepClass hs_step_admit; /* is this unit allowed, which number does it get */
extern const HsStepClass hs_step_write;
extern const HsStepClass hs_step_copy;  /* the same through the bootloader's drive, unproven */
extern const HsStepClass hs_step_files; /* the release's files for this unit, on its drive */
extern const HsStepClass hs_step_verify;
extern const HsStepClass hs_step_compare; /* what would be written; writes nothing */
extern const HsStepClass hs_step_read;    /* a partition to a file */
extern const HsStepClass hs_step_erase;
extern const HsStepClass hs_step_look_at_filesystem; /* what erasing it would do */
extern const HsStepClass hs_step_leave;
extern const HsStepClass hs_step_confirm;
extern const HsStepClass hs_step_tool_programmer; /* recovery by STM32_Programmer_CLI */
extern const HsStepClass hs_step_tool_deploy;     /* bootloader and firmware by a probe */
extern const HsStepClass hs_step_tool_se;         /* recovery by Alif's SE tools */
extern const HsStepClass hs_step_identify;
extern const HsStepClass hs_step_probe;
/* Bringing back a board with %HS_RECOVERY_SDP, in this order, the SBL's write and proof before the
 * last: */
extern const HsStepClass hs_step_stage;  /* the file of the loader for RAM, before hs_step_enter */
extern const HsStepClass hs_step_config; /* the flash configuration block */
extern const HsStepClass hs_step_fuse;   /* the boot fuse: read; burnt if it is not */
extern const HsStepClass hs_step_join;   /* is its bootloader the one that was restored? */
extern const HsStepClass hs_step_enter_rom;    /* the chip's own bootloader, by the jumper */
extern const HsStepClass hs_step_write_loader; /* the one write of BOOTLOADER there is */
extern const HsStepClass hs_step_audit;        /* every way in which code could leave the camera */
extern const HsStepClass hs_step_protect;      /* readout protection to level 1 */
extern const HsStepClass hs_step_unprotect;    /* and back: everything is erased */
extern const HsStepClass hs_step_observe;      /* which level is in force */

GPtrArray *hs_erase_regions (const HsBoard *board);
gboolean
hs_step_read_to_file (HsWork *work, const HsPartition *partition, GFile *file, GError **error);
void hs_step_expect_read (HsWork *work, const HsPartition *partition, HsEstimate *estimate);
gboolean hs_step_copy_helps (HsWork *work, const GError *error);
/* What is written by a vendor's program: recorded before and after; nothing of it is proven. */
gboolean hs_step_tool_begin (HsWork *work, GError **error);
gboolean hs_step_tool_end (HsWork *work, gboolean ok, GError **error);
gboolean hs_step_keep_loader (HsWork *work, gboolean starts, GError **error);

G_END_DECLS
