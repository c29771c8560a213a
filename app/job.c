/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/job.h"

#include "app/job-private.h"
#include "app/job-run.h"
#include "app/run-json.h"

/* What it is at, and since when: how fast that goes says how long the rest takes. */
typedef struct {
  HsActivity activity;
  HsRole role;
  guint64 from; /* bytes that were done then */
  double since; /* seconds of the camera's clock */
} Stage;

struct _HsJob {
  GObject parent_instance;

  HsWork *work;     /* owned; the thread's while it runs, see hs_work_lock() */
  HsDevice *device; /* owned */
  GThread *thread;  /* owned; NULL before the start and after the end */

  /* published: main thread only */
  HsJobState state;
  HsOutcome outcome;
  HsProblem *problem;
  gboolean unrecorded;
  HsProgressState progress;
  Stage stage;
  GArray *parts;  /* (element-type HsJobPart) */
  HsBuild *build; /* nullable; a release tells which once the job runs */
  char *number;   /* nullable */
  guint step;
  guint n_steps;
  gint64 started_us; /* monotonic */
  double seconds;    /* when it ended */

  /* written by the thread, taken over when published */
  int step_now;    /* atomic */
  int n_steps_now; /* atomic */
  HsJobEnd end;    /* after the thread has ended */
};

G_DEFINE_FINAL_TYPE (HsJob, hs_job, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, PROP_OUTCOME, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_job_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HsJob *self = HS_JOB (object);

  switch (id) {
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_OUTCOME:
    g_value_set_int (value, self->outcome);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_job_finalize (GObject *object)
{
  HsJob *self = HS_JOB (object);

  g_assert (self->thread == NULL);
  hs_work_free (self->work);
  g_clear_object (&self->device);
  g_clear_object (&self->build);
  g_free (self->number);
  hs_problem_free (self->problem);
  g_array_unref (self->parts);

  G_OBJECT_CLASS (hs_job_parent_class)->finalize (object);
}

static void
hs_job_class_init (HsJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hs_job_get_property;
  object_class->finalize = hs_job_finalize;

  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, HS_JOB_FINISHED, 0, flags);
  props[PROP_OUTCOME] =
      g_param_spec_int ("outcome", NULL, NULL, 0, HS_OUTCOME_INTERRUPTED, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHANGED] =
      g_signal_new ("changed", HS_TYPE_JOB, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_job_init (HsJob *self)
{
  self->parts = g_array_new (FALSE, TRUE, sizeof (HsJobPart));
  g_array_set_clear_func (self->parts, (GDestroyNotify) hs_job_part_clear);
}

static void
set_state (HsJob *self, HsJobState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

static void
follow_stage (HsJob *self)
{
  const HsProgressState *now = &self->progress;

  if (now->activity == self->stage.activity && now->role == self->stage.role)
    return;
  self->stage = (Stage){ now->activity, now->role, now->done, hs_work_seconds (self->work) };
}

/* Copies what the thread has written so far. */
static void
take_over (HsJob *self)
{
  hs_progress_peek (self->work->progress, &self->progress);
  follow_stage (self);
  self->step = g_atomic_int_get (&self->step_now);
  self->n_steps = g_atomic_int_get (&self->n_steps_now);

  hs_work_lock (self->work);
  g_set_object (&self->build, self->work->options.build);
  if (self->number == NULL)
    self->number = g_strdup (self->work->number);
  g_array_set_size (self->parts, 0);
  for (guint i = 0; i < self->work->parts->len; i++) {
    HsJobPart part;

    hs_job_part_copy (&part, hs_work_part (self->work, i));
    if (part.role == self->progress.role)
      part.done_bytes = self->progress.done;
    g_array_append_val (self->parts, part);
  }
  hs_work_unlock (self->work);
}

static void
progress_changed_cb (HsJob *self)
{
  if (self->state == HS_JOB_FINISHED)
    return;

  take_over (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * hs_job_new:
 * @work: (transfer full): what to do
 * @device: the camera as the bench shows it
 *
 * Returns: (transfer full): a job that waits for hs_job_start()
 */
HsJob *
hs_job_new (HsWork *work, HsDevice *device)
{
  HsJob *self = g_object_new (HS_TYPE_JOB, NULL);

  self->work = work;
  self->device = g_object_ref (device);
  g_set_object (&self->build, work->options.build);
  g_signal_connect_object (
      work->progress, "changed", G_CALLBACK (progress_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

HsWork *
hs_job_get_work (HsJob *self)
{
  return self->work;
}

static void
step_cb (guint step, guint n_steps, gpointer user_data)
{
  HsJob *self = user_data;

  g_atomic_int_set (&self->step_now, step);
  g_atomic_int_set (&self->n_steps_now, n_steps);
}

static void
publish_end (HsJob *self)
{
  take_over (self);
  self->seconds = self->started_us != 0 ? hs_work_seconds (self->work) : 0;
  self->progress.activity = HS_ACTIVITY_NONE;
  self->outcome = self->end.outcome;
  self->problem = self->end.problem;
  self->unrecorded = !self->end.recorded;
  set_state (self, HS_JOB_FINISHED);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OUTCOME]);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
finished_cb (gpointer data)
{
  HsJob *self = data;

  g_thread_join (g_steal_pointer (&self->thread));
  publish_end (self);
  return G_SOURCE_REMOVE;
}

static gpointer
job_thread (gpointer data)
{
  HsJob *self = data;
  g_autoptr (GSource) source = g_idle_source_new ();

  hs_job_run (self->work, step_cb, self, &self->end);

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, finished_cb, self, g_object_unref);
  g_source_attach (source, NULL);
  return NULL;
}

/* While it waited its turn another job may have let the camera enumerate anew. */
static void
take_newest (HsJob *self)
{
  HsWork *work = self->work;
  HsUsbInfo *info = hs_device_get_info (self->device);
  gboolean proven = hs_device_get_strength (self->device) == HS_IDENTITY_PROVEN;
  HsCamera *camera;

  if (info == NULL || info->instance == work->seen->instance)
    return;

  camera = hs_camera_new (hs_camera_get_bus (work->camera),
                          info,
                          work->board,
                          proven ? hs_device_get_key (self->device) : NULL);
  g_object_unref (work->camera);
  work->camera = camera;
  hs_usb_info_unref (work->seen);
  work->seen = hs_usb_info_ref (info);
}

/* On its own thread: a pool would start the 24th camera's job after its window has closed. */
void
hs_job_start (HsJob *self)
{
  g_return_if_fail (self->state == HS_JOB_QUEUED);

  take_newest (self);
  self->started_us = g_get_monotonic_time ();
  set_state (self, HS_JOB_RUNNING);
  self->thread = g_thread_new ("camera", job_thread, g_object_ref (self));
}

/* Never begun, so there is nothing to record but that it was called off. */
void
hs_job_drop (HsJob *self)
{
  g_return_if_fail (self->state == HS_JOB_QUEUED);

  self->end = (HsJobEnd){ HS_OUTCOME_CANCELLED, NULL, TRUE };
  publish_end (self);
}

static void
set_called_off (HsWork *work, const char *why)
{
  hs_work_lock (work);
  g_free (work->called_off);
  work->called_off = g_strdup (why);
  hs_work_unlock (work);
}

static void
stop (HsJob *self)
{
  g_cancellable_cancel (self->work->cancellable);
  if (self->state == HS_JOB_RUNNING) {
    set_state (self, HS_JOB_STOPPING);
    g_signal_emit (self, signals[CHANGED], 0);
  } else if (self->state == HS_JOB_QUEUED) {
    hs_job_drop (self);
  }
}

/**
 * hs_job_cancel:
 * @self: a job
 *
 * Asks it to stop. It is checked between blocks; until then the state is %HS_JOB_STOPPING.
 */
void
hs_job_cancel (HsJob *self)
{
  g_return_if_fail (HS_IS_JOB (self));

  set_called_off (self->work, NULL);
  stop (self);
}

/**
 * hs_job_call_off:
 * @self: a job
 * @why: a sentence, translated: what made it needless
 *
 * As hs_job_cancel(), but by the program and not by hand: as long as nothing was written, the run's
 * problem says @why.
 */
void
hs_job_call_off (HsJob *self, const char *why)
{
  g_return_if_fail (HS_IS_JOB (self));

  if (!g_cancellable_is_cancelled (self->work->cancellable))
    set_called_off (self->work, why);
  stop (self);
}

const char *
hs_job_get_id (HsJob *self)
{
  return self->work->run;
}

const char *
hs_job_get_what (HsJob *self)
{
  return self->work->what;
}

HsDevice *
hs_job_get_device (HsJob *self)
{
  return self->device;
}

const HsBoard *
hs_job_get_board (HsJob *self)
{
  return self->work->board;
}

const char *
hs_job_get_port (HsJob *self)
{
  return self->work->seen->port;
}

/* Never NULL: the port's name, or "port 1-4" while it has none. */
const char *
hs_job_get_slot_name (HsJob *self)
{
  return self->work->place;
}

const char *
hs_job_get_unit (HsJob *self)
{
  return hs_work_get_unit (self->work);
}

HsBuild *
hs_job_get_build (HsJob *self)
{
  return self->build;
}

const char *
hs_job_get_number (HsJob *self)
{
  return self->number;
}

gboolean
hs_job_get_already (HsJob *self)
{
  return self->outcome == HS_OUTCOME_PASSED && hs_work_wrote_nothing (self->work);
}

HsBuild *
hs_job_get_found_build (HsJob *self)
{
  return self->state == HS_JOB_FINISHED ? self->work->found_build : NULL;
}

HsJobState
hs_job_get_state (HsJob *self)
{
  g_return_val_if_fail (HS_IS_JOB (self), HS_JOB_FINISHED);

  return self->state;
}

HsOutcome
hs_job_get_outcome (HsJob *self)
{
  return self->outcome;
}

const HsProblem *
hs_job_get_problem (HsJob *self)
{
  return self->problem;
}

gboolean
hs_job_get_unrecorded (HsJob *self)
{
  return self->unrecorded;
}

char *
hs_job_dup_asks (HsJob *self)
{
  char *asks;

  hs_work_lock (self->work);
  asks = g_strdup (self->work->asks);
  hs_work_unlock (self->work);
  return asks;
}

const char *
hs_job_get_asks_drawing (HsJob *self)
{
  const char *drawing;

  hs_work_lock (self->work);
  drawing = self->work->asks_drawing;
  hs_work_unlock (self->work);
  return drawing;
}

void
hs_job_get_progress (HsJob *self, HsProgressState *state)
{
  *state = self->progress;
}

void
hs_job_peek_progress (HsJob *self, HsProgressState *state)
{
  hs_progress_peek (self->work->progress, state);
}

guint
hs_job_get_step (HsJob *self, guint *n_steps)
{
  if (n_steps != NULL)
    *n_steps = self->n_steps;
  return self->step;
}

double
hs_job_get_elapsed (HsJob *self)
{
  if (self->state == HS_JOB_QUEUED)
    return 0;
  if (self->state == HS_JOB_FINISHED)
    return self->seconds;
  return (g_get_monotonic_time () - self->started_us) / (double) G_TIME_SPAN_SECOND;
}

/* How this very camera does in what it is at, against what was expected; 1 until there is something
 * to see. */
static double
get_live_factor (HsJob *self, const HsJobPart *part)
{
  const Stage *stage = &self->stage;
  double took = hs_work_seconds (self->work) - stage->since;
  double expected = hs_estimate_stage (self->work->board,
                                       part->partition,
                                       stage->activity,
                                       stage->from,
                                       part->done_bytes,
                                       part->equal,
                                       &part->pace);

  if (stage->role != part->role || expected <= 0 || took < 1)
    return 1;
  return CLAMP (took / expected, 0.2, 10);
}

/* Of the activity that runs; what follows it is as fast as expected. */
static double
estimate_stage_left (HsJob *self, const HsJobPart *part, HsActivity activity)
{
  gboolean runs = self->progress.role == part->role && self->progress.activity == activity;
  double left = hs_estimate_stage (self->work->board,
                                   part->partition,
                                   activity,
                                   runs ? part->done_bytes : 0,
                                   part->length,
                                   part->equal,
                                   &part->pace);

  return runs ? left * get_live_factor (self, part) : left;
}

static double
estimate_part_left (HsJob *self, const HsJobPart *part)
{
  gboolean comparing = self->progress.activity == HS_ACTIVITY_COMPARING;

  if (part->state == HS_PART_UNTOUCHED)
    return hs_estimate_seconds (&part->expected);
  if (part->state == HS_PART_WRITTEN)
    return estimate_stage_left (self, part, HS_ACTIVITY_VERIFYING);
  if (part->state != HS_PART_WRITING)
    return 0;
  /* What differs is not known yet: as much as was expected. */
  if (part->equal == NULL && comparing)
    return estimate_stage_left (self, part, HS_ACTIVITY_COMPARING) + part->expected.seconds_write +
           part->expected.seconds_verify;
  return estimate_stage_left (self, part, HS_ACTIVITY_WRITING) +
         estimate_stage_left (self, part, HS_ACTIVITY_VERIFYING);
}

/**
 * hs_job_get_time_left:
 * @self: a job
 *
 * Returns: seconds, from what the board took before, how it does now, and what is done; negative if
 *   nobody can tell
 */
double
hs_job_get_time_left (HsJob *self)
{
  double left = HS_ESTIMATE_AROUND;

  if (self->state != HS_JOB_RUNNING || self->parts->len == 0 ||
      self->progress.activity == HS_ACTIVITY_WAITING)
    return -1;

  for (guint i = 0; i < self->parts->len; i++)
    left += estimate_part_left (self, hs_job_get_part (self, i));
  return left;
}

guint
hs_job_get_n_parts (HsJob *self)
{
  return self->parts->len;
}

const HsJobPart *
hs_job_get_part (HsJob *self, guint n)
{
  g_return_val_if_fail (n < self->parts->len, NULL);

  return &g_array_index (self->parts, HsJobPart, n);
}

/* Valid once it has ended. */
const HsVersion *
hs_job_get_version (HsJob *self)
{
  return &self->work->version;
}

HsVerdict
hs_job_get_verdict (HsJob *self)
{
  return self->work->verdict;
}

/**
 * hs_job_dup_json:
 * @self: a job that has ended
 *
 * Returns: (transfer full): the run object as text
 */
char *
hs_job_dup_json (HsJob *self)
{
  g_autoptr (JsonObject) object = hs_run_to_json (self->work, self->outcome, self->problem);
  JsonArray *partitions = json_object_get_array_member (object, "partitions");

  for (guint i = 0; i < json_array_get_length (partitions); i++)
    json_object_set_array_member (
        json_array_get_object_element (partitions, i),
        "differ",
        hs_part_differ_to_json (self->work->board, hs_work_part (self->work, i)));

  json_object_set_boolean_member (object, "recorded", !self->unrecorded);
  return hs_json_object_to_text (object);
}

static const char *const outcome_names[] = {
  [HS_OUTCOME_NONE] = "running",
  [HS_OUTCOME_PASSED] = "passed",
  [HS_OUTCOME_FAILED] = "failed",
  [HS_OUTCOME_CANCELLED] = "cancelled",
  [HS_OUTCOME_REFUSED] = "refused",
  [HS_OUTCOME_UNPROVEN] = "unproven",
  [HS_OUTCOME_INTERRUPTED] = "interrupted",
};

const char *
hs_outcome_name (HsOutcome outcome)
{
  g_return_val_if_fail (outcome < G_N_ELEMENTS (outcome_names), "failed");

  return outcome_names[outcome];
}

/* HS_OUTCOME_NONE for a word that is none. */
HsOutcome
hs_outcome_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (outcome_names); i++)
    if (g_strcmp0 (outcome_names[i], name) == 0)
      return i;
  return HS_OUTCOME_NONE;
}

const char *
hs_part_state_name (HsPartState state)
{
  static const char *const names[] = { "untouched", "unknown", "written", "verified", "unknown" };

  g_return_val_if_fail (state < G_N_ELEMENTS (names), "unknown");

  return names[state];
}
