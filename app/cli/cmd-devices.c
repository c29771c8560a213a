/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"
#include "flash/method.h"

#include <glib/gi18n-lib.h>

/* "1.0.3"; releases up to 4.8.0 all send 0x0200, which only says "old". */
static char *
bootloader_version (HsDevice *device)
{
  guint16 bcd = hs_device_get_bcd_device (device);

  if (hs_device_get_mode (device) != HS_MODE_DFU)
    return NULL;
  if (bcd == 0x0200)
    return g_strdup ("old");
  return g_strdup_printf ("%u.%u.%u", bcd >> 8, (bcd >> 4) & 15u, bcd & 15u);
}

/* What the firmware answered; @job: (nullable). */
static void
add_version (JsonObject *object, HsJob *job)
{
  const HsVersion *version = job != NULL ? hs_job_get_version (job) : NULL;
  JsonObject *member;

  if (version == NULL || version->kind == HS_VERSION_NONE) {
    json_object_set_null_member (object, "version");
    return;
  }
  member = json_object_new ();
  json_object_set_string_member (member, "kind", hs_version_kind_name (version->kind));
  hs_json_set_string (member, "reported", version->text);
  json_object_set_object_member (object, "version", member);
}

/* The job that asked this camera; (transfer none) (nullable). */
static HsJob *
find_job (GPtrArray *jobs, HsDevice *device)
{
  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    if (hs_job_get_device (g_ptr_array_index (jobs, i)) == device)
      return g_ptr_array_index (jobs, i);
  return NULL;
}

/* Opens the serial port of every camera whose firmware runs, and asks; (transfer full). */
static GPtrArray *
probe_all (HsCli *cli)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (cli->session));
  GPtrArray *jobs = g_ptr_array_new_with_free_func (g_object_unref);
  const HsRequestOptions options = { NULL };

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    HsJob *job;

    if (hs_device_get_board (device) == NULL || hs_device_get_mode (device) != HS_MODE_APP ||
        hs_device_get_problem (device) != HS_DEVICE_OK)
      continue;
    job = hs_session_start (cli->session, "probe", device, &options, NULL);
    if (job != NULL)
      g_ptr_array_add (jobs, job);
  }
  hs_session_drain (cli->session);
  return jobs;
}

/* We or another tool left it there, and it stays until somebody says otherwise. */
static gboolean
is_held (HsDevice *device)
{
  const HsBoard *board = hs_device_get_board (device);

  return board != NULL && board->method != NULL && (board->method->flags & HS_METHOD_HOLDS) &&
         hs_device_get_mode (device) == HS_MODE_DFU &&
         hs_device_get_problem (device) == HS_DEVICE_OK;
}

static const char *
explain_problem (HsDeviceProblem problem)
{
  switch (problem) {
  case HS_DEVICE_NO_ACCESS:
    return _ ("may not be opened here: `hotshoe doctor` says why");
  case HS_DEVICE_NO_METHOD:
    return _ ("can't be flashed");
  case HS_DEVICE_AMBIGUOUS:
    return _ ("several boards look like this: plug it in again, or name its build with --build");
  case HS_DEVICE_UNWATCHED:
    return _ ("which unit it is can't be seen: plug it in again, or flash it");
  case HS_DEVICE_OK:
    break;
  }
  return NULL;
}

/* That it is held, and what to do about that. */
static void
append_held (GString *text, HsDevice *device, HsUnit *unit)
{
  const char *port = hs_device_get_port (device);

  if (!is_held (device))
    return;
  if (unit != NULL && hs_unit_has_unknown (unit))
    g_string_append_printf (
        text, _ ("  a write broke off, it stays in its bootloader: flash it, --port %s"), port);
  else
    g_string_append_printf (
        text, _ ("  held in its bootloader: `hotshoe leave --port %s` starts it"), port);
}

/* The port, which --port wants, the board, the mode, the serial; then what is known beyond that. */
static char *
describe_in_words (HsDevice *device, HsSlot *slot, HsUnit *unit, HsJob *job)
{
  const char *problem = explain_problem (hs_device_get_problem (device));
  const HsVersion *version = job != NULL ? hs_job_get_version (job) : NULL;
  const HsBoard *board = hs_device_get_board (device);
  const char *serial = hs_device_get_serial (device);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
                          "%-8s %-27s %-8s %s",
                          hs_device_get_port (device),
                          board != NULL ? _ (board->name) : _ ("unknown board"),
                          hs_mode_name (hs_device_get_mode (device)),
                          serial != NULL ? serial : "-");
  if (unit != NULL)
    g_string_append_printf (text,
                            "  %s",
                            hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit)
                                                             : hs_unit_get_id (unit));
  if (version != NULL && version->text != NULL)
    g_string_append_printf (text, "  %s", version->text);
  if (slot == NULL)
    g_string_append_printf (text, "  (%s)", _ ("ignored port"));
  else if (hs_slot_get_named (slot))
    g_string_append_printf (text, "  (%s)", hs_slot_get_name (slot));
  if (problem != NULL)
    g_string_append_printf (text, "  %s", problem);
  append_held (text, device, unit);
  return g_string_free (text, FALSE);
}

static JsonObject *
describe (HsCli *cli, HsDevice *device, GPtrArray *jobs, char **text)
{
  HsJob *job = find_job (jobs, device);
  const HsBoard *board = hs_device_get_board (device);
  HsSlot *slot = hs_session_find_slot (cli->session, hs_device_get_port (device));
  HsIdentityStrength strength = hs_device_get_strength (device);
  g_autofree char *bootloader = bootloader_version (device);
  g_autoptr (HsUnit) unit = NULL;
  g_autofree char *key = NULL;
  const char *problem = NULL;
  JsonObject *object = json_object_new ();
  gboolean suggested;

  key = hs_cli_unit_of (cli, device, &suggested);
  if (key != NULL)
    unit = hs_catalog_get_unit (hs_session_get_catalog (cli->session), key, NULL);
  if (hs_device_get_problem (device) != HS_DEVICE_OK)
    problem = hs_device_problem_name (hs_device_get_problem (device));

  hs_json_set_string (object, "id", hs_device_get_key (device));
  json_object_set_string_member (object, "identity", hs_identity_strength_name (strength));
  hs_json_set_string (object, "usb_serial", hs_device_get_serial (device));
  hs_json_set_string (object, "board", board != NULL ? board->id : NULL);
  json_object_set_string_member (object, "mode", hs_mode_name (hs_device_get_mode (device)));
  json_object_set_boolean_member (object, "held", is_held (device));
  json_object_set_string_member (object, "port", hs_device_get_port (device));
  hs_json_set_string (
      object, "slot", slot != NULL && hs_slot_get_named (slot) ? hs_slot_get_name (slot) : NULL);
  hs_json_set_string (object, "bootloader", bootloader);
  hs_json_set_string (object, "unit", unit != NULL ? hs_unit_get_id (unit) : NULL);
  hs_json_set_string (object, "problem", problem);
  if (jobs != NULL)
    add_version (object, job);

  *text = describe_in_words (device, slot, unit, job);
  return object;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  JsonArray *devices;
  JsonObject *object;
  GListModel *monitor;
  gboolean probe = FALSE;
  const GOptionEntry entries[] = {
    { "probe", 0, 0, G_OPTION_ARG_NONE, &probe, NULL, NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) jobs = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_devices, entries, NULL, &argc, &argv, &status) ||
      !hs_cli_open (cli, !probe, &status))
    return status;
  if (probe)
    jobs = probe_all (cli);

  monitor = G_LIST_MODEL (hs_session_get_monitor (cli->session));
  devices = json_array_new ();
  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    g_autofree char *text = NULL;

    json_array_add_object_element (devices, describe (cli, device, jobs, &text));
    hs_cli_print (cli, "%s", text);
  }
  if (g_list_model_get_n_items (monitor) == 0)
    hs_cli_print (cli, _ ("No camera is attached."));

  object = json_object_new ();
  json_object_set_array_member (object, "devices", devices);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_devices = {
  .name = "devices",
  .summary = N_ ("List the cameras that are attached; opens none of them"),
  .usage = "[--probe]",
  .help =
      N_ ("  --probe             open the serial port of running cameras, ask for version and id"),
  .run = run,
};
