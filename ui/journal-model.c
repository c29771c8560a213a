/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/journal-model.h"

#include "store/catalog-releases.h"
#include "store/kinds.h"
#include "ui/release-words.h"

#include <json-glib/json-glib.h>

struct _HsJournalItem {
  GObject parent_instance;

  HsEntry *entry;
  char *name;  /* nullable */
  char *build; /* nullable */
};

G_DEFINE_FINAL_TYPE (HsJournalItem, hs_journal_item, G_TYPE_OBJECT)

struct _HsJournalModel {
  HsPagedModel parent_instance;
};

G_DEFINE_FINAL_TYPE (HsJournalModel, hs_journal_model, HS_TYPE_PAGED_MODEL)

static void
hs_journal_item_finalize (GObject *object)
{
  HsJournalItem *self = HS_JOURNAL_ITEM (object);

  g_clear_object (&self->entry);
  g_free (self->name);
  g_free (self->build);
  G_OBJECT_CLASS (hs_journal_item_parent_class)->finalize (object);
}

static void
hs_journal_item_class_init (HsJournalItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_journal_item_finalize;
}

static void
hs_journal_item_init (HsJournalItem *self)
{
}

HsEntry *
hs_journal_item_get_entry (HsJournalItem *self)
{
  g_return_val_if_fail (HS_IS_JOURNAL_ITEM (self), NULL);

  return self->entry;
}

const char *
hs_journal_item_get_name (HsJournalItem *self)
{
  g_return_val_if_fail (HS_IS_JOURNAL_ITEM (self), NULL);

  return self->name;
}

const char *
hs_journal_item_get_build (HsJournalItem *self)
{
  g_return_val_if_fail (HS_IS_JOURNAL_ITEM (self), NULL);

  return self->build;
}

static char *
name_of_release (HsCatalog *catalog, const char *id)
{
  g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, id, NULL);

  return release != NULL ? hs_release_dup_title (release) : NULL;
}

/* A batch is known by its release if nobody gave it a name. */
static char *
name_of_batch (HsCatalog *catalog, const char *id)
{
  HsBatch *batch = hs_catalog_get_batch (catalog, id, NULL);
  char *name;

  if (batch == NULL)
    return NULL;

  name = batch->name != NULL && *batch->name != '\0' ? g_strdup (batch->name)
                                                     : name_of_release (catalog, batch->release);
  hs_batch_free (batch);
  return name;
}

/* "unit:stm32:…" -> the unit's label, "build:…" -> the build's name, "release:…" and "batch:…"
 * likewise. */
static char *
name_of_subject (HsCatalog *catalog, const char *subject)
{
  if (subject == NULL)
    return NULL;

  if (g_str_has_prefix (subject, "unit:")) {
    g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, subject + strlen ("unit:"), NULL);

    return unit != NULL ? g_strdup (hs_unit_get_label (unit)) : NULL;
  }
  if (g_str_has_prefix (subject, "build:")) {
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, subject + strlen ("build:"), NULL);

    return build != NULL ? g_strdup (hs_build_get_name (build)) : NULL;
  }
  if (g_str_has_prefix (subject, "release:"))
    return name_of_release (catalog, subject + strlen ("release:"));
  if (g_str_has_prefix (subject, "batch:"))
    return name_of_batch (catalog, subject + strlen ("batch:"));
  return NULL;
}

/* The name of the build that the entry's run writes. */
static char *
name_of_build (HsCatalog *catalog, const char *payload)
{
  g_autoptr (JsonNode) node = payload != NULL ? json_from_string (payload, NULL) : NULL;
  const char *id;
  g_autoptr (HsRun) run = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  id = json_object_get_string_member_with_default (json_node_get_object (node), "run", NULL);
  run = id != NULL ? hs_catalog_get_run (catalog, id, NULL) : NULL;
  return run != NULL ? g_strdup (hs_run_get_build_name (run)) : NULL;
}

/**
 * hs_journal_filter_kinds:
 * @query: what a list shows
 * @filter: (out): the same as the catalog asks for it; its strings are those of @query
 *
 * #HS_FILTER_FAILED means ends of runs, but for those that passed. Whoever wants all ends of runs
 * as well gets all.
 *
 * Returns: (transfer full): what the kinds of @filter are kept in
 */
GPtrArray *
hs_journal_filter_kinds (const HsPagedQuery *query, HsJournalFilter *filter)
{
  const char *const *wanted = (const char *const *) query->kinds;
  GPtrArray *kinds = g_ptr_array_new ();

  *filter = (HsJournalFilter){ .query = query->text, .before = query->before };
  for (guint i = 0; wanted != NULL && wanted[i] != NULL; i++) {
    gboolean failed = g_str_equal (wanted[i], HS_FILTER_FAILED);

    g_ptr_array_add (kinds, (gpointer) (failed ? HS_KIND_RUN_FINISHED : wanted[i]));
    if (failed && !g_strv_contains (wanted, HS_KIND_RUN_FINISHED))
      filter->outcome_not = "passed";
  }
  g_ptr_array_add (kinds, NULL);
  if (kinds->len > 1)
    filter->kinds = (const char *const *) kinds->pdata;
  return kinds;
}

static GArray *
list_rows (HsCatalog *catalog, const HsPagedQuery *query, guint limit, guint *total, GError **error)
{
  HsJournalFilter filter;
  g_autoptr (GPtrArray) kinds = hs_journal_filter_kinds (query, &filter);

  return hs_catalog_list_journal (catalog, &filter, limit, total, error);
}

static GPtrArray *
list_entries (HsCatalog *catalog,
              const HsPagedQuery *query,
              guint limit,
              guint *total,
              GError **error)
{
  g_autoptr (GArray) rows = list_rows (catalog, query, limit, total, error);
  GPtrArray *ids;

  if (rows == NULL)
    return NULL;

  ids = g_ptr_array_new_full (rows->len, g_free);
  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (ids, g_strdup_printf ("%" G_GINT64_FORMAT, g_array_index (rows, gint64, i)));
  return ids;
}

static gpointer
load_entry (HsCatalog *catalog, const char *id, GError **error)
{
  g_autoptr (HsEntry) entry = hs_catalog_get_entry (catalog, g_ascii_strtoll (id, NULL, 10), error);
  HsJournalItem *item;

  if (entry == NULL)
    return NULL;

  item = g_object_new (HS_TYPE_JOURNAL_ITEM, NULL);
  item->name = name_of_subject (catalog, hs_entry_get_subject (entry));
  item->build = name_of_build (catalog, hs_entry_get_payload (entry));
  item->entry = g_steal_pointer (&entry);
  return item;
}

static guint64
count_entries (HsCatalog *catalog)
{
  guint64 n = 0;

  hs_catalog_count (catalog, NULL, NULL, &n);
  return n;
}

static void
hs_journal_model_class_init (HsJournalModelClass *klass)
{
  HsPagedModelClass *model_class = HS_PAGED_MODEL_CLASS (klass);

  model_class->list = list_entries;
  model_class->load = load_entry;
  model_class->count = count_entries;
}

static void
hs_journal_model_init (HsJournalModel *self)
{
}

HsPagedModel *
hs_journal_model_new (HsCatalog *catalog)
{
  return g_object_new (HS_TYPE_JOURNAL_MODEL, "catalog", catalog, NULL);
}
