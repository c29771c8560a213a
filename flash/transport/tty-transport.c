/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/tty-transport.h"

#include "flash/transport/holder.h"
#include "flash/transport/node-error.h"
#include "flash/transport/tty-speed.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/**
 * HsTtyTransport:
 *
 * The serial port of a camera's running firmware. Opened for ourselves alone: a second reader
 * would take bytes out of the conversation.
 */
struct _HsTtyTransport {
  HsTransport parent_instance;

  char *path;
  int fd; /* -1 while closed */
};

G_DEFINE_FINAL_TYPE (HsTtyTransport, hs_tty_transport, HS_TYPE_TRANSPORT)

/* What the kernel said, in our words. */
static void
take_errno (HsTtyTransport *self, int number, GError **error)
{
  switch (number) {
  case EIO:
  case ENXIO:
  case ENODEV:
  case ENOENT:
  case EBADF:
  case EPIPE:
    hs_set_gone (error);
    break;
  case EACCES:
  case EPERM:
    hs_set_no_permission (error);
    break;
  case EBUSY:
    hs_set_held (self->path, error);
    break;
  default:
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FAILED,
                 /* Translators: a device file, then the system's own words. */
                 _ ("The serial port %s fails: %s. Plug the camera in again and retry."),
                 self->path,
                 g_strerror (number));
  }
}

static void
hs_tty_transport_close (HsTransport *transport)
{
  HsTtyTransport *self = HS_TTY_TRANSPORT (transport);

  if (self->fd < 0)
    return;

  ioctl (self->fd, TIOCNXCL);
  close (self->fd);
  self->fd = -1;
}

/* Waits for @events. Returns 1 ready, 0 time-out, -1 with @error. */
static int
wait_for (HsTtyTransport *self, short events, gint64 deadline, GError **error)
{
  for (;;) {
    struct pollfd pfd = { .fd = self->fd, .events = events };
    gint64 left_us = MAX (deadline - g_get_monotonic_time (), 0);
    int n = poll (&pfd, 1, (int) MIN ((left_us + 999) / 1000, G_MAXINT));

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      take_errno (self, errno, error);
      return -1;
    }
    if (n == 0)
      return 0;
    if ((pfd.revents & events) != 0)
      return 1;

    hs_set_gone (error); /* POLLHUP, POLLERR: the cable is out */
    return -1;
  }
}

static gboolean
check_open (HsTtyTransport *self, GError **error)
{
  if (self->fd >= 0)
    return TRUE;

  hs_set_gone (error);
  return FALSE;
}

static gboolean
hs_tty_transport_write (HsTransport *transport,
                        const guint8 *data,
                        gsize length,
                        guint timeout_ms,
                        GError **error)
{
  HsTtyTransport *self = HS_TTY_TRANSPORT (transport);
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  if (!check_open (self, error))
    return FALSE;

  while (length > 0) {
    int ready = wait_for (self, POLLOUT, deadline, error);
    gssize n;

    if (ready < 0)
      return FALSE;
    if (ready == 0) {
      g_set_error_literal (
          error,
          HS_FLASH_ERROR,
          HS_FLASH_ERROR_TIMED_OUT,
          _ ("The camera takes no more bytes on its serial port. Plug it in again and retry."));
      return FALSE;
    }

    n = write (self->fd, data, length);
    if (n < 0 && errno != EINTR && errno != EAGAIN) {
      take_errno (self, errno, error);
      return FALSE;
    }
    if (n > 0) {
      data += n;
      length -= (gsize) n;
    }
  }
  return TRUE;
}

static gssize
hs_tty_transport_read (HsTransport *transport,
                       guint8 *data,
                       gsize length,
                       guint timeout_ms,
                       GError **error)
{
  HsTtyTransport *self = HS_TTY_TRANSPORT (transport);
  gint64 deadline = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  if (!check_open (self, error))
    return -1;

  for (;;) {
    int ready = wait_for (self, POLLIN, deadline, error);
    gssize n;

    if (ready <= 0)
      return ready;

    n = read (self->fd, data, length);
    if (n > 0)
      return n;
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    take_errno (self, n == 0 ? EIO : errno, error);
    return -1;
  }
}

static gboolean
hs_tty_transport_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  HsTtyTransport *self = HS_TTY_TRANSPORT (transport);
  int bits = TIOCM_DTR;

  if (!check_open (self, error))
    return FALSE;
  if (!hs_tty_set_speed (self->fd, baud)) {
    take_errno (self, errno, error);
    return FALSE;
  }
  /* A pseudo-terminal has no such line. */
  if (ioctl (self->fd, dtr ? TIOCMBIS : TIOCMBIC, &bits) != 0 && errno != EINVAL &&
      errno != ENOTTY) {
    take_errno (self, errno, error);
    return FALSE;
  }
  return TRUE;
}

static void
hs_tty_transport_finalize (GObject *object)
{
  HsTtyTransport *self = HS_TTY_TRANSPORT (object);

  hs_tty_transport_close (HS_TRANSPORT (self));
  g_free (self->path);

  G_OBJECT_CLASS (hs_tty_transport_parent_class)->finalize (object);
}

static void
hs_tty_transport_class_init (HsTtyTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_tty_transport_finalize;
  transport_class->close = hs_tty_transport_close;
  transport_class->write = hs_tty_transport_write;
  transport_class->read = hs_tty_transport_read;
  transport_class->set_line = hs_tty_transport_set_line;
}

static void
hs_tty_transport_init (HsTtyTransport *self)
{
  self->fd = -1;
}

/* Whether another program has it open. Only we ask for exclusive use, so this must look. */
static gboolean
check_free (HsTtyTransport *self, GError **error)
{
  g_autofree char *holder = hs_holder_find (self->path);

  if (holder == NULL)
    return TRUE;

  hs_set_held (self->path, error);
  return FALSE;
}

/**
 * hs_tty_transport_open:
 * @path: "/dev/ttyACM0"
 * @error: %HS_FLASH_ERROR_PERMISSION, _BUSY, _GONE
 *
 * Opens a serial port raw. What it had in its buffers is thrown away; line speed and DTR are as
 * they were until hs_transport_set_line(). Blocks.
 *
 * Returns: (transfer full): an open transport with the serial half
 */
HsTransport *
hs_tty_transport_open (const char *path, GError **error)
{
  g_autoptr (HsTtyTransport) self = g_object_new (HS_TYPE_TTY_TRANSPORT, NULL);

  self->path = g_strdup (path);
  if (!check_free (self, error))
    return NULL;

  self->fd = g_open (path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0);
  if (self->fd < 0 || !hs_tty_set_raw (self->fd) || ioctl (self->fd, TIOCEXCL) != 0) {
    take_errno (self, errno, error);
    return NULL;
  }
  ioctl (self->fd, TCFLSH, TCIOFLUSH);
  return HS_TRANSPORT (g_steal_pointer (&self));
}
