/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <unistd.h>

G_DEFINE_FINAL_TYPE (HsSimCamera, hs_sim_camera, G_TYPE_OBJECT)

/* The bootloader that is on the bus leaves it. */
void
hs_sim_camera_stop_loader (HsSimCamera *self)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (loader != NULL && loader->stop != NULL)
    loader->stop (self);
  self->loader_at = HS_SIM_NEVER;
}

static void
hs_sim_camera_finalize (GObject *object)
{
  HsSimCamera *self = HS_SIM_CAMERA (object);

  if (self->board != NULL)
    hs_sim_camera_stop_loader (self);
  hs_sim_unit_clear (&self->own);
  hs_sim_unit_clear (&self->shadow);
  hs_sim_app_clear (&self->app);
  hs_sim_drive_clear (self);
  g_free (self->dfu.xfer);
  g_array_unref (self->torn);
  g_free (self->folder);
  if (self->lock_fd >= 0)
    close (self->lock_fd);

  G_OBJECT_CLASS (hs_sim_camera_parent_class)->finalize (object);
}

static void
hs_sim_camera_class_init (HsSimCameraClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_sim_camera_finalize;
}

static void
hs_sim_camera_init (HsSimCamera *self)
{
  self->faults.write_error_block = -1;
  self->faults.corrupt_block = -1;
  self->faults.slow_block = -1;
  self->lock_fd = -1;
  self->unit = &self->own;
  self->torn = g_array_new (FALSE, FALSE, sizeof (HsSimTorn));
  self->appear_at = HS_SIM_NEVER;
  self->leave_at = HS_SIM_NEVER;
  self->window_at = HS_SIM_NEVER;
  self->loader_at = HS_SIM_NEVER;
  hs_sim_app_init (&self->app);
}

/* Whether its everyday bootloader is simulated; other cameras are applications only. */
gboolean
hs_sim_camera_has_bootloader (HsSimCamera *self)
{
  return hs_sim_camera_find_loader (self, HS_SIM_PHASE_DFU) != NULL;
}

/* Waiting times of a camera without timings are a tenth. */
guint64
hs_sim_camera_scale (HsSimCamera *self, guint64 us)
{
  return self->real_timings ? us : us / 10;
}

/* A new camera comes from the factory; one with a folder is found as it was left. */
static gboolean
make_or_load (HsSimCamera *self, HsMode mode, HsSimCondition condition, GError **error)
{
  static const HsSimPhase phases[] = {
    [HS_MODE_UNKNOWN] = HS_SIM_PHASE_OFF,
    [HS_MODE_APP] = HS_SIM_PHASE_APP,
    [HS_MODE_DFU] = HS_SIM_PHASE_DFU,
    [HS_MODE_ROM] = HS_SIM_PHASE_ROM,
  };

  if (self->folder != NULL && g_mkdir_with_parents (self->folder, 0755) != 0) {
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (errno),
                 "%s: %s",
                 self->folder,
                 g_strerror (errno));
    return FALSE;
  }
  if (self->folder != NULL && (self->lock_fd = hs_sim_state_lock (self->folder, error)) < 0)
    return FALSE;
  if (!hs_sim_unit_open (&self->own, self->board, self->folder, error))
    return FALSE;
  if (self->folder != NULL && hs_sim_state_load (self))
    return TRUE;

  if (!hs_sim_unit_make (&self->own, self->board) || !hs_sim_condition_apply (condition, self)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "can't write a new simulated camera");
    return FALSE;
  }
  self->phase = phases[mode];
  if (!hs_sim_condition_runs (condition))
    self->phase = HS_SIM_PHASE_OFF;
  self->forced = mode == HS_MODE_DFU;
  self->jumper = mode == HS_MODE_ROM;
  self->resume = TRUE;
  hs_sim_state_save (self);
  return TRUE;
}

/**
 * hs_sim_camera_new_in:
 * @board: any board of the table; those whose bootloader is not simulated can only run
 * @number: from 1; the camera's ids follow from it
 * @mode: in which program a new camera is found; ignored if @folder holds one already
 * @condition: what is wrong with a new one; the same
 * @folder: (nullable): where it lives; %NULL: in memory
 * @real_timings: whether flash and wire take time
 * @error: %HS_FLASH_ERROR_BUSY if another process simulates it, %HS_FLASH_ERROR_UNSUPPORTED if the
 *   board has no such mode or can't be in that condition, #GIOErrorEnum for files
 *
 * It is off the bus until hs_sim_camera_plug(). The first plug finds it as it was left: a camera
 * that was held in its bootloader still is; one without power starts.
 */
HsSimCamera *
hs_sim_camera_new_in (const HsBoard *board,
                      guint number,
                      HsMode mode,
                      HsSimCondition condition,
                      const char *folder,
                      gboolean real_timings,
                      GError **error)
{
  g_autoptr (HsSimCamera) self = g_object_new (HS_TYPE_SIM_CAMERA, NULL);
  g_autofree char *name = g_strdup_printf ("%s#%u", board->id, number);

  self->board = board;
  self->number = number;
  self->folder = g_strdup (folder);
  self->drive = folder != NULL ? g_build_filename (folder, "drive", NULL) : NULL;
  self->real_timings = real_timings;
  hs_sim_unit_init (&self->own, board, name);
  hs_sim_options_reset (self);

  if ((mode == HS_MODE_DFU && !hs_sim_camera_has_bootloader (self)) ||
      (mode == HS_MODE_ROM && board->rom_ids == NULL)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "%s can't be simulated in mode %s",
                 board->id,
                 hs_mode_name (mode));
    return NULL;
  }
  if (!hs_sim_condition_fits (condition, board)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "%s can't be simulated as %s",
                 board->id,
                 hs_sim_condition_name (condition));
    return NULL;
  }
  if (!make_or_load (self, mode, condition, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* One that nothing is wrong with; see hs_sim_camera_new_in(). */
HsSimCamera *
hs_sim_camera_new (const HsBoard *board,
                   guint number,
                   HsMode mode,
                   const char *folder,
                   gboolean real_timings,
                   GError **error)
{
  return hs_sim_camera_new_in (
      board, number, mode, HS_SIM_CONDITION_FINE, folder, real_timings, error);
}

/**
 * hs_sim_camera_make_id:
 *
 * Returns: (transfer full): the id that the @number-th camera of that board has; the name of its
 * folder
 */
char *
hs_sim_camera_make_id (const HsBoard *board, guint number)
{
  g_autofree char *name = g_strdup_printf ("%s#%u", board->id, number);
  HsSimUnit unit;

  hs_sim_unit_init (&unit, board, name);
  return g_strdup (unit.id);
}

const HsBoard *
hs_sim_camera_get_board (HsSimCamera *self)
{
  return self->board;
}

const char *
hs_sim_camera_get_id (HsSimCamera *self)
{
  return self->own.id;
}

/* Which program is on the bus; %HS_MODE_UNKNOWN while none is. */
HsMode
hs_sim_camera_get_mode (HsSimCamera *self)
{
  switch (self->phase) {
  case HS_SIM_PHASE_APP:
    return HS_MODE_APP;
  case HS_SIM_PHASE_DFU:
    return HS_MODE_DFU;
  case HS_SIM_PHASE_ROM:
    return HS_MODE_ROM;
  default:
    return HS_MODE_UNKNOWN;
  }
}

HsSimFaults *
hs_sim_camera_get_faults (HsSimCamera *self)
{
  return &self->faults;
}

/* Transfers and serial writes since it was made. */
guint
hs_sim_camera_get_n_requests (HsSimCamera *self)
{
  return self->n_requests;
}

/* Requests that came between DETACH and the disappearance: there should be none. */
guint
hs_sim_camera_get_n_late (HsSimCamera *self)
{
  return self->n_late;
}

gboolean
hs_sim_camera_is_plugged (HsSimCamera *self)
{
  return self->plugged;
}

/* Whether it blinks that it gave up, and answers nothing until power is cut. */
gboolean
hs_sim_camera_is_hung (HsSimCamera *self)
{
  return self->hung || self->phase == HS_SIM_PHASE_DEAD;
}

/* (transfer full): all bytes of the partition, whatever mode it is in */
GBytes *
hs_sim_camera_dup_partition (HsSimCamera *self, const HsPartition *partition)
{
  return hs_sim_flash_dup (self->own.flash, partition, partition->size);
}

/* (transfer full): its first @length bytes, or all if it has fewer */
GBytes *
hs_sim_camera_dup_start (HsSimCamera *self, const HsPartition *partition, gsize length)
{
  return hs_sim_flash_dup (self->own.flash, partition, MIN (length, partition->size));
}

gboolean
hs_sim_camera_is_on_bus (HsSimCamera *self)
{
  return self->plugged && (self->phase == HS_SIM_PHASE_DFU || self->phase == HS_SIM_PHASE_APP ||
                           self->phase == HS_SIM_PHASE_ROM);
}

/* Counts its enumerations; 0 while it is off the bus. */
guint64
hs_sim_camera_get_enumeration (HsSimCamera *self)
{
  return hs_sim_camera_is_on_bus (self) ? self->enumeration : 0;
}

/* Another unit comes back in its place: same board, from the factory. */
static void
swap_unit (HsSimCamera *self)
{
  g_autofree char *name = g_strdup_printf ("%s#%u another", self->board->id, self->number);

  if (self->shadow.flash == NULL) {
    hs_sim_unit_init (&self->shadow, self->board, name);
    if (!hs_sim_unit_open (&self->shadow, self->board, NULL, NULL) ||
        !hs_sim_unit_make (&self->shadow, self->board))
      return;
  }
  self->unit = &self->shadow;
}

/* Fault: the firmware where the bootloader should be, and the other way round. */
static void
mistake_mode (HsSimCamera *self)
{
  if (self->appear_as == HS_SIM_PHASE_APP && hs_sim_camera_has_bootloader (self)) {
    self->appear_as = HS_SIM_PHASE_DFU;
    self->appear_forced = TRUE;
  } else if (self->appear_as == HS_SIM_PHASE_DFU && hs_sim_firmware_comes_up (self)) {
    self->appear_as = HS_SIM_PHASE_APP;
  }
}

/* The program that was starting is on the bus. */
void
hs_sim_camera_appear (HsSimCamera *self, gint64 when)
{
  const HsSimLoader *loader;

  if (self->faults.wrong_mode)
    mistake_mode (self);
  self->phase = self->appear_as;
  self->appear_at = HS_SIM_NEVER;
  self->enumeration++;
  self->config = 1;
  self->alternate = 0;
  self->forced = self->phase == HS_SIM_PHASE_DFU && self->appear_forced;
  self->held = FALSE;
  if (self->faults.wrong_unit)
    swap_unit (self);

  loader = hs_sim_camera_get_loader (self);
  if (self->phase == HS_SIM_PHASE_APP)
    hs_sim_app_start (self, when);
  else if (loader != NULL)
    loader->start (self, self->appear_forced, when);
  hs_sim_camera_ask_loader (self, when);
}

/* The next thing that happens by itself in the present phase. */
static gint64
next_event (HsSimCamera *self)
{
  gint64 next = MIN (self->appear_at, MIN (self->leave_at, self->window_at));

  if (self->hung)
    return HS_SIM_NEVER;
  if (self->phase == HS_SIM_PHASE_APP && self->app.unacked->len > 0)
    next = MIN (next, self->app.resend_at);
  if (self->phase == HS_SIM_PHASE_APP && self->app.ready_at > 0)
    next = MIN (next, self->app.ready_at);
  return MIN (next, self->loader_at);
}

/* Lets the bootloader do what is due, and learns when it wants to be asked again. */
void
hs_sim_camera_ask_loader (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  self->loader_at = HS_SIM_NEVER;
  if (loader != NULL && loader->advance != NULL && !self->hung)
    self->loader_at = MAX (loader->advance (self, now), now + 1);
}

/**
 * hs_sim_camera_advance:
 * @now: the camera's time, microseconds; never goes back
 *
 * Runs what is due.
 *
 * Returns: when the next thing is due, %G_MAXINT64 if nothing is
 */
gint64
hs_sim_camera_advance (HsSimCamera *self, gint64 now)
{
  gint64 when;
  gboolean happened = FALSE;

  while (self->plugged && (when = next_event (self)) <= now) {
    happened = TRUE;
    if (when == self->appear_at)
      hs_sim_camera_appear (self, when);
    else if (when == self->leave_at)
      hs_sim_camera_leave_now (self, when);
    else if (when == self->window_at)
      hs_sim_camera_leave (self, HS_SIM_NEXT_APP, when + HS_SIM_LEAVE);
    else if (when == self->loader_at)
      hs_sim_camera_ask_loader (self, when);
    else if (when == self->app.ready_at)
      hs_sim_app_feed (self, when);
    else
      hs_sim_v2_resend (self, when);
  }

  if (happened)
    hs_sim_state_save (self);
  return self->plugged ? next_event (self) : HS_SIM_NEVER;
}

/**
 * hs_sim_camera_bus_reset:
 *
 * A reset of its port. In some bootloaders that starts the application.
 */
void
hs_sim_camera_bus_reset (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader;

  hs_sim_camera_advance (self, now);
  loader = hs_sim_camera_get_loader (self);
  if (loader != NULL && loader->bus_reset != NULL && !self->hung)
    loader->bus_reset (self, now);
  hs_sim_state_save (self);
}
