/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/firmware-actions.h"

#include "ui/boot-window.h"
#include "ui/build-wizard.h"
#include "ui/cloud-window.h"
#include "ui/debug-window.h"
#include "ui/edits-window.h"
#include "ui/features-window.h"
#include "ui/freeze-wizard.h"
#include "ui/memory-window.h"
#include "ui/models-window.h"
#include "ui/readiness-window.h"
#include "ui/romfs-window.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const HsFirmwareAction actions[] = {
  { "build", N_("Build…"), N_("Compile it, and take what comes out into the catalog"),
    hs_build_wizard_open },
  { "freeze", N_("Freeze an Application…"), N_("Put scripts into the firmware itself"),
    hs_freeze_wizard_open },
  { "boot", N_("What Runs at Boot"), N_("From power to the REPL, and where an import is found"),
    hs_boot_window_open },
  { "readiness", N_("Readiness Check"), N_("What a camera that is shipped must have"),
    hs_readiness_window_open },
  { "features", N_("Features…"), N_("Which image functions are in the firmware"),
    hs_features_window_open },
  { "memory", N_("Memory…"), N_("How RAM is divided between frame buffers and the heap"),
    hs_memory_window_open },
  { "models", N_("Models…"), N_("Which neural networks and cascades are on the camera"),
    hs_models_window_open },
  { "romfs", N_("ROMFS…"), N_("What a build puts into the image of models and assets"),
    hs_romfs_window_open_board },
  { "debug", N_("Debug…"), N_("An editor’s files for a debug probe, and what stands in the way"),
    hs_debug_window_open },
  { "cloud", N_("Cloud Builds…"), N_("Let GitHub build it, and take the zip into the catalog"),
    hs_cloud_window_open },
  { "edits", N_("What Hotshoe Wrote"), N_("Changes of this tree, and back again"),
    hs_edits_window_open },
};
/* clang-format on */

guint
hs_firmware_action_count (void)
{
  return G_N_ELEMENTS (actions);
}

const HsFirmwareAction *
hs_firmware_action_nth (guint n)
{
  return &actions[n];
}

const HsFirmwareAction *
hs_firmware_action_find (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    if (g_str_equal (actions[i].id, id))
      return &actions[i];
  return NULL;
}
