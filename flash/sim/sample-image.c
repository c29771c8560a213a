/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"

#include "flash/vectors.h"

#include <string.h>

#define STACK_POINTER     0x00010000u
#define STRINGS_AT        0x3100u /* behind the headers that some images have */
#define SMALLEST_FIRMWARE 0x4000u
#define LARGEST_ROOM      0x400000u /* no firmware is larger, however much room there is */
#define BOOTLOADER_SIZE   22768u
#define HEADER_AT         0x1000u /* of the bootloader's version header */
#define SIGNED_HEADER     0x400u  /* ST's, in front of a signed bootloader */
#define SIGNED_LOAD       0x34180400u
#define MPY_TAG           "v1.28.0-22.g7aaa17e5ed"
#define BUILT_ON          "2026-11-21"
#define NUMBER_MARK       "HOTSHOE-SIM number="
#define WHOLE_MARK        "HOTSHOE-SIM whole="
#define WHOLE_DIGITS      17 /* size, dot, checksum */

#define BOOTLOADER_PRODUCT "OpenMV Camera (DFU Mode)"

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

/* Bytes that look like nothing, never 0 and never a letter: no string may begin in them. */
static void
fill (guint8 *bytes, gsize size, guint seed)
{
  guint32 state = seed * 2654435761u + 1;

  for (gsize i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    bytes[i] = 0x80 | state >> 24;
  }
}

/* FNV-1a. */
static guint32
checksum (guint32 hash, const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

/* Of the whole image without the digits of the mark at @digits. */
static guint32
checksum_around (const guint8 *bytes, gsize size, gsize digits)
{
  guint32 hash = checksum (2166136261u, bytes, digits);

  digits += WHOLE_DIGITS;
  return checksum (hash, bytes + digits, size - digits);
}

/* Writes the digits of the mark at @digits: how large the image is, and its checksum. */
static void
seal (guint8 *bytes, gsize size, gsize digits)
{
  g_autofree char *whole =
      g_strdup_printf ("%08x.%08x", (guint) size, checksum_around (bytes, size, digits));

  memcpy (bytes + digits, whole, WHOLE_DIGITS);
}

static void
append_string (GByteArray *array, const char *string)
{
  g_byte_array_append (array, (const guint8 *) string, strlen (string) + 1);
}

/* The strings of a firmware as real-build.md found them; @whole_at: offset of the digits of the
 * mark that tells where the image ends. */
static GByteArray *
make_strings (const HsBoard *board, const char *omv_tag, const char *number, gsize *whole_at)
{
  static const char *const frozen[] = {
    "neopixel.py", "ntptime.py", "asyncio/__init__.py", "asyncio/core.py", "_boot.py"
  };
  GByteArray *array = g_byte_array_new ();
  g_autofree char *version = g_strdup_printf ("3.4.0; OpenMV %s; MicroPython " MPY_TAG,
                                              omv_tag != NULL ? omv_tag : "None");
  g_autofree char *mark = g_strdup_printf (NUMBER_MARK "%s;", number);
  g_autofree char *machine = g_strdup_printf ("; %s", board->machine);

  append_string (array, "");
  append_string (array, board->mcu);
  append_string (array, board->build_name != NULL ? board->build_name : board->id);
  append_string (array, version);
  append_string (array, MPY_TAG " on " BUILT_ON);
  if (board->machine != NULL)
    append_string (array, machine);
  append_string (array, board->arch);
  append_string (array, board->board_type);
  for (guint i = 0; i < G_N_ELEMENTS (frozen); i++)
    append_string (array, frozen[i]);
  append_string (array, "");
  append_string (array, mark);
  append_string (array, WHOLE_MARK "00000000.00000000;");
  *whole_at = array->len - 2 - WHOLE_DIGITS;
  return array;
}

static void
put_vectors (const HsBoard *board, guint8 *bytes, guint64 address)
{
  gsize at = 0;

  /* i.MX RT: the file begins with the flash configuration and the image vector table. */
  if (board->app_scheme == HS_ID_SCHEME_OCOTP) {
    memcpy (bytes, "FCFB", 4);
    put_word (bytes + 0x1000, 0x412000D1);
    at = 0x2000;
  } else if (board->app_scheme == HS_ID_SCHEME_RP2) {
    at = 0x100;
  }
  put_word (bytes + at, STACK_POINTER);
  put_word (bytes + at + 4, (guint32) address + at + 0x299);
  if (board->app_scheme == HS_ID_SCHEME_RP2)
    put_word (bytes + at - 4, hs_boot2_crc (bytes));
}

/**
 * hs_sample_firmware:
 * @board: one with partitions
 * @role: %HS_ROLE_FIRMWARE or %HS_ROLE_FIRMWARE_HE
 * @omv_tag: (nullable): "v5.0.0-34.gcbbb877eda"; %NULL is written as a build without git does:
 *   "None"
 * @number: "5.0.0", what a simulated camera that runs it reports as VERSION
 * @seed: what else differs between two builds
 * @size: wanted; 0 for three quarters of the partition, or of 4 MB; at least 16 KB are made
 */
GBytes *
hs_sample_firmware (const HsBoard *board,
                    HsRole role,
                    const char *omv_tag,
                    const char *number,
                    guint seed,
                    gsize size)
{
  const HsPartition *partition = hs_board_find (board, role);
  g_autoptr (GByteArray) strings = NULL;
  gsize whole_at;
  guint8 *bytes;

  g_return_val_if_fail (partition != NULL && board->arch != NULL && number != NULL, NULL);

  size = size == 0 ? MIN (partition->size, LARGEST_ROOM) / 4 * 3 : size;
  size = MAX (size, SMALLEST_FIRMWARE);
  if (partition->n_erase == 0)
    size = (size + 15) & ~(gsize) 15; /* the build pads images for MRAM */

  bytes = g_malloc (size);
  fill (bytes, size, seed);
  put_vectors (board, bytes, hs_load_address (board, partition));
  strings = make_strings (board, omv_tag, number, &whole_at);
  memcpy (bytes + STRINGS_AT, strings->data, strings->len);

  seal (bytes, size, STRINGS_AT + whole_at);
  return g_bytes_new_take (bytes, size);
}

static void
append_number (GByteArray *array, guint64 value, guint width)
{
  for (guint i = width; i > 0; i--) {
    guint shift = 7 * (i - 1);
    guint8 byte = (shift < 64 ? value >> shift & 0x7F : 0) | (i > 1 ? 0x80 : 0);

    g_byte_array_append (array, &byte, 1);
  }
}

/* A file record as tools/mkromfs.py writes it: 8 bytes of kind and length, name, data record with
 * the data at a multiple of 4. */
static void
append_file (GByteArray *array, const char *name, const guint8 *data, gsize size)
{
  guint begin = array->len;
  guint name_end = begin + 8 + 1 + strlen (name);
  guint data_at = (name_end + 1 + 4 + 3) & ~3u;
  const guint8 kinds[] = { 5, 2 };

  g_byte_array_append (array, &kinds[0], 1);
  append_number (array, data_at + size - begin - 8, 7);
  append_number (array, strlen (name), 1);
  g_byte_array_append (array, (const guint8 *) name, strlen (name));
  g_byte_array_append (array, &kinds[1], 1);
  append_number (array, size, data_at - name_end - 1);
  g_byte_array_append (array, data, size);
}

/**
 * hs_sample_romfs:
 * @size: of the image; at least 128 are made
 *
 * A ROMFS image with a label file and a model that fills the rest.
 */
GBytes *
hs_sample_romfs (guint seed, gsize size)
{
  static const guint8 header[] = { 0xD2, 0xCD, 0x31 };
  GByteArray *array = g_byte_array_new ();
  g_autofree char *labels = g_strdup_printf ("face %u\n", seed);
  g_autofree guint8 *model = NULL;
  guint files_end, overhead;

  size = MAX (size, 128);
  model = g_malloc (size);
  fill (model, size, seed);

  g_byte_array_append (array, header, sizeof header);
  append_number (array, size - 16, 13);
  append_file (array, "labels.txt", (const guint8 *) labels, strlen (labels));
  files_end = array->len;
  append_file (array, "model.tflite", model, 0);
  overhead = array->len;
  g_byte_array_set_size (array, files_end);
  append_file (array, "model.tflite", model, size - overhead);
  g_assert (array->len == size);
  return g_byte_array_free_to_bytes (array);
}

/* @romfs: whether it has ROMFS partitions. */
static GBytes *
make_bootloader (const HsBoard *board, guint16 version, gboolean romfs)
{
  const HsPartition *partition = hs_board_find (board, HS_ROLE_BOOTLOADER);
  static const guint8 magic[] = { 0xAD, 0x10, 0x07, 0xB0 };
  gboolean is_signed = (partition->flags & HS_PARTITION_EXTERNAL) != 0;
  g_autoptr (GByteArray) strings = g_byte_array_new ();
  gsize size = MIN (BOOTLOADER_SIZE, partition->size);
  gsize strings_at = size < BOOTLOADER_SIZE ? HEADER_AT + 0x100 : 0x2000;
  guint8 *bytes = g_malloc (size);
  guint8 *code = bytes + (is_signed ? SIGNED_HEADER : 0);

  fill (bytes, size, version);
  if (is_signed)
    memcpy (bytes, "STM2", 4);
  put_word (code, STACK_POINTER);
  put_word (code + 4, (is_signed ? SIGNED_LOAD : (guint32) partition->start) + 0x59D);

  if (version != 0x0200) {
    memset (code + HEADER_AT, 0, 32);
    memcpy (code + HEADER_AT, magic, sizeof magic);
    code[HEADER_AT + 4] = version >> 8;
    code[HEADER_AT + 5] = version >> 4 & 0x0F;
    code[HEADER_AT + 6] = version & 0x0F;
  }

  append_string (strings, "");
  append_string (strings, "OpenMV");
  append_string (strings, BOOTLOADER_PRODUCT);
  for (guint i = 0; i < board->n_partitions; i++)
    if (romfs || board->partitions[i].role != HS_ROLE_ROMFS0)
      append_string (strings, board->partitions[i].name);
  append_string (strings, WHOLE_MARK "00000000.00000000;");
  memcpy (code + strings_at, strings->data, strings->len);
  seal (bytes, size, code - bytes + strings_at + strings->len - 2 - WHOLE_DIGITS);
  return g_bytes_new_take (bytes, size);
}

/**
 * hs_sample_bootloader:
 * @version: as bcdDevice, 0x0103; 0x0200 makes one without the version header, as before 2025-12
 *
 * What stands in a bootloader partition; signed form where the bootloader lies in external flash.
 */
GBytes *
hs_sample_bootloader (const HsBoard *board, guint16 version)
{
  g_return_val_if_fail (hs_board_find (board, HS_ROLE_BOOTLOADER) != NULL, NULL);

  if (board->recovery == HS_RECOVERY_SDP) /* says no version */
    return hs_sample_rt1062_sbl ();
  return make_bootloader (board, version, TRUE);
}

/**
 * hs_sample_old_bootloader:
 *
 * One from before ROMFS: it has no such partition, and says that it is version 2.0.
 */
GBytes *
hs_sample_old_bootloader (const HsBoard *board)
{
  g_return_val_if_fail (hs_board_find (board, HS_ROLE_BOOTLOADER) != NULL, NULL);

  return make_bootloader (board, 0x0200, FALSE);
}

/**
 * hs_sample_blob:
 * @size: of it
 *
 * Bytes that are no image of ours: a radio's firmware, somebody else's bootloader.
 */
GBytes *
hs_sample_blob (guint seed, gsize size)
{
  guint8 *bytes = g_malloc (size);

  fill (bytes, size, seed);
  return g_bytes_new_take (bytes, size);
}

/**
 * hs_sample_toc:
 *
 * The boot table of a secure enclave as builds bring it along, firmware_pad.toc: 8192 bytes, of
 * which the first are zero.
 */
GBytes *
hs_sample_toc (guint seed)
{
  const gsize size = 8192, table = 512;
  guint8 *bytes = g_malloc0 (size);

  fill (bytes + size - table, table, seed);
  return g_bytes_new_take (bytes, size);
}

/**
 * hs_sample_combined:
 *
 * Both in one, as the build's openmv.bin: 0xFF between them.
 */
GBytes *
hs_sample_combined (const HsBoard *board, GBytes *bootloader, GBytes *firmware)
{
  const HsPartition *first = hs_board_find (board, HS_ROLE_BOOTLOADER);
  const HsPartition *second = hs_board_find (board, HS_ROLE_FIRMWARE);
  gsize offset = second->start - first->start;
  gsize size = offset + g_bytes_get_size (firmware);
  guint8 *bytes = g_malloc (size);

  memset (bytes, 0xFF, offset);
  memcpy (bytes, g_bytes_get_data (bootloader, NULL), g_bytes_get_size (bootloader));
  memcpy (bytes + offset, g_bytes_get_data (firmware, NULL), g_bytes_get_size (firmware));
  return g_bytes_new_take (bytes, size);
}

static const char *
find_mark (const guint8 *flash, gsize size, const char *mark)
{
  const char *found = memmem (flash, size, mark, strlen (mark));

  return found != NULL ? found + strlen (mark) : NULL;
}

/**
 * hs_sample_read_number:
 * @flash: what a simulated camera holds at the start of its firmware partition
 *
 * Returns: (nullable): "5.0.0"; %NULL if no sample image is there, as with a real firmware, which
 * holds its number only as code
 */
char *
hs_sample_read_number (const guint8 *flash, gsize size)
{
  const char *number = find_mark (flash, size, NUMBER_MARK);
  gsize left = number != NULL ? size - (number - (const char *) flash) : 0;
  gsize length = 0;

  while (length < MIN (left, 32) && (g_ascii_isdigit (number[length]) || number[length] == '.'))
    length++;
  return length > 0 && length < left && number[length] == ';' ? g_strndup (number, length) : NULL;
}

/* @whole: the digits of the mark; whether every byte that it counts is there */
static gboolean
is_whole (const guint8 *flash, gsize size, const char *whole)
{
  gsize at = whole - (const char *) flash;
  g_autofree char *digits = NULL;
  guint image_size, hash;

  if (size - at < WHOLE_DIGITS)
    return FALSE;

  digits = g_strndup (whole, WHOLE_DIGITS);
  image_size = g_ascii_strtoull (digits, NULL, 16);
  hash = g_ascii_strtoull (digits + 9, NULL, 16);
  if (image_size > size || image_size < at + WHOLE_DIGITS)
    return FALSE;
  return checksum_around (flash, image_size, at) == hash;
}

/**
 * hs_sample_would_start:
 * @flash: what a simulated camera holds at the start of the partition with @role
 * @size: of the partition, in bytes
 *
 * Returns: whether a camera would come up with it: the vectors lead into the partition and, for a
 * sample image, every byte is there. Of a real image only the vectors can be judged.
 */
gboolean
hs_sample_would_start (const HsBoard *board, HsRole role, const guint8 *flash, gsize size)
{
  const char *whole;

  g_return_val_if_fail (board != NULL && flash != NULL, FALSE);

  if (!hs_vectors_start (board, role, flash, size))
    return FALSE;

  whole = find_mark (flash, size, WHOLE_MARK);
  return whole != NULL ? is_whole (flash, size, whole)
                       : find_mark (flash, size, "; MicroPython ") != NULL;
}

/**
 * hs_sample_bootloader_starts:
 * @flash: what a simulated camera holds at the start of its bootloader partition
 * @size: how many bytes of it may be anything but erased
 *
 * Returns: whether the chip would start it: the vectors lead somewhere, behind ST's header where it
 * is signed, and a sample image is all there. A real image is believed if its name is in it.
 */
gboolean
hs_sample_bootloader_starts (const HsBoard *board, const guint8 *flash, gsize size)
{
  const HsPartition *partition = hs_board_find (board, HS_ROLE_BOOTLOADER);
  gboolean is_signed;
  const char *whole;
  guint32 reset;

  g_return_val_if_fail (partition != NULL && flash != NULL, FALSE);

  is_signed = (partition->flags & HS_PARTITION_EXTERNAL) != 0;
  if (is_signed && (size < SIGNED_HEADER || memcmp (flash, "STM2", 4) != 0))
    return FALSE;
  if (!hs_vectors_read (flash, size, is_signed ? SIGNED_HEADER : 0, &reset))
    return FALSE;
  if (!is_signed && (reset < partition->start || reset >= partition->start + partition->size))
    return FALSE;

  whole = find_mark (flash, size, WHOLE_MARK);
  return whole != NULL ? is_whole (flash, size, whole)
                       : find_mark (flash, size, BOOTLOADER_PRODUCT) != NULL;
}
