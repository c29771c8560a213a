/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include "flash/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICES_FOLDER "/sys/bus/usb/devices"
#define HUB_CLASS      0x09 /* USB class codes: Hub */
#define JLINK_VENDOR   0x1366

/* --- what the bus shows --- */

void
hs_seen_device_free (HsSeenDevice *self)
{
  g_free (self->port);
  g_free (self->product);
  g_free (self->node);
  g_ptr_array_unref (self->ttys);
  g_ptr_array_unref (self->hidraws);
  g_free (self);
}

static gboolean
has_id (const HsUsbId *ids, const HsSeenDevice *device)
{
  for (; ids != NULL && ids->vid != 0; ids++)
    if (ids->vid == device->vid && ids->pid == device->pid)
      return TRUE;
  return FALSE;
}

/* The board whose recovery goes through it; NULL none. */
static const HsBoard *
find_bridged (const HsSeenDevice *self)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (has_id (board->bridge_ids, self))
      return board;
  return NULL;
}

gboolean
hs_seen_device_is_bridge (const HsSeenDevice *self)
{
  return find_bridged (self) != NULL;
}

static char *
describe_camera (const HsSeenDevice *self)
{
  HsMode mode = HS_MODE_UNKNOWN;
  const HsBoard *board = hs_board_by_usb (self->vid, self->pid, &mode);

  if (board == NULL && hs_usb_id_is_shared (self->vid, self->pid))
    return g_strdup (_ ("A camera’s bootloader"));
  if (board == NULL)
    return NULL;
  if (hs_usb_id_is_shared (self->vid, self->pid))
    return g_strdup (_ ("A camera that several boards look like"));
  return g_strdup (_ (board->name));
}

char *
hs_seen_device_describe (const HsSeenDevice *self)
{
  g_autofree char *camera = describe_camera (self);

  if (camera != NULL)
    /* Translators: a camera or adapter, the USB port, the ids */
    return g_strdup_printf (
        _ ("%s on port %s (%04x:%04x)"), camera, self->port, self->vid, self->pid);
  if (hs_seen_device_is_bridge (self))
    return g_strdup_printf (_ ("Serial adapter for the recovery of %s on port %s (%04x:%04x)"),
                            _ (find_bridged (self)->name),
                            self->port,
                            self->vid,
                            self->pid);
  if (self->vid == JLINK_VENDOR)
    return g_strdup_printf (_ ("J-Link on port %s (%04x:%04x)"), self->port, self->vid, self->pid);
  return NULL;
}

static guint
read_number (HsExamination *self, const char *port, const char *name, guint base)
{
  g_autofree char *path = g_build_filename (DEVICES_FOLDER, port, name, NULL);
  g_autofree char *text = hs_examination_read (self, path);

  return text != NULL ? (guint) g_ascii_strtoull (text, NULL, base) : 0;
}

/* Adds "/dev/ttyACM0" for each entry of "<interface>/tty". A usb-serial driver has one folder more:
 * "<interface>/ttyUSB0/tty/ttyUSB0". HID: "<interface>/0003:…/hidraw/hidraw0". */
static void
add_nodes (HsExamination *self, const char *folder, const char *kind, guint deep, GPtrArray *nodes)
{
  g_autofree char *here = g_build_filename (folder, kind, NULL);
  g_auto (GStrv) found = hs_examination_list (self, here);
  g_auto (GStrv) below = NULL;

  for (guint i = 0; found[i] != NULL; i++)
    g_ptr_array_add (nodes, g_build_filename ("/dev", found[i], NULL));
  if (found[0] != NULL || deep == 0)
    return;

  below = hs_examination_list (self, folder);
  for (guint i = 0; below[i] != NULL; i++) {
    g_autofree char *next = g_build_filename (folder, below[i], NULL);

    if (g_str_has_prefix (below[i], "tty") || g_str_has_prefix (below[i], "0003:"))
      add_nodes (self, next, kind, deep - 1, nodes);
  }
}

static HsSeenDevice *
read_device (HsExamination *self, const char *port, GStrv names)
{
  HsSeenDevice *device = g_new0 (HsSeenDevice, 1);
  g_autofree char *product = g_build_filename (DEVICES_FOLDER, port, "product", NULL);
  g_autofree char *authorized = g_build_filename (DEVICES_FOLDER, port, "authorized", NULL);
  g_autofree char *allowed = hs_examination_read (self, authorized);
  g_autofree char *prefix = g_strconcat (port, ":", NULL);

  device->port = g_strdup (port);
  device->vid = read_number (self, port, "idVendor", 16);
  device->pid = read_number (self, port, "idProduct", 16);
  device->product = hs_examination_read (self, product);
  device->blocked = g_strcmp0 (allowed, "0") == 0;
  device->node = g_strdup_printf ("/dev/bus/usb/%03u/%03u",
                                  read_number (self, port, "busnum", 10),
                                  read_number (self, port, "devnum", 10));
  device->ttys = g_ptr_array_new_with_free_func (g_free);
  device->hidraws = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *interface = g_build_filename (DEVICES_FOLDER, names[i], NULL);

    if (!g_str_has_prefix (names[i], prefix))
      continue;
    add_nodes (self, interface, "tty", 1, device->ttys);
    add_nodes (self, interface, "hidraw", 1, device->hidraws);
  }
  return device;
}

GPtrArray *
hs_examination_list_devices (HsExamination *self)
{
  g_autoptr (GPtrArray) devices =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_seen_device_free);
  g_auto (GStrv) names = hs_examination_list (self, DEVICES_FOLDER);

  if (names[0] == NULL)
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    if (strchr (names[i], ':') != NULL || !g_ascii_isdigit (*names[i]) ||
        read_number (self, names[i], "bDeviceClass", 16) == HUB_CLASS)
      continue;
    g_ptr_array_add (devices, read_device (self, names[i], names));
  }
  return g_steal_pointer (&devices);
}

/* --- groups --- */

/* The line of @group in etc/group: "name:x:46:anna,ben"; (transfer full) (nullable). */
static GStrv
find_group (HsExamination *self, const char *name, gint64 id)
{
  g_autofree char *text = hs_examination_read (self, "/etc/group");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit (lines[i], ":", 4);

    if (g_strv_length (fields) != 4)
      continue;
    if (name != NULL ? g_str_equal (fields[0], name) : g_ascii_strtoll (fields[2], NULL, 10) == id)
      return g_steal_pointer (&fields);
  }
  return NULL;
}

static gboolean
is_in_group (HsExamination *self, guint id)
{
  gid_t own[256];
  int n;

  if (self->places->groups != NULL) {
    for (guint i = 0; i < self->places->n_groups; i++)
      if (self->places->groups[i] == id)
        return TRUE;
    return FALSE;
  }
  if (getegid () == id)
    return TRUE;
  n = getgroups (G_N_ELEMENTS (own), own);
  for (int i = 0; i < n; i++)
    if (own[i] == id)
      return TRUE;
  return FALSE;
}

static const char *
user_name (HsExamination *self)
{
  return self->places->user != NULL ? self->places->user : g_get_user_name ();
}

/* Named in the file, but the session is older. */
static gboolean
is_listed (HsExamination *self, GStrv group)
{
  g_auto (GStrv) members = g_strsplit (group[3], ",", -1);

  return g_strv_contains ((const char *const *) members, user_name (self));
}

/* Does this user sit at the machine, as logind sees it? Then udev's uaccess opens the nodes. */
static gboolean
has_seat (HsExamination *self)
{
  g_auto (GStrv) sessions = hs_examination_list (self, "/run/systemd/sessions");
  g_autofree char *user = g_strdup_printf ("USER=%s", user_name (self));

  for (guint i = 0; sessions[i] != NULL; i++) {
    g_autofree char *path = g_build_filename ("/run/systemd/sessions", sessions[i], NULL);
    g_autofree char *text = hs_examination_read (self, path);
    g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
    gboolean seat = FALSE;

    for (guint n = 0; lines[n] != NULL; n++)
      seat |= g_str_has_prefix (lines[n], "SEAT=");
    if (seat && g_strv_contains ((const char *const *) lines, user) &&
        g_strv_contains ((const char *const *) lines, "ACTIVE=1"))
      return TRUE;
  }
  return FALSE;
}

static void
advise_group (HsExamination *self, HsDoctorFinding *finding, GStrv group)
{
  g_autofree char *command = g_strdup_printf ("sudo usermod -aG %s %s", group[0], user_name (self));

  if (is_listed (self, group))
    hs_doctor_finding_advise (
        finding,
        _ ("Log out and in again: this session began before you were put into the group."),
        NULL);
  else
    hs_doctor_finding_advise (finding, _ ("Join the group, then log out and in again."), command);
}

/* Over the network, and without logind, nobody sits at the machine: groups decide. */
static void
examine_groups (HsExamination *self)
{
  static const char *const names[] = { "plugdev", "dialout" };

  if (self->places->simulated || (self->places->user == NULL && geteuid () == 0) || has_seat (self))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (GStrv) group = find_group (self, names[i], -1);
    g_autofree char *id = g_strconcat ("group:", names[i], NULL);
    g_autofree char *title = NULL;
    HsDoctorFinding *finding;
    gboolean inside;

    if (group == NULL)
      continue;
    inside = is_in_group (self, (guint) g_ascii_strtoull (group[2], NULL, 10));
    title = g_strdup_printf (
        inside ? _ ("You are in the group %s") : _ ("You are not in the group %s"), names[i]);
    finding = hs_examination_add (
        self,
        HS_DOCTOR_RULES,
        inside ? HS_DOCTOR_OK : HS_DOCTOR_NOTE,
        id,
        title,
        g_strdup (_ ("You don’t sit at this machine’s own screen: then the rules open cameras to "
                     "members of plugdev, and serial ports to those of dialout.")));

    if (!inside)
      advise_group (self, finding, group);
  }
}

/* --- each device --- */

static gboolean
may_open (HsExamination *self, const char *node)
{
  g_autofree char *path = hs_examination_path (self, node);

  if (self->places->may_open != NULL)
    return self->places->may_open (node);
  return access (path, R_OK | W_OK) == 0;
}

static char *
join_nodes (GPtrArray *nodes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < nodes->len; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (nodes, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
advise_access (HsExamination *self, HsDoctorFinding *finding, const char *node)
{
  g_autofree char *path = hs_examination_path (self, node);
  struct stat facts = { 0 };
  g_auto (GStrv) group =
      stat (path, &facts) == 0 && facts.st_gid != 0 ? find_group (self, NULL, facts.st_gid) : NULL;

  if (self->no_udev)
    hs_doctor_finding_advise (
        finding, _ ("Who runs this container has to pass the nodes in, with write access."), NULL);
  else if (!self->rules_here || !self->rules_opened)
    hs_doctor_finding_advise (
        finding, _ ("Install the udev rules."), "hotshoe doctor --install-rules");
  else if (group != NULL && !has_seat (self) && !is_in_group (self, facts.st_gid))
    advise_group (self, finding, group);
  else
    hs_doctor_finding_advise (
        finding,
        _ ("It may have been plugged in before the rules were there: plug it in again, or have "
           "udev look at it anew."),
        "sudo udevadm trigger");
}

static void
say_blocked (HsExamination *self, const HsSeenDevice *device, const char *id, const char *what)
{
  g_autofree char *command =
      g_strdup_printf ("sudo usbguard append-rule 'allow id %04x:*'", device->vid);
  g_autofree char *title = g_strdup_printf (_ ("%s is blocked"), what);
  HsDoctorFinding *finding = hs_examination_add (
      self,
      HS_DOCTOR_CAMERAS,
      HS_DOCTOR_TROUBLE,
      id,
      title,
      g_strdup (_ ("The kernel was told not to use it, as USBGuard does with every device that no "
                   "rule of its own allows. A camera in its bootloader is another device to it: "
                   "allow the maker, not the device.")));

  finding->port = g_strdup (device->port);
  hs_doctor_finding_advise (finding, _ ("Allow it in USBGuard, then plug it in again."), command);
}

static void
say_closed (HsExamination *self,
            const HsSeenDevice *device,
            const char *id,
            const char *what,
            GPtrArray *closed)
{
  g_autofree char *nodes = join_nodes (closed);
  g_autofree char *title = g_strdup_printf (_ ("%s may not be opened"), what);
  gboolean raw = device->hidraws->len > 0 &&
                 may_open (self, g_ptr_array_index (device->hidraws, 0)) &&
                 !may_open (self, device->node);
  char *text = raw ? g_strdup_printf (
                         _ ("%s is closed to you, though its hidraw node is open: rules as OpenMV "
                            "IDE’s open only that one, and Hotshoe works through the USB node."),
                         nodes)
                   : g_strdup_printf (_ ("Closed to you: %s."), nodes);
  HsDoctorFinding *finding =
      hs_examination_add (self, HS_DOCTOR_CAMERAS, HS_DOCTOR_TROUBLE, id, title, text);

  finding->port = g_strdup (device->port);
  advise_access (self, finding, g_ptr_array_index (closed, 0));
}

static void
examine_device (HsExamination *self, const HsSeenDevice *device, const char *what)
{
  g_autofree char *id = g_strconcat ("access:", device->port, NULL);
  g_autoptr (GPtrArray) closed = g_ptr_array_new ();
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  g_autofree char *nodes = NULL;

  if (device->blocked) {
    say_blocked (self, device, id, what);
    return;
  }
  g_ptr_array_add (may_open (self, device->node) ? open : closed, device->node);
  for (guint i = 0; i < device->ttys->len; i++)
    g_ptr_array_add (may_open (self, g_ptr_array_index (device->ttys, i)) ? open : closed,
                     g_ptr_array_index (device->ttys, i));
  if (closed->len > 0) {
    say_closed (self, device, id, what, closed);
    return;
  }
  nodes = join_nodes (open);
  hs_examination_add (self,
                      HS_DOCTOR_CAMERAS,
                      HS_DOCTOR_OK,
                      id,
                      what,
                      g_strdup_printf (_ ("May be opened: %s."), nodes))
      ->port = g_strdup (device->port);
}

void
hs_examine_cameras (HsExamination *self, GPtrArray *devices)
{
  guint n = 0;

  examine_groups (self);
  for (guint i = 0; devices != NULL && i < devices->len; i++) {
    const HsSeenDevice *device = g_ptr_array_index (devices, i);
    g_autofree char *what = hs_seen_device_describe (device);

    if (what == NULL)
      continue;
    examine_device (self, device, what);
    n++;
  }
  if (n == 0 && devices != NULL)
    hs_examination_add (self,
                        HS_DOCTOR_CAMERAS,
                        HS_DOCTOR_OK,
                        "no-camera",
                        _ ("No camera is attached"),
                        g_strdup (_ ("A camera that is plugged in and not here: many cables only "
                                     "charge; try another one, and another port.")));
}
