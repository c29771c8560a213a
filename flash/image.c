/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/image.h"

#include "flash/error.h"
#include "flash/image-parts.h"
#include "flash/uf2.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SUFFIX_SIZE  16
#define TOC_SIZE     8192
#define KEY_SIZE     4096
#define LARGEST_FILE (256u * 1024 * 1024) /* bytes; no camera holds more than 32 MB */

/* tools/flash_recovery_key.py: the rest of the 4096 bytes is zero. */
static const guint8 recovery_key[] = { 0x15, 0x9E, 0x7D, 0x42, 0x96, 0x1A, 0x71, 0xEB,
                                       0x73, 0xA3, 0x26, 0x29, 0x2B, 0x08, 0x09, 0x0E };

static gboolean
all_bytes_are (const guint8 *bytes, gsize size, guint8 value)
{
  return size == 0 || (bytes[0] == value && memcmp (bytes, bytes + 1, size - 1) == 0);
}

static char *
digest (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static void
set_boards_with (HsImage *self, HsRole role)
{
  GPtrArray *boards = g_ptr_array_new ();
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (hs_board_find (board, role) != NULL)
      g_ptr_array_add (boards, (gpointer) board);
  g_ptr_array_add (boards, NULL);
  g_free (self->boards);
  self->boards = (const HsBoard **) g_ptr_array_free (boards, FALSE);
}

static gboolean
is_key (const guint8 *bytes, gsize size)
{
  return size == KEY_SIZE && memcmp (bytes, recovery_key, sizeof recovery_key) == 0 &&
         all_bytes_are (bytes + sizeof recovery_key, size - sizeof recovery_key, 0);
}

/* firmware_pad.toc: zeros, then the table, 8192 bytes together. */
static gboolean
is_toc (const guint8 *bytes, gsize size)
{
  return size == TOC_SIZE && all_bytes_are (bytes, 256, 0) && !all_bytes_are (bytes, size, 0);
}

static gboolean
is_zip (const guint8 *bytes, gsize size)
{
  return size >= 4 &&
         (memcmp (bytes, "PK\x03\x04", 4) == 0 || memcmp (bytes, "PK\x05\x06", 4) == 0);
}

/* The image alone, without the padding that fills a partition which was read back. */
static gboolean
read_romfs (HsImage *self, GBytes *content, const char *name, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (content, &size);
  gsize length = hs_romfs_measure (bytes, size);

  if (length == 0 || !(all_bytes_are (bytes + length, size - length, 0x00) ||
                       all_bytes_are (bytes + length, size - length, 0xFF))) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BAD_FILE,
                         _ ("The ROMFS image is damaged or cut short."));
    return FALSE;
  }

  self->kind = HS_IMAGE_ROMFS;
  self->role = HS_ROLE_ROMFS0;
  if (hs_role_from_file_name (name, NULL) == HS_ROLE_ROMFS1)
    self->role = HS_ROLE_ROMFS1;
  self->payload = g_bytes_new_from_bytes (content, 0, length);
  return TRUE;
}

static gboolean
read_elf (HsImage *self, const guint8 *bytes, gsize size, GError **error)
{
  gboolean arm;
  g_autoptr (GPtrArray) boards = NULL;

  if (!hs_elf_check (bytes, size, &arm, error))
    return FALSE;

  self->kind = HS_IMAGE_ELF;
  if (!arm)
    return TRUE;
  self->role = HS_ROLE_DEBUG;
  boards = hs_strings_find_boards (bytes, size);
  if (boards->len > 0)
    hs_image_read_strings (self, bytes, size);
  else
    hs_strings_find_bootloader (bytes, size, &self->bootloader_version);
  g_ptr_array_add (boards, NULL);
  g_free (self->boards);
  self->boards = (const HsBoard **) g_ptr_array_free (g_steal_pointer (&boards), FALSE);
  return TRUE;
}

/* Of the boards that the bytes allow, those whose @role lies at @address. */
static gboolean
keep_boards_at (HsImage *self, guint64 address)
{
  guint kept = 0;

  for (guint i = 0; self->boards[i] != NULL; i++)
    if (self->boards[i]->firmware_address == address)
      self->boards[kept++] = self->boards[i];
  self->boards[kept] = NULL;
  return kept > 0;
}

/* Always FALSE. */
static gboolean
fail_address (GError **error)
{
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_BAD_FILE,
                       _ ("The file puts its firmware where no camera expects it."));
  return FALSE;
}

static gboolean
read_uf2 (HsImage *self, const guint8 *bytes, gsize size, GError **error)
{
  guint32 address;
  g_autoptr (GBytes) content = hs_uf2_read (bytes, size, &address, error);

  if (content == NULL)
    return FALSE;
  hs_image_read_raw (self, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  if (self->role == HS_ROLE_FIRMWARE && !keep_boards_at (self, address))
    return fail_address (error);
  self->kind = HS_IMAGE_UF2;
  self->payload = g_steal_pointer (&content);
  return TRUE;
}

/* What is written of a file without a container. */
static GBytes *
make_payload (HsImage *self, GBytes *content)
{
  if (self->role == HS_ROLE_FIRMWARE && self->boards[0] != NULL &&
      self->boards[0]->app_scheme == HS_ID_SCHEME_RP2)
    return hs_uf2_pad (content);
  return g_bytes_ref (content);
}

/* The firmware of a radio says nothing of itself; its file's name does, for what is nothing else.
 */
static void
take_radio (HsImage *self, const char *name)
{
  HsRole role = hs_role_from_file_name (name, NULL);

  if (self->role != HS_ROLE_NONE || self->boards[0] != NULL || !hs_role_is_radio (role))
    return;
  self->kind = HS_IMAGE_RAW;
  self->role = role;
  set_boards_with (self, role);
}

/* What @content is, its container being opened already. */
static gboolean
look_at (HsImage *self, GBytes *content, const char *name, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (content, &size);

  if (size >= 3 && memcmp (bytes, "\xD2\xCD\x31", 3) == 0)
    return read_romfs (self, content, name, error);
  if (hs_elf_is (bytes, size))
    return read_elf (self, bytes, size, error);
  if (hs_uf2_is (bytes, size))
    return read_uf2 (self, bytes, size, error);
  if (is_zip (bytes, size)) {
    self->kind = HS_IMAGE_ZIP;
    return TRUE;
  }

  if (is_key (bytes, size)) {
    self->kind = HS_IMAGE_KEY;
    self->role = HS_ROLE_RECOVERY;
    set_boards_with (self, HS_ROLE_RECOVERY);
  } else if (is_toc (bytes, size)) {
    self->kind = HS_IMAGE_TOC;
    self->role = HS_ROLE_TOC;
    set_boards_with (self, HS_ROLE_TOC);
  } else {
    hs_image_read_raw (self, bytes, size);
    take_radio (self, name);
  }
  if (self->kind != HS_IMAGE_UNKNOWN && self->role != HS_ROLE_COMBINED)
    self->payload = make_payload (self, content);
  return TRUE;
}

static gboolean
read_dfuse (HsImage *self, GBytes *content, const char *name, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (content, &size);
  HsImagePart firmware, bootloader;
  const HsImagePart *part;
  g_autoptr (GBytes) element = NULL;

  if (!hs_dfuse_read (bytes, size, &firmware, &bootloader, error))
    return FALSE;

  part = firmware.size > 0 ? &firmware : &bootloader;
  if (part->size > 0) {
    element = g_bytes_new_from_bytes (content, part->offset, part->size);
    if (!look_at (self, element, name, error))
      return FALSE;
  }
  if (self->role == HS_ROLE_FIRMWARE && !keep_boards_at (self, part->address))
    return fail_address (error);

  self->kind = HS_IMAGE_DFUSE;
  if (firmware.size > 0 && bootloader.size > 0) {
    self->role = HS_ROLE_COMBINED;
    g_clear_pointer (&self->payload, g_bytes_unref);
  }
  return TRUE;
}

static gboolean
read_file (HsImage *self, GBytes *file, const char *name, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (file, &size);
  gboolean has_suffix = hs_dfu_has_suffix (bytes, size);
  g_autoptr (GBytes) content = NULL;

  if (size == 0) {
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE, _ ("The file is empty."));
    return FALSE;
  }
  if (has_suffix && !hs_dfu_check_suffix (bytes, size, error))
    return FALSE;
  content = g_bytes_new_from_bytes (file, 0, has_suffix ? size - SUFFIX_SIZE : size);
  if (hs_dfuse_is (bytes, size)) {
    if (has_suffix)
      return read_dfuse (self, content, name, error);
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BAD_FILE,
                         _ ("The file is cut short: its last 16 bytes are missing."));
    return FALSE;
  }
  if (g_bytes_get_size (content) > 0 && !look_at (self, content, name, error))
    return FALSE;
  if (has_suffix)
    self->kind = HS_IMAGE_DFU;
  return TRUE;
}

/**
 * hs_image_new:
 * @bytes: the whole file, from anywhere: trusted in nothing
 * @name: (nullable): its name without folders; tells romfs0 from romfs1, and the firmware of a
 *   radio
 * @error: %HS_FLASH_ERROR_BAD_FILE for a file that begins as something known and is damaged
 *
 * What a file is. A file of no known kind is %HS_IMAGE_UNKNOWN, not an error. Any thread; reads
 * and hashes all bytes.
 *
 * Returns: (transfer full) (nullable): the image
 */
HsImage *
hs_image_new (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (HsImage) self = g_new0 (HsImage, 1);

  g_return_val_if_fail (bytes != NULL, NULL);

  self->size = g_bytes_get_size (bytes);
  self->boards = g_new0 (const HsBoard *, 1);
  if (!read_file (self, bytes, name, error))
    return NULL;

  self->sha256 = digest (bytes);
  if (self->payload != NULL)
    self->payload_sha256 = g_bytes_get_size (self->payload) == self->size ? g_strdup (self->sha256)
                                                                          : digest (self->payload);
  return g_steal_pointer (&self);
}

/**
 * hs_image_new_for_file:
 * @error: as hs_image_new(), or #GIOError
 *
 * Blocks: not on the main thread.
 *
 * Returns: (transfer full) (nullable): the image
 */
HsImage *
hs_image_new_for_file (GFile *file, GError **error)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GBytes) bytes = NULL;

  info = g_file_query_info (file,
                            G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
                            G_FILE_QUERY_INFO_NONE,
                            NULL,
                            error);
  if (info == NULL)
    return NULL;
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR ||
      g_file_info_get_size (info) > LARGEST_FILE) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("%s is no image: it is too large or not a file."),
                 name);
    return NULL;
  }
  bytes = g_file_load_bytes (file, NULL, NULL, error);
  return bytes != NULL ? hs_image_new (bytes, name, error) : NULL;
}

void
hs_image_free (HsImage *self)
{
  if (self == NULL)
    return;
  g_free (self->boards);
  g_free (self->sha256);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self->payload_sha256);
  g_free (self->omv_version);
  g_free (self->mpy_version);
  g_free (self->built);
  g_strfreev (self->frozen);
  g_free (self);
}

/* Whether the bytes do not speak against @board: also if they tell no board (ROMFS). */
gboolean
hs_image_allows_board (const HsImage *self, const HsBoard *board)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; self->boards[i] != NULL; i++)
    if (strcmp (self->boards[i]->id, board->id) == 0)
      return TRUE;
  return self->boards[0] == NULL;
}

const char *
hs_image_kind_name (HsImageKind kind)
{
  static const char *const names[] = { "unknown", "raw", "elf", "dfu", "dfuse",
                                       "romfs",   "uf2", "zip", "toc", "key" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), "unknown");

  return names[kind];
}

/* Whether files of that role are the firmware of a radio chip: bytes that nothing tells from any
 * others. */
gboolean
hs_role_is_radio (HsRole role)
{
  return role == HS_ROLE_WIFI || role == HS_ROLE_BLUETOOTH;
}

/**
 * hs_role_from_file_name:
 * @name: (nullable): without folders
 * @board: (nullable): then also a file that is named as one of its partitions has a role
 *
 * What a file of a build is for, by its name: names of today's builds and of older ones.
 */
HsRole
hs_role_from_file_name (const char *name, const HsBoard *board)
{
  static const struct {
    const char *stem;
    HsRole role;
  } names[] = {
    { "firmware", HS_ROLE_FIRMWARE },
    { "firmware_m55_hp", HS_ROLE_FIRMWARE },
    { "firmware_m55_he", HS_ROLE_FIRMWARE_HE },
    { "romfs", HS_ROLE_ROMFS0 },
    { "romfs0", HS_ROLE_ROMFS0 },
    { "romfs1", HS_ROLE_ROMFS1 },
    { "bootloader", HS_ROLE_BOOTLOADER },
    { "openmv", HS_ROLE_COMBINED },
    { "cyw4343_7_45_98_102", HS_ROLE_WIFI },
    { "cyw4343_btfw", HS_ROLE_BLUETOOTH },
  };
  g_autofree char *stem = name != NULL ? g_ascii_strdown (name, -1) : g_strdup ("");
  char *dot = strrchr (stem, '.');

  if (dot == NULL || dot == stem)
    return HS_ROLE_NONE;
  *dot = '\0';
  if (strcmp (dot + 1, "elf") == 0)
    return HS_ROLE_DEBUG;
  if (strcmp (dot + 1, "toc") == 0)
    return HS_ROLE_TOC;
  if (strcmp (dot + 1, "bin") != 0 && strcmp (dot + 1, "img") != 0 &&
      strcmp (dot + 1, "dfu") != 0 && strcmp (dot + 1, "uf2") != 0)
    return HS_ROLE_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (stem, names[i].stem) == 0)
      return names[i].role;
  for (guint i = 0; board != NULL && i < board->n_partitions; i++)
    if (g_ascii_strcasecmp (stem, board->partitions[i].name) == 0)
      return board->partitions[i].role;
  return HS_ROLE_NONE;
}
