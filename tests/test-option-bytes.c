/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/option-bytes.h"
#include "tests/toy-rom.h"

#include <string.h>

/* Option bytes, byte for byte: what is read, what is sent, and what no layer ever sends. */

static const char *const mcus[] = { "STM32F405", "STM32F427", "STM32F767", "STM32H743" };
static const HsBoard some_board = { .id = "TOY", .name = "Toy", .mcu = "STM32" };

typedef struct {
  TestRom *rom;
  HsDfuse *dfuse;
  HsBoard board;
  HsOptionBytes options;
} Rig;

static void
rig_init (Rig *self, const char *mcu)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  self->rom = test_rom_new (mcu);
  info = test_rom_dup_info (self->rom);
  self->dfuse = hs_dfuse_new (HS_TRANSPORT (self->rom), info, &error);
  g_assert_no_error (error);
  self->board = some_board;
  self->board.mcu = mcu;
}

static void
rig_clear (Rig *self)
{
  g_clear_object (&self->dfuse);
  g_clear_object (&self->rom);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static void
rig_read (Rig *self)
{
  g_autoptr (GError) error = NULL;

  hs_option_bytes_find (&self->options, self->dfuse, &self->board, &error);
  g_assert_no_error (error);
  hs_option_bytes_read (&self->options, &error);
  g_assert_no_error (error);
}

/* --- the table --- */

static void
test_layouts (void)
{
  static const struct {
    const char *name;
    guint32 address, second;
    guint size, rdp, complement;
    gboolean native;
  } rows[] = {
    { "@Option Bytes  /0x1FFFC000/01*016 e", 0x1fffc000, 0, 16, 1, 0, TRUE },
    { "@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e",
      0x1fffc000,
      0x1ffec000,
      16,
      1,
      0,
      TRUE },
    { "@Option Bytes  /0x1FFF0000/01*032 e", 0x1fff0000, 0, 32, 1, 3, TRUE },
    { "@Option Bytes   /0x5200201C/01*128 e", 0x5200201c, 0, 128, 1, 0, FALSE },
  };
  static const char *const strangers[] = { "",
                                           "@Option Bytes  /0x1FFFC000/01*016 e ",
                                           "@Option Bytes /0x1FFFC000/01*016 e",
                                           "@Option Bytes  /0x1FFFF800/01*016 e",
                                           "@Option Bytes  /0x1FFFC000/01*032 e",
                                           "@option bytes  /0x1FFFC000/01*016 e" };

  g_assert_cmpuint (hs_option_layout_count (), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const HsOptionLayout *layout = hs_option_layout_by_name (rows[i].name);

    g_assert_nonnull (layout);
    g_assert_cmphex (layout->address, ==, rows[i].address);
    g_assert_cmphex (layout->second, ==, rows[i].second);
    g_assert_cmpuint (layout->size, ==, rows[i].size);
    g_assert_cmpuint (layout->size, <=, HS_OPTION_BLOCK_MAX);
    g_assert_cmpuint (layout->rdp, ==, rows[i].rdp);
    g_assert_cmpuint (layout->complement, ==, rows[i].complement);
    g_assert_cmpint (layout->native, ==, rows[i].native);
  }
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    g_assert_null (hs_option_layout_by_name (strangers[i]));
  g_assert_null (hs_option_layout_by_mcu ("STM32N657"));
  g_assert_cmphex (hs_option_layout_by_mcu ("STM32F427VG")->level_register, ==, 0x40023c14);
  g_assert_cmphex (hs_option_layout_by_mcu ("STM32H743VI")->level_register, ==, 0x5200201c);
}

static void
test_levels (void)
{
  for (guint byte = 0; byte < 256; byte++)
    g_assert_cmpint (hs_rdp_level (byte), ==, byte == 0xaa ? 0 : byte == 0xcc ? 2 : 1);
}

/* Every value but one is refused, and nothing else of the block changes. */
static void
test_patch (void)
{
  for (guint i = 0; i < hs_option_layout_count (); i++) {
    const HsOptionLayout *layout = hs_option_layout_nth (i);

    for (guint value = 0; value < 256; value++) {
      guint8 block[HS_OPTION_BLOCK_MAX], before[HS_OPTION_BLOCK_MAX];
      g_autoptr (GError) error = NULL;
      gboolean ok;

      for (guint k = 0; k < sizeof block; k++)
        block[k] = before[k] = k * 7 + 1;
      ok = hs_option_block_patch (layout, block, layout->size, value, &error);
      g_assert_cmpint (ok, ==, value == 0xbb && layout->native);
      if (!ok) {
        g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
        g_assert_cmpmem (block, sizeof block, before, sizeof before);
        continue;
      }
      for (guint k = 0; k < sizeof block; k++) {
        if (k == layout->rdp)
          g_assert_cmphex (block[k], ==, 0xbb);
        else if (layout->complement != 0 && k == layout->complement)
          g_assert_cmphex (block[k], ==, 0x44);
        else
          g_assert_cmphex (block[k], ==, before[k]);
      }
    }
  }
}

/* FF AA 00 55 … 80 00 7F FF … 40 00 BF FF, and one bit after the other wrong. */
static void
test_check (void)
{
  static const guint at[] = { 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27 };
  g_auto (Rig) rig = { 0 };
  guint8 block[32];

  rig_init (&rig, "STM32F767");
  rig_read (&rig);
  g_assert_true (hs_option_block_check (rig.options.layout, rig.options.block, 32, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (at); i++)
    for (guint bit = 0; bit < 8; bit++) {
      g_autoptr (GError) error = NULL;
      int code = at[i] == 1 ? HS_FLASH_ERROR_PROTECTED : HS_FLASH_ERROR_SURPRISE;

      memcpy (block, rig.options.block, sizeof block);
      block[at[i]] ^= 1 << bit;
      g_assert_false (hs_option_block_check (rig.options.layout, block, 32, &error));
      g_assert_error (error, HS_FLASH_ERROR, code);
    }
  g_assert_false (hs_option_block_check (rig.options.layout, rig.options.block, 16, NULL));

  /* Right with its complement, and still not where OpenMV's boards boot from. */
  for (guint slot = 16; slot < 32; slot += 8) {
    memcpy (block, rig.options.block, sizeof block);
    memcpy (block + slot, "\xff\xff\x00\x00", 4);
    g_assert_false (hs_option_block_check (rig.options.layout, block, 32, NULL));
  }
}

static void
test_hex (void)
{
  g_autofree char *text = hs_option_block_to_hex ((const guint8 *) "\xff\xaa\x00\x55", 4);

  g_assert_cmpstr (text, ==, "ffaa0055");
}

/* --- a conversation --- */

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mcus); i++)
    for (guint k = 0; k < G_N_ELEMENTS (mcus); k++) {
      g_auto (Rig) rig = { 0 };
      g_autoptr (GError) error = NULL;
      gboolean same = strncmp (mcus[i], mcus[k], 7) == 0;

      rig_init (&rig, mcus[i]);
      rig.board.mcu = mcus[k];
      g_assert_cmpint (
          hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, &error), ==, same);
      if (!same)
        g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_BOARD);
    }
}

/* Names that are almost right, or there twice, or without flash. */
static void
test_find_strange (void)
{
  static const struct {
    guint alt;
    const char *name;
  } changes[] = {
    { 1, "@Option Bytes  /0x1FFFC000/01*032 e" },
    { 1, "@Option Bytes  /0x1FFFC000/01*016 g" },
    { 2, "@Option Bytes  /0x1FFF0000/01*032 e" },
    { 0, "@External Flash /0x90000000/4096*4Kg" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;

    rig_init (&rig, "STM32F405");
    g_free (rig.rom->names[changes[i].alt]);
    rig.rom->names[changes[i].alt] = g_strdup (changes[i].name);
    g_assert_false (hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
  }
}

/* Exactly the requests of the note, in their order. */
static void
test_sequence (void)
{
  static const struct {
    const char *mcu;
    const char *log;
  } cases[] = {
    { "STM32F405",
      "I1\nS\nC\nS\n"
      "D0 2100c0ff1f\nS\nS\nA\nU2 16\nA\n"
      "D0 2100c0ff1f\nS\nS\nA\n"
      "D2 ffbb000000000000ff0f000000000000\nS\n" },
    { "STM32F427",
      "I1\nS\nC\nS\n"
      "D0 2100c0ff1f\nS\nS\nA\nU2 16\nA\n"
      "D0 2100c0fe1f\nS\nS\nA\nU2 16\nA\n"
      "D0 2100c0ff1f\nS\nS\nA\n"
      "D2 ffbb000000000000ff0f000000000000\nS\n" },
    { "STM32F767",
      "I1\nS\nC\nS\n"
      "D0 210000ff1f\nS\nS\nA\nU2 32\nA\n"
      "D0 210000ff1f\nS\nS\nA\n"
      "D2 ffbb004400000000ffff00000000000080007fff000000004000bfff00000000\nS\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint resets = 0; resets < 2; resets++) {
      g_auto (Rig) rig = { 0 };
      guint8 block[HS_OPTION_BLOCK_MAX];
      g_autoptr (GError) error = NULL;
      g_autofree char *log = g_strconcat (cases[i].log, resets ? "" : "S\n", NULL);
      HsDfuseEnd end;

      rig_init (&rig, cases[i].mcu);
      rig.rom->resets = resets;
      rig_read (&rig);
      g_assert_true (hs_option_bytes_make_protected (&rig.options, block, &error));
      g_assert_no_error (error);
      rig.rom->slept_us = 0;
      g_assert_true (hs_option_bytes_write (&rig.options, block, &end, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (rig.rom->log->str, ==, log);
      g_assert_cmpint (end, ==, resets ? HS_DFUSE_WENT : HS_DFUSE_STAYED);
      g_assert_cmpuint (rig.rom->slept_us, >=, 2 * G_TIME_SPAN_SECOND);
      g_assert_cmphex (rig.rom->options[1], ==, 0xbb);
      g_assert_true (hs_option_bytes_check_second (&rig.options, &error));
    }
}

/* Shown, and written by no native path. */
static void
test_h7 (void)
{
  g_auto (Rig) rig = { 0 };
  guint8 block[HS_OPTION_BLOCK_MAX];
  g_autoptr (GError) error = NULL;
  HsDfuseEnd end;

  rig_init (&rig, "STM32H743");
  rig_read (&rig);
  g_assert_cmpmem (rig.options.block, 128, rig.rom->options, 128);
  g_assert_cmpint (hs_rdp_level (rig.options.block[rig.options.layout->rdp]), ==, 0);
  g_assert_false (hs_option_bytes_make_protected (&rig.options, block, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_clear_error (&error);

  memcpy (block, rig.options.block, sizeof block);
  block[1] = block[5] = 0xbb;
  g_assert_false (hs_option_bytes_write (&rig.options, block, &end, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_assert_null (strstr (rig.rom->log->str, "D2"));
}

/* --- what is never sent --- */

/* Every RDP byte but one, by the lowest function that is given a block to send. */
static void
test_never_sent (void)
{
  for (guint i = 0; i < 3; i++)
    for (guint value = 0; value < 256; value++) {
      g_auto (Rig) rig = { 0 };
      g_autoptr (GError) error = NULL;
      guint8 block[HS_OPTION_BLOCK_MAX];
      HsDfuseEnd end;

      if (value == 0xbb)
        continue;
      rig_init (&rig, mcus[i]);
      rig_read (&rig);
      memcpy (block, rig.options.block, sizeof block);
      block[1] = value;
      if (rig.options.layout->complement != 0)
        block[3] = ~value;
      g_assert_false (hs_option_bytes_write (&rig.options, block, &end, &error));
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
      g_assert_null (strstr (rig.rom->log->str, "D2"));
      g_assert_cmphex (rig.rom->options[1], ==, 0xaa);
    }
}

/* Nor by the way that is meant for flash, from before or from within the block, nor piece by
 * piece; nor is it erased. */
static void
test_no_side_door (void)
{
  static const guint32 addresses[] = { 0x1fffc000, 0x1fffbff0, 0x1fffc002, 0x1ffec000, 0x1fff0000,
                                       0x1ffefff0, 0x1fff7800, 0x5200201c, 0x52002018, 0x52002020,
                                       0x40023c14, 0x40023bf0, 0xffff0000 };
  guint8 data[64];

  memset (data, 0xcc, sizeof data);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;

    rig_init (&rig, "STM32F405");
    for (guint16 length = 2; length <= sizeof data; length *= 2) {
      if (addresses[i] + length <= 0x40023c00 && addresses[i] == 0x40023bf0)
        continue; /* ends before it begins */
      g_assert_true (hs_dfuse_select (rig.dfuse, 0, NULL));
      g_assert_false (hs_dfuse_write_block (rig.dfuse, addresses[i], data, length, NULL, &error));
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
      g_clear_error (&error);
    }
    if (addresses[i] != 0x40023bf0) {
      g_assert_true (hs_dfuse_select (rig.dfuse, 0, NULL));
      g_assert_false (hs_dfuse_erase (rig.dfuse, addresses[i], NULL, &error));
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    }
    g_assert_null (strstr (rig.rom->log->str, "D2"));
    g_assert_null (strstr (rig.rom->log->str, "D0 41"));
  }
}

/* The lowest layer by itself: commands that erase a chip, and writes before an address was set. */
static void
test_link (void)
{
  static const struct {
    guint16 block;
    guint16 length;
    guint8 data[6];
  } downloads[] = {
    { 0, 1, { 0x92 } },       { 0, 1, { 0x41 } },       { 0, 5, { 0x92 } },
    { 0, 6, { 0x21 } },       { 0, 5, { 0x99 } },       { 0, 5, { 0x41, 0x00, 0xc0, 0xff, 0x1f } },
    { 1, 2, { 0x92, 0x92 } }, { 2, 2, { 0xcc, 0xcc } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (downloads); i++) {
    g_autoptr (TestRom) rom = test_rom_new ("STM32F405");
    g_autoptr (HsUsbInfo) info = test_rom_dup_info (rom);
    g_autoptr (GError) error = NULL;
    HsDfuLink link = { 0 };

    g_assert_true (hs_dfu_link_open (&link, HS_TRANSPORT (rom), info, NULL));
    g_assert_true (hs_dfu_link_select (&link, 0, NULL));
    g_assert_true (hs_dfu_link_make_idle (&link, NULL));
    g_string_truncate (rom->log, 0);
    g_assert_false (hs_dfu_link_download (
        &link, downloads[i].block, downloads[i].data, downloads[i].length, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_clear_error (&error);
    g_assert_false (hs_dfu_link_read_unprotect (&link, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_assert_cmpstr (rom->log->str, ==, "");
    hs_dfu_link_clear (&link);
  }
}

/* --- taking it off --- */

static void
test_is_protected (void)
{
  for (guint n = 0; n < 3; n++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean is_protected = n == 0;

    rig_init (&rig, "STM32F405");
    rig.rom->is_protected = n > 0;
    rig.rom->refuses_pointer = n > 1;
    g_assert_true (hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, NULL));
    g_assert_true (hs_option_bytes_is_protected (&rig.options, &is_protected, &error));
    g_assert_no_error (error);
    g_assert_cmpint (is_protected, ==, n > 0);
  }
}

static void
test_remove (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, "STM32F405");
  rig.rom->is_protected = TRUE;
  rig.rom->refuses_pointer = data != NULL;
  g_assert_true (hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, NULL));
  g_assert_true (hs_option_bytes_remove_protection (&rig.options, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rig.rom->n_erased, ==, 1);
  g_assert_cmpuint (rig.rom->slept_us, >=, 20 * G_TIME_SPAN_SECOND);
  if (data == NULL)
    g_assert_cmpstr (rig.rom->log->str,
                     ==,
                     "I0\nS\nC\nS\nD0 2100000008\nS\nS\nA\nU2 16\nS\n"
                     "I0\nS\nC\nS\nD0 2100000008\nS\nS\nA\nU2 16\nS\n"
                     "I0\nS\nC\nS\nD0 92\nS\n");
}

/* A chip that can be read, and one that only stalls: nothing is sent. */
static void
test_remove_refused (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, "STM32F405");
  g_assert_true (hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, NULL));
  g_assert_false (hs_option_bytes_remove_protection (&rig.options, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_assert_null (strstr (rig.rom->log->str, "D0 92"));
  g_assert_cmpuint (rig.rom->n_erased, ==, 0);
}

/* The proof is of one conversation, and used up by one answer to the contrary, or by using it. */
static void
test_proof_is_fresh (void)
{
  g_autoptr (TestRom) rom = test_rom_new ("STM32F405");
  g_autoptr (HsUsbInfo) info = test_rom_dup_info (rom);
  HsDfuLink link = { 0 };
  const guint8 pointer[5] = { 0x21, 0, 0, 0, 8 };
  guint8 bytes[16];
  HsDfuStatus status;

  rom->is_protected = TRUE;
  g_assert_true (hs_dfu_link_open (&link, HS_TRANSPORT (rom), info, NULL));
  for (guint n = 0; n < 3; n++) {
    g_assert_true (hs_dfu_link_make_idle (&link, NULL));
    g_assert_true (hs_dfu_link_download (&link, 0, pointer, sizeof pointer, NULL));
    g_assert_true (hs_dfu_link_get_status (&link, &status, NULL));
    g_assert_true (hs_dfu_link_get_status (&link, &status, NULL));
    g_assert_true (hs_dfu_link_abort (&link, NULL));
    if (n == 2)
      rom->is_protected = FALSE;
    hs_dfu_link_upload (&link, 2, bytes, sizeof bytes, NULL);
    g_assert_true (hs_dfu_link_get_status (&link, &status, NULL));
    g_assert_cmpuint (link.n_refused_reads, ==, n == 2 ? 0 : n + 1);
  }
  g_assert_false (hs_dfu_link_read_unprotect (&link, NULL));
  hs_dfu_link_clear (&link);
}

/* A chip that may be at it is left alone for as long as it takes, whatever it answered. */
static void
test_left_alone (void)
{
  for (guint n = 0; n < 2; n++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;
    guint8 block[HS_OPTION_BLOCK_MAX];
    HsDfuseEnd end;

    rig_init (&rig, "STM32F405");
    rig_read (&rig);
    rig.rom->resets = FALSE;
    g_assert_true (hs_option_bytes_make_protected (&rig.options, block, &error));
    rig.rom->stalls_start = n == 0;
    rig.rom->n_busy = n == 0 ? 0 : 3 + 2; /* two are those of the pointer */
    rig.rom->slept_us = 0;
    g_assert_cmpint (hs_option_bytes_write (&rig.options, block, &end, &error), ==, n == 1);
    g_assert_cmphex (rig.rom->options[1], ==, 0xbb);
    g_assert_cmpuint (rig.rom->slept_us, >=, 2 * G_TIME_SPAN_SECOND);
    if (n == 1)
      g_assert_cmpuint (rig.rom->n_busy, ==, 0);
  }
}

/* Erasing that takes longer than it should is waited for. */
static void
test_still_erasing (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, "STM32F405");
  rig.rom->is_protected = TRUE;
  rig.rom->refuses_pointer = TRUE; /* so that all that is busy is the erasing */
  rig.rom->stays = TRUE;
  rig.rom->n_busy = 5;
  g_assert_true (hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, NULL));
  g_assert_true (hs_option_bytes_remove_protection (&rig.options, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rig.rom->n_busy, ==, 0);
  g_assert_cmpuint (rig.rom->n_erased, ==, 1);
}

/* The cable comes off at every request. Sent once at most, and a failure is a failure. */
static void
test_unplugged_anywhere (void)
{
  for (guint fail_at = 1;; fail_at++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;
    guint8 block[HS_OPTION_BLOCK_MAX];
    HsDfuseEnd end;
    gboolean ok;

    rig_init (&rig, "STM32F767");
    rig.rom->resets = FALSE;
    rig.rom->fail_at = fail_at;
    ok = hs_option_bytes_find (&rig.options, rig.dfuse, &rig.board, &error) &&
         hs_option_bytes_read (&rig.options, &error) &&
         hs_option_bytes_make_protected (&rig.options, block, &error) &&
         hs_option_bytes_write (&rig.options, block, &end, &error);
    if (ok && fail_at > rig.rom->n_requests)
      break;
    if (ok) { /* the last answer may be missing */
      g_assert_cmpuint (fail_at, ==, rig.rom->n_requests);
      g_assert_cmphex (rig.rom->options[1], ==, 0xbb);
      continue;
    }
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
    g_assert_cmphex (rig.rom->options[1], ==, 0xaa);
    if (strstr (rig.rom->log->str, "D2") != NULL)
      g_assert_cmpuint (rig.rom->slept_us, >=, 2 * G_TIME_SPAN_SECOND);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-bytes/layouts", test_layouts);
  g_test_add_func ("/option-bytes/levels", test_levels);
  g_test_add_func ("/option-bytes/patch", test_patch);
  g_test_add_func ("/option-bytes/check", test_check);
  g_test_add_func ("/option-bytes/hex", test_hex);
  g_test_add_func ("/option-bytes/find", test_find);
  g_test_add_func ("/option-bytes/find-strange", test_find_strange);
  g_test_add_func ("/option-bytes/sequence", test_sequence);
  g_test_add_func ("/option-bytes/h7", test_h7);
  g_test_add_func ("/option-bytes/never-sent", test_never_sent);
  g_test_add_func ("/option-bytes/no-side-door", test_no_side_door);
  g_test_add_func ("/option-bytes/link", test_link);
  g_test_add_func ("/option-bytes/is-protected", test_is_protected);
  g_test_add_data_func ("/option-bytes/remove", NULL, test_remove);
  g_test_add_data_func ("/option-bytes/remove-early", mcus, test_remove);
  g_test_add_func ("/option-bytes/remove-refused", test_remove_refused);
  g_test_add_func ("/option-bytes/proof-is-fresh", test_proof_is_fresh);
  g_test_add_func ("/option-bytes/left-alone", test_left_alone);
  g_test_add_func ("/option-bytes/still-erasing", test_still_erasing);
  g_test_add_func ("/option-bytes/unplugged-anywhere", test_unplugged_anywhere);
  return g_test_run ();
}
