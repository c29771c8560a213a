/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-bus-private.h"
#include "flash/sim/sim-camera-private.h"

#include <glib/gstdio.h>

/* The debug adapter of a camera whose maintenance switch is on: a serial adapter and a J-Link, on
 * ports of their own. Nothing here speaks the protocol of the secure enclave: the vendor's program
 * that stands on the other side is a stand-in as well, and is told by the file that the serial port
 * is what happens at the camera. */

#define JLINK_VID 0x1366
#define JLINK_PID 0x0101

gboolean
hs_sim_camera_is_in_maintenance (HsSimCamera *self)
{
  return self->jumper && self->board->bridge_ids != NULL;
}

/* (transfer full) (nullable): what the serial port is; %NULL without a folder */
static char *
dup_port (HsSimCamera *self)
{
  return self->folder != NULL ? g_build_filename (self->folder, "isp", NULL) : NULL;
}

/* What can be learnt through the serial port, one word and its value a line. */
static void
write_port (HsSimCamera *self)
{
  g_autofree char *path = dup_port (self);
  g_autofree char *text = g_strdup_printf ("presses %u\n", self->n_presses);
  g_autoptr (GError) error = NULL;

  if (path != NULL && !g_file_set_contents (path, text, -1, &error))
    g_warning ("%s", error->message);
}

static HsUsbInfo *
make_info (HsSimBus *self, HsSimSlot *slot, guint n, guint16 vid, guint16 pid)
{
  HsUsbInfo *info = hs_usb_info_new ();

  info->instance = ++self->instances;
  info->port = g_strdup_printf (
      "2-%s.%u", g_str_has_prefix (slot->port, "1-") ? slot->port + 2 : slot->port, n);
  info->bus = 2;
  info->address = info->instance % 127 + 1;
  info->vid = vid;
  info->pid = pid;
  info->simulated = TRUE;
  return info;
}

static void
attach (HsSimBus *self, HsSimSlot *slot)
{
  const HsUsbId *id = &hs_sim_camera_get_board (slot->camera)->bridge_ids[0];

  slot->bridge = make_info (self, slot, 1, id->vid, id->pid);
  slot->bridge->tty = dup_port (slot->camera);
  slot->bridge->product = g_strdup ("FT230X Basic UART");
  slot->jlink = make_info (self, slot, 2, JLINK_VID, JLINK_PID);
  slot->jlink->product = g_strdup ("J-Link");
}

/* It is taken off, and its serial port is gone. */
void
hs_sim_bus_drop_bridge (HsSimSlot *slot)
{
  g_autofree char *path = slot->bridge != NULL ? dup_port (slot->camera) : NULL;

  g_clear_pointer (&slot->bridge, hs_usb_info_unref);
  g_clear_pointer (&slot->jlink, hs_usb_info_unref);
  if (path != NULL)
    g_remove (path);
}

/* With the bus's lock: the adapter comes and goes with the switch and the power. */
void
hs_sim_bus_tend_bridge (HsSimBus *self, HsSimSlot *slot)
{
  gboolean wanted =
      hs_sim_camera_is_in_maintenance (slot->camera) && hs_sim_camera_is_plugged (slot->camera);

  if (wanted && (slot->bridge == NULL || slot->presses != slot->camera->n_presses)) {
    slot->presses = slot->camera->n_presses;
    write_port (slot->camera);
  }
  if (wanted == (slot->bridge != NULL))
    return;

  if (wanted)
    attach (self, slot);
  else
    hs_sim_bus_drop_bridge (slot);
  self->serial++;
  g_cond_broadcast (&self->moved);
  hs_bus_queue_changed (HS_BUS (self));
}

/* With the bus's lock: what is on the bus besides the camera. */
void
hs_sim_bus_list_bridge (HsSimSlot *slot, GPtrArray *list)
{
  if (slot->bridge == NULL)
    return;
  g_ptr_array_add (list, hs_usb_info_ref (slot->bridge));
  if (!hs_sim_camera_get_faults (slot->camera)->no_jlink)
    g_ptr_array_add (list, hs_usb_info_ref (slot->jlink));
}
