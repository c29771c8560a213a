/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated camera on the simulated bus: runs its model, and shows in sysfs what the model says
 * is on the bus. */
#include "flash/sim/sim-camera-private.h"
#include "tests/rig/rig.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define ROOT_HUB "/sys/devices/pci0000:00/usb1"

static void
write_file (Rig *rig, const char *path, const void *data, gsize size)
{
  g_autofree char *full = g_strconcat (rig->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0755);
  if (!g_file_set_contents_full (full, data, size, G_FILE_SET_CONTENTS_NONE, 0666, &error))
    g_error ("%s", error->message);
}

/* libusb wants a hub above every camera to tell its port. */
void
rig_publish_root_hub (Rig *rig)
{
  static const guint8 descriptors[] = {
    18, 1, 0,    2, 9, 0, 1,  64,   0x6b, 0x1d, 2, 0, 1, 6, 3, 2, 1, 1, /* device: Linux root hub */
    9,  2, 25,   0, 1, 1, 0,  0xe0, 0,                                  /* configuration */
    9,  4, 0,    0, 1, 9, 0,  0,    0,                                  /* interface: hub */
    7,  5, 0x81, 3, 4, 0, 12,                                           /* endpoint */
  };
  g_autofree char *syspath = NULL;

  write_file (rig, ROOT_HUB "/descriptors", descriptors, sizeof descriptors);
  write_file (rig, "/dev/bus/usb/001/001", "", 0);
  syspath = umockdev_testbed_add_device (rig->bed,
                                         "usb",
                                         "pci0000:00/usb1",
                                         NULL,
                                         "busnum",
                                         "1\n",
                                         "devnum",
                                         "1\n",
                                         "speed",
                                         "480\n",
                                         "bConfigurationValue",
                                         "1\n",
                                         "bNumConfigurations",
                                         "1\n",
                                         "idVendor",
                                         "1d6b\n",
                                         "idProduct",
                                         "0002\n",
                                         "bDeviceClass",
                                         "09\n",
                                         "maxchild",
                                         "32\n",
                                         "dev",
                                         "189:0\n",
                                         NULL,
                                         "DEVTYPE",
                                         "usb_device",
                                         "DEVNAME",
                                         "/dev/bus/usb/001/001",
                                         "MAJOR",
                                         "189",
                                         "MINOR",
                                         "0",
                                         "PRODUCT",
                                         "1d6b/2/601",
                                         "BUSNUM",
                                         "001",
                                         "DEVNUM",
                                         "001",
                                         NULL);
  g_assert_nonnull (syspath);
}

static void
take_line (GStrvBuilder *attributes, const char *name, const char *value)
{
  g_autofree char *line = g_strconcat (value != NULL ? value : "", "\n", NULL);

  if (value == NULL)
    return;
  g_strv_builder_add (attributes, name);
  g_strv_builder_add (attributes, line);
}

static void G_GNUC_PRINTF (3, 4)
    take_format (GStrvBuilder *attributes, const char *name, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list list;

  va_start (list, format);
  text = g_strdup_vprintf (format, list);
  va_end (list);
  take_line (attributes, name, text);
}

static GStrv
make_attributes (RigCamera *self)
{
  g_autoptr (GStrvBuilder) attributes = g_strv_builder_new ();
  HsUsbInfo *info = self->info;

  take_format (attributes, "busnum", "%u", 1);
  take_format (attributes, "devnum", "%u", self->devnum);
  take_format (attributes, "devpath", "%u", self->number + 1);
  take_format (attributes, "speed", "%u", info->high_speed ? 480 : 12);
  take_format (attributes, "bConfigurationValue", "%u", 1);
  take_format (attributes, "bNumConfigurations", "%u", 1);
  take_format (attributes, "idVendor", "%04x", info->vid);
  take_format (attributes, "idProduct", "%04x", info->pid);
  take_format (attributes, "bcdDevice", "%04x", info->bcd_device);
  take_line (attributes, "bDeviceClass", "00");
  take_line (attributes, "manufacturer", info->manufacturer);
  take_line (attributes, "product", info->product);
  take_line (attributes, "serial", info->serial);
  take_format (attributes, "dev", "189:%u", self->devnum - 1);
  return g_strv_builder_end (attributes);
}

static GStrv
make_properties (RigCamera *self)
{
  g_autoptr (GStrvBuilder) properties = g_strv_builder_new ();
  g_autofree char *devnum = g_strdup_printf ("%03u", self->devnum);
  g_autofree char *minor = g_strdup_printf ("%u", self->devnum - 1);
  g_autofree char *product =
      g_strdup_printf ("%x/%x/%x", self->info->vid, self->info->pid, self->info->bcd_device);
  const char *const pairs[] = {
    "DEVTYPE", "usb_device", "DEVNAME", self->node, "MAJOR", "189",    "MINOR", minor, "PRODUCT",
    product,   "TYPE",       "0/0/0",   "BUSNUM",   "001",   "DEVNUM", devnum,  NULL,
  };

  g_strv_builder_addv (properties, (const char **) pairs);
  return g_strv_builder_end (properties);
}

static gboolean
has_serial_port (HsUsbInfo *info)
{
  for (guint i = 0; i < info->alts->len; i++)
    if (g_array_index (info->alts, HsUsbAlt, i).class == 0x02) /* CDC control */
      return TRUE;
  return FALSE;
}

/* A node without permission bits is how no_access looks; root can't be refused otherwise. */
static void
show_access (RigCamera *self)
{
  g_autofree char *path = g_strconcat (self->rig->root, self->node, NULL);

  chmod (path, hs_sim_camera_get_faults (self->sim)->no_access ? 0 : 0666);
}

/* The device appears. The add event goes out with the sysfs entry: everything that a listener may
 * look at must be there before. */
static void
publish (RigCamera *self, HsUsbInfo *info)
{
  Rig *rig = self->rig;
  g_autofree char *path = g_strdup_printf (ROOT_HUB "/%s/descriptors", self->port);
  g_autoptr (GBytes) descriptors = hs_sim_camera_dup_descriptors (self->sim);
  g_auto (GStrv) attributes = NULL;
  g_auto (GStrv) properties = NULL;

  self->info = info;
  self->devnum = rig->next_devnum++;
  self->control_free_at = self->data_free_at = 0;
  self->bound = 0;
  for (guint i = 0; i < info->alts->len; i++)
    if (rig_driver_of (self, g_array_index (info->alts, HsUsbAlt, i).number) != NULL)
      self->bound |= 1u << (g_array_index (info->alts, HsUsbAlt, i).number % 32);
  self->node = g_strdup_printf ("/dev/bus/usb/001/%03u", self->devnum);
  write_file (rig, self->node, "", 0);
  show_access (self);
  write_file (rig, path, g_bytes_get_data (descriptors, NULL), g_bytes_get_size (descriptors));

  attributes = make_attributes (self);
  properties = make_properties (self);
  self->syspath =
      umockdev_testbed_add_devicev (rig->bed, "usb", self->port, ROOT_HUB, attributes, properties);
  g_assert_nonnull (self->syspath);
  if (has_serial_port (info))
    self->tty = rig_tty_new (self, self->number);
}

/* The device is gone: transfers in flight fail, open nodes are dead from now on. */
static void
withdraw (RigCamera *self)
{
  Rig *rig = self->rig;
  g_autofree char *path = g_strconcat (rig->root, self->node, NULL);

  for (guint i = 0; i < self->clients->len; i++)
    rig_client_orphan (g_ptr_array_index (self->clients, i));
  g_clear_pointer (&self->tty, rig_tty_free);
  umockdev_testbed_uevent (rig->bed, self->syspath, "remove");
  umockdev_testbed_remove_device (rig->bed, self->syspath);
  unlink (path);

  g_clear_pointer (&self->syspath, g_free);
  g_clear_pointer (&self->node, g_free);
  g_clear_pointer (&self->info, hs_usb_info_unref);
}

/* Shows what the model says is on the bus now. */
static void
follow_bus (RigCamera *self)
{
  gboolean on_bus = hs_sim_camera_get_mode (self->sim) != HS_MODE_UNKNOWN;

  if (self->info == NULL ? !on_bus : on_bus && self->sim->enumeration == self->info->instance)
    return;

  if (self->info != NULL)
    withdraw (self);
  if (on_bus)
    publish (self, hs_sim_camera_get_info (self->sim, self->port));
}

static void
arm (RigCamera *self, gint64 when)
{
  struct itimerspec spec = { 0 };

  if (when != G_MAXINT64) {
    spec.it_value.tv_sec = when / G_USEC_PER_SEC;
    spec.it_value.tv_nsec = MAX (when % G_USEC_PER_SEC * 1000, 1);
  }
  timerfd_settime (self->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

/**
 * rig_camera_run:
 *
 * Does what is due: the model's own events, then the requests to its endpoints. Call it after every
 * change.
 */
void
rig_camera_run (RigCamera *self)
{
  gint64 now, wake;

  do {
    now = g_get_monotonic_time ();
    wake = hs_sim_camera_advance (self->sim, now);
    follow_bus (self);
  } while (rig_pipes_run (self, now, &wake));

  if (self->tty != NULL)
    wake = MIN (wake, rig_tty_run (self->tty, now));
  arm (self, wake);
}

static gboolean
timer_cb (gint fd, GIOCondition condition, gpointer data)
{
  guint64 n;

  if (read (fd, &n, sizeof n) == sizeof n)
    rig_camera_run (data);
  return G_SOURCE_CONTINUE;
}

void
rig_camera_plug (RigCamera *self)
{
  hs_sim_camera_plug (self->sim, g_get_monotonic_time ());
  rig_camera_run (self);
}

void
rig_camera_unplug (RigCamera *self)
{
  hs_sim_camera_unplug (self->sim, g_get_monotonic_time ());
  rig_camera_run (self);
}

/* @number: its port, from 0; @unit: which unit of its board, from 1, which its ids follow from */
RigCamera *
rig_camera_new (Rig *rig, guint number, const HsSimSpec *spec, guint unit)
{
  const HsBoard *board = spec->board;
  gboolean real = !rig->fast;
  RigCamera *self = g_new0 (RigCamera, 1);
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  self->rig = rig;
  self->number = number;
  self->port = g_strdup_printf ("1-%u", number + 1);
  self->clients = g_ptr_array_new ();
  self->timer = timerfd_create (CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  g_unix_fd_add (self->timer, G_IO_IN, timer_cb, self);

  self->sim = hs_sim_camera_new_in (board, unit, spec->mode, spec->condition, NULL, real, &error);
  if (self->sim != NULL && rig->folder != NULL) {
    folder = g_build_filename (rig->folder, hs_sim_camera_get_id (self->sim), NULL);
    g_object_unref (self->sim);
    self->sim =
        hs_sim_camera_new_in (board, unit, spec->mode, spec->condition, folder, real, &error);
  }
  if (self->sim == NULL)
    g_error ("%s: %s", board->id, error->message);
  return self;
}

void
rig_camera_free (RigCamera *self)
{
  if (self->info != NULL)
    withdraw (self);
  while (self->clients->len > 0)
    rig_client_free (g_ptr_array_index (self->clients, 0));
  g_ptr_array_unref (self->clients);
  g_object_unref (self->sim);
  g_free (self->port);
  close (self->timer);
  g_free (self);
}
