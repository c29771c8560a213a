/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the frozen _boot.py does, as its text says. */
typedef struct {
  gboolean known;   /* it is there and can be read */
  gboolean mounts;  /* "/flash" */
  gboolean sd;      /* "/sdcard" */
  gboolean skip_sd; /* a file SKIPSD is looked for */
} Mounts;

typedef struct {
  HsManifest *manifest;
  const HsTreeBoard *board;
  GPtrArray *lines;
  Mounts mounts;
  gboolean rom; /* the board has a ROMFS */
} Story;

void
hs_boot_line_free (HsBootLine *self)
{
  g_free (self->title);
  g_free (self->text);
  g_free (self->why);
  g_free (self);
}

static void
add (GPtrArray *lines,
     const char *id,
     const char *title,
     char *text,
     const char *why,
     gboolean ours)
{
  HsBootLine *line = g_new0 (HsBootLine, 1);

  line->id = id;
  line->title = g_strdup (title);
  line->text = text;
  line->why = g_strdup (why);
  line->ours = ours;
  g_ptr_array_add (lines, line);
}

static Mounts
read_mounts (HsManifest *manifest, const HsTreeBoard *board)
{
  const HsFrozen *boot = hs_manifest_find (manifest, "_boot.py");
  g_autoptr (GBytes) bytes = boot != NULL ? hs_manifest_read (manifest, boot->path, NULL) : NULL;
  g_autofree char *text =
      bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  Mounts mounts = { .known = text != NULL };

  if (text == NULL)
    return mounts;
  mounts.mounts = strstr (text, "\"/flash\"") != NULL || strstr (text, "'/flash'") != NULL;
  mounts.sd = strstr (text, "\"/sdcard\"") != NULL || strstr (text, "'/sdcard'") != NULL;
  mounts.skip_sd = strstr (text, "SKIPSD") != NULL;
  if (g_strcmp0 (board->port, "rp2") == 0)
    mounts.sd = FALSE; /* the same file asks pyb and mimxrt for a card, which are not there */
  return mounts;
}

static const HsFrozen *
find (Story *self, const char *name)
{
  return hs_manifest_find (self->manifest, name);
}

static char *
source_of (Story *self, const HsFrozen *frozen)
{
  return hs_manifest_shorten (self->manifest, frozen->path);
}

/* --- before Python --- */

static void
tell_bootloader (Story *self)
{
  if (self->board->bootloader)
    add (
        self->lines,
        "bootloader",
        _ ("Bootloader"),
        g_strdup (_ ("After power-up or a reset it waits some seconds for a new firmware over USB, "
                     "then starts this one. A soft reset does not pass here.")),
        _ ("That is the way to write the camera again, whatever is frozen: a product that must not "
           "be read out needs more than frozen scripts."),
        FALSE);
  else
    add (
        self->lines,
        "bootloader",
        _ ("Bootloader"),
        g_strdup (_ ("This tree builds none for the board: what starts the firmware is the maker's "
                     "or the chip's own.")),
        NULL,
        FALSE);
}

static void
tell_rom (Story *self)
{
  if (self->rom)
    add (self->lines,
         "rom",
         _ ("ROMFS"),
         g_strdup (
             _ ("If the ROMFS partition has a valid image, it is mounted at /rom, and /rom and "
                "/rom/lib are searched by import.")),
         _ ("Nothing in it is run by itself, neither /rom/main.py nor /rom/boot.py."),
         FALSE);
  else
    add (self->lines,
         "rom",
         _ ("ROMFS"),
         g_strdup (_ ("This board has no ROMFS in this tree.")),
         NULL,
         FALSE);
}

/* --- filesystems --- */

static void
tell_mounts (Story *self)
{
  if (self->mounts.known && self->mounts.mounts)
    add (self->lines,
         "mounts",
         "_boot.py",
         g_strdup (
             _ ("The frozen _boot.py mounts the internal flash at /flash, makes it the working "
                "directory, and lets import search /flash and /flash/lib.")),
         _ ("A filesystem that can't be mounted is formatted anew, with a main.py that blinks: "
            "data on it is lost. It runs at each soft reset, too."),
         FALSE);
  else if (self->mounts.known)
    add (self->lines,
         "mounts",
         "_boot.py",
         g_strdup (
             _ ("The frozen _boot.py runs first. What it mounts can't be told from its text.")),
         NULL,
         FALSE);
  else if (self->manifest->boot_file)
    add (self->lines,
         "mounts",
         "_boot.py",
         g_strdup (_ ("No _boot.py is frozen: no filesystem is mounted at all.")),
         _ ("The firmware says “could not find module '_boot.py'” and goes on."),
         FALSE);
  else
    add (
        self->lines,
        "mounts",
        _ ("Filesystems"),
        g_strdup (_ ("The firmware itself mounts what there is, not a script: the card if there is "
                     "one, else the internal flash.")),
        NULL,
        FALSE);
}

static void
tell_sd (Story *self)
{
  if (self->mounts.known && !self->mounts.sd)
    add (self->lines,
         "sd",
         _ ("SD card"),
         g_strdup (_ ("This board's _boot.py has no step for a card: the working directory stays "
                      "/flash. An application that wants a card mounts it.")),
         NULL,
         FALSE);
  else if (self->mounts.known)
    add (self->lines,
         "sd",
         _ ("SD card"),
         g_strdup (self->mounts.skip_sd ? _ ("A card in the slot is mounted at /sdcard and becomes "
                                             "the working directory, unless a "
                                             "file SKIPSD lies on the internal flash.")
                                        : _ ("A card in the slot is mounted at /sdcard and becomes "
                                             "the working directory.")),
         _ ("With a card, relative file names and a boot.py or main.py that is not frozen are the "
            "card's: whoever puts in a card decides."),
         FALSE);
}

/* --- scripts --- */

static gboolean
boot_is_application (Story *self)
{
  JsonNode *forever = json_object_get_member (self->manifest->facts, "forever");

  return forever != NULL && JSON_NODE_HOLDS_OBJECT (forever);
}

static void
tell_boot (Story *self)
{
  const HsFrozen *boot = find (self, "boot.py");
  g_autofree char *source = boot != NULL ? source_of (self, boot) : NULL;

  if (boot == NULL)
    add (self->lines,
         "boot",
         "boot.py",
         g_strdup (_ ("None is frozen: one in the working directory is run, if there is one.")),
         _ ("Whoever has the camera can put one there. A frozen boot.py, even an empty one, closes "
            "that door."),
         FALSE);
  else if (boot_is_application (self))
    add (self->lines,
         "boot",
         "boot.py",
         g_strdup_printf (_ ("The frozen one (%s) runs and does not come to an end: it is the "
                             "application."),
                          source),
         _ ("Frozen files win over the drive. It runs again after each soft reset."),
         TRUE);
  else
    add (self->lines,
         "boot",
         "boot.py",
         g_strdup_printf (_ ("The frozen one (%s) runs, at each soft reset, too."), source),
         _ ("Frozen files win over the drive."),
         TRUE);
}

static void
tell_frozen_main (Story *self, const HsFrozen *main_file)
{
  g_autofree char *source = source_of (self, main_file);

  if (boot_is_application (self))
    add (
        self->lines,
        "main",
        "main.py",
        g_strdup_printf (_ ("The frozen one (%s) is never reached: boot.py does not end."), source),
        NULL,
        FALSE);
  else if (self->manifest->main_needs_file)
    add (self->lines,
         "main",
         "main.py",
         g_strdup_printf (_ ("The frozen one (%s) runs once after power-up or a hard reset, if a "
                             "main.py lies in the working directory as well."),
                          source),
         _ ("This firmware asks the drive whether there is a main.py, then runs the frozen one "
            "before it. Without a file there, nothing runs."),
         TRUE);
  else
    add (self->lines,
         "main",
         "main.py",
         g_strdup_printf (_ ("The frozen one (%s) runs once after power-up or a hard reset, unless "
                             "boot.py ended with an error."),
                          source),
         _ ("Frozen files win over the drive: a main.py that people save there is not run."),
         TRUE);
}

static void
tell_main (Story *self)
{
  const HsFrozen *main_file = find (self, "main.py");

  if (main_file != NULL)
    tell_frozen_main (self, main_file);
  else
    add (self->lines,
         "main",
         "main.py",
         g_strdup (boot_is_application (self)
                       ? _ ("Never run: boot.py does not end.")
                       : _ ("None is frozen: one in the working directory is run, once after "
                            "power-up or a hard reset.")),
         NULL,
         FALSE);
  if (self->manifest->core != NULL)
    add (self->lines,
         "main",
         _ ("Second core"),
         g_strdup (
             _ ("The manifest is made for both cores. On the efficiency core _boot.py waits for "
                "work and does not end: boot.py and main.py are not run there.")),
         NULL,
         FALSE);
}

/* --- afterwards --- */

static void
tell_rest (Story *self)
{
  add (
      self->lines,
      "repl",
      _ ("REPL"),
      g_strdup (_ ("When the application ends, or Ctrl-C interrupts it, the camera answers on USB: "
                   "the REPL and the IDE's protocol.")),
      _ ("While it runs, the IDE can stop it as well. A product catches its errors and does not "
         "end."),
      FALSE);
  add (self->lines,
       "soft-reset",
       _ ("Soft reset"),
       g_strdup (
           _ ("Ctrl-D, or the IDE: _boot.py and boot.py run again, main.py does not; the camera "
              "waits at the REPL.")),
       _ ("Power-up, a hard reset and the watchdog go the whole way, main.py included."),
       FALSE);
  add (self->lines,
       "watchdog",
       _ ("Watchdog"),
       g_strdup (
           _ ("The firmware starts none. One that the application starts can't be stopped: if it "
              "is not fed in time, the camera resets as if powered up.")),
       _ ("It keeps running at the REPL and while the IDE is connected: then nobody feeds it."),
       FALSE);
}

/* Where import looks after frozen files and ROMFS. */
static const char *
drive_folders (const Mounts *mounts, gboolean boot_file)
{
  if (mounts->known && mounts->sd)
    return _ ("/flash, /flash/lib, and with a card /sdcard, /sdcard/lib");
  if (mounts->known)
    return "/flash, /flash/lib";
  return boot_file ? _ ("nothing more") : _ ("the folders that the firmware itself adds");
}

static void
tell_import (Story *self)
{
  add (
      self->lines,
      "import",
      _ ("import"),
      g_strdup_printf (_ ("Searched in this order: the working directory, frozen files, %s%s."),
                       self->rom ? "/rom, /rom/lib, " : "",
                       drive_folders (&self->mounts, self->manifest->boot_file)),
      _ ("A file in the working directory therefore overrides a frozen one, a file in a lib folder "
         "does not. sys.path.clear() would take the frozen files away, too."),
      FALSE);
}

static gboolean
has_rom (const HsTreeBoard *board)
{
  return board->romfs != NULL && board->romfs->len > 0;
}

GPtrArray *
hs_boot_story (HsManifest *manifest, const HsTreeBoard *board)
{
  Story story = {
    .manifest = manifest,
    .board = board,
    .lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_boot_line_free),
  };

  g_return_val_if_fail (HS_IS_MANIFEST (manifest) && board != NULL, NULL);

  story.mounts = read_mounts (manifest, board);
  story.rom = has_rom (board);
  tell_bootloader (&story);
  tell_rom (&story);
  tell_mounts (&story);
  tell_sd (&story);
  tell_boot (&story);
  tell_main (&story);
  tell_rest (&story);
  tell_import (&story);
  return story.lines;
}

/* --- which one wins --- */

static gboolean
path_has (JsonArray *path, const char *entry)
{
  for (guint i = 0; path != NULL && i < json_array_get_length (path); i++)
    if (g_strcmp0 (json_array_get_string_element (path, i), entry) == 0)
      return TRUE;
  return FALSE;
}

/* sys.path as the application leaves it; NULL: as the firmware sets it, or not known. */
static JsonArray *
left_path (HsManifest *manifest)
{
  JsonArray *paths = hs_facts_array (manifest->facts, "paths");
  guint n = json_array_get_length (paths);
  JsonObject *last = n > 0 ? json_array_get_object_element (paths, n - 1) : NULL;

  return last == NULL || json_object_get_null_member (last, "now") ? NULL
                                                                   : hs_facts_array (last, "now");
}

static const HsFrozen *
find_module (HsManifest *manifest, const char *name, char **file)
{
  g_autofree char *path = g_strdelimit (g_strdup (name), ".", '/');
  g_autofree char *package = g_strconcat (path, "/__init__.py", NULL);
  g_autofree char *module = g_strconcat (path, ".py", NULL);
  g_autofree char *compiled = g_strconcat (path, ".mpy", NULL);
  const char *const names[] = { package, module, compiled };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const HsFrozen *frozen = hs_manifest_find (manifest, names[i]);

    if (frozen != NULL) {
      *file = g_strdup (names[i]);
      return frozen;
    }
  }
  *file = g_strdup (module);
  return NULL;
}

static void
add_place (GPtrArray *lines, const char *place, const char *why, gboolean ours, char *text)
{
  add (lines, "import", place, text, why, ours);
}

GPtrArray *
hs_boot_import (HsManifest *manifest, const HsTreeBoard *board, const char *name)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_boot_line_free);
  g_autofree char *file = NULL;
  const HsFrozen *frozen;
  JsonArray *path;
  Mounts mounts;

  g_return_val_if_fail (HS_IS_MANIFEST (manifest) && board != NULL && name != NULL, NULL);

  frozen = find_module (manifest, name, &file);
  path = left_path (manifest);
  mounts = read_mounts (manifest, board);
  if (path == NULL || path_has (path, ""))
    add_place (lines,
               _ ("Working directory"),
               mounts.sd      ? _ ("/sdcard with a card in it, else /flash")
               : mounts.known ? "/flash"
                              : NULL,
               FALSE,
               g_strdup_printf (_ ("%s, if somebody put it there: it comes first"), file));
  if (frozen != NULL && (path == NULL || path_has (path, ".frozen"))) {
    g_autofree char *source = hs_manifest_shorten (manifest, frozen->path);

    add_place (
        lines, _ ("Frozen"), NULL, TRUE, g_strdup_printf (_ ("%s, from %s"), frozen->name, source));
  }
  if (has_rom (board) && (path == NULL || path_has (path, "/rom")))
    add_place (lines,
               "/rom, /rom/lib",
               NULL,
               FALSE,
               g_strdup_printf (frozen != NULL
                                    ? _ ("%s there is not looked at: the frozen one wins")
                                    : _ ("%s, if the ROMFS image has it"),
                                file));
  if (path == NULL || path_has (path, "/flash") || path_has (path, "/flash/lib"))
    add_place (lines,
               drive_folders (&mounts, manifest->boot_file),
               NULL,
               FALSE,
               g_strdup_printf (frozen != NULL ? _ ("%s in one of the lib folders is not looked at")
                                               : _ ("%s, if somebody put it there"),
                                file));
  if (frozen == NULL)
    add_place (lines,
               _ ("Built in"),
               NULL,
               FALSE,
               g_strdup_printf (_ ("“%s” is not frozen: the firmware may have it as a module in C"),
                                name));
  return lines;
}
