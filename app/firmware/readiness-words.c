/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/readiness-words.h"

#include <glib/gi18n-lib.h>

typedef struct {
  const char *id, *title, *example;
} Subject;

typedef struct {
  const char *id, *why, *text;
} Reason;

/* clang-format off */
static const Subject subjects[] = {
  { "entry", N_ ("Frozen entry point"),
    "# main.py, frozen with: hotshoe freeze TARGET --main main.py\n"
    "def main():\n"
    "    while True:\n"
    "        work()\n"
    "\n"
    "main()" },
  { "watchdog", N_ ("Watchdog fed in the main loop"),
    "import machine\n"
    "\n"
    "wdt = machine.WDT(timeout=10000)  # 2 to 3 times the longest pass\n"
    "while True:\n"
    "    wdt.feed()\n"
    "    work()" },
  { "catch-all", N_ ("Errors caught and logged"),
    "import logging\n"
    "\n"
    "log = logging.getLogger(\"app\")\n"
    "while True:\n"
    "    wdt.feed()\n"
    "    try:\n"
    "        work()\n"
    "    except Exception as e:\n"
    "        log.exception(e)" },
  { "dated-log", N_ ("Dated log on the SD card"),
    "import logging, os, time\n"
    "\n"
    "folder = \"/sdcard/logs-%04d%02d%02d\" % time.localtime()[:3]\n"
    "try:\n"
    "    os.mkdir(folder)\n"
    "except OSError:\n"
    "    pass\n"
    "logging.basicConfig(filename=folder + \"/app.log\", level=logging.INFO)" },
  { "filesystem", N_ ("Filesystem kept tidy"),
    "import os\n"
    "\n"
    "# Little and rarely on /flash, and never half: write beside, then rename.\n"
    "with open(\"/flash/settings.tmp\", \"w\") as f:\n"
    "    f.write(text)\n"
    "os.rename(\"/flash/settings.tmp\", \"/flash/settings.json\")" },
  { "unit-id", N_ ("Id of the unit in paths"),
    "import binascii, machine\n"
    "\n"
    "unit = binascii.hexlify(machine.unique_id()).decode()\n"
    "img.save(\"/sdcard/%s-%05d.jpg\" % (unit, n))" },
  { "tls-key", N_ ("TLS key of the unit’s own"),
    "import ssl\n"
    "\n"
    "# Put there for each unit after flashing; DER, no PEM. Never in the image.\n"
    "context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)\n"
    "context.load_cert_chain(\"/flash/unit.crt.der\", \"/flash/unit.key.der\")" },
  { "repl", N_ ("REPL closed"),
    "import pyb\n"
    "\n"
    "pyb.usb_mode(None)  # in boot.py: no REPL, no drive, no IDE over USB" },
  { "sys-path", N_ ("sys.path closed"),
    "import sys\n"
    "\n"
    "sys.path[:] = [\".frozen\", \"/rom\", \"/rom/lib\"]  # in boot.py, before all other imports" },
};

static const Reason reasons[] = {
  { "", "too-much", N_ ("The program is too large to be followed to its end; it was not seen.") },

  { "entry", "main", N_ ("The frozen main.py runs at each start.") },
  { "entry", "boot-runs", N_ ("The frozen boot.py is the application: it does not end.") },
  { "entry", "boot-only", N_ ("Only boot.py is frozen, and it ends; main.py comes from the drive.") },
  { "entry", "no-main", N_ ("No main.py is frozen: what runs is what lies on the drive.") },
  { "entry", "main-empty", N_ ("The frozen main.py does nothing.") },
  { "entry", "needs-file", N_ ("This firmware runs the frozen main.py only if a main.py lies on the drive, "
                               "too. Freeze the application as boot.py.") },

  { "watchdog", "fed", N_ ("It is fed once in each pass of the main loop.") },
  { "watchdog", "none", N_ ("No watchdog is started: a camera that hangs stays so until somebody comes.") },
  { "watchdog", "never-reached", N_ ("A watchdog is mentioned, but the program never gets there.") },
  { "watchdog", "never-fed", N_ ("It is started but never fed: the camera resets again and again.") },
  { "watchdog", "fed-what", N_ ("Something is fed here, but whether that is the watchdog can’t be told.") },
  { "watchdog", "made-maybe", N_ ("It is started only under a condition.") },
  { "watchdog", "no-loop", N_ ("No main loop (while True) was found that it could be fed in.") },
  { "watchdog", "by-timer", N_ ("A timer feeds it: it goes on while the main loop hangs.") },
  { "watchdog", "by-task", N_ ("A task or callback of its own feeds it: whether the main loop still runs, it "
                               "does not know.") },
  { "watchdog", "outside", N_ ("It is fed outside of the main loop only.") },
  { "watchdog", "sometimes", N_ ("It is fed under a condition, or in an inner loop: not in every pass for "
                                 "certain.") },
  { "watchdog", "deep", N_ ("It is fed some functions away from the main loop.") },
  { "watchdog", "skipped", N_ ("A “continue” stands before it: such a pass does not feed it.") },
  { "watchdog", "loop-ends", N_ ("It is fed in a loop, but that loop can end.") },

  { "catch-all", "logged", N_ ("Errors of the main loop are logged, and the log is kept in a file.") },
  { "catch-all", "to-file", N_ ("Errors of the main loop are written to a file.") },
  { "catch-all", "log-not-kept", N_ ("Errors are logged, but the log goes nowhere: logging is given no file.") },
  { "catch-all", "log-silenced", N_ ("Errors are logged, but below the level from which on the log is written.") },
  { "catch-all", "maybe-logged", N_ ("Errors are caught; whether they are always written down can’t be told.") },
  { "catch-all", "only-printed", N_ ("Errors are caught and only printed: nobody reads that in the field.") },
  { "catch-all", "swallowed", N_ ("Errors are caught and forgotten.") },
  { "catch-all", "part-only", N_ ("Errors are caught in a part of the main loop; the rest lies outside.") },
  { "catch-all", "none", N_ ("Nothing catches errors of the main loop: the camera ends at the REPL.") },
  { "catch-all", "no-loop", N_ ("No main loop (while True) was found.") },

  { "dated-log", "dated", N_ ("The log’s path has the date and lies on the card.") },
  { "dated-log", "dated-file", N_ ("A dated file is written on the card; whether it is a log can’t be told.") },
  { "dated-log", "log-maybe", N_ ("The log is opened only under a condition.") },
  { "dated-log", "relative", N_ ("The log’s path is relative: on the card only if one is there.") },
  { "dated-log", "path", N_ ("What the log’s path is made of can’t be followed.") },
  { "dated-log", "not-on-card", N_ ("The log has a date, but does not lie on the card.") },
  { "dated-log", "not-dated", N_ ("The log is one file for ever: no date in its path.") },
  { "dated-log", "not-configured", N_ ("logging is imported and given no file: warnings go to the REPL, the rest "
                                       "nowhere.") },
  { "dated-log", "not-attached", N_ ("A log’s file is opened, but no logger is given it: nothing is written to it.") },
  { "dated-log", "attached-maybe", N_ ("Whether a logger writes to this log can’t be told.") },
  { "dated-log", "log-silenced", N_ ("The log’s level is above all there are: nothing is written to it.") },
  { "dated-log", "none", N_ ("No log is written.") },

  { "filesystem", "tidy", N_ ("What is written goes to the card, or to /flash by writing beside and renaming.") },
  { "filesystem", "flash-in-loop", N_ ("The main loop writes to /flash: it is small, and wears out.") },
  { "filesystem", "log-on-flash", N_ ("The log lies on /flash: it is small, and wears out.") },
  { "filesystem", "not-atomic", N_ ("A file on /flash is written in place: a power cut leaves half of it.") },
  { "filesystem", "relative", N_ ("A relative path: /sdcard with a card, else /flash.") },
  { "filesystem", "path", N_ ("Where this is written can’t be followed.") },
  { "filesystem", "writes-nothing", N_ ("No write was seen; then there is nothing to keep tidy.") },

  { "unit-id", "in-path", N_ ("The path has the unit’s own id.") },
  { "unit-id", "read-only", N_ ("The id is read, but not seen in a path.") },
  { "unit-id", "none", N_ ("Files of two cameras can’t be told apart: their id is never asked for.") },

  { "tls-key", "no-tls", N_ ("The application uses no TLS.") },
  { "tls-key", "on-drive", N_ ("The key is read from the unit’s own filesystem: it can be each unit’s own.") },
  { "tls-key", "in-image", N_ ("The key stands in the source: all units have the same one, in each image.") },
  { "tls-key", "in-rom", N_ ("The key lies in ROMFS: all units have the same one, in each image.") },
  { "tls-key", "pem", N_ ("The camera reads DER only, this is PEM.") },
  { "tls-key", "key-path", N_ ("Where the key comes from can’t be followed.") },
  { "tls-key", "no-key", N_ ("TLS is used without a key of its own: the server can’t tell the units apart.") },

  { "repl", "usb-off", N_ ("USB is switched off: no REPL, no drive and no IDE.") },
  { "repl", "keys-only", N_ ("Ctrl-C is off, but over the IDE’s protocol the script can still be stopped.") },
  { "repl", "dupterm", N_ ("A second terminal is closed; the one on USB stays.") },
  { "repl", "sometimes", N_ ("USB is switched off only under a condition.") },
  { "repl", "no-usb-mode", N_ ("This board’s firmware has no pyb.usb_mode(): the call ends in an error.") },
  { "repl", "no-way", N_ ("This board’s firmware has no call that switches USB off: it takes a firmware "
                          "built without the REPL.") },
  { "repl", "none", N_ ("Whoever has a USB cable can stop the application and look around.") },

  { "sys-path", "closed", N_ ("Only what is frozen, and ROMFS, can be imported.") },
  { "sys-path", "none", N_ ("A file in the working directory overrides frozen modules.") },
  { "sys-path", "cleared", N_ ("The list has no “.frozen” any more: no frozen module can be imported.") },
  { "sys-path", "open", N_ ("The list still has folders of a drive.") },
  { "sys-path", "list", N_ ("What the list holds in the end can’t be followed.") },
  { "sys-path", "sometimes", N_ ("The list is reduced only under a condition.") },
  { "sys-path", "assigned", N_ ("sys.path is replaced, not changed in place: not every firmware allows that. "
                                "Write sys.path[:] = …") },
  { "sys-path", "late", N_ ("This import stands before the list is reduced.") },

  { "", "not-asked", N_ ("Not asked for this product.") },
};
/* clang-format on */

static const Subject *
find_subject (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_strcmp0 (subjects[i].id, id) == 0)
      return &subjects[i];
  return NULL;
}

const char *
hs_ready_title (const char *id)
{
  const Subject *subject = find_subject (id);

  return subject != NULL ? subject->title : NULL;
}

const char *
hs_ready_example (const char *id)
{
  const Subject *subject = find_subject (id);

  return subject != NULL ? subject->example : NULL;
}

const char *
hs_ready_reason (const char *id, const char *why)
{
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reasons[i].why, why) == 0 &&
        (*reasons[i].id == '\0' || g_strcmp0 (reasons[i].id, id) == 0))
      return reasons[i].text;
  return NULL;
}
