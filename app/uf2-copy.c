/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/uf2-copy.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* The drive of the RP2040's ROM takes UF2 files, and tells by one of its own what it is. */

#define INFO     "INFO_UF2.TXT"
#define BOARD_ID "Board-ID: RPI-RP2" /* the RP2350 says RP2350 */

/**
 * hs_uf2_copy_check_drive:
 * @drive: where it is mounted
 * @error: %HS_APP_ERROR_DRIVE
 *
 * Whether that is the drive of an RP2040's ROM, by what is on it.
 */
gboolean
hs_uf2_copy_check_drive (const char *drive, GError **error)
{
  g_autofree char *path = g_build_filename (drive, INFO, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_DRIVE,
                 _ ("%s is no drive of a bootloader: it has no %s. Nothing was written."),
                 drive,
                 INFO);
    return FALSE;
  }
  /* At the end of a line: what is longer is another chip. */
  for (const char *at = strstr (text, BOARD_ID); at != NULL; at = strstr (at + 1, BOARD_ID))
    if (strchr ("\r\n", at[strlen (BOARD_ID)]) != NULL)
      return TRUE;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_DRIVE,
               _ ("%s is the drive of another bootloader than the RP2040's. Nothing was written."),
               drive);
  return FALSE;
}

static gboolean
write_chunk (int fd, const guint8 *data, gsize length)
{
  while (length > 0) {
    gssize n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    length -= n;
  }
  return TRUE;
}

/**
 * hs_uf2_copy_write:
 * @fd: the file on the drive, open for writing
 * @role: what it is, for @progress
 * @accepted: (out): bytes that the system took; all of them on an error of the last sync
 * @error: %HS_APP_ERROR_DRIVE; %G_IO_ERROR_CANCELLED
 *
 * Writes all of @file and waits until it is on the drive. Blocks.
 */
gboolean
hs_uf2_copy_write (int fd,
                   GBytes *file,
                   HsRole role,
                   gsize *accepted,
                   HsProgress *progress,
                   GCancellable *cancellable,
                   GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  gboolean ok = TRUE;
  int cause = 0;

  for (*accepted = 0; ok && *accepted < size;) {
    gsize n = MIN (HS_UF2_COPY_CHUNK, size - *accepted);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    ok = write_chunk (fd, data + *accepted, n);
    cause = errno;
    *accepted += ok ? n : 0;
    hs_progress_report (progress, HS_ACTIVITY_WRITING, role, *accepted, size);
  }
  if (ok && fsync (fd) == 0)
    return TRUE;
  if (ok)
    cause = errno;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_DRIVE,
               /* Translators: the system's own words */
               _ ("the image can't be copied to the bootloader's drive: %s."),
               g_strerror (cause));
  return FALSE;
}
