/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* A bootloader was restored through the chip's ROM, which shows no id, and then somebody unplugged
 * the camera. That this camera is that one is told by its bootloader, which is the one that was
 * written, on the same port; and nothing may speak against it. It does not exclude a second camera
 * with the very same bootloader that nobody had plugged in before: the journal says by what the two
 * were joined. */

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("That its bootloader is the one that was restored"));
}

static gboolean
digest_cb (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_checksum_update (user_data, data, length);
  return TRUE;
}

/* Its bootloader may be the very same: it is not it all the same. */
static gboolean
check_others (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);

  if (unit == NULL || work->options.rom_others == NULL ||
      !g_strv_contains ((const char *const *) work->options.rom_others, unit))
    return TRUE;
  work->declined = TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_OTHER_BOOTLOADER,
               /* Translators: a place: "left 1", "port 1-4" */
               _ ("The camera on %s was somewhere else while the bootloader was written: this is "
                  "another camera. Nothing was written to it."),
               work->place);
  return FALSE;
}

static gboolean
fail_other (HsWork *work, GError **error)
{
  work->declined = TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_OTHER_BOOTLOADER,
               /* Translators: a place: "left 1", "port 1-4" */
               _ ("The bootloader of the camera on %s is not the one that was just written: this "
                  "is another camera. Nothing was written to it."),
               work->place);
  return FALSE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  const HsPartition *partition = hs_board_find (work->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GError) local = NULL;

  if (!check_others (work, error))
    return FALSE;
  if (!work->method->read (work->camera,
                           partition,
                           0,
                           MIN (work->options.rom_length, partition->size),
                           digest_cb,
                           checksum,
                           HS_ACTIVITY_CHECKING,
                           work->progress,
                           work->cancellable,
                           &local)) {
    /* It hands nothing out: then nothing is proven, and the run stays about the port. */
    if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  if (g_strcmp0 (g_checksum_get_string (checksum), work->options.rom_sha256) != 0)
    return fail_other (work, error);
  work->rom_proven = TRUE;
  /* One that shows no id in its bootloader is known when its firmware is back. */
  return hs_work_get_unit (work) == NULL || hs_recorder_rom_joined (work->recorder, error);
}

const HsStepClass hs_step_join = {
  .verb = N_ ("Check"),
  .describe = describe,
  .run = run,
};
