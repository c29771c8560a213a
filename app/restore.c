/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/recorder.h"
#include "app/resolve.h"
#include "flash/error.h"
#include "flash/image.h"

#include <glib/gi18n-lib.h>

/* Bringing a bootloader back from the chip's own: what is written, and how. The only path on which
 * BOOTLOADER is ever written. */

/* The partition as it is seen here. */
static HsPartition
lift (const HsPartition *partition)
{
  HsPartition lifted = *partition;

  lifted.flags &= ~HS_PARTITION_NEVER;
  lifted.flags |= HS_PARTITION_WRITABLE;
  return lifted;
}

static gboolean
fail_without_loader (HsWork *work, GError **error)
{
  const HsArtifact *combined =
      hs_build_find_artifact (work->options.build, hs_role_name (HS_ROLE_COMBINED));

  if (combined != NULL)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_ROLE,
                 /* Translators: name of a file */
                 _ ("The build has its bootloader only inside %s, which would also overwrite "
                    "filesystem and firmware. Choose bootloader.bin. Nothing was written."),
                 combined->file);
  else
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_BUILD,
                         _ ("The build has no bootloader. Nothing was written."));
  return FALSE;
}

static gboolean
check_way (HsWork *work, GError **error)
{
  if (work->board->recovery != HS_RECOVERY_NONE && work->board->recovery != HS_RECOVERY_FOREIGN)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_OFFERED,
               _ ("The bootloader of %s can't be restored here. Nothing was written."),
               _ (work->board->name));
  return FALSE;
}

/* Resolves which artifact is written; errors as hs_resolve_parts(). Blocks on files if @load. */
gboolean
hs_restore_resolve (HsWork *work, gboolean load, GError **error)
{
  const HsArtifact *artifact;

  if (!check_way (work, error) || !hs_resolve_check_board (work, error))
    return FALSE;
  artifact = hs_build_find_artifact (work->options.build, hs_role_name (HS_ROLE_BOOTLOADER));
  if (artifact == NULL)
    return fail_without_loader (work, error);
  if (!hs_resolve_add_part (work, HS_ROLE_BOOTLOADER, artifact, load, error))
    return FALSE;

  /* A vendor's program writes the boot table with it. */
  artifact = hs_build_find_artifact (work->options.build, hs_role_name (HS_ROLE_TOC));
  return work->board->recovery != HS_RECOVERY_SE_TOOL || artifact == NULL ||
         hs_resolve_add_part (work, HS_ROLE_TOC, artifact, load, error);
}

static void
add (GArray *steps, const HsStepClass *class)
{
  HsStep step = { class, 0 };

  g_array_append_val (steps, step);
}

void
hs_restore_add_steps (HsWork *work, GArray *steps)
{
  HsRecovery recovery = work->board != NULL ? work->board->recovery : HS_RECOVERY_ST_ROM;
  gboolean stages = recovery == HS_RECOVERY_SDP;

  if (recovery == HS_RECOVERY_ST_TOOL || recovery == HS_RECOVERY_SE_TOOL) {
    add (steps, recovery == HS_RECOVERY_ST_TOOL ? &hs_step_tool_programmer : &hs_step_tool_se);
    return;
  }
  if (stages)
    add (steps, &hs_step_stage);
  add (steps, &hs_step_enter_rom);
  if (stages)
    add (steps, &hs_step_config);
  add (steps, &hs_step_write_loader);
  add (steps, &hs_step_verify);
  if (stages)
    add (steps, &hs_step_fuse);
}

/* --- entering --- */

static gboolean
check_rom (HsWork *work, const HsStep *step, GError **error)
{
  if (work->board == NULL || work->method == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("Several models show the same bootloader: say which one is on port %s."),
                 work->seen->port);
    return FALSE;
  }
  if (work->seen->no_access) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }
  return TRUE;
}

static char *
describe_rom (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("The chip’s own bootloader, and whether it is this board’s"));
}

/* Whose camera it is, nobody can tell now: all that follows is said of the port. */
static gboolean
run_rom (HsWork *work, const HsStep *step, GError **error)
{
  double before = hs_work_seconds (work);

  hs_work_report (work, HS_ACTIVITY_ENTERING);
  work->entered = TRUE;
  if (!work->method->enter (
          work->camera, work->options.replug, work->progress, work->cancellable, error))
    return FALSE;
  work->seconds_enter = hs_work_seconds (work) - before;
  return hs_recorder_started (work->recorder, error);
}

const HsStepClass hs_step_enter_rom = {
  .verb = N_ ("Enter"),
  .check = check_rom,
  .describe = describe_rom,
  .run = run_rom,
};

/* --- writing --- */

/* Whether the image of the @n-th part is what it should be; it is small. */
gboolean
hs_restore_check_image (HsWork *work, guint n, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  HsPartition lifted = lift (part->partition);
  g_autoptr (GBytes) bytes = NULL;

  if (n >= work->images->len) /* a plan is made without reading the files */
    return TRUE;
  bytes = hs_source_dup_bytes (hs_work_image (work, n), error);
  return bytes != NULL && hs_image_check_payload (bytes, part->role, work->board, &lifted, error);
}

static gboolean
check_loader (HsWork *work, const HsStep *step, GError **error)
{
  return hs_restore_check_image (work, step->part, error);
}

static char *
describe_loader (HsWork *work, const HsStep *step)
{
  return hs_step_write.describe (work, step);
}

static void
expect_loader (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  hs_step_write.expect (work, step, estimate);
}

static gboolean
run_loader (HsWork *work, const HsStep *step, GError **error)
{
  return hs_step_write.run (work, step, error);
}

const HsStepClass hs_step_write_loader = {
  .verb = N_ ("Write"),
  .check = check_loader,
  .describe = describe_loader,
  .expect = expect_loader,
  .run = run_loader,
};
