/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/jobs.h"

#include "app/app-error.h"
#include "app/cli/doors.h"
#include "app/explain.h"
#include "app/recipe.h"
#include "app/run-json.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

void
hs_selection_clear (HsSelection *self)
{
  g_clear_pointer (&self->units, g_strfreev);
  g_clear_pointer (&self->ports, g_strfreev);
}

/* For who can only do it with one camera; naming none means the only one that is attached. */
gboolean
hs_selection_names_several (const HsSelection *self)
{
  guint n_units = self->units != NULL ? g_strv_length (self->units) : 0;
  guint n_ports = self->ports != NULL ? g_strv_length (self->ports) : 0;

  return self->all || n_units + n_ports > 1;
}

/**
 * hs_cli_parse:
 * @cli: a call
 * @command: the subcommand
 * @entries: (nullable): its own options
 * @selection: (out) (optional): filled from --unit, --port, --all, --wait
 * @argc: (inout): arguments with the command's name first
 * @argv: (inout): what is left after the options is there on return; (transfer none)
 * @status: (out): exit status if it fails
 *
 * Returns: %FALSE if the options are wrong, or there are too many arguments, and that has been said
 */
gboolean
hs_cli_parse (HsCli *cli,
              const HsCommand *command,
              const GOptionEntry *entries,
              HsSelection *selection,
              int *argc,
              char ***argv,
              int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (selection != NULL) {
    const GOptionEntry select[] = {
      { "unit", 0, 0, G_OPTION_ARG_STRING_ARRAY, &selection->units, NULL, NULL },
      { "port", 0, 0, G_OPTION_ARG_STRING_ARRAY, &selection->ports, NULL, NULL },
      { "all", 0, 0, G_OPTION_ARG_NONE, &selection->all, NULL, NULL },
      { "wait", 0, 0, G_OPTION_ARG_NONE, &selection->wait, NULL, NULL },
      { NULL },
    };

    g_option_context_add_main_entries (context, select, GETTEXT_PACKAGE);
  }

  if (!g_option_context_parse (context, argc, argv, &error)) {
    *status = hs_cli_fail_usage (
        cli, _ ("%s. Usage: hotshoe %s %s"), error->message, command->name, command->usage);
    return FALSE;
  }
  if (*argc - 1 > command->max_arguments) {
    *status = hs_cli_fail_usage (cli,
                                 _ ("“%s” is too much. Usage: hotshoe %s %s"),
                                 (*argv)[command->max_arguments + 1],
                                 command->name,
                                 command->usage);
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_cli_unit_of:
 * @cli: a call
 * @device: a camera
 * @suggested: (out): it is only suggested: the form it shows was seen on exactly one unit
 *
 * Returns: (transfer full) (nullable): the unit's key
 */
char *
hs_cli_unit_of (HsCli *cli, HsDevice *device, gboolean *suggested)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  const char *key = hs_device_get_key (device);
  g_autoptr (GPtrArray) units = NULL;

  *suggested = hs_device_get_strength (device) != HS_IDENTITY_PROVEN;
  if (hs_identity_names_unit (hs_device_get_board (device), key))
    return g_strdup (key);
  if (hs_device_get_form (device) == NULL)
    return NULL;

  units = hs_catalog_find_units_by_form (catalog, hs_device_get_form (device), NULL);
  if (units == NULL || units->len != 1)
    return NULL;
  *suggested = TRUE;
  return g_strdup (g_ptr_array_index (units, 0));
}

/* --- which cameras --- */

/* For units that the catalog does not know yet: exactly what `devices` prints. */
static gboolean
shows (HsDevice *device, const char *typed)
{
  const char *serial = hs_device_get_serial (device);

  return (serial != NULL && g_ascii_strcasecmp (serial, typed) == 0) ||
         g_strcmp0 (hs_device_get_key (device), typed) == 0;
}

/* Nothing is done on a port that somebody told Hotshoe to leave alone, camera or not. */
static gboolean
is_ignored (HsCli *cli, const char *typed)
{
  g_autoptr (GPtrArray) names = hs_catalog_list_slots (hs_session_get_catalog (cli->session), NULL);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);

    if (name->ignored && (g_strcmp0 (name->port, typed) == 0 || g_strcmp0 (name->name, typed) == 0))
      return TRUE;
  }
  return FALSE;
}

static void
fail_ignored (const char *port, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("Port %s is ignored; `hotshoe slots watch %s` takes it in again."),
               port,
               port);
}

static HsDevice *
find_unit (HsCli *cli, const char *typed, GError **error)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (cli->session));
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autofree char *id = hs_catalog_resolve_unit (catalog, typed, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    gboolean suggested;
    g_autofree char *unit = hs_cli_unit_of (cli, device, &suggested);

    if ((id == NULL || g_strcmp0 (unit, id) != 0) && !shows (device, typed))
      continue;
    if (!is_ignored (cli, hs_device_get_port (device)))
      return g_steal_pointer (&device);
    fail_ignored (hs_device_get_port (device), error);
    return NULL;
  }

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_CAMERA,
               _ ("No camera attached here is unit %s."),
               typed);
  return NULL;
}

/* What was typed may be the name of a port. */
static const char *
port_of_slot (HsCli *cli, const char *typed)
{
  GListModel *slots = hs_session_get_slots (cli->session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    if (g_strcmp0 (hs_slot_get_name (slot), typed) == 0)
      return hs_slot_get_port (slot);
  }
  return typed;
}

/* @awaited: (nullable): the board of a camera that a person is about to plug in there */
static HsDevice *
find_port (HsCli *cli, const char *port, const HsBoard *awaited, GError **error)
{
  GListModel *slots = hs_session_get_slots (cli->session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    if (hs_slot_get_device (slot) != NULL && (g_strcmp0 (hs_slot_get_port (slot), port) == 0 ||
                                              g_strcmp0 (hs_slot_get_name (slot), port) == 0))
      return g_object_ref (hs_slot_get_device (slot));
  }

  if (is_ignored (cli, port)) {
    fail_ignored (port, error);
    return NULL;
  }
  if (awaited != NULL)
    return hs_device_new_awaited (awaited, port_of_slot (cli, port));

  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_NO_CAMERA, _ ("No camera is attached to port %s."), port);
  return NULL;
}

static void
add_once (GPtrArray *devices, HsDevice *device)
{
  if (!g_ptr_array_find (devices, device, NULL))
    g_ptr_array_add (devices, g_object_ref (device));
}

static void
add_all (HsCli *cli, GPtrArray *devices)
{
  GListModel *slots = hs_session_get_slots (cli->session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    if (hs_slot_get_device (slot) != NULL)
      add_once (devices, hs_slot_get_device (slot));
  }
}

/* (element-type HsDevice): the cameras that were asked for, at least one; nothing asked means: the
 * only camera attached. */
static GPtrArray *
select_cameras (HsCli *cli, const HsSelection *selection, const HsBoard *awaited, GError **error)
{
  g_autoptr (GPtrArray) devices = g_ptr_array_new_with_free_func (g_object_unref);

  for (char **unit = selection->units; unit != NULL && *unit != NULL; unit++) {
    g_autoptr (HsDevice) device = find_unit (cli, *unit, error);

    if (device == NULL)
      return NULL;
    add_once (devices, device);
  }
  for (char **port = selection->ports; port != NULL && *port != NULL; port++) {
    g_autoptr (HsDevice) device = find_port (cli, *port, awaited, error);

    if (device == NULL)
      return NULL;
    add_once (devices, device);
  }
  if (selection->all || (selection->units == NULL && selection->ports == NULL))
    add_all (cli, devices);

  if (devices->len == 0) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_CAMERA, _ ("No camera is attached."));
    return NULL;
  }
  if (devices->len > 1 && !selection->all && selection->units == NULL && selection->ports == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("%u cameras are attached: name one with --unit or --port, or say --all."),
                 devices->len);
    return NULL;
  }
  return g_steal_pointer (&devices);
}

HsDevice *
hs_cli_find_camera (HsCli *cli, const HsSelection *selection, GError **error)
{
  g_autoptr (GPtrArray) devices = select_cameras (cli, selection, NULL, error);

  return devices != NULL ? g_object_ref (g_ptr_array_index (devices, 0)) : NULL;
}

/* --- running --- */

typedef struct {
  HsCli *cli;
  GPtrArray *jobs; /* (element-type HsJob) */
} Batch;

static gboolean
interrupt_cb (gpointer data)
{
  Batch *batch = data;

  for (guint i = 0; i < batch->jobs->len; i++)
    if (hs_job_get_state (g_ptr_array_index (batch->jobs, i)) != HS_JOB_FINISHED)
      hs_job_cancel (g_ptr_array_index (batch->jobs, i));
  return G_SOURCE_CONTINUE;
}

static void
print_event (HsJob *job)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;
  HsProgressState state;

  hs_job_get_progress (job, &state);
  json_object_set_string_member (object, "event", "progress");
  json_object_set_string_member (object, "run", hs_job_get_id (job));
  json_object_set_string_member (object, "port", hs_job_get_port (job));
  hs_json_set_string (object, "unit", hs_job_get_unit (job));
  json_object_set_string_member (object, "activity", hs_activity_name (state.activity));
  json_object_set_string_member (object, "role", hs_role_name (state.role));
  json_object_set_int_member (object, "done", state.done);
  json_object_set_int_member (object, "total", state.total);
  text = hs_json_object_to_text (object);
  g_print ("%s\n", text);
}

/* Simulated cameras have nobody who plugs them in on the command line. */
static void
lend_a_hand (HsCli *cli, HsJob *job)
{
  HsSimBus *bus = hs_session_get_sim_bus (cli->session);

  if (g_object_get_data (G_OBJECT (job), "hand") != NULL)
    return;
  g_object_set_data (G_OBJECT (job), "hand", job);

  for (guint n = 0; bus != NULL && n < hs_sim_bus_get_n_cameras (bus); n++) {
    g_autofree char *port = hs_sim_bus_dup_port (bus, n);

    if (g_strcmp0 (port, hs_job_get_port (job)) != 0)
      continue;
    hs_cli_print (
        cli, _ ("%s: the simulated camera is brought there by hand"), hs_job_get_slot_name (job));
    hs_sim_bus_hand_enter (bus, n);
  }
}

/* Says each activity once, as it begins. */
static void
changed_cb (HsJob *job, HsCli *cli)
{
  HsProgressState state;
  g_autofree char *text = NULL;

  if (hs_job_get_state (job) == HS_JOB_FINISHED)
    return;
  hs_job_get_progress (job, &state);
  if (state.activity == HS_ACTIVITY_WAITING)
    lend_a_hand (cli, job);
  if (cli->events) {
    print_event (job);
    return;
  }

  text = hs_explain_activity (&state);
  if (state.activity == HS_ACTIVITY_NONE ||
      g_strcmp0 (g_object_get_data (G_OBJECT (job), "said"), text) == 0)
    return;
  hs_cli_print (cli, "%s: %s…", hs_job_get_slot_name (job), text);
  if (state.activity == HS_ACTIVITY_WAITING)
    hs_cli_print (
        cli, "%s: %s", hs_job_get_slot_name (job), hs_explain_hand (hs_job_get_board (job)));
  g_object_set_data_full (G_OBJECT (job), "said", g_steal_pointer (&text), g_free);
}

/* Of a bootloader that several boards show, `leave` could not tell whose it is. */
static char *
describe_held (HsJob *job)
{
  const HsUsbId *id = hs_job_get_board (job)->dfu_ids;

  if (id != NULL && hs_usb_id_is_shared (id->vid, id->pid))
    return g_strdup (_ ("it is held in its bootloader until it is flashed, or plugged in again"));
  return g_strdup_printf (_ ("it is held in its bootloader, `hotshoe leave --port %s` starts it"),
                          hs_job_get_port (job));
}

/* What came of it, where "Passed" alone would leave that open; (transfer full) (nullable). */
static char *
describe_deed (HsJob *job)
{
  const char *what = hs_job_get_what (job);

  if (hs_job_get_outcome (job) != HS_OUTCOME_PASSED)
    return NULL;
  if (g_str_equal (what, "enter"))
    return describe_held (job);
  if (g_str_equal (what, "leave") || g_str_equal (what, "restart"))
    return g_strdup (_ ("its firmware was started, and it came back"));
  if (g_str_equal (what, "erase"))
    return g_strdup (hs_job_get_n_parts (job) > 0
                         ? _ ("every byte of its filesystem is overwritten, read back")
                         : _ ("its filesystem is erased, and made anew at its next start"));
  if (g_str_equal (what, "reset-romfs"))
    return g_strdup (hs_job_get_already (job) ? _ ("read back, it held all of that already")
                                              : _ ("written, read back and equal"));
  if (g_str_equal (what, "flash"))
    return g_strdup (hs_job_get_already (job)
                         ? _ ("read back, it held all of that already; it reported no version")
                         : _ ("written, read back and equal; it reported no version"));
  return g_strdup (hs_cli_describe_exposure (job));
}

/* "Passed", what came of it, and for who only looked: what it found. (transfer full) */
static char *
describe_passed (HsJob *job, const char *outcome)
{
  HsBuild *found = hs_job_get_found_build (job);
  gboolean looked = g_str_equal (hs_job_get_what (job), "identify");
  g_autofree char *deed = describe_deed (job);

  if (found != NULL)
    return g_strdup_printf (_ ("%s: it holds %s, build %.12s"),
                            outcome,
                            hs_build_get_name (found),
                            hs_build_get_id (found));
  if (looked)
    return g_strdup_printf (_ ("%s: it holds no build of the catalog"), outcome);
  return deed != NULL ? g_strdup_printf ("%s: %s", outcome, deed) : g_strdup (outcome);
}

static void
print_end (HsCli *cli, HsJob *job)
{
  g_autofree char *outcome =
      hs_cli_explain_outcome (hs_job_get_what (job), hs_outcome_name (hs_job_get_outcome (job)));
  g_autofree char *passed = describe_passed (job, outcome);
  const HsProblem *problem = hs_job_get_problem (job);
  const HsVersion *version = hs_job_get_version (job);
  g_autofree char *time = hs_format_duration (hs_job_get_elapsed (job));

  hs_cli_print_parts (cli, job);
  if (problem != NULL)
    hs_cli_print (cli,
                  "%s: %s: %s%s%s",
                  hs_job_get_slot_name (job),
                  outcome,
                  problem->message,
                  *problem->action != '\0' ? " " : "",
                  problem->action);
  else if (version->text != NULL)
    hs_cli_print (cli,
                  hs_job_get_already (job) && g_str_equal (hs_job_get_what (job), "flash")
                      ? _ ("%s: %s: it held all of that already, read back, restarted, reports %s "
                           "· %s · unit %s")
                      : _ ("%s: %s: read back, restarted, reports %s · %s · unit %s"),
                  hs_job_get_slot_name (job),
                  outcome,
                  version->text,
                  time,
                  hs_job_get_unit (job) != NULL ? hs_job_get_unit (job) : _ ("not known"));
  else
    hs_cli_print (cli,
                  "%s: %s · %s · %s",
                  hs_job_get_slot_name (job),
                  passed,
                  time,
                  hs_job_get_unit (job) != NULL ? hs_job_get_unit (job) : _ ("unit not known"));
  if (hs_job_get_unrecorded (job))
    hs_cli_print (
        cli, _ ("%s: NOT recorded: the catalog can't be written"), hs_job_get_slot_name (job));
}

static int
status_of (Batch *batch)
{
  guint n_refused = 0, n_cancelled = 0, n_bad = 0;

  for (guint i = 0; i < batch->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (batch->jobs, i);
    HsOutcome outcome = hs_job_get_outcome (job);

    n_refused += outcome == HS_OUTCOME_REFUSED;
    n_cancelled += outcome == HS_OUTCOME_CANCELLED;
    n_bad += outcome != HS_OUTCOME_PASSED || hs_job_get_unrecorded (job);
  }

  if (n_cancelled > 0)
    return HS_EXIT_CANCELLED;
  if (n_refused == batch->jobs->len)
    return HS_EXIT_REFUSED;
  return n_bad > 0 ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

static void
answer (HsCli *cli, Batch *batch, int status)
{
  JsonObject *object = json_object_new ();
  JsonArray *runs = json_array_new ();

  for (guint i = 0; i < batch->jobs->len; i++) {
    g_autofree char *text = hs_job_dup_json (g_ptr_array_index (batch->jobs, i));

    json_array_add_element (runs, json_from_string (text, NULL));
    if (cli->events)
      g_print ("{\"event\":\"finished\",\"result\":%s}\n", text);
  }
  json_object_set_boolean_member (object, "ok", status == HS_EXIT_DONE);
  json_object_set_array_member (object, "runs", runs);
  hs_cli_answer (cli, object);
}

static int
describe_jobs (HsCli *cli, const char *what, GPtrArray *devices, const HsRequestOptions *options)
{
  JsonObject *object = json_object_new ();
  JsonArray *plans = json_array_new ();
  guint n_refused = 0;

  for (guint i = 0; i < devices->len; i++) {
    HsDevice *device = g_ptr_array_index (devices, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) lines = hs_session_describe (cli->session, what, device, options, &error);
    JsonObject *plan = json_object_new ();
    JsonArray *steps = json_array_new ();

    json_object_set_string_member (plan, "port", hs_device_get_port (device));
    hs_cli_print (cli, _ ("Plan for the camera on %s:"), hs_device_get_port (device));
    if (lines == NULL) {
      g_autoptr (HsProblem) problem = hs_explain_error (error);

      n_refused++;
      hs_cli_print (cli, _ ("  Refused: %s %s"), problem->message, problem->action);
      json_object_set_object_member (plan, "error", hs_problem_to_json (problem));
    }
    for (guint n = 0; lines != NULL && n < lines->len; n++) {
      HsPlanLine *line = g_ptr_array_index (lines, n);

      hs_cli_print (cli, "  %u. %s: %s", n + 1, line->verb, line->text != NULL ? line->text : "");
      json_array_add_string_element (steps, line->text != NULL ? line->text : line->verb);
    }
    json_object_set_array_member (plan, "steps", steps);
    json_array_add_object_element (plans, plan);
  }
  json_object_set_array_member (object, "plans", plans);
  json_object_set_boolean_member (object, "ok", n_refused == 0);
  hs_cli_answer (cli, object);
  return n_refused == devices->len ? HS_EXIT_REFUSED
         : n_refused > 0           ? HS_EXIT_NOT_ALL
                                   : HS_EXIT_DONE;
}

static gboolean
start_all (Batch *batch,
           const char *what,
           GPtrArray *devices,
           const HsSelection *selection,
           const HsRequestOptions *options,
           GError **error)
{
  for (guint i = 0; i < devices->len; i++) {
    HsDevice *device = g_ptr_array_index (devices, i);
    HsRequestOptions own = *options;
    gboolean suggested;
    g_autofree char *unit = hs_cli_unit_of (batch->cli, device, &suggested);
    g_autoptr (HsJob) job = NULL;

    /* Who names a unit gets that unit or nothing, also where its port only suggested it. */
    if (selection->units != NULL)
      own.unit = unit;
    own.may_wait = own.may_wait || selection->wait;
    job = hs_session_start (batch->cli->session, what, device, &own, error);
    if (job == NULL)
      return FALSE;
    g_signal_connect (job, "changed", G_CALLBACK (changed_cb), batch->cli);
    g_ptr_array_add (batch->jobs, g_steal_pointer (&job));
  }
  return TRUE;
}

/* NULL if it is for several. */
static const HsBoard *
only_board (HsRelease *release)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);

  if (recipe == NULL || recipe->boards->len != 1)
    return NULL;
  return hs_board_by_id (((HsRecipeBoard *) g_ptr_array_index (recipe->boards, 0))->board);
}

/* Who plugs in a camera by hand may name a port where none is yet: the build tells its board. */
static const HsBoard *
awaited_board (const HsRequestOptions *options)
{
  if (options->replug && options->release != NULL)
    return only_board (options->release);
  if (!options->replug || options->build == NULL)
    return NULL;
  return hs_board_by_id (hs_build_get_board (options->build));
}

/**
 * hs_cli_run_jobs:
 * @cli: a call with an open session
 * @what: see hs_session_start()
 * @selection: which cameras
 * @options: how
 * @plan: only say what would be done
 *
 * Returns: the exit status; everything has been said
 */
int
hs_cli_run_jobs (HsCli *cli,
                 const char *what,
                 const HsSelection *selection,
                 const HsRequestOptions *options,
                 gboolean plan)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) devices = select_cameras (cli, selection, awaited_board (options), &error);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);
  Batch batch = { cli, jobs };
  guint sigint, sigterm;
  gboolean started;
  int status;

  if (devices == NULL)
    return hs_cli_fail (cli, error);
  if (plan)
    return describe_jobs (cli, what, devices, options);

  sigint = g_unix_signal_add (SIGINT, interrupt_cb, &batch);
  sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, &batch);
  started = start_all (&batch, what, devices, selection, options, &error);
  hs_session_drain (cli->session);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  if (!started)
    return hs_cli_fail (cli, error);

  for (guint i = 0; i < jobs->len; i++)
    print_end (cli, g_ptr_array_index (jobs, i));
  status = status_of (&batch);
  answer (cli, &batch, status);
  return status;
}

int
hs_cli_run_plan (HsCli *cli,
                 const char *what,
                 const HsSelection *selection,
                 const HsRequestOptions *options,
                 gboolean dry_run,
                 gboolean plan)
{
  HsRequestOptions dry = *options;

  if (!dry_run || plan)
    return hs_cli_run_jobs (cli, what, selection, options, plan);
  dry.of = what;
  return hs_cli_run_jobs (cli, "dry-run", selection, &dry, FALSE);
}

int
hs_cli_simple_job (HsCli *cli, const HsCommand *command, const char *what, int argc, char **argv)
{
  HsSelection selection = { NULL };
  HsRequestOptions options = { NULL };
  gboolean replug = FALSE;
  const GOptionEntry entries[] = {
    { "replug", 0, 0, G_OPTION_ARG_NONE, &replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, command, entries, &selection, &argc, &argv, &status)) {
    options.replug = replug;
    if (hs_cli_open (cli, FALSE, &status))
      status = hs_cli_run_jobs (cli, what, &selection, &options, FALSE);
  }
  hs_selection_clear (&selection);
  return status;
}
