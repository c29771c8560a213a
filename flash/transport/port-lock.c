/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/port-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _HsPortLock {
  int fd;
};

enum { MODE_ALL = 0666, SCOPE_DIGITS = 12 };

/* Where every user may make files. The same for all of them, or they would not meet. */
static const char *
get_folder (void)
{
  struct stat info;

  if (stat ("/run/lock", &info) == 0 && S_ISDIR (info.st_mode) && (info.st_mode & S_IWOTH) != 0)
    return "/run/lock";
  return "/tmp";
}

static char *
make_path (const char *folder, const char *scope, const char *port)
{
  g_autofree char *digest = NULL;
  g_autofree char *name = NULL;
  g_autofree char *safe =
      g_strcanon (g_strdup (port), G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-.", '_');

  if (scope == NULL)
    name = g_strdup_printf ("hotshoe-port-%s.lock", safe);
  else {
    digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, scope, -1);
    name = g_strdup_printf ("hotshoe-port-%.*s-%s.lock", SCOPE_DIGITS, digest, safe);
  }
  return g_build_filename (folder, name, NULL);
}

/* In a sticky folder the kernel may refuse O_CREAT on another user's file (protected_regular), so
 * it is opened as it is where it exists. */
static int
open_file (const char *path)
{
  for (;;) {
    int fd = g_open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0);

    if (fd >= 0 || errno != ENOENT)
      return fd;

    fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, MODE_ALL);
    if (fd >= 0) {
      fchmod (fd, MODE_ALL); /* whatever the umask */
      return fd;
    }
    if (errno != EEXIST)
      return -1;
  }
}

/* Who wrote "pid user" into the file. */
static void
set_held (int fd, GError **error)
{
  char text[256] = { 0 };
  gssize n = pread (fd, text, sizeof text - 1, 0);
  g_auto (GStrv) words = n > 0 ? g_strsplit (g_strstrip (text), " ", 2) : NULL;

  if (words == NULL || g_strv_length (words) != 2) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY, _ ("This camera is used by another Hotshoe."));
    return;
  }
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BUSY,
               /* Translators: a number and a user's name. */
               _ ("This camera is used by hotshoe (pid %s, user %s)."),
               words[0],
               words[1]);
}

/**
 * hs_port_lock_take:
 * @scope: (nullable): %NULL for the real USB; for simulated cameras what tells their bus apart,
 *   such as its folder
 * @port: a path of hub ports
 * @error: %HS_FLASH_ERROR_BUSY naming process and user, %HS_FLASH_ERROR_FAILED
 *
 * Never waits. Any thread.
 *
 * Returns: (transfer full): the hold
 */
HsPortLock *
hs_port_lock_take (const char *scope, const char *port, GError **error)
{
  return hs_port_lock_take_in (get_folder (), scope, port, error);
}

/* The same with its files in @folder. */
HsPortLock *
hs_port_lock_take_in (const char *folder, const char *scope, const char *port, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  HsPortLock *self;
  int fd;

  g_return_val_if_fail (port != NULL, NULL);

  path = make_path (folder, scope, port);
  fd = open_file (path);
  if (fd < 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FAILED,
                 /* Translators: a file, then the system's own words. */
                 _ ("Hotshoe can't mark this camera as used: %s: %s. Remove that file and retry."),
                 path,
                 g_strerror (errno));
    return NULL;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    set_held (fd, error);
    close (fd);
    return NULL;
  }

  text = g_strdup_printf ("%d %s\n", (int) getpid (), g_get_user_name ());
  if (ftruncate (fd, 0) != 0 || pwrite (fd, text, strlen (text), 0) < 0)
    g_debug ("%s: %s", path, g_strerror (errno)); /* held all the same, only nameless */

  self = g_new0 (HsPortLock, 1);
  self->fd = fd;
  return self;
}

/* Lets go. The file stays: removing it would let two processes lock two files of one name. */
void
hs_port_lock_release (HsPortLock *self)
{
  if (self == NULL)
    return;

  if (ftruncate (self->fd, 0) != 0)
    g_debug ("port lock: %s", g_strerror (errno));
  close (self->fd);
  g_free (self);
}
