/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/se-tools.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What Alif's SE tools are asked, and what is understood of what they say. */

#define BANNER_S   (2 * 60)
#define MAINTAIN_S (5 * 60) /* a person has to press a button */
#define UPDATE_S   (5 * 60)
#define WRITE_S    (5 * 60)

/* --- questions that nobody may answer for the person --- */

typedef struct {
  GString *facts; /* what it says of the chip that it found */
  gboolean asked;
} Mismatch;

static void
mismatch_clear (Mismatch *self)
{
  if (self->facts != NULL)
    g_string_free (self->facts, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Mismatch, mismatch_clear)

static void
note_chip (Mismatch *self, const char *line)
{
  static const char *const words[] = { "Part#", "Expected:", "Detected:", "Connected target" };

  while (*line == ' ')
    line++;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i]))
      g_string_append_printf (self->facts, "%s%s", self->facts->len > 0 ? "; " : "", line);
}

/* FALSE: it asks whether to go on with another chip than the one that was meant. */
static gboolean
check_line (Mismatch *self, const char *line, GError **error)
{

  static const char *const questions[] = { "set this part as default", "[y/n]", "(y/n)" };
  g_autofree char *question = g_strchomp (g_strdup (line));

  if (self->facts == NULL)
    self->facts = g_string_new (NULL);
  note_chip (self, line);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    if (strstr (line, questions[i]) == NULL)
      continue;
    self->asked = TRUE;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TOOL,
                 /* Translators: a question of a program, what it said before */
                 _ ("Alif’s program asks: “%s” It found another chip than the one that belongs to "
                    "this serial adapter (%s). It was stopped; nothing was written."),
                 question,
                 self->facts->len > 0 ? self->facts->str : _ ("no details"));
    return FALSE;
  }
  return TRUE;
}

/* --- the version of the secure enclave --- */

typedef struct {
  gboolean found;
  guint version[3];
  gboolean recovery;
  gboolean unknown_word; /* an older or newer program, which calls it otherwise */
  gboolean no_port;
} Banner;

static void
take_banner (Banner *self, const char *line)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("\\bSES\\s+\\w+\\s+v(\\d+)\\.(\\d+)\\.(\\d+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, line, 0, &match))
    return;
  for (guint i = 0; i < 3; i++) {
    g_autofree char *number = g_match_info_fetch (match, i + 1);

    self->version[i] = g_ascii_strtoull (number, NULL, 10);
  }
  self->found = TRUE;
}

static char *
banner_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Banner *self = user_data;

  take_banner (self, line);
  self->recovery = self->recovery || strstr (line, "connected in Recovery") != NULL;
  self->unknown_word = self->unknown_word || strstr (line, "not recognized") != NULL;
  self->no_port = self->no_port || strstr (line, "openSerial") != NULL;
  return NULL;
}

static gboolean
ask_banner (HsSeTools *tools, const char *word, Banner *banner, GError **error)
{
  const char *arguments[] = { "-opt", word, NULL };

  *banner = (Banner){ 0 };
  return hs_se_tools_run (
      tools, "maintenance", arguments, BANNER_S, banner_cb, banner, NULL, NULL, error);
}

/**
 * hs_se_ask:
 * @state: (out): what answers
 * @version: (out): of the secure enclave's system package, if it answers
 * @error: as hs_tool_run(), but for a chip that does not answer
 *
 * Asks the secure enclave for its version. Blocks for up to two minutes.
 */
gboolean
hs_se_ask (HsSeTools *self, HsSeState *state, guint version[3], GError **error)
{
  g_autoptr (GError) local = NULL;
  Banner banner;
  gboolean ok = ask_banner (self, "sesbanner", &banner, &local);

  if (banner.unknown_word) {
    g_clear_error (&local);
    ok = ask_banner (self, "getbanner", &banner, &local);
  }

  memcpy (version, banner.version, sizeof banner.version);
  *state = banner.recovery ? HS_SE_RECOVERY : banner.found ? HS_SE_ANSWERS : HS_SE_SILENT;
  if (ok || (g_error_matches (local, HS_APP_ERROR, HS_APP_ERROR_TOOL) && !banner.no_port))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- hard maintenance mode, through the menus --- */

typedef struct {
  HsSeTools *tools;
  Mismatch mismatch;
  char *number;  /* nullable: of the entry that is to be chosen in the menu that is shown */
  gboolean last; /* that entry does what is wanted */
  gboolean writes;
  gboolean done;
  int writing; /* atomic: the chip's ROM writes its system package: not to be cut off */
} Menu;

/* These four and no other: next to them are entries that erase the memory the chip starts from. */
static const struct {
  const char *title;
  gboolean last, writes;
} entries[] = {
  { "Device Control", FALSE, FALSE },
  { "Hard maintenance mode", TRUE, FALSE },
  { "ROM", FALSE, FALSE },
  { "MRAM Recovery", TRUE, TRUE },
};

static void
note_entry (Menu *self, const char *line)
{
  g_autoptr (GRegex) regex = g_regex_new ("^\\s*(\\d+) - (.+?)\\s*$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *title = NULL;

  if (self->number != NULL || !g_regex_match (regex, line, 0, &match))
    return;
  title = g_match_info_fetch (match, 2);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (title, entries[i].title)) {
      self->number = g_match_info_fetch (match, 1);
      self->last = entries[i].last;
      self->writes = entries[i].writes;
    }
}

/* (transfer full): what is typed at "Select an option"; nothing leaves the menu */
static char *
choose (Menu *self, GError **error)
{
  g_autofree char *number = g_steal_pointer (&self->number);

  if (self->done)
    return g_strdup ("");
  if (number == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_TOOL,
                         _ ("The menu of Alif’s maintenance program has no entry that is known "
                            "here. It was stopped; nothing was written."));
    return NULL;
  }
  self->done = self->last;
  g_atomic_int_set (&self->writing, self->writes);
  return g_steal_pointer (&number);
}

static char *
menu_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Menu *self = user_data;

  if (!check_line (&self->mismatch, line, error))
    return NULL;
  if (strstr (line, "Waiting for Target") != NULL)
    hs_work_ask (self->tools->work,
                 _ ("Turn the maintenance switch on, then press the user button."));
  note_entry (self, line);
  return strstr (line, "Select an option") != NULL ? choose (self, error) : NULL;
}

/**
 * hs_se_maintain:
 * @error: as hs_tool_run()
 *
 * Brings a chip that does not answer into hard maintenance mode, or has its ROM write its system
 * package anew. Blocks for up to five minutes, as somebody has to press a button.
 */
gboolean
hs_se_maintain (HsSeTools *self, GError **error)
{
  static const char *const none[] = { NULL };
  Menu menu = { .tools = self };
  g_autoptr (GError) local = NULL;
  gboolean ok = hs_se_tools_run (self,
                                 "maintenance",
                                 none,
                                 MAINTAIN_S,
                                 menu_cb,
                                 &menu,
                                 &menu.mismatch.asked,
                                 &menu.writing,
                                 &local);

  hs_work_ask (self->work, NULL);
  g_free (menu.number);
  mismatch_clear (&menu.mismatch);
  if (ok && menu.done)
    return TRUE;
  if (local != NULL &&
      (menu.mismatch.asked || !g_error_matches (local, HS_APP_ERROR, HS_APP_ERROR_TOOL))) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TOOL,
               /* Translators: what a program reports */
               _ ("The camera’s secure enclave does not answer. Check the cables of the adapter, "
                  "turn the maintenance switch on and press the user button when asked. (%s)"),
               local != NULL ? local->message : _ ("the program ended"));
  return FALSE;
}

/* --- writing --- */

static char *
update_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  check_line (user_data, line, error);
  return NULL;
}

/* Its system package, as the toolkit has it; the chip has to lose power afterwards. */
gboolean
hs_se_update (HsSeTools *self, GError **error)
{
  static const char *const none[] = { NULL };
  g_auto (Mismatch) mismatch = { 0 };

  return hs_se_tools_run (self,
                          "updateSystemPackage",
                          none,
                          UPDATE_S,
                          update_cb,
                          &mismatch,
                          &mismatch.asked,
                          NULL,
                          error);
}

typedef struct {
  HsWork *work;
  Mismatch mismatch;
  gboolean whole[HS_N_ROLES]; /* it said 100% */
} Writing;

static char *
write_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Writing *self = user_data;
  int percent = hs_tool_parse_percent (line);
  HsRole role = strstr (line, ".toc") != NULL ? HS_ROLE_TOC : HS_ROLE_BOOTLOADER;

  if (!check_line (&self->mismatch, line, error) || percent < 0)
    return NULL;
  self->whole[role] = self->whole[role] || percent == 100;
  for (guint i = 0; i < self->work->parts->len; i++) {
    const HsJobPart *part = hs_work_part (self->work, i);

    if (part->role == role)
      hs_progress_report (self->work->progress,
                          HS_ACTIVITY_WRITING,
                          role,
                          part->length * percent / 100,
                          part->length);
  }
  return NULL;
}

/* Bootloader and boot table, and nothing else: erasing is not done, the chip would not start again
 * afterwards. */
gboolean
hs_se_write (HsSeTools *self, GError **error)
{
  static const char *const arguments[] = {
    "--pad", "-i", "bootloader.bin 0x80000000 firmware_pad.toc 0x8057e000", NULL
  };
  Writing writing = { .work = self->work };
  gboolean ok = hs_se_tools_run (self,
                                 "app-write-mram",
                                 arguments,
                                 WRITE_S,
                                 write_cb,
                                 &writing,
                                 &writing.mismatch.asked,
                                 NULL,
                                 error);

  mismatch_clear (&writing.mismatch);
  if (!ok || (writing.whole[HS_ROLE_BOOTLOADER] && writing.whole[HS_ROLE_TOC]))
    return ok;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_TOOL,
                       _ ("Alif’s program ended without having written both files. Leave the "
                          "switch on and try again."));
  return FALSE;
}
