/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/step.h"
#include "app/tools.h"
#include "flash/imx-rom.h"
#include "flash/sim/sample-image.h"

#include <glib/gi18n-lib.h>

/* NXP's loader for the RAM of the chip: a file of somebody else's that no build has. */

/* (transfer full) (nullable): what was named, else where the IDE and the SDK have it */
static GFile *
find_file (HsWork *work, GError **error)
{
  g_autofree char *why = NULL;
  GFile *file;

  if (work->options.file != NULL)
    return g_object_ref (work->options.file);
  file = hs_tool_find (HS_TOOL_RT1062_FLASHLOADER, &why);
  if (file == NULL)
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_TOOL,
                         why != NULL ? why : hs_tool_title (HS_TOOL_RT1062_FLASHLOADER));
  return file;
}

static GBytes *
load (HsWork *work, GError **error)
{
  g_autoptr (GFile) file = find_file (work, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) local = NULL;

  /* Practice needs nothing of NXP's. Such a loader would not run on a real camera. */
  if (file == NULL && work->seen->simulated) {
    g_clear_error (error);
    return hs_sample_rt1062_flashloader ();
  }
  if (file == NULL)
    return NULL;
  bytes = g_file_load_bytes (file, work->cancellable, NULL, &local);
  if (bytes == NULL) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, local->message);
    return NULL;
  }
  if (hs_imx_rom_check_loader (bytes, error))
    return g_steal_pointer (&bytes);
  g_prefix_error (error, "%s: ", g_file_peek_path (file));
  return NULL;
}

/* A loader that is in RAM already needs no file. */
static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (hs_camera_get_mode (work->camera) == HS_MODE_DFU)
    return TRUE;
  bytes = load (work, error);
  return bytes != NULL;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("NXP’s loader into RAM: nothing in the chip is changed by that"));
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (hs_camera_get_mode (work->camera) == HS_MODE_DFU)
    return TRUE;
  bytes = load (work, error);
  if (bytes == NULL)
    return FALSE;
  hs_imx_rom_set_loader (work->camera, bytes);
  return TRUE;
}

const HsStepClass hs_step_stage = {
  .verb = N_ ("Load"),
  .check = check,
  .describe = describe,
  .run = run,
};
