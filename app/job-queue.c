/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/job-queue.h"

#include "app/job-private.h"

struct _HsJobQueue {
  GObject parent_instance;

  GPtrArray *jobs; /* (element-type HsJob) */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsJobQueue,
                               hs_job_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { JOBS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GType
hs_job_queue_get_item_type (GListModel *model)
{
  return HS_TYPE_JOB;
}

static guint
hs_job_queue_get_n_items (GListModel *model)
{
  return HS_JOB_QUEUE (model)->jobs->len;
}

static gpointer
hs_job_queue_get_item (GListModel *model, guint position)
{
  GPtrArray *jobs = HS_JOB_QUEUE (model)->jobs;

  return position < jobs->len ? g_object_ref (g_ptr_array_index (jobs, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hs_job_queue_get_item_type;
  iface->get_n_items = hs_job_queue_get_n_items;
  iface->get_item = hs_job_queue_get_item;
}

static void
hs_job_queue_finalize (GObject *object)
{
  g_ptr_array_unref (HS_JOB_QUEUE (object)->jobs);

  G_OBJECT_CLASS (hs_job_queue_parent_class)->finalize (object);
}

static void
hs_job_queue_class_init (HsJobQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_job_queue_finalize;

  signals[JOBS_CHANGED] = g_signal_new (
      "jobs-changed", HS_TYPE_JOB_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_job_queue_init (HsJobQueue *self)
{
  self->jobs = g_ptr_array_new_with_free_func (g_object_unref);
}

HsJobQueue *
hs_job_queue_new (void)
{
  return g_object_new (HS_TYPE_JOB_QUEUE, NULL);
}

static gboolean
port_is_busy (HsJobQueue *self, const char *port)
{
  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);
    HsJobState state = hs_job_get_state (job);

    if ((state == HS_JOB_RUNNING || state == HS_JOB_STOPPING) &&
        g_strcmp0 (hs_job_get_port (job), port) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
start_next (HsJobQueue *self)
{
  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);

    if (hs_job_get_state (job) == HS_JOB_QUEUED && !port_is_busy (self, hs_job_get_port (job)))
      hs_job_start (job);
  }
}

static void
outcome_cb (HsJobQueue *self)
{
  start_next (self);
  g_signal_emit (self, signals[JOBS_CHANGED], 0);
}

/**
 * hs_job_queue_add:
 * @self: a queue
 * @job: (transfer none): a job that has not started
 *
 * Starts it as soon as its port is free.
 */
void
hs_job_queue_add (HsJobQueue *self, HsJob *job)
{
  g_return_if_fail (HS_IS_JOB_QUEUE (self));

  g_ptr_array_add (self->jobs, g_object_ref (job));
  g_signal_connect_object (
      job, "notify::outcome", G_CALLBACK (outcome_cb), self, G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), self->jobs->len - 1, 0, 1);
  start_next (self);
  g_signal_emit (self, signals[JOBS_CHANGED], 0);
}

guint
hs_job_queue_get_n_unfinished (HsJobQueue *self)
{
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++)
    n += hs_job_get_state (g_ptr_array_index (self->jobs, i)) != HS_JOB_FINISHED;
  return n;
}
