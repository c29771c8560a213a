/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/guide/guide-private.h"

#include "app/explain.h"
#include "flash/error.h"
#include "flash/identity.h"

#include <glib/gi18n-lib.h>

/* The jobs of a guide's steps. One that the hand has to help waits by itself: it is there before
 * the window of a bootloader opens. */

/* So many in a row, whatever hands did between them, and it ends. */
#define MOST_FAILURES 20

static void go_on_with_job (HsGuide *self);
static void job_changed_cb (HsGuide *self);
static void job_outcome_cb (HsGuide *self);

gboolean
hs_guide_is_by_hand (const HsGuideStep *step)
{
  return step->what != NULL && step->wait != HS_SIGHT_ANY;
}

gboolean
hs_guide_job_runs (HsGuide *self)
{
  return self->job != NULL && hs_job_get_state (self->job) != HS_JOB_FINISHED;
}

/* It is at the camera, and may restart it. */
gboolean
hs_guide_job_works (HsGuide *self)
{
  return hs_guide_job_runs (self) && self->caught;
}

/* What it has waited for has come, whether that was published yet or not. */
gboolean
hs_guide_job_is_at_work (HsGuide *self)
{
  HsProgressState progress;

  hs_job_peek_progress (self->job, &progress);
  return progress.activity >= HS_ACTIVITY_ENTERING && progress.activity != HS_ACTIVITY_WAITING;
}

/* Lets go of it; one that still runs is stopped. */
void
hs_guide_drop_job (HsGuide *self)
{
  if (self->job == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->job, self);
  if (hs_guide_job_runs (self))
    hs_job_cancel (self->job);
  g_clear_object (&self->job);
}

/* Its everyday bootloader does not tell which unit it is. */
static gboolean
shows_no_id (HsGuide *self)
{
  return self->board->dfu_scheme == HS_ID_SCHEME_NONE;
}

/* Two cameras may have the very same bootloader. One that is somewhere else while this one is in
 * its ROM is another, whatever its bootloader reads as afterwards. */
static void
note_others (HsGuide *self)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (self->session));
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);

    if (hs_device_get_attached (device) && hs_device_get_key (device) != NULL &&
        hs_device_get_strength (device) == HS_IDENTITY_PROVEN &&
        g_strcmp0 (hs_device_get_port (device), self->port) != 0)
      g_strv_builder_add (keys, hs_device_get_key (device));
  }
  g_strfreev (self->options.rom_others);
  self->options.rom_others = g_strv_builder_end (keys);
}

/* Of the step's job; borrowed strings and objects. */
static HsRequestOptions
make_options (HsGuide *self, gboolean replug)
{
  const HsGuideStep *step = hs_guide_get_step (self);
  gboolean restores = g_str_equal (step->what, "restore-bootloader");
  HsRequestOptions options = self->options;

  options.replug = replug;
  options.erase_filesystem = step->erases;
  if (restores)
    options.build = self->loader_build;
  if (restores || self->table->purpose != HS_GUIDE_RECOVER)
    options.unit = (char *) hs_guide_get_unit (self); /* only to be confirmed: a ROM shows none */
  else if (shows_no_id (self) && self->sight != HS_SIGHT_APP)
    options.unit = NULL; /* compared when its firmware is back */
  return options;
}

/* As if it had been asked of the job: it could not be started. */
static void
fail_to_start (HsGuide *self, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);

  hs_guide_set_problem (self, problem);
  hs_guide_stop (self);
}

/* Something else than the camera is where it should be; what it means was said. */
static gboolean
is_in_the_way (HsGuide *self)
{
  return self->sight == HS_SIGHT_NO_ACCESS || hs_guide_find_surprise (self, self->sight) != NULL;
}

/* Starts the job of the step, if it can begin with what is seen now. */
void
hs_guide_start_job (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);
  gboolean waits = hs_guide_is_by_hand (step) && (self->sight != step->wait || self->replug);
  g_autoptr (HsDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  HsRequestOptions options;

  if (self->searching || (!waits && (self->sight == HS_SIGHT_NOTHING || is_in_the_way (self))))
    return;

  hs_guide_drop_job (self);
  device = hs_guide_dup_device (self);
  if (device == NULL) /* it may appear anywhere */
    return;
  options = make_options (self, waits);
  self->by_hand = waits;
  self->replug = FALSE;
  self->caught = !waits;
  self->job = hs_session_start (self->session, step->what, device, &options, &error);
  if (self->job == NULL) {
    fail_to_start (self, error);
    return;
  }
  if (g_str_equal (step->what, "restore-bootloader")) {
    self->staged = self->board->recovery == HS_RECOVERY_SDP;
    note_others (self);
  }
  self->state = waits ? HS_GUIDE_WAITING : HS_GUIDE_WORKING;
  g_signal_connect_object (
      self->job, "changed", G_CALLBACK (job_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->job, "notify::outcome", G_CALLBACK (job_outcome_cb), self, G_CONNECT_SWAPPED);
  hs_guide_changed (self);
  if (!waits && hs_guide_is_by_hand (step))
    go_on_with_job (self);
}

/* What it has waited for has come: the step is over, its work goes on in the next. */
static void
go_on_with_job (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);
  guint then = hs_guide_get_then (self, self->step);
  const HsGuideStep *next = hs_guide_nth_step (self, then);

  self->caught = TRUE;
  self->state = HS_GUIDE_WORKING;
  hs_guide_stop_waiting (self);
  hs_guide_set_problem (self, NULL);
  if (next->what == NULL || !g_str_equal (next->what, step->what) || next->erases != step->erases ||
      hs_guide_is_by_hand (next))
    return;
  self->taking = TRUE;
  hs_guide_go (self, then);
}

/* It was over before anybody saw it begin. */
static gboolean
did_something (HsJob *job)
{
  HsOutcome outcome = hs_job_get_outcome (job);

  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->state != HS_PART_UNTOUCHED)
      return TRUE;
  return outcome == HS_OUTCOME_PASSED || outcome == HS_OUTCOME_UNPROVEN;
}

/* The bus may tell sooner than the job that it has caught the camera. */
void
hs_guide_notice_job (HsGuide *self)
{
  if (!hs_guide_job_runs (self)) /* its outcome tells */
    return;
  if (self->by_hand && !self->caught && self->next < 0 && hs_guide_job_is_at_work (self))
    go_on_with_job (self);
}

static void
job_changed_cb (HsGuide *self)
{
  hs_guide_notice_job (self);
  hs_guide_changed (self);
}

/* --- how it ended --- */

/* What no hand at the camera changes. */
static gboolean
is_final (const char *code)
{
  static const char *const codes[] = { "wrong-board",       "wrong-role",    "too-large",
                                       "bad-file",          "never-written", "no-build",
                                       "no-release",        "bad-recipe",    "release-draft",
                                       "release-withdrawn", "unsigned",      "unit-shipped",
                                       "unit-scrapped",     "needs-number",  "version-differs",
                                       "catalog-failed",    "file-altered",  "no-tool",
                                       "not-offered",       "usage",         "unit-file",
                                       "protected",         "differs",       NULL };

  return g_strv_contains (codes, code);
}

/* Whether all it wrote was read back. */
static gboolean
all_is_proven (HsJob *job)
{
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->state != HS_PART_VERIFIED)
      return FALSE;
  return hs_job_get_n_parts (job) > 0;
}

/* That the next bootloader on this port is the one that was written proves whose it is. */
static void
remember_restored (HsGuide *self)
{
  const HsJobPart *part =
      hs_job_get_n_parts (self->job) > 0 ? hs_job_get_part (self->job, 0) : NULL;

  g_clear_pointer (&self->options.rom_run, g_free);
  g_clear_pointer (&self->options.rom_sha256, g_free);
  for (guint i = 0; i < hs_job_get_n_parts (self->job); i++)
    if (hs_job_get_part (self->job, i)->role == HS_ROLE_BOOTLOADER)
      part = hs_job_get_part (self->job, i);
  /* What a vendor's program wrote is proven by that bootloader only. */
  if (part == NULL || (part->sha256_read_back == NULL && part->state != HS_PART_WRITTEN))
    return;
  self->options.rom_run = g_strdup (hs_job_get_id (self->job));
  self->options.rom_sha256 =
      g_strdup (part->sha256_read_back != NULL ? part->sha256_read_back : part->sha256_file);
  self->options.rom_length = part->length;
}

/* What a bootloader that shows no id was written can only be told afterwards to be on another unit
 * than the one that was meant. */
static gboolean
was_other_unit (HsGuide *self)
{
  const char *unit = hs_job_get_unit (self->job);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsProblem) problem = NULL;

  if (self->options.unit == NULL || !shows_no_id (self) ||
      self->table->purpose != HS_GUIDE_RECOVER ||
      g_str_equal (hs_guide_get_step (self)->what, "restore-bootloader") ||
      g_strcmp0 (unit, self->options.unit) == 0)
    return FALSE;
  error = g_error_new (HS_FLASH_ERROR,
                       HS_FLASH_ERROR_WRONG_UNIT,
                       _ ("This is another unit than the one asked for: expected %s, found %s. Its "
                          "bootloader shows no id, so it was flashed."),
                       self->options.unit,
                       unit != NULL ? unit : _ ("no id"));
  problem = hs_explain_error (error);
  hs_guide_set_problem (self, problem);
  hs_guide_stop (self);
  return TRUE;
}

static void
pass (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);
  gboolean unproven = hs_job_get_outcome (self->job) == HS_OUTCOME_UNPROVEN;
  gboolean restores = g_str_equal (step->what, "restore-bootloader");

  if (was_other_unit (self))
    return;
  if (restores) {
    remember_restored (self);
    self->is_old = FALSE;
  }
  /* What a vendor's program has written is proven by the bootloader that comes up. */
  unproven = unproven && !restores;
  hs_guide_set_problem (self, unproven ? hs_job_get_problem (self->job) : NULL);
  self->n_moves = 0;
  self->n_failures = 0;
  hs_guide_go (self, hs_guide_get_then (self, self->step));
}

/* The ROM of another chip: what is to be written is for this board, that was seen to before. */
static gboolean
is_other_rom (HsGuide *self, const char *code)
{
  const char *what = hs_guide_get_step (self)->what;

  return !g_str_equal (what, "flash") &&
         (g_str_equal (code, "unknown-partitions") ||
          (g_str_equal (code, "wrong-board") && hs_job_get_unit (self->job) == NULL));
}

/* What the failure tells about what is on the bus. */
static void
judge (HsGuide *self, const char *code)
{
  const char *unit = hs_job_get_unit (self->job);

  if (g_str_equal (code, "another-unit") || g_str_equal (code, "other-bootloader")) {
    g_free (self->stranger);
    self->stranger = g_strdup (unit);
    hs_guide_judge (self, HS_SIGHT_OTHER_BOARD);
  }
  if (is_other_rom (self, code)) {
    hs_guide_judge (self, HS_SIGHT_OTHER_ROM);
  } else if (g_str_equal (code, "unknown-partitions")) {
    self->is_old = TRUE;
    hs_guide_judge (self, HS_SIGHT_OLD_BOOTLOADER);
  }
}

static void
go_back (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  self->state = HS_GUIDE_WAITING;
  if (hs_guide_go_where_it_shows (self))
    return;
  if (hs_guide_find_surprise (self, self->sight) == NULL && step->if_failed != NULL) {
    self->replug = self->sight != HS_SIGHT_NOTHING;
    hs_guide_go (self, hs_guide_find_step (self, step->if_failed));
    return;
  }
  self->held = TRUE; /* until the bus shows something else */
  hs_guide_wait_patiently (self);
  hs_guide_changed (self);
}

static void
fail (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);
  g_autoptr (HsProblem) problem = hs_problem_copy (hs_job_get_problem (self->job));

  hs_guide_set_problem (self, problem);
  if ((is_final (problem->code) && !is_other_rom (self, problem->code)) ||
      ++self->n_failures > MOST_FAILURES) {
    hs_guide_stop (self);
  } else if (g_str_equal (problem->code, "not-confirmed")) {
    hs_guide_ask (self, HS_GUIDE_WANTS_CONFIRMATION, problem->message);
  } else if (step->if_silent != NULL && all_is_proven (self->job) &&
             g_str_equal (problem->code, "did-not-come-back")) {
    self->out = FALSE;
    hs_guide_set_problem (self, NULL);
    hs_guide_go (self, hs_guide_find_step (self, step->if_silent));
  } else {
    self->out = g_str_equal (problem->code, "camera-gone") && self->sight == HS_SIGHT_NOTHING;
    if (g_str_equal (problem->code, "camera-gone"))
      hs_guide_forget_confirmation (self);
    judge (self, problem->code);
    go_back (self);
  }
}

/* It was called off, and had caught the camera in the same moment: it is done again. */
static void
begin_again (HsGuide *self)
{
  self->next = -1;
  self->caught = FALSE;
  self->state = HS_GUIDE_WAITING;
  hs_guide_wait_patiently (self);
  hs_guide_changed (self);
  hs_guide_advance (self);
}

/* What it wrote to one camera it goes on with on that one only: from then on it must be that unit,
 * whatever is plugged in there. An old bootloader, too, was somebody's. */
static void
remember_unit (HsGuide *self)
{
  const HsProblem *problem = hs_job_get_problem (self->job);
  const char *unit = hs_job_get_unit (self->job);
  gboolean old = problem != NULL && g_str_equal (problem->code, "unknown-partitions");

  if (self->options.unit == NULL && hs_identity_names_unit (self->board, unit) &&
      (old || did_something (self->job)))
    self->options.unit = g_strdup (unit);
}

/* Whether the job did all that was left to do: nothing is left to be stopped. */
static gboolean
reaches_end (HsGuide *self)
{
  HsOutcome outcome = hs_job_get_outcome (self->job);
  guint then = hs_guide_get_then (self, self->step);

  return (outcome == HS_OUTCOME_PASSED || outcome == HS_OUTCOME_UNPROVEN) &&
         hs_guide_get_then (self, then) == then;
}

static void
job_outcome_cb (HsGuide *self)
{
  g_autoptr (HsGuide) alive = g_object_ref (self);
  HsOutcome outcome = hs_job_get_outcome (self->job);

  self->quiet = TRUE;
  hs_guide_look (self);
  self->quiet = FALSE;

  if (self->next >= 0 && !did_something (self->job)) {
    hs_guide_go (self, (guint) self->next);
    return;
  }
  if (self->next >= 0 && outcome == HS_OUTCOME_CANCELLED) {
    begin_again (self);
    return;
  }
  self->next = -1;
  if (self->by_hand && !self->caught && did_something (self->job))
    go_on_with_job (self);
  self->caught = FALSE;
  remember_unit (self);
  if (self->stopping && !reaches_end (self)) {
    hs_guide_set_problem (self, hs_job_get_problem (self->job));
    hs_guide_stop (self);
  } else if (outcome == HS_OUTCOME_PASSED || outcome == HS_OUTCOME_UNPROVEN) {
    pass (self);
  } else if (outcome == HS_OUTCOME_CANCELLED || hs_job_get_problem (self->job) == NULL) {
    hs_guide_set_problem (self, hs_job_get_problem (self->job));
    hs_guide_stop (self);
  } else {
    fail (self);
  }
}
