/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/image-parts.h"
#include "flash/vectors.h"

#include <string.h>

#define ST_SIGNED "STM2" /* header of ST's signing tool */

static gboolean
starts_in_bootloader (const HsBoard *board, const guint8 *bytes, gsize size)
{
  const HsPartition *partition = hs_board_find (board, HS_ROLE_BOOTLOADER);
  guint32 reset, start;

  if (partition == NULL)
    return FALSE;
  if (board->recovery == HS_RECOVERY_SDP)
    return hs_vectors_read_imxrt (bytes, size, &start) && start == partition->start;
  /* Loaded into RAM by the chip's ROM: signed, and linked to where it is loaded. */
  if ((partition->flags & HS_PARTITION_EXTERNAL) != 0)
    return board->app_scheme == HS_ID_SCHEME_STM32 && size > 4 && memcmp (bytes, ST_SIGNED, 4) == 0;
  return hs_vectors_read (bytes, size, 0, &reset) && reset >= partition->start &&
         reset < partition->start + partition->size;
}

/* openmv.bin: the bootloader, 0xFF, and the firmware where it belongs. */
static gboolean
is_combined (const HsBoard *board, const guint8 *bytes, gsize size)
{
  const HsPartition *bootloader = hs_board_find (board, HS_ROLE_BOOTLOADER);
  const HsPartition *firmware = hs_board_find (board, HS_ROLE_FIRMWARE);
  guint64 offset;

  if (bootloader == NULL || firmware == NULL)
    return FALSE;
  offset = firmware->start - bootloader->start;
  return size > offset && hs_vectors_start (board, HS_ROLE_FIRMWARE, bytes + offset, size - offset);
}

/* What the bytes are if they are for @board. */
static HsRole
role_on (const HsBoard *board, const guint8 *bytes, gsize size)
{
  if (hs_vectors_start (board, HS_ROLE_FIRMWARE, bytes, size))
    return HS_ROLE_FIRMWARE;
  if (hs_vectors_start (board, HS_ROLE_FIRMWARE_HE, bytes, size))
    return HS_ROLE_FIRMWARE_HE;
  if (!starts_in_bootloader (board, bytes, size))
    return HS_ROLE_NONE;
  return is_combined (board, bytes, size) ? HS_ROLE_COMBINED : HS_ROLE_BOOTLOADER;
}

static void
take_boards (HsImage *self, GPtrArray *boards)
{
  g_ptr_array_add (boards, NULL);
  g_free (self->boards);
  self->boards = (const HsBoard **) g_ptr_array_free (boards, FALSE);
}

/* Keeps of @named those for which the vectors fit; all if they fit none. */
static void
read_named (HsImage *self, GPtrArray *named, const guint8 *bytes, gsize size)
{
  GPtrArray *fit = g_ptr_array_new ();

  for (guint i = 0; i < named->len; i++) {
    HsRole role = role_on (g_ptr_array_index (named, i), bytes, size);

    if (role == HS_ROLE_NONE || (self->role != HS_ROLE_NONE && role != self->role))
      continue;
    self->role = role;
    g_ptr_array_add (fit, g_ptr_array_index (named, i));
  }

  if (fit->len == 0)
    g_ptr_array_extend (fit, named, NULL, NULL);
  take_boards (self, fit);
}

/* A second bootloader of the i.MX RT says where it lies, and nothing else. */
static gboolean
is_second_bootloader (const guint8 *bytes, gsize size)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (board->recovery == HS_RECOVERY_SDP && starts_in_bootloader (board, bytes, size))
      return TRUE;
  return FALSE;
}

/* A bootloader names no board: every one is possible whose bootloader starts there. */
static void
read_bootloader (HsImage *self, const guint8 *bytes, gsize size)
{
  GPtrArray *fit = g_ptr_array_new ();
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (starts_in_bootloader (board, bytes, size))
      g_ptr_array_add (fit, (gpointer) board);
  self->role = HS_ROLE_BOOTLOADER;
  take_boards (self, fit);
}

/**
 * hs_image_read_raw:
 * @self: an image of nothing recognised yet
 *
 * What a file without any container is: firmware needs both, the name of a board in its strings
 * and vectors that lead where that board's firmware lies. Leaves %HS_IMAGE_UNKNOWN if nothing fits.
 */
void
hs_image_read_raw (HsImage *self, const guint8 *bytes, gsize size)
{
  g_autoptr (GPtrArray) named = hs_strings_find_boards (bytes, size);
  gboolean bootloader = hs_strings_find_bootloader (bytes, size, &self->bootloader_version);
  guint32 reset;

  if (named->len > 0)
    read_named (self, named, bytes, size);
  else if (bootloader || is_second_bootloader (bytes, size))
    read_bootloader (self, bytes, size);

  if (self->role != HS_ROLE_NONE || named->len > 0 || hs_vectors_read (bytes, size, 0, &reset))
    self->kind = HS_IMAGE_RAW;
  if (named->len > 0)
    hs_image_read_strings (self, bytes, size);
}
