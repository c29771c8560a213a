/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/health.h"
#include "app/job-text.h"
#include "app/slot-private.h"
#include "flash/method.h"

#include <glib/gi18n-lib.h>

/* What a card says, state by state: two texts for each, as the bench's table draws them. */

static char *
make_date (gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  /* Translators: a day without its year: "3 November" */
  return g_date_time_format (local, _ ("%-d %B"));
}

static char *
join (const char *first, const char *second)
{
  if (second == NULL || *second == '\0')
    return g_strdup (first);
  return g_strdup_printf ("%s %s", first, second);
}

static char *
headline_of_job (HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);
  g_autofree char *outcome = hs_explain_outcome (hs_outcome_name (hs_job_get_outcome (job)));

  if (problem == NULL && hs_job_get_unrecorded (job))
    return g_strdup (_ ("Not recorded"));
  if (problem == NULL || problem->headline == NULL)
    return g_steal_pointer (&outcome);
  /* Translators: how a run ended, and the cause in four words: "Failed: the cable came off" */
  return g_strdup_printf (_ ("%s: %s"), outcome, problem->headline);
}

static char *
headline_of_hand (HsSlot *self)
{
  guint seconds;

  switch (hs_slot_get_hand (self, &seconds)) {
  case HS_SLOT_HAND_UNPLUG:
    return g_strdup (_ ("Unplug the camera"));
  case HS_SLOT_HAND_AGAIN:
    return g_strdup (_ ("Missed the start-up window"));
  case HS_SLOT_HAND_PAUSE:
    return g_strdup (_ ("Wait a moment"));
  case HS_SLOT_HAND_PLUG_IN:
    return g_strdup (_ ("Plug it in now"));
  case HS_SLOT_HAND_BOARD:
    break;
  }
  return g_strdup (_ ("Waits for your hand"));
}

static char *
sentence_hand (HsSlot *self)
{
  const HsBoard *board = hs_job_get_board (hs_slot_get_job (self));
  guint seconds;

  switch (hs_slot_get_hand (self, &seconds)) {
  case HS_SLOT_HAND_UNPLUG:
    return g_strdup (_ ("Then plug it in again: its start-up window is caught."));
  case HS_SLOT_HAND_AGAIN:
    return g_strdup (_ ("Unplug the camera, wait for the countdown, plug it in."));
  case HS_SLOT_HAND_PAUSE:
    return g_strdup_printf (
        ngettext ("Plug it in again in %u second.", "Plug it in again in %u seconds.", seconds),
        seconds);
  case HS_SLOT_HAND_PLUG_IN:
    return g_strdup (_ ("It goes on by itself the moment the camera appears."));
  case HS_SLOT_HAND_BOARD:
    break;
  }
  return g_strdup (hs_explain_hand (board));
}

char *
hs_slot_make_headline (HsSlot *self)
{
  HsJob *job = hs_slot_get_job (self);
  HsProgressState progress;

  switch (hs_slot_get_state (self)) {
  case HS_SLOT_EMPTY:
    return g_strdup (_ ("Empty"));
  case HS_SLOT_READY:
    return g_strdup (_ ("Ready"));
  case HS_SLOT_UP_TO_DATE:
    return g_strdup (_ ("Up to date"));
  case HS_SLOT_HELD:
    return g_strdup (_ ("Held in the bootloader"));
  case HS_SLOT_WRONG_BOARD:
    return g_strdup (_ ("Needs another build"));
  case HS_SLOT_INTERRUPTED:
    return g_strdup (_ ("What is on it is not known"));
  case HS_SLOT_WHICH_UNIT:
    return g_strdup (hs_slot_get_device (self) != NULL &&
                             hs_device_get_problem (hs_slot_get_device (self)) ==
                                 HS_DEVICE_UNWATCHED
                         ? _ ("Which program is this?")
                         : _ ("Which unit is this?"));
  case HS_SLOT_NO_METHOD:
    return g_strdup (_ ("Can’t be flashed yet"));
  case HS_SLOT_NO_ACCESS:
    return g_strdup (_ ("Hotshoe may not open this camera"));
  case HS_SLOT_BUSY:
    return g_strdup (_ ("Another program is using this camera"));
  case HS_SLOT_WORKING:
  case HS_SLOT_SLOW:
    if (hs_job_get_state (job) == HS_JOB_STOPPING)
      return g_strdup (_ ("Stopping…"));
    hs_job_get_progress (job, &progress);
    return hs_explain_activity (&progress);
  case HS_SLOT_WAITING:
    return headline_of_hand (self);
  case HS_SLOT_DIFFERS:
    return g_strdup (_ ("It holds something else"));
  case HS_SLOT_PASSED:
  case HS_SLOT_FAILED:
  case HS_SLOT_CANCELLED:
  case HS_SLOT_UNPROVEN:
  case HS_SLOT_REFUSED:
    return headline_of_job (job);
  }
  return g_strdup ("");
}

static const HsJobPart *
part_in_work (HsJob *job, HsRole role)
{
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->role == role)
      return hs_job_get_part (job, i);
  return NULL;
}

static char *
sentence_working (HsJob *job)
{
  HsProgressState progress;
  guint n_steps, step = hs_job_get_step (job, &n_steps);
  const HsJobPart *part;

  hs_job_get_progress (job, &progress);
  if (hs_job_get_state (job) == HS_JOB_QUEUED)
    return g_strdup (_ ("Waits until this port is free"));
  if (step == 0)
    return g_strdup (_ ("Checking before anything is written"));

  part = part_in_work (job, progress.role);
  if (part == NULL || part->length == 0)
    return g_strdup_printf (_ ("Step %u of %u"), step, n_steps);
  return g_strdup_printf (
      _ ("Step %u of %u · sector %u of %u"),
      step,
      n_steps,
      hs_partition_unit_at (part->partition, MIN (progress.done, part->length - 1)) + 1,
      hs_partition_unit_at (part->partition, part->length - 1) + 1);
}

static char *
sentence_slow (HsJob *job)
{
  HsProgressState progress;
  const HsJobPart *part;

  hs_job_get_progress (job, &progress);
  part = part_in_work (job, progress.role);
  if (part == NULL)
    return g_strdup (_ ("This takes longer than usual. Still working."));
  return g_strdup_printf (
      _ ("Sector %u is slow: %.1f s at most by the datasheet. Still working."),
      hs_partition_unit_at (part->partition, MIN (progress.done, part->length - 1)) + 1,
      hs_job_get_board (job)->erase_max_ms / 1000.0);
}

static char *
sentence_problem (HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);

  if (problem == NULL && hs_job_get_outcome (job) == HS_OUTCOME_PASSED)
    return hs_job_dup_result (job);
  if (problem == NULL)
    return g_strdup (_ ("Nothing was written after you stopped it."));
  return join (problem->message, problem->action);
}

/* What was done is news, though it proves nothing about the camera. */
static gboolean
tells_more (const char *what)
{
  return g_str_equal (what, "dry-run") || g_str_equal (what, "read") ||
         g_str_equal (what, "read-build");
}

static char *
sentence_ready (HsSlot *self)
{
  HsUnit *unit = hs_slot_get_unit (self);
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, "firmware") : NULL;
  HsJob *job = hs_slot_get_job (self);
  g_autofree char *date = content != NULL ? make_date (content->since) : NULL;
  g_autofree char *mixed = unit != NULL ? hs_health_dup_mixed (unit) : NULL;

  if (job != NULL && tells_more (hs_job_get_what (job)))
    return hs_job_dup_result (job);
  if (unit != NULL && hs_unit_get_changed_outside (unit))
    return g_strdup (_ ("Changed outside Hotshoe since it was last proven"));
  if (mixed != NULL)
    return g_steal_pointer (&mixed);
  if (content != NULL && content->build_name != NULL)
    return g_strdup_printf (_ ("Runs %s, read back on %s"), content->build_name, date);
  if (unit != NULL && hs_unit_get_last_version (unit) != NULL)
    return g_strdup_printf (_ ("Runs %s, which is not in the catalog"),
                            hs_unit_get_last_version (unit));
  return g_strdup (unit != NULL ? _ ("Nothing on it has been proven yet")
                                : _ ("Hotshoe has not looked at it yet"));
}

static char *
sentence_wrong_board (HsSlot *self)
{
  HsBuild *loaded = hs_slot_get_loaded (self);
  const HsBoard *board = hs_board_by_id (hs_build_get_board (loaded));

  return g_strdup_printf (_ ("%s is for the %s"),
                          hs_build_get_name (loaded),
                          board != NULL ? _ (board->name) : hs_build_get_board (loaded));
}

static char *
sentence_held (HsSlot *self)
{
  guint16 bcd = hs_device_get_bcd_device (hs_slot_get_device (self));
  const HsBoard *board = hs_slot_get_board (self);

  if (board != NULL && board->method != &hs_method_openmv_dfu)
    return g_strdup_printf (_ ("The bootloader of the %s waits · nothing changed yet"),
                            _ (board->name));
  if (bcd == 0x0200)
    return g_strdup (_ ("An old bootloader · nothing changed yet"));
  return g_strdup_printf (
      _ ("Version %u.%u.%u · nothing changed yet"), bcd >> 8, (bcd >> 4) & 15u, bcd & 15u);
}

static char *
sentence_empty (HsSlot *self)
{
  HsRun *run = hs_slot_get_last_run (self);
  g_autofree char *outcome = NULL;

  if (run == NULL)
    return g_strdup (_ ("Plug in a camera"));
  outcome = hs_explain_outcome (hs_run_get_outcome (run));
  return g_strdup_printf (_ ("Last: %s, %s"),
                          hs_run_get_unit_label (run) != NULL ? hs_run_get_unit_label (run)
                          : hs_run_get_unit (run) != NULL     ? hs_run_get_unit (run)
                                                              : _ ("unknown unit"),
                          outcome);
}

/* Flashing does not erase a filesystem. */
static char *
sentence_interrupted (HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_strcmp0 (content->state, "unknown") == 0 &&
        !hs_role_is_filesystem (hs_role_from_name (content->role)))
      return g_strdup (_ ("The last run broke off. Flash it again: it is then written in full."));
  }
  return g_strdup (_ ("Erasing its filesystem broke off. Erase it again."));
}

static char *
sentence_which_unit (HsDevice *device)
{
  if (hs_device_get_problem (device) == HS_DEVICE_UNWATCHED)
    return g_strdup (_ ("Two programs of this board show the same USB id. Unplug the camera and "
                        "plug it in again."));
  if (hs_device_get_mode (device) == HS_MODE_ROM)
    return g_strdup (_ ("The chip’s own bootloader runs. If the camera is well, take the jumper "
                        "off and plug it in again; if it is dead, recover it."));
  if (hs_device_get_mode (device) == HS_MODE_DFU)
    return g_strdup (_ ("Several boards show its USB id in their bootloader. The build that you "
                        "load tells which one it is."));
  return g_strdup (_ ("Its USB id is shared by several boards, so it can’t be told apart."));
}

char *
hs_slot_make_sentence (HsSlot *self)
{
  HsDevice *device = hs_slot_get_device (self);
  const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

  switch (hs_slot_get_state (self)) {
  case HS_SLOT_EMPTY:
    return sentence_empty (self);
  case HS_SLOT_READY:
  case HS_SLOT_UP_TO_DATE:
    return sentence_ready (self);
  case HS_SLOT_HELD:
    return sentence_held (self);
  case HS_SLOT_WRONG_BOARD:
    return sentence_wrong_board (self);
  case HS_SLOT_INTERRUPTED:
    return sentence_interrupted (hs_slot_get_unit (self));
  case HS_SLOT_WHICH_UNIT:
    return sentence_which_unit (device);
  case HS_SLOT_NO_METHOD:
    return g_strdup (board != NULL && board->not_yet != NULL ? _ (board->not_yet) : "");
  case HS_SLOT_NO_ACCESS:
    return g_strdup (hs_slot_takes_by_drive (self)
                         ? _ ("The udev rules are not installed. Its drive takes the firmware all "
                              "the same; that ends unproven.")
                         : _ ("The udev rules are not installed."));
  case HS_SLOT_WORKING:
    return sentence_working (hs_slot_get_job (self));
  case HS_SLOT_SLOW:
    return sentence_slow (hs_slot_get_job (self));
  case HS_SLOT_WAITING:
    return sentence_hand (self);
  case HS_SLOT_PASSED:
    return hs_job_dup_result (hs_slot_get_job (self));
  case HS_SLOT_DIFFERS:
  case HS_SLOT_BUSY:
  case HS_SLOT_FAILED:
  case HS_SLOT_CANCELLED:
  case HS_SLOT_UNPROVEN:
  case HS_SLOT_REFUSED:
    return sentence_problem (hs_slot_get_job (self));
  }
  return g_strdup ("");
}
