/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/drive.h"

#include "app/command.h"
#include "flash/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

/* The drive that a camera's firmware shows is the same USB device as its serial port. It vanishes
 * with the restart into the bootloader: what was written to it and still waits in memory would be
 * lost, and its file system left dirty. */

/* usb device / interface / host / target / LUN / block / disk / partition */
#define DEEPEST 8

/* "8:1" of the disk and of its partitions below @folder, with their names. */
static void
find_blocks (const char *folder, guint depth, GHashTable *blocks)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *dev = g_build_filename (path, "dev", NULL);
    g_autofree char *partition = g_build_filename (path, "partition", NULL);
    g_autofree char *numbers = NULL;
    gboolean is_block =
        g_str_has_suffix (folder, "/block") || g_file_test (partition, G_FILE_TEST_EXISTS);

    if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
      continue;
    if (is_block && g_file_get_contents (dev, &numbers, NULL, NULL))
      g_hash_table_insert (
          blocks, g_strchomp (g_steal_pointer (&numbers)), g_strconcat ("/dev/", name, NULL));
    if (depth < DEEPEST)
      find_blocks (path, depth + 1, blocks);
  }
}

/* Takes one file system away; as root by the kernel, else by the desktop's service, which lets
 * users unmount what was mounted for them. */
static gboolean
unmount (const char *node, const char *mount_point, GError **error)
{
  const char *argv[] = { "udisksctl", "unmount", "--no-user-interaction", "-b", node, NULL };
  g_autofree char *output = NULL;

  if (geteuid () != 0) {
    output = hs_command_output (argv, NULL, error);
    return output != NULL;
  }
  if (umount2 (mount_point, UMOUNT_NOFOLLOW) == 0)
    return TRUE;
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

/* The desktop's service mounts for users what they have plugged in, where their session sees it. */
static gboolean
mount_by_service (const char *node, GError **error)
{
  const char *argv[] = { "udisksctl", "mount", "--no-user-interaction", "-b", node, NULL };
  g_autofree char *output = hs_command_output (argv, NULL, error);

  return output != NULL;
}

const HsDriveSystem hs_drive_system = { "/sys", "/proc/self/mountinfo", unmount, mount_by_service };

static void
sync_to_drive (const char *mount_point)
{
  int fd = open (mount_point, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  syncfs (fd);
  close (fd);
}

static gboolean
release (const HsDriveSystem *system, const char *node, const char *mount_point, GError **error)
{
  g_autoptr (GError) local = NULL;

  sync_to_drive (mount_point);
  if (system->unmount (node, mount_point, &local))
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BUSY,
               /* Translators: a folder, then the system's own words. */
               _ ("The camera's drive is in use at %s and can't be unmounted: %s. Nothing was "
                  "written."),
               mount_point,
               local->message);
  return FALSE;
}

/* "/dev/sda1" by "8:1" for the drive of the camera on @port, and its disk. */
static GHashTable *
list_blocks (const HsDriveSystem *system, const char *port)
{
  g_autofree char *folder = g_build_filename (system->sysfs, "bus/usb/devices", port, NULL);
  GHashTable *blocks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  find_blocks (folder, 0, blocks);
  return blocks;
}

/* One line of proc(5)'s mountinfo: id, parent, major:minor, root, mount point … with blanks as
 * octal escapes. @node: (out): which of @blocks it is about; NULL: none */
static char *
parse_mount (const char *line, GHashTable *blocks, const char **node)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", 6);

  *node = g_strv_length (fields) == 6 ? g_hash_table_lookup (blocks, fields[2]) : NULL;
  return *node != NULL ? g_strcompress (fields[4]) : NULL;
}

static char *
find_mount (const HsDriveSystem *system, GHashTable *blocks)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (system->mounts, &text, NULL, NULL))
    return NULL;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    const char *node;
    char *mount_point = parse_mount (*line, blocks, &node);

    if (mount_point != NULL)
      return mount_point;
  }
  return NULL;
}

/* The partition, or the disk if it has none: the longest name. */
static const char *
choose_node (GHashTable *blocks)
{
  const char *chosen = NULL;
  GHashTableIter iter;
  gpointer node;

  g_hash_table_iter_init (&iter, blocks);
  while (g_hash_table_iter_next (&iter, NULL, &node))
    if (chosen == NULL || strlen (node) > strlen (chosen))
      chosen = node;
  return chosen;
}

#define LOOK_AGAIN_MS 200
#define TRY_AGAIN     10 /* looks, until mounting is tried again */

/**
 * hs_drive_mount:
 * @system: &hs_drive_system
 * @port: path of hub ports of a camera on the real USB
 * @timeout_ms: how long its drive may take to show up and to be mounted
 * @cancellable: (nullable): ends the wait
 * @error: %HS_FLASH_ERROR_AWAY: no drive; %HS_FLASH_ERROR_BUSY: nobody mounts it
 *
 * Waits until the drive of that camera is mounted, by the desktop or, if that takes its time, by
 * asking the system's service. Blocks; any thread but the main one.
 *
 * Returns: (transfer full): where it is mounted
 */
char *
hs_drive_mount (const HsDriveSystem *system,
                const char *port,
                guint timeout_ms,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GError) cause = NULL;
  gboolean found = FALSE;

  for (guint i = 0; i * LOOK_AGAIN_MS <= timeout_ms; i++) {
    g_autoptr (GHashTable) blocks = list_blocks (system, port);
    const char *node = choose_node (blocks);
    char *mount_point = find_mount (system, blocks);

    if (mount_point != NULL)
      return mount_point;
    found = found || node != NULL;
    if (node != NULL && i % TRY_AGAIN == TRY_AGAIN - 1) {
      g_clear_error (&cause);
      system->mount (node, &cause);
      continue;
    }
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    g_usleep (LOOK_AGAIN_MS * 1000);
  }

  if (!found)
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY, _ ("the camera shows no drive"));
  else
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BUSY,
                 _ ("the camera's drive is not mounted (%s)"),
                 cause != NULL ? cause->message : _ ("nobody did it"));
  return NULL;
}

/**
 * hs_drive_find:
 * @port: of a camera on @bus that shows a drive, or will
 * @timeout_ms: how long it may take to show up and to be mounted
 * @error: as hs_drive_mount()
 *
 * The drive of a simulated camera, or of a real one as hs_drive_mount() finds it. Blocks.
 *
 * Returns: (transfer full): where it is mounted
 */
char *
hs_drive_find (HsBus *bus,
               const char *port,
               guint timeout_ms,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (GError) local = NULL;
  char *drive = hs_bus_dup_drive (bus, port, timeout_ms, cancellable, &local);

  if (drive != NULL)
    return drive;
  if (local == NULL)
    return hs_drive_mount (&hs_drive_system, port, timeout_ms, cancellable, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * hs_drive_release:
 * @system: &hs_drive_system
 * @port: path of hub ports of a camera on the real USB
 * @error: %HS_FLASH_ERROR_BUSY naming the mount point
 *
 * Writes out and unmounts whatever is mounted from the drive of that camera. Blocks; any thread.
 *
 * Returns: %TRUE if nothing of it is mounted any more
 */
gboolean
hs_drive_release (const HsDriveSystem *system, const char *port, GError **error)
{
  g_autoptr (GHashTable) blocks = list_blocks (system, port);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (g_hash_table_size (blocks) == 0 || !g_file_get_contents (system->mounts, &text, NULL, NULL))
    return TRUE;

  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    const char *node;
    g_autofree char *mount_point = parse_mount (*line, blocks, &node);

    if (mount_point != NULL && !release (system, node, mount_point, error))
      return FALSE;
  }
  return TRUE;
}
