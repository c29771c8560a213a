/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"

#include <string.h>

/* How a new camera can be broken before anybody has seen it. */

#define BAD_MAIN_AT 3584 /* within the first sectors of the drive: its root and its data */

static const char *const names[] = {
  [HS_SIM_CONDITION_FINE] = "fine",
  [HS_SIM_CONDITION_NO_BOOTLOADER] = "no-bootloader",
  [HS_SIM_CONDITION_HALF_WRITTEN] = "half-written",
  [HS_SIM_CONDITION_BAD_MAIN] = "bad-main",
  [HS_SIM_CONDITION_BLANK] = "blank",
  [HS_SIM_CONDITION_PROTECTED] = "protected",
  [HS_SIM_CONDITION_OLD_LOADER] = "old-loader",
};

const char *
hs_sim_condition_name (HsSimCondition condition)
{
  g_return_val_if_fail (condition < HS_SIM_N_CONDITIONS, NULL);
  return names[condition];
}

/* Whether the firmware of such a camera comes up: it is then found running. */
gboolean
hs_sim_condition_runs (HsSimCondition condition)
{
  return condition == HS_SIM_CONDITION_FINE || condition == HS_SIM_CONDITION_PROTECTED ||
         condition == HS_SIM_CONDITION_OLD_LOADER;
}

/* (nullable): the partition that the firmware formats as a drive */
static const HsPartition *
find_drive (const HsBoard *board)
{
  for (guint i = 0; i < board->n_partitions; i++)
    if (hs_sim_board_has_drive (board, board->partitions[i].role) &&
        board->partitions[i].size >= HS_SIM_FAT_SIZE)
      return &board->partitions[i];
  return NULL;
}

/* Whether a camera of that board can be in that condition. */
gboolean
hs_sim_condition_fits (HsSimCondition condition, const HsBoard *board)
{
  if (condition == HS_SIM_CONDITION_FINE)
    return TRUE;
  if (hs_sim_board_find_loader (board, HS_MODE_DFU) == NULL)
    return FALSE;

  switch (condition) {
  case HS_SIM_CONDITION_NO_BOOTLOADER:
    return hs_board_find (board, HS_ROLE_BOOTLOADER) != NULL;
  case HS_SIM_CONDITION_BAD_MAIN:
    return find_drive (board) != NULL;
  case HS_SIM_CONDITION_PROTECTED:
    return hs_sim_options_size (board) > 0;
  case HS_SIM_CONDITION_OLD_LOADER:
    return board->recovery == HS_RECOVERY_ST_ROM;
  default:
    return TRUE;
  }
}

static gboolean
erase (HsSimCamera *camera, const HsPartition *partition)
{
  return hs_sim_flash_erase (camera->own.flash, partition, 0, partition->size);
}

static gboolean
erase_all (HsSimCamera *camera)
{
  for (guint i = 0; i < camera->board->n_partitions; i++)
    if (!erase (camera, &camera->board->partitions[i]))
      return FALSE;
  memset (camera->own.fuses, 0, sizeof camera->own.fuses); /* as the chip came */
  return TRUE;
}

/* Half of it is there, the rest erased. */
static gboolean
tear_firmware (HsSimCamera *camera)
{
  const HsPartition *partition = hs_board_find (camera->board, HS_ROLE_FIRMWARE);
  guint64 half = hs_sim_flash_used (camera->own.flash, partition) / 2;

  camera->incomplete = TRUE;
  return hs_sim_flash_erase (camera->own.flash, partition, half, partition->size - half);
}

static gboolean
put_bad_main (HsSimCamera *camera)
{
  return hs_sim_flash_overwrite (camera->own.flash,
                                 find_drive (camera->board),
                                 BAD_MAIN_AT,
                                 (const guint8 *) HS_SIM_BAD_MAIN,
                                 strlen (HS_SIM_BAD_MAIN));
}

static gboolean
put_old_loader (HsSimCamera *camera)
{
  const HsPartition *partition = hs_board_find (camera->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GBytes) old = hs_sample_old_bootloader (camera->board);
  gsize size;
  const guint8 *data = g_bytes_get_data (old, &size);

  return erase (camera, partition) &&
         hs_sim_flash_overwrite (camera->own.flash, partition, 0, data, size);
}

/**
 * hs_sim_condition_apply:
 * @camera: from the factory, without power; hs_sim_condition_fits() its board
 *
 * Breaks it.
 *
 * Returns: %FALSE if the disk is full
 */
gboolean
hs_sim_condition_apply (HsSimCondition condition, HsSimCamera *camera)
{
  switch (condition) {
  case HS_SIM_CONDITION_NO_BOOTLOADER:
    return erase (camera, hs_board_find (camera->board, HS_ROLE_BOOTLOADER));
  case HS_SIM_CONDITION_HALF_WRITTEN:
    return tear_firmware (camera);
  case HS_SIM_CONDITION_BAD_MAIN:
    return put_bad_main (camera);
  case HS_SIM_CONDITION_BLANK:
    return erase_all (camera);
  case HS_SIM_CONDITION_PROTECTED:
    hs_sim_options_protect (camera);
    return TRUE;
  case HS_SIM_CONDITION_OLD_LOADER:
    return put_old_loader (camera);
  default:
    return TRUE;
  }
}

gboolean
hs_sim_camera_can_break (HsSimCamera *self, HsSimCondition condition)
{
  return condition != HS_SIM_CONDITION_FINE && hs_sim_condition_fits (condition, self->board);
}

gboolean
hs_sim_camera_break (HsSimCamera *self, HsSimCondition condition)
{
  gboolean broken;

  g_return_val_if_fail (!self->plugged, FALSE);
  g_return_val_if_fail (hs_sim_camera_can_break (self, condition), FALSE);

  broken = hs_sim_condition_apply (condition, self);
  hs_sim_state_save (self);
  return broken;
}
