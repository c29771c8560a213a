/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include "app/explain.h"
#include "app/tools.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MIB             (1024 * 1024ull)
#define TOO_LITTLE      (100 * MIB) /* not even a few builds */
#define LITTLE          (1024 * MIB)
#define EARLIEST_YEAR   2026                          /* there was no Hotshoe before */
#define CLOCK_BEHIND_US (5 * 60 * G_TIME_SPAN_SECOND) /* clocks of benches differ a little */
#define KERNEL_FILE     "/proc/sys/kernel/osrelease"

/* --- disk --- */

/* Bytes free for us on the disk where @path is or would be; -1: can't be told. */
static gint64
find_free_space (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;

  while (!g_file_test (folder, G_FILE_TEST_IS_DIR) && strlen (folder) > 1) {
    char *above = g_path_get_dirname (folder);

    g_free (folder);
    folder = above;
  }
  file = g_file_new_for_path (folder);
  info = g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, NULL, NULL);
  return info != NULL
             ? (gint64) g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE)
             : -1;
}

static void
examine_disk (HsExamination *self)
{
  const HsDoctorPlaces *places = self->places;
  gint64 space;
  g_autofree char *size = NULL;
  HsDoctorState state;
  HsDoctorFinding *finding;

  if (places->catalog == NULL)
    return;
  space = places->free_bytes > 0 ? (gint64) places->free_bytes : find_free_space (places->catalog);
  if (space < 0)
    return;
  size = hs_format_size (space);
  state = space < TOO_LITTLE ? HS_DOCTOR_TROUBLE : space < LITTLE ? HS_DOCTOR_NOTE : HS_DOCTOR_OK;
  finding = hs_examination_add (
      self,
      HS_DOCTOR_MACHINE,
      state,
      "disk",
      state == HS_DOCTOR_OK ? _ ("There is room for the catalog")
                            : _ ("There is little room for the catalog"),
      g_strdup_printf (
          _ ("%s are free where %s lies. A run that can’t be written down is refused."),
          size,
          places->catalog));
  if (state != HS_DOCTOR_OK)
    hs_doctor_finding_advise (finding, _ ("Make room on that disk, or archive builds."), NULL);
}

/* --- clock --- */

static char *
format_time (gint64 us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (us / G_TIME_SPAN_SECOND);

  return time != NULL ? g_date_time_format (time, "%F %R") : g_strdup ("?");
}

static void
examine_clock (HsExamination *self)
{
  gint64 now = self->places->now_us != 0 ? self->places->now_us : g_get_real_time ();
  gint64 newest = self->places->newest_us;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (now / G_TIME_SPAN_SECOND);
  g_autofree char *shown = format_time (now);
  g_autofree char *last = format_time (newest);
  char *text = NULL;
  HsDoctorFinding *finding;

  if (time == NULL || g_date_time_get_year (time) < EARLIEST_YEAR)
    text = g_strdup_printf (
        _ ("It says %s. There was no Hotshoe then: what is recorded now gets a wrong time."),
        shown);
  else if (newest - now > CLOCK_BEHIND_US)
    text = g_strdup_printf (_ ("It says %s, but the journal’s newest entry is of %s. Either this "
                               "clock is wrong, or it was when that was written."),
                            shown,
                            last);
  if (text == NULL) {
    hs_examination_add (self,
                        HS_DOCTOR_MACHINE,
                        HS_DOCTOR_OK,
                        "clock",
                        _ ("The clock can be right"),
                        g_strdup_printf (_ ("It says %s."), shown));
    return;
  }
  finding = hs_examination_add (
      self, HS_DOCTOR_MACHINE, HS_DOCTOR_TROUBLE, "clock", _ ("The clock is wrong"), text);
  hs_doctor_finding_advise (
      finding, _ ("Have it set over the network."), "sudo timedatectl set-ntp true");
}

/* --- WSL --- */

/* 0: none. WSL 1 calls itself "4.4.0-19041-Microsoft", WSL 2 "5.15.0-microsoft-standard-WSL2". */
static guint
find_wsl (HsExamination *self)
{
  g_autofree char *kernel = hs_examination_read (self, KERNEL_FILE);
  g_autofree char *lower = kernel != NULL ? g_ascii_strdown (kernel, -1) : NULL;

  if (lower == NULL || strstr (lower, "microsoft") == NULL)
    return 0;
  return strstr (lower, "wsl2") != NULL || strstr (kernel, "microsoft-standard") != NULL ? 2 : 1;
}

static void
examine_wsl (HsExamination *self, guint version, gboolean has_usb)
{
  const char *folder = self->places->folder;
  HsDoctorFinding *finding;

  if (version == 1) {
    finding = hs_examination_add (
        self,
        HS_DOCTOR_MACHINE,
        HS_DOCTOR_TROUBLE,
        "wsl1",
        _ ("This is WSL 1"),
        g_strdup (
            _ ("It has no USB at all, and files are locked there in ways that a catalog can’t "
               "rely on.")));
    hs_doctor_finding_advise (finding,
                              _ ("Turn this distribution into WSL 2, in PowerShell on Windows."),
                              "wsl --set-version DISTRIBUTION 2");
  } else if (!has_usb) {
    finding = hs_examination_add (
        self,
        HS_DOCTOR_MACHINE,
        self->places->simulated ? HS_DOCTOR_NOTE : HS_DOCTOR_TROUBLE,
        "wsl-usb",
        _ ("No USB bus reaches WSL"),
        g_strdup (
            _ ("Windows has to hand each camera over, by usbipd-win. A camera that restarts is "
               "a new device: --auto-attach hands it over every time.")));
    hs_doctor_finding_advise (
        finding,
        _ ("In PowerShell on Windows, as administrator; the first line says which bus id it has."),
        "usbipd list\n"
        "usbipd bind --busid 1-4\n"
        "usbipd attach --wsl --busid 1-4 --auto-attach");
  }

  if (folder == NULL || !g_str_has_prefix (folder, "/mnt/"))
    return;
  finding = hs_examination_add (
      self,
      HS_DOCTOR_MACHINE,
      HS_DOCTOR_TROUBLE,
      "wsl-mnt",
      _ ("This folder is a drive of Windows"),
      g_strdup_printf (_ ("%s: building firmware there takes many times as long, and Windows line "
                          "ends and file modes break it."),
                       folder));
  hs_doctor_finding_advise (finding, _ ("Keep firmware trees in the home folder of WSL."), NULL);
}

/* --- sounds --- */

/* Is there @file in @folder itself or in one of the multiarch folders, "/usr/lib/x86_64-…", beside
 * which it would be? */
static gboolean
has_library (const char *below, const char *file)
{
  static const char *const roots[] = { "/usr/lib", "/usr/lib64", "/usr/local/lib", "/app/lib" };

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++) {
    g_autoptr (GDir) folder = g_dir_open (roots[i], 0, NULL);
    g_autofree char *plain = g_build_filename (roots[i], below, file, NULL);
    const char *name;

    if (g_file_test (plain, G_FILE_TEST_EXISTS))
      return TRUE;
    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *path = g_build_filename (roots[i], name, below, file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  }
  return FALSE;
}

/* Whether the files are there that the window needs to play its sounds: GTK's media backend, and
 * what reads OGG with it. A note, no fault: without them operator mode is silent. */
gboolean
hs_doctor_can_play_sounds (void)
{
  return has_library ("gtk-4.0/4.0.0/media", "libmedia-gstreamer.so") &&
         has_library ("gstreamer-1.0", "libgstogg.so") &&
         has_library ("gstreamer-1.0", "libgstvorbis.so");
}

static void
examine_sounds (HsExamination *self)
{
  HsDoctorFinding *finding;

  if (self->places->root != NULL)
    return;
  if (hs_doctor_can_play_sounds ()) {
    hs_examination_add (
        self, HS_DOCTOR_MACHINE, HS_DOCTOR_OK, "sounds", _ ("Sounds can be played"), NULL);
    return;
  }
  finding = hs_examination_add (
      self,
      HS_DOCTOR_MACHINE,
      HS_DOCTOR_NOTE,
      "sounds",
      _ ("Sounds can’t be played"),
      g_strdup (_ ("GTK’s media backend is missing: operator mode is silent.")));
  hs_doctor_finding_advise (finding,
                            _ ("On Debian and Ubuntu:"),
                            "sudo apt install libgtk-4-media-gstreamer gstreamer1.0-plugins-base");
}

void
hs_examine_machine (HsExamination *self, GPtrArray *devices)
{
  guint wsl = find_wsl (self);

  examine_disk (self);
  examine_clock (self);
  if (wsl > 0)
    examine_wsl (self, wsl, devices != NULL);
  else if (devices == NULL)
    hs_examination_add (
        self,
        HS_DOCTOR_MACHINE,
        HS_DOCTOR_NOTE,
        "no-usb",
        _ ("No USB bus is here"),
        g_strdup (_ ("So no camera can be: this is a container or a virtual machine "
                     "that has none passed in.")));
  examine_sounds (self);
}

/* --- what building a firmware tree needs --- */

typedef struct {
  const char *program;
  const char *package; /* of Debian and Ubuntu */
  const char *why;     /* N_()-marked */
  gboolean in_sdk;     /* the OpenMV SDK has its own */
} Need;

static const Need needs[] = {
  { "git", "git", N_ ("without it a build doesn’t know its own version") },
  { "make", "make", N_ ("drives the build") },
  { "gcc", "gcc", N_ ("builds mpy-cross, which compiles the frozen modules") },
  { "python3", "python3", N_ ("writes the version, the ROMFS images and the frozen modules") },
  { "cmake", "cmake", N_ ("only for RP2040 boards"), TRUE },
  { "arm-none-eabi-gcc",
    "gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib",
    N_ ("the compiler, unless the OpenMV SDK is there, which has its own"),
    TRUE },
};

static gboolean
has_sdk (HsExamination *self)
{
  g_autoptr (GFile) sdk = self->places->no_tools ? NULL : hs_tool_find (HS_TOOL_SDK, NULL);

  return sdk != NULL;
}

void
hs_examine_tree (HsExamination *self)
{
  gboolean sdk = has_sdk (self);
  g_autoptr (GString) packages = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  HsDoctorFinding *finding;

  for (guint i = 0; i < G_N_ELEMENTS (needs); i++) {
    g_autofree char *path = hs_examination_find_program (self, needs[i].program);

    if (path != NULL || (sdk && needs[i].in_sdk))
      continue;
    /* Translators: a program that is missing, and what it is for */
    g_string_append_printf (
        text, _ ("%s%s (%s)"), text->len > 0 ? "; " : "", needs[i].program, _ (needs[i].why));
    g_string_append_printf (packages, " %s", needs[i].package);
  }
  if (text->len == 0) {
    hs_examination_add (
        self,
        HS_DOCTOR_TREE,
        HS_DOCTOR_OK,
        "tree",
        _ ("What a firmware tree needs is here"),
        g_strdup (_ ("git, make, a compiler for this machine and one for the cameras, python3, "
                     "cmake. Boards with a Cortex-M55 (N6, AE3) need GCC 14.3, as the SDK has.")));
    return;
  }
  g_string_prepend (text, _ ("Missing: "));
  g_string_append (text, _ (". Nothing but building firmware here needs them."));
  finding = hs_examination_add (self,
                                HS_DOCTOR_TREE,
                                HS_DOCTOR_NOTE,
                                "tree",
                                _ ("Firmware can’t be built here yet"),
                                g_strdup (text->str));
  g_string_prepend (packages, "sudo apt install");
  hs_doctor_finding_advise (finding, _ ("On Debian and Ubuntu:"), packages->str);
}
