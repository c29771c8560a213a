/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/unit-json.h"
#include "app/explain.h"
#include "app/run-json.h"
#include "store/catalog-releases.h"
#include "store/catalog-units.h"

#include <glib/gi18n-lib.h>

static gint64
midnight (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_new_local (g_date_time_get_year (now),
                                                     g_date_time_get_month (now),
                                                     g_date_time_get_day_of_month (now),
                                                     0,
                                                     0,
                                                     0);

  return g_date_time_to_unix (day) * G_USEC_PER_SEC;
}

static JsonArray *
count_units (HsCli *cli, HsCatalog *catalog, GError **error)
{
  g_autoptr (GPtrArray) counts = hs_catalog_count_units (catalog, error);
  JsonArray *array;

  if (counts == NULL)
    return NULL;
  array = json_array_new ();
  hs_cli_print (cli, _ ("Units:"));
  for (guint i = 0; i < counts->len; i++) {
    const HsUnitCount *count = g_ptr_array_index (counts, i);
    JsonObject *object = json_object_new ();

    hs_cli_print (cli, "  %-27s %-9s %8u", count->board, count->state, count->n);
    json_object_set_string_member (object, "board", count->board);
    json_object_set_string_member (object, "state", count->state);
    json_object_set_int_member (object, "units", count->n);
    json_array_add_object_element (array, object);
  }
  return array;
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Outcomes of the runs that started since midnight, by the clock here. */
static JsonObject *
count_today (HsCli *cli, HsCatalog *catalog, GError **error)
{
  g_autoptr (GPtrArray) runs = hs_catalog_list_runs (catalog, NULL, midnight (), 0, error);
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char **names = NULL;
  JsonObject *object;
  guint n;

  if (runs == NULL)
    return NULL;
  for (guint i = 0; i < runs->len; i++) {
    const char *outcome = hs_run_get_outcome (g_ptr_array_index (runs, i));
    char *name = g_strdup (outcome != NULL ? outcome : "running");
    guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, name));

    g_hash_table_replace (counts, name, GUINT_TO_POINTER (before + 1));
  }

  object = json_object_new ();
  hs_cli_print (cli, _ ("Runs today:"));
  names = (char **) g_hash_table_get_keys_as_array (counts, &n);
  qsort (names, n, sizeof *names, compare_texts);
  for (guint i = 0; i < n; i++) {
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, names[i]));

    hs_cli_print (cli, "  %-26s %8u", names[i], count);
    json_object_set_int_member (object, names[i], count);
  }
  return object;
}

/* Passed among the units that were tried; refused ones were not. Percent; -1: none was. */
static double
get_yield (const HsBatch *batch)
{
  guint tried = batch->n_passed + batch->n_failed + batch->n_unproven;

  return tried > 0 ? 100.0 * batch->n_passed / tried : -1;
}

static JsonObject *
describe_batch (HsCli *cli, const HsBatch *batch, const char *release)
{
  JsonObject *object = json_object_new ();
  double yield = get_yield (batch);
  g_autofree char *opened = hs_time_to_text (batch->opened);
  g_autofree char *text = yield >= 0 ? g_strdup_printf ("%.1f %%", yield) : g_strdup ("-");

  hs_cli_print (cli,
                _ ("  %-24s %.10s  %u passed, %u failed, %u unproven, %u refused; yield %s%s"),
                release,
                opened,
                batch->n_passed,
                batch->n_failed,
                batch->n_unproven,
                batch->n_refused,
                text,
                batch->closed == 0 ? _ (", open") : "");
  json_object_set_string_member (object, "batch", batch->id);
  json_object_set_string_member (object, "release", batch->release);
  json_object_set_string_member (object, "release_name", release);
  hs_json_set_string (object, "name", batch->name);
  json_object_set_int_member (object, "quantity", batch->quantity);
  hs_json_set_string (object, "opened", opened);
  json_object_set_boolean_member (object, "open", batch->closed == 0);
  json_object_set_int_member (object, "passed", batch->n_passed);
  json_object_set_int_member (object, "failed", batch->n_failed);
  json_object_set_int_member (object, "unproven", batch->n_unproven);
  json_object_set_int_member (object, "refused", batch->n_refused);
  json_object_set_int_member (object, "already", batch->n_already);
  if (yield >= 0)
    json_object_set_double_member (object, "yield_percent", yield);
  else
    json_object_set_null_member (object, "yield_percent");
  return object;
}

static gboolean
add_batches (HsCli *cli, HsCatalog *catalog, const char *release, JsonArray *array, GError **error)
{
  g_autoptr (GPtrArray) batches = hs_catalog_list_batches (catalog, release, error);
  g_autofree char *name = hs_release_dup_name (catalog, release);

  for (guint i = 0; batches != NULL && i < batches->len; i++)
    json_array_add_object_element (
        array, describe_batch (cli, g_ptr_array_index (batches, i), name != NULL ? name : release));
  return batches != NULL;
}

static JsonArray *
count_batches (HsCli *cli, HsCatalog *catalog, GError **error)
{
  g_autoptr (GPtrArray) releases = hs_catalog_list_releases (catalog, NULL, 0, NULL, error);
  g_autoptr (JsonArray) array = json_array_new ();

  if (releases == NULL)
    return NULL;
  hs_cli_print (cli, _ ("Batches:"));
  for (guint i = 0; i < releases->len; i++)
    if (!add_batches (cli, catalog, g_ptr_array_index (releases, i), array, error))
      return NULL;
  if (json_array_get_length (array) == 0)
    hs_cli_print (cli, _ ("  none yet; operator mode makes them"));
  return g_steal_pointer (&array);
}

static gboolean
fill (HsCli *cli, HsCatalog *catalog, JsonObject *object, GError **error)
{
  JsonArray *units = count_units (cli, catalog, error);
  JsonObject *today = NULL;
  JsonArray *batches = NULL;
  g_autoptr (GPtrArray) conflicts = NULL;
  guint n_units, n_builds;
  guint64 n_entries;

  if (units == NULL)
    return FALSE;
  json_object_set_array_member (object, "units", units);
  today = count_today (cli, catalog, error);
  if (today == NULL)
    return FALSE;
  json_object_set_object_member (object, "today", today);
  batches = count_batches (cli, catalog, error);
  if (batches == NULL)
    return FALSE;
  json_object_set_array_member (object, "batches", batches);
  conflicts = hs_catalog_list_conflicts (catalog, error);
  if (conflicts == NULL)
    return FALSE;
  json_object_set_int_member (object, "conflicts", conflicts->len);

  hs_catalog_count (catalog, &n_units, &n_builds, &n_entries);
  json_object_set_int_member (object, "n_units", n_units);
  json_object_set_int_member (object, "n_builds", n_builds);
  json_object_set_int_member (object, "n_entries", n_entries);
  hs_cli_print (cli,
                _ ("Units: %u, builds: %u, releases: %u, journal entries: %" G_GUINT64_FORMAT
                   ", conflicts: %u"),
                n_units,
                n_builds,
                hs_catalog_count_releases (catalog),
                n_entries,
                conflicts->len);
  return TRUE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) object = json_object_new ();
  int status;

  if (!hs_cli_parse (cli, &hs_command_stats, NULL, NULL, &argc, &argv, &status) ||
      !hs_cli_open (cli, TRUE, &status))
    return status;
  if (!fill (cli, hs_session_get_catalog (cli->session), object, &error))
    return hs_cli_fail (cli, error);
  hs_cli_answer (cli, g_steal_pointer (&object));
  return HS_EXIT_DONE;
}

const HsCommand hs_command_stats = {
  .name = "stats",
  .summary = N_ ("Count units, today's runs, and the yield of batches"),
  .usage = "",
  .run = run,
};
