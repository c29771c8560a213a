/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor.h"
#include "flash/board.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every finding, on machines that are made up of folders. */

#define RULES      "/etc/udev/rules.d/60-hotshoe.rules"
#define OWN_RULES  HS_SOURCE_DATA_DIR "/60-hotshoe.rules"
#define THE_GROUPS "root:x:0:\nplugdev:x:46:anna\ndialout:x:20:\n"
#define A_DAY      (24 * 3600 * G_TIME_SPAN_SECOND)
#define NOW        (G_GINT64_CONSTANT (1795255200) * G_TIME_SPAN_SECOND) /* 2026-11-21 */

typedef struct {
  char *root;
  char *programs; /* PATH */
  const char *path[2];
  HsDoctorPlaces places;
  GPtrArray *findings;
} Machine;

/* --- made-up machines --- */

static void
put (Machine *machine, const char *path, const char *text)
{
  g_autofree char *full = g_build_filename (machine->root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (full);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (full, text, -1, &error);
  g_assert_no_error (error);
}

static void
put_program (Machine *machine, const char *name)
{
  g_autofree char *path = g_build_filename (machine->programs, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "#!/bin/sh\n", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static gboolean
open_all (const char *node)
{
  return TRUE;
}

static gboolean
open_none (const char *node)
{
  return FALSE;
}

static gboolean
open_hidraw (const char *node)
{
  return g_str_has_prefix (node, "/dev/hidraw");
}

static gboolean
open_usb (const char *node)
{
  return g_str_has_prefix (node, "/dev/bus/usb");
}

/* With udev, our rules, an empty USB bus, every program, somebody at the screen. */
static void
machine_init (Machine *machine)
{
  static const char *const programs[] = { "git",     "make",  "gcc",
                                          "python3", "cmake", "arm-none-eabi-gcc" };
  g_autofree char *rules = NULL;
  g_autoptr (GError) error = NULL;

  *machine = (Machine){ g_dir_make_tmp ("doctor-XXXXXX", &error) };
  g_assert_no_error (error);
  machine->programs = g_build_filename (machine->root, "programs", NULL);
  g_assert_cmpint (g_mkdir (machine->programs, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    put_program (machine, programs[i]);
  machine->path[0] = machine->programs;
  machine->places = (HsDoctorPlaces){
    .root = machine->root,
    .rules = OWN_RULES,
    .now_us = NOW,
    .may_open = open_all,
    .user = "anna",
    .path = machine->path,
    .no_tools = TRUE,
  };
  g_file_get_contents (OWN_RULES, &rules, NULL, &error);
  g_assert_no_error (error);
  put (machine, RULES, rules);
  put (machine, "/run/udev/control", "");
  put (machine, "/run/systemd/sessions/2", "UID=1000\nUSER=anna\nACTIVE=1\nSEAT=seat0\n");
  put (machine, "/etc/group", THE_GROUPS);
  put (machine, "/sys/bus/usb/devices/usb1/bDeviceClass", "09\n");
  put (machine, "/proc/sys/kernel/osrelease", "6.1.0-38-amd64\n");
}

static void
machine_clear (Machine *machine)
{
  g_autofree char *command = g_strdup_printf ("rm -r %s", machine->root);

  g_clear_pointer (&machine->findings, g_ptr_array_unref);
  g_assert_cmpint (system (command), ==, 0);
  g_free (machine->root);
  g_free (machine->programs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Machine, machine_clear)

/* Device 5 of bus 1 on @port; @nodes: of its first interface, "tty/ttyACM0"; nullable. */
static void
plug (Machine *machine, const char *port, const char *vid, const char *pid, const char *nodes)
{
  g_autofree char *folder = g_build_filename ("/sys/bus/usb/devices", port, NULL);
  const char *const values[][2] = { { "idVendor", vid },   { "idProduct", pid },
                                    { "busnum", "1" },     { "devnum", "5" },
                                    { "authorized", "1" }, { "bDeviceClass", "00" } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *path = g_build_filename (folder, values[i][0], NULL);
    g_autofree char *line = g_strconcat (values[i][1], "\n", NULL);

    put (machine, path, line);
  }
  if (nodes != NULL) {
    g_autofree char *path = g_strdup_printf ("%s:1.0/%s/dev", folder, nodes);

    put (machine, path, "");
  }
}

static void
run_program (Machine *machine, const char *pid, const char *comm, const char *holds)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "comm", NULL);
  g_autofree char *line = g_strconcat (comm, "\n", NULL);
  g_autofree char *folder = g_build_filename (machine->root, "proc", pid, "fd", NULL);
  g_autofree char *link = g_build_filename (folder, "7", NULL);

  put (machine, path, line);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  if (holds != NULL)
    g_assert_cmpint (symlink (holds, link), ==, 0);
}

static void
examine (Machine *machine)
{
  g_clear_pointer (&machine->findings, g_ptr_array_unref);
  machine->findings = hs_doctor_examine (&machine->places, NULL);
}

static const HsDoctorFinding *
find (Machine *machine, const char *id)
{
  for (guint i = 0; i < machine->findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (machine->findings, i);

    if (g_str_equal (finding->id, id))
      return finding;
  }
  return NULL;
}

static void
check (Machine *machine, const char *id, HsDoctorState state, const char *command)
{
  const HsDoctorFinding *finding = find (machine, id);

  g_test_message ("%s", id);
  g_assert_nonnull (finding);
  g_assert_cmpint (finding->state, ==, state);
  g_assert_cmpstr (finding->command, ==, command);
  g_assert_true (state != HS_DOCTOR_TROUBLE || finding->text != NULL);
  g_assert_true (state != HS_DOCTOR_TROUBLE || finding->action != NULL);
}

#define INSTALL "hotshoe doctor --install-rules"

/* --- rules --- */

static void
test_healthy (void)
{
  g_auto (Machine) machine = { NULL };
  g_autofree char *summary = NULL;

  machine_init (&machine);
  examine (&machine);

  g_assert_cmpint (hs_doctor_get_worst (machine.findings), ==, HS_DOCTOR_OK);
  summary = hs_doctor_summary (machine.findings);
  g_assert_cmpstr (summary, ==, "Nothing is in trouble");
  check (&machine, "rules", HS_DOCTOR_OK, NULL);
  check (&machine, "rules:modem-manager", HS_DOCTOR_OK, NULL);
  check (&machine, "no-camera", HS_DOCTOR_OK, NULL);
  check (&machine, "others", HS_DOCTOR_OK, NULL);
  check (&machine, "clock", HS_DOCTOR_OK, NULL);
  check (&machine, "tree", HS_DOCTOR_OK, NULL);
  g_assert_null (find (&machine, "disk"));
}

static void
remove_file (Machine *machine, const char *path)
{
  g_autofree char *full = g_build_filename (machine->root, path, NULL);

  g_assert_cmpint (g_remove (full), ==, 0);
}

static void
test_rules (void)
{
  g_auto (Machine) machine = { NULL };
  g_autofree char *link = NULL;
  g_autofree char *summary = NULL;

  machine_init (&machine);
  put (
      &machine, RULES, "ATTRS{idVendor}==\"37c5\", ATTRS{idProduct}==\"1204\", TAG+=\"uaccess\"\n");
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_TROUBLE, INSTALL);
  check (&machine, "rules:modem-manager", HS_DOCTOR_TROUBLE, INSTALL);
  summary = hs_doctor_summary (machine.findings);
  g_assert_cmpstr (summary, ==, "2 things are in trouble");

  remove_file (&machine, RULES);
  link = g_build_filename (machine.root, RULES, NULL);
  g_assert_cmpint (symlink ("/dev/null", link), ==, 0);
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_TROUBLE, INSTALL);

  remove_file (&machine, RULES);
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_TROUBLE, INSTALL);
  g_assert_null (find (&machine, "rules:modem-manager"));

  /* Nobody needs them for simulated cameras, or where they have no effect. */
  machine.places.simulated = TRUE;
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_NOTE, INSTALL);
  machine.places.simulated = FALSE;
  remove_file (&machine, "/run/udev/control");
  examine (&machine);
  check (&machine, "udev", HS_DOCTOR_NOTE, NULL);
  check (&machine, "rules", HS_DOCTOR_NOTE, INSTALL);
}

/* The same devices in other words: worth a note. A package's copy counts like ours. */
static void
test_rules_elsewhere (void)
{
  g_auto (Machine) machine = { NULL };
  g_autofree char *rules = NULL;
  g_autofree char *commented = NULL;

  machine_init (&machine);
  g_assert_true (g_file_get_contents (OWN_RULES, &rules, NULL, NULL));
  remove_file (&machine, RULES);
  put (&machine, "/usr/lib/udev/rules.d/60-hotshoe.rules", rules);
  put (&machine, "/etc/udev/rules.d/99-openmv-nxp.rules", "");
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_OK, NULL);
  check (&machine, "rules:openmv-ide", HS_DOCTOR_OK, NULL);

  commented = g_strconcat (rules, "# ours\n", NULL);
  put (&machine, RULES, commented);
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_NOTE, INSTALL);
}

/* Writes, where nothing was and over something; the diff is what changes. */
static void
test_install (void)
{
  g_auto (Machine) machine = { NULL };
  g_autoptr (HsRulesChange) change = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  g_autofree char *script = NULL;
  g_autofree char *path = NULL;
  g_autofree char *calls = NULL;
  g_autofree char *before = NULL;
  g_autofree char *with = NULL;

  machine_init (&machine);
  remove_file (&machine, RULES);
  log = g_build_filename (machine.root, "calls", NULL);
  script = g_strdup_printf ("#!/bin/sh\necho \"$@\" >> %s\n", log);
  put (&machine, "programs/udevadm", script);
  path = g_build_filename (machine.programs, "udevadm", NULL);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);

  before = g_strdup (g_getenv ("PATH"));
  with = g_strconcat (machine.programs, ":", before, NULL);
  g_setenv ("PATH", with, TRUE);

  change = hs_doctor_plan_rules (&machine.places, &error);
  g_assert_no_error (error);
  g_assert_null (change->diff);
  g_assert_false (change->same);
  g_assert_true (hs_doctor_install_rules (&machine.places, FALSE, NULL, &error));
  g_assert_no_error (error);
  examine (&machine);
  check (&machine, "rules", HS_DOCTOR_OK, NULL);

  hs_rules_change_free (g_steal_pointer (&change));
  change = hs_doctor_plan_rules (&machine.places, &error);
  g_assert_true (change->same);
  g_assert_true (g_file_get_contents (log, &calls, NULL, NULL));
  g_assert_nonnull (strstr (calls, "control --reload"));
  g_assert_nonnull (strstr (calls, "--subsystem-match=usb --attr-match=idVendor=37c5"));
  g_assert_nonnull (strstr (calls, "--subsystem-match=tty --property-match=ID_VENDOR_ID=2341"));
  g_assert_nonnull (strstr (calls, "--subsystem-match=hidraw"));
  g_setenv ("PATH", before, TRUE);
}

static void
test_install_fails (void)
{
  g_auto (Machine) machine = { NULL };
  g_autoptr (HsRulesChange) change = NULL;
  g_autoptr (GError) error = NULL;

  machine_init (&machine);
  machine.places.rules = "/nowhere/60-hotshoe.rules";
  change = hs_doctor_plan_rules (&machine.places, &error);
  g_assert_null (change);
  g_assert_nonnull (error);
  g_clear_error (&error);

  machine.places.rules = OWN_RULES;
  remove_file (&machine, RULES);
  remove_file (&machine, "/etc/udev/rules.d");
  remove_file (&machine, "/etc/group");
  remove_file (&machine, "/etc/udev");
  remove_file (&machine, "/etc");
  put (&machine, "/etc", "in the way");
  g_assert_false (hs_doctor_install_rules (&machine.places, FALSE, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_diff (void)
{
  g_autofree char *none = hs_doctor_diff ("a\nb", "a\nb");
  g_autofree char *one = hs_doctor_diff ("a\nb\nc", "a\nx\nc");
  g_autofree char *far =
      hs_doctor_diff ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n");

  g_assert_null (none);
  g_assert_cmpstr (one, ==, " a\n-b\n+x\n c\n");
  g_assert_cmpstr (far, ==, "+0\n 1\n 2\n 3\n…\n 6\n 7\n 8\n-9\n \n");
}

/* --- access --- */

static void
test_access (void)
{
  g_auto (Machine) machine = { NULL };
  const HsDoctorFinding *finding;

  machine_init (&machine);
  plug (&machine, "1-4.2", "37c5", "1204", "tty/ttyACM0");
  plug (&machine, "1-5", "046d", "c077", NULL); /* a mouse */
  examine (&machine);
  check (&machine, "access:1-4.2", HS_DOCTOR_OK, NULL);
  g_assert_null (find (&machine, "access:1-5"));
  g_assert_null (find (&machine, "no-camera"));
  finding = find (&machine, "access:1-4.2");
  g_assert_cmpstr (finding->port, ==, "1-4.2");
  g_assert_nonnull (strstr (finding->text, "/dev/bus/usb/001/005, /dev/ttyACM0"));

  /* Plugged in before the rules were there; then: no rules at all. */
  machine.places.may_open = open_none;
  examine (&machine);
  check (&machine, "access:1-4.2", HS_DOCTOR_TROUBLE, "sudo udevadm trigger");
  g_assert_cmpint (((HsDoctorFinding *) machine.findings->pdata[0])->group, ==, HS_DOCTOR_CAMERAS);
  remove_file (&machine, RULES);
  examine (&machine);
  check (&machine, "access:1-4.2", HS_DOCTOR_TROUBLE, INSTALL);

  /* Only the serial port is closed. */
  machine.places.may_open = open_usb;
  examine (&machine);
  finding = find (&machine, "access:1-4.2");
  g_assert_cmpint (finding->state, ==, HS_DOCTOR_TROUBLE);
  g_assert_cmpstr (finding->text, ==, "Closed to you: /dev/ttyACM0.");
}

/* As after OpenMV IDE's installation alone. */
static void
test_hidraw (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  plug (&machine, "1-4", "1fc9", "0135", "0003:1FC9:0135.0001/hidraw/hidraw3");
  machine.places.may_open = open_hidraw;
  examine (&machine);
  g_assert_nonnull (strstr (find (&machine, "access:1-4")->text, "hidraw node is open"));

  machine.places.may_open = open_usb; /* hidraw itself is not needed */
  examine (&machine);
  check (&machine, "access:1-4", HS_DOCTOR_OK, NULL);
}

/* Adapters of recovery, probes, and ids that several boards share. */
static void
test_other_devices (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  plug (&machine, "1-1", "0403", "6015", "ttyUSB0/tty/ttyUSB0");
  plug (&machine, "1-2", "1366", "0105", NULL);
  plug (&machine, "1-3", "0483", "df11", NULL);
  plug (&machine, "1-4", "1209", "abd1", NULL);
  machine.places.may_open = open_usb;
  examine (&machine);
  g_assert_cmpstr (find (&machine, "access:1-1")->text, ==, "Closed to you: /dev/ttyUSB0.");
  check (&machine, "access:1-2", HS_DOCTOR_OK, NULL);
  check (&machine, "access:1-3", HS_DOCTOR_OK, NULL);
  check (&machine, "access:1-4", HS_DOCTOR_OK, NULL);
}

static void
test_blocked (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  plug (&machine, "1-4", "37c5", "9204", NULL);
  put (&machine, "/sys/bus/usb/devices/1-4/authorized", "0\n");
  examine (&machine);
  check (&machine, "access:1-4", HS_DOCTOR_TROUBLE, "sudo usbguard append-rule 'allow id 37c5:*'");
}

/* Over the network nobody sits at the machine: groups count. */
static void
test_groups (void)
{
  g_auto (Machine) machine = { NULL };
  const guint groups[] = { 46 };

  machine_init (&machine);
  machine.places.groups = groups;
  examine (&machine);
  g_assert_null (find (&machine, "group:plugdev"));

  remove_file (&machine, "/run/systemd/sessions/2");
  machine.places.n_groups = 1;
  examine (&machine);
  check (&machine, "group:plugdev", HS_DOCTOR_OK, NULL);
  check (&machine, "group:dialout", HS_DOCTOR_NOTE, "sudo usermod -aG dialout anna");

  machine.places.n_groups = 0; /* named in the file, in no session yet */
  examine (&machine);
  check (&machine, "group:plugdev", HS_DOCTOR_NOTE, NULL);
}

/* --- other programs --- */

static void
test_modem_manager (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  run_program (&machine, "812", "ModemManager", NULL);
  examine (&machine);
  check (&machine,
         "other:modem-manager:812",
         HS_DOCTOR_NOTE,
         "sudo systemctl disable --now ModemManager.service");
  g_assert_null (find (&machine, "others"));

  remove_file (&machine, RULES);
  examine (&machine);
  check (&machine, "other:modem-manager:812", HS_DOCTOR_TROUBLE, INSTALL);
}

static void
test_grabbers (void)
{
  g_auto (Machine) machine = { NULL };
  const char *fwupd = "sudo systemctl mask --runtime --now fwupd.service fwupd-refresh.timer";
  const char *brltty = "sudo systemctl mask --now brltty.service brltty-udev.service";

  machine_init (&machine);
  run_program (&machine, "20", "fwupd", NULL);
  run_program (&machine, "21", "brltty", NULL);
  run_program (&machine, "22", "usbguard-daemon", NULL);
  run_program (&machine, "23", "openmvide", NULL);
  run_program (&machine, "24", "hotshoe", NULL);
  run_program (&machine, "25", "openocd", NULL);
  run_program (&machine, "26", "bash", NULL);
  examine (&machine);
  check (&machine, "other:fwupd:20", HS_DOCTOR_NOTE, fwupd);
  check (&machine, "other:brltty:21", HS_DOCTOR_NOTE, brltty);
  check (
      &machine, "other:usbguard:22", HS_DOCTOR_NOTE, "sudo usbguard append-rule 'allow id 37c5:*'");
  check (&machine, "other:openmv-ide:23", HS_DOCTOR_NOTE, NULL);
  check (&machine, "other:hotshoe:24", HS_DOCTOR_NOTE, NULL);
  check (&machine, "other:openocd:25", HS_DOCTOR_NOTE, NULL);
  g_assert_null (find (&machine, "other:bash:26"));
  g_assert_cmpint (hs_doctor_get_worst (machine.findings), ==, HS_DOCTOR_NOTE);

  plug (&machine, "1-4", "37c5", "9204", NULL);
  plug (&machine, "1-5", "1a86", "55d3", NULL);
  examine (&machine);
  check (&machine, "other:fwupd:20", HS_DOCTOR_TROUBLE, fwupd);
  check (&machine, "other:brltty:21", HS_DOCTOR_TROUBLE, brltty);
}

/* A dfu-util that waits takes whatever comes; whoever has a node open is named. */
static void
test_holders (void)
{
  g_auto (Machine) machine = { NULL };
  const HsDoctorFinding *finding;

  machine_init (&machine);
  plug (&machine, "1-4", "37c5", "1204", "tty/ttyACM0");
  run_program (&machine, "40", "dfu-util", NULL);
  put (&machine, "/proc/40/cmdline", "dfu-util -w -D f.bin");
  run_program (&machine, "41", "python3", "/dev/ttyACM0");
  run_program (&machine, "42", "openmvide", "/dev/ttyACM0");
  examine (&machine);
  check (&machine, "other:dfu-util:40", HS_DOCTOR_TROUBLE, "kill 40");
  g_assert_nonnull (strstr (find (&machine, "other:dfu-util:40")->text, "dfu-util -w -D f.bin"));
  check (&machine, "other:python3:41", HS_DOCTOR_TROUBLE, "kill 41");
  finding = find (&machine, "other:openmv-ide:42");
  g_assert_cmpint (finding->state, ==, HS_DOCTOR_TROUBLE);
  g_assert_nonnull (strstr (finding->text, "/dev/ttyACM0"));
  g_assert_nonnull (strstr (finding->title, "42"));
}

/* --- the machine --- */

static void
test_disk (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  machine.places.catalog = "/nowhere/yet/catalog.db";
  machine.places.free_bytes = G_GUINT64_CONSTANT (50) << 30;
  examine (&machine);
  check (&machine, "disk", HS_DOCTOR_OK, NULL);
  machine.places.free_bytes = 500 << 20;
  examine (&machine);
  check (&machine, "disk", HS_DOCTOR_NOTE, NULL);
  machine.places.free_bytes = 50 << 20;
  examine (&machine);
  check (&machine, "disk", HS_DOCTOR_TROUBLE, NULL);
  machine.places.free_bytes = 0; /* the disk of the nearest folder that is there */
  examine (&machine);
  g_assert_nonnull (find (&machine, "disk"));
}

static void
test_clock (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  machine.places.newest_us = NOW + A_DAY;
  examine (&machine);
  check (&machine, "clock", HS_DOCTOR_TROUBLE, "sudo timedatectl set-ntp true");
  machine.places.newest_us = NOW - A_DAY;
  examine (&machine);
  check (&machine, "clock", HS_DOCTOR_OK, NULL);
  machine.places.now_us = A_DAY; /* 1970: no battery */
  examine (&machine);
  check (&machine, "clock", HS_DOCTOR_TROUBLE, "sudo timedatectl set-ntp true");
}

static void
test_wsl (void)
{
  g_auto (Machine) machine = { NULL };
  const HsDoctorFinding *finding;

  machine_init (&machine);
  put (&machine, "/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft\n");
  examine (&machine);
  check (&machine, "wsl1", HS_DOCTOR_TROUBLE, "wsl --set-version DISTRIBUTION 2");

  put (&machine, "/proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n");
  machine.places.folder = "/mnt/c/openmv";
  examine (&machine);
  g_assert_null (find (&machine, "wsl1"));
  g_assert_null (find (&machine, "wsl-usb")); /* there is a bus */
  check (&machine, "wsl-mnt", HS_DOCTOR_TROUBLE, NULL);

  machine.places.folder = "/srv/openmv";
  remove_file (&machine, "/sys/bus/usb/devices/usb1/bDeviceClass");
  remove_file (&machine, "/sys/bus/usb/devices/usb1");
  examine (&machine);
  g_assert_null (find (&machine, "wsl-mnt"));
  finding = find (&machine, "wsl-usb");
  g_assert_cmpint (finding->state, ==, HS_DOCTOR_TROUBLE);
  g_assert_nonnull (strstr (finding->command, "usbipd list\n"));
  g_assert_nonnull (strstr (finding->command, "usbipd bind "));
  g_assert_nonnull (strstr (finding->command, "usbipd attach --wsl "));

  put (&machine, "/proc/sys/kernel/osrelease", "6.1.0-38-amd64\n");
  examine (&machine);
  check (&machine, "no-usb", HS_DOCTOR_NOTE, NULL);
}

static void
test_tree (void)
{
  g_auto (Machine) machine = { NULL };

  machine_init (&machine);
  remove_file (&machine, "programs/cmake");
  remove_file (&machine, "programs/git");
  examine (&machine);
  check (&machine, "tree", HS_DOCTOR_NOTE, "sudo apt install git cmake");
  g_assert_nonnull (strstr (find (&machine, "tree")->text, "cmake ("));
}

/* --- this machine, whatever it is: no crash, and no id twice --- */

static void
test_here (void)
{
  const HsDoctorPlaces places = { .catalog = "/tmp/catalog.db" };
  g_autoptr (GPtrArray) findings = hs_doctor_examine (&places, NULL);
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);

    g_test_message ("%s: %s", finding->id, finding->title);
    g_assert_true (g_hash_table_add (ids, finding->id));
  }
  g_assert_true (g_hash_table_contains (ids, "clock"));
  g_assert_true (g_hash_table_contains (ids, "tool:openocd"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/healthy", test_healthy);
  g_test_add_func ("/doctor/rules", test_rules);
  g_test_add_func ("/doctor/rules-elsewhere", test_rules_elsewhere);
  g_test_add_func ("/doctor/install", test_install);
  g_test_add_func ("/doctor/install-fails", test_install_fails);
  g_test_add_func ("/doctor/diff", test_diff);
  g_test_add_func ("/doctor/access", test_access);
  g_test_add_func ("/doctor/hidraw", test_hidraw);
  g_test_add_func ("/doctor/other-devices", test_other_devices);
  g_test_add_func ("/doctor/blocked", test_blocked);
  g_test_add_func ("/doctor/groups", test_groups);
  g_test_add_func ("/doctor/modem-manager", test_modem_manager);
  g_test_add_func ("/doctor/grabbers", test_grabbers);
  g_test_add_func ("/doctor/holders", test_holders);
  g_test_add_func ("/doctor/disk", test_disk);
  g_test_add_func ("/doctor/clock", test_clock);
  g_test_add_func ("/doctor/wsl", test_wsl);
  g_test_add_func ("/doctor/tree", test_tree);
  g_test_add_func ("/doctor/here", test_here);
  return g_test_run ();
}
