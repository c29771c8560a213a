/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"

#include "app/app-error.h"
#include "flash/error.h"
#include "store/catalog.h"

#include <glib/gi18n-lib.h>

/* What a code means for people: the cause in four words, and what to do. */
typedef struct {
  int code;
  const char *headline;
  const char *action;
} Explanation;

/* clang-format off */
static const Explanation flash_explanations[] = {
  { HS_FLASH_ERROR_GONE, N_("the camera left the bus"),
    N_("Plug the camera in again, then retry; what was begun is then written in full.") },
  { HS_FLASH_ERROR_STALLED, N_("the camera refused"),
    N_("Plug the camera in again, then retry.") },
  { HS_FLASH_ERROR_TIMED_OUT, N_("no answer"),
    N_("Unplug the camera, plug it in again, then retry.") },
  { HS_FLASH_ERROR_STATUS, N_("the bootloader reports an error"),
    N_("Retry once. If it fails at the same sector again, that part of the flash is worn: do not ship this unit.") },
  { HS_FLASH_ERROR_PROTECTED, N_("protected"),
    N_("Nothing can be done here without removing the protection.") },
  { HS_FLASH_ERROR_TOO_LARGE, N_("too large"),
    N_("Make the image smaller, or choose another build.") },
  { HS_FLASH_ERROR_VERIFY, N_("read-back differs"),
    N_("Retry once. If it fails again, that part of the flash is worn: do not ship this unit.") },
  { HS_FLASH_ERROR_PERMISSION, N_("no access"),
    N_("Install the udev rules (app/data/60-hotshoe.rules to /etc/udev/rules.d/), then plug the camera in again.") },
  { HS_FLASH_ERROR_BUSY, N_("in use elsewhere"),
    N_("Close the other program and try again.") },
  { HS_FLASH_ERROR_WRONG_BOARD, N_("wrong board"),
    N_("Choose a build for this camera's board.") },
  { HS_FLASH_ERROR_WRONG_ROLE, N_("wrong kind of file"),
    N_("Choose the file that belongs there.") },
  { HS_FLASH_ERROR_WRONG_UNIT, N_("another unit came back"),
    N_("Check which camera is on that cable, then retry.") },
  { HS_FLASH_ERROR_SURPRISE, N_("unknown partitions"),
    N_("Its bootloader is not one that Hotshoe knows. Renew the bootloader, or use a newer Hotshoe.") },
  { HS_FLASH_ERROR_MISSED, N_("start-up window missed"),
    N_("Unplug the camera, wait a moment, plug it in.") },
  { HS_FLASH_ERROR_AWAY, N_("it did not come back"),
    N_("Unplug it and plug it in again. If it stays away, its firmware does not start: flash it again while it is in its bootloader.") },
  { HS_FLASH_ERROR_BAD_FILE, N_("the file is damaged"),
    N_("Build or download it again.") },
  { HS_FLASH_ERROR_FORBIDDEN, N_("never written here"),
    N_("Leave that partition out.") },
  { HS_FLASH_ERROR_UNSUPPORTED, N_("not possible"), NULL },
  { HS_FLASH_ERROR_PROTOCOL, N_("the answer makes no sense"),
    N_("Plug the camera in again, then retry.") },
  { HS_FLASH_ERROR_FAILED, N_("it did not work"),
    N_("Plug the camera in again, then retry.") },
};

static const Explanation store_explanations[] = {
  { HS_STORE_ERROR_CORRUPT, N_("the catalog is damaged"),
    N_("Open another catalog, or restore a backup.") },
  { HS_STORE_ERROR_NEWER, N_("the catalog is newer"),
    N_("Update Hotshoe or open another catalog.") },
  { HS_STORE_ERROR_NETWORK, N_("the catalog is on a network drive"),
    N_("Keep the catalog on a disk of this machine.") },
  { HS_STORE_ERROR_FULL, N_("the disk is full"),
    N_("Make room on the disk. Flashing waits until there is room; nothing goes unrecorded.") },
  { HS_STORE_ERROR_LOCKED, N_("the catalog is in use"),
    N_("Wait for the other program to finish, then try again.") },
  { HS_STORE_ERROR_PURPOSE, N_("practice and production mixed"),
    N_("Use --catalog to name a catalog of the other kind.") },
  { HS_STORE_ERROR_NOT_FOUND, N_("not in the catalog"), NULL },
  { HS_STORE_ERROR_AMBIGUOUS, N_("several fit"),
    N_("Type more of it.") },
  { HS_STORE_ERROR_ALTERED, N_("the file has changed"),
    N_("Import the build again.") },
  { HS_STORE_ERROR_PERMISSION, N_("no access to the catalog"),
    N_("Check who owns the catalog's folder.") },
  { HS_STORE_ERROR_FAILED, N_("the catalog failed"), NULL },
};

static const Explanation app_explanations[] = {
  { HS_APP_ERROR_USAGE, N_("not understood"), NULL },
  { HS_APP_ERROR_NO_CAMERA, N_("no camera"),
    N_("Plug the camera in. `hotshoe devices` shows what is attached.") },
  { HS_APP_ERROR_NO_BUILD, N_("no such build"),
    N_("`hotshoe builds` shows what is in the catalog.") },
  { HS_APP_ERROR_NO_UNIT, N_("no such unit"),
    N_("`hotshoe units` shows the units that the catalog knows.") },
  { HS_APP_ERROR_VERSION, N_("it reports another version"),
    N_("Compare the unit with the build before it ships.") },
  { HS_APP_ERROR_SWAPPED, N_("read-back is swapped"),
    N_("Restart the camera and identify it; do not ship it before it reads back equal.") },
  { HS_APP_ERROR_NO_READ_BACK, N_("not proven"),
    N_("Start it and see whether it works; it is never counted as passed.") },
  { HS_APP_ERROR_NOTHING, N_("nothing to import"),
    N_("Choose the folder build/TARGET/bin, a zip of the cloud build, or a firmware file.") },
  { HS_APP_ERROR_MIXED, N_("files don't belong together"), NULL },
  { HS_APP_ERROR_INCOMPLETE, N_("its firmware is incomplete"),
    N_("Flash it first; it is then written in full.") },
  { HS_APP_ERROR_FAILED, N_("it did not work"), NULL },
};
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
  *code = "failed";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    *code = "cancelled";
  else if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    *code = "no-such-file";
  return NULL;
}

/* A sentence begins with a capital and ends with a full stop, whoever wrote it. */
static char *
make_sentence (const char *text)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gunichar first = g_utf8_get_char (trimmed);
  GString *sentence;

  if (*trimmed == '\0')
    return g_steal_pointer (&trimmed);

  sentence = g_string_new (NULL);
  g_string_append_unichar (sentence, g_unichar_toupper (first));
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

  problem->code = g_strdup (code);
  problem->message = make_sentence (error->message);
  problem->chain = g_strdup_printf (
      "%s: %s (%s %d)", code, error->message, g_quark_to_string (error->domain), error->code);
  problem->headline = g_strdup (explanation != NULL ? _ (explanation->headline) : NULL);
  if (g_str_equal (code, "cancelled"))
    problem->action = g_strdup (_ ("What was begun is not known until it is flashed again."));
  else
    problem->action = g_strdup (
        explanation != NULL && explanation->action != NULL ? _ (explanation->action) : "");
  return problem;
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
    return _ ("filesystem");
  default:
    return hs_role_name (role);
  }
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
    return g_strdup_printf (_ ("Writing %s"), role);
  case HS_ACTIVITY_VERIFYING:
    return g_strdup_printf (_ ("Reading %s back"), role);
  case HS_ACTIVITY_ERASING:
    return g_strdup (_ ("Erasing the filesystem"));
  case HS_ACTIVITY_READING:
    return g_strdup_printf (_ ("Reading %s"), role);
  case HS_ACTIVITY_LEAVING:
    return g_strdup (_ ("Restarting"));
  case HS_ACTIVITY_CONFIRMING:
    return g_strdup (_ ("Asking for the version"));
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
           activity != HS_ACTIVITY_CONFIRMING && activity != HS_ACTIVITY_LEAVING)
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
      g_string_append (text, "\u2009");
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
