/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-picoboot.h"
#include "flash/sim/sim-timings.h"
#include "flash/uf2.h"

#include <gio/gio.h>

/* The drive of the RP2040's ROM: a folder, DIR/<id>/boot-drive, or a temporary one. What is copied
 * to it is looked at every now and then; blocks of UF2 files go into the flash as they come, and
 * with the last one the ROM starts what it got (datasheet 2.8.4). */

#define LOOK_US    50000    /* between two looks */
#define WATCH_US   60000000 /* since somebody asked for the drive */
#define LAST_US    (HS_SIM_ERASE_EXTERNAL_4K + HS_SIM_PROGRAM_EXTERNAL) /* of the last sector */
#define SECTOR     4096u
#define LARGEST    (32u * 1024 * 1024)
#define INFO       "INFO_UF2.TXT"
#define INDEX      "INDEX.HTM"
#define INFO_TEXT  "UF2 Bootloader v3.0\r\nModel: Raspberry Pi RP2\r\nBoard-ID: RPI-RP2\r\n"
#define INDEX_TEXT "<html><body>Redirecting</body></html>\n"

static char *
make_folder (HsSimCamera *self)
{
  return self->folder != NULL ? g_build_filename (self->folder, "boot-drive", NULL)
                              : g_dir_make_tmp ("hotshoe-bootsel-XXXXXX", NULL);
}

/**
 * hs_sim_uf2_drive_dup:
 *
 * As hs_sim_camera_dup_drive(), for the ROM. From now on somebody may copy to it.
 */
char *
hs_sim_uf2_drive_dup (HsSimCamera *self, gint64 now)
{
  HsSimPicoboot *rom = self->loader_state;
  g_autofree char *info = NULL;
  g_autofree char *index = NULL;

  if (rom->drive == NULL) {
    rom->drive = make_folder (self);
    if (rom->drive != NULL) /* what a killed program left there is nobody's copy */
      hs_sim_drive_remove_tree (rom->drive);
    if (rom->drive == NULL || g_mkdir_with_parents (rom->drive, 0755) != 0)
      return NULL;
    info = g_build_filename (rom->drive, INFO, NULL);
    index = g_build_filename (rom->drive, INDEX, NULL);
    if (!g_file_set_contents (info, INFO_TEXT, -1, NULL) ||
        !g_file_set_contents (index, INDEX_TEXT, -1, NULL))
      return NULL;
  }
  rom->watch_until = now + WATCH_US;
  self->loader_at = MIN (self->loader_at, now + LOOK_US);
  return g_strdup (rom->drive);
}

/* It is gone as soon as the ROM leaves the bus. */
void
hs_sim_uf2_drive_remove (HsSimCamera *self)
{
  HsSimPicoboot *rom = self->loader_state;

  if (rom->drive != NULL)
    hs_sim_drive_remove_tree (rom->drive);
  g_clear_pointer (&rom->drive, g_free);
}

/* One block into the flash; the ROM erases a sector with the first page that it gets of it.
 * Returns the time it takes. */
static guint64
flash_block (HsSimCamera *self, const HsUf2Block *block)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 sector = block->address / SECTOR;
  guint64 took_us = (guint64) HS_SIM_PROGRAM_EXTERNAL * HS_UF2_PAGE / SECTOR;
  guint64 offset;
  const HsPartition *partition = hs_sim_picoboot_find (self, block->address, HS_UF2_PAGE, &offset);

  if (partition == NULL)
    return 0;
  self->incomplete |= partition->role == HS_ROLE_FIRMWARE;
  if (g_hash_table_add (rom->erased, GUINT_TO_POINTER (sector))) {
    hs_sim_flash_erase (self->unit->flash, partition, offset - block->address % SECTOR, SECTOR);
    took_us += HS_SIM_ERASE_EXTERNAL_4K;
  }
  hs_sim_flash_program (self->unit->flash, partition, offset, block->data, HS_UF2_PAGE);
  return took_us;
}

/* What of a file has come so far. A block of another file begins anew. */
static guint64
take_blocks (HsSimCamera *self, const guint8 *bytes, gsize size)
{
  HsSimPicoboot *rom = self->loader_state;
  guint64 took_us = 0;
  HsUf2Block block;

  for (gsize at = 0; at + HS_UF2_BLOCK_SIZE <= size; at += HS_UF2_BLOCK_SIZE) {
    if (!hs_uf2_take_block (bytes + at, &block))
      continue;
    if (rom->count != block.count) {
      g_hash_table_remove_all (rom->taken);
      g_hash_table_remove_all (rom->erased);
      rom->count = block.count;
    }
    if (g_hash_table_add (rom->taken, GUINT_TO_POINTER (block.number)))
      took_us += flash_block (self, &block);
  }
  return took_us;
}

static guint64
take_file (HsSimCamera *self, const char *name)
{
  HsSimPicoboot *rom = self->loader_state;
  g_autofree char *path = g_build_filename (rom->drive, name, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      !g_file_get_contents (path, &bytes, &size, NULL) || size > LARGEST)
    return 0;
  return take_blocks (self, (const guint8 *) bytes, size);
}

static guint64
look (HsSimCamera *self)
{
  HsSimPicoboot *rom = self->loader_state;
  g_autoptr (GDir) dir = g_dir_open (rom->drive, 0, NULL);
  guint64 took_us = 0;
  const char *name;

  if (rom->taken == NULL) {
    rom->taken = g_hash_table_new (NULL, NULL);
    rom->erased = g_hash_table_new (NULL, NULL);
  }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    took_us += take_file (self, name);
  return took_us;
}

/**
 * hs_sim_uf2_drive_advance:
 *
 * As HsSimLoader.advance.
 */
gint64
hs_sim_uf2_drive_advance (HsSimCamera *self, gint64 now)
{
  HsSimPicoboot *rom = self->loader_state;
  guint64 took_us;

  if (rom->drive == NULL || now >= rom->watch_until || self->leave_at != HS_SIM_NEVER)
    return HS_SIM_NEVER;
  if (rom->exclusive != 0)
    return now + LOOK_US;

  took_us = look (self);
  if (rom->count == 0 || g_hash_table_size (rom->taken) < rom->count)
    return now + LOOK_US;

  /* A real one takes bytes no faster than it writes them: with the last one, the last sector is all
   * that it still has to do. A folder takes all of them at once. */
  self->incomplete = FALSE;
  hs_sim_camera_leave (self,
                       HS_SIM_NEXT_APP,
                       now + HS_SIM_LEAVE + (self->real_timings ? MIN (took_us, LAST_US) : 0));
  return HS_SIM_NEVER;
}
