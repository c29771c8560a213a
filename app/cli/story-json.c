/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli/unit-json.h"

#include "app/run-json.h"
#include "store/kinds.h"

static void
set_time (JsonObject *object, const char *name, gint64 time_us)
{
  g_autofree char *text = hs_time_to_text (time_us);

  hs_json_set_string (object, name, text);
}

static JsonArray *
shipments_to_json (const HsStory *story)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (story->shipments, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "entry", shipment->entry);
    json_object_set_string_member (object, "shipment", shipment->id);
    hs_json_set_string (object, "customer", shipment->party_name);
    hs_json_set_string (object, "order", shipment->order);
    hs_json_set_string (object, "date", shipment->date);
    set_time (object, "time", shipment->time);
    set_time (object, "returned", shipment->returned);
    hs_json_set_string (object, "returned_why", shipment->returned_why);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* @files: those on the camera's drive; else what people said and kept. */
static JsonArray *
remarks_to_json (const HsStory *story, gboolean files)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);
    JsonObject *object;

    if (g_str_equal (remark->kind, HS_KIND_FILE_HOLDS) != files)
      continue;
    object = json_object_new ();
    json_object_set_string_member (object, "entry", remark->entry);
    json_object_set_string_member (object, "kind", remark->kind);
    set_time (object, "time", remark->time);
    hs_json_set_string (object, "operator", remark->operator_name);
    hs_json_set_string (object, files ? "path" : "text", remark->text);
    hs_json_set_string (object, "sha256", remark->sha256);
    if (remark->sha256 != NULL)
      json_object_set_int_member (object, "size", remark->size);
    hs_json_set_string (object, "corrected", remark->corrected);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
numbers_to_json (const HsStory *story)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < story->numbers->len; i++) {
    const HsNumber *number = g_ptr_array_index (story->numbers, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "series", number->series);
    json_object_set_string_member (object, "number", number->number);
    json_object_set_string_member (object, "state", number->state);
    hs_json_set_string (object, "release", number->release);
    set_time (object, "time", number->time);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
held_to_json (const HsStory *story)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < story->held->len; i++) {
    const HsHeld *held = g_ptr_array_index (story->held, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "partition", held->partition);
    json_object_set_string_member (object, "role", held->role);
    json_object_set_string_member (object, "sha256", held->sha256);
    hs_json_set_string (object, "build", held->build);
    hs_json_set_string (object, "build_name", held->build_name);
    set_time (object, "since", held->since);
    set_time (object, "until", held->until);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
slow_to_json (const HsStory *story)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < story->slow->len; i++) {
    const HsSlowSector *slow = g_ptr_array_index (story->slow, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "partition", slow->partition);
    json_object_set_int_member (object, "sector", slow->sector);
    json_object_set_int_member (object, "sectors", slow->n_sectors);
    json_object_set_int_member (object, "ms", slow->ms);
    json_object_set_string_member (object, "run", slow->run);
    set_time (object, "time", slow->time);
    json_array_add_object_element (array, object);
  }
  return array;
}

void
hs_story_to_json (const HsStory *story, JsonObject *object)
{
  json_object_set_array_member (object, "shipments", shipments_to_json (story));
  json_object_set_array_member (object, "remarks", remarks_to_json (story, FALSE));
  json_object_set_array_member (object, "drive_files", remarks_to_json (story, TRUE));
  json_object_set_array_member (object, "numbers", numbers_to_json (story));
  json_object_set_array_member (object, "held", held_to_json (story));
  json_object_set_array_member (object, "slow", slow_to_json (story));
}
