/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/protection-work.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/unit-shown.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Readout protection off again, as the way back: everything in the chip is erased, its bootloader,
 * too. Recovery comes after it. */

#define LEVEL 0

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  return hs_protection_check_request (work, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Take readout protection off: everything in the chip is erased, its "
                      "bootloader, too (never tried on a real camera)"));
}

static gboolean
check_protected (HsWork *work, HsOptionBytes *options, GError **error)
{
  gboolean is_protected;

  if (!hs_option_bytes_is_protected (options, &is_protected, error) ||
      !hs_protection_record_observed (
          work, is_protected ? 1 : 0, is_protected ? "rom-refuses" : "rom-reads", error))
    return FALSE;
  if (is_protected)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_FORBIDDEN,
                       _ ("The chip can be read: it is not protected, and there is nothing to take "
                          "off. Nothing was erased."));
  return FALSE;
}

typedef gboolean (*PartitionFunc) (HsWork *work, const HsPartition *partition, GError **error);

/* All that lies in the chip. */
static gboolean
for_each_inside (HsWork *work, PartitionFunc func, GError **error)
{
  for (guint i = 0; i < work->board->n_partitions; i++) {
    const HsPartition *partition = &work->board->partitions[i];

    if (!(partition->flags & HS_PARTITION_EXTERNAL) && !func (work, partition, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
begin_partition (HsWork *work, const HsPartition *partition, GError **error)
{
  return hs_recorder_erasing (work->recorder, partition, error);
}

static gboolean
end_partition (HsWork *work, const HsPartition *partition, GError **error)
{
  return hs_recorder_not_erased (
      work->recorder,
      partition,
      "taking off readout protection was asked of the chip, which erases it",
      error);
}

static gboolean
erase (HsWork *work, HsOptionBytes *options, GError **error)
{
  gboolean ok, known;

  if (g_cancellable_set_error_if_cancelled (work->cancellable, error) ||
      !hs_protection_record_requested (work, LEVEL, NULL, error) ||
      !for_each_inside (work, begin_partition, error))
    return FALSE;

  hs_work_report (work, HS_ACTIVITY_ERASING);
  work->began = TRUE;
  work->touched = TRUE;
  ok = hs_option_bytes_remove_protection (options, error);
  known = for_each_inside (work, end_partition, ok ? error : NULL);
  return ok && known && hs_protection_record_written (work, LEVEL, NULL, error);
}

/* The program reads the level first, and erases only what is protected. */
static gboolean
run_probe (HsWork *work, GError **error)
{
  gboolean ok, known;

  if (!hs_unit_shown_learn (work, error) || !hs_protection_begin (work, error) ||
      !hs_protection_check_by_probe (work, 1, error) ||
      !for_each_inside (work, begin_partition, error))
    return FALSE;
  work->touched = TRUE;
  ok = hs_protection_set_by_probe (work, LEVEL, error);
  known = for_each_inside (work, end_partition, ok ? error : NULL);
  return ok && known;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  HsOptionBytes options;

  if (hs_protection_is_by_probe (work))
    return run_probe (work, error);
  return hs_protection_open_rom (work, &options, error) &&
         hs_protection_require_unit (work, error) && hs_protection_begin (work, error) &&
         check_protected (work, &options, error) && erase (work, &options, error);
}

const HsStepClass hs_step_unprotect = {
  .verb = N_ ("Unprotect"),
  .check = check,
  .describe = describe,
  .run = run,
};
