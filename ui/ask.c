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

static Question *
question_new (gpointer owner,
              HsAnswerFunc answer,
              GDestroyNotify free_result,
              GCancellable *cancellable)
{
  Question *self = g_new0 (Question, 1);

  g_weak_ref_init (&self->owner, owner);
  self->answer = answer;
  self->free_result = free_result;
  g_set_object (&self->cancellable, cancellable);
  return self;
}

static void
hand_on (Question *self, gpointer result, const GError *error)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && !g_cancellable_is_cancelled (self->cancellable) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    self->answer (owner, result, error);
  if (result != NULL && self->free_result != NULL)
    self->free_result (result);
  question_free (self);
}

static void
answered_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer result = hs_catalog_run_finish (HS_CATALOG (source), async, &error);

  hand_on (data, result, error);
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

  self = question_new (owner, answer, free_result, cancellable);
  hs_catalog_run_async (
      catalog, question, data, free_data, free_result, cancellable, answered_cb, self);
}

/* -- apart ----------------------------------------------------------------------------------- */

typedef struct {
  HsCatalogFunc question;
  gpointer data;
  GDestroyNotify free_data;
} Apart;

static void
apart_free (gpointer data)
{
  Apart *self = data;

  if (self->data != NULL && self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

static void
apart_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Apart *apart = data;
  GError *error = NULL;
  gpointer result = apart->question (HS_CATALOG (source), apart->data, cancellable, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, NULL); /* freed by who asked */
}

static void
answered_apart_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  g_autoptr (GError) error = NULL;
  gpointer result = g_task_propagate_pointer (G_TASK (async), &error);

  hand_on (data, result, error);
}

/**
 * hs_ask_apart:
 * @catalog: who is asked
 * @owner: (type GObject): who asks; not kept alive
 * @question: runs on a thread of its own; each of its questions to @catalog waits for its turn
 * @data: (transfer full) (nullable): for @question
 * @free_data: (nullable): frees @data
 * @free_result: (nullable): frees what @question returns
 * @cancellable: (nullable): cancelled: @answer is never called
 * @answer: called on the main loop, unless @owner is gone by then
 *
 * For exports and imports of many rows.
 */
void
hs_ask_apart (HsCatalog *catalog,
              gpointer owner,
              HsCatalogFunc question,
              gpointer data,
              GDestroyNotify free_data,
              GDestroyNotify free_result,
              GCancellable *cancellable,
              HsAnswerFunc answer)
{
  g_autoptr (GTask) task = NULL;
  Apart *apart;

  g_return_if_fail (HS_IS_CATALOG (catalog));
  g_return_if_fail (G_IS_OBJECT (owner));

  apart = g_new0 (Apart, 1);
  apart->question = question;
  apart->data = data;
  apart->free_data = free_data;
  task = g_task_new (catalog,
                     cancellable,
                     answered_apart_cb,
                     question_new (owner, answer, free_result, cancellable));
  g_task_set_check_cancellable (task, FALSE); /* the result is freed all the same */
  g_task_set_task_data (task, apart, apart_free);
  g_task_run_in_thread (task, apart_thread);
}
