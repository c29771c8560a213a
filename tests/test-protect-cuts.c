/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/protection.h"
#include "flash/identity.h"
#include "store/catalog-protection.h"
#include "store/kinds.h"
#include "store/payload.h"
#include "tests/job-rig.h"

#include <string.h>

/* Readout protection as a job: what is sent to which camera, and what the journal knows when the
 * cable comes out between any two requests. */

/* --- a camera in its ROM, and who it is --- */

static char *
key_of (JobRig *rig, guint n)
{
  return g_strconcat ("stm32:", hs_sim_camera_get_id (job_rig_camera (rig, n)), NULL);
}

/* As an earlier job would have written it down. */
static void
add_unit (JobRig *rig, const char *key)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  g_auto (GStrv) forms = hs_identity_all_forms (key);
  g_autoptr (GString) payload = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  HsFact fact = { HS_KIND_UNIT_SEEN, subject, NULL };

  g_string_append_printf (payload, "{\"v\":1,\"board\":\"%s\",\"identities\":[", rig->board->id);
  for (guint i = 0; forms[i] != NULL; i++) {
    char *value = strchr (forms[i], ':');

    *value = '\0';
    g_string_append_printf (payload,
                            "%s{\"scheme\":\"%s\",\"value\":\"%s\",\"strength\":\"%s\","
                            "\"evidence\":\"bootloader\"}",
                            i == 0 ? "" : ",",
                            forms[i],
                            value + 1,
                            i == 0 ? "proven" : "suggested");
  }
  g_string_append (payload, "]}");
  fact.payload = payload->str;
  hs_catalog_append (rig->catalog, &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

static void
plug (JobRig *rig, guint n, gboolean jumper)
{
  hs_sim_bus_unplug (rig->bus, n);
  hs_sim_bus_set_jumper (rig->bus, n, jumper);
  hs_sim_bus_plug (rig->bus, n);
  hs_sim_bus_settle (rig->bus, n);
}

/* A new camera; its unit is known from the first time on. */
static void
renew (JobRig *rig, gboolean is_protected)
{
  g_autofree char *key = NULL;
  g_autoptr (HsUnit) unit = NULL;

  job_rig_renew_bus (rig, HS_MODE_APP);
  key = key_of (rig, 0);
  unit = hs_catalog_get_unit (rig->catalog, key, NULL);
  if (unit == NULL)
    add_unit (rig, key);
  if (is_protected)
    hs_sim_bus_break (rig->bus, 0, HS_SIM_CONDITION_PROTECTED);
  plug (rig, 0, TRUE);
}

static void
rig_set_up (JobRig *rig, const char *board, gboolean is_protected)
{
  job_rig_init (rig, board);
  renew (rig, is_protected);
}

/* With all that it asks for. */
static void
run_init (JobRun *run, JobRig *rig, const char *what)
{
  g_autofree char *key = key_of (rig, 0);

  job_run_init (run, rig, 0, what);
  run->work->options.unit = g_strdup (key);
  run->work->options.confirmed = hs_protection_make_ending (rig->catalog, key, NULL);
  run->work->options.spare = TRUE;
}

static HsProtectionRecord *
get_record (JobRig *rig)
{
  g_autofree char *key = key_of (rig, 0);
  g_autoptr (GError) error = NULL;
  HsProtectionRecord *record = hs_protection_get_record (rig->catalog, key, &error);

  g_assert_no_error (error);
  return record;
}

static void
assert_record (JobRig *rig, int requested, int written, int observed)
{
  g_autoptr (HsProtectionRecord) record = get_record (rig);

  g_assert_cmpint (record->requested.level, ==, requested);
  g_assert_cmpint (record->written.level, ==, written);
  g_assert_cmpint (record->observed.level, ==, observed);
}

/* How many entries of @kind the run made; @payload: (out) (optional): of the last one. */
static guint
count_of_run (JobRun *run, const char *kind, JsonObject **payload)
{
  g_autofree char *key = key_of (run->rig, run->n);
  g_autoptr (GPtrArray) entries = hs_catalog_list_about (run->rig->catalog, key, kind, 0, NULL);
  guint n = 0;

  for (guint i = 0; i < entries->len; i++) {
    g_autoptr (JsonObject) object = hs_payload_parse (hs_entry_get_payload (entries->pdata[i]));

    if (g_strcmp0 (hs_payload_get_text (object, "run"), run->work->run) != 0)
      continue;
    if (n++ == 0 && payload != NULL)
      *payload = json_object_ref (object);
  }
  return n;
}

static char *
to_hex (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

/* --- what is seen --- */

/* What firmware does not tell was not seen, and what was seen before stays. */
static void
test_not_told (void)
{
  g_auto (JobRig) rig = { 0 };

  rig_set_up (&rig, "OPENMV2", TRUE);
  {
    g_auto (JobRun) run = { 0 };

    run_init (&run, &rig, "observe-protection");
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  }
  assert_record (&rig, -1, -1, 1);
  plug (&rig, 0, FALSE);
  hs_sim_bus_set_fault (rig.bus, 0, "app_no_repl", 1);
  {
    g_auto (JobRun) run = { 0 };

    run_init (&run, &rig, "observe-protection");
    job_run_go (&run);
    g_assert_cmpint (run.end.outcome, !=, HS_OUTCOME_PASSED);
    g_test_message ("%s", run.end.problem->message);
    g_assert_cmpuint (count_of_run (&run, HS_KIND_PROTECTION_OBSERVED, NULL), ==, 0);
  }
  assert_record (&rig, -1, -1, 1);
}

static void
request (JobRig *rig, const char *payload)
{
  g_autofree char *key = key_of (rig, 0);
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  const HsFact fact = { HS_KIND_PROTECTION_REQUESTED, subject, payload };
  g_autoptr (GError) error = NULL;

  hs_catalog_append (rig->catalog, &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

/* What was asked for and is not so is no success. */
static void
test_differs (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_set_up (&rig, "OPENMV2", FALSE);
  request (&rig, "{\"v\":1,\"run\":\"r\",\"level\":1,\"way\":\"rom\"}");
  run_init (&run, &rig, "observe-protection");
  job_run_go (&run);
  g_assert_cmpint (run.end.outcome, !=, HS_OUTCOME_PASSED);
  assert_record (&rig, 1, -1, 0);
}

static void
assert_rom_door (JobRig *rig, const char *state)
{
  g_autofree char *key = key_of (rig, 0);
  g_autoptr (GPtrArray) doors =
      hs_protection_list_doors (rig->catalog, key, rig->board, NULL, NULL);
  const HsDoorLine *line = doors->pdata[HS_DOOR_ROM];

  g_assert_cmpstr (hs_door_state_name (line->state), ==, state);
}

/* What was closed when somebody looked is not called so once it was asked to be opened. */
static void
test_stale (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_set_up (&rig, "OPENMV2", TRUE);
  run_init (&run, &rig, "audit");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  assert_rom_door (&rig, "closed");
  request (&rig, "{\"v\":1,\"run\":\"r\",\"level\":0,\"way\":\"rom\"}");
  assert_rom_door (&rig, "not-checked");
}

/* All H7 show one serial in their ROM: what it does closes no unit's door, and how it is known that
 * this was the unit is said. */
static void
test_constant_serial (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (HsProtectionRecord) record = NULL;

  rig_set_up (&rig, "OPENMV4", TRUE);
  run_init (&run, &rig, "observe-protection");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  record = get_record (&rig);
  g_assert_cmpint (record->observed.level, ==, 1);
  g_assert_nonnull (strstr (record->observed.proof, "only said to be this unit"));
  assert_rom_door (&rig, "not-checked");
}

/* --- a cut between any two requests --- */

typedef struct {
  const char *board;
  const char *what;
  const char *fault;
} Cut;

static const Cut cuts[] = {
  { "OPENMV2", "protect", "unplug_at" },      { "OPENMV2", "protect", "stall_at" },
  { "OPENMV2", "protect", "lose_answer_at" }, { "OPENMV3", "protect", "unplug_at" },
  { "OPENMV3", "protect", "stall_at" },       { "OPENMV2", "unprotect", "unplug_at" },
  { "OPENMV2", "unprotect", "stall_at" },     { "OPENMV3", "unprotect", "unplug_at" },
};

static gboolean
is_erased (JobRun *run)
{
  const HsPartition *partition = hs_board_find (run->rig->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GBytes) now =
      hs_sim_camera_dup_start (job_rig_camera (run->rig, run->n), partition, 4096);
  g_autoptr (GBytes) before = g_bytes_new_from_bytes (run->before[HS_ROLE_BOOTLOADER], 0, 4096);

  return !g_bytes_equal (now, before);
}

/* Changed only with a word before; written only what is so; seen only by looking. */
static void
assert_known (JobRun *run, GBytes *options)
{
  HsSimCamera *camera = job_rig_camera (run->rig, run->n);
  g_autoptr (GBytes) now = hs_sim_camera_dup_options (camera);
  g_autoptr (JsonObject) requested = NULL;
  guint n_requested = count_of_run (run, HS_KIND_PROTECTION_REQUESTED, &requested);
  guint n_written = count_of_run (run, HS_KIND_PROTECTION_WRITTEN, NULL);
  gboolean changed = !g_bytes_equal (now, options) || is_erased (run);

  g_assert_cmphex (hs_sim_camera_get_rdp (camera), !=, 0xcc);
  g_assert_true (!changed || n_requested == 1);
  g_assert_cmpuint (n_written, <=, n_requested);
  g_assert_true ((run->end.outcome == HS_OUTCOME_PASSED) == (n_written == 1));
  if (n_requested == 0)
    return;
  if (g_str_equal (run->work->what, "protect")) {
    g_autofree char *was = to_hex (options);

    g_assert_true (g_str_has_prefix (was, hs_payload_get_text (requested, "before")));
    g_assert_false (is_erased (run));
    g_assert_cmpuint (count_of_run (run, HS_KIND_PROTECTION_OBSERVED, NULL), ==, 0);
  } else {
    /* seen before it was erased, and all that was erased is unknown */
    g_assert_cmpuint (count_of_run (run, HS_KIND_PROTECTION_OBSERVED, NULL), ==, 1);
    if (is_erased (run))
      g_assert_cmpstr (job_run_content_state (run, HS_ROLE_BOOTLOADER), ==, "unknown");
  }
}

static void
test_cut (gconstpointer data)
{
  const Cut *cut = data;
  gboolean is_protected = g_str_equal (cut->what, "unprotect");
  g_auto (JobRig) rig = { 0 };
  gboolean whole = FALSE;

  job_rig_init (&rig, cut->board);
  for (guint n = 1; !whole; n++) {
    g_auto (JobRun) run = { 0 };
    g_autoptr (GBytes) options = NULL;
    guint before;

    renew (&rig, is_protected);
    options = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
    before = hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0));
    hs_sim_bus_set_fault (rig.bus, 0, cut->fault, before + n);
    run_init (&run, &rig, cut->what);
    job_run_go (&run);
    g_test_message ("%u: %s", n, hs_outcome_name (run.end.outcome));
    assert_known (&run, options);
    whole = hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0)) < before + n;
    if (whole)
      g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_PASSED);
    g_assert_cmpuint (n, <, 200);
  }
  job_rig_assert_whole (&rig);
}

/* --- what is not done --- */

static void
assert_nothing_sent (JobRun *run, GBytes *options)
{
  g_autoptr (GBytes) now = hs_sim_camera_dup_options (job_rig_camera (run->rig, run->n));

  g_assert_true (g_bytes_equal (now, options));
  g_assert_false (is_erased (run));
  g_assert_cmpuint (count_of_run (run, HS_KIND_PROTECTION_REQUESTED, NULL), ==, 0);
  g_assert_cmpuint (count_of_run (run, HS_KIND_PROTECTION_WRITTEN, NULL), ==, 0);
}

/* A chip that was not proven to be protected is not erased; nor is one protected twice. */
static void
test_needless (gconstpointer data)
{
  gboolean is_protected = g_str_equal (data, "protect");
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GBytes) options = NULL;

  rig_set_up (&rig, "OPENMV3", is_protected);
  options = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
  run_init (&run, &rig, data);
  job_run_go (&run);
  g_assert_cmpint (run.end.outcome, !=, HS_OUTCOME_PASSED);
  assert_nothing_sent (&run, options);
  assert_record (&rig, -1, -1, is_protected ? 1 : 0);
}

typedef struct {
  const char *board;
  const char *way;
  const char *confirmed; /* NULL: as it should be; "": nothing */
  gboolean no_spare;
  gboolean in_app;
  const char *code;
} Refusal;

static const Refusal refusals[] = {
  { "OPENMV2", NULL, "", FALSE, FALSE, "not-confirmed" },
  { "OPENMV2", NULL, "0000000", FALSE, FALSE, "not-confirmed" },
  { "OPENMV2", NULL, "200364500000", FALSE, FALSE, "not-confirmed" },
  { "OPENMV2", NULL, "OPENMV2", FALSE, FALSE, "not-confirmed" },
  { "OPENMV2", NULL, NULL, TRUE, FALSE, "not-confirmed" },
  { "OPENMV2", "jtag", NULL, FALSE, FALSE, "usage" },
  { "OPENMV2", NULL, NULL, FALSE, TRUE, "not-possible" },
  { "OPENMV4", NULL, NULL, FALSE, FALSE, "not-offered" },
  { "OPENMV4P", "rom", NULL, FALSE, FALSE, "not-offered" },
};

static void
test_refused (gconstpointer data)
{
  const char *what = data;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    const Refusal *r = &refusals[i];
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };
    g_autoptr (GBytes) options = NULL;
    guint before;

    rig_set_up (&rig, r->board, FALSE);
    if (r->in_app)
      plug (&rig, 0, FALSE);
    options = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
    before = hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0));
    run_init (&run, &rig, what);
    run.work->options.way = r->way;
    run.work->options.spare = !r->no_spare;
    if (r->confirmed != NULL) {
      g_free (run.work->options.confirmed);
      run.work->options.confirmed = g_strdup (r->confirmed);
    }
    job_run_go (&run);
    g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_REFUSED);
    g_assert_cmpstr (run.end.problem->code, ==, r->code);
    g_assert_cmpuint (hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0)), ==, before);
    assert_nothing_sent (&run, options);
  }
}

/* Another unit was confirmed than the one that is there, or two show the same. */
static void
test_wrong_unit (gconstpointer data)
{
  gboolean is_twin = data != NULL;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GBytes) options = NULL;
  g_autofree char *key = NULL;

  rig_set_up (&rig, "OPENMV2", FALSE);
  options = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
  key = key_of (&rig, 0);
  if (is_twin) /* a half of the middle word is in no sum that the ROM shows */
    key[strlen ("stm32:") + 12] = key[strlen ("stm32:") + 12] == '0' ? '1' : '0';
  else
    key[strlen (key) - 1] = key[strlen (key) - 1] == '0' ? '1' : '0';
  add_unit (&rig, key);
  run_init (&run, &rig, "protect");
  g_free (run.work->options.unit);
  g_free (run.work->options.confirmed);
  run.work->options.unit = g_strdup (key);
  run.work->options.confirmed = hs_protection_make_ending (rig.catalog, key, NULL);
  job_run_go (&run);
  g_test_message ("%s", run.end.problem != NULL ? run.end.problem->message : "?");
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "another-unit");
  assert_nothing_sent (&run, options);
}

static void
swap_cb (JobRun *run, guint step, gpointer user_data)
{
  hs_sim_bus_swap_ports (run->rig->bus, 0, 1);
}

/* Everything was confirmed and checked; then somebody plugs in another camera. */
static void
test_swapped (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GBytes) options = NULL;
  g_autoptr (GBytes) other = NULL;

  rig_set_up (&rig, "OPENMV2", FALSE);
  job_rig_add_camera (&rig, HS_MODE_APP);
  plug (&rig, 1, TRUE);
  options = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
  run_init (&run, &rig, "protect");
  run.on_step = swap_cb;
  job_run_go (&run);
  g_assert_cmpint (run.end.outcome, !=, HS_OUTCOME_PASSED);
  assert_nothing_sent (&run, options);
  other = hs_sim_camera_dup_options (job_rig_camera (&rig, 1));
  g_assert_true (g_bytes_equal (other, options));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protect-cuts/not-told", test_not_told);
  g_test_add_func ("/protect-cuts/differs", test_differs);
  g_test_add_func ("/protect-cuts/stale", test_stale);
  g_test_add_func ("/protect-cuts/constant-serial", test_constant_serial);
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++) {
    g_autofree char *path =
        g_strdup_printf ("/protect-cuts/cut/%s-%s-%s", cuts[i].what, cuts[i].board, cuts[i].fault);

    g_test_add_data_func (path, &cuts[i], test_cut);
  }
  g_test_add_data_func ("/protect-cuts/needless/protect", "protect", test_needless);
  g_test_add_data_func ("/protect-cuts/needless/unprotect", "unprotect", test_needless);
  g_test_add_data_func ("/protect-cuts/refused/protect", "protect", test_refused);
  g_test_add_data_func ("/protect-cuts/refused/unprotect", "unprotect", test_refused);
  g_test_add_data_func ("/protect-cuts/wrong-unit/other", NULL, test_wrong_unit);
  g_test_add_data_func ("/protect-cuts/wrong-unit/twin", "twin", test_wrong_unit);
  g_test_add_func ("/protect-cuts/swapped", test_swapped);
  return g_test_run ();
}
