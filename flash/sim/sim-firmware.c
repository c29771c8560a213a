/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <string.h>

/* The firmware as far as its bytes tell: whether it starts, and which versions it says. */

static GBytes *
dup_firmware (HsSimCamera *self, const HsPartition *partition)
{
  guint64 used = hs_sim_flash_used (self->unit->flash, partition);

  return hs_sim_flash_dup (self->unit->flash, partition, used);
}

/* Whether a word of it lost power while it was programmed. Where several partitions share an
 * alternate setting (Arduino), it is one that no way of ours writes. */
static gboolean
is_torn (HsSimCamera *self, const HsPartition *partition)
{
  for (guint i = 0; i < self->board->n_partitions; i++)
    if (&self->board->partitions[i] != partition &&
        self->board->partitions[i].alt == partition->alt)
      return FALSE;
  for (guint i = 0; i < self->torn->len; i++)
    if (g_array_index (self->torn, HsSimTorn, i).alt == partition->alt)
      return TRUE;
  return FALSE;
}

/**
 * hs_sim_bootloader_starts:
 *
 * Whether the chip finds its everyday bootloader in the flash when it starts. One that lies in ROM,
 * or that is not simulated, always starts.
 */
gboolean
hs_sim_bootloader_starts (HsSimCamera *self)
{
  const HsSimLoader *loader = hs_sim_camera_find_loader (self, HS_SIM_PHASE_DFU);
  const HsPartition *partition = hs_board_find (self->board, HS_ROLE_BOOTLOADER);
  static const guint8 erased[4] = { 0xff, 0xff, 0xff, 0xff };
  guint8 word[4];

  if (loader == NULL || partition == NULL)
    return TRUE;
  if (is_torn (self, partition))
    return FALSE;
  if (loader->starts != NULL)
    return loader->starts (self);
  return hs_sim_flash_read (self->unit->flash, partition, 0, word, sizeof word) &&
         memcmp (word, erased, sizeof erased) != 0;
}

/* A main.py on the drive that keeps the firmware from coming up. */
static gboolean
has_bad_main (HsSimCamera *self)
{
  guint8 fat[HS_SIM_FAT_SIZE];

  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    if (hs_sim_board_has_drive (self->board, partition->role) && partition->size >= sizeof fat &&
        hs_sim_flash_read (self->unit->flash, partition, 0, fat, sizeof fat) &&
        memmem (fat, sizeof fat, HS_SIM_BAD_MAIN, strlen (HS_SIM_BAD_MAIN)) != NULL)
      return TRUE;
  }
  return FALSE;
}

/**
 * hs_sim_firmware_comes_up:
 *
 * Whether it shows up on the bus, once it was started.
 */
gboolean
hs_sim_firmware_comes_up (HsSimCamera *self)
{
  return !hs_sim_camera_has_bootloader (self) ||
         (hs_sim_firmware_boots (self) && !has_bad_main (self));
}

/**
 * hs_sim_firmware_boots:
 *
 * Whether the jump through the vector table ends in a running firmware. Of a sample image every
 * byte is checked; of a real one the vectors, and that the last download to it was ended.
 */
gboolean
hs_sim_firmware_boots (HsSimCamera *self)
{
  const HsPartition *partition = hs_board_find (self->board, HS_ROLE_FIRMWARE);
  g_autoptr (GBytes) bytes = dup_firmware (self, partition);
  g_autofree char *number = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size < 64 || !hs_sample_would_start (self->board, HS_ROLE_FIRMWARE, data, size))
    return FALSE;
  number = hs_sample_read_number (data, size);
  return number != NULL || !self->incomplete;
}

/* The text after @mark, up to the first character that no tag has. */
static char *
read_tag (const guint8 *data, gsize size, const char *mark)
{
  const guint8 *found = memmem (data, size, mark, strlen (mark));
  gsize at, start;

  if (found == NULL)
    return NULL;
  start = found - data + strlen (mark);
  for (at = start; at < size && at - start < 64; at++)
    if (!g_ascii_isalnum (data[at]) && data[at] != '.' && data[at] != '-')
      break;
  return at > start ? g_strndup ((const char *) data + start, at - start) : NULL;
}

/* "OpenMV <tag>; MicroPython <tag>": there are other strings that begin with OpenMV. */
static char *
read_omv_tag (const guint8 *data, gsize size)
{
  static const char mark[] = "OpenMV ";
  const guint8 *end = memmem (data, size, "; MicroPython ", 14);
  const guint8 *at = end;

  if (end == NULL)
    return NULL;
  while (at > data && end - at < 80 && memcmp (at, mark, 7) != 0)
    at--;
  return memcmp (at, mark, 7) == 0 ? read_tag (at, end - at, mark) : NULL;
}

static void
parse_number (const char *text, guint8 number[3])
{
  g_auto (GStrv) parts = g_strsplit_set (text, ".-", 4);

  memset (number, 0, 3);
  for (guint i = 0; i < 3 && parts[i] != NULL; i++)
    number[i] = g_ascii_strtoull (parts[i], NULL, 10);
}

/* Reads what the running firmware would say about itself. */
void
hs_sim_firmware_read_versions (HsSimCamera *self)
{
  const HsPartition *partition = hs_board_find (self->board, HS_ROLE_FIRMWARE);
  g_autoptr (GBytes) bytes = partition != NULL ? dup_firmware (self, partition) : NULL;
  g_autofree char *number = NULL;
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  g_clear_pointer (&self->app.omv_tag, g_free);
  g_clear_pointer (&self->app.mpy_tag, g_free);
  memset (self->app.number, 0, sizeof self->app.number);
  if (size > 0) {
    self->app.omv_tag = read_omv_tag (data, size);
    self->app.mpy_tag = read_tag (data, size, "; MicroPython ");
    number = hs_sample_read_number (data, size);
  }

  if (self->app.omv_tag == NULL)
    self->app.omv_tag = g_strdup ("None");
  if (self->app.mpy_tag == NULL)
    self->app.mpy_tag = g_strdup ("None");
  if (number != NULL)
    parse_number (number, self->app.number);
  else if (self->app.omv_tag[0] == 'v' && g_ascii_isdigit (self->app.omv_tag[1]))
    parse_number (self->app.omv_tag + 1, self->app.number);
}

/* A drive without a FAT boot sector is formatted; whether it was. */
static gboolean
format_if_blank (HsSimCamera *self, const HsPartition *partition)
{
  guint64 unit = HS_SIM_FAT_SIZE;
  guint8 sector[HS_SIM_FAT_SIZE];

  if (partition->size < sizeof sector ||
      !hs_sim_flash_read (self->unit->flash, partition, 0, sector, sizeof sector) ||
      (sector[510] == 0x55 && sector[511] == 0xAA))
    return FALSE;

  if (partition->n_erase > 0)
    unit = partition->erase[0].size;
  hs_sim_unit_make_fat (sector);
  hs_sim_flash_erase (self->unit->flash, partition, 0, MIN (unit, partition->size));
  hs_sim_flash_overwrite (self->unit->flash, partition, 0, sector, sizeof sector);
  return TRUE;
}

/**
 * hs_sim_firmware_mount:
 *
 * What _boot.py does: a drive without a FAT boot sector is formatted.
 *
 * Returns: for how long the firmware answers nothing, in microseconds
 */
guint64
hs_sim_firmware_mount (HsSimCamera *self)
{
  guint64 erase_us = (guint64) self->board->erase_typical_ms * 1000;
  guint64 busy_us = 0;

  if (!hs_sim_camera_has_bootloader (self))
    return 0;

  for (guint i = 0; i < self->board->n_partitions; i++)
    if (hs_sim_board_has_drive (self->board, self->board->partitions[i].role) &&
        format_if_blank (self, &self->board->partitions[i]))
      busy_us += erase_us + HS_SIM_APP_FORMAT;
  if (busy_us == 0)
    return 0;

  hs_sim_drive_format (self);
  return hs_sim_camera_scale (self, busy_us);
}
