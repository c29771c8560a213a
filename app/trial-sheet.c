/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/trial-private.h"

#include "app/app-error.h"
#include "app/board-words.h"
#include "app/keys.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <sys/utsname.h>

/* The sheet is JSON; its last two members are key and signature. Signed are CONTEXT and every byte
 * before the line of "key". flash/make-proven.py reads it. */

#define CONTEXT        "hotshoe-trial-sheet-1\n"
#define FORMAT_VERSION 1
#define ENDING_DIGITS  8
#define KEY_LINE       "  \"key\": \""

static gint64
to_ms (double seconds)
{
  return (gint64) round (seconds * 1000);
}

static JsonArray *
list_runs (const HsTrialStep *step, JsonArray *array)
{
  for (guint i = 0; i < step->runs->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (step->runs, i));
  return array;
}

static void
add_digests (const HsTrialStep *step, JsonObject *digests)
{
  for (guint i = 0; i < step->digests->len; i++) {
    const HsTrialDigest *digest = g_ptr_array_index (step->digests, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "sha256", digest->sha256);
    json_object_set_int_member (object, "length", digest->length);
    json_object_set_object_member (digests, digest->partition, object);
  }
}

static JsonObject *
describe_operation (HsTrial *self, HsOperation operation)
{
  JsonObject *object = json_object_new ();
  JsonArray *runs = json_array_new ();
  JsonObject *digests = json_object_new ();
  const HsTrialStep *step;
  double seconds = 0;

  for (guint i = 0; (step = hs_trial_get_step (self, i)) != NULL; i++) {
    if (step->operation != operation)
      continue;
    list_runs (step, runs);
    add_digests (step, digests);
    seconds += step->seconds;
  }
  json_object_set_string_member (
      object, "result", hs_trial_result_name (hs_trial_get_result (self, operation)));
  json_object_set_int_member (object, "ms", to_ms (seconds));
  json_object_set_array_member (object, "runs", runs);
  json_object_set_object_member (object, "digests", digests);
  return object;
}

static JsonObject *
describe_operations (HsTrial *self)
{
  JsonObject *object = json_object_new ();

  for (HsOperation operation = 0; operation < HS_N_OPERATIONS; operation++)
    json_object_set_object_member (
        object, hs_operation_name (operation), describe_operation (self, operation));
  return object;
}

static JsonArray *
describe_steps (HsTrial *self)
{
  JsonArray *array = json_array_new ();
  const HsTrialStep *step;

  for (guint i = 0; (step = hs_trial_get_step (self, i)) != NULL; i++) {
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "step", step->id);
    json_object_set_boolean_member (object, "asked", step->asked);
    json_object_set_string_member (object, "result", hs_trial_result_name (step->result));
    json_object_set_int_member (object, "ms", to_ms (step->seconds));
    json_object_set_array_member (object, "runs", list_runs (step, json_array_new ()));
    hs_json_set_string (object, "why", step->why);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
describe_questions (HsTrial *self)
{
  JsonArray *array = json_array_new ();
  const HsTrialQuestion *question;

  for (guint i = 0; (question = hs_trial_get_question (self, i)) != NULL; i++) {
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "question", question->id);
    hs_json_set_string (object, "answer", question->answer);
    json_array_add_object_element (array, object);
  }
  return array;
}

static char *
format_date (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%F");
}

static JsonObject *
describe (HsTrial *self)
{
  JsonObject *object = json_object_new ();
  g_autofree char *date = format_date ();
  struct utsname machine = { 0 };

  json_object_set_int_member (object, "hotshoe_trial", FORMAT_VERSION);
  json_object_set_boolean_member (object, "simulated", hs_trial_is_simulated (self));
  json_object_set_string_member (object, "board", self->board->id);
  hs_json_set_string (object, "unit", self->unit);
  json_object_set_string_member (object, "bench", hs_session_get_bench (self->session));
  json_object_set_string_member (object, "date", date);
  json_object_set_string_member (object, "hotshoe", HS_VERSION);
  if (uname (&machine) == 0)
    json_object_set_string_member (object, "kernel", machine.release);
  json_object_set_string_member (object, "port", self->port);
  hs_json_set_string (object, "build", self->build != NULL ? hs_build_get_id (self->build) : NULL);
  hs_json_set_string (
      object, "build_version", self->build != NULL ? hs_build_get_version (self->build) : NULL);
  json_object_set_object_member (object, "operations", describe_operations (self));
  json_object_set_array_member (object, "steps", describe_steps (self));
  json_object_set_array_member (object, "questions", describe_questions (self));
  return object;
}

/* Up to and with the comma behind its last member. */
static char *
make_signed_part (HsTrial *self)
{
  g_autoptr (JsonObject) object = describe (self);
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, TRUE);
  gsize length = strlen (text);

  g_return_val_if_fail (g_str_has_suffix (text, "\n}"), NULL);
  text[length - strlen ("\n}")] = '\0';
  return g_strconcat (text, ",\n", NULL);
}

char *
hs_trial_make_sheet (HsTrial *self, const char *key, GError **error)
{
  g_autofree char *part = make_signed_part (self);
  g_autofree char *message = g_strconcat (CONTEXT, part, NULL);
  g_autofree char *public_key = NULL;
  g_autofree char *signature = hs_keys_sign (hs_session_get_catalog (self->session),
                                             key,
                                             (const guint8 *) message,
                                             strlen (message),
                                             &public_key,
                                             error);

  if (signature == NULL)
    return NULL;
  return g_strdup_printf (
      "%s" KEY_LINE "%s\",\n  \"signature\": \"%s\"\n}\n", part, public_key, signature);
}

char *
hs_trial_make_name (HsTrial *self)
{
  g_autofree char *date = format_date ();
  const char *unit = self->unit != NULL ? self->unit : "unknown";
  gsize length = strlen (unit);
  const char *ending = length > ENDING_DIGITS ? unit + length - ENDING_DIGITS : unit;

  return g_strdup_printf ("%s-%s-%s.json", self->board->id, date, ending);
}
