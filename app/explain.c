/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"

#include "app/app-error.h"
#include "flash/error.h"
#include "store/catalog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a code means for people: the cause in four words, what happened where the error itself only
 * speaks of requests and blocks, and what to do. The error's own text has no advice; it is here. */
typedef struct {
  int code;
  const char *headline;
  const char *message; /* NULL: the error says it itself */
  const char *action;  /* NULL: the error says all that can be said */
} Explanation;

/* clang-format off */
static const Explanation flash_explanations[] = {
  { HS_FLASH_ERROR_GONE, N_("the cable came off"),
    N_("The cable came off."),
    N_("Plug the camera in again, then retry.") },
  { HS_FLASH_ERROR_STALLED, N_("the camera refused"),
    N_("The camera refused what it was asked."),
    N_("Plug the camera in again, then retry.") },
  { HS_FLASH_ERROR_TIMED_OUT, N_("no answer"),
    N_("The camera does not answer any more."),
    N_("Unplug the camera, plug it in again, then retry.") },
  { HS_FLASH_ERROR_STATUS, N_("sector can't be written"),
    N_("The bootloader reports that it can't write."),
    N_("Retry once. If it fails again, that part of the flash is worn: do not ship this unit.") },
  { HS_FLASH_ERROR_PROTECTED, N_("protected"), NULL,
    N_("Nothing can be done here without removing the protection.") },
  { HS_FLASH_ERROR_TOO_LARGE, N_("too large"), NULL,
    N_("Make the image smaller, or choose another build.") },
  { HS_FLASH_ERROR_VERIFY, N_("read-back differs"), NULL,
    N_("Retry once. If it fails again, that part of the flash is worn: do not ship this unit.") },
  { HS_FLASH_ERROR_PERMISSION, N_("no access"), NULL,
    N_("Install the udev rules (60-hotshoe.rules) with “sudo hotshoe doctor --install-rules”, then plug it in again.") },
  { HS_FLASH_ERROR_BUSY, N_("in use elsewhere"), NULL,
    N_("Close it or wait until it has finished, then try again.") },
  { HS_FLASH_ERROR_WRONG_BOARD, N_("wrong board"), NULL,
    N_("Choose a build for this camera's board, or plug in the camera that was meant.") },
  { HS_FLASH_ERROR_WRONG_ROLE, N_("wrong kind of file"), NULL,
    N_("Choose the file that belongs there.") },
  { HS_FLASH_ERROR_WRONG_UNIT, N_("another unit came back"), NULL,
    N_("Check which camera is on that cable, then retry.") },
  { HS_FLASH_ERROR_SURPRISE, N_("unknown partitions"), NULL,
    N_("Renew the bootloader, or use a newer Hotshoe.") },
  { HS_FLASH_ERROR_MISSED, N_("start-up window missed"), NULL,
    N_("Retry with “I will plug it in” (--replug): Hotshoe then waits for the cable and catches the bootloader.") },
  { HS_FLASH_ERROR_AWAY, N_("did not come back"), NULL,
    N_("Unplug it and plug it in again. If it stays away, its firmware does not start: flash it again while it is in its bootloader.") },
  { HS_FLASH_ERROR_BAD_FILE, N_("the file is damaged"), NULL,
    N_("Build or download it again.") },
  { HS_FLASH_ERROR_FORBIDDEN, N_("never written here"), NULL,
    N_("Leave that partition out.") },
  { HS_FLASH_ERROR_UNSUPPORTED, N_("not possible"), NULL, NULL },
  { HS_FLASH_ERROR_PROTOCOL, N_("answer makes no sense"),
    N_("The camera's answer makes no sense."),
    N_("Plug the camera in again, then retry.") },
  { HS_FLASH_ERROR_FAILED, N_("it did not work"), NULL, NULL },
};

static const Explanation store_explanations[] = {
  { HS_STORE_ERROR_CORRUPT, N_("the catalog is damaged"), NULL,
    N_("Open a backup or another catalog.") },
  { HS_STORE_ERROR_NEWER, N_("the catalog is newer"), NULL,
    N_("Update Hotshoe or open another catalog.") },
  { HS_STORE_ERROR_NETWORK, N_("catalog on network drive"), NULL,
    N_("Keep the catalog on a disk of this machine.") },
  { HS_STORE_ERROR_FULL, N_("the disk is full"), NULL,
    N_("Flashing waits until there is room; nothing goes unrecorded.") },
  { HS_STORE_ERROR_LOCKED, N_("the catalog is busy"), NULL,
    N_("Close the other program and try again.") },
  { HS_STORE_ERROR_PURPOSE, N_("practice and production mixed"), NULL,
    N_("Name a catalog of the other kind with --catalog.") },
  { HS_STORE_ERROR_NOT_FOUND, N_("not in the catalog"), NULL, NULL },
  { HS_STORE_ERROR_AMBIGUOUS, N_("several fit"), NULL,
    N_("Type more of it, or its id.") },
  { HS_STORE_ERROR_ALTERED, N_("the file has changed"), NULL,
    N_("Import the build again.") },
  { HS_STORE_ERROR_PERMISSION, N_("no access to catalog"), NULL,
    N_("Check who owns the file and its folder.") },
  { HS_STORE_ERROR_NO_NUMBER, N_("no product number left"), NULL,
    N_("Let an engineer look at the numbers of this release.") },
  { HS_STORE_ERROR_FAILED, N_("the catalog failed"), NULL, NULL },
};

static const Explanation app_explanations[] = {
  { HS_APP_ERROR_USAGE, N_("not understood"), NULL, NULL },
  { HS_APP_ERROR_NO_CAMERA, N_("no camera"), NULL,
    N_("Plug the camera in. `hotshoe devices` shows what is attached.") },
  { HS_APP_ERROR_NO_BUILD, N_("no such build"), NULL,
    N_("`hotshoe builds` shows what is in the catalog.") },
  { HS_APP_ERROR_NO_UNIT, N_("no such unit"), NULL,
    N_("`hotshoe units` shows the units that the catalog knows.") },
  { HS_APP_ERROR_VERSION, N_("it reports another version"), NULL,
    N_("Compare the unit with the build before it ships.") },
  { HS_APP_ERROR_SWAPPED, N_("read-back is swapped"), NULL,
    N_("Restart the camera and identify it; do not ship it before it reads back equal.") },
  { HS_APP_ERROR_NO_READ_BACK, N_("can't be read back"), NULL,
    N_("Start it and see whether it works; it is never counted as passed.") },
  { HS_APP_ERROR_NOTHING, N_("nothing to import"), NULL,
    N_("Choose the folder build/TARGET/bin, a zip of the cloud build, or a firmware file.") },
  { HS_APP_ERROR_MIXED, N_("files don't belong together"), NULL, NULL },
  { HS_APP_ERROR_INCOMPLETE, N_("its firmware is incomplete"), NULL,
    N_("Flash it first; it is then written in full.") },
  { HS_APP_ERROR_NO_RELEASE, N_("no such release"), NULL,
    N_("`hotshoe release list` shows what there is.") },
  { HS_APP_ERROR_BAD_RECIPE, N_("the recipe is unusable"), NULL, NULL },
  { HS_APP_ERROR_NOT_LOCKABLE, N_("can't be locked yet"), NULL, NULL },
  { HS_APP_ERROR_RELEASE_DRAFT, N_("not locked"), NULL, N_("Lock the release first.") },
  { HS_APP_ERROR_RELEASE_WITHDRAWN, N_("the release is withdrawn"), NULL,
    N_("Use the version that replaces it.") },
  { HS_APP_ERROR_UNSIGNED, N_("not signed"), NULL,
    N_("Use a release that is signed by a key this bench trusts.") },
  { HS_APP_ERROR_BUNDLE_ALTERED, N_("the bundle was altered"), NULL,
    N_("Get it again from whoever made it. Nothing was taken from it.") },
  { HS_APP_ERROR_BUNDLE_NEWER, N_("the bundle is newer"), NULL, N_("Update Hotshoe first.") },
  { HS_APP_ERROR_UNIT_SHIPPED, N_("it was shipped"), NULL,
    N_("Register its return first.") },
  { HS_APP_ERROR_UNIT_SCRAPPED, N_("it is scrap"), NULL,
    N_("Put it aside. If that is a mistake, correct the entry on its page.") },
  { HS_APP_ERROR_UNIT_UNKNOWN, N_("unit not known"), NULL,
    N_("Let its firmware start first: plug it in again. A camera without firmware is flashed with "
       "the build alone first.") },
  { HS_APP_ERROR_NEEDS_NUMBER, N_("no serial scanned"), NULL,
    N_("Scan its product serial, then plug it in again.") },
  { HS_APP_ERROR_UNIT_FILE, N_("its files failed"), NULL, NULL },
  { HS_APP_ERROR_DRIVE, N_("its drive failed"), NULL,
    N_("Install the udev rules with “sudo hotshoe doctor --install-rules”; then hold BOOTSEL while plugging the camera in, and retry.") },
  { HS_APP_ERROR_KEY, N_("the key failed"), NULL, NULL },
  { HS_APP_ERROR_DIFFERS, N_("it holds something else"), NULL,
    N_("Flash the build if it is to hold that: only what differs is then written.") },
  { HS_APP_ERROR_FILE, N_("file can't be written"), NULL,
    N_("Choose another place, or make room, then try again.") },
  { HS_APP_ERROR_FILE_EXISTS, N_("the file exists"), NULL,
    N_("Choose another name. Where there is a --force, it says that the file may be replaced.") },
  { HS_APP_ERROR_NO_TOOL, N_("program missing"), NULL,
    N_("Install the program or the SDK that has it, or say where it is.") },
  { HS_APP_ERROR_TOOL, N_("program failed"), NULL, NULL },
  { HS_APP_ERROR_NOT_CONFIRMED, N_("not confirmed"), NULL,
    N_("Read what will be lost, then confirm it as it is asked for (--confirm).") },
  { HS_APP_ERROR_NOT_OFFERED, N_("not offered"), NULL, NULL },
  { HS_APP_ERROR_OTHER_BOOTLOADER, N_("another bootloader"), NULL,
    N_("Plug in the camera whose bootloader was written.") },
  { HS_APP_ERROR_NO_TREE, N_("no firmware tree"), NULL,
    N_("Name a checkout of openmv/openmv, and a board of it as `hotshoe tree DIR` lists them.") },
  { HS_APP_ERROR_TREE_CHANGED, N_("the files have changed"), NULL,
    N_("Look at what changed, put it back as it was written, then try again.") },
  { HS_APP_ERROR_BAD_MANIFEST, N_("the tree is unusable"), NULL, NULL },
  { HS_APP_ERROR_BUILD, N_("the build failed"), NULL, NULL },
  { HS_APP_ERROR_BAD_ROMFS, N_("not for ROMFS"), NULL, NULL },
  { HS_APP_ERROR_ROMFS_FULL, N_("ROMFS is too small"), NULL,
    N_("Leave something out, or make it smaller.") },
  { HS_APP_ERROR_FAILED, N_("it did not work"), NULL, NULL },
};

/* Errors of the libraries below us. */
static const Explanation cancelled_explanation = {
  G_IO_ERROR_CANCELLED, N_("stopped by hand"), N_("Stopped."), NULL
};
static const Explanation missing_explanation = {
  G_FILE_ERROR_NOENT, N_("no such file"), NULL, N_("Check the name, then try again.")
};
static const Explanation other_explanation = { 0, N_("it did not work"), NULL, NULL };
/* clang-format on */

static const Explanation *
find (const Explanation *table, guint n, int code)
{
  for (guint i = 0; i < n; i++)
    if (table[i].code == code)
      return &table[i];
  return NULL;
}

static const Explanation *
find_explanation (const GError *error, const char **code)
{
  if (error->domain == HS_FLASH_ERROR) {
    *code = hs_flash_error_name (error->code);
    return find (flash_explanations, G_N_ELEMENTS (flash_explanations), error->code);
  }
  if (error->domain == HS_STORE_ERROR) {
    *code = hs_store_error_name (error->code);
    return find (store_explanations, G_N_ELEMENTS (store_explanations), error->code);
  }
  if (error->domain == HS_APP_ERROR) {
    *code = hs_app_error_name (error->code);
    return find (app_explanations, G_N_ELEMENTS (app_explanations), error->code);
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    *code = "cancelled";
    return &cancelled_explanation;
  }
  if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    *code = "no-such-file";
    return &missing_explanation;
  }
  *code = "failed";
  return &other_explanation;
}

/* "firmware.bin", "/dev/ttyACM0", "stm32:…": no word to be written large. */
static gboolean
begins_with_name (const char *text)
{
  gsize word = strcspn (text, " ");

  return strcspn (text, "./:_") + 1 < word;
}

/* A sentence begins with a capital and ends with a full stop, whoever wrote it. */
static char *
make_sentence (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gunichar first = g_utf8_get_char (trimmed);
  gboolean keep = begins_with_name (trimmed);
  GString *sentence;

  if (*trimmed == '\0')
    return g_steal_pointer (&trimmed);

  sentence = g_string_new (NULL);
  g_string_append_unichar (sentence, keep ? first : g_unichar_toupper (first));
  g_string_append (sentence, g_utf8_next_char (trimmed));
  if (!g_str_has_suffix (trimmed, ".") && !g_str_has_suffix (trimmed, "…"))
    g_string_append_c (sentence, '.');
  return g_string_free (sentence, FALSE);
}

/**
 * hs_explain_error:
 * @error: any error of any layer
 *
 * Returns: (transfer full): the same in words for people
 */
HsProblem *
hs_explain_error (const GError *error)
{
  HsProblem *problem = g_new0 (HsProblem, 1);
  const char *code;
  const Explanation *explanation = find_explanation (error, &code);

  if (explanation == NULL)
    explanation = &other_explanation;
  problem->code = g_strdup (code);
  problem->headline = g_strdup (_ (explanation->headline));
  problem->message =
      make_sentence (explanation->message != NULL ? _ (explanation->message) : error->message);
  problem->action = g_strdup (explanation->action != NULL ? _ (explanation->action) : "");
  problem->chain = g_strdup_printf (
      "%s: %s (%s %d)", code, error->message, g_quark_to_string (error->domain), error->code);
  return problem;
}

static void
replace (char **field, char *text)
{
  g_free (*field);
  *field = text;
}

/* Which sector it was, for those who know what that is; else NULL. */
static char *
name_sector (const GError *error, const HsJobPart *part)
{
  guint sector = part->partition->n_erase > 0 && part->failed_at < part->partition->size
                     ? hs_partition_unit_at (part->partition, part->failed_at) + 1
                     : 0;

  if (sector == 0)
    return NULL;
  if (g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY))
    return g_strdup_printf (
        _ ("Sector %u of %s reads back differently."), sector, part->partition->name);
  if (g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS))
    return g_strdup_printf (_ ("Sector %u of %s can't be written."), sector, part->partition->name);
  return NULL;
}

static char *
say_what_is_left (const HsJobPart *part)
{
  const char *role = hs_explain_role (part->role);
  gboolean written = part->wrote_bytes + part->skipped_bytes >= part->length;
  g_autofree char *text =
      written ? g_strdup_printf (_ ("%s was written, but not read back to the end"), role)
              : g_strdup_printf (_ ("%s is incomplete"), role);

  return make_sentence (text);
}

/* It is a matter of the connection: nothing speaks against the flash, it only has to be done again.
 */
static gboolean
broke_off (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
}

/**
 * hs_explain_failure:
 * @error: why a job ended
 * @part: (nullable): the part that it left behind unknown
 *
 * Returns: (transfer full): in words for people, with what is now on the camera
 */
HsProblem *
hs_explain_failure (const GError *error, const HsJobPart *part)
{
  HsProblem *problem = hs_explain_error (error);
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_autofree char *left = NULL;
  char *sector;

  if (part == NULL)
    return problem;

  sector = name_sector (error, part);
  if (sector != NULL)
    replace (&problem->message, sector);
  if (!cancelled && !broke_off (error))
    return problem;

  left = say_what_is_left (part);
  replace (&problem->message, g_strjoin (" ", problem->message, left, NULL));
  replace (&problem->action,
           g_strdup (cancelled
                         ? _ ("It stays in its bootloader. Flash it again; Hotshoe then writes it "
                              "in full.")
                         : _ ("Retry, then plug the camera in again; Hotshoe then writes it in "
                              "full.")));
  return problem;
}

/**
 * hs_problem_tell_called_off:
 * @problem: that a job was stopped
 * @why: a sentence, translated
 *
 * It was not stopped by hand: the program did not need it any more.
 */
void
hs_problem_tell_called_off (HsProblem *problem, const char *why)
{
  replace (&problem->headline, g_strdup (_ ("not needed any more")));
  replace (&problem->message, g_strdup (why));
  replace (&problem->chain, g_strdup_printf ("%s: %s", problem->code, why));
}

/**
 * hs_problem_tell_unheld:
 * @problem: what went wrong while code was written
 *
 * Adds what that means where the bootloader does not wait for the next attempt.
 */
void
hs_problem_tell_unheld (HsProblem *problem)
{
  replace (&problem->action,
           g_strdup (_ ("This bootloader can't be held: the camera tries to start, and may hang. "
                        "Retry with “I will plug it in” (--replug): Hotshoe then catches the "
                        "bootloader and writes it in full.")));
}

/**
 * hs_explain_share:
 * @part: what was compared
 *
 * Returns: (transfer full): how much of it differs, as a sentence
 */
char *
hs_explain_share (const HsJobPart *part)
{
  const char *name = part->partition->name;

  if (part->n_differ == 0)
    /* Translators: name of a partition */
    return g_strdup_printf (_ ("%s is equal."), name);
  if (part->partition->n_erase == 0)
    return g_strdup_printf (
        /* Translators: how many, of how many, name of a partition */
        ngettext ("%u of %u block of %s differs.", "%u of %u blocks of %s differ.", part->n_units),
        part->n_differ,
        part->n_units,
        name);
  return g_strdup_printf (
      ngettext ("%u of %u sector of %s differs.", "%u of %u sectors of %s differ.", part->n_units),
      part->n_differ,
      part->n_units,
      name);
}

const char *
hs_explain_role (HsRole role)
{
  switch (role) {
  case HS_ROLE_FIRMWARE:
    return _ ("firmware");
  case HS_ROLE_FIRMWARE_HE:
    return _ ("firmware of the small core");
  case HS_ROLE_ROMFS0:
    return _ ("ROMFS");
  case HS_ROLE_ROMFS1:
    return _ ("ROMFS of the small core");
  case HS_ROLE_BOOTLOADER:
    return _ ("bootloader");
  case HS_ROLE_FILESYSTEM:
  case HS_ROLE_STORAGE:
    return _ ("filesystem");
  default:
    return hs_role_name (role);
  }
}

/* How a person brings a camera of @board (nullable) into its bootloader: one sentence. */
const char *
hs_explain_hand (const HsBoard *board)
{
  if (board != NULL && board->by_hand != NULL)
    return _ (board->by_hand);
  return _ ("Unplug the camera, then plug it in again.");
}

/* "Writing firmware"; (transfer full). */
char *
hs_explain_activity (const HsProgressState *state)
{
  const char *role = hs_explain_role (state->role);

  switch (state->activity) {
  case HS_ACTIVITY_CHECKING:
    return g_strdup (_ ("Checking"));
  case HS_ACTIVITY_ENTERING:
    return g_strdup (_ ("Entering the bootloader"));
  case HS_ACTIVITY_WAITING:
    return g_strdup (_ ("Waiting for you to plug it in again"));
  case HS_ACTIVITY_COMPARING:
    return g_strdup_printf (_ ("Comparing %s"), role);
  case HS_ACTIVITY_WRITING:
    return state->role == HS_ROLE_NONE ? g_strdup (_ ("Writing"))
                                       : g_strdup_printf (_ ("Writing %s"), role);
  case HS_ACTIVITY_VERIFYING:
    return g_strdup_printf (_ ("Reading %s back"), role);
  case HS_ACTIVITY_ERASING:
    return state->role == HS_ROLE_NONE ? g_strdup (_ ("Erasing"))
                                       : g_strdup (_ ("Erasing the filesystem"));
  case HS_ACTIVITY_READING:
    return g_strdup_printf (_ ("Reading %s"), role);
  case HS_ACTIVITY_LEAVING:
    return g_strdup (_ ("Restarting"));
  case HS_ACTIVITY_CONFIRMING:
    return g_strdup (_ ("Asking for the version"));
  case HS_ACTIVITY_FILES:
    return g_strdup (_ ("Writing its files"));
  case HS_ACTIVITY_NONE:
    break;
  }
  return g_strdup (_ ("Waiting to start"));
}

/* @outcome is the journal's word, NULL while it runs. */
char *
hs_explain_outcome (const char *outcome)
{
  static const struct {
    const char *word, *text;
  } texts[] = {
    { "passed", N_ ("Passed") },       { "failed", N_ ("Failed") },
    { "cancelled", N_ ("Stopped") },   { "refused", N_ ("Refused") },
    { "unproven", N_ ("Not proven") }, { "interrupted", N_ ("Interrupted") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_strcmp0 (texts[i].word, outcome) == 0)
      return g_strdup (_ (texts[i].text));
  return g_strdup (_ ("Running"));
}

/* What the LED does during @activity, for whoever looks at the camera; NULL if nothing is known. */
char *
hs_explain_led (const HsBoard *board, HsActivity activity)
{
  const char *text = NULL;

  if (board == NULL)
    return NULL;
  if (activity == HS_ACTIVITY_ENTERING || activity == HS_ACTIVITY_WAITING)
    text = board->led_window;
  else if (activity != HS_ACTIVITY_NONE && activity != HS_ACTIVITY_CHECKING &&
           activity != HS_ACTIVITY_CONFIRMING && activity != HS_ACTIVITY_LEAVING &&
           activity != HS_ACTIVITY_FILES)
    text = board->led_held;
  return text != NULL ? g_strdup (_ (text)) : NULL;
}

/* "1.6 MB", powers of 1024 as the firmware's own documents count; (transfer full). */
char *
hs_format_size (guint64 bytes)
{
  if (bytes < 1024)
    return g_strdup_printf (ngettext ("%u byte", "%u bytes", bytes), (guint) bytes);
  if (bytes < 1024 * 1024)
    return g_strdup_printf (_ ("%.0f KB"), bytes / 1024.0);
  return g_strdup_printf (_ ("%.1f MB"), bytes / (1024.0 * 1024.0));
}

/* "1 703 936 bytes" with thin spaces; (transfer full). */
char *
hs_format_bytes (guint64 bytes)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length = strlen (digits);

  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append (text, "\u202f");
    g_string_append_c (text, digits[i]);
  }
  return g_strdup_printf (ngettext ("%s byte", "%s bytes", bytes), text->str);
}

char *
hs_format_duration (double seconds)
{
  if (seconds < 60)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  return g_strdup_printf (
      _ ("%d min %02d s"), (int) (seconds + 0.5) / 60, (int) (seconds + 0.5) % 60);
}

/* Groups of four with thin spaces; copying is done from the original. (transfer full) */
char *
hs_format_serial (const char *serial)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; serial[i] != '\0'; i++) {
    if (i > 0 && i % 4 == 0)
      g_string_append (text, "\u2009");
    g_string_append_c (text, serial[i]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
