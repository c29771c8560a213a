/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/trial-private.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PATIENCE_MS  (5 * 60 * 1000) /* for hands */
#define COME_BACK_MS (20 * 1000)     /* for a camera that restarts by itself */

static const char *const result_names[] = { "not tried", "passed", "failed" };

const char *
hs_trial_result_name (HsTrialResult result)
{
  return result_names[result];
}

/* --- the questions --- */

static const struct {
  const char *id;
  const char *asked; /* N_()-marked */
} questions[] = {
  { "ospi-byte-order", N_ ("Does external flash read back with the bytes of each word swapped?") },
  { "identical-is-read-only", N_ ("Does flashing what is there already write nothing?") },
  { "torn-write-found", N_ ("Does a write that broke off leave the bootloader able to write?") },
  { "option-window", N_ ("What does the ROM show of the option bytes?") },
};

/* --- life --- */

static void
digest_free (gpointer data)
{
  HsTrialDigest *self = data;

  g_free (self->partition);
  g_free (self->sha256);
  g_free (self);
}

static void
step_clear (gpointer data)
{
  HsTrialStep *self = data;

  g_free (self->why);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->digests);
}

static void
question_clear (gpointer data)
{
  g_free (((HsTrialQuestion *) data)->answer);
}

static gboolean
check_groups (const char *const *only, GError **error)
{
  for (; only != NULL && *only != NULL; only++) {
    const HsTrialPlan *plan;
    gboolean found = FALSE;

    for (guint i = 0; (plan = hs_trial_nth_plan (i)) != NULL; i++)
      found |= g_str_equal (plan->group, *only);
    if (found)
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("a trial has “read”, “flash”, “erase”, “pull”, “enter” and “recover”, no “%s”"),
                 *only);
    return FALSE;
  }
  return TRUE;
}

static void
add_steps (HsTrial *self, const char *const *only)
{
  const HsTrialPlan *plan;

  for (guint i = 0; (plan = hs_trial_nth_plan (i)) != NULL; i++) {
    HsTrialStep step = { .id = plan->id,
                         .title = _ (plan->title),
                         .operation = plan->operation,
                         .asked = only == NULL || g_strv_contains (only, plan->group),
                         .runs = g_ptr_array_new_with_free_func (g_free),
                         .digests = g_ptr_array_new_with_free_func (digest_free) };

    g_array_append_val (self->steps, step);
  }
}

HsTrial *
hs_trial_new (HsSession *session,
              HsDevice *device,
              HsBuild *build,
              const char *const *only,
              const HsTrialWatch *watch,
              gpointer user_data,
              GError **error)
{
  HsTrial *self;

  if (!check_groups (only, error))
    return NULL;
  self = g_new0 (HsTrial, 1);
  self->session = g_object_ref (session);
  self->board = hs_device_get_board (device);
  self->port = g_strdup (hs_device_get_port (device));
  self->build = build != NULL ? g_object_ref (build) : NULL;
  self->watch = *watch;
  self->user_data = user_data;
  self->patience_ms = PATIENCE_MS;
  self->steps = g_array_new (FALSE, TRUE, sizeof (HsTrialStep));
  g_array_set_clear_func (self->steps, step_clear);
  self->questions = g_array_new (FALSE, TRUE, sizeof (HsTrialQuestion));
  g_array_set_clear_func (self->questions, question_clear);
  add_steps (self, only);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    HsTrialQuestion question = { questions[i].id, _ (questions[i].asked), NULL };

    g_array_append_val (self->questions, question);
  }
  return self;
}

void
hs_trial_free (HsTrial *self)
{
  g_array_unref (self->steps);
  g_array_unref (self->questions);
  g_clear_object (&self->build);
  g_clear_object (&self->job);
  g_object_unref (self->session);
  g_free (self->port);
  g_free (self->unit);
  g_free (self);
}

void
hs_trial_set_patience (HsTrial *self, guint ms)
{
  self->patience_ms = ms;
}

/* --- what came of a step --- */

static void
end_step (HsTrial *self, HsTrialResult result, char *why)
{
  self->step->result = result;
  g_free (self->step->why);
  self->step->why = why;
}

void
hs_trial_pass (HsTrial *self)
{
  end_step (self, HS_TRIAL_PASSED, NULL);
}

void
hs_trial_fail (HsTrial *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  end_step (self, HS_TRIAL_FAILED, g_strdup_vprintf (format, args));
  va_end (args);
}

void
hs_trial_leave_out (HsTrial *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  end_step (self, HS_TRIAL_NOT_TRIED, g_strdup_vprintf (format, args));
  va_end (args);
}

gboolean
hs_trial_take_outcome (HsTrial *self, HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);
  const char *message = problem != NULL ? problem->message : "";

  switch (hs_job_get_outcome (job)) {
  case HS_OUTCOME_PASSED:
    if (hs_job_get_unrecorded (job)) {
      hs_trial_fail (self, _ ("It passed, and could not be recorded."));
      return FALSE;
    }
    hs_trial_pass (self);
    return TRUE;
  case HS_OUTCOME_REFUSED:
  case HS_OUTCOME_CANCELLED:
    hs_trial_leave_out (self, "%s", message);
    return FALSE;
  case HS_OUTCOME_UNPROVEN:
    hs_trial_fail (self, _ ("Unproven: %s"), message);
    return FALSE;
  default:
    hs_trial_fail (self, "%s", message);
    return FALSE;
  }
}

void
hs_trial_answer (HsTrial *self, const char *id, const char *answer)
{
  for (guint i = 0; i < self->questions->len; i++) {
    HsTrialQuestion *question = &g_array_index (self->questions, HsTrialQuestion, i);

    if (!g_str_equal (question->id, id))
      continue;
    g_free (question->answer);
    question->answer = g_strdup (answer);
  }
}

void
hs_trial_add_digest (HsTrial *self, const char *partition, const char *sha256, guint64 length)
{
  HsTrialDigest *digest = g_new0 (HsTrialDigest, 1);

  digest->partition = g_strdup (partition);
  digest->sha256 = g_strdup (sha256);
  digest->length = length;
  g_ptr_array_add (self->step->digests, digest);
}

/* --- waiting --- */

typedef struct {
  HsTrial *trial;
  gboolean (*done) (gpointer data);
  gpointer data;
  guint timer;
  gboolean late;
} Wait;

static gboolean
late_cb (gpointer data)
{
  Wait *wait = data;

  wait->timer = 0;
  wait->late = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_over (gpointer data)
{
  Wait *wait = data;

  return wait->late || wait->trial->cancelled || wait->done (wait->data);
}

static gboolean
wait_for (HsTrial *self, guint ms, gboolean (*done) (gpointer data), gpointer data)
{
  Wait wait = { self, done, data };

  wait.timer = g_timeout_add (ms, late_cb, &wait);
  hs_session_run_until (self->session, is_over, &wait);
  g_clear_handle_id (&wait.timer, g_source_remove);
  return done (data);
}

gboolean
hs_trial_await (HsTrial *self, guint times, gboolean (*done) (gpointer data), gpointer data)
{
  return wait_for (self, times * self->patience_ms, done, data);
}

HsDevice *
hs_trial_find_device (HsTrial *self)
{
  HsDevice *device = hs_monitor_find_port (hs_session_get_monitor (self->session), self->port);

  return device != NULL && hs_device_get_attached (device) ? g_object_ref (device) : NULL;
}

static gboolean
is_there (gpointer data)
{
  g_autoptr (HsDevice) device = hs_trial_find_device (data);

  return device != NULL;
}

void
hs_trial_ask_hand (HsTrial *self, HsTrialHand hand, const char *sentence, const char *detail)
{
  if (self->watch.hand != NULL)
    self->watch.hand (self, hand, sentence, detail, self->user_data);
}

/* --- jobs --- */

static void
changed_cb (HsJob *job, HsTrial *self)
{
  HsProgressState state;

  if (hs_job_get_state (job) == HS_JOB_FINISHED || self->asked)
    return;
  hs_job_get_progress (job, &state);
  if (self->pull && state.activity == HS_ACTIVITY_WRITING && state.done > 0) {
    self->asked = TRUE;
    hs_trial_ask_hand (self, HS_TRIAL_HAND_PULL, _ ("Pull the cable now."), NULL);
  } else if (!self->pull && state.activity == HS_ACTIVITY_WAITING) {
    self->asked = TRUE;
    hs_trial_ask_hand (self,
                       HS_TRIAL_HAND_REPLUG,
                       _ ("Unplug the camera, then plug it in again into the same port."),
                       NULL);
  }
}

static gboolean
is_finished (gpointer data)
{
  return hs_job_get_state (data) == HS_JOB_FINISHED;
}

void
hs_trial_note_job (HsTrial *self, HsJob *job)
{
  if (hs_job_get_unit (job) != NULL && self->unit == NULL)
    self->unit = g_strdup (hs_job_get_unit (job));
  self->step->seconds += hs_job_get_elapsed (job);
  g_ptr_array_add (self->step->runs, g_strdup (hs_job_get_id (job)));
}

/* The camera, or the one that somebody is about to plug in there. */
static HsDevice *
get_device (HsTrial *self, gboolean by_hand)
{
  if (!by_hand)
    wait_for (self, COME_BACK_MS, is_there, self);
  return is_there (self) ? hs_trial_find_device (self)
         : by_hand       ? hs_device_new_awaited (self->board, self->port)
                         : NULL;
}

HsJob *
hs_trial_do (HsTrial *self, const char *what, HsRequestOptions *options, gboolean by_hand)
{
  g_autoptr (HsDevice) device = get_device (self, by_hand);
  g_autoptr (GError) error = NULL;
  HsJob *job;
  gulong handler;

  if (self->cancelled) {
    hs_trial_leave_out (self, _ ("The trial was stopped."));
    return NULL;
  }
  if (device == NULL) {
    hs_trial_fail (self, _ ("The camera did not come back to %s."), self->port);
    return NULL;
  }

  options->build = self->build;
  /* Of some, the bootloader can't tell which unit it is. */
  options->unit = by_hand && self->board->dfu_scheme == HS_ID_SCHEME_NONE ? NULL : self->unit;
  options->board = self->board;
  options->replug = by_hand;
  self->asked = FALSE;
  job = hs_session_start (self->session, what, device, options, &error);
  if (job == NULL) {
    hs_trial_fail (self, "%s", error->message);
    return NULL;
  }
  self->job = job;
  handler = g_signal_connect (job, "changed", G_CALLBACK (changed_cb), self);
  if (self->watch.job != NULL)
    self->watch.job (self, job, self->user_data);
  hs_session_run_until (self->session, is_finished, job);
  g_signal_handler_disconnect (job, handler);
  self->job = NULL;
  hs_trial_note_job (self, job);
  return job;
}

/* --- all of it --- */

static void
do_step (HsTrial *self, const HsTrialPlan *plan)
{
  if (self->watch.step != NULL)
    self->watch.step (self, self->step, FALSE, self->user_data);
  if (self->cancelled)
    hs_trial_leave_out (self, _ ("The trial was stopped."));
  else if (plan->writes && self->build == NULL)
    hs_trial_leave_out (self, _ ("No build was named."));
  else
    plan->func (self);
  if (self->watch.step != NULL)
    self->watch.step (self, self->step, TRUE, self->user_data);
}

void
hs_trial_run (HsTrial *self)
{
  const HsTrialPlan *plan;

  for (guint i = 0; (plan = hs_trial_nth_plan (i)) != NULL; i++) {
    self->step = &g_array_index (self->steps, HsTrialStep, i);
    if (self->step->asked)
      do_step (self, plan);
  }
  self->step = NULL;
}

void
hs_trial_cancel (HsTrial *self)
{
  self->cancelled = TRUE;
  if (self->job != NULL)
    hs_job_cancel (self->job);
}

/* --- answers --- */

const HsBoard *
hs_trial_get_board (HsTrial *self)
{
  return self->board;
}

const char *
hs_trial_get_port (HsTrial *self)
{
  return self->port;
}

const char *
hs_trial_get_unit (HsTrial *self)
{
  return self->unit;
}

gboolean
hs_trial_is_simulated (HsTrial *self)
{
  return hs_session_get_sim_bus (self->session) != NULL || hs_session_is_practice (self->session);
}

guint
hs_trial_get_n_steps (HsTrial *self)
{
  return self->steps->len;
}

const HsTrialStep *
hs_trial_get_step (HsTrial *self, guint n)
{
  return n < self->steps->len ? &g_array_index (self->steps, HsTrialStep, n) : NULL;
}

guint
hs_trial_get_n_questions (HsTrial *self)
{
  return self->questions->len;
}

const HsTrialQuestion *
hs_trial_get_question (HsTrial *self, guint n)
{
  return n < self->questions->len ? &g_array_index (self->questions, HsTrialQuestion, n) : NULL;
}

HsTrialResult
hs_trial_get_result (HsTrial *self, HsOperation operation)
{
  guint n = 0, n_passed = 0;

  for (guint i = 0; i < self->steps->len; i++) {
    const HsTrialStep *step = &g_array_index (self->steps, HsTrialStep, i);

    if (step->operation != operation)
      continue;
    if (step->result == HS_TRIAL_FAILED)
      return HS_TRIAL_FAILED;
    n++;
    n_passed += step->result == HS_TRIAL_PASSED;
  }
  return n > 0 && n_passed == n ? HS_TRIAL_PASSED : HS_TRIAL_NOT_TRIED;
}
