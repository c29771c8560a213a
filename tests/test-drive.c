/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/drive.h"
#include "flash/error.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The camera's own drive is unmounted before it vanishes: in a made-up /sys with made-up mounts. */

typedef struct {
  char *root;
  char *sysfs;
  char *mounts;
} Fixture;

static void
put (Fixture *self, const char *name, const char *content)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, content, -1, NULL));
}

#define BUS  "sys/devices/pci0000:00/usb1/"
#define DISK "/1:1.2/host6/target6:0:0/6:0:0:0/block/"

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *devices = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  self->root = g_dir_make_tmp ("hotshoe-drive-XXXXXX", NULL);
  self->sysfs = g_build_filename (self->root, "sys", NULL);
  self->mounts = g_build_filename (self->root, "mountinfo", NULL);
  put (self, BUS "1-4" DISK "sda/dev", "8:0\n");
  put (self, BUS "1-4" DISK "sda/sda1/dev", "8:1\n");
  put (self, BUS "1-4" DISK "sda/sda1/partition", "1\n");
  put (self, BUS "1-5" DISK "sdb/dev", "8:16\n");
  put (self, BUS "1-6/idVendor", "37c5\n");

  devices = g_build_filename (self->root, "sys/bus/usb/devices", NULL);
  first = g_build_filename (devices, "1-4", NULL);
  second = g_build_filename (devices, "1-5", NULL);
  g_assert_cmpint (g_mkdir_with_parents (devices, 0700), ==, 0);
  g_assert_cmpint (symlink ("../../../devices/pci0000:00/usb1/1-4", first), ==, 0);
  g_assert_cmpint (symlink ("../../../devices/pci0000:00/usb1/1-5", second), ==, 0);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_all (self->root);
  g_free (self->root);
  g_free (self->sysfs);
  g_free (self->mounts);
}

static gboolean
unmount (const char *node, const char *mount_point, GError **error)
{
  g_test_message ("unmount %s from %s", node, mount_point);
  if (strstr (mount_point, "busy") != NULL) {
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "target is busy");
    return FALSE;
  }
  g_assert_true (g_file_test (mount_point, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rmdir (mount_point), ==, 0); /* the trace that the test looks for */
  return TRUE;
}

static char *
mount (Fixture *self, GString *list, const char *numbers, const char *name)
{
  char *path = g_build_filename (self->root, "media", name, NULL);
  g_auto (GStrv) parts = g_strsplit (path, " ", -1);
  g_autofree char *escaped = g_strjoinv ("\\040", parts);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_string_append_printf (
      list, "36 25 %s / %s rw,nosuid - vfat /dev/x rw,errors=remount-ro\n", numbers, escaped);
  return path;
}

static gboolean
is_mounted (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static gboolean
release (Fixture *self, GString *list, const char *port, GError **error)
{
  const HsDriveSystem system = { self->sysfs, self->mounts, unmount };

  g_assert_true (g_file_set_contents (self->mounts, list->str, -1, NULL));
  return hs_drive_release (&system, port, error);
}

/* All that is mounted from this camera, and nothing of any other. */
static void
test_own (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new ("22 1 0:21 / /proc rw - proc proc rw\n");
  g_autofree char *own = mount (self, list, "8:1", "OPENMV CAM");
  g_autofree char *whole = mount (self, list, "8:0", "whole");
  g_autofree char *other = mount (self, list, "8:16", "other");
  g_autofree char *disk = mount (self, list, "259:1", "disk of this machine");
  g_autoptr (GError) error = NULL;

  g_assert_true (release (self, list, "1-4", &error));
  g_assert_no_error (error);
  g_assert_false (is_mounted (own));
  g_assert_false (is_mounted (whole));
  g_assert_true (is_mounted (other));
  g_assert_true (is_mounted (disk));
}

static void
test_busy (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *own = mount (self, list, "8:1", "busy");
  g_autoptr (GError) error = NULL;

  g_assert_false (release (self, list, "1-4", &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, own));
  g_assert_nonnull (strstr (error->message, "Nothing was written."));
}

/* No drive, no camera, nothing mounted: nothing to do. */
static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *other = mount (self, list, "8:16", "other");
  const char *ports[] = { "1-4", "1-6", "1-7" };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (release (self, list, ports[i], &error));
    g_assert_no_error (error);
  }
  g_assert_true (is_mounted (other));
}

static gboolean
refuse_mount (const char *node, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: not authorized", node);
  return FALSE;
}

/* Where the desktop has mounted it; in words, what is to be done if nobody does. */
static void
test_find (Fixture *self, gconstpointer data)
{
  const HsDriveSystem system = { self->sysfs, self->mounts, unmount, refuse_mount };
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *own = mount (self, list, "8:1", "OPENMV CAM");
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->mounts, list->str, -1, NULL));
  found = hs_drive_mount (&system, "1-4", 1000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, own);

  g_assert_null (hs_drive_mount (&system, "1-6", 200, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
  g_clear_error (&error);
  g_assert_null (hs_drive_mount (&system, "1-5", 2000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, "/dev/sdb: not authorized"));
}

#define ADD(name, func) g_test_add ("/drive/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("own", test_own);
  ADD ("busy", test_busy);
  ADD ("nothing", test_nothing);
  ADD ("find", test_find);
  return g_test_run ();
}
