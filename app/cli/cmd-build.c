/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/build-words.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/firmware/tree.h"
#include "app/run-json.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *tree;
  char **options;
  char *engine;
  char *sdk;
  char *name;
  char *log;
  int jobs;
  gboolean clean, no_import, verbose;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->tree);
  g_strfreev (options->options);
  g_free (options->engine);
  g_free (options->sdk);
  g_free (options->name);
  g_free (options->log);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One call: its runs, and how far the log of the present one was shown. */
typedef struct {
  HsCli *cli;
  const Options *options;
  HsBuildQueue *queue;
  GPtrArray *runs; /* HsBuildRun, borrowed of the queue */
  guint at;        /* the present one */
  guint n_shown;   /* lines of its log */
  gboolean live;   /* a terminal: one line that is written anew */
} Call;

/* --- while it runs --- */

static void
print_event (JsonObject *event)
{
  g_autofree char *text = hs_json_object_to_text (event);

  g_print ("%s\n", text);
}

static const char *
phase_title (HsBuildRun *run, gboolean id)
{
  GArray *phases = hs_build_run_get_phases (run);

  for (guint i = 0; i < phases->len; i++) {
    const HsBuildPhase *phase = &g_array_index (phases, HsBuildPhase, i);

    if (phase->state == 1)
      return id ? phase->id : phase->title;
  }
  return "";
}

static void
print_progress_event (HsBuildRun *run)
{
  g_autoptr (JsonObject) event = json_object_new ();

  json_object_set_string_member (event, "event", "build");
  json_object_set_string_member (event, "target", hs_build_run_get_request (run)->target);
  json_object_set_string_member (event, "phase", phase_title (run, TRUE));
  json_object_set_int_member (event, "steps", hs_build_run_get_steps (run));
  json_object_set_double_member (event, "fraction", hs_build_run_get_fraction (run));
  json_object_set_double_member (event, "seconds_left", hs_build_run_get_seconds_left (run));
  print_event (event);
}

static void
print_live (HsBuildRun *run)
{
  double fraction = hs_build_run_get_fraction (run);
  double left = hs_build_run_get_seconds_left (run);
  g_autofree char *share =
      fraction >= 0 ? g_strdup_printf (" %.0f %%", fraction * 100) : g_strdup ("");
  g_autofree char *rest = left >= 1 ? g_strdup_printf (_ (", %.0f s left"), left) : g_strdup ("");

  g_print ("\r\033[K%s: %s, %u%s%s",
           hs_build_run_get_request (run)->target,
           phase_title (run, FALSE),
           hs_build_run_get_steps (run),
           share,
           rest);
}

static const char *
kind_name (HsLogKind kind)
{
  static const char *const names[] = { "plain", "step", "note", "warning", "error" };

  return names[kind];
}

static void
show_line (Call *call, HsLogLine *line)
{
  HsLogKind kind = hs_log_line_get_kind (line);
  g_autoptr (JsonObject) event = NULL;

  if (!call->options->verbose && (kind != HS_LOG_ERROR || !call->cli->events))
    return;
  if (!call->cli->events) {
    hs_cli_print (call->cli, "%s", hs_log_line_get_text (line));
    return;
  }
  event = json_object_new ();
  json_object_set_string_member (event, "event", "line");
  json_object_set_int_member (event, "n", hs_log_line_get_number (line));
  json_object_set_string_member (event, "kind", kind_name (kind));
  json_object_set_string_member (event, "text", hs_log_line_get_text (line));
  print_event (event);
}

static void
show_lines (Call *call, HsBuildRun *run)
{
  HsBuildLog *log = hs_build_run_get_log (run);
  guint n;

  hs_build_log_update (log);
  n = g_list_model_get_n_items (G_LIST_MODEL (log));
  for (; call->n_shown < n; call->n_shown++) {
    g_autoptr (HsLogLine) line = g_list_model_get_item (G_LIST_MODEL (log), call->n_shown);

    show_line (call, line);
  }
}

static void
changed_cb (HsBuildRun *run, gpointer data)
{
  Call *call = data;

  if (call->at >= call->runs->len || g_ptr_array_index (call->runs, call->at) != run)
    return;
  show_lines (call, run);
  if (hs_build_run_get_state (run) >= HS_BUILD_DONE)
    return;
  if (call->cli->events)
    print_progress_event (run);
  else if (call->live)
    print_live (run);
}

static gboolean
interrupt_cb (gpointer data)
{
  Call *call = data;

  for (guint i = call->runs->len; i > 0; i--) /* those that wait first: none of them starts */
    hs_build_run_cancel (g_ptr_array_index (call->runs, i - 1));
  return G_SOURCE_CONTINUE;
}

/* --- what became of it --- */

/* Whether it is in a file now. */
static gboolean
save_log (Call *call, HsBuildRun *run)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  if (call->options->log == NULL)
    return FALSE;
  path =
      call->runs->len == 1
          ? g_strdup (call->options->log)
          : g_strdup_printf ("%s.%s", call->options->log, hs_build_run_get_request (run)->target);
  if (!hs_build_log_save (hs_build_run_get_log (run), path, &error))
    g_printerr ("%s\n", error->message);
  return error == NULL;
}

static void
finish_run (Call *call, HsBuildRun *run)
{
  if (call->live)
    g_print ("\r\033[K");
  show_lines (call, run);
  if (call->cli->events) {
    g_autoptr (JsonObject) event = hs_cli_build_to_json (run);

    json_object_set_string_member (event, "event", "end");
    print_event (event);
  }
  hs_cli_print_build (call->cli, run, save_log (call, run));
}

/* Reports each as soon as it has ended, in the order asked for. */
static gboolean
is_done (gpointer data)
{
  Call *call = data;

  while (call->at < call->runs->len) {
    HsBuildRun *run = g_ptr_array_index (call->runs, call->at);

    if (hs_build_run_get_state (run) < HS_BUILD_DONE)
      return FALSE;
    finish_run (call, run);
    call->at++;
    call->n_shown = 0;
  }
  return TRUE;
}

static int
answer (Call *call)
{
  JsonObject *object = json_object_new ();
  JsonArray *builds = json_array_new ();
  guint n_done = 0, n_cancelled = 0;

  for (guint i = 0; i < call->runs->len; i++) {
    HsBuildRun *run = g_ptr_array_index (call->runs, i);

    n_done += hs_build_run_get_state (run) == HS_BUILD_DONE;
    n_cancelled += hs_build_run_get_state (run) == HS_BUILD_CANCELLED;
    json_array_add_object_element (builds, hs_cli_build_to_json (run));
  }
  json_object_set_boolean_member (object, "ok", n_done == call->runs->len);
  json_object_set_array_member (object, "builds", builds);
  hs_cli_answer (call->cli, object);
  if (n_cancelled > 0)
    return HS_EXIT_CANCELLED;
  return n_done == call->runs->len ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
}

static int
build (HsCli *cli, const Options *options, HsBuildRequest *request, char **targets)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  Call call = { cli, options, NULL, runs };
  guint sigint, sigterm;
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  call.queue = hs_session_get_build_queue (cli->session);
  call.live = isatty (STDOUT_FILENO) && !cli->events && !cli->json && !options->verbose;
  sigint = g_unix_signal_add (SIGINT, interrupt_cb, &call);
  sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, &call);
  for (; *targets != NULL; targets++) {
    HsBuildRun *run;

    request->target = *targets;
    run = hs_build_queue_add (call.queue, request);
    g_ptr_array_add (runs, run);
    g_signal_connect (run, "changed", G_CALLBACK (changed_cb), &call);
  }
  hs_session_run_until (cli->session, is_done, &call);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  for (guint i = 0; i < runs->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (runs, i), &call);
  return answer (&call);
}

/* --- its options --- */

static gboolean
parse_engine (const char *name, HsBuildEngine *engine)
{
  static const char *const names[] = { "native", "docker", "docker-dev" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (name == NULL || strcmp (names[i], name) == 0) {
      *engine = i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
check_tree (const char *folder, GError **error)
{
  g_autofree char *root = folder != NULL ? hs_tree_find_root (folder) : NULL;

  if (root != NULL)
    return TRUE;
  if (folder != NULL)
    return hs_tree_new (folder, NULL, error) != NULL;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NO_TREE,
                       _ ("There is no firmware tree here: name it with --tree."));
  return FALSE;
}

static int
check_and_build (HsCli *cli, Options *options, char **targets)
{
  HsBuildRequest request = { .options = (const char *const *) options->options,
                             .clean = options->clean,
                             .jobs = MAX (options->jobs, 0),
                             .sdk_dir = options->sdk,
                             .name = options->name,
                             .keep_only = options->no_import };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; options->options != NULL && options->options[i] != NULL; i++)
    if (!hs_build_option_check (options->options[i], &error))
      return hs_cli_fail (cli, error);
  if (!parse_engine (options->engine, &request.engine))
    return hs_cli_fail_usage (cli, _ ("--engine takes native, docker or docker-dev"));
  if (options->tree == NULL)
    options->tree = hs_trees_guess ();
  if (!check_tree (options->tree, &error))
    return hs_cli_fail (cli, error);
  request.tree = options->tree;
  return build (cli, options, &request, targets);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &options.tree, NULL, NULL },
    { "option", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.options, NULL, NULL },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &options.jobs, NULL, NULL },
    { "clean", 0, 0, G_OPTION_ARG_NONE, &options.clean, NULL, NULL },
    { "engine", 0, 0, G_OPTION_ARG_STRING, &options.engine, NULL, NULL },
    { "sdk", 0, 0, G_OPTION_ARG_FILENAME, &options.sdk, NULL, NULL },
    { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, NULL, NULL },
    { "no-import", 0, 0, G_OPTION_ARG_NONE, &options.no_import, NULL, NULL },
    { "verbose", 0, 0, G_OPTION_ARG_NONE, &options.verbose, NULL, NULL },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &options.log, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_build, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return hs_cli_fail_usage (cli, _ ("build needs a board, as `make` calls it"));
  return check_and_build (cli, &options, argv + 1);
}

const HsCommand hs_command_build = {
  .name = "build",
  .summary = N_ ("Build a firmware tree, and take what it made into the catalog"),
  .usage = "TARGET… [--tree DIR] [--option NAME=VALUE]… [--jobs N] [--clean] [--engine E] "
           "[--sdk DIR] [--name NAME] [--no-import] [--verbose] [--log FILE]",
  .help =
      N_ ("  --tree DIR            a checkout of openmv/openmv; else the one around this folder\n"
          "  --option NAME=VALUE   for make: DEBUG=1, PROFILE_ENABLE=1, …; may be repeated\n"
          "  --jobs N              how many compilers at once; else one for each core\n"
          "  --clean               from nothing; also done when the options have changed\n"
          "  --engine E            native (this computer), docker or docker-dev\n"
          "  --sdk DIR             the OpenMV SDK, if it is not at its usual place\n"
          "  --name NAME           what the build is called in the catalog\n"
          "  --no-import           only build\n"
          "  --verbose             every line that the build prints\n"
          "  --log FILE            keeps all of it; with several boards FILE.TARGET"),
  .max_arguments = 64,
  .run = run,
};
