/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/protection-work.h"
#include "app/step.h"
#include "app/unit-shown.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Readout protection to level 1: the option bytes are read, checked, kept in the journal, and
 * written with one byte changed. What that came to is seen after power was off: step-observe.c. */

#define LEVEL 1 /* there is no other one to ask for */

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  return hs_protection_check_request (work, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  if (hs_protection_is_by_probe (work))
    return g_strdup (_ ("Set readout protection to level 1 through a debug probe"));
  return g_strdup (_ ("Read the option bytes, check and keep them, change one byte to level 1 and "
                      "write them (never tried on a real camera)"));
}

/* A chip that is protected already is seen, and left alone. */
static gboolean
check_open (HsWork *work, HsOptionBytes *options, GError **error)
{
  gboolean is_protected;

  if (!hs_option_bytes_is_protected (options, &is_protected, error))
    return FALSE;
  if (!is_protected)
    return TRUE;
  if (!hs_protection_record_observed (work, LEVEL, "rom-refuses", error))
    return FALSE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_PROTECTED,
                       _ ("The chip refuses to be read: it is protected already. Nothing was "
                          "written."));
  return FALSE;
}

static gboolean
write_options (HsWork *work, HsOptionBytes *options, const guint8 *block, GError **error)
{
  const HsOptionLayout *layout = options->layout;
  g_autofree char *sent = hs_option_block_to_hex (block, layout->size);
  HsDfuseEnd end;

  if (block[layout->rdp] != HS_RDP_BYTE_1) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_FORBIDDEN,
                         _ ("Hotshoe sets readout protection to level 1 only."));
    return FALSE;
  }

  hs_work_report (work, HS_ACTIVITY_WRITING);
  work->began = TRUE;
  if (!hs_option_bytes_write (options, block, &end, error) ||
      !hs_protection_record_written (work, LEVEL, sent, error))
    return FALSE;
  return end == HS_DFUSE_WENT || hs_option_bytes_check_second (options, error);
}

static gboolean
run_rom (HsWork *work, GError **error)
{
  HsOptionBytes options;
  guint8 block[HS_OPTION_BLOCK_MAX];

  if (!hs_protection_open_rom (work, &options, error) ||
      !hs_protection_require_unit (work, error) || !hs_protection_begin (work, error) ||
      !check_open (work, &options, error) || !hs_option_bytes_read (&options, error))
    return FALSE;

  work->option_bytes = hs_option_block_to_hex (options.block, options.layout->size);
  return hs_option_bytes_make_protected (&options, block, error) &&
         !g_cancellable_set_error_if_cancelled (work->cancellable, error) &&
         hs_protection_record_requested (work, LEVEL, work->option_bytes, error) &&
         write_options (work, &options, block, error);
}

/* Which camera the probe is on, nobody can tell: that the one on the port is the unit is all that
 * is known. */
static gboolean
run_probe (HsWork *work, GError **error)
{
  return hs_unit_shown_learn (work, error) && hs_protection_require_unit (work, error) &&
         hs_protection_begin (work, error) && hs_protection_check_by_probe (work, 0, error) &&
         hs_protection_set_by_probe (work, LEVEL, error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  return hs_protection_is_by_probe (work) ? run_probe (work, error) : run_rom (work, error);
}

const HsStepClass hs_step_protect = {
  .verb = N_ ("Protect"),
  .check = check,
  .describe = describe,
  .run = run,
};
