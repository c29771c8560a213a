/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/unit-json.h"

#include "app/explain.h"
#include "app/health.h"
#include "app/protection.h"
#include "app/run-json.h"
#include "store/catalog-releases.h"

#include <glib/gi18n-lib.h>

#define MAX_RUNS 1000

char *
hs_time_to_text (gint64 time_us)
{
  g_autoptr (GDateTime) time = NULL;

  if (time_us == 0)
    return NULL;
  time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
set_time (JsonObject *object, const char *name, gint64 time_us)
{
  g_autofree char *text = hs_time_to_text (time_us);

  hs_json_set_string (object, name, text);
}

static JsonArray *
identities_to_json (HsUnit *unit)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "scheme", identity->scheme);
    json_object_set_string_member (object, "value", identity->value);
    json_object_set_string_member (object, "strength", identity->strength);
    hs_json_set_string (object, "evidence", identity->evidence);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
contents_to_json (HsUnit *unit)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "partition", content->partition);
    json_object_set_string_member (object, "role", content->role);
    hs_json_set_string (object, "sha256", content->sha256);
    json_object_set_int_member (object, "length", content->length);
    hs_json_set_string (object, "build", content->build);
    hs_json_set_string (object, "build_name", content->build_name);
    set_time (object, "since", content->since);
    json_object_set_string_member (object, "state", content->state);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
runs_to_json (HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (GPtrArray) runs =
      hs_catalog_list_runs (catalog, hs_unit_get_id (unit), 0, MAX_RUNS, NULL);
  JsonArray *array = json_array_new ();

  for (guint i = 0; runs != NULL && i < runs->len; i++) {
    HsRun *run = g_ptr_array_index (runs, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "run", hs_run_get_id (run));
    hs_json_set_string (object, "what", hs_run_get_what (run));
    hs_json_set_string (object, "outcome", hs_run_get_outcome (run));
    hs_json_set_string (object, "build", hs_run_get_build (run));
    hs_json_set_string (object, "release", hs_run_get_release (run));
    hs_json_set_string (object, "batch", hs_run_get_batch (run));
    hs_json_set_string (object, "number", hs_run_get_number (run));
    hs_json_set_string (object, "port", hs_run_get_port (run));
    hs_json_set_string (object, "slot", hs_run_get_slot (run));
    hs_json_set_string (object, "operator", hs_run_get_operator (run));
    set_time (object, "started", hs_run_get_started (run));
    set_time (object, "finished", hs_run_get_finished (run));
    json_array_add_object_element (array, object);
  }
  return array;
}

char *
hs_release_dup_name (HsCatalog *catalog, const char *id)
{
  g_autoptr (HsRelease) release = id != NULL ? hs_catalog_get_release (catalog, id, NULL) : NULL;

  if (release == NULL)
    return NULL;
  return g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
}

/* The last run counts: what failed before it was made good. */
static void
add_last_run (HsCatalog *catalog, HsUnit *unit, GPtrArray *sentences)
{
  g_autoptr (GPtrArray) runs = hs_catalog_list_runs (catalog, hs_unit_get_id (unit), 0, 1, NULL);
  HsRun *run = runs != NULL && runs->len > 0 ? g_ptr_array_index (runs, 0) : NULL;
  const char *outcome = run != NULL ? hs_run_get_outcome (run) : NULL;
  g_autofree char *text = NULL;

  if (outcome == NULL || g_str_equal (outcome, "passed"))
    return;
  text = hs_explain_outcome (outcome);
  g_ptr_array_add (sentences, g_strdup_printf (_ ("Its last run did not pass: %s."), text));
}

/* With when, and in which run it was. */
static void
add_slow (HsCatalog *catalog, HsUnit *unit, GPtrArray *sentences)
{
  g_autoptr (HsStory) story = hs_catalog_get_story (catalog, hs_unit_get_id (unit), NULL);
  const HsBoard *board = hs_board_by_id (hs_unit_get_board (unit));

  for (guint i = 0; story != NULL && i < story->slow->len; i++) {
    const HsSlowSector *slow = g_ptr_array_index (story->slow, i);
    g_autofree char *text = hs_health_dup_slow (slow, board);
    g_autofree char *time = hs_time_to_text (slow->time);

    g_ptr_array_add (sentences,
                     /* Translators: a sentence, when it was, id of a run */
                     g_strdup_printf (_ ("%s (%s, run %s)"), text, time, slow->run));
  }
}

GPtrArray *
hs_unit_list_health (HsCatalog *catalog, HsUnit *unit)
{
  GPtrArray *sentences = g_ptr_array_new_with_free_func (g_free);
  char *mixed = hs_health_dup_mixed (unit);

  if (hs_unit_get_changed_outside (unit))
    g_ptr_array_add (sentences,
                     g_strdup (_ ("It was changed outside Hotshoe: something else is on it than "
                                  "what was recorded.")));
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_str_equal (content->state, "unknown"))
      g_ptr_array_add (sentences,
                       g_strdup_printf (_ ("What %s holds is not known."), content->partition));
  }
  if (mixed != NULL)
    g_ptr_array_add (sentences, mixed);
  add_slow (catalog, unit, sentences);
  add_last_run (catalog, unit, sentences);
  return sentences;
}

static JsonArray *
texts_to_json (GPtrArray *texts)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < texts->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (texts, i));
  return array;
}

static void
set_life (JsonObject *object, HsCatalog *catalog, HsUnit *unit)
{
  g_autofree char *release = hs_release_dup_name (catalog, hs_unit_get_release (unit));

  hs_json_set_string (object, "serial", hs_unit_get_serial (unit));
  hs_json_set_string (object, "release", hs_unit_get_release (unit));
  hs_json_set_string (object, "release_name", release);
  hs_json_set_string (object, "customer", hs_unit_get_party_name (unit));
  hs_json_set_string (object, "order", hs_unit_get_order (unit));
  set_time (object, "shipped", hs_unit_get_shipped (unit));
}

static void
set_fact (JsonObject *object, const char *name, const HsProtectionFact *fact)
{
  JsonObject *member;

  if (fact->time_us == 0) {
    json_object_set_null_member (object, name);
    return;
  }
  member = json_object_new ();
  if (fact->level < 0)
    json_object_set_null_member (member, "level");
  else
    json_object_set_int_member (member, "level", fact->level);
  set_time (member, "time", fact->time_us);
  hs_json_set_string (member, "run", fact->run);
  json_object_set_object_member (object, name, member);
}

static JsonObject *
protection_to_json (HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (HsProtectionRecord) record =
      hs_protection_get_record (catalog, hs_unit_get_id (unit), NULL);
  JsonObject *object = json_object_new ();

  if (record == NULL)
    return object;
  set_fact (object, "requested", &record->requested);
  set_fact (object, "written", &record->written);
  set_fact (object, "observed", &record->observed);
  return object;
}

static void
set_whole (JsonObject *object, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (HsStory) story = hs_catalog_get_story (catalog, hs_unit_get_id (unit), NULL);
  g_autoptr (GPtrArray) health = hs_unit_list_health (catalog, unit);

  json_object_set_array_member (object, "identities", identities_to_json (unit));
  json_object_set_array_member (object, "contents", contents_to_json (unit));
  json_object_set_array_member (object, "runs", runs_to_json (catalog, unit));
  json_object_set_array_member (object, "health", texts_to_json (health));
  json_object_set_object_member (object, "protection", protection_to_json (catalog, unit));
  if (story != NULL)
    hs_story_to_json (story, object);
}

JsonObject *
hs_unit_to_json (HsCatalog *catalog, HsUnit *unit, gboolean whole)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", hs_unit_get_id (unit));
  hs_json_set_string (object, "board", hs_unit_get_board (unit));
  hs_json_set_string (object, "label", hs_unit_get_label (unit));
  hs_json_set_string (object, "state", hs_unit_get_state (unit));
  hs_json_set_string (object, "last_version", hs_unit_get_last_version (unit));
  json_object_set_boolean_member (object, "changed_outside", hs_unit_get_changed_outside (unit));
  json_object_set_boolean_member (object, "mixed", hs_unit_is_mixed (unit));
  set_time (object, "first_seen", hs_unit_get_first_seen (unit));
  set_time (object, "last_seen", hs_unit_get_last_seen (unit));
  set_life (object, catalog, unit);
  if (whole)
    set_whole (object, catalog, unit);
  return object;
}
