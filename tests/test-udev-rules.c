/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/board.h"

#include <gio/gio.h>

#define MATCH                                                                                      \
  "^ATTRS\\{idVendor\\}==\"([0-9a-f]{4})\"(?:, ATTRS\\{idProduct\\}==\"([0-9a-f]{4})\")?"          \
  ", TAG\\+=\"uaccess\", ENV\\{ID_HOTSHOE\\}=\"1\", ENV\\{ID_MM_\\w+\\}=\"1\"$"

/* Probes: no camera's, and every product of that maker. */
#define JLINK "1366:"

static char *
usb_key (guint vid, guint pid)
{
  return g_strdup_printf ("%04x:%04x", vid, pid);
}

/* The ids that the rules file opens to the person at the seat and keeps modem managers from, as
 * "vid:pid"; "vid:" for all of a maker. */
static GHashTable *
load_rules (void)
{
  GHashTable *rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = g_build_filename (HS_SOURCE_DATA_DIR, "60-hotshoe.rules", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GRegex) regex = g_regex_new (MATCH, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);

  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *vid = g_match_info_fetch (match, 1);
    g_autofree char *pid = g_match_info_fetch (match, 2);

    g_assert_true (g_hash_table_add (rules, g_strconcat (vid, ":", pid, NULL)));
  }
  return rules;
}

static void
check_ids (GHashTable *rules, const HsBoard *board, const HsUsbId *ids)
{
  for (; ids != NULL && ids->vid != 0; ids++) {
    g_autofree char *key = usb_key (ids->vid, ids->pid);

    g_test_message ("%s %s", board->id, key);
    g_assert_true (g_hash_table_contains (rules, key));
  }
}

/* Every id of every board in every mode has its rule. */
static void
test_complete (void)
{
  g_autoptr (GHashTable) rules = load_rules ();
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    check_ids (rules, board, board->app_ids);
    check_ids (rules, board, board->dfu_ids);
    check_ids (rules, board, board->rom_ids);
    check_ids (rules, board, board->bridge_ids);
  }
  g_assert_true (g_hash_table_contains (rules, JLINK));
}

static gboolean
has_id (const HsUsbId *ids, guint16 vid, guint16 pid)
{
  for (; ids != NULL && ids->vid != 0; ids++)
    if (ids->vid == vid && ids->pid == pid)
      return TRUE;
  return FALSE;
}

static gboolean
is_bridge (guint16 vid, guint16 pid)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (has_id (board->bridge_ids, vid, pid))
      return TRUE;
  return FALSE;
}

/* … and nothing else is opened. */
static void
test_nothing_else (void)
{
  g_autoptr (GHashTable) rules = load_rules ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, rules);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    g_auto (GStrv) parts = g_strsplit (key, ":", 2);
    guint16 vid = g_ascii_strtoull (parts[0], NULL, 16);
    guint16 pid = g_ascii_strtoull (parts[1], NULL, 16);
    HsMode mode;

    g_test_message ("%s", (const char *) key);
    if (g_str_equal (key, JLINK))
      continue;
    g_assert_true (is_bridge (vid, pid) || hs_board_by_usb (vid, pid, &mode) != NULL ||
                   hs_usb_id_is_shared (vid, pid));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/udev-rules/complete", test_complete);
  g_test_add_func ("/udev-rules/nothing-else", test_nothing_else);
  return g_test_run ();
}
