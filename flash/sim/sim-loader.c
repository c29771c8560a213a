/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"

#include "flash/method.h"

/* clang-format off */
/* Which bootloaders are simulated: one line each. */
static const HsSimLoader *const loaders[] = {
  &hs_sim_loader_arduino,
  &hs_sim_loader_bossa,
  &hs_sim_loader_imx,
  &hs_sim_loader_n6_rom,
  &hs_sim_loader_openmv,
  &hs_sim_loader_picoboot,
  &hs_sim_loader_sdp,
  &hs_sim_loader_stm_rom,
};
/* clang-format on */

/**
 * hs_sim_board_find_loader:
 * @board: a board
 * @mode: %HS_MODE_DFU or %HS_MODE_ROM
 *
 * Returns: (nullable): the model of the bootloader that the board has there
 */
const HsSimLoader *
hs_sim_board_find_loader (const HsBoard *board, HsMode mode)
{
  gboolean everyday = mode == HS_MODE_DFU && board->method != NULL && board->dfu_ids != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (loaders); i++) {
    const HsSimLoader *loader = loaders[i];

    if (everyday && loader->method == board->method)
      return loader;
    if (mode == HS_MODE_ROM && loader->is_rom_of != NULL && loader->is_rom_of (board))
      return loader;
  }
  return NULL;
}

const HsSimLoader *
hs_sim_camera_find_loader (HsSimCamera *self, HsSimPhase phase)
{
  if (phase == HS_SIM_PHASE_DFU)
    return hs_sim_board_find_loader (self->board, HS_MODE_DFU);
  if (phase == HS_SIM_PHASE_ROM)
    return hs_sim_board_find_loader (self->board, HS_MODE_ROM);
  return NULL;
}

const HsSimLoader *
hs_sim_camera_get_loader (HsSimCamera *self)
{
  return hs_sim_camera_find_loader (self, self->phase);
}
