/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/paged-model.h"

#include "ui/ask.h"

enum {
  FIRST_IDS = 200,    /* listed at once, the rest behind */
  PAGE_IDS = 200,     /* read on at a time */
  LOOK_AHEAD = 100,   /* rows from the end of what is listed, when it is read on */
  MAX_IDS = 100000,   /* a list longer than this is narrowed by typing */
  ROWS_AT_A_TIME = 64 /* rows read by one question */
};

/* -- the model ------------------------------------------------------------------------------ */

typedef struct {
  HsCatalog *catalog;
  HsPagedQuery *query;
  GPtrArray *ids;    /* char*, in display order */
  GHashTable *rows;  /* id (of the row) -> HsModelRow, borrowed: those that a view holds */
  GPtrArray *wanted; /* HsModelRow whose data has been asked for but not yet requested */
  guint wanted_source;
  guint total;
  guint64 count;
  gboolean ready;      /* the first answer is there */
  gboolean paging;     /* the next page is under way */
  gboolean asked_anew; /* rows show what was searched for in bold */
  GCancellable *listing;
  GCancellable *loading;
} HsPagedModelPrivate;

static void hs_paged_model_list_model_init (GListModelInterface *iface);

/* clang-format off */
G_DEFINE_ABSTRACT_TYPE_WITH_CODE (HsPagedModel, hs_paged_model, G_TYPE_OBJECT,
                                  G_ADD_PRIVATE (HsPagedModel)
                                  G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                         hs_paged_model_list_model_init))
/* clang-format on */

enum { SIGNAL_LISTED, N_SIGNALS };
static guint signals[N_SIGNALS];

enum { PROP_0, PROP_CATALOG, N_PROPS };
static GParamSpec *props[N_PROPS];

static HsPagedModelPrivate *
priv_of (HsPagedModel *self)
{
  return hs_paged_model_get_instance_private (self);
}

/* -- reading rows --------------------------------------------------------------------------- */

typedef struct {
  HsPagedModelClass *klass;
  char **ids;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_strfreev (load->ids);
  g_free (load);
}

static void
item_unref (gpointer item)
{
  if (item != NULL)
    g_object_unref (item);
}

typedef struct {
  GPtrArray *items; /* parallel to ids; NULL where a row is gone meanwhile */
  char **ids;
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_ptr_array_unref (loaded->items);
  g_strfreev (loaded->ids);
  g_free (loaded);
}

static gpointer
load_rows (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Load *load = data;
  Loaded *loaded = g_new0 (Loaded, 1);

  loaded->ids = g_strdupv (load->ids);
  loaded->items = g_ptr_array_new_with_free_func (item_unref);
  for (guint i = 0; load->ids[i] != NULL; i++) {
    gpointer item = NULL;

    if (!g_cancellable_is_cancelled (cancellable))
      item = load->klass->load (catalog, load->ids[i], NULL);
    g_ptr_array_add (loaded->items, item);
  }
  return loaded;
}

static void
rows_loaded_cb (gpointer owner, gpointer result, const GError *error)
{
  HsPagedModelPrivate *priv = priv_of (owner);
  Loaded *loaded = result;

  if (loaded == NULL) {
    g_warning ("Rows can't be read: %s", error->message);
    return;
  }

  for (guint i = 0; loaded->ids[i] != NULL; i++) {
    HsModelRow *row = g_hash_table_lookup (priv->rows, loaded->ids[i]);
    GObject *item = g_ptr_array_index (loaded->items, i);

    if (row == NULL || item == NULL)
      continue;
    g_object_ref (row);
    hs_model_row_set_item (row, item);
    g_object_unref (row);
  }
}

static void
request_rows (HsPagedModel *self, GPtrArray *rows, guint first, guint n)
{
  HsPagedModelPrivate *priv = priv_of (self);
  Load *load = g_new0 (Load, 1);

  load->klass = HS_PAGED_MODEL_GET_CLASS (self);
  load->ids = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    load->ids[i] = g_strdup (hs_model_row_get_id (g_ptr_array_index (rows, first + i)));
  hs_ask (
      priv->catalog, self, load_rows, load, load_free, loaded_free, priv->loading, rows_loaded_cb);
}

static gboolean
request_wanted_cb (gpointer data)
{
  HsPagedModel *self = data;
  HsPagedModelPrivate *priv = priv_of (self);
  g_autoptr (GPtrArray) wanted = g_steal_pointer (&priv->wanted);

  priv->wanted = g_ptr_array_new_with_free_func (g_object_unref);
  priv->wanted_source = 0;
  for (guint first = 0; first < wanted->len; first += ROWS_AT_A_TIME)
    request_rows (self, wanted, first, MIN (ROWS_AT_A_TIME, wanted->len - first));
  return G_SOURCE_REMOVE;
}

/* Rows asked for in one turn of the main loop are read together. */
static void
want_row (HsPagedModel *self, HsModelRow *row)
{
  HsPagedModelPrivate *priv = priv_of (self);

  g_ptr_array_add (priv->wanted, g_object_ref (row));
  if (priv->wanted_source == 0)
    priv->wanted_source = g_idle_add_full (G_PRIORITY_DEFAULT, request_wanted_cb, self, NULL);
}

/* -- listing ids ---------------------------------------------------------------------------- */

typedef struct {
  HsPagedModelClass *klass;
  HsPagedQuery *query;
  char *after; /* nullable: from the top */
  guint limit;
} List;

typedef struct {
  GPtrArray *ids;
  guint total;
  guint64 count;
  guint limit;
} Listed;

static void
list_free (gpointer data)
{
  List *list = data;

  hs_paged_query_free (list->query);
  g_free (list->after);
  g_free (list);
}

static void
listed_free (gpointer data)
{
  Listed *listed = data;

  g_ptr_array_unref (listed->ids);
  g_free (listed);
}

static gpointer
list_ids (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  List *list = data;
  guint total = 0;
  GPtrArray *ids = list->klass->list (catalog, list->query, list->limit, &total, error);
  Listed *listed;

  if (ids == NULL)
    return NULL;

  listed = g_new0 (Listed, 1);
  listed->ids = ids;
  listed->total = MAX (total, ids->len);
  listed->limit = list->limit;
  listed->count = list->klass->count (catalog);
  return listed;
}

static gboolean
same_id (GPtrArray *a, guint i, GPtrArray *b, guint j)
{
  return g_str_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, j));
}

/* Puts @ids in place and tells observers the smallest stretch that differs, so that selection and
 * scroll position survive an entry that came in on top. */
static void
take_ids (HsPagedModel *self, GPtrArray *ids)
{
  HsPagedModelPrivate *priv = priv_of (self);
  g_autoptr (GPtrArray) old = g_steal_pointer (&priv->ids);
  guint common = MIN (old->len, ids->len);
  guint head = 0;
  guint tail = 0;

  while (head < common && same_id (old, head, ids, head))
    head++;
  while (tail < common - head && same_id (old, old->len - 1 - tail, ids, ids->len - 1 - tail))
    tail++;

  priv->ids = g_ptr_array_ref (ids);
  if (old->len != ids->len || head < ids->len)
    g_list_model_items_changed (
        G_LIST_MODEL (self), head, old->len - head - tail, ids->len - head - tail);
}

static void request_list (HsPagedModel *self, guint limit);

/* Rows that stay in the list keep their data, but not what is to be seen in it. */
static void
show_rows_again (HsPagedModel *self)
{
  HsPagedModelPrivate *priv = priv_of (self);
  g_autoptr (GList) rows = g_hash_table_get_values (priv->rows);

  priv->asked_anew = FALSE;
  g_list_foreach (rows, (GFunc) (void (*) (void)) g_object_ref, NULL);
  for (GList *link = rows; link != NULL; link = link->next) {
    if (hs_model_row_get_item (link->data) != NULL)
      hs_model_row_set_item (link->data, hs_model_row_get_item (link->data));
    g_object_unref (link->data);
  }
}

static gboolean
reads_on (HsPagedModel *self)
{
  return HS_PAGED_MODEL_GET_CLASS (self)->page != NULL;
}

static void
listed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsPagedModel *self = owner;
  HsPagedModelPrivate *priv = priv_of (self);
  Listed *listed = result;

  if (listed == NULL) {
    g_warning ("The list can't be read: %s", error->message);
    return;
  }

  priv->total = listed->total;
  priv->count = listed->count;
  priv->ready = TRUE;
  take_ids (self, listed->ids);
  if (priv->asked_anew)
    show_rows_again (self);
  g_signal_emit (self, signals[SIGNAL_LISTED], 0);
  if (!reads_on (self) && listed->limit == FIRST_IDS && listed->total > listed->ids->len)
    request_list (self, MAX_IDS);
}

static List *
list_new (HsPagedModel *self, guint limit)
{
  List *list = g_new0 (List, 1);

  list->klass = HS_PAGED_MODEL_GET_CLASS (self);
  list->query = hs_paged_query_copy (priv_of (self)->query);
  list->limit = limit;
  return list;
}

static void
request_list (HsPagedModel *self, guint limit)
{
  HsPagedModelPrivate *priv = priv_of (self);

  hs_ask (priv->catalog,
          self,
          list_ids,
          list_new (self, limit),
          list_free,
          listed_free,
          priv->listing,
          listed_cb);
}

static void
start_listing (HsPagedModel *self, guint limit)
{
  HsPagedModelPrivate *priv = priv_of (self);

  g_cancellable_cancel (priv->listing);
  g_clear_object (&priv->listing);
  priv->listing = g_cancellable_new ();
  priv->paging = FALSE;
  request_list (self, limit);
}

/* As long as it was: showing the first 200 in between would throw the reader back to the top. */
static void
list_again (HsPagedModel *self)
{
  guint n = priv_of (self)->ids->len;

  start_listing (self, n <= FIRST_IDS ? FIRST_IDS : reads_on (self) ? n : MAX_IDS);
}

static void
list_from_top (HsPagedModel *self)
{
  if (reads_on (self))
    start_listing (self, FIRST_IDS);
  else
    list_again (self);
}

/* -- reading on ----------------------------------------------------------------------------- */

static gpointer
list_page (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  List *list = data;

  return list->klass->page (catalog, list->query, list->after, list->limit, error);
}

static void
ids_unref (gpointer ids)
{
  g_ptr_array_unref (ids);
}

static void
paged_cb (gpointer owner, gpointer result, const GError *error)
{
  HsPagedModel *self = owner;
  HsPagedModelPrivate *priv = priv_of (self);
  GPtrArray *page = result;
  guint old = priv->ids->len;

  priv->paging = FALSE;
  if (page == NULL) {
    g_warning ("The list can't be read on: %s", error->message);
    return;
  }
  if (page->len == 0) { /* fewer than were counted */
    priv->total = old;
    g_signal_emit (self, signals[SIGNAL_LISTED], 0);
    return;
  }
  /* The order has changed meanwhile: what follows is no more what follows. */
  if (hs_paged_model_find (self, g_ptr_array_index (page, 0), NULL)) {
    list_again (self);
    return;
  }

  for (guint i = 0; i < page->len; i++)
    g_ptr_array_add (priv->ids, g_strdup (g_ptr_array_index (page, i)));
  priv->total = MAX (priv->total, priv->ids->len);
  g_list_model_items_changed (G_LIST_MODEL (self), old, 0, page->len);
}

/* Asked for from within a view's own reading of the list: the page comes later, never at once. */
static void
want_page (HsPagedModel *self, guint position)
{
  HsPagedModelPrivate *priv = priv_of (self);
  List *list;

  if (!reads_on (self) || priv->paging || priv->ids->len >= priv->total ||
      position + LOOK_AHEAD < priv->ids->len)
    return;

  list = list_new (self, PAGE_IDS);
  list->after = g_strdup (g_ptr_array_index (priv->ids, priv->ids->len - 1));
  priv->paging = TRUE;
  hs_ask (priv->catalog, self, list_page, list, list_free, ids_unref, priv->listing, paged_cb);
}

/* -- GListModel ----------------------------------------------------------------------------- */

static GType
hs_paged_model_get_item_type (GListModel *list)
{
  return HS_TYPE_MODEL_ROW;
}

static guint
hs_paged_model_get_n_items (GListModel *list)
{
  return priv_of (HS_PAGED_MODEL (list))->ids->len;
}

static void
row_gone_cb (gpointer self, HsModelRow *row)
{
  g_hash_table_remove (priv_of (self)->rows, hs_model_row_get_id (row));
}

static gpointer
hs_paged_model_get_item (GListModel *list, guint position)
{
  HsPagedModel *self = HS_PAGED_MODEL (list);
  HsPagedModelPrivate *priv = priv_of (self);
  const char *id;
  HsModelRow *row;

  if (position >= priv->ids->len)
    return NULL;

  want_page (self, position);
  id = g_ptr_array_index (priv->ids, position);
  row = g_hash_table_lookup (priv->rows, id);
  if (row != NULL)
    return g_object_ref (row);

  row = hs_model_row_new (id, row_gone_cb, self);
  g_hash_table_insert (priv->rows, (gpointer) hs_model_row_get_id (row), row);
  want_row (self, row);
  return row;
}

static void
hs_paged_model_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hs_paged_model_get_item_type;
  iface->get_n_items = hs_paged_model_get_n_items;
  iface->get_item = hs_paged_model_get_item;
}

/* -- the object ----------------------------------------------------------------------------- */

static void
hs_paged_model_constructed (GObject *object)
{
  HsPagedModel *self = HS_PAGED_MODEL (object);
  HsPagedModelPrivate *priv = priv_of (self);

  G_OBJECT_CLASS (hs_paged_model_parent_class)->constructed (object);
  g_signal_connect_object (
      priv->catalog, "changed", G_CALLBACK (hs_paged_model_refresh), self, G_CONNECT_SWAPPED);
  start_listing (self, FIRST_IDS);
}

static void
hs_paged_model_dispose (GObject *object)
{
  HsPagedModelPrivate *priv = priv_of (HS_PAGED_MODEL (object));
  GHashTableIter iter;
  gpointer row;

  g_cancellable_cancel (priv->listing);
  g_cancellable_cancel (priv->loading);
  g_clear_handle_id (&priv->wanted_source, g_source_remove);
  g_ptr_array_set_size (priv->wanted, 0);
  g_hash_table_iter_init (&iter, priv->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    hs_model_row_forget_model (row);
  g_hash_table_remove_all (priv->rows);
  g_clear_object (&priv->catalog);

  G_OBJECT_CLASS (hs_paged_model_parent_class)->dispose (object);
}

static void
hs_paged_model_finalize (GObject *object)
{
  HsPagedModelPrivate *priv = priv_of (HS_PAGED_MODEL (object));

  g_clear_object (&priv->listing);
  g_clear_object (&priv->loading);
  g_ptr_array_unref (priv->ids);
  g_ptr_array_unref (priv->wanted);
  g_hash_table_unref (priv->rows);
  hs_paged_query_free (priv->query);

  G_OBJECT_CLASS (hs_paged_model_parent_class)->finalize (object);
}

static void
hs_paged_model_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CATALOG)
    priv_of (HS_PAGED_MODEL (object))->catalog = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_paged_model_class_init (HsPagedModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = hs_paged_model_constructed;
  object_class->dispose = hs_paged_model_dispose;
  object_class->finalize = hs_paged_model_finalize;
  object_class->set_property = hs_paged_model_set_property;

  props[PROP_CATALOG] =
      g_param_spec_object ("catalog",
                           NULL,
                           NULL,
                           HS_TYPE_CATALOG,
                           G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /* After each answer of the catalog, changed or not: "total" and "count" are fresh. */
  signals[SIGNAL_LISTED] = g_signal_new (
      "listed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_paged_model_init (HsPagedModel *self)
{
  HsPagedModelPrivate *priv = priv_of (self);

  priv->query = g_new0 (HsPagedQuery, 1);
  priv->ids = g_ptr_array_new_with_free_func (g_free);
  priv->rows = g_hash_table_new (g_str_hash, g_str_equal);
  priv->wanted = g_ptr_array_new_with_free_func (g_object_unref);
  priv->loading = g_cancellable_new ();
}

/**
 * hs_paged_model_set_query:
 * @self: a model
 * @text: (nullable): what was typed; %NULL or "" for all
 * @kinds: (nullable): kinds of journal entries, %NULL for all
 *
 * Lists anew. Sorting and filtering happen in the catalog: never wrap this model in a
 * #GtkSortListModel, which would pull in every row.
 */
void
hs_paged_model_set_query (HsPagedModel *self, const char *text, const char *const *kinds)
{
  HsPagedModelPrivate *priv = priv_of (self);

  g_return_if_fail (HS_IS_PAGED_MODEL (self));

  g_free (priv->query->text);
  priv->query->text = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  g_strfreev (priv->query->kinds);
  priv->query->kinds = g_strdupv ((char **) kinds);
  priv->asked_anew = TRUE;
  list_from_top (self);
}

/**
 * hs_paged_model_set_units:
 * @self: a model of units
 * @filter: (nullable): which of them; its query is left out. %NULL: all
 *
 * Lists anew. Stays when the query changes.
 */
void
hs_paged_model_set_units (HsPagedModel *self, const HsUnitFilter *filter)
{
  g_return_if_fail (HS_IS_PAGED_MODEL (self));

  hs_paged_query_set_units (priv_of (self)->query, filter);
  list_from_top (self);
}

/* What is listed, or is about to be; valid until it is changed. */
const HsPagedQuery *
hs_paged_model_get_query (HsPagedModel *self)
{
  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), NULL);

  return priv_of (self)->query;
}

/**
 * hs_paged_model_set_before:
 * @self: a model of journal entries
 * @before: µs since 1970; 0: no limit
 *
 * Lists anew, with entries that were made before that time only. Stays when the query changes.
 */
void
hs_paged_model_set_before (HsPagedModel *self, gint64 before)
{
  HsPagedModelPrivate *priv = priv_of (self);

  g_return_if_fail (HS_IS_PAGED_MODEL (self));

  if (before == priv->query->before)
    return;

  priv->query->before = before;
  list_from_top (self);
}

/**
 * hs_paged_model_refresh:
 * @self: a model
 *
 * Lists anew and reads again the rows that somebody holds. Rows stay the same objects.
 */
void
hs_paged_model_refresh (HsPagedModel *self)
{
  HsPagedModelPrivate *priv = priv_of (self);
  GHashTableIter iter;
  gpointer row;

  g_return_if_fail (HS_IS_PAGED_MODEL (self));

  g_hash_table_iter_init (&iter, priv->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    want_row (self, row);
  list_again (self);
}

/* FALSE until the catalog has answered for the first time. */
gboolean
hs_paged_model_get_ready (HsPagedModel *self)
{
  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), FALSE);

  return priv_of (self)->ready;
}

/* How many rows fit the query; may be more than the list holds. */
guint
hs_paged_model_get_total (HsPagedModel *self)
{
  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), 0);

  return priv_of (self)->total;
}

/* How many there are without a query. */
guint64
hs_paged_model_get_count (HsPagedModel *self)
{
  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), 0);

  return priv_of (self)->count;
}

/* FALSE: the list has not read as far as @id, or never will. */
gboolean
hs_paged_model_find (HsPagedModel *self, const char *id, guint *position)
{
  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), FALSE);

  return g_ptr_array_find_with_equal_func (priv_of (self)->ids, id, g_str_equal, position);
}

/* The id at @position; NULL beyond the end. Reads nothing. */
const char *
hs_paged_model_get_id (HsPagedModel *self, guint position)
{
  GPtrArray *ids;

  g_return_val_if_fail (HS_IS_PAGED_MODEL (self), NULL);

  ids = priv_of (self)->ids;
  return position < ids->len ? g_ptr_array_index (ids, position) : NULL;
}
