/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/recall-model.h"

#include "app/explain.h"
#include "ui/ask.h"

enum { PAGE = 200, LOOK_AHEAD = 100 }; /* rows */

/* -- one row --------------------------------------------------------------------------------- */

struct _HsRecallItem {
  GObject parent_instance;

  HsRecallRow *row; /* owned */
};

G_DEFINE_FINAL_TYPE (HsRecallItem, hs_recall_item, G_TYPE_OBJECT)

static void
hs_recall_item_finalize (GObject *object)
{
  g_clear_pointer (&HS_RECALL_ITEM (object)->row, hs_recall_row_free);
  G_OBJECT_CLASS (hs_recall_item_parent_class)->finalize (object);
}

static void
hs_recall_item_class_init (HsRecallItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_recall_item_finalize;
}

static void
hs_recall_item_init (HsRecallItem *self)
{
}

const HsRecallRow *
hs_recall_item_get (HsRecallItem *self)
{
  g_return_val_if_fail (HS_IS_RECALL_ITEM (self), NULL);

  return self->row;
}

/* -- the list -------------------------------------------------------------------------------- */

struct _HsRecallModel {
  GObject parent_instance;

  HsCatalog *catalog;
  char *build, *release, *sha256; /* one of them is set */
  GPtrArray *items;               /* HsRecallItem */
  guint n_now;
  guint n_ever;
  char *error;
  gboolean reading;
};

static void list_model_init (GListModelInterface *iface);

/* clang-format off */
G_DEFINE_FINAL_TYPE_WITH_CODE (HsRecallModel, hs_recall_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))
/* clang-format on */

enum { SIGNAL_COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* What is asked of the catalog, and what it says. */
typedef struct {
  char *build, *release, *sha256;
  guint offset;
} Ask;

static void
ask_free (gpointer data)
{
  Ask *self = data;

  g_free (self->build);
  g_free (self->release);
  g_free (self->sha256);
  g_free (self);
}

typedef struct {
  GPtrArray *rows; /* HsRecallRow; taken out by who makes items of them */
  guint n_now;
  guint n_ever;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *self = data;

  g_ptr_array_unref (self->rows);
  g_free (self);
}

static gpointer
read_page (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Ask *ask = data;
  const HsRecall recall = { ask->build, ask->release, ask->sha256 };
  guint n_now = 0, n_ever = 0;
  GPtrArray *rows = hs_catalog_recall (catalog, &recall, PAGE, ask->offset, &n_now, &n_ever, error);
  Answer *answer;

  if (rows == NULL)
    return NULL;

  answer = g_new0 (Answer, 1);
  *answer = (Answer){ rows, n_now, n_ever };
  return answer;
}

static void
page_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecallModel *self = owner;
  Answer *answer = result;
  guint old = self->items->len;
  g_autoptr (GPtrArray) rows = NULL;

  self->reading = FALSE;
  if (answer == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    self->error = g_strdup (problem->message);
    g_signal_emit (self, signals[SIGNAL_COUNTED], 0);
    return;
  }

  self->n_now = answer->n_now;
  self->n_ever = answer->n_ever;
  rows = g_ptr_array_ref (answer->rows);
  g_ptr_array_set_free_func (rows, NULL);
  for (guint i = 0; i < rows->len; i++) {
    HsRecallItem *item = g_object_new (HS_TYPE_RECALL_ITEM, NULL);

    item->row = g_ptr_array_index (rows, i);
    g_ptr_array_add (self->items, item);
  }
  if (rows->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), old, 0, rows->len);
  else
    self->n_ever = old; /* there is no more, whatever was counted */
  if (old == 0)
    g_signal_emit (self, signals[SIGNAL_COUNTED], 0);
}

static void
read_on (HsRecallModel *self)
{
  Ask *ask = g_new0 (Ask, 1);

  ask->build = g_strdup (self->build);
  ask->release = g_strdup (self->release);
  ask->sha256 = g_strdup (self->sha256);
  ask->offset = self->items->len;
  self->reading = TRUE;
  hs_ask (self->catalog, self, read_page, ask, ask_free, answer_free, NULL, page_cb);
}

static GType
hs_recall_model_get_item_type (GListModel *list)
{
  return HS_TYPE_RECALL_ITEM;
}

static guint
hs_recall_model_get_n_items (GListModel *list)
{
  return HS_RECALL_MODEL (list)->items->len;
}

static gpointer
hs_recall_model_get_item (GListModel *list, guint position)
{
  HsRecallModel *self = HS_RECALL_MODEL (list);

  if (position >= self->items->len)
    return NULL;
  if (!self->reading && self->items->len < self->n_ever &&
      position + LOOK_AHEAD >= self->items->len)
    read_on (self);
  return g_object_ref (g_ptr_array_index (self->items, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hs_recall_model_get_item_type;
  iface->get_n_items = hs_recall_model_get_n_items;
  iface->get_item = hs_recall_model_get_item;
}

static void
hs_recall_model_finalize (GObject *object)
{
  HsRecallModel *self = HS_RECALL_MODEL (object);

  g_object_unref (self->catalog);
  g_free (self->build);
  g_free (self->release);
  g_free (self->sha256);
  g_free (self->error);
  g_ptr_array_unref (self->items);
  G_OBJECT_CLASS (hs_recall_model_parent_class)->finalize (object);
}

static void
hs_recall_model_class_init (HsRecallModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_recall_model_finalize;
  signals[SIGNAL_COUNTED] = g_signal_new (
      "counted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_recall_model_init (HsRecallModel *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hs_recall_model_new:
 * @catalog: a catalog
 * @recall: what is looked for
 *
 * Returns: (transfer full): the units that carry it, or did
 */
HsRecallModel *
hs_recall_model_new (HsCatalog *catalog, const HsRecall *recall)
{
  HsRecallModel *self = g_object_new (HS_TYPE_RECALL_MODEL, NULL);

  self->catalog = g_object_ref (catalog);
  self->build = g_strdup (recall->build);
  self->release = g_strdup (recall->release);
  self->sha256 = g_strdup (recall->sha256);
  read_on (self);
  return self;
}

HsRecall
hs_recall_model_get_recall (HsRecallModel *self)
{
  g_return_val_if_fail (HS_IS_RECALL_MODEL (self), (HsRecall){ NULL });

  return (HsRecall){ self->build, self->release, self->sha256 };
}

guint
hs_recall_model_get_n_now (HsRecallModel *self)
{
  g_return_val_if_fail (HS_IS_RECALL_MODEL (self), 0);

  return self->n_now;
}

/* With those that carry it now. */
guint
hs_recall_model_get_n_ever (HsRecallModel *self)
{
  g_return_val_if_fail (HS_IS_RECALL_MODEL (self), 0);

  return self->n_ever;
}

const char *
hs_recall_model_get_error (HsRecallModel *self)
{
  g_return_val_if_fail (HS_IS_RECALL_MODEL (self), NULL);

  return self->error;
}
