/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/debug-private.h"

#include "app/command.h"
#include "app/firmware/board-file.h"
#include "flash/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The chapter on debugging of the document about developing the firmware, its pitfalls, and what
 * the trees have today; facts: firmware-tree 0 (row 9), 2.1. */

typedef struct {
  GPtrArray *findings;
  HsTree *tree;
  const HsTreeBoard *board;
  const HsDebugOptions *options;
  const HsDebugMachine *machine;
} Writer;

static void
add (const Writer *self,
     HsFindingLevel level,
     const char *code,
     char *text,
     char *action,
     char *example)
{
  g_ptr_array_add (self->findings, hs_finding_new (level, code, NULL, 0, text, action, example));
}

static char *
dup_build_line (const Writer *self, const char *rest)
{
  return g_strdup_printf (
      "make -j%u TARGET=%s DEBUG=1%s", g_get_num_processors (), self->board->target, rest);
}

/* -- the ELF -- */

static gboolean
has_bytes (GMappedFile *file, const char *text)
{
  return memmem (g_mapped_file_get_contents (file),
                 g_mapped_file_get_length (file),
                 text,
                 strlen (text)) != NULL;
}

/* What the compiler was told stands in the debug information. */
static void
add_build (const Writer *self)
{
  g_autofree char *elf = hs_debug_dup_elf (self->tree, self->board->target);
  g_autoptr (GMappedFile) file = elf != NULL ? g_mapped_file_new (elf, FALSE, NULL) : NULL;

  if (file == NULL || g_mapped_file_get_length (file) == 0)
    add (self,
         HS_FINDING_WARNING,
         "no-debug-build",
         g_strdup_printf (_ ("There is no build of %s to debug yet."), self->board->target),
         g_strdup (_ ("Build it with DEBUG=1.")),
         dup_build_line (self, ""));
  else if (!has_bytes (file, " -Og"))
    add (self,
         HS_FINDING_WARNING,
         "optimised-build",
         g_strdup (_ ("This build is optimised: many variables show as “optimized out”, and "
                      "stepping jumps about.")),
         g_strdup (_ ("Build it with DEBUG=1, cleaned first: objects of the two must not mix.")),
         dup_build_line (self, ""));
  if (self->board->firmware_length > 0)
    add (self,
         HS_FINDING_NOTE,
         "debug-room",
         g_strdup_printf (_ ("A build with DEBUG=1 is larger; %s has %" G_GUINT64_FORMAT
                             " KB for its firmware."),
                          self->board->target,
                          self->board->firmware_length / 1024),
         g_strdup (_ ("If it does not fit, switch features off that you don’t debug.")),
         NULL);
}

/* -- the chip -- */

static void
add_chip (const Writer *self, const HsDebugChip *chip)
{
  if (chip == NULL) {
    add (self,
         HS_FINDING_ERROR,
         "no-device-name",
         g_strdup_printf (_ ("Nobody says what the probe calls the chip of %s."),
                          self->board->target),
         g_strdup (_ ("Find the name in J-Link’s list of devices and put it into the "
                      "configuration.")),
         NULL);
    return;
  }
  if (self->board->jlink == NULL)
    add (self,
         HS_FINDING_NOTE,
         "device-name-ours",
         g_strdup_printf (_ ("The tree does not say what J-Link calls this chip. Hotshoe takes "
                             "%s; “make debug” of this tree does not know it."),
                          chip->device),
         NULL,
         NULL);
  if (chip->external)
    add (self,
         HS_FINDING_WARNING,
         "attach-only",
         g_strdup (_ ("This camera starts from an external flash: a debugger can’t load a build "
                      "without a loader for it.")),
         g_strdup (_ ("Flash the build over USB, then attach to the running firmware.")),
         NULL);
  if (chip->two_cores)
    add (self,
         HS_FINDING_NOTE,
         "other-core",
         g_strdup (_ ("The chip has a second core. What is debugged here is the one that runs "
                      "OpenMV’s firmware.")),
         NULL,
         NULL);
  add (
      self,
      HS_FINDING_NOTE,
      "breakpoints",
      g_strdup_printf (ngettext ("The chip has %u breakpoint for code in flash: one more is "
                                 "silently not hit.",
                                 "The chip has %u breakpoints for code in flash: more are silently "
                                 "not hit.",
                                 chip->breakpoints),
                       chip->breakpoints),
      NULL,
      NULL);
}

static void
add_running (const Writer *self)
{
  add (self,
       HS_FINDING_NOTE,
       "watchdog",
       g_strdup (_ ("A watchdog goes on while the debugger has stopped the processor, and resets "
                    "the camera.")),
       g_strdup (_ ("Leave machine.WDT out of the application while you debug.")),
       NULL);
  add (self,
       HS_FINDING_NOTE,
       "power-cycle",
       g_strdup (_ ("“Stop” leaves the camera halted, “Disconnect” lets it run on.")),
       g_strdup (_ ("Unplug the camera and plug it in again after debugging.")),
       NULL);
}

/* -- the probe and its server -- */

static char *
dup_windows_server (const Writer *self, const HsDebugChip *chip)
{
  return g_strdup_printf ("\"C:\\Program Files\\SEGGER\\JLink\\JLinkGDBServerCL.exe\" -select USB "
                          "-device %s -endian little -if SWD -speed 4000 -port %u",
                          chip != NULL ? chip->device : "…",
                          self->options->port > 0 ? self->options->port : 2331);
}

static void
add_windows (const Writer *self, const HsDebugChip *chip)
{
  const HsDebugMachine *machine = self->machine;

  if (machine->wsl1)
    add (self,
         HS_FINDING_ERROR,
         "wsl1",
         g_strdup (_ ("This is WSL 1: neither building nor debugging works there.")),
         g_strdup (_ ("Convert it, in PowerShell.")),
         g_strdup ("wsl --set-version Ubuntu 2"));
  if (machine->wsl && self->options->server == HS_SERVER_JLINK)
    add (self,
         HS_FINDING_WARNING,
         "wsl-usb",
         g_strdup (_ ("WSL does not see a probe that is plugged into Windows.")),
         g_strdup (_ ("Choose the server on Windows (--server wsl), or hand the probe over with "
                      "usbipd.")),
         g_strdup ("usbipd attach --wsl --busid …"));
  if (self->options->server == HS_SERVER_WSL)
    add (self,
         HS_FINDING_NOTE,
         "wsl-server",
         g_strdup_printf (machine->mirrored
                              ? _ ("The server runs on Windows; the network is mirrored, so it is "
                                   "reached as localhost.")
                              : _ ("The server runs on Windows and is reached through the gateway. "
                                   "Its address changes when Windows starts anew.")),
         g_strdup (_ ("Start it on Windows, and allow it through the firewall.")),
         dup_windows_server (self, chip));
  if (g_str_has_prefix (hs_tree_get_root (self->tree), "/mnt/") && machine->wsl)
    add (self,
         HS_FINDING_WARNING,
         "windows-drive",
         g_strdup (_ ("The tree lies on a drive of Windows: building there is many times slower, "
                      "and line ends and permissions break.")),
         g_strdup (_ ("Clone it below your home folder in WSL.")),
         NULL);
}

/* Whether anything of the tree's own sources writes to RTT or to the trace port. */
static gboolean
writes_trace (HsTree *tree)
{
  const char *argv[] = { "git",         "-C", hs_tree_get_root (tree), "grep", "-l",  "-e",
                         "SEGGER_RTT_", "-e", "ITM_SendChar",          "--",   "*.c", NULL };
  g_autofree char *found = hs_command_output (argv, NULL, NULL);

  return found != NULL && *found != '\0';
}

static void
add_trace (const Writer *self)
{
  const HsDebugOptions *options = self->options;

  if (!options->rtt && !options->swo)
    return;
  add (self,
       HS_FINDING_NOTE,
       "debug-printf",
       g_strdup (_ ("Debug output is compiled in only with DEBUG_PRINTF=1.")),
       NULL,
       dup_build_line (self, " DEBUG_PRINTF=1"));
  if (!writes_trace (self->tree))
    add (self,
         HS_FINDING_WARNING,
         "no-trace-code",
         g_strdup (_ ("Nothing in this tree writes to RTT or SWO: its debug output is printf(), "
                      "which goes to the camera’s console.")),
         g_strdup (_ ("Add SEGGER’s RTT sources, or a _write() that uses ITM_SendChar(), to see "
                      "it here.")),
         NULL);
}

/* -- this machine -- */

static void
add_files (const Writer *self, const char *gdb, const char *svd)
{
  if (gdb == NULL)
    add (self,
         HS_FINDING_ERROR,
         "no-gdb",
         g_strdup (_ ("There is no arm-none-eabi-gdb: debugging fails with “GDB executable was not "
                      "found”.")),
         g_strdup (_ ("Install the tree’s SDK, or gdb-multiarch.")),
         g_strdup ("make sdk"));
  if (svd == NULL)
    add (self,
         HS_FINDING_NOTE,
         "no-svd",
         g_strdup (_ ("There is no description of the chip’s registers (SVD) in this tree: they "
                      "are shown without names.")),
         g_strdup (_ ("Take the file from the vendor’s CMSIS pack and add it as “svdFile”.")),
         NULL);
  if (self->options->docker_root != NULL)
    add (self,
         HS_FINDING_NOTE,
         "docker-paths",
         g_strdup_printf (_ ("Sources are looked for here instead of in the container’s %s."),
                          self->options->docker_root),
         NULL,
         NULL);
}

static void
add_make (const Writer *self)
{
  if (hs_debug_find_goal (self->tree) == NULL)
    add (self,
         HS_FINDING_NOTE,
         "no-make-debug",
         g_strdup (_ ("The Makefile of this tree does not start a debugger; the editor does.")),
         NULL,
         NULL);
}

void
hs_debug_add_findings (GPtrArray *findings,
                       HsTree *tree,
                       const HsTreeBoard *board,
                       const HsDebugOptions *options,
                       const HsDebugMachine *machine,
                       const char *gdb,
                       const char *svd)
{
  const Writer writer = { findings, tree, board, options, machine };
  const HsDebugChip *chip = hs_debug_find_chip (board);

  add_windows (&writer, chip);
  add_files (&writer, gdb, svd);
  add_build (&writer);
  add_chip (&writer, chip);
  add_trace (&writer);
  add_running (&writer);
  add_make (&writer);
}
