/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include "flash/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Who else grabs cameras, and what stops it. Names as the kernel cuts them: 15 characters. */

typedef enum {
  NEVER,       /* only if it holds a node */
  WITH_SERIAL, /* unless our rules keep it away */
  WITH_LOADER, /* if a bootloader is on the bus: it opens each that speaks DFU */
  WITH_BRIDGE, /* if a serial adapter is on the bus */
  ALWAYS,      /* it does harm to the next camera that comes */
} Harm;

typedef struct {
  const char *id;
  const char *comm; /* the name begins like this, in any case */
  const char *name; /* as people know it */
  Harm harm;
  const char *text;    /* N_()-marked */
  const char *action;  /* N_()-marked */
  const char *command; /* nullable: "kill" of its pid */
} Grabber;

static const Grabber grabbers[] = {
  { "modem-manager",
    "ModemManager",
    "ModemManager",
    WITH_SERIAL,
    N_ ("It types modem commands into every new serial port. Hotshoe’s udev rules tell it to leave "
        "cameras alone."),
    N_ ("Nobody needs it on a machine without a mobile modem: switch it off."),
    "sudo systemctl disable --now ModemManager.service" },
  { "fwupd",
    "fwupd",
    "fwupd",
    WITH_LOADER,
    N_ ("It looks into every device that shows a DFU bootloader, also at a camera’s, in the moment "
        "in which it waits for us."),
    N_ ("Switch it off while cameras are worked with."),
    "sudo systemctl mask --runtime --now fwupd.service fwupd-refresh.timer" },
  { "brltty",
    "brltty",
    "BRLTTY",
    WITH_BRIDGE,
    N_ ("It takes serial adapters (CH340, FTDI) for Braille displays, and with them the recovery "
        "port of an AE3."),
    N_ ("If nobody here reads Braille: switch it off."),
    "sudo systemctl mask --now brltty.service brltty-udev.service" },
  { "usbguard",
    "usbguard-daemon",
    "USBGuard",
    NEVER,
    N_ ("It blocks devices that no rule of its own allows. A camera in its bootloader is another "
        "device to it."),
    N_ ("Allow the maker’s devices, all of them."),
    "sudo usbguard append-rule 'allow id 37c5:*'" },
  { "openmv-ide",
    "openmvide",
    "OpenMV IDE",
    NEVER,
    N_ ("It takes a camera’s serial port as soon as somebody connects there, and looks through all "
        "bootloaders while it flashes."),
    N_ ("Disconnect the camera there, or close it."),
    NULL },
  { "openmv-ide",
    "OpenMV IDE",
    "OpenMV IDE",
    NEVER,
    N_ ("It takes a camera’s serial port as soon as somebody connects there, and looks through all "
        "bootloaders while it flashes."),
    N_ ("Disconnect the camera there, or close it."),
    NULL },
  { "dfu-util",
    "dfu-util",
    "dfu-util",
    ALWAYS,
    N_ ("It writes to the next bootloader that fits: with -w it waits for that, and may take a "
        "camera that Hotshoe has just brought there."),
    N_ ("Let it finish, or end it."),
    NULL },
  { "openocd",
    "openocd",
    "OpenOCD",
    NEVER,
    N_ ("It holds a debug probe, and may stop a camera’s processor through it."),
    N_ ("End it before a probe is needed here."),
    NULL },
  { "hotshoe",
    "hotshoe",
    "Hotshoe",
    NEVER,
    N_ ("Another one runs. That is no trouble: they share the catalog, and a port that one of them "
        "works on is left alone by the other."),
    NULL,
    NULL },
};

/* One process that is looked at. */
typedef struct {
  const char *pid;
  char *comm;
  char *arguments; /* nullable */
  char *node;      /* of a camera, that it has open; nullable */
} Process;

static void
process_clear (Process *self)
{
  g_free (self->comm);
  g_free (self->arguments);
  g_free (self->node);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Process, process_clear)

/* --- what is on the bus --- */

typedef struct {
  GHashTable *nodes; /* (element-type utf8): of cameras and their adapters; borrowed */
  gboolean loader;
  gboolean bridge;
} Bus;

static void
bus_clear (Bus *self)
{
  g_hash_table_unref (self->nodes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bus, bus_clear)

static void
add_to_bus (Bus *bus, const HsSeenDevice *device)
{
  HsMode mode = HS_MODE_UNKNOWN;
  g_autofree char *what = hs_seen_device_describe (device);

  if (what == NULL)
    return;
  hs_board_by_usb (device->vid, device->pid, &mode);
  bus->loader |= mode == HS_MODE_DFU || mode == HS_MODE_ROM;
  bus->bridge |= hs_seen_device_is_bridge (device);
  g_hash_table_add (bus->nodes, device->node);
  for (guint i = 0; i < device->ttys->len; i++)
    g_hash_table_add (bus->nodes, g_ptr_array_index (device->ttys, i));
  for (guint i = 0; i < device->hidraws->len; i++)
    g_hash_table_add (bus->nodes, g_ptr_array_index (device->hidraws, i));
}

/* --- processes --- */

/* A node of a camera that it has open, as far as we may see that; (transfer full) (nullable). */
static char *
find_held_node (HsExamination *self, const char *pid, const Bus *bus)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_auto (GStrv) names =
      g_hash_table_size (bus->nodes) > 0 ? hs_examination_list (self, folder) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    g_autofree char *link = g_build_filename (folder, names[i], NULL);
    g_autofree char *path = hs_examination_path (self, link);
    g_autofree char *target = g_file_read_link (path, NULL);

    if (target != NULL && g_hash_table_contains (bus->nodes, target))
      return g_steal_pointer (&target);
  }
  return NULL;
}

/* Words are separated by NUL there. */
static char *
read_arguments (HsExamination *self, const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "cmdline", NULL);
  g_autofree char *full = hs_examination_path (self, path);
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (full, &text, &length, NULL) || length == 0)
    return NULL;
  for (gsize i = 0; i + 1 < length; i++)
    if (text[i] == '\0')
      text[i] = ' ';
  return g_utf8_make_valid (text, -1);
}

static const Grabber *
find_grabber (const char *comm)
{
  for (guint i = 0; i < G_N_ELEMENTS (grabbers); i++)
    if (g_ascii_strncasecmp (comm, grabbers[i].comm, strlen (grabbers[i].comm)) == 0)
      return &grabbers[i];
  return NULL;
}

static gboolean
does_harm (HsExamination *self, const Grabber *grabber, const Bus *bus)
{
  switch (grabber->harm) {
  case WITH_SERIAL:
    return !self->modems_kept;
  case WITH_LOADER:
    return bus->loader;
  case WITH_BRIDGE:
    return bus->bridge;
  case ALWAYS:
    return TRUE;
  case NEVER:
  default:
    return FALSE;
  }
}

static char *
describe_process (const Process *process, const Grabber *grabber)
{
  g_autoptr (GString) text = g_string_new (grabber != NULL ? _ (grabber->text) : NULL);

  if (grabber != NULL && grabber->harm == ALWAYS && process->arguments != NULL)
    g_string_append_printf (text, _ (" It was started as “%s”."), process->arguments);
  if (process->node != NULL) {
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append_printf (text, _ ("It has %s open now, which is a camera’s."), process->node);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
advise_against (HsExamination *self,
                HsDoctorFinding *finding,
                const Process *process,
                const Grabber *grabber)
{
  g_autofree char *kill = g_strconcat ("kill ", process->pid, NULL);

  if (grabber == NULL)
    hs_doctor_finding_advise (finding, _ ("Close it before cameras are worked with."), kill);
  else if (grabber->harm == WITH_SERIAL && !self->modems_kept)
    hs_doctor_finding_advise (finding,
                              _ ("Install the udev rules, which keep it away."),
                              "hotshoe doctor --install-rules");
  else if (grabber->action != NULL)
    hs_doctor_finding_advise (
        finding, _ (grabber->action), grabber->command != NULL ? grabber->command : kill);
}

static void
say_process (HsExamination *self, const Process *process, const Bus *bus)
{
  const Grabber *grabber = find_grabber (process->comm);
  gboolean bad = process->node != NULL || (grabber != NULL && does_harm (self, grabber, bus));
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  HsDoctorFinding *finding;

  if (grabber == NULL && process->node == NULL)
    return;
  if (self->places->simulated)
    bad = FALSE;
  id = g_strdup_printf ("other:%s:%s", grabber != NULL ? grabber->id : process->comm, process->pid);
  title = g_strdup_printf (
      _ ("%s runs (process %s)"), grabber != NULL ? grabber->name : process->comm, process->pid);
  finding = hs_examination_add (self,
                                HS_DOCTOR_OTHERS,
                                bad ? HS_DOCTOR_TROUBLE : HS_DOCTOR_NOTE,
                                id,
                                title,
                                describe_process (process, grabber));
  if (bad || grabber == NULL || grabber->harm != NEVER)
    advise_against (self, finding, process, grabber);
  else
    hs_doctor_finding_advise (
        finding, grabber->action != NULL ? _ (grabber->action) : NULL, grabber->command);
}

static gboolean
is_own (HsExamination *self, const char *pid)
{
  return self->places->root == NULL && g_ascii_strtoll (pid, NULL, 10) == getpid ();
}

void
hs_examine_others (HsExamination *self, GPtrArray *devices)
{
  g_auto (GStrv) names = hs_examination_list (self, "/proc");
  g_auto (Bus) bus = { g_hash_table_new (g_str_hash, g_str_equal) };
  guint before = self->findings->len;

  for (guint i = 0; devices != NULL && i < devices->len; i++)
    add_to_bus (&bus, g_ptr_array_index (devices, i));
  for (guint i = 0; names[i] != NULL && !g_cancellable_is_cancelled (self->cancellable); i++) {
    g_auto (Process) process = { names[i] };
    g_autofree char *path = g_build_filename ("/proc", names[i], "comm", NULL);

    if (!g_ascii_isdigit (*names[i]) || is_own (self, names[i]))
      continue;
    process.comm = hs_examination_read (self, path);
    if (process.comm == NULL)
      continue;
    process.arguments = read_arguments (self, names[i]);
    process.node = find_held_node (self, names[i], &bus);
    say_process (self, &process, &bus);
  }
  if (self->findings->len == before)
    hs_examination_add (
        self,
        HS_DOCTOR_OTHERS,
        HS_DOCTOR_OK,
        "others",
        _ ("Nobody else grabs cameras"),
        g_strdup (_ ("Looked for ModemManager, fwupd, BRLTTY, USBGuard, OpenMV IDE, "
                     "dfu-util, OpenOCD, another Hotshoe, and for any program that "
                     "has a camera open.")));
}
