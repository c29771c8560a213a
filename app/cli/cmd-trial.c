/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/hands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/keys.h"
#include "app/run-json.h"
#include "app/trial.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#define SHEETS_FOLDER         "tests/hardware"
#define SIMULATED_PATIENCE_MS (60 * 1000) /* nobody has to get up */

typedef struct {
  HsSelection selection;
  char *build;
  char *key;
  char *output;
  char *only;
  char *hands;
  gboolean spare;
} Options;

static void
options_clear (Options *self)
{
  hs_selection_clear (&self->selection);
  g_free (self->build);
  g_free (self->key);
  g_free (self->output);
  g_free (self->only);
  g_free (self->hands);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* One trial on the command line. */
typedef struct {
  HsCli *cli;
  HsSimBus *bus;  /* nullable: real cameras */
  HsHands *hands; /* nullable: then what the pages say is done, as it stands there */
  guint camera;   /* on that bus */
  guint before;   /* requests that it had got as the last full flash began … */
  guint took;     /* … and that one took */
} Watch;

/* --- hands that simulated cameras lack --- */

static void
replug (Watch *watch)
{
  hs_sim_bus_unplug (watch->bus, watch->camera);
  hs_sim_bus_plug (watch->bus, watch->camera);
}

/* What a page of the guide asks of hands, done as it says. */
static void
follow_guide (Watch *watch, const char *step)
{
  if (g_str_equal (step, "replug") || g_str_equal (step, "replug-to-erase")) {
    replug (watch);
  } else if (g_str_equal (step, "unplug") || g_str_equal (step, "unplug-once-more")) {
    hs_sim_bus_unplug (watch->bus, watch->camera);
  } else if (g_str_equal (step, "set-jumper")) {
    hs_sim_bus_set_jumper (watch->bus, watch->camera, TRUE);
    hs_sim_bus_plug (watch->bus, watch->camera);
  } else if (g_str_equal (step, "remove-jumper")) {
    hs_sim_bus_unplug (watch->bus, watch->camera);
    hs_sim_bus_set_jumper (watch->bus, watch->camera, FALSE);
  } else if (g_str_equal (step, "plug-in-again")) {
    hs_sim_bus_plug (watch->bus, watch->camera);
  }
}

static void
lend_a_hand (Watch *watch, HsTrialHand hand, const char *step)
{
  switch (hand) {
  case HS_TRIAL_HAND_READY: /* in the middle of what a full flash takes */
    if (watch->took > 0)
      hs_sim_bus_set_fault (watch->bus, watch->camera, "unplug_at", MAX (watch->took / 2, 1));
    break;
  case HS_TRIAL_HAND_PULL:
    if (watch->took == 0)
      hs_sim_bus_unplug (watch->bus, watch->camera);
    break;
  case HS_TRIAL_HAND_REPLUG:
    hs_sim_bus_hand_enter (watch->bus, watch->camera);
    break;
  case HS_TRIAL_HAND_JUMPER:
    hs_sim_bus_unplug (watch->bus, watch->camera);
    hs_sim_bus_set_jumper (watch->bus, watch->camera, TRUE);
    hs_sim_bus_plug (watch->bus, watch->camera);
    break;
  case HS_TRIAL_HAND_GUIDE:
    follow_guide (watch, step);
    break;
  default:
    break;
  }
}

static void
find_simulated (Watch *watch, const char *port)
{
  watch->bus = hs_session_get_sim_bus (watch->cli->session);
  for (guint n = 0; watch->bus != NULL && n < hs_sim_bus_get_n_cameras (watch->bus); n++) {
    g_autofree char *own = hs_sim_bus_dup_port (watch->bus, n);

    if (g_strcmp0 (own, port) == 0)
      watch->camera = n;
  }
}

/* --- what is shown while it runs --- */

static void
print_event (JsonObject *event)
{
  g_autoptr (JsonObject) object = event;
  g_autofree char *text = hs_json_object_to_text (object);

  g_print ("%s\n", text);
}

static guint
count_requests (Watch *watch)
{
  return watch->bus != NULL
             ? hs_sim_camera_get_n_requests (hs_sim_bus_get_camera (watch->bus, watch->camera))
             : 0;
}

static void
print_step (HsCli *cli, const HsTrialStep *step, gboolean ended)
{
  g_autofree char *time = hs_format_duration (step->seconds);

  if (!ended)
    hs_cli_print (cli, "%s…", step->title);
  else if (step->result == HS_TRIAL_PASSED)
    hs_cli_print (cli, _ ("  passed · %s"), time);
  else
    hs_cli_print (cli,
                  "  %s: %s",
                  step->result == HS_TRIAL_FAILED ? _ ("FAILED") : _ ("not tried"),
                  step->why != NULL ? step->why : "");
}

static void
step_cb (HsTrial *trial, const HsTrialStep *step, gboolean ended, gpointer user_data)
{
  Watch *watch = user_data;

  if (g_str_equal (step->id, "flash-full")) {
    if (ended && step->result == HS_TRIAL_PASSED)
      watch->took = count_requests (watch) - watch->before;
    watch->before = count_requests (watch);
  }
  print_step (watch->cli, step, ended);
  if (watch->hands != NULL && !ended)
    hs_hands_note_step (watch->hands, step->id);
  if (watch->cli->events) {
    JsonObject *event = json_object_new ();

    json_object_set_string_member (event, "event", "trial");
    json_object_set_string_member (event, "step", step->id);
    json_object_set_boolean_member (event, "ended", ended);
    hs_json_set_string (event, "result", ended ? hs_trial_result_name (step->result) : NULL);
    hs_json_set_string (event, "why", step->why);
    print_event (event);
  }
}

static void
hand_cb (HsTrial *trial,
         HsTrialHand hand,
         const char *sentence,
         const char *detail,
         gpointer user_data)
{
  Watch *watch = user_data;

  hs_cli_print (watch->cli, "  → %s", sentence);
  if (watch->cli->events) {
    JsonObject *event = json_object_new ();

    json_object_set_string_member (event, "event", "hand");
    json_object_set_string_member (event, "sentence", sentence);
    hs_json_set_string (event, "step", detail);
    print_event (event);
  }
  if (watch->hands != NULL && detail != NULL)
    hs_hands_note_step (watch->hands, detail);
  else if (watch->hands == NULL && watch->bus != NULL)
    lend_a_hand (watch, hand, detail);
}

static gboolean
interrupt_cb (gpointer data)
{
  hs_trial_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* --- the end --- */

static GFile *
choose_file (HsTrial *trial, const char *output)
{
  g_autofree char *name = hs_trial_make_name (trial);
  g_autoptr (GFile) file = NULL;

  if (output == NULL)
    output = g_file_test (SHEETS_FOLDER, G_FILE_TEST_IS_DIR) ? SHEETS_FOLDER : ".";
  file = g_file_new_for_commandline_arg (output);
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    return g_file_get_child (file, name);
  return g_steal_pointer (&file);
}

static gboolean
all_went_well (HsTrial *trial)
{
  const HsTrialStep *step;

  for (guint i = 0; (step = hs_trial_get_step (trial, i)) != NULL; i++)
    if (step->result == HS_TRIAL_FAILED)
      return FALSE;
  return TRUE;
}

static int
write_sheet (HsCli *cli, HsTrial *trial, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sheet = hs_trial_make_sheet (trial, options->key, &error);
  g_autoptr (GFile) file = choose_file (trial, options->output);
  g_autofree char *path = g_file_get_parse_name (file);
  gboolean well = all_went_well (trial);
  JsonObject *object;

  if (sheet == NULL ||
      !g_file_replace_contents (
          file, sheet, strlen (sheet), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error))
    return hs_cli_fail (cli, error);

  hs_cli_print (cli, _ ("Sheet: %s"), path);
  if (hs_trial_is_simulated (trial))
    hs_cli_print (cli, _ ("The camera was simulated: this proves nothing about real ones."));
  object = json_object_new ();
  json_object_set_boolean_member (object, "ok", well);
  json_object_set_string_member (object, "path", path);
  json_object_set_member (object, "sheet", json_from_string (sheet, NULL));
  hs_cli_answer (cli, object);
  return well ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
}

static int
try_camera (HsCli *cli, HsDevice *device, HsBuild *build, const Options *options)
{
  const HsTrialWatch functions = { .step = step_cb, .hand = hand_cb };
  Watch watch = { cli };
  g_auto (GStrv) only = options->only != NULL ? g_strsplit (options->only, ",", -1) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTrial) trial = hs_trial_new (
      cli->session, device, build, (const char *const *) only, &functions, &watch, &error);
  g_autoptr (HsHands) hands = NULL;
  guint sigint, sigterm;

  if (trial == NULL)
    return hs_cli_fail (cli, error);
  find_simulated (&watch, hs_device_get_port (device));
  if (options->hands != NULL) {
    hands = hs_hands_new (NULL, watch.bus, options->hands, FALSE, NULL, NULL, &error);
    if (hands == NULL)
      return hs_cli_fail (cli, error);
    watch.hands = hands;
  }
  if (watch.bus != NULL)
    hs_trial_set_patience (trial, SIMULATED_PATIENCE_MS);
  sigint = g_unix_signal_add (SIGINT, interrupt_cb, trial);
  sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, trial);
  hs_trial_run (trial);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  if (hands != NULL && hs_hands_get_complaint (hands) != NULL)
    return hs_cli_fail_usage (cli, "%s", hs_hands_get_complaint (hands));
  return write_sheet (cli, trial, options);
}

/* --- before it begins --- */

/* A sheet that nobody signs is worth nothing: better to hear so before hours of pulling cables. */
static gboolean
check_key (HsCli *cli, const Options *options, GError **error)
{
  static const guint8 nothing[] = { 0 };
  g_autofree char *signature = hs_keys_sign (
      hs_session_get_catalog (cli->session), options->key, nothing, sizeof nothing, NULL, error);

  return signature != NULL;
}

static gboolean
check_camera (HsCli *cli, HsDevice *device, HsBuild *build, GError **error)
{
  const HsBoard *board = hs_device_get_board (device);

  if (board == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_USAGE,
                         _ ("A trial begins with a camera whose board can be told: with firmware "
                            "that runs, or in its own bootloader."));
    return FALSE;
  }
  if (build != NULL && g_strcmp0 (hs_build_get_board (build), board->id) != 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_BUILD,
                 _ ("%s is a build for %s, the camera is %s."),
                 hs_build_get_name (build),
                 hs_build_get_board (build),
                 board->id);
    return FALSE;
  }
  return TRUE;
}

static int
begin (HsCli *cli, const Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDevice) device = NULL;
  g_autoptr (HsBuild) build = NULL;
  int status;

  if (hs_selection_names_several (&options->selection))
    return hs_cli_fail_usage (cli, _ ("a trial takes one camera"));
  if (options->selection.units == NULL && options->selection.ports == NULL)
    return hs_cli_fail_usage (cli, _ ("a trial wants the camera named: --unit ID or --port PATH"));
  if (!hs_cli_open (cli, FALSE, &status))
    return status;
  if (!options->spare && hs_session_get_sim_bus (cli->session) == NULL)
    return hs_cli_fail_usage (
        cli,
        _ ("all that is on the camera is lost, and it may be lost itself: say --spare if that is "
           "so"));

  device = hs_cli_find_camera (cli, &options->selection, &error);
  if (device != NULL && options->build != NULL)
    build = hs_cli_find_build (cli, options->build, &error);
  if (error != NULL || !check_camera (cli, device, build, &error) ||
      !check_key (cli, options, &error))
    return hs_cli_fail (cli, error);
  return try_camera (cli, device, build, options);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { { NULL } };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "key", 0, 0, G_OPTION_ARG_STRING, &options.key, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, NULL, NULL },
    { "only", 0, 0, G_OPTION_ARG_STRING, &options.only, NULL, NULL },
    { "hands", 0, 0, G_OPTION_ARG_FILENAME, &options.hands, NULL, NULL },
    { "spare", 0, 0, G_OPTION_ARG_NONE, &options.spare, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_trial, entries, &options.selection, &argc, &argv, &status))
    return status;
  return begin (cli, &options);
}

const HsCommand hs_command_trial = {
  .name = "trial",
  .summary = N_ ("Try all that Hotshoe does on a spare camera, and sign what came of it"),
  .usage = "--unit ID | --port PATH [--build ID] [--only LIST] [--key NAME] [-o FILE] "
           "[--spare] [--hands FILE]",
  .help =
      N_ ("All that is on the camera is lost. It says when the cable has to be pulled.\n\n"
          "  --unit ID           the camera: any beginning of its serial, or its label\n"
          "  --port PATH         the one on this USB port, by path or by the slot's name\n"
          "  --build ID          what is flashed; without it nothing is written but by erase\n"
          "  --only LIST         read,flash,erase,pull,enter,recover: only some of them\n"
          "  --key NAME          the bench's key that signs the sheet\n"
          "  -o FILE             the sheet, or a folder for it; else tests/hardware or here\n"
          "  --spare             it is a spare camera: real ones are not tried otherwise\n"
          "  --hands FILE        with --simulate: a script of what hands do; without it they do\n"
          "                      what they are asked for"),
  .run = run,
};
