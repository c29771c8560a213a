/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/board.h"
#include "flash/method.h"

static const char *const openmv_dfu[] = { "OPENMV2",  "OPENMV3",   "OPENMV4",   "OPENMV4P",
                                          "OPENMVPT", "OPENMV_N6", "OPENMV_AE3" };

static void
check_ids (const HsBoard *board, const HsUsbId *ids, HsMode expected)
{
  for (; ids != NULL && ids->vid != 0; ids++) {
    HsMode mode;
    const HsBoard *found = hs_board_by_usb (ids->vid, ids->pid, &mode);

    g_assert_cmpint (mode, ==, expected);
    g_assert_true (hs_usb_id_is_shared (ids->vid, ids->pid) ? found == NULL : found == board);
  }
}

static void
check_partition (const HsBoard *board, const HsPartition *partition)
{
  guint n = hs_partition_n_units (partition);
  guint64 end = 0;

  g_test_message ("%s %s", board->id, partition->name);
  g_assert_cmpuint (partition->size, >, 0);
  if (partition->role == HS_ROLE_BOOTLOADER) {
    g_assert_true (partition->flags & HS_PARTITION_NEVER);
    g_assert_false (partition->flags & HS_PARTITION_WRITABLE);
  }
  for (guint i = 0; i < n; i++) {
    guint64 offset, size;

    hs_partition_unit (partition, i, &offset, &size);
    g_assert_cmpuint (offset, ==, end);
    g_assert_cmpuint (size, >, 0);
    g_assert_cmpuint (hs_partition_unit_at (partition, offset), ==, i);
    g_assert_cmpuint (hs_partition_unit_at (partition, offset + size - 1), ==, i);
    end += size;
  }
  g_assert_cmpuint (end, ==, partition->size);
  g_assert_cmpuint (hs_partition_unit_at (partition, end), ==, n);
}

static void
test_table (void)
{
  const HsBoard *board;
  guint count = 0;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++, count++) {
    g_assert_true (hs_board_by_id (board->id) == board);
    g_assert_nonnull (board->name);
    g_assert_nonnull (board->link);
    g_assert_nonnull (board->flash_order);
    check_ids (board, board->app_ids, HS_MODE_APP);
    check_ids (board, board->dfu_ids, HS_MODE_DFU);
    check_ids (board, board->rom_ids, HS_MODE_ROM);
    for (guint p = 0; p < board->n_partitions; p++) {
      check_partition (board, &board->partitions[p]);
      g_assert_true (hs_board_find_named (board, board->partitions[p].name) ==
                     &board->partitions[p]);
      g_assert_true (hs_board_find (board, board->partitions[p].role) == &board->partitions[p]);
    }
    for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++)
      g_assert_false (hs_board_find (board, *role)->flags & HS_PARTITION_NEVER);
    g_assert_true (board->retired || hs_board_find (board, HS_ROLE_FIRMWARE) != NULL);
    g_assert_true ((board->method != NULL) == (board->not_yet == NULL));
  }
  g_assert_cmpuint (count, ==, hs_board_count ());
  g_assert_cmpuint (count, ==, 15);
}

static void
test_openmv_dfu (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (openmv_dfu); i++) {
    const HsBoard *board = hs_board_by_id (openmv_dfu[i]);

    /* The bootloader's product id is the application's with the top bit set. */
    g_assert_cmpuint (board->dfu_ids[0].pid, ==, board->app_ids[0].pid | 0x8000);
    g_assert_true (board->method == &hs_method_openmv_dfu);
    g_assert_cmpuint (board->transfer_size, ==, 4096);
    g_assert_cmpuint (board->boot_wait_ms, ==, 1000);
    g_assert_cmpuint (board->boot_window_ms, ==, 1500);
    g_assert_cmpuint (board->erase_max_ms, >, board->erase_typical_ms);
    for (guint p = 0; p < board->n_partitions; p++) {
      g_assert_cmpuint (board->partitions[p].alt, ==, p);
      g_assert_cmpuint (board->partitions[p].size % 4096, ==, 0);
    }
  }
}

static void
test_shared_ids (void)
{
  static const struct {
    guint16 vid, pid;
    HsMode mode;
  } shared[] = { { 0x1209, 0xABD1, HS_MODE_APP },
                 { 0x0483, 0xDF11, HS_MODE_ROM },
                 { 0x2E8A, 0x0003, HS_MODE_DFU } };
  HsMode mode;

  for (guint i = 0; i < G_N_ELEMENTS (shared); i++) {
    g_assert_true (hs_usb_id_is_shared (shared[i].vid, shared[i].pid));
    g_assert_null (hs_board_by_usb (shared[i].vid, shared[i].pid, &mode));
    g_assert_cmpint (mode, ==, shared[i].mode);
  }
  g_assert_false (hs_usb_id_is_shared (0x37C5, 0x1204));
  g_assert_false (hs_usb_id_is_shared (0x1D6B, 0x0002));
  g_assert_null (hs_board_by_usb (0x1D6B, 0x0002, &mode));
  g_assert_cmpint (mode, ==, HS_MODE_UNKNOWN);
  g_assert_nonnull (hs_board_by_usb (0x37C5, 0x9204, NULL));
}

static void
test_layouts (void)
{
  const HsBoard *plus = hs_board_by_id ("OPENMV4P");
  const HsBoard *ae3 = hs_board_by_id ("OPENMV_AE3");
  const HsPartition *firmware = hs_board_find (hs_board_by_id ("OPENMV2"), HS_ROLE_FIRMWARE);
  const char *const ae3_order[] = { "HP", "HE", "ROMFS1", "ROMFS0" };
  guint64 offset, size;

  g_assert_cmpuint (firmware->size, ==, 851968);
  g_assert_cmpuint (hs_partition_n_units (firmware), ==, 7);
  hs_partition_unit (firmware, 1, &offset, &size);
  g_assert_cmpuint (offset, ==, 65536);
  g_assert_cmpuint (size, ==, 131072);

  g_assert_cmpstr (hs_board_find (plus, HS_ROLE_FILESYSTEM)->name, ==, "SPI_FLASH");
  g_assert_cmpstr (hs_board_find (plus, HS_ROLE_STORAGE)->name, ==, "FILESYSTEM");

  for (guint i = 0; i < G_N_ELEMENTS (ae3_order); i++)
    g_assert_cmpstr (hs_board_find (ae3, ae3->flash_order[i])->name, ==, ae3_order[i]);
  g_assert_cmpint (ae3->flash_order[4], ==, HS_ROLE_NONE);
  g_assert_true (hs_board_find (ae3, HS_ROLE_TOC)->flags & HS_PARTITION_NEVER);
  g_assert_true (hs_board_find (ae3, HS_ROLE_RECOVERY)->flags & HS_PARTITION_NEVER);
  g_assert_cmpuint (hs_board_find (ae3, HS_ROLE_FIRMWARE_HE)->size, ==, 1433600);
  g_assert_true (hs_board_by_id ("OPENMV1")->retired);
  g_assert_null (hs_board_by_id (NULL));
  g_assert_null (hs_board_by_id ("openmv4"));
}

static gboolean
overlap (const HsPartition *a, const HsPartition *b)
{
  return (a->flags & HS_PARTITION_EXTERNAL) == (b->flags & HS_PARTITION_EXTERNAL) &&
         a->start < b->start + hs_partition_get_own_size (b) &&
         b->start < a->start + hs_partition_get_own_size (a);
}

/* What may be written reaches into nothing else: no bootloader, no other partition. (A partition
 * that can't be read back is no memory but an order.) */
static void
test_overlaps (void)
{
  const HsBoard *board;

  for (guint n = 0; (board = hs_board_nth (n)) != NULL; n++)
    for (guint i = 0; i < board->n_partitions * board->n_partitions; i++) {
      const HsPartition *a = &board->partitions[i / board->n_partitions];
      const HsPartition *b = &board->partitions[i % board->n_partitions];

      if (a != b && !((a->flags | b->flags) & HS_PARTITION_NO_UPLOAD) && overlap (a, b))
        g_error ("%s: %s and %s", board->id, a->name, b->name);
    }
}

static void
test_words (void)
{
  for (guint role = 1; role < HS_N_ROLES; role++)
    g_assert_cmpint (hs_role_from_name (hs_role_name (role)), ==, role);
  g_assert_cmpint (hs_role_from_name ("none"), ==, HS_ROLE_NONE);
  g_assert_cmpint (hs_role_from_name (NULL), ==, HS_ROLE_NONE);
  g_assert_cmpstr (hs_mode_name (HS_MODE_DFU), ==, "dfu");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/board/table", test_table);
  g_test_add_func ("/board/openmv-dfu", test_openmv_dfu);
  g_test_add_func ("/board/shared-ids", test_shared_ids);
  g_test_add_func ("/board/layouts", test_layouts);
  g_test_add_func ("/board/overlaps", test_overlaps);
  g_test_add_func ("/board/words", test_words);

  return g_test_run ();
}
