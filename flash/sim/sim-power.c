/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

/* What starts when: power, resets, jumps, and the hands that cause them. */

static void
appear_later (HsSimCamera *self, HsSimPhase as, gboolean forced, gint64 when)
{
  self->phase = HS_SIM_PHASE_STARTING;
  self->appear_as = as;
  self->appear_forced = forced;
  self->appear_at = when;
  self->leave_at = HS_SIM_NEVER;
  self->window_at = HS_SIM_NEVER;
}

/* Hangs with USB dark until power is cut. */
static void
die (HsSimCamera *self)
{
  appear_later (self, HS_SIM_PHASE_DEAD, FALSE, HS_SIM_NEVER);
  self->phase = HS_SIM_PHASE_DEAD;
}

/* The jump through the vector table: what does not boot hangs with USB dark. A bootloader that
 * looks first stays instead; no bootloader looks at the drive. */
static void
start_app (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_find_loader (self, HS_SIM_PHASE_DFU);
  guint64 start = HS_SIM_APP_START + HS_SIM_APP_START_SPREAD * self->own.uid[0] / 255;

  if (loader != NULL && !loader->starts_at_power && !hs_sim_firmware_boots (self)) {
    start = hs_sim_camera_scale (self, HS_SIM_RESET_TO_BUS);
    appear_later (self, HS_SIM_PHASE_DFU, TRUE, now + start);
    return;
  }
  if (!hs_sim_firmware_comes_up (self)) {
    die (self);
    return;
  }
  appear_later (self, HS_SIM_PHASE_APP, FALSE, now + hs_sim_camera_scale (self, start));
}

/* @forced: it was asked for; else it comes only if power-up passes through it. What is no
 * bootloader hangs, unless the chip looks first. */
static void
start_bootloader (HsSimCamera *self, gboolean forced, gint64 when)
{
  const HsSimLoader *loader = hs_sim_camera_find_loader (self, HS_SIM_PHASE_DFU);
  const HsSimLoader *rom = hs_sim_camera_find_loader (self, HS_SIM_PHASE_ROM);

  hs_sim_flash_look_again (self->unit->flash);
  hs_sim_unit_read_bootloader (self->unit, self->board);
  if (!hs_sim_bootloader_starts (self)) {
    if (rom != NULL && rom->comes_alone)
      appear_later (self, HS_SIM_PHASE_ROM, FALSE, when);
    else
      die (self);
    return;
  }
  if (loader != NULL && (forced || loader->starts_at_power))
    appear_later (self, HS_SIM_PHASE_DFU, forced, when);
  else
    start_app (self, when);
}

/* At @when the running program drops off the bus and @next starts. */
void
hs_sim_camera_leave (HsSimCamera *self, HsSimNext next, gint64 when)
{
  self->leave_to = next;
  self->leave_at = when;
  self->window_at = HS_SIM_NEVER;
}

/* The chip starts from the beginning: the jumper says where, if the option bytes still know the
 * way. At level 2 nobody asks the jumper. */
static void
start_chip (HsSimCamera *self, gint64 when)
{
  gboolean rom = self->jumper && hs_sim_camera_find_loader (self, HS_SIM_PHASE_ROM) != NULL &&
                 hs_sim_options_get_level (self) < 2;

  /* In maintenance the secure enclave starts nothing. */
  if (hs_sim_camera_is_in_maintenance (self) || !hs_sim_options_let_start (self, rom))
    die (self);
  else if (rom)
    appear_later (self, HS_SIM_PHASE_ROM, FALSE, when);
  else
    start_bootloader (self, FALSE, when);
}

void
hs_sim_camera_leave_now (HsSimCamera *self, gint64 when)
{
  gint64 reset = when + hs_sim_camera_scale (self, HS_SIM_RESET_TO_BUS);

  hs_sim_camera_stop_loader (self);
  self->leave_at = HS_SIM_NEVER;
  self->window_at = HS_SIM_NEVER;
  self->held = FALSE;
  self->ram_loader = self->leave_to == HS_SIM_NEXT_RAM_LOADER;

  switch (self->leave_to) {
  case HS_SIM_NEXT_APP:
    start_app (self, when);
    break;
  case HS_SIM_NEXT_BOOTLOADER:
    start_bootloader (self, FALSE, reset);
    break;
  case HS_SIM_NEXT_FORCED:
    start_bootloader (self, TRUE, reset);
    break;
  case HS_SIM_NEXT_ROM:
    appear_later (self, HS_SIM_PHASE_ROM, FALSE, reset);
    break;
  case HS_SIM_NEXT_RESET:
    start_chip (self, reset);
    break;
  case HS_SIM_NEXT_RAM_LOADER:
    appear_later (self, HS_SIM_PHASE_DFU, TRUE, reset);
    break;
  case HS_SIM_NEXT_NOTHING:
    die (self);
    break;
  }
  if (self->faults.stay_away)
    self->appear_at = HS_SIM_NEVER;
}

/* Power comes on: without the jumper the bootloader's window is first, always, if it has one. */
static void
power_up (HsSimCamera *self, gint64 now)
{
  hs_sim_options_latch (self);
  start_chip (self, now + hs_sim_camera_scale (self, HS_SIM_POWER_TO_BUS));
}

/* A camera is found as it was left when its simulator ended. Its window has passed meanwhile. */
static void
resume (HsSimCamera *self, gint64 now)
{
  gboolean forced = self->forced;
  gboolean held = self->held;

  self->resume = FALSE;
  switch (self->phase) {
  case HS_SIM_PHASE_OFF:
    power_up (self, now);
    return;
  case HS_SIM_PHASE_DEAD:
    return;
  case HS_SIM_PHASE_DFU:
    if (!forced && !held) {
      start_app (self, now);
      break;
    }
    self->appear_as = HS_SIM_PHASE_DFU;
    self->appear_forced = forced;
    hs_sim_camera_appear (self, now);
    self->held = held;
    if (held)
      self->window_at = HS_SIM_NEVER;
    return;
  case HS_SIM_PHASE_STARTING:
    if (self->jumper) {
      power_up (self, now);
      return;
    }
    if (self->appear_as == HS_SIM_PHASE_DFU && self->appear_forced) {
      hs_sim_camera_appear (self, now);
      return;
    }
    start_app (self, now);
    break;
  case HS_SIM_PHASE_APP:
  case HS_SIM_PHASE_ROM:
    self->appear_as = self->phase;
    hs_sim_camera_appear (self, now);
    return;
  }

  if (self->phase == HS_SIM_PHASE_STARTING)
    hs_sim_camera_appear (self, now);
}

/**
 * hs_sim_camera_plug:
 * @now: the camera's time, microseconds
 *
 * Puts the cable in. Harmless if it is in.
 */
void
hs_sim_camera_plug (HsSimCamera *self, gint64 now)
{
  if (self->plugged)
    return;

  self->plugged = TRUE;
  if (self->resume) {
    resume (self, now);
  } else {
    if (!self->faults.wrong_unit)
      self->unit = &self->own;
    power_up (self, now);
  }
  hs_sim_state_save (self);
}

/**
 * hs_sim_camera_unplug:
 *
 * Pulls the cable, which cuts the power. A write that is under way stays half done.
 */
void
hs_sim_camera_unplug (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader;

  if (!self->plugged)
    return;

  loader = hs_sim_camera_get_loader (self);
  if (loader != NULL && loader->cut != NULL)
    loader->cut (self, now);
  hs_sim_camera_stop_loader (self);
  self->plugged = FALSE;
  self->resume = FALSE;
  self->ram_loader = FALSE;
  self->hung = FALSE;
  self->phase = HS_SIM_PHASE_OFF;
  self->appear_at = HS_SIM_NEVER;
  self->leave_at = HS_SIM_NEVER;
  self->window_at = HS_SIM_NEVER;
  self->held = FALSE;
  self->forced = FALSE;
  hs_sim_state_save (self);
}

void
hs_sim_camera_set_jumper (HsSimCamera *self, gboolean set)
{
  self->jumper = set;
  hs_sim_state_save (self);
}

gboolean
hs_sim_camera_get_jumper (HsSimCamera *self)
{
  return self->jumper;
}

/* What the button does, if anything, is up to what runs. */
void
hs_sim_camera_press_button (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader;

  hs_sim_camera_advance (self, now);
  loader = hs_sim_camera_get_loader (self);
  self->n_presses++;
  if (loader != NULL && loader->press != NULL && self->plugged && !self->hung)
    loader->press (self, now);
  hs_sim_state_save (self);
}

/* How often its button was pressed since it was made. */
guint
hs_sim_camera_get_n_presses (HsSimCamera *self)
{
  return self->n_presses;
}

/**
 * hs_sim_camera_hand_enter:
 *
 * What a person does to bring it into its bootloader: plugs it in anew, which is enough where
 * power-up passes through it; else holds BOOTSEL meanwhile or presses RESET twice. A camera without
 * a bootloader is plugged in.
 */
void
hs_sim_camera_hand_enter (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_find_loader (self, HS_SIM_PHASE_DFU);
  gint64 when = now + hs_sim_camera_scale (self, HS_SIM_POWER_TO_BUS);

  hs_sim_camera_unplug (self, now);
  if (loader == NULL || loader->starts_at_power) {
    hs_sim_camera_plug (self, now);
    return;
  }

  self->plugged = TRUE;
  self->resume = FALSE;
  start_bootloader (self, TRUE, when);
  hs_sim_state_save (self);
}
