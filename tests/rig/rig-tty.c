/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The serial port of the simulated firmware: a pseudo-terminal behind /dev/ttyACM<n>. The program
 * holds the one side as it holds a real port; this side carries bytes to and from the model and
 * watches which baud rate the program sets. A pseudo-terminal has no DTR: open counts as set. */
#include "tests/rig/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
  POLL_OPEN_US = 1000,
  POLL_CLOSED_US = 5000,
};

struct _RigTty {
  RigCamera *camera;
  int fd;
  char *link;      /* the node in the testbed */
  char *interface; /* its path in sysfs, and the port's */
  char *syspath;
  guint baud;
  gboolean open;
};

static void
make_raw (int fd)
{
  struct termios line;

  g_assert_cmpint (tcgetattr (fd, &line), ==, 0);
  cfmakeraw (&line);
  tcsetattr (fd, TCSANOW, &line);
}

/* In umockdev's own words: P path, E property, A attribute. */
static void
publish (RigTty *self, guint number)
{
  RigCamera *camera = self->camera;
  const char *device = camera->syspath + strlen ("/sys");
  g_autofree char *interface = g_strdup_printf ("%s/%s:1.0", device, camera->port);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  text = g_strdup_printf ("P: %s\n"
                          "E: SUBSYSTEM=usb\n"
                          "E: DEVTYPE=usb_interface\n"
                          "A: bInterfaceNumber=00\\n\n"
                          "\n"
                          "P: %s/tty/ttyACM%u\n"
                          "E: SUBSYSTEM=tty\n"
                          "E: DEVNAME=/dev/ttyACM%u\n"
                          "A: dev=166:%u\\n\n",
                          interface,
                          interface,
                          number,
                          number,
                          number);
  if (!umockdev_testbed_add_from_string (camera->rig->bed, text, &error))
    g_error ("%s", error->message);
  self->interface = g_strconcat ("/sys", interface, NULL);
  self->syspath = g_strdup_printf ("%s/tty/ttyACM%u", self->interface, number);
}

RigTty *
rig_tty_new (RigCamera *camera, guint number)
{
  RigTty *self = g_new0 (RigTty, 1);
  int other;

  self->camera = camera;
  self->fd = posix_openpt (O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->fd, >=, 0);
  g_assert_cmpint (grantpt (self->fd), ==, 0);
  g_assert_cmpint (unlockpt (self->fd), ==, 0);

  /* Opened once and closed: from then on a hang-up on our side tells that nobody has it open. */
  other = open (ptsname (self->fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (other, >=, 0);
  make_raw (other);
  close (other);

  self->link = g_strdup_printf ("%s/dev/ttyACM%u", camera->rig->root, number);
  unlink (self->link);
  g_assert_cmpint (symlink (ptsname (self->fd), self->link), ==, 0);
  publish (self, number);
  return self;
}

void
rig_tty_free (RigTty *self)
{
  UMockdevTestbed *bed = self->camera->rig->bed;

  close (self->fd);
  unlink (self->link);
  umockdev_testbed_uevent (bed, self->syspath, "remove");
  umockdev_testbed_remove_device (bed, self->syspath);
  umockdev_testbed_remove_device (bed, self->interface);
  g_free (self->link);
  g_free (self->interface);
  g_free (self->syspath);
  g_free (self);
}

static gboolean
is_open (RigTty *self)
{
  struct pollfd poll_fd = { .fd = self->fd };

  return poll (&poll_fd, 1, 0) >= 0 && !(poll_fd.revents & POLLHUP);
}

static void
follow_line (RigTty *self, gint64 now)
{
  guint baud = rig_line_get_baud (self->fd);
  gboolean open = is_open (self);

  if (baud == self->baud && open == self->open)
    return;

  self->baud = baud;
  self->open = open;
  hs_sim_camera_set_line (self->camera->sim, baud, open, now);
}

/* How much of @data is one packet for the model. The program's writes were one each, which a
 * pseudo-terminal forgets. Firmware does not mind; the SAM-BA bootloader does: its commands, which
 * end in '#', come in packets of their own. */
static gsize
end_of_packet (RigTty *self, const guint8 *data, gsize length)
{
  const guint8 *end = NULL;

  if (hs_sim_camera_get_mode (self->camera->sim) == HS_MODE_DFU)
    end = memchr (data, '#', length);
  return end != NULL ? (gsize) (end - data) + 1 : length;
}

static void
carry_in (RigTty *self, gint64 now)
{
  guint8 data[4096];
  ssize_t n;

  while ((n = read (self->fd, data, sizeof data)) > 0)
    for (gsize at = 0, length; at < (gsize) n; at += length) {
      length = end_of_packet (self, data + at, n - at);
      if (hs_sim_camera_serial_write (self->camera->sim, data + at, length, now) < 0)
        return;
    }
}

static void
carry_out (RigTty *self, gint64 now)
{
  guint8 data[4096];
  int n;

  while ((n = hs_sim_camera_serial_read (self->camera->sim, data, sizeof data, now)) > 0) {
    struct pollfd poll_fd = { .fd = self->fd, .events = POLLOUT };

    if (self->open && poll (&poll_fd, 1, 100) == 1 && write (self->fd, data, n) != n)
      g_warning ("%s: the program does not read its serial port", self->link);
  }
}

/**
 * rig_tty_run:
 *
 * Carries what is to be carried.
 *
 * Returns: when to call again, microseconds
 */
gint64
rig_tty_run (RigTty *self, gint64 now)
{
  follow_line (self, now);
  carry_in (self, now);
  carry_out (self, now);
  return now + (self->open ? POLL_OPEN_US : POLL_CLOSED_US);
}
