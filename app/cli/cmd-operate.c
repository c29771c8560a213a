/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/hands.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

typedef struct {
  char *release;
  char *script;
  int quantity, count;
  gboolean scans, close;
} Options;

/* One call, from the first camera to the last. */
typedef struct {
  HsCli *cli;
  const Options *options;
  HsOperator *bench;
  HsHands *hands;       /* nullable */
  GHashTable *verdicts; /* unit or port -> how its last run here ended */
  JsonArray *said;
  guint n_verdicts;
  gboolean interrupted;
} Mode;

static const char *
name_state (HsTileState state)
{
  static const char *const names[] = { "idle", "scan", "work", "pass", "fail", "refused", "look" };

  return names[state];
}

static JsonObject *
counts_to_json (HsOperator *bench)
{
  JsonObject *object = json_object_new ();
  HsOperatorCounts counts;

  hs_operator_get_counts (bench, &counts);
  json_object_set_int_member (object, "passed", counts.passed);
  json_object_set_int_member (object, "failed", counts.failed);
  json_object_set_int_member (object, "unproven", counts.unproven);
  json_object_set_int_member (object, "already", counts.already);
  json_object_set_int_member (object, "quantity", counts.quantity);
  json_object_set_int_member (object, "left", counts.left);
  if (counts.yield >= 0)
    json_object_set_double_member (object, "yield", counts.yield);
  if (counts.per_hour >= 0)
    json_object_set_double_member (object, "per_hour", counts.per_hour);
  return object;
}

static JsonObject *
verdict_to_json (HsTile *tile)
{
  JsonObject *object = json_object_new ();
  HsJob *job = hs_tile_get_job (tile);
  const HsProblem *problem = hs_job_get_problem (job);
  g_autofree char *word = hs_tile_dup_word (tile);
  g_autofree char *todo = hs_tile_dup_todo (tile);
  g_autofree char *why = hs_tile_dup_why (tile);

  json_object_set_string_member (object, "event", "verdict");
  json_object_set_string_member (object, "verdict", name_state (hs_tile_get_state (tile)));
  json_object_set_string_member (object, "word", word);
  json_object_set_string_member (object, "todo", todo);
  json_object_set_string_member (object, "why", why);
  json_object_set_string_member (object, "slot", hs_slot_get_name (hs_tile_get_slot (tile)));
  json_object_set_string_member (object, "port", hs_job_get_port (job));
  json_object_set_string_member (object, "run", hs_job_get_id (job));
  hs_json_set_string (object, "unit", hs_job_get_unit (job));
  hs_json_set_string (object, "number", hs_job_get_number (job));
  json_object_set_string_member (object, "outcome", hs_outcome_name (hs_job_get_outcome (job)));
  json_object_set_boolean_member (object, "already", hs_tile_get_already (tile));
  json_object_set_boolean_member (object, "recorded", !hs_job_get_unrecorded (job));
  json_object_set_double_member (object, "seconds", hs_job_get_elapsed (job));
  hs_json_set_string (object, "code", problem != NULL ? problem->code : NULL);
  return object;
}

static void
print_event (Mode *mode, JsonObject *object)
{
  g_autofree char *text = NULL;

  if (!mode->cli->events)
    return;
  text = hs_json_object_to_text (object);
  g_print ("%s\n", text);
}

static void
print_verdict (Mode *mode, HsTile *tile)
{
  g_autofree char *word = hs_tile_dup_word (tile);
  g_autofree char *todo = hs_tile_dup_todo (tile);
  g_autofree char *why = hs_tile_dup_why (tile);
  const char *number = hs_tile_get_number (tile);

  hs_cli_print (mode->cli,
                "%s: %s%s%s%s%s%s%s",
                hs_slot_get_name (hs_tile_get_slot (tile)),
                word,
                number != NULL ? " " : "",
                number != NULL ? number : "",
                *todo != '\0' ? " · " : "",
                todo,
                *why != '\0' ? " · " : "",
                why);
}

static void
verdict_cb (Mode *mode, HsTile *tile)
{
  JsonObject *object = verdict_to_json (tile);
  const char *unit = hs_job_get_unit (hs_tile_get_job (tile));

  print_event (mode, object);
  print_verdict (mode, tile);
  json_array_add_object_element (mode->said, object);
  g_hash_table_insert (mode->verdicts,
                       g_strdup (unit != NULL ? unit : hs_job_get_port (hs_tile_get_job (tile))),
                       GUINT_TO_POINTER (hs_tile_get_state (tile)));
  mode->n_verdicts++;
  if (mode->hands != NULL)
    hs_hands_note_verdict (mode->hands);
  if (mode->options->count > 0 && mode->n_verdicts >= (guint) mode->options->count)
    hs_operator_stop (mode->bench);
}

static void
scanned_cb (const char *line, gboolean good, const char *understood, gpointer user_data)
{
  Mode *mode = user_data;
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "event", "scanned");
  json_object_set_boolean_member (object, "understood", good);
  json_object_set_string_member (object, "text", understood);
  print_event (mode, object);
  hs_cli_print (mode->cli, "%s", understood);
}

/* Whether nothing is to come any more, once what runs has ended. */
static gboolean
is_over (gpointer data)
{
  Mode *mode = data;

  if (mode->interrupted)
    return TRUE;
  if (mode->options->count > 0)
    return mode->n_verdicts >= (guint) mode->options->count ||
           (mode->hands != NULL && hs_hands_get_complaint (mode->hands) != NULL);
  return mode->hands != NULL && hs_hands_are_done (mode->hands);
}

/* Ctrl-C: what runs is stopped after its block, nothing new begins. */
static gboolean
interrupt_cb (gpointer data)
{
  Mode *mode = data;
  GListModel *jobs = hs_session_get_jobs (mode->cli->session);

  mode->interrupted = TRUE;
  hs_operator_stop (mode->bench);
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++) {
    g_autoptr (HsJob) job = g_list_model_get_item (jobs, i);

    if (hs_job_get_state (job) != HS_JOB_FINISHED)
      hs_job_cancel (job);
  }
  return G_SOURCE_CONTINUE;
}

static int
status_of (Mode *mode)
{
  guint n_refused = 0, n_bad = 0;
  GHashTableIter iter;
  gpointer state;

  if (mode->interrupted)
    return HS_EXIT_CANCELLED;

  g_hash_table_iter_init (&iter, mode->verdicts);
  while (g_hash_table_iter_next (&iter, NULL, &state)) {
    n_refused += GPOINTER_TO_UINT (state) == HS_TILE_REFUSED;
    n_bad += GPOINTER_TO_UINT (state) != HS_TILE_PASS;
  }
  if (n_refused > 0 && n_refused == g_hash_table_size (mode->verdicts))
    return HS_EXIT_REFUSED;
  return n_bad > 0 ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

/* The last word comes from the journal: what is counted is what is recorded. */
static int
answer (Mode *mode)
{
  int status = status_of (mode);
  JsonObject *object = json_object_new ();
  HsOperatorCounts counts;

  hs_operator_get_counts (mode->bench, &counts);
  json_object_set_boolean_member (object, "ok", status == HS_EXIT_DONE);
  json_object_set_string_member (
      object, "release", hs_release_get_id (hs_operator_get_release (mode->bench)));
  json_object_set_string_member (object, "batch", hs_operator_get_batch (mode->bench));
  json_object_set_object_member (object, "counts", counts_to_json (mode->bench));
  json_object_set_array_member (object, "verdicts", json_array_ref (mode->said));
  if (mode->cli->events) {
    g_autofree char *text = hs_json_object_to_text (object);

    g_print ("{\"event\":\"finished\",\"result\":%s}\n", text);
  }
  hs_cli_print (mode->cli,
                _ ("%u passed, %u failed, %u not proven in this batch"),
                counts.passed,
                counts.failed,
                counts.unproven);
  hs_cli_answer (mode->cli, object);
  return status;
}

static gboolean
has_counted (gpointer data)
{
  return !hs_operator_is_counting (((Mode *) data)->bench);
}

static int
run_mode (Mode *mode)
{
  HsSession *session = mode->cli->session;
  guint sigint = g_unix_signal_add (SIGINT, interrupt_cb, mode);
  guint sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, mode);
  g_autoptr (GError) error = NULL;

  hs_session_run_until (session, is_over, mode);
  hs_operator_stop (mode->bench);
  hs_session_drain (session);
  hs_session_run_until (session, has_counted, mode);
  g_source_remove (sigint);
  g_source_remove (sigterm);

  if (mode->hands != NULL && hs_hands_get_complaint (mode->hands) != NULL)
    return hs_cli_fail_usage (mode->cli, "%s", hs_hands_get_complaint (mode->hands));
  if (mode->options->close && !hs_operator_close_batch (mode->bench, &error))
    return hs_cli_fail (mode->cli, error);
  return answer (mode);
}

static gboolean
take_hands (Mode *mode, GError **error)
{
  const Options *options = mode->options;

  if (options->script == NULL && !options->scans)
    return TRUE;
  mode->hands = hs_hands_new (mode->bench,
                              hs_session_get_sim_bus (mode->cli->session),
                              options->script != NULL ? options->script : "-",
                              options->script == NULL,
                              scanned_cb,
                              mode,
                              error);
  return mode->hands != NULL;
}

static int
operate (HsCli *cli, const Options *options)
{
  Mode mode = { .cli = cli, .options = options };
  g_autoptr (HsOperator) bench = NULL;
  g_autoptr (GHashTable) verdicts = NULL;
  g_autoptr (JsonArray) said = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  bench = hs_operator_new (cli->session, options->release, MAX (options->quantity, 0), &error);
  if (bench == NULL)
    return hs_cli_fail (cli, error);

  mode.bench = bench;
  mode.verdicts = verdicts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mode.said = said = json_array_new ();
  g_signal_connect_swapped (bench, "verdict", G_CALLBACK (verdict_cb), &mode);
  status = take_hands (&mode, &error) ? run_mode (&mode) : hs_cli_fail (cli, error);
  g_signal_handlers_disconnect_by_data (bench, &mode);
  hs_operator_stop (bench);
  hs_session_drain (cli->session);
  hs_hands_free (mode.hands);
  return status;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { NULL };
  const GOptionEntry entries[] = {
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, NULL, NULL },
    { "quantity", 0, 0, G_OPTION_ARG_INT, &options.quantity, NULL, NULL },
    { "count", 0, 0, G_OPTION_ARG_INT, &options.count, NULL, NULL },
    { "scan-from-stdin", 0, 0, G_OPTION_ARG_NONE, &options.scans, NULL, NULL },
    { "simulate-script", 0, 0, G_OPTION_ARG_STRING, &options.script, NULL, NULL },
    { "close-batch", 0, 0, G_OPTION_ARG_NONE, &options.close, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_operate, entries, NULL, &argc, &argv, &status)) {
    if (options.release == NULL)
      status = hs_cli_fail_usage (cli, _ ("operate needs --release NAME"));
    else if (options.scans && options.script != NULL)
      status = hs_cli_fail_usage (cli, _ ("a script has its own scans: leave out one of the two"));
    else
      status = operate (cli, &options);
  }

  g_free (options.release);
  g_free (options.script);
  return status;
}

const HsCommand hs_command_operate = {
  .name = "operate",
  .summary = N_ ("Flash every camera that is plugged in with one release, without a window"),
  .usage = "--release NAME [--quantity N] [--count N] [--scan-from-stdin] [--close-batch] "
           "[--simulate-script FILE]",
  .help =
      N_ ("  --release NAME       the locked release: its name, name and version, or id\n"
          "  --quantity N         how many are ordered, for a new batch; an open one goes on\n"
          "  --count N            end after so many verdicts\n"
          "  --scan-from-stdin    every line is what a barcode scanner typed; its end ends this\n"
          "  --close-batch        at the end the order is done\n"
          "  --simulate-script F  what hands do to simulated cameras, a line each (“-”: from\n"
          "                       standard input): plug N [PORT], unplug N, fault N NAME VALUE,\n"
          "                       scan TEXT, retry, wait VERDICTS; cameras count from 1\n"
          "Without any of these it goes on until it is interrupted."),
  .run = run,
};
