/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/recorder.h"
#include "app/resolve.h"
#include "app/se-tools.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The bootloader of the AE3, by Alif's SE tools over the serial port of a debug adapter. */

#define JLINK_VID 0x1366

static HsUsbInfo *
find_on_bus (HsWork *work, gboolean (*fits) (HsWork *work, const HsUsbInfo *info))
{
  g_autoptr (GPtrArray) infos = hs_bus_list (hs_camera_get_bus (work->camera));

  for (guint i = 0; i < infos->len; i++)
    if (fits (work, g_ptr_array_index (infos, i)))
      return hs_usb_info_ref (g_ptr_array_index (infos, i));
  return NULL;
}

static gboolean
is_bridge (HsWork *work, const HsUsbInfo *info)
{
  return hs_board_has_bridge (work->board, info->vid, info->pid);
}

static gboolean
is_jlink (HsWork *work, const HsUsbInfo *info)
{
  return info->vid == JLINK_VID;
}

static gboolean
check_bus (HsWork *work, GError **error)
{
  g_autoptr (HsUsbInfo) bridge = find_on_bus (work, is_bridge);
  g_autoptr (HsUsbInfo) jlink = find_on_bus (work, is_jlink);

  if (bridge != NULL && jlink != NULL)
    return TRUE;
  g_set_error_literal (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_TOOL,
      bridge == NULL
          ? _ ("The serial adapter of the debug board (0403:6015 or 1A86:55D3) is not on the bus. "
               "Nothing was written.")
          : _ ("The J-Link of the debug board is not on the bus: connect it as well. Nothing was "
               "written."));
  return FALSE;
}

static gboolean
has_part (HsWork *work, HsRole role)
{
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->role == role)
      return TRUE;
  return FALSE;
}

static gboolean
check_images (HsWork *work, GError **error)
{
  for (guint i = 0; i < work->parts->len; i++)
    if (!hs_restore_check_image (work, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) tools = hs_tool_find (HS_TOOL_SE_TOOLS, &why);

  if (tools == NULL) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, why);
    return FALSE;
  }
  if (has_part (work, HS_ROLE_BOOTLOADER) && has_part (work, HS_ROLE_TOC))
    return check_images (work, error);
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NO_BUILD,
                       _ ("The build needs a bootloader.bin and a firmware_pad.toc for that. "
                          "Nothing was written."));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Bootloader and boot table, by Alif’s SE tools over the serial adapter"));
}

/* --- power --- */

/* Until the adapter has left the bus and come back: nothing else on the bus shows that the chip
 * lost power, as it shows nothing of its own. Only a cancellation ends that. */
static gboolean
await_power_cycle (HsSeTools *tools, GError **error)
{
  HsWork *work = tools->work;
  HsBus *bus = hs_camera_get_bus (work->camera);
  gboolean was_away = FALSE;

  hs_work_ask_drawn (work,
                     _ ("Unplug the camera and the debug adapter, wait a moment, and plug both in "
                        "again. Leave the switch on."),
                     "replug-adapter");
  for (;;) {
    guint64 seen = hs_bus_serial (bus);
    g_autoptr (HsUsbInfo) bridge = find_on_bus (work, is_bridge);

    was_away = was_away || bridge == NULL;
    if (was_away && bridge != NULL && bridge->tty != NULL) {
      hs_work_ask (work, NULL);
      return hs_se_tools_set_tty (tools, bridge->tty, error);
    }
    if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
      break;
    hs_bus_wait (bus, work->seen->port, seen, G_MAXINT64, work->cancellable);
  }
  hs_work_ask (work, NULL);
  return FALSE;
}

/* --- the secure enclave --- */

/* Whether @version is older than the one that the toolkit has. */
static gboolean
is_older (HsSeTools *tools, const guint version[3])
{
  g_auto (GStrv) words = tools->version != NULL ? g_strsplit (tools->version, ".", 3) : NULL;

  for (guint i = 0; words != NULL && i < 3 && words[i] != NULL; i++) {
    guint newest = g_ascii_strtoull (words[i], NULL, 10);

    if (version[i] != newest)
      return version[i] < newest;
  }
  return FALSE;
}

static gboolean
fail_old (HsSeTools *tools, const guint version[3], GError **error)
{
  g_set_error (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_TOOL,
      _ ("The camera’s secure enclave still says version %u.%u.%u after its system package "
         "was written (%s). Unplug the camera, plug it in again, and try once more."),
      version[0],
      version[1],
      version[2],
      tools->version != NULL ? tools->version : "?");
  return FALSE;
}

/* From here on the chip is written to, if not yet to what the job is about. */
static gboolean
begin_writing (HsWork *work, GError **error)
{
  if (!work->started && !hs_recorder_started (work->recorder, error))
    return FALSE;
  work->began = TRUE;
  return TRUE;
}

/* Written anew, and asked again. */
static gboolean
renew_package (HsSeTools *tools, GError **error)
{
  HsSeState state;
  guint version[3];

  if (!begin_writing (tools->work, error))
    return FALSE;
  hs_work_report (tools->work, HS_ACTIVITY_ENTERING);
  if (!hs_se_update (tools, error) || !await_power_cycle (tools, error) ||
      !hs_se_ask (tools, &state, version, error))
    return FALSE;
  if (state == HS_SE_ANSWERS)
    return !is_older (tools, version) || fail_old (tools, version, error);
  g_set_error_literal (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_TOOL,
      _ ("The camera’s secure enclave does not answer after its system package was "
         "written. Leave the switch on, and try again."));
  return FALSE;
}

/* Until the secure enclave answers, with a system package that is new enough. */
static gboolean
wake (HsSeTools *tools, GError **error)
{
  HsSeState state;
  guint version[3];

  hs_work_report (tools->work, HS_ACTIVITY_CHECKING);
  if (!hs_se_ask (tools, &state, version, error))
    return FALSE;
  if (state == HS_SE_ANSWERS)
    return !is_older (tools, version) || renew_package (tools, error);

  if (state == HS_SE_RECOVERY && !begin_writing (tools->work, error))
    return FALSE;
  if (!hs_se_maintain (tools, error) ||
      (state == HS_SE_RECOVERY && !await_power_cycle (tools, error)))
    return FALSE;
  return renew_package (tools, error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_auto (HsSeTools) tools = { 0 };

  if (!check_bus (work, error) || !hs_se_tools_open (&tools, work, error) ||
      !wake (&tools, error) || !hs_step_tool_begin (work, error))
    return FALSE;
  hs_work_report (work, HS_ACTIVITY_WRITING);
  return hs_step_tool_end (work, hs_se_write (&tools, error), error);
}

const HsStepClass hs_step_tool_se = {
  .verb = N_ ("Write"),
  .check = check,
  .describe = describe,
  .run = run,
};
