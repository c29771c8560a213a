/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/build-watch.h"

struct _HsBuildWatch {
  GObject parent_instance;

  HsBuildQueue *queue; /* owned */
};

G_DEFINE_FINAL_TYPE (HsBuildWatch, hs_build_watch, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
run_changed_cb (HsBuildWatch *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
items_changed_cb (GListModel *queue, guint position, guint removed, guint added, HsBuildWatch *self)
{
  for (guint i = 0; i < added; i++) {
    g_autoptr (HsBuildRun) run = g_list_model_get_item (queue, position + i);

    g_signal_connect_object (run, "changed", G_CALLBACK (run_changed_cb), self, G_CONNECT_SWAPPED);
  }
  run_changed_cb (self);
}

static void
hs_build_watch_dispose (GObject *object)
{
  g_clear_object (&HS_BUILD_WATCH (object)->queue);
  G_OBJECT_CLASS (hs_build_watch_parent_class)->dispose (object);
}

static void
hs_build_watch_class_init (HsBuildWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_build_watch_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_build_watch_init (HsBuildWatch *self)
{
}

HsBuildWatch *
hs_build_watch_new (HsBuildQueue *queue)
{
  HsBuildWatch *self = g_object_new (HS_TYPE_BUILD_WATCH, NULL);
  GListModel *model = G_LIST_MODEL (queue);

  self->queue = g_object_ref (queue);
  g_signal_connect_object (queue, "items-changed", G_CALLBACK (items_changed_cb), self, 0);
  items_changed_cb (model, 0, 0, g_list_model_get_n_items (model), self);
  return self;
}

HsBuildQueue *
hs_build_watch_get_queue (HsBuildWatch *self)
{
  g_return_val_if_fail (HS_IS_BUILD_WATCH (self), NULL);

  return self->queue;
}

guint
hs_build_watch_get_n (HsBuildWatch *self)
{
  g_return_val_if_fail (HS_IS_BUILD_WATCH (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->queue));
}

HsBuildRun *
hs_build_watch_nth (HsBuildWatch *self, guint n)
{
  g_autoptr (HsBuildRun) run = NULL;

  g_return_val_if_fail (HS_IS_BUILD_WATCH (self), NULL);

  run = g_list_model_get_item (G_LIST_MODEL (self->queue), n);
  return run; /* the queue holds it */
}

guint
hs_build_watch_find (HsBuildWatch *self, HsBuildRun *run)
{
  guint n = hs_build_watch_get_n (self);

  for (guint i = 0; i < n; i++)
    if (hs_build_watch_nth (self, i) == run)
      return i;
  return G_MAXUINT;
}

void
hs_build_watch_cancel_all (HsBuildWatch *self)
{
  guint n = hs_build_watch_get_n (self);

  for (guint i = n; i > 0; i--) { /* those that wait first: none of them starts any more */
    HsBuildRun *run = hs_build_watch_nth (self, i - 1);

    if (hs_build_run_get_state (run) < HS_BUILD_STOPPING)
      hs_build_run_cancel (run);
  }
}
