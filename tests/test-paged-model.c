/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"
#include "ui/build-model.h"
#include "ui/journal-model.h"
#include "ui/unit-model.h"

enum { MANY = 500, VERY_MANY = 10000 };

static void
spin (void)
{
  g_main_context_iteration (NULL, TRUE);
}

static void
set_cb (gpointer model, gboolean *flag)
{
  *flag = TRUE;
}

/* Waits for the next answer of the catalog; lists that are long come in two. */
static void
wait_listed (HsPagedModel *model, guint n)
{
  while (!hs_paged_model_get_ready (model) || g_list_model_get_n_items (G_LIST_MODEL (model)) != n)
    spin ();
}

/* As somebody who scrolls down does. */
static void
read_on (HsPagedModel *model, guint n)
{
  GListModel *list = G_LIST_MODEL (model);

  wait_listed (model, MIN (n, 200));
  while (g_list_model_get_n_items (list) < n) {
    guint before = g_list_model_get_n_items (list);
    g_autoptr (HsModelRow) last = g_list_model_get_item (list, before - 1);

    while (g_list_model_get_n_items (list) == before)
      spin ();
    g_assert_cmpuint (g_list_model_get_n_items (list), <=, before + 200);
  }
}

static void
wait_answer (HsPagedModel *model)
{
  gboolean answered = FALSE;
  gulong handler = g_signal_connect (model, "listed", G_CALLBACK (set_cb), &answered);

  while (!answered)
    spin ();
  g_signal_handler_disconnect (model, handler);
}

static gpointer
wait_item (HsModelRow *row)
{
  while (hs_model_row_get_item (row) == NULL)
    spin ();
  return hs_model_row_get_item (row);
}

/* The model goes when its last user goes, even while it waits for the catalog. */
static void
assert_gone (HsPagedModel *model)
{
  gpointer weak = model;

  g_object_add_weak_pointer (G_OBJECT (model), &weak);
  g_object_unref (model);
  g_assert_null (weak);
}

static void
add_units (HsCatalog *catalog, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *key = g_strdup_printf ("stm32:3046534563033125%08X", i);

    see_unit (catalog, key);
  }
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  HsPagedModel *units = hs_unit_model_new (self->catalog);
  HsPagedModel *builds = hs_build_model_new (self->catalog);

  wait_listed (units, 0);
  wait_listed (builds, 0);
  g_assert_cmpuint (hs_paged_model_get_total (units), ==, 0);
  g_assert_cmpuint (hs_paged_model_get_count (units), ==, 0);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (units), 0));
  g_assert_null (hs_paged_model_get_id (units, 0));
  assert_gone (units);
  assert_gone (builds);
}

static void
test_one (Fixture *self, gconstpointer data)
{
  HsPagedModel *units = NULL;
  HsPagedModel *builds = NULL;
  g_autoptr (HsModelRow) unit = NULL;
  g_autoptr (HsModelRow) build = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  units = hs_unit_model_new (self->catalog);
  builds = hs_build_model_new (self->catalog);
  wait_listed (units, 1);
  wait_listed (builds, 1);

  unit = g_list_model_get_item (G_LIST_MODEL (units), 0);
  g_assert_cmpstr (hs_model_row_get_id (unit), ==, KEY_A);
  g_assert_null (hs_model_row_get_item (unit));
  g_assert_cmpstr (hs_unit_get_id (wait_item (unit)), ==, KEY_A);

  build = g_list_model_get_item (G_LIST_MODEL (builds), 0);
  g_assert_cmpstr (hs_build_get_name (wait_item (build)), ==, "gate-counter 1.4.2");
  assert_gone (units);
  assert_gone (builds);
  /* A row outlives its model. */
  g_assert_nonnull (hs_model_row_get_item (unit));
}

static void
test_many (Fixture *self, gconstpointer data)
{
  HsPagedModel *units;
  guint position;

  add_units (self->catalog, MANY);
  units = hs_unit_model_new (self->catalog);
  read_on (units, MANY);
  g_assert_cmpuint (hs_paged_model_get_total (units), ==, MANY);

  for (guint i = 0; i < MANY; i += 97) {
    g_autoptr (HsModelRow) row = g_list_model_get_item (G_LIST_MODEL (units), i);
    g_autoptr (HsModelRow) again = g_list_model_get_item (G_LIST_MODEL (units), i);
    HsUnit *unit = wait_item (row);

    g_assert_true (row == again);
    g_assert_cmpstr (hs_unit_get_id (unit), ==, hs_paged_model_get_id (units, i));
    g_assert_true (hs_paged_model_find (units, hs_unit_get_id (unit), &position));
    g_assert_cmpuint (position, ==, i);
  }

  hs_paged_model_set_query (units, "000001F3", NULL);
  wait_listed (units, 1);
  g_assert_cmpuint (hs_paged_model_get_total (units), ==, 1);
  g_assert_cmpuint (hs_paged_model_get_count (units), ==, MANY);
  hs_paged_model_set_query (units, "no such serial", NULL);
  wait_listed (units, 0);
  hs_paged_model_set_query (units, "", NULL);
  wait_listed (units, 200);
  g_assert_cmpuint (hs_paged_model_get_total (units), ==, MANY);
  assert_gone (units);
}

typedef struct {
  guint position, removed, added;
} Change;

static void
changed_cb (GListModel *model, guint position, guint removed, guint added, Change *change)
{
  *change = (Change){ position, removed, added };
}

/* What comes in on top is told as one row; a row that somebody holds stays the same object and
 * shows the new data. */
static void
test_changes (Fixture *self, gconstpointer data)
{
  HsPagedModel *units;
  g_autoptr (HsModelRow) row = NULL;
  Change change = { G_MAXUINT, 0, 0 };
  guint position;

  add_units (self->catalog, 5);
  units = hs_unit_model_new (self->catalog);
  wait_listed (units, 5);
  row = g_list_model_get_item (G_LIST_MODEL (units), 2);
  wait_item (row);
  g_signal_connect (units, "items-changed", G_CALLBACK (changed_cb), &change);

  see_unit (self->catalog, KEY_A);
  wait_listed (units, 6);
  g_assert_cmpuint (change.position, ==, 0);
  g_assert_cmpuint (change.removed, ==, 0);
  g_assert_cmpuint (change.added, ==, 1);
  g_assert_true (hs_paged_model_find (units, hs_model_row_get_id (row), &position));
  g_assert_cmpuint (position, ==, 3);

  {
    g_autofree char *subject = g_strconcat ("unit:", hs_model_row_get_id (row), NULL);

    add (self->catalog, HS_KIND_UNIT_LABELLED, subject, "{\"v\":1,\"label\":\"GATE-0471\"}");
  }
  while (g_strcmp0 (hs_unit_get_label (hs_model_row_get_item (row)), "GATE-0471") != 0)
    spin ();
  assert_gone (units);
}

static void
test_journal (Fixture *self, gconstpointer data)
{
  static const char *const starts[] = { HS_KIND_RUN_STARTED, NULL };
  static const char *const failed[] = { HS_FILTER_FAILED, HS_KIND_RUN_INTERRUPTED, NULL };
  static const char *const ended[] = { HS_FILTER_FAILED, HS_KIND_RUN_FINISHED, NULL };
  HsPagedModel *journal;
  g_autofree char *end = NULL;
  g_autoptr (HsModelRow) newest = NULL;
  HsJournalItem *item;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  add (self->catalog,
       HS_KIND_UNIT_LABELLED,
       "unit:" KEY_A,
       "{\"v\":1,\"label\":\"GATE-0471 failed\"}");
  flash_unit (self->catalog, KEY_A, "run-1");
  add (self->catalog,
       HS_KIND_RUN_FINISHED,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":\"run-2\",\"outcome\":\"refused\"}");
  journal = hs_journal_model_new (self->catalog);
  wait_answer (journal);

  newest = g_list_model_get_item (G_LIST_MODEL (journal), 0);
  end = g_strdup (hs_model_row_get_id (newest));
  item = wait_item (newest);
  g_assert_cmpstr (hs_entry_get_kind (hs_journal_item_get_entry (item)), ==, HS_KIND_RUN_FINISHED);
  g_assert_cmpstr (hs_journal_item_get_name (item), ==, "GATE-0471 failed");

  hs_paged_model_set_query (journal, NULL, starts);
  wait_listed (journal, 1);
  g_clear_object (&newest);
  newest = g_list_model_get_item (G_LIST_MODEL (journal), 0);
  g_assert_cmpstr (hs_journal_item_get_build (wait_item (newest)), ==, "gate-counter 1.4.2");

  hs_paged_model_set_query (journal, NULL, failed);
  wait_answer (journal);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (journal)), ==, 1);
  g_assert_cmpstr (hs_paged_model_get_id (journal, 0), ==, end);
  hs_paged_model_set_query (journal, NULL, ended);
  wait_listed (journal, 2);
  assert_gone (journal);
}

/* The limit in time stays when other words are looked for. */
static void
test_journal_before (Fixture *self, gconstpointer data)
{
  HsPagedModel *journal = hs_journal_model_new (self->catalog);
  gint64 later = g_get_real_time () + G_TIME_SPAN_HOUR;

  see_unit (self->catalog, KEY_A);
  while (g_list_model_get_n_items (G_LIST_MODEL (journal)) == 0)
    spin ();
  hs_paged_model_set_before (journal, G_TIME_SPAN_DAY);
  wait_listed (journal, 0);
  hs_paged_model_set_query (journal, "stm32", NULL);
  wait_answer (journal);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (journal)), ==, 0);
  g_assert_cmpuint (hs_paged_model_get_count (journal), >, 0);
  hs_paged_model_set_before (journal, later);
  wait_listed (journal, 1);
  hs_paged_model_set_before (journal, 0);
  wait_answer (journal);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (journal)), ==, 1);
  assert_gone (journal);
}

/* Ten thousand entries: the first ids at once, the rest behind, rows only where somebody looks. */
static void
test_long_journal (Fixture *self, gconstpointer data)
{
  g_autofree HsFact *facts = g_new0 (HsFact, VERY_MANY);
  g_autoptr (GError) error = NULL;
  HsPagedModel *journal;
  g_autoptr (HsModelRow) last = NULL;
  guint n;

  for (guint i = 0; i < VERY_MANY; i++)
    facts[i] = (HsFact){ HS_KIND_SESSION_ENDED, "session:x", "{\"v\":1,\"session\":\"x\"}" };
  hs_catalog_append (self->catalog, facts, VERY_MANY, NULL, &error);
  g_assert_no_error (error);

  journal = hs_journal_model_new (self->catalog);
  wait_answer (journal);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (journal)), ==, 200);
  wait_answer (journal);
  n = g_list_model_get_n_items (G_LIST_MODEL (journal));
  g_assert_cmpuint (n, >=, VERY_MANY);
  g_assert_cmpuint (hs_paged_model_get_count (journal), ==, n);
  last = g_list_model_get_item (G_LIST_MODEL (journal), n - 1);
  g_assert_cmpint (hs_entry_get_n (hs_journal_item_get_entry (wait_item (last))), ==, 1);
  assert_gone (journal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/paged-model/empty", test_empty);
  ADD ("/paged-model/one", test_one);
  ADD ("/paged-model/many", test_many);
  ADD ("/paged-model/changes", test_changes);
  ADD ("/paged-model/journal", test_journal);
  ADD ("/paged-model/journal-before", test_journal_before);
  ADD ("/paged-model/long-journal", test_long_journal);
#undef ADD
  return g_test_run ();
}
