/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/worker.h"

struct _HsWorker {
  GThread *thread;
  GAsyncQueue *queue; /* Work */
};

typedef struct {
  HsWorkFunc func; /* NULL: end */
  gpointer data;
} Work;

/* Lives on the stack of the one who waits. */
typedef struct {
  HsWorkFunc func;
  gpointer data;
  GMutex lock;
  GCond done_cond;
  gboolean done; /* guarded by lock */
} Call;

static gpointer
worker_thread (gpointer data)
{
  g_autoptr (GAsyncQueue) queue = data;

  for (;;) {
    g_autofree Work *work = g_async_queue_pop (queue);

    if (work->func == NULL)
      return NULL;
    work->func (work->data);
  }
}

HsWorker *
hs_worker_new (const char *name)
{
  HsWorker *self = g_new0 (HsWorker, 1);

  self->queue = g_async_queue_new ();
  self->thread = g_thread_new (name, worker_thread, g_async_queue_ref (self->queue));
  return self;
}

void
hs_worker_push (HsWorker *self, HsWorkFunc func, gpointer data)
{
  Work *work = g_new (Work, 1);

  *work = (Work){ func, data };
  g_async_queue_push (self->queue, work);
}

void
hs_worker_free (HsWorker *self)
{
  if (self == NULL)
    return;

  hs_worker_push (self, NULL, NULL);
  if (g_thread_self () == self->thread)
    g_thread_unref (self->thread);
  else
    g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_free (self);
}

static void
run_call (gpointer data)
{
  Call *call = data;

  call->func (call->data);
  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->done_cond);
  g_mutex_unlock (&call->lock);
}

void
hs_worker_call (HsWorker *self, HsWorkFunc func, gpointer data)
{
  Call call = { .func = func, .data = data };

  if (g_thread_self () == self->thread) {
    func (data);
    return;
  }

  g_mutex_init (&call.lock);
  g_cond_init (&call.done_cond);
  hs_worker_push (self, run_call, &call);
  g_mutex_lock (&call.lock);
  while (!call.done)
    g_cond_wait (&call.done_cond, &call.lock);
  g_mutex_unlock (&call.lock);
  g_cond_clear (&call.done_cond);
  g_mutex_clear (&call.lock);
}

gboolean
hs_worker_is_idle (HsWorker *self)
{
  return g_async_queue_length (self->queue) <= 0;
}
