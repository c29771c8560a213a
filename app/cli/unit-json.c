/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli/unit-json.h"

#include "app/run-json.h"

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
    hs_json_set_string (object, "port", hs_run_get_port (run));
    hs_json_set_string (object, "slot", hs_run_get_slot (run));
    hs_json_set_string (object, "operator", hs_run_get_operator (run));
    set_time (object, "started", hs_run_get_started (run));
    set_time (object, "finished", hs_run_get_finished (run));
    json_array_add_object_element (array, object);
  }
  return array;
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
  set_time (object, "first_seen", hs_unit_get_first_seen (unit));
  set_time (object, "last_seen", hs_unit_get_last_seen (unit));
  if (!whole)
    return object;

  json_object_set_array_member (object, "identities", identities_to_json (unit));
  json_object_set_array_member (object, "contents", contents_to_json (unit));
  json_object_set_array_member (object, "runs", runs_to_json (catalog, unit));
  return object;
}
