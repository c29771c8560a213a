/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/board-words.h"
#include "tests/window-fixture.h"
#include "ui/board-view.h"
#include "ui/boards-window.h"

/* All text that is shown below @widget, one label a line. */
static void
collect (GtkWidget *widget, GString *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget))
    g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, text);
}

static char *
texts_of (gpointer widget)
{
  g_autoptr (GString) text = g_string_new (NULL);

  collect (widget, text);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_says (const char *text, const char *part)
{
  if (part == NULL || strstr (text, part) != NULL)
    return;
  g_test_message ("“%s” is missing in:\n%s", part, text);
  g_test_fail ();
}

/* Whatever the board table knows is said, and nothing of it is asked for by name. */
static void
test_every_board (void)
{
  for (guint i = 0; i < hs_board_count (); i++) {
    const HsBoard *board = hs_board_nth (i);
    GtkWindow *window = hs_boards_window_new (NULL, board);
    g_autofree char *text = NULL;
    g_autofree char *ids = hs_board_dup_ids (board->dfu_ids);

    g_test_message ("%s", board->id);
    gtk_window_present (window);
    spin_for (60);
    text = texts_of (window);
    assert_says (text, board->name);
    assert_says (text, board->mcu);
    assert_says (text, ids);
    assert_says (text, board->led_fatal);
    assert_says (text, board->by_hand);
    assert_says (text, board->other_pads);
    if (!board->retired)
      assert_says (text, hs_board_protection_words (board->protection));
    for (guint p = 0; p < board->n_partitions; p++) {
      g_autofree char *address = hs_partition_dup_address (&board->partitions[p]);

      assert_says (text, board->partitions[p].name);
      assert_says (text, address);
    }
    assert_named (GTK_WIDGET (window));
    gtk_window_destroy (window);
  }
}

static void
test_words (void)
{
  static const HsUsbId none[] = { { 0, 0 } };
  static const HsUsbId two[] = { { 0x37C5, 0x1204 }, { 0x1209, 0xABD1 }, { 0, 0 } };
  const HsPartition plain = { HS_ROLE_FIRMWARE, "FIRMWARE",  2,
                              0x08040000,       1664 * 1024, HS_PARTITION_WRITABLE };
  const HsPartition shared = {
    HS_ROLE_FILESYSTEM,  "SPI_FLASH", 3, 0, 32 << 20, HS_PARTITION_WRITABLE | HS_PARTITION_EXTERNAL,
    .own_size = 24 << 20
  };
  g_autofree char *no_ids = hs_board_dup_ids (none);
  g_autofree char *no_table = hs_board_dup_ids (NULL);
  g_autofree char *ids = hs_board_dup_ids (two);
  g_autofree char *nothing = hs_partition_dup_notes (&plain);
  g_autofree char *address = hs_partition_dup_address (&plain);
  g_autofree char *notes = hs_partition_dup_notes (&shared);

  g_assert_null (no_ids);
  g_assert_null (no_table);
  g_assert_cmpstr (ids, ==, "37C5:1204 · 1209:ABD1");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (address, ==, "0x08040000");
  g_assert_nonnull (strstr (notes, "chip of its own"));
  g_assert_nonnull (strstr (notes, "24"));
}

/* Nothing is claimed of hardware that no trial has shown. */
static void
test_hardware (void)
{
  HsBoard board = *hs_board_nth (1);
  GtkWidget *window = adw_window_new ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  memset (board.proven_on_hardware, 0, sizeof board.proven_on_hardware);
  adw_window_set_content (ADW_WINDOW (window), hs_board_view_new (&board));
  gtk_window_present (GTK_WINDOW (window));
  spin_for (60);
  before = texts_of (window);
  g_assert_null (strstr (before, "proven on real cameras"));

  board.proven_on_hardware[HS_OPERATION_READ] = TRUE;
  adw_window_set_content (ADW_WINDOW (window), hs_board_view_new (&board));
  spin_for (60);
  after = texts_of (window);
  g_assert_nonnull (strstr (after, "proven on real cameras"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Another row is another board; the window goes when it is closed. */
static void
test_come_and_go (void)
{
  gpointer window = hs_boards_window_new (NULL, NULL);
  g_autofree char *text = NULL;

  gtk_window_present (window);
  spin_for (60);
  hs_boards_window_show (window, hs_board_nth (hs_board_count () - 1));
  spin_for (60);
  text = texts_of (window);
  assert_says (text, hs_board_nth (hs_board_count () - 1)->name);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  spin_for (30);
  g_assert_null (window);
}

int
main (int argc, char *argv[])
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/boards/every-board", test_every_board);
  g_test_add_func ("/boards/words", test_words);
  g_test_add_func ("/boards/hardware", test_hardware);
  g_test_add_func ("/boards/come-and-go", test_come_and_go);
  return g_test_run ();
}
