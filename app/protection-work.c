/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/protection-work.h"

#include "app/admit.h"
#include "app/app-error.h"
#include "app/protection.h"
#include "app/recorder.h"
#include "app/tool-run.h"
#include "app/unit-shown.h"
#include "flash/error.h"
#include "flash/protocol/debug.h"
#include "flash/protocol/repl.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

enum {
  N_PROBES = 2,        /* just started firmware may be formatting its filesystem */
  RESTART_MS = 2000,   /* from the order to restart until it has left the bus */
  COME_BACK_MS = 15000 /* and until it is there again */
};

#define MASS_STORAGE 8 /* interface class */

const char *
hs_protection_get_way (HsWork *work)
{
  return work->options.way != NULL ? work->options.way : "rom";
}

gboolean
hs_protection_is_by_probe (HsWork *work)
{
  return g_str_has_prefix (hs_protection_get_way (work), "swd-");
}

/* --- may it be done --- */

static gboolean
check_way (HsWork *work, GError **error)
{
  static const char *const ways[] = { "rom", "swd-programmer", "swd-openocd", NULL };
  const char *way = hs_protection_get_way (work);
  const HsOptionLayout *layout = hs_option_layout_by_mcu (work->board->mcu);

  if (!g_strv_contains (ways, way)) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("Hotshoe knows no way called “%s”."), way);
    return FALSE;
  }
  if (hs_protection_is_by_probe (work)) /* the probe is another device */
    return TRUE;
  if (layout == NULL || !layout->native) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOT_OFFERED,
                 _ ("Hotshoe does not change the protection of an %s through its ROM bootloader: "
                    "nobody has shown that it works. Use a debug probe: --way swd-programmer or "
                    "--way swd-openocd."),
                 work->board->mcu);
    return FALSE;
  }
  if (hs_camera_get_mode (work->camera) != HS_MODE_ROM) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         _ ("The camera is not in its ROM bootloader. Unplug it, set the boot "
                            "jumper, and plug it in again."));
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_confirmed (HsWork *work, GError **error)
{
  g_autofree char *ending = hs_protection_make_ending (work->catalog, work->options.unit, error);

  if (ending == NULL || !hs_protection_check_ending (ending, work->options.confirmed, error))
    return FALSE;
  if (work->options.spare)
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NOT_CONFIRMED,
                       _ ("Changing option bytes from here has never been tried on a real camera. "
                          "It is done only where there is a spare: say so (--spare)."));
  return FALSE;
}

gboolean
hs_protection_check_request (HsWork *work, GError **error)
{
  g_autofree char *reason = NULL;

  if (work->board == NULL) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         _ ("Several models show the same bootloader, so this camera's board is "
                            "not known. Name the unit."));
    return FALSE;
  }
  if (!hs_protection_is_offered (work->board, &reason)) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED, reason);
    return FALSE;
  }
  if (work->seen->no_access && !hs_protection_is_by_probe (work)) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }
  return check_way (work, error) && check_confirmed (work, error);
}

gboolean
hs_protection_begin (HsWork *work, GError **error)
{
  const char *unit = work->options.unit;

  return (unit == NULL || hs_admit_unit (work, unit, error)) &&
         (work->started || hs_recorder_started (work->recorder, error));
}

gboolean
hs_protection_open_rom (HsWork *work, HsOptionBytes *options, GError **error)
{
  hs_work_report (work, HS_ACTIVITY_CHECKING);
  return hs_option_bytes_open (options, work->camera, error) && hs_unit_shown_learn (work, error);
}

/* Half of an id in common with others, or a serial that all chips of a kind show, confirms nothing:
 * the ending that was typed is of one unit. */
gboolean
hs_protection_require_unit (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);

  if (unit != NULL && g_strcmp0 (unit, work->options.unit) == 0)
    return TRUE;
  work->declined = TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               /* Translators: id of a unit */
               _ ("What this bootloader shows does not tell that it is %s. Nothing was written."),
               work->options.unit);
  return FALSE;
}

/* --- the journal --- */

static JsonObject *
make_level (int level)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "level", level);
  return object;
}

gboolean
hs_protection_record_requested (HsWork *work, int level, const char *before, GError **error)
{
  g_autoptr (JsonObject) object = make_level (level);

  json_object_set_string_member (object, "way", hs_protection_get_way (work));
  if (before != NULL)
    json_object_set_string_member (object, "before", before);
  return hs_recorder_note (work->recorder, HS_KIND_PROTECTION_REQUESTED, object, error);
}

gboolean
hs_protection_record_written (HsWork *work, int level, const char *options, GError **error)
{
  g_autoptr (JsonObject) object = make_level (level);

  json_object_set_string_member (object, "way", hs_protection_get_way (work));
  if (options != NULL)
    json_object_set_string_member (object, "options", options);
  return hs_recorder_note (work->recorder, HS_KIND_PROTECTION_WRITTEN, object, error);
}

gboolean
hs_protection_record_observed (HsWork *work, int level, const char *evidence, GError **error)
{
  g_autoptr (JsonObject) object = make_level (level);

  work->level = level;
  json_object_set_string_member (object, "evidence", evidence);
  return hs_recorder_note (work->recorder, HS_KIND_PROTECTION_OBSERVED, object, error);
}

/* --- a debug probe --- */

static gboolean
check_level (HsWork *work, guint level, int wanted, GError **error)
{
  if ((int) level == wanted)
    return TRUE;
  if (level == 2)
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_PROTECTED,
                         _ ("The chip is at level 2, which nothing can change any more."));
  else if (wanted == 0)
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_PROTECTED,
                         _ ("The chip is protected already. Nothing was written."));
  else
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_FORBIDDEN,
                         _ ("The chip is not protected: there is nothing to take off. Nothing was "
                            "erased."));
  return FALSE;
}

gboolean
hs_protection_check_by_probe (HsWork *work, int wanted, GError **error)
{
  guint level = 0;

  hs_work_report (work, HS_ACTIVITY_CHECKING);
  return hs_tool_rdp_read (work, &level, error) &&
         hs_protection_record_observed (work, level, "tool", error) &&
         check_level (work, level, wanted, error) &&
         !g_cancellable_set_error_if_cancelled (work->cancellable, error) &&
         hs_protection_record_requested (work, wanted == 0 ? 1 : 0, NULL, error);
}

gboolean
hs_protection_set_by_probe (HsWork *work, int level, GError **error)
{
  hs_work_report (work, level == 0 ? HS_ACTIVITY_ERASING : HS_ACTIVITY_WRITING);
  work->began = TRUE;
  return hs_tool_rdp_set (work, level == 0 ? HS_RDP_LEVEL_0 : HS_RDP_LEVEL_1, error) &&
         hs_protection_record_written (work, level, NULL, error);
}

/* --- running firmware --- */

static gboolean
shows_drive (HsUsbInfo *info)
{
  for (guint i = 0; i < info->alts->len; i++)
    if (g_array_index (info->alts, HsUsbAlt, i).class == MASS_STORAGE)
      return TRUE;
  return FALSE;
}

/* %FALSE only if it is gone; a port that is not there or not to be had is an answer, too. */
static gboolean
open_serial (HsWork *work, HsFirmwareSaid *said, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_camera_open (work->camera, HS_OPEN_SERIAL, &local) != NULL)
    return TRUE;
  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  said->no_serial = g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  said->serial_held = !said->no_serial;
  return TRUE;
}

/* Silence, or the words of something else, as against: it could not be asked. */
static gboolean
is_silence (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
}

/* The protocol also tells which unit it is. */
static gboolean
ask_protocol (HsWork *work, HsFirmwareSaid *said, GError **error)
{
  HsTransport *transport = hs_camera_get_transport (work->camera);
  g_autoptr (HsDebug) debug = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *id = NULL;
  g_autofree char *key = NULL;

  for (guint n = 0; debug == NULL && n < N_PROBES && hs_camera_is_attached (work->camera); n++) {
    g_clear_error (&local);
    debug = hs_debug_probe (transport, work->cancellable, &local);
  }
  if (debug == NULL) {
    said->failed = local != NULL && !is_silence (local);
    return TRUE;
  }

  said->protocol = TRUE;
  id = hs_debug_get_board_id (debug, NULL);
  key = hs_identity_key_from_board_id (work->board, id);
  return key == NULL || hs_camera_learn_key (work->camera, key, error);
}

static void
ask_repl (HsWork *work, HsFirmwareSaid *said)
{
  HsTransport *transport = hs_camera_get_transport (work->camera);
  g_autoptr (GError) local = NULL;
  g_autofree char *answer = NULL;

  if (!hs_repl_enter (transport, work->cancellable, &local)) {
    said->failed = said->failed || !is_silence (local);
    return;
  }
  /* It answered: that it then ran nothing closes nothing. */
  said->stopped = TRUE;
  answer = hs_repl_run (transport, HS_REPL_SYS_VERSION, work->cancellable, NULL);
  said->repl = answer != NULL;
  said->failed = said->failed || !said->repl;
  if (said->repl && work->board->protection == HS_PROTECTION_RDP)
    work->level = hs_option_bytes_ask_level (transport, work->board, work->cancellable);
}

gboolean
hs_protection_ask_firmware (HsWork *work, HsFirmwareSaid *said, GError **error)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (work->camera);

  *said = (HsFirmwareSaid){ .drive = shows_drive (info) };
  work->level = -1;
  hs_work_report (work, HS_ACTIVITY_CONFIRMING);
  if (!open_serial (work, said, error))
    return FALSE;
  if (hs_camera_get_transport (work->camera) == NULL)
    return TRUE;

  if (!ask_protocol (work, said, error))
    return FALSE;
  if (!g_cancellable_is_cancelled (work->cancellable))
    ask_repl (work, said);
  hs_camera_close (work->camera);
  if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
    return FALSE;
  if (hs_camera_is_attached (work->camera))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_GONE,
               _ ("The camera on port %s was unplugged"),
               hs_camera_get_port (work->camera));
  return FALSE;
}

/* Ctrl-C has stopped what it is for. */
gboolean
hs_protection_restart_firmware (HsWork *work, GError **error)
{
  HsTransport *transport = hs_camera_open (work->camera, HS_OPEN_SERIAL, error);

  if (transport == NULL || !hs_repl_enter (transport, work->cancellable, error) ||
      !hs_repl_run_last (transport, HS_REPL_RESET, error))
    return FALSE;
  hs_work_report (work, HS_ACTIVITY_LEAVING);
  return hs_camera_await_gone (work->camera, RESTART_MS, work->cancellable, error) &&
         hs_camera_await_mode (work->camera, HS_MODE_APP, COME_BACK_MS, work->cancellable, error);
}
