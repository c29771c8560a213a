/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/run-json.h"

void
hs_json_set_string (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

/* One line, members in the order they were set. */
char *
hs_json_object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

JsonObject *
hs_problem_to_json (const HsProblem *problem)
{
  JsonObject *object = json_object_new ();

  hs_json_set_string (object, "code", problem->code);
  hs_json_set_string (object, "message", problem->message);
  hs_json_set_string (object, "action", problem->action);
  hs_json_set_string (object, "detail", problem->chain);
  return object;
}

/* A journal entry is no place for thousands of them: all of a flash chip may be slow. */
#define MOST_SLOW 100

static JsonArray *
slow_to_json (const HsJobPart *part)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; part->slow != NULL && i < MIN (part->slow->len, MOST_SLOW); i++) {
    const HsSlowUnit *slow = &g_array_index (part->slow, HsSlowUnit, i);
    JsonObject *object = json_object_new ();

    json_object_set_int_member (object, "sector", slow->unit);
    json_object_set_int_member (object, "sectors", slow->n_units);
    json_object_set_int_member (object, "ms", slow->ms);
    json_array_add_object_element (array, object);
  }
  return array;
}

static void
add_effort (JsonObject *object, const HsJobPart *part, gboolean writes)
{
  json_object_set_int_member (object, "units", part->n_units);
  json_object_set_int_member (object, writes ? "units_written" : "units_differ", part->n_differ);
  if (!writes)
    json_object_set_double_member (
        object, "seconds_expected", hs_estimate_seconds (&part->expected));
  json_object_set_int_member (object, "read_bytes", part->compared_bytes + part->verified_bytes);
  json_object_set_double_member (object, "seconds_compare", part->seconds_compare);
  json_object_set_double_member (object, "seconds_write", part->seconds_write);
  json_object_set_double_member (object, "seconds_verify", part->seconds_verify);
  json_object_set_array_member (object, "slow", slow_to_json (part));
}

static JsonArray *
partitions_to_json (HsWork *work)
{
  JsonArray *array = json_array_new ();

  hs_work_lock (work);
  for (guint i = 0; i < work->parts->len; i++) {
    const HsJobPart *part = hs_work_part (work, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "role", hs_role_name (part->role));
    json_object_set_string_member (object, "partition", part->partition->name);
    json_object_set_int_member (object, "length", part->length);
    json_object_set_int_member (object, "wrote_bytes", part->wrote_bytes);
    json_object_set_int_member (object, "skipped_bytes", part->skipped_bytes);
    json_object_set_string_member (object, "state", hs_part_state_name (part->state));
    hs_json_set_string (object, "sha256_file", part->sha256_file);
    hs_json_set_string (object, "sha256_read_back", part->sha256_read_back);
    add_effort (object, part, !hs_work_only_looks (work));
    json_array_add_object_element (array, object);
  }
  hs_work_unlock (work);
  return array;
}

static JsonArray *
files_to_json (HsWork *work)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < work->files->len; i++) {
    const HsWorkFile *file = g_ptr_array_index (work->files, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "path", file->path);
    json_object_set_string_member (object, "sha256", file->sha256);
    json_object_set_int_member (object, "length", file->length);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* Only the names: where somebody keeps them is nobody else's business. */
static JsonArray *
saved_to_json (HsWork *work)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < work->saved->len; i++) {
    const HsWorkFile *file = g_ptr_array_index (work->saved, i);
    JsonObject *object = json_object_new ();
    g_autofree char *name = g_path_get_basename (file->path);

    json_object_set_string_member (object, "partition", file->partition->name);
    json_object_set_string_member (object, "file", name);
    json_object_set_string_member (object, "sha256", file->sha256);
    json_object_set_int_member (object, "length", file->length);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* Nothing compared: all of it is written. */
static gboolean
stays (const HsJobPart *part, guint unit)
{
  return part->equal != NULL ? part->equal[unit] != 0 : part->n_differ == 0;
}

/**
 * hs_part_differ_to_json:
 * @board: the camera's
 * @part: what was compared
 *
 * Returns: (transfer full): the units that differ, neighbours together
 */
JsonArray *
hs_part_differ_to_json (const HsBoard *board, const HsJobPart *part)
{
  JsonArray *array = json_array_new ();
  guint i = 0;

  while (i < part->n_units) {
    guint64 offset, size, end;
    JsonObject *object;
    guint first = i;

    if (stays (part, i)) {
      i++;
      continue;
    }
    hs_method_get_unit (board, part->partition, first, &offset, &size);
    for (end = offset; i < part->n_units && !stays (part, i); i++) {
      guint64 start;

      hs_method_get_unit (board, part->partition, i, &start, &size);
      end = start + size;
    }
    object = json_object_new ();
    json_object_set_int_member (object, "unit", first);
    json_object_set_int_member (object, "n", i - first);
    json_object_set_int_member (object, "address", part->partition->start + offset);
    json_object_set_int_member (object, "length", end - offset);
    json_array_add_object_element (array, object);
  }
  return array;
}

static void
add_release (JsonObject *object, HsWork *work)
{
  HsRelease *release = work->options.release;

  hs_json_set_string (object, "release", release != NULL ? hs_release_get_id (release) : NULL);
  hs_json_set_string (
      object, "release_name", release != NULL ? hs_release_get_name (release) : NULL);
  hs_json_set_string (
      object, "release_version", release != NULL ? hs_release_get_version (release) : NULL);
  hs_json_set_string (object, "batch", work->options.batch);
  hs_json_set_string (object, "number", work->number);
}

static JsonObject *
version_to_json (HsWork *work)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "kind", hs_version_kind_name (work->version.kind));
  hs_json_set_string (object, "reported", work->version.text);
  hs_json_set_string (object, "expected", work->expected);
  json_object_set_string_member (object, "verdict", hs_verdict_name (work->verdict));
  return object;
}

/* Only what an audit or protection has to say. */
static void
add_exposure (JsonObject *object, HsWork *work)
{
  if (work->level >= 0)
    json_object_set_int_member (object, "level", work->level);
  if (work->option_bytes != NULL)
    json_object_set_string_member (object, "option_bytes", work->option_bytes);
  if (work->doors != NULL)
    json_object_set_array_member (object, "doors", json_array_ref (work->doors));
}

/* What made this a pass, in one word. */
static const char *
get_proof (HsWork *work)
{
  gboolean all = work->parts->len > 0;

  for (guint i = 0; i < work->parts->len; i++)
    all = all && hs_work_part (work, i)->state == HS_PART_VERIFIED;

  if (!all)
    return "none";
  return work->verdict == HS_VERDICT_EQUAL ? "read-back+version" : "read-back";
}

static const char *
get_identity_by (HsWork *work)
{
  if (hs_work_get_unit (work) != NULL)
    return hs_work_get_evidence (work);
  return "port";
}

/**
 * hs_run_to_json:
 * @work: what was done
 * @outcome: how it ended, %HS_OUTCOME_NONE while it runs
 * @problem: (nullable): why it did not pass
 *
 * Returns: (transfer full): the run as scripts read it
 */
JsonObject *
hs_run_to_json (HsWork *work, HsOutcome outcome, const HsProblem *problem)
{
  JsonObject *object = json_object_new ();
  const char *left_in = "gone";

  if (hs_camera_is_attached (work->camera))
    left_in = hs_mode_name (hs_camera_get_mode (work->camera));

  json_object_set_string_member (object, "run", work->run);
  json_object_set_string_member (object, "what", work->what);
  hs_json_set_string (object, "unit", hs_work_get_unit (work));
  hs_json_set_string (object, "board", work->board != NULL ? work->board->id : NULL);
  json_object_set_string_member (object, "port", hs_camera_get_port (work->camera));
  hs_json_set_string (object, "slot", work->slot);
  hs_json_set_string (object, "build", hs_work_get_build_id (work));
  add_release (object, work);
  json_object_set_string_member (object, "outcome", hs_outcome_name (outcome));
  json_object_set_boolean_member (
      object, "already", outcome == HS_OUTCOME_PASSED && hs_work_wrote_nothing (work));
  json_object_set_string_member (object, "proof", get_proof (work));
  json_object_set_string_member (object, "identity_by", get_identity_by (work));
  json_object_set_double_member (object, "seconds", hs_work_seconds (work));
  json_object_set_double_member (object, "seconds_enter", work->seconds_enter);
  json_object_set_double_member (object, "seconds_transfer", work->seconds_transfer);
  json_object_set_double_member (object, "seconds_confirm", work->seconds_confirm);
  json_object_set_object_member (object, "version", version_to_json (work));
  json_object_set_string_member (object, "left_in", left_in);
  hs_json_set_string (object, "bootloader_sha256", work->bootloader);
  hs_json_set_string (object,
                      "found_build",
                      work->found_build != NULL ? hs_build_get_id (work->found_build) : NULL);
  add_exposure (object, work);
  json_object_set_array_member (object, "partitions", partitions_to_json (work));
  json_object_set_array_member (object, "files", files_to_json (work));
  json_object_set_array_member (object, "saved", saved_to_json (work));
  if (problem != NULL)
    json_object_set_object_member (object, "error", hs_problem_to_json (problem));
  else
    json_object_set_null_member (object, "error");
  return object;
}
