/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/drive.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/enter.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

enum { COME_BACK_MS = 5000 }; /* until the firmware of a camera that left its bootloader is there */

/* Who wants it to stay in its bootloader. */
static gboolean
is_to_be_held (HsWork *work)
{
  return g_str_equal (work->what, "enter") ||
         (g_str_equal (work->what, "flash") && work->options.leave_held);
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (work->board == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The USB id %04X:%04X is used by several boards, so this camera's board is not "
                    "known. Nothing was written. Plug it in again: its firmware then tells."),
                 work->seen->vid,
                 work->seen->pid);
    return FALSE;
  }

  if (work->method == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("%s can't be flashed yet: %s Nothing was written."),
                 _ (work->board->name),
                 work->board->not_yet != NULL ? _ (work->board->not_yet) : "");
    return FALSE;
  }

  if (is_to_be_held (work) && !(work->method->flags & HS_METHOD_HOLDS)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The bootloader of %s can't be held: after a moment of silence it starts the "
                    "firmware by itself. Nothing was written."),
                 _ (work->board->name));
    return FALSE;
  }

  if (work->seen->no_access && !hs_step_copy_helps (work, NULL)) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }

  return TRUE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  if (work->options.replug)
    return g_strdup (_ ("Wait until the camera is plugged in, catch its bootloader"));
  if (work->by_drive)
    return g_strdup (_ ("It is in its bootloader, which can only be reached through its drive"));
  if (!(work->method->flags & HS_METHOD_HOLDS))
    return g_strdup (_ ("Start the bootloader, and keep it busy: it waits for a moment only"));
  if (hs_camera_get_mode (work->camera) == HS_MODE_DFU)
    return g_strdup (_ ("It is in its bootloader; hold it there"));
  return g_strdup (_ ("Ask the firmware to start the bootloader, hold it there"));
}

typedef struct {
  GChecksum *checksum;
} Digest;

static gboolean
digest_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Digest *digest = user_data;

  g_checksum_update (digest->checksum, data, length);
  return TRUE;
}

/* The bootloader is small and tells whether it is old, altered, or hands nothing out. */
static gboolean
read_bootloader (HsWork *work, GError **error)
{
  const HsPartition *partition = hs_board_find (work->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GError) local = NULL;
  Digest digest = { checksum };

  if (partition == NULL)
    return TRUE;

  if (work->method->read (work->camera,
                          partition,
                          0,
                          partition->size,
                          digest_sink,
                          &digest,
                          HS_ACTIVITY_ENTERING,
                          work->progress,
                          work->cancellable,
                          &local)) {
    g_free (work->bootloader); /* a run that deploys enters twice */
    work->bootloader = g_strdup (g_checksum_get_string (checksum));
    return TRUE;
  }

  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED)) {
    work->no_read_back = TRUE;
    return TRUE;
  }

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The firmware's own drive goes away with it. */
static gboolean
release_drive (HsWork *work, GError **error)
{
  if (work->seen->simulated || hs_camera_get_mode (work->camera) != HS_MODE_APP)
    return TRUE;

  hs_work_report (work, HS_ACTIVITY_CHECKING);
  return hs_drive_release (&hs_drive_system, work->seen->port, error);
}

static gboolean
check_unit (HsWork *work, GError **error)
{
  const char *key = hs_work_get_unit (work);

  if (work->options.unit == NULL || g_strcmp0 (work->options.unit, key) == 0)
    return TRUE;

  work->declined = TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               _ ("This is another unit than the one asked for: expected %s, found %s. Nothing was "
                  "written."),
               work->options.unit,
               key != NULL ? key : _ ("no id"));
  return FALSE;
}

static gboolean
fail_other (HsWork *work, const char *known, GError **error)
{
  work->declined = TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               _ ("Another camera is on port %s now: %s was there, and this bootloader is that of "
                  "%s. Nothing was written."),
               hs_camera_get_port (work->camera),
               known,
               hs_work_get_unit (work));
  return FALSE;
}

/* An AE3 shows unrelated ids as application and in its bootloader: only the catalog knows which
 * belong together, from the runs before. Folded forms could be several units'. */
static gboolean
check_pair (HsWork *work, GError **error)
{
  const char *key = hs_work_get_unit (work);
  HsMode mode = HS_MODE_UNKNOWN;
  g_autoptr (HsIdentity) seen = NULL;
  g_autoptr (GPtrArray) known = NULL;
  g_autoptr (HsUnit) unit = NULL;

  hs_board_by_usb (work->seen->vid, work->seen->pid, &mode);
  seen = hs_identity_new (work->board, mode, work->seen->serial);
  if (key == NULL || seen->strength != HS_IDENTITY_PROVEN || g_strcmp0 (seen->key, key) == 0)
    return TRUE;

  known = hs_catalog_find_units_by_form (work->catalog, seen->form, NULL);
  if (known == NULL || known->len != 1)
    return TRUE;
  unit = hs_catalog_get_unit (work->catalog, key, NULL);
  if (g_strcmp0 (known->pdata[0], unit != NULL ? hs_unit_get_id (unit) : key) == 0)
    return TRUE;
  return fail_other (work, known->pdata[0], error);
}

/* Only a person can help now: the firmware answers nothing, something else came back than was asked
 * for, or nothing did, or the bootloader's window was missed. */
static gboolean
needs_hands (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
}

/* As often as it takes: the person may be late, and nobody else waits. */
static gboolean
enter (HsWork *work, GError **error)
{
  gboolean by_hand = work->options.replug;

  for (;;) {
    g_autoptr (GError) local = NULL;

    hs_work_report (work, by_hand ? HS_ACTIVITY_WAITING : HS_ACTIVITY_ENTERING);
    if (work->method->enter (work->camera, by_hand, work->progress, work->cancellable, &local))
      return TRUE;
    if (hs_step_copy_helps (work, local)) {
      work->by_drive = TRUE;
      work->no_read_back = TRUE;
      return TRUE;
    }
    if (!work->options.may_wait || !needs_hands (local)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    by_hand = TRUE;
  }
}

/* It has left by itself: its firmware comes, and is asked anew, unless it is another camera's. */
static gboolean
enter_again (HsWork *work, GError **error)
{
  hs_work_report (work, HS_ACTIVITY_ENTERING);
  hs_camera_close (work->camera);
  return hs_camera_await_mode (
             work->camera, HS_MODE_UNKNOWN, COME_BACK_MS, work->cancellable, error) &&
         (hs_camera_get_mode (work->camera) != HS_MODE_APP ||
          hs_enter_learn_id (work->camera, error)) &&
         release_drive (work, error) &&
         work->method->enter (work->camera, FALSE, work->progress, work->cancellable, error);
}

/**
 * hs_step_keep_loader:
 * @starts: whether the camera's firmware is whole, and nothing was sent that changes it
 * @error: a #HsFlashError; what the bootloader said first if the camera does not come back
 *
 * A bootloader that waits a moment only is asked something harmless, around what may take long
 * here. One that has left meanwhile is entered once more. Blocks.
 */
gboolean
hs_step_keep_loader (HsWork *work, gboolean starts, GError **error)
{
  g_autoptr (GError) left = NULL;
  g_autoptr (GError) local = NULL;

  if (work->by_drive || (work->method->flags & HS_METHOD_HOLDS) ||
      work->method->check (work->camera, &left))
    return TRUE;
  if (starts && (g_error_matches (left, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED) ||
                 g_error_matches (left, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))) {
    if (enter_again (work, &local))
      return TRUE;
    if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }
  g_propagate_error (error, g_steal_pointer (&left));
  return FALSE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  double before = hs_work_seconds (work);

  if (!release_drive (work, error))
    return FALSE;

  work->entered = TRUE;
  if (!enter (work, error) || !check_unit (work, error) || !check_pair (work, error))
    return FALSE;
  if (!work->by_drive &&
      (!work->method->check (work->camera, error) || !read_bootloader (work, error)))
    return FALSE;

  work->seconds_enter = hs_work_seconds (work) - before;
  /* Who is going to write is admitted first, now that the unit is known. */
  return hs_work_writes (work) || (hs_recorder_started (work->recorder, error) &&
                                   hs_recorder_bootloader (work->recorder, error));
}

const HsStepClass hs_step_enter = {
  .verb = N_ ("Enter"),
  .check = check,
  .describe = describe,
  .run = run,
};
