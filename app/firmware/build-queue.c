/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-run-private.h"

struct _HsBuildQueue {
  GObject parent_instance;

  HsCatalog *catalog; /* nullable */
  GPtrArray *runs;    /* HsBuildRun */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsBuildQueue,
                               hs_build_queue,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return HS_TYPE_BUILD_RUN;
}

static guint
get_n_items (GListModel *model)
{
  return HS_BUILD_QUEUE (model)->runs->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *runs = HS_BUILD_QUEUE (model)->runs;

  return position < runs->len ? g_object_ref (g_ptr_array_index (runs, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
hs_build_queue_dispose (GObject *object)
{
  HsBuildQueue *self = HS_BUILD_QUEUE (object);

  for (guint i = 0; i < self->runs->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->runs, i), self);
  g_clear_object (&self->catalog);

  G_OBJECT_CLASS (hs_build_queue_parent_class)->dispose (object);
}

static void
hs_build_queue_finalize (GObject *object)
{
  g_ptr_array_unref (HS_BUILD_QUEUE (object)->runs);

  G_OBJECT_CLASS (hs_build_queue_parent_class)->finalize (object);
}

static void
hs_build_queue_class_init (HsBuildQueueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_build_queue_dispose;
  object_class->finalize = hs_build_queue_finalize;
}

static void
hs_build_queue_init (HsBuildQueue *self)
{
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
}

HsBuildQueue *
hs_build_queue_new (HsCatalog *catalog)
{
  HsBuildQueue *self = g_object_new (HS_TYPE_BUILD_QUEUE, NULL);

  g_set_object (&self->catalog, catalog);
  return self;
}

static gboolean
is_running (HsBuildRun *run)
{
  HsBuildState state = hs_build_run_get_state (run);

  return state == HS_BUILD_RUNNING || state == HS_BUILD_STOPPING;
}

/* One at a time: two would only take each other's cores. */
static void
start_next (HsBuildQueue *self)
{
  HsBuildRun *next = NULL;

  for (guint i = self->runs->len; i > 0; i--) {
    HsBuildRun *run = g_ptr_array_index (self->runs, i - 1);

    if (is_running (run))
      return;
    if (hs_build_run_get_state (run) == HS_BUILD_WAITING)
      next = run;
  }
  if (next != NULL)
    hs_build_run_start (next);
}

/**
 * hs_build_queue_add:
 * @self: a queue
 * @request: is copied
 *
 * Returns: (transfer none): the run; it starts at once if none is running
 */
HsBuildRun *
hs_build_queue_add (HsBuildQueue *self, const HsBuildRequest *request)
{
  HsBuildRun *run;

  g_return_val_if_fail (HS_IS_BUILD_QUEUE (self), NULL);

  run = hs_build_run_new (request, self->catalog);
  g_ptr_array_add (self->runs, run);
  g_signal_connect_swapped (run, "ended", G_CALLBACK (start_next), self);
  g_list_model_items_changed (G_LIST_MODEL (self), self->runs->len - 1, 0, 1);
  start_next (self);
  return run;
}

guint
hs_build_queue_get_n_running (HsBuildQueue *self)
{
  guint n = 0;

  g_return_val_if_fail (HS_IS_BUILD_QUEUE (self), 0);

  for (guint i = 0; i < self->runs->len; i++)
    n += hs_build_run_get_state (g_ptr_array_index (self->runs, i)) < HS_BUILD_DONE;
  return n;
}

void
hs_build_queue_drain (HsBuildQueue *self, gboolean cancel)
{
  g_return_if_fail (HS_IS_BUILD_QUEUE (self));

  for (guint i = self->runs->len; cancel && i > 0; i--) /* those that wait first */
    hs_build_run_cancel (g_ptr_array_index (self->runs, i - 1));
  while (hs_build_queue_get_n_running (self) > 0)
    g_main_context_iteration (NULL, TRUE);
}
