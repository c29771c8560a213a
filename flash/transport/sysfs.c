/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/sysfs.h"

#include "flash/board.h"

#include <errno.h>
#include <unistd.h>

/* What the kernel has read from a device already. Nothing here opens a device node. */

enum { DEVICE_DESCRIPTOR_BYTES = 18, CLASS_CDC = 2 };

static char *
device_folder (const char *port)
{
  return g_build_filename ("/sys/bus/usb/devices", port, NULL);
}

/* (transfer full) (nullable): without the line's end; NULL if the device has no such string */
static char *
read_text (const char *port, const char *name)
{
  g_autofree char *folder = device_folder (port);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  g_strchomp (text);
  return g_utf8_make_valid (text, -1);
}

/* The first and only configuration: what follows the device descriptor. */
static void
read_descriptors (HsUsbInfo *info)
{
  g_autofree char *folder = device_folder (info->port);
  g_autofree char *path = g_build_filename (folder, "descriptors", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL) || length <= DEVICE_DESCRIPTOR_BYTES)
    return;
  hs_usb_info_take_config (
      info, (const guint8 *) bytes + DEVICE_DESCRIPTOR_BYTES, length - DEVICE_DESCRIPTOR_BYTES);
}

/**
 * hs_sysfs_fill:
 * @info: its port, node and ids are set
 *
 * Adds strings, interfaces, serial port and whether the node may be opened. Any thread.
 */
void
hs_sysfs_fill (HsUsbInfo *info)
{
  info->manufacturer = read_text (info->port, "manufacturer");
  info->product = read_text (info->port, "product");
  info->serial = read_text (info->port, "serial");
  info->tty = hs_sysfs_find_tty (info->port);
  info->no_access = info->node != NULL && access (info->node, R_OK | W_OK) != 0 && errno != ENOENT;
  read_descriptors (info);
}

/* (transfer full) (nullable): serial adapters have "<interface>/ttyUSB0" between */
static char *
find_adapter_of_interface (const char *interface)
{
  g_autoptr (GDir) dir = g_dir_open (interface, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "ttyUSB"))
      return g_build_filename ("/dev", name, NULL);
  return NULL;
}

/* (transfer full) (nullable): the one entry of "<interface>/tty" */
static char *
find_tty_of_interface (const char *interface)
{
  g_autofree char *folder = g_build_filename (interface, "tty", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = dir != NULL ? g_dir_read_name (dir) : NULL;

  return name != NULL ? g_build_filename ("/dev", name, NULL)
                      : find_adapter_of_interface (interface);
}

/**
 * hs_sysfs_find_tty:
 * @port: a path of hub ports
 *
 * The serial port of that very USB device, found through its interfaces ("1-4.2:1.0/tty/ttyACM0").
 *
 * Returns: (transfer full) (nullable): "/dev/ttyACM0"; the kernel makes it a moment after the
 *   device arrived
 */
char *
hs_sysfs_find_tty (const char *port)
{
  g_autofree char *folder = device_folder (port);
  g_autofree char *prefix = g_strconcat (port, ":", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *interface = g_build_filename (folder, name, NULL);
    char *tty = g_str_has_prefix (name, prefix) ? find_tty_of_interface (interface) : NULL;

    if (tty != NULL)
      return tty;
  }
  return NULL;
}

/* Whether the device has an interface that the kernel makes a serial port of. */
gboolean
hs_sysfs_expects_tty (const HsUsbInfo *info)
{
  for (guint i = 0; i < info->alts->len; i++)
    if (g_array_index (info->alts, HsUsbAlt, i).class == CLASS_CDC)
      return TRUE;
  return hs_usb_id_is_bridge (info->vid, info->pid);
}
