/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-run-private.h"

#include "app/firmware/build-work.h"

#include <glib/gi18n-lib.h>

#define TICK_MS 100

struct _HsBuildRun {
  GObject parent_instance;

  HsBuildWork *work;
  HsBuildLog *log;
  HsBuildState state;
  GThread *thread;       /* NULL: not started, or joined */
  GMainContext *context; /* the main thread's */
  GArray *phases;        /* HsBuildPhase */
  HsBuildProgress progress;
  gint64 began; /* monotonic; 0: not yet */
  double seconds;
  guint tick;
};

G_DEFINE_FINAL_TYPE (HsBuildRun, hs_build_run, G_TYPE_OBJECT)

enum { CHANGED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const struct {
  const char *id;
  const char *title;
} phase_names[HS_PHASE_N] = {
  { "check", N_ ("Check what it needs") },
  { "mpy-cross", N_ ("Build mpy-cross") },
  { "clean", N_ ("Clean") },
  { "bootloader", N_ ("Bootloader") },
  { "micropython", N_ ("MicroPython") },
  { "frozen", N_ ("Frozen modules") },
  { "firmware", N_ ("Firmware") },
  { "link", N_ ("Link") },
  { "romfs", N_ ("ROMFS") },
  { "import", N_ ("Take into the catalog") },
};

static void
hs_build_run_dispose (GObject *object)
{
  HsBuildRun *self = HS_BUILD_RUN (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  if (self->thread != NULL) {
    g_cancellable_cancel (self->work->cancellable);
    g_thread_join (g_steal_pointer (&self->thread));
  }

  G_OBJECT_CLASS (hs_build_run_parent_class)->dispose (object);
}

static void
hs_build_run_finalize (GObject *object)
{
  HsBuildRun *self = HS_BUILD_RUN (object);

  hs_build_work_free (self->work);
  g_object_unref (self->log);
  g_main_context_unref (self->context);
  g_array_unref (self->phases);

  G_OBJECT_CLASS (hs_build_run_parent_class)->finalize (object);
}

static void
hs_build_run_class_init (HsBuildRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_build_run_dispose;
  object_class->finalize = hs_build_run_finalize;

  signals[CHANGED] = g_signal_new (
      "changed", HS_TYPE_BUILD_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /* For the queue: the last ::changed was emitted. */
  signals[ENDED] = g_signal_new (
      "ended", HS_TYPE_BUILD_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_build_run_init (HsBuildRun *self)
{
  self->log = hs_build_log_new ();
  self->context = g_main_context_ref_thread_default ();
  self->phases = g_array_new (FALSE, TRUE, sizeof (HsBuildPhase));
  self->progress.phase = -1;
}

/* --- what it shows --- */

static void
take_progress (HsBuildRun *self)
{
  gint64 now = g_get_monotonic_time ();

  hs_build_work_copy_progress (self->work, &self->progress);
  if (self->began > 0)
    self->seconds = (now - self->began) / 1e6;
  for (int i = 0; i < HS_PHASE_N; i++) {
    HsBuildPhase *phase = &g_array_index (self->phases, HsBuildPhase, i);

    phase->state = self->progress.states[i];
    phase->seconds = self->progress.seconds[i];
    if (i == self->progress.phase)
      phase->seconds += (now - self->progress.phase_began) / 1e6;
  }
}

static gboolean
on_tick (gpointer data)
{
  HsBuildRun *self = data;

  take_progress (self);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_CONTINUE;
}

static HsBuildState
final_state (HsBuildRun *self)
{
  /* A build that is in the catalog is done, however late somebody cancelled. */
  if (self->work->build != NULL && self->work->problem == NULL)
    return HS_BUILD_DONE;
  if (hs_build_work_is_cancelled (self->work))
    return HS_BUILD_CANCELLED;
  return self->work->problem != NULL ? HS_BUILD_FAILED : HS_BUILD_DONE;
}

static gboolean
on_ended (gpointer data)
{
  HsBuildRun *self = data;

  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  g_clear_handle_id (&self->tick, g_source_remove);
  take_progress (self);
  self->state = final_state (self);
  hs_build_log_update (self->log);
  g_signal_emit (self, signals[CHANGED], 0);
  g_signal_emit (self, signals[ENDED], 0);
  return G_SOURCE_REMOVE;
}

static gpointer
run_thread (gpointer data)
{
  HsBuildRun *self = data; /* who started it joins it, so it is there */
  g_autoptr (GSource) source = g_idle_source_new ();

  hs_build_work_run (self->work);
  g_source_set_callback (source, on_ended, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
  return NULL;
}

HsBuildRun *
hs_build_run_new (const HsBuildRequest *request, HsCatalog *catalog)
{
  HsBuildRun *self = g_object_new (HS_TYPE_BUILD_RUN, NULL);

  self->work = hs_build_work_new (request, catalog, self->log);
  for (int i = 0; i < HS_PHASE_N; i++) {
    HsBuildPhase phase = { phase_names[i].id, _ (phase_names[i].title), 0, 0 };

    g_array_append_val (self->phases, phase);
  }
  return self;
}

void
hs_build_run_start (HsBuildRun *self)
{
  g_return_if_fail (self->state == HS_BUILD_WAITING && self->thread == NULL);

  self->state = HS_BUILD_RUNNING;
  self->began = g_get_monotonic_time ();
  self->tick = g_timeout_add (TICK_MS, on_tick, self);
  self->thread = g_thread_new ("build", run_thread, self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- public --- */

const HsBuildRequest *
hs_build_run_get_request (HsBuildRun *self)
{
  return &self->work->request;
}

HsBuildState
hs_build_run_get_state (HsBuildRun *self)
{
  return self->state;
}

HsBuildLog *
hs_build_run_get_log (HsBuildRun *self)
{
  return self->log;
}

GArray *
hs_build_run_get_phases (HsBuildRun *self)
{
  return self->phases;
}

double
hs_build_run_get_fraction (HsBuildRun *self)
{
  const HsBuildProgress *progress = &self->progress;

  if (self->state == HS_BUILD_DONE)
    return 1;
  if (progress->most_steps == 0 || progress->make_began == 0)
    return -1;
  return MIN (0.99, (double) progress->steps / progress->most_steps);
}

/* By the last such build, and more and more by how this one goes. */
double
hs_build_run_get_seconds_left (HsBuildRun *self)
{
  const HsBuildProgress *progress = &self->progress;
  double fraction = hs_build_run_get_fraction (self);
  double spent = (g_get_monotonic_time () - progress->make_began) / 1e6;
  double by_last = progress->most_seconds * (1 - fraction);

  if (fraction < 0 || self->state >= HS_BUILD_STOPPING || self->state == HS_BUILD_WAITING)
    return -1;
  if (fraction < 0.02 || spent < 1)
    return by_last;
  return by_last * (1 - fraction) + spent * (1 - fraction);
}

double
hs_build_run_get_seconds (HsBuildRun *self)
{
  return self->seconds;
}

guint
hs_build_run_get_steps (HsBuildRun *self)
{
  return self->progress.steps;
}

/* The thread's results, once it has ended. */
static gboolean
has_ended (HsBuildRun *self)
{
  return self->state >= HS_BUILD_DONE;
}

const HsBuildProblem *
hs_build_run_get_problem (HsBuildRun *self)
{
  return has_ended (self) ? self->work->problem : NULL;
}

GPtrArray *
hs_build_run_get_memory (HsBuildRun *self)
{
  return has_ended (self) ? self->work->memory : NULL;
}

HsBuild *
hs_build_run_get_build (HsBuildRun *self)
{
  return has_ended (self) ? self->work->build : NULL;
}

const char *
hs_build_run_get_not_imported (HsBuildRun *self)
{
  return has_ended (self) ? self->work->not_imported : NULL;
}

const char *
hs_build_run_get_repeated (HsBuildRun *self)
{
  return has_ended (self) ? self->work->repeated : NULL;
}

const char *const *
hs_build_run_get_differing (HsBuildRun *self)
{
  return has_ended (self) ? (const char *const *) self->work->differing : NULL;
}

/**
 * hs_build_run_cancel:
 * @self: a run
 *
 * Asks it to stop. One that waits is ended at once; of one that runs every process is ended, and
 * nothing of it is taken into the catalog.
 */
void
hs_build_run_cancel (HsBuildRun *self)
{
  g_return_if_fail (HS_IS_BUILD_RUN (self));

  if (self->state > HS_BUILD_RUNNING)
    return;
  g_cancellable_cancel (self->work->cancellable);
  if (self->state == HS_BUILD_WAITING) {
    self->state = HS_BUILD_CANCELLED;
    g_signal_emit (self, signals[CHANGED], 0);
    g_signal_emit (self, signals[ENDED], 0);
    return;
  }
  self->state = HS_BUILD_STOPPING;
  g_signal_emit (self, signals[CHANGED], 0);
}
