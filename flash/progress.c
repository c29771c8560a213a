/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/progress.h"

/**
 * HsProgress:
 *
 * Carries progress from a worker thread to the thread that made it; the only way progress
 * crosses threads. Reports are coalesced: however fast the worker reports, at most one ::changed
 * is queued on the maker's main context.
 */
struct _HsProgress {
  GObject parent_instance;

  GMainContext *context; /* owned; where ::changed is emitted */
  GMutex lock;
  HsProgressState latest; /* guarded by lock */
  gboolean queued;        /* guarded by lock */
  GSource *overdue;       /* owned; nullable; guarded by lock; see hs_progress_expect() */
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

/* Called with the lock held; gives it back. */
static void
queue_and_unlock (HsProgress *self)
{
  gboolean queue = !self->queued;

  self->queued = TRUE;
  g_mutex_unlock (&self->lock);

  if (queue) {
    g_autoptr (GSource) source = g_idle_source_new ();

    g_source_set_priority (source, G_PRIORITY_DEFAULT);
    g_source_set_callback (source, publish_cb, g_object_ref (self), g_object_unref);
    g_source_attach (source, self->context);
  }
}

/* Called with the lock held. */
static void
disarm (HsProgress *self)
{
  if (self->overdue == NULL)
    return;

  g_source_destroy (self->overdue);
  g_clear_pointer (&self->overdue, g_source_unref);
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
  disarm (self);
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

static gboolean
overdue_cb (gpointer data)
{
  HsProgress *self = data;

  g_mutex_lock (&self->lock);
  if (self->overdue != g_main_current_source ()) {
    g_mutex_unlock (&self->lock);
    return G_SOURCE_REMOVE;
  }
  g_clear_pointer (&self->overdue, g_source_unref);
  self->latest.slow = TRUE;
  queue_and_unlock (self);
  return G_SOURCE_REMOVE;
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
  disarm (self);
  if (within_ms > 0) {
    self->overdue = g_timeout_source_new (within_ms);
    g_source_set_callback (self->overdue, overdue_cb, g_object_ref (self), g_object_unref);
    g_source_attach (self->overdue, self->context);
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
 * For the worker and for tests; any thread.
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
