/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/drive.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/unit-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#define DRIVE_TIMEOUT_MS 15000

static char *
describe (HsWork *work, const HsStep *step)
{
  guint n = work->recipe->files->len;

  return g_strdup_printf (ngettext ("%u file for this unit onto its drive, read back",
                                    "%u files for this unit onto its drive, read back",
                                    n),
                          n);
}

static gboolean
fail_file (const char *path, const char *what, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_UNIT_FILE,
               /* Translators: a file on the camera's drive, then the system's own words. */
               _ ("%s can't be put on the camera's drive: %s."),
               path,
               what);
  return FALSE;
}

static gboolean
make_folders (const char *drive, const char *path, GError **error)
{
  g_autofree char *full = g_build_filename (drive, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);

  if (g_mkdir_with_parents (folder, 0755) == 0)
    return TRUE;
  return fail_file (path, g_strerror (errno), error);
}

/* All of it, then the disk's word that it has it. */
static gboolean
write_all (int fd, GBytes *content)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (content, &length);

  while (length > 0) {
    gssize n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    length -= n;
  }
  return fsync (fd) == 0;
}

static void
sync_folder (const char *full)
{
  g_autofree char *folder = g_path_get_dirname (full);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static gboolean
write_file (const char *full, const char *path, GBytes *content, GError **error)
{
  int fd = open (full, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  gboolean ok;
  int cause;

  if (fd < 0)
    return fail_file (path, g_strerror (errno), error);

  ok = write_all (fd, content);
  cause = errno;
  if (close (fd) != 0 && ok) {
    ok = FALSE;
    cause = errno;
  }
  sync_folder (full);
  return ok || fail_file (path, g_strerror (cause), error);
}

/* From the drive, not from what the kernel remembers of it; NULL: it can't be read. @length: (out):
 * bytes. */
static char *
read_digest (const char *full, guint64 *length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd = open (full, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  guint8 block[4096];
  gssize n;

  if (fd < 0)
    return NULL;

  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  *length = 0;
  while ((n = read (fd, block, sizeof block)) > 0) {
    g_checksum_update (checksum, block, n);
    *length += n;
  }
  close (fd);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

static gboolean
prove (const char *full, const char *path, GBytes *content, HsWorkFile *file, GError **error)
{
  g_autofree char *wanted = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);

  g_free (file->sha256);
  file->sha256 = read_digest (full, &file->length);
  if (g_strcmp0 (file->sha256, wanted) == 0)
    return TRUE;
  return fail_file (path, _ ("it reads back differently"), error);
}

/* One that is there already is only read. */
static gboolean
put_file (HsWork *work, const char *drive, guint n, GError **error)
{
  const HsRecipeFile *wanted = g_ptr_array_index (work->recipe->files, n);
  GBytes *content = g_ptr_array_index (work->contents, n);
  g_autofree char *full = g_build_filename (drive, wanted->path, NULL);
  HsWorkFile *file;

  if (!hs_recipe_path_is_sane (wanted->path))
    return fail_file (wanted->path, _ ("it would lie outside of the drive"), error);

  file = g_new0 (HsWorkFile, 1);
  file->path = g_strdup (wanted->path);
  g_ptr_array_add (work->files, file);
  if (!prove (full, wanted->path, content, file, NULL) &&
      (!make_folders (drive, wanted->path, error) ||
       !write_file (full, wanted->path, content, error) ||
       !prove (full, wanted->path, content, file, error))) {
    g_ptr_array_remove_index (work->files, work->files->len - 1);
    return FALSE;
  }
  return hs_recorder_file (work->recorder, file, error);
}

static char *
find_drive (HsWork *work, GError **error)
{
  const char *port = hs_camera_get_port (work->camera);
  g_autoptr (GError) local = NULL;
  char *drive = hs_drive_find (
      hs_camera_get_bus (work->camera), port, DRIVE_TIMEOUT_MS, work->cancellable, &local);

  if (drive != NULL)
    return drive;

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_UNIT_FILE,
                 _ ("Its files could not be written: %s. Mount the camera's drive, or allow "
                    "Hotshoe to, then retry."),
                 local->message);
  return NULL;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  double before = hs_work_seconds (work);
  g_autofree char *drive = NULL;

  hs_work_report (work, HS_ACTIVITY_FILES);
  drive = find_drive (work, error);
  if (drive == NULL)
    return FALSE;

  for (guint i = 0; i < work->contents->len; i++)
    if (g_cancellable_set_error_if_cancelled (work->cancellable, error) ||
        !put_file (work, drive, i, error))
      return FALSE;

  /* The camera may be pulled, or restarted for its version, as soon as this has passed. */
  if (!work->seen->simulated)
    hs_drive_release (&hs_drive_system, hs_camera_get_port (work->camera), NULL);
  work->seconds_confirm += hs_work_seconds (work) - before;
  return TRUE;
}

const HsStepClass hs_step_files = {
  .verb = N_ ("Put"),
  .describe = describe,
  .run = run,
};
