/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/ask.h"

/* One question under way. Does not keep its owner alive: a page may go while it waits. */
typedef struct {
  GWeakRef owner;
  HsAnswerFunc answer;
  GDestroyNotify free_result;
  GCancellable *cancellable; /* nullable */
} Question;

static void
question_free (Question *self)
{
  g_weak_ref_clear (&self->owner);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
answered_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  Question *self = data;
  g_autoptr (GError) error = NULL;
  gpointer result = hs_catalog_run_finish (HS_CATALOG (source), async, &error);
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && !g_cancellable_is_cancelled (self->cancellable) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->answer (owner, result, error);
  if (result != NULL && self->free_result != NULL)
    self->free_result (result);
  question_free (self);
}

/**
 * hs_ask:
 * @catalog: who is asked
 * @owner: (type GObject): who asks; not kept alive
 * @question: runs on the catalog's reading thread
 * @data: (transfer full) (nullable): for @question
 * @free_data: (nullable): frees @data
 * @free_result: (nullable): frees what @question returns
 * @cancellable: (nullable): cancelled: @answer is never called
 * @answer: called on the main loop, unless @owner is gone by then
 *
 * How every view asks the catalog. Main thread; never blocks.
 */
void
hs_ask (HsCatalog *catalog,
        gpointer owner,
        HsCatalogFunc question,
        gpointer data,
        GDestroyNotify free_data,
        GDestroyNotify free_result,
        GCancellable *cancellable,
        HsAnswerFunc answer)
{
  Question *self;

  g_return_if_fail (HS_IS_CATALOG (catalog));
  g_return_if_fail (G_IS_OBJECT (owner));

  self = g_new0 (Question, 1);
  g_weak_ref_init (&self->owner, owner);
  self->answer = answer;
  self->free_result = free_result;
  g_set_object (&self->cancellable, cancellable);
  hs_catalog_run_async (
      catalog, question, data, free_data, free_result, cancellable, answered_cb, self);
}
