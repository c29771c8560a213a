/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/trial-private.h"

#include "app/guide/guide.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

/* Restoring a bootloader on a camera whose own is fine: the jumper is set first, so that the guide
 * finds the chip's ROM, as with one that has nothing left. */

/* Patience for the whole guide, where hands are needed several times and much is written. */
#define GUIDE_TIMES 6
/* So long a step has to last before hands are asked for: some are passed at once. */
#define LASTS_MS 200

/* A guide that is walked. */
typedef struct {
  HsTrial *trial;
  HsGuide *guide;
  guint n_before;        /* jobs of the session before its own */
  guint timer;           /* source; 0 none */
  const HsGuideStep *at; /* that hands will be asked for */
  gboolean wants;        /* it asks for something that nobody can give here */
} Walk;

static gboolean
is_in_rom (gpointer data)
{
  HsTrial *self = data;
  g_autoptr (HsDevice) device = hs_trial_find_device (self);
  const HsUsbInfo *info = device != NULL ? hs_device_get_info (device) : NULL;

  return info != NULL && hs_board_get_mode (self->board, info->vid, info->pid) == HS_MODE_ROM;
}

static gboolean
bring_into_rom (HsTrial *self)
{
  g_autofree char *sentence = g_strdup_printf (
      _ ("Unplug the camera, connect %s, then plug it in again."), _ (self->board->pads));

  hs_trial_ask_hand (self, HS_TRIAL_HAND_JUMPER, sentence, NULL);
  if (hs_trial_await (self, 1, is_in_rom, self))
    return TRUE;
  hs_trial_leave_out (self, _ ("The chip’s own bootloader did not appear."));
  return FALSE;
}

/* Its option bytes as an audit read them; (transfer full) (nullable). */
static char *
dup_option_bytes (HsJob *job)
{
  g_autofree char *text = hs_job_dup_json (job);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = node != NULL ? json_node_get_object (node) : NULL;

  return object != NULL
             ? g_strdup (json_object_get_string_member_with_default (object, "option_bytes", NULL))
             : NULL;
}

/* They are read only; nothing of them is changed in a trial. */
static void
observe_options (HsTrial *self)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsJob) job = NULL;
  g_autofree char *bytes = NULL;

  if (self->board->protection != HS_PROTECTION_RDP)
    return;
  job = hs_trial_do (self, "audit", &options, FALSE);
  bytes = job != NULL ? dup_option_bytes (job) : NULL;
  if (bytes != NULL)
    hs_trial_answer (self, "option-window", bytes);
}

/* --- the guide --- */

/* Notes the jobs that it started; whether one of them restored the bootloader. */
static gboolean
note_jobs (Walk *walk)
{
  GListModel *jobs = hs_session_get_jobs (walk->trial->session);
  gboolean restored = FALSE;

  for (guint i = walk->n_before; i < g_list_model_get_n_items (jobs); i++) {
    g_autoptr (HsJob) job = g_list_model_get_item (jobs, i);

    hs_trial_note_job (walk->trial, job);
    restored |= g_str_equal (hs_job_get_what (job), "restore-bootloader") &&
                hs_job_get_outcome (job) == HS_OUTCOME_PASSED;
  }
  return restored;
}

/* What was found is taken; a choice, a file or a confirmation of a person is not made up. */
static void
give_what_it_wants (Walk *walk)
{
  GFile *offer = hs_guide_get_offer (walk->guide);
  HsGuideWant want = hs_guide_get_want (walk->guide);

  if ((want == HS_GUIDE_WANTS_FILE || want == HS_GUIDE_WANTS_TOOL) && offer != NULL &&
      hs_guide_give_file (walk->guide, offer, NULL))
    return;
  walk->wants = TRUE;
}

static gboolean
lasted_cb (gpointer data)
{
  Walk *walk = data;
  g_autofree char *sentence = hs_guide_dup_sentence (walk->guide);

  walk->timer = 0;
  if (hs_guide_get_step (walk->guide) == walk->at && sentence != NULL)
    hs_trial_ask_hand (walk->trial, HS_TRIAL_HAND_GUIDE, sentence, walk->at->id);
  return G_SOURCE_REMOVE;
}

static void
step_changed_cb (HsGuide *guide, Walk *walk)
{
  g_clear_handle_id (&walk->timer, g_source_remove);
  walk->at = hs_guide_get_step (guide);
  if (walk->at != NULL)
    walk->timer = g_timeout_add (LASTS_MS, lasted_cb, walk);
}

static gboolean
is_over (gpointer data)
{
  Walk *walk = data;
  HsGuideState state = hs_guide_get_state (walk->guide);

  if (state == HS_GUIDE_ASKING)
    give_what_it_wants (walk);
  return walk->wants || state == HS_GUIDE_DONE || state == HS_GUIDE_STOPPED;
}

static void
conclude (HsTrial *self, Walk *walk)
{
  const HsProblem *problem = hs_guide_get_problem (walk->guide);
  gboolean restored = note_jobs (walk);
  g_autofree char *question = walk->wants ? hs_guide_dup_question (walk->guide) : NULL;

  if (walk->wants)
    hs_trial_leave_out (self, _ ("The guide asks: %s"), question != NULL ? question : "?");
  else if (self->cancelled)
    hs_trial_leave_out (self, _ ("The trial was stopped."));
  else if (!hs_guide_get_proven (walk->guide))
    hs_trial_fail (
        self, "%s", problem != NULL ? problem->message : _ ("The guide did not come to its end."));
  else if (!restored)
    hs_trial_leave_out (self, _ ("The camera came back without its bootloader being written."));
  else
    hs_trial_pass (self);
}

static void
walk_guide (HsTrial *self)
{
  g_autoptr (GError) error = NULL;
  HsRequestOptions options = { .build = self->build, .unit = self->unit, .board = self->board };
  g_autoptr (HsGuide) guide =
      hs_guide_new (self->session, HS_GUIDE_RECOVER, self->board, self->port, &options, &error);
  Walk walk = { .trial = self, .guide = guide };

  if (guide == NULL) {
    hs_trial_leave_out (self, "%s", error->message);
    return;
  }
  walk.n_before = g_list_model_get_n_items (hs_session_get_jobs (self->session));
  g_signal_connect (guide, "step-changed", G_CALLBACK (step_changed_cb), &walk);
  hs_guide_start (guide);
  hs_trial_await (self, GUIDE_TIMES, is_over, &walk);
  g_signal_handlers_disconnect_by_data (guide, &walk);
  g_clear_handle_id (&walk.timer, g_source_remove);
  conclude (self, &walk);
  if (hs_guide_get_state (guide) != HS_GUIDE_DONE)
    hs_guide_cancel (guide);
}

void
hs_trial_recover (HsTrial *self)
{
  if (self->board->recovery == HS_RECOVERY_NONE || self->board->recovery == HS_RECOVERY_FOREIGN) {
    hs_trial_leave_out (self, _ ("There is no bootloader of this board that Hotshoe restores."));
    return;
  }
  if (self->board->rom_ids == NULL || self->board->pads == NULL) {
    hs_trial_leave_out (
        self,
        _ ("Its recovery begins with another device on the bus: hotshoe recover leads there."));
    return;
  }
  if (!bring_into_rom (self))
    return;
  observe_options (self);
  walk_guide (self);
}
