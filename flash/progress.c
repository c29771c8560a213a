/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/progress.h"

/* Between two ::changed; no eye follows faster, and sixteen cameras report thousands a second. */
enum { PUBLISH_MS = 40 };

/**
 * HsProgress:
 *
 * Carries progress from a worker thread to the thread that made it; the only way progress
 * crosses threads. Reports are coalesced: however fast the worker reports, at most one ::changed
 * is queued on the maker's main context, and 25 a second are emitted.
 */
struct _HsProgress {
  GObject parent_instance;

  GMainContext *context; /* owned; where ::changed is emitted */
  GMutex lock;
  HsProgressState latest; /* guarded by lock */
  gboolean queued;        /* guarded by lock */
  gint64 published;       /* when ::changed was emitted last, monotonic time; guarded by lock */
  gint64 expected;        /* a report until then, monotonic time; 0 none; guarded by lock */
  GSource *overdue;       /* owned; nullable; guarded by lock; looks whether @expected has passed */
  HsProgressState shown;  /* what observers see; maker's thread only */
};

G_DEFINE_FINAL_TYPE (HsProgress, hs_progress, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
publish_cb (gpointer data)
{
  HsProgress *self = data;

  g_mutex_lock (&self->lock);
  self->shown = self->latest;
  self->queued = FALSE;
  self->published = g_get_monotonic_time ();
  g_mutex_unlock (&self->lock);

  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
hs_progress_finalize (GObject *object)
{
  HsProgress *self = HS_PROGRESS (object);

  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (hs_progress_parent_class)->finalize (object);
}

static void
hs_progress_class_init (HsProgressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_progress_finalize;

  signals[CHANGED] = g_signal_new (
      "changed", HS_TYPE_PROGRESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_progress_init (HsProgress *self)
{
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->lock);
}

/**
 * hs_progress_new:
 *
 * Returns: a progress whose ::changed is emitted on the calling thread's default context
 */
HsProgress *
hs_progress_new (void)
{
  return g_object_new (HS_TYPE_PROGRESS, NULL);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* A time-out source would set its own next time. */
static const GSourceFuncs at_time_funcs = { .dispatch = dispatch };

/* (transfer full): calls @callback at @when, monotonic time, once or until it sets another time */
static GSource *
call_at (HsProgress *self, gint64 when, GSourceFunc callback)
{
  GSource *source = g_source_new ((GSourceFuncs *) &at_time_funcs, sizeof (GSource));

  g_source_set_ready_time (source, when);
  g_source_set_callback (source, callback, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
  return source;
}

/* Called with the lock held; gives it back. */
static void
queue_and_unlock (HsProgress *self)
{
  gboolean queue = !self->queued;
  gint64 when = self->published + PUBLISH_MS * G_TIME_SPAN_MILLISECOND;

  self->queued = TRUE;
  g_mutex_unlock (&self->lock);
  if (queue)
    g_source_unref (call_at (self, when, publish_cb));
}

/**
 * hs_progress_report:
 * @self: (nullable): a progress, or %NULL if nobody is watching
 * @activity: what is being done
 * @role: the partition in work, or %HS_ROLE_NONE
 * @done: bytes done of it
 * @total: bytes in all, 0 if not known
 *
 * Call from any thread. Never blocks on the observer.
 */
void
hs_progress_report (HsProgress *self, HsActivity activity, HsRole role, guint64 done, guint64 total)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->expected = 0;
  self->latest = (HsProgressState){ activity, role, done, total, FALSE };
  queue_and_unlock (self);
}

/**
 * hs_progress_set_slow:
 * @self: (nullable): a progress
 * @slow: whether the sector in work takes more than twice the datasheet's time
 *
 * Call from any thread; the next report takes it back.
 */
void
hs_progress_set_slow (HsProgress *self, gboolean slow)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->latest.slow = slow;
  queue_and_unlock (self);
}

/* Expectations come and go by the thousand, one per block, and hardly one is missed: the observer's
 * loop is not woken for them. It looks at the end of the first whether one is open. */
static gboolean
overdue_cb (gpointer data)
{
  HsProgress *self = data;

  g_mutex_lock (&self->lock);
  if (self->expected > g_get_monotonic_time ()) {
    g_source_set_ready_time (self->overdue, self->expected);
    g_mutex_unlock (&self->lock);
    return G_SOURCE_CONTINUE;
  }

  g_clear_pointer (&self->overdue, g_source_unref);
  if (self->expected == 0) {
    g_mutex_unlock (&self->lock);
    return G_SOURCE_REMOVE;
  }
  self->expected = 0;
  self->latest.slow = TRUE;
  queue_and_unlock (self);
  return G_SOURCE_REMOVE;
}

/* Called with the lock held. */
static void
look_at (HsProgress *self, gint64 when)
{
  if (self->overdue != NULL) {
    if (g_source_get_ready_time (self->overdue) > when)
      g_source_set_ready_time (self->overdue, when);
    return;
  }

  self->overdue = call_at (self, when, overdue_cb);
}

/**
 * hs_progress_expect:
 * @self: (nullable): a progress
 * @within_ms: milliseconds of real time; 0 takes an earlier call back
 *
 * Announces a request during which the caller can't report: if no report comes within @within_ms,
 * observers see "slow" while it still lasts. Call from any thread.
 */
void
hs_progress_expect (HsProgress *self, guint within_ms)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->lock);
  self->expected = 0;
  if (within_ms > 0) {
    self->expected = g_get_monotonic_time () + within_ms * G_TIME_SPAN_MILLISECOND;
    look_at (self, self->expected);
  }
  g_mutex_unlock (&self->lock);
}

/**
 * hs_progress_get:
 * @self: a progress
 * @state: (out): what was last published
 *
 * For observers, on the thread that made @self.
 */
void
hs_progress_get (HsProgress *self, HsProgressState *state)
{
  g_return_if_fail (HS_IS_PROGRESS (self));

  *state = self->shown;
}

/**
 * hs_progress_peek:
 * @self: a progress
 * @state: (out): what was last reported
 *
 * Any thread.
 */
void
hs_progress_peek (HsProgress *self, HsProgressState *state)
{
  g_return_if_fail (HS_IS_PROGRESS (self));

  g_mutex_lock (&self->lock);
  *state = self->latest;
  g_mutex_unlock (&self->lock);
}

static const char *const names[] = {
  [HS_ACTIVITY_NONE] = "none",
  [HS_ACTIVITY_CHECKING] = "checking",
  [HS_ACTIVITY_ENTERING] = "entering",
  [HS_ACTIVITY_WAITING] = "waiting",
  [HS_ACTIVITY_COMPARING] = "comparing",
  [HS_ACTIVITY_WRITING] = "writing",
  [HS_ACTIVITY_VERIFYING] = "verifying",
  [HS_ACTIVITY_ERASING] = "erasing",
  [HS_ACTIVITY_READING] = "reading",
  [HS_ACTIVITY_LEAVING] = "leaving",
  [HS_ACTIVITY_CONFIRMING] = "confirming",
  [HS_ACTIVITY_FILES] = "files",
};

/* The word for scripts (--events); people get theirs from app/explain. */
const char *
hs_activity_name (HsActivity activity)
{
  g_return_val_if_fail (activity < G_N_ELEMENTS (names), "none");

  return names[activity];
}
