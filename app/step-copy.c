/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/drive.h"
#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/uf2-copy.h"
#include "flash/error.h"
#include "flash/uf2.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

/* The last resort for a bootloader that can't be spoken with: the drive that it shows takes the
 * image as a file, and starts it. Nothing is read back, so the run ends unproven. */

#define FILE_NAME        "firmware.uf2"
#define DRIVE_TIMEOUT_MS 20000
#define DEPART_MS        10000 /* from the last byte until the bootloader has left the bus */
#define VANISH_MS        3000  /* from an error of the drive until it shows that it is gone */

/* What the file can't do: everything but bringing the firmware and starting it. */
static gboolean
may_copy (HsWork *work)
{
  if (work->method == NULL || (work->method->flags & HS_METHOD_DRIVE) == 0 ||
      !g_str_equal (work->what, "flash") || work->options.erase_filesystem ||
      work->options.save_first || work->options.leave_held)
    return FALSE;
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->role != HS_ROLE_FIRMWARE)
      return FALSE;
  return TRUE;
}

/**
 * hs_step_copy_helps:
 * @error: (nullable): why the bootloader can't be spoken with; %NULL: judge by what it shows
 *
 * Whether copying to its drive is what is left. Not if another program speaks with it.
 */
gboolean
hs_step_copy_helps (HsWork *work, const GError *error)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (work->camera);

  if (!may_copy (work) || hs_camera_get_mode (work->camera) != HS_MODE_DFU)
    return FALSE;
  if (error == NULL)
    return info->no_access || !hs_usb_info_has_picoboot (info);
  return hs_camera_is_attached (work->camera) &&
         (g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION) ||
          g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED));
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  return hs_step_write.check (work, step, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autofree char *size = hs_format_size (part->length);

  /* Translators: what goes where: "firmware, 1.6 MB …" */
  return g_strdup_printf (
      _ ("%s, %s, as a file onto the bootloader's drive: not read back, so it ends unproven"),
      hs_explain_role (part->role),
      size);
}

static void
expect (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  HsJobPart *part = hs_work_part (work, step->part);

  hs_estimate_make (
      estimate, work->board, part->partition, part->length, NULL, HS_WRITE_ALL_UNREAD, &part->pace);
}

static char *
find_drive (HsWork *work, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *drive = hs_drive_find (hs_camera_get_bus (work->camera),
                                          hs_camera_get_port (work->camera),
                                          DRIVE_TIMEOUT_MS,
                                          work->cancellable,
                                          &local);

  if (drive != NULL)
    return hs_uf2_copy_check_drive (drive, error) ? g_steal_pointer (&drive) : NULL;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_DRIVE,
                 _ ("Hotshoe may not open this bootloader, and its drive can't be used either: %s. "
                    "Nothing was written."),
                 local->message);
  return NULL;
}

static int
open_file (const char *drive, GError **error)
{
  g_autofree char *path = g_build_filename (drive, FILE_NAME, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);

  if (fd < 0)
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_DRIVE,
                 _ ("the image can't be copied to the bootloader's drive: %s."),
                 g_strerror (errno));
  return fd;
}

/* The bootloader leaves with the last block, before the file system is in order: that ends the
 * copying with an error. Nearly all of it must have been taken by then. */
static gboolean
vanished_at_the_end (HsWork *work, gsize accepted, gsize size)
{
  return size - accepted <= HS_UF2_COPY_CHUNK &&
         hs_camera_await_gone (work->camera, VANISH_MS, NULL, NULL);
}

static gboolean
copy (HsWork *work, const HsJobPart *part, int fd, GBytes *file, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize accepted = 0;
  gboolean ok;

  ok = hs_uf2_copy_write (
      fd, file, part->role, &accepted, work->progress, work->cancellable, &local);
  close (fd); /* what it has to say was said by the sync */
  if (!ok && (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
              !vanished_at_the_end (work, accepted, g_bytes_get_size (file)))) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  /* Nobody can take back what it got: this wait is not to be stopped. */
  if (hs_camera_await_gone (work->camera, DEPART_MS, NULL, NULL))
    return TRUE;
  g_set_error_literal (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_DRIVE,
      _ ("the bootloader has not started what was copied to its drive: it did not take the file."));
  return FALSE;
}

static GBytes *
make_file (HsWork *work, guint n, GError **error)
{
  g_autoptr (GBytes) image = hs_source_dup_bytes (hs_work_image (work, n), error);

  return image != NULL ? hs_uf2_new (image, hs_work_part (work, n)->partition->start) : NULL;
}

static void
mark_unknown (HsWork *work, guint n, const char *why)
{
  HsJobPart *part = hs_work_part (work, n);

  hs_work_lock (work);
  part->state = HS_PART_UNKNOWN;
  part->failed_at = 0;
  hs_work_unlock (work);

  /* If this can't be recorded either, partition.begun without an end says the same. */
  hs_recorder_unknown (work->recorder, n, why, NULL);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autofree char *drive = find_drive (work, error);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) local = NULL;
  double before;
  int fd;

  if (drive == NULL || (file = make_file (work, step->part, error)) == NULL ||
      (fd = open_file (drive, error)) < 0)
    return FALSE;
  if (!hs_recorder_begun (work->recorder, step->part, error)) {
    close (fd);
    return FALSE;
  }

  before = hs_work_seconds (work);
  work->began = TRUE;
  work->touched = TRUE;
  hs_work_set_part_state (work, step->part, HS_PART_WRITING);
  if (!copy (work, part, fd, file, &local)) {
    mark_unknown (work, step->part, local->message);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  work->seconds_transfer += hs_work_seconds (work) - before;
  hs_work_lock (work);
  part->wrote_bytes = part->length;
  part->state = HS_PART_WRITTEN;
  hs_work_unlock (work);
  return hs_recorder_wrote (work->recorder, step->part, error);
}

const HsStepClass hs_step_copy = {
  .verb = N_ ("Copy"),
  .check = check,
  .describe = describe,
  .expect = expect,
  .run = run,
};
