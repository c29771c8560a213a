/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/board.h"

#include "flash/board-table.h"

static const char *const role_names[HS_N_ROLES] = {
  [HS_ROLE_NONE] = "none",
  [HS_ROLE_FIRMWARE] = "firmware",
  [HS_ROLE_FIRMWARE_HE] = "firmware-he",
  [HS_ROLE_ROMFS1] = "romfs1",
  [HS_ROLE_ROMFS0] = "romfs0",
  [HS_ROLE_BOOTLOADER] = "bootloader",
  [HS_ROLE_FILESYSTEM] = "filesystem",
  [HS_ROLE_STORAGE] = "storage",
  [HS_ROLE_TOC] = "toc",
  [HS_ROLE_RECOVERY] = "recovery",
  [HS_ROLE_COMBINED] = "combined",
  [HS_ROLE_DEBUG] = "debug",
  [HS_ROLE_WIFI] = "wifi",
  [HS_ROLE_BLUETOOTH] = "bluetooth",
  [HS_ROLE_CONFIG] = "config",
};

/* The role's word on the command line, in JSON and in the journal. */
const char *
hs_role_name (HsRole role)
{
  g_return_val_if_fail (role < HS_N_ROLES, "none");

  return role_names[role];
}

/* HS_ROLE_NONE if @name is no role. */
HsRole
hs_role_from_name (const char *name)
{
  for (guint i = 1; i < HS_N_ROLES; i++)
    if (g_strcmp0 (role_names[i], name) == 0)
      return i;
  return HS_ROLE_NONE;
}

/* What the firmware formats and its users fill: no image of a build. */
gboolean
hs_role_is_filesystem (HsRole role)
{
  return role == HS_ROLE_FILESYSTEM || role == HS_ROLE_STORAGE;
}

const char *
hs_mode_name (HsMode mode)
{
  static const char *const names[] = { "unknown", "app", "dfu", "rom" };

  g_return_val_if_fail (mode < G_N_ELEMENTS (names), "unknown");

  return names[mode];
}

/* The table that holds the @n-th board, and where in it. */
static const HsBoard *
nth_of (const HsBoard *table, guint *n)
{
  for (; table->id != NULL; table++)
    if ((*n)-- == 0)
      return table;
  return NULL;
}

static guint
length_of (const HsBoard *table)
{
  guint n = 0;

  while (table[n].id != NULL)
    n++;
  return n;
}

/* How many boards the program knows, the retired one included. */
guint
hs_board_count (void)
{
  return length_of (hs_boards_openmv) + length_of (hs_boards_other);
}

/**
 * hs_board_nth:
 * @n: from 0
 *
 * Returns: (nullable) (transfer none): the board, or %NULL past the end
 */
const HsBoard *
hs_board_nth (guint n)
{
  const HsBoard *board = nth_of (hs_boards_openmv, &n);

  return board != NULL ? board : nth_of (hs_boards_other, &n);
}

/**
 * hs_board_by_id:
 * @id: (nullable): the TARGET of the firmware's build; case matters
 *
 * Returns: (nullable) (transfer none): the board
 */
const HsBoard *
hs_board_by_id (const char *id)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (g_strcmp0 (board->id, id) == 0)
      return board;
  return NULL;
}

static gboolean
ids_have (const HsUsbId *ids, guint16 vid, guint16 pid)
{
  for (; ids != NULL && ids->vid != 0; ids++)
    if (ids->vid == vid && ids->pid == pid)
      return TRUE;
  return FALSE;
}

/**
 * hs_board_get_mode:
 * @self: a board
 *
 * Returns: in which of its programs a camera of this board shows that USB id; %HS_MODE_UNKNOWN: in
 *   none
 */
HsMode
hs_board_get_mode (const HsBoard *self, guint16 vid, guint16 pid)
{
  if (ids_have (self->app_ids, vid, pid))
    return HS_MODE_APP;
  if (ids_have (self->dfu_ids, vid, pid))
    return HS_MODE_DFU;
  if (ids_have (self->rom_ids, vid, pid))
    return HS_MODE_ROM;
  return HS_MODE_UNKNOWN;
}

/* How many boards show this id in any mode; the last one and its mode. */
static guint
count_boards (guint16 vid, guint16 pid, const HsBoard **last, HsMode *mode)
{
  const HsBoard *board;
  guint count = 0;

  *last = NULL;
  *mode = HS_MODE_UNKNOWN;
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    HsMode found = hs_board_get_mode (board, vid, pid);

    if (found == HS_MODE_UNKNOWN)
      continue;
    *last = board;
    *mode = found;
    count++;
  }
  return count;
}

/**
 * hs_board_by_usb:
 * @mode: (out) (optional): in which of its programs a camera with this id is; also set for an id
 *   that several boards share, %HS_MODE_UNKNOWN for a foreign one
 *
 * Returns: (nullable) (transfer none): the board; %NULL for a foreign id and for a shared one
 */
const HsBoard *
hs_board_by_usb (guint16 vid, guint16 pid, HsMode *mode)
{
  const HsBoard *board;
  HsMode found;
  guint count = count_boards (vid, pid, &board, &found);

  if (mode != NULL)
    *mode = found;
  return count == 1 ? board : NULL;
}

/* Whether more than one board shows this id: 1209:ABD1 (every camera before 4.6), 0483:DF11 (the
 * ROM of all STM32), 2E8A:0003 (the ROM of the RP2040). */
gboolean
hs_usb_id_is_shared (guint16 vid, guint16 pid)
{
  const HsBoard *board;
  HsMode mode;

  return count_boards (vid, pid, &board, &mode) > 1;
}

/* Whether @self is recovered through a serial adapter with that id. */
gboolean
hs_board_has_bridge (const HsBoard *self, guint16 vid, guint16 pid)
{
  for (const HsUsbId *id = self->bridge_ids; id != NULL && id->vid != 0; id++)
    if (id->vid == vid && id->pid == pid)
      return TRUE;
  return FALSE;
}

gboolean
hs_usb_id_is_bridge (guint16 vid, guint16 pid)
{
  for (guint i = 0; i < hs_board_count (); i++)
    if (hs_board_has_bridge (hs_board_nth (i), vid, pid))
      return TRUE;
  return FALSE;
}

/**
 * hs_board_find:
 *
 * Returns: (nullable) (transfer none): the partition with @role
 */
const HsPartition *
hs_board_find (const HsBoard *self, HsRole role)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_partitions; i++)
    if (self->partitions[i].role == role)
      return &self->partitions[i];
  return NULL;
}

/**
 * hs_board_find_named:
 * @name: (nullable): of the alternate setting
 *
 * Returns: (nullable) (transfer none): the partition
 */
const HsPartition *
hs_board_find_named (const HsBoard *self, const char *name)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->n_partitions; i++)
    if (g_strcmp0 (self->partitions[i].name, name) == 0)
      return &self->partitions[i];
  return NULL;
}

/* Bytes from its start that are no other partition's. */
guint32
hs_partition_get_own_size (const HsPartition *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->own_size > 0 ? self->own_size : self->size;
}

/* How many erase units the partition has. One without erase units (MRAM) counts as a single unit:
 * it is written whole or not at all. */
guint
hs_partition_n_units (const HsPartition *self)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->n_erase == 0)
    return 1;
  for (guint i = 0; i < self->n_erase; i++)
    n += self->erase[i].count;
  return n;
}

/**
 * hs_partition_unit:
 * @n: which erase unit, from 0
 * @offset: (out) (optional): bytes from the start of the partition
 * @size: (out) (optional): bytes
 */
void
hs_partition_unit (const HsPartition *self, guint n, guint64 *offset, guint64 *size)
{
  guint64 start = 0;
  guint64 length = self != NULL ? self->size : 0;

  g_return_if_fail (self != NULL && n < hs_partition_n_units (self));

  for (guint i = 0; i < self->n_erase; i++) {
    length = self->erase[i].size;
    if (n < self->erase[i].count) {
      start += n * length;
      break;
    }
    start += length * self->erase[i].count;
    n -= self->erase[i].count;
  }

  if (offset != NULL)
    *offset = start;
  if (size != NULL)
    *size = length;
}

/* The erase unit that holds byte @offset of the partition; the number of units if it lies behind
 * the partition's end. */
guint
hs_partition_unit_at (const HsPartition *self, guint64 offset)
{
  guint n = 0;

  g_return_val_if_fail (self != NULL, 0);

  if (self->n_erase == 0)
    return offset < self->size ? 0 : 1;

  for (guint i = 0; i < self->n_erase; i++) {
    guint64 length = (guint64) self->erase[i].size * self->erase[i].count;

    if (offset < length)
      return n + offset / self->erase[i].size;
    offset -= length;
    n += self->erase[i].count;
  }
  return n;
}
