/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/protection.h"
#include "flash/option-block.h"
#include "store/catalog-protection.h"
#include "store/kinds.h"
#include "store/payload.h"
#include "tests/tool-rig.h"

#include <string.h>

/* Readout protection as jobs on simulated chips: what is sent, what the journal knows when, and
 * what is refused. */

static const char *const natives[] = { "OPENMV2", "OPENMV3" };

static char *
key_of (JobRig *rig)
{
  return g_strconcat ("stm32:", hs_sim_camera_get_id (job_rig_camera (rig, 0)), NULL);
}

/* What hands do. */
static void
power_up (JobRig *rig, gboolean jumper)
{
  hs_sim_bus_unplug (rig->bus, 0);
  hs_sim_bus_set_jumper (rig->bus, 0, jumper);
  hs_sim_bus_plug (rig->bus, 0);
  hs_sim_bus_settle (rig->bus, 0);
}

/* A job about the unit, confirmed as it has to be. */
static void
prepare (JobRun *run, JobRig *rig, const char *what)
{
  g_autofree char *unit = key_of (rig);

  job_run_init (run, rig, 0, what);
  run->work->options.unit = g_strdup (unit);
  run->work->options.confirmed = hs_protection_make_ending (rig->catalog, unit, NULL);
  run->work->options.spare = TRUE;
}

static void
do_job (JobRig *rig, const char *what, HsOutcome outcome, const char *code)
{
  g_auto (JobRun) run = { 0 };

  prepare (&run, rig, what);
  job_run_go (&run);
  job_run_assert_ended (&run, outcome, code);
  g_assert_true (run.end.recorded);
}

/* Its unit is known to the catalog. */
static void
rig_init (JobRig *rig, const char *board)
{
  job_rig_init (rig, board);
  do_job (rig, "audit", HS_OUTCOME_PASSED, NULL);
}

static char *
dup_fact (JobRig *rig, const char *kind, const char *member)
{
  g_autofree char *unit = key_of (rig);
  g_autoptr (GPtrArray) entries = hs_catalog_list_about (rig->catalog, unit, kind, 1, NULL);
  g_autoptr (JsonObject) payload = NULL;

  if (entries->len == 0)
    return NULL;
  payload = hs_payload_parse (hs_entry_get_payload (entries->pdata[0]));
  if (member == NULL)
    return g_strdup (hs_entry_get_id (entries->pdata[0]));
  return g_strdup (hs_payload_get_text (payload, member));
}

static char *
dup_block (JobRig *rig)
{
  g_autoptr (GBytes) options = hs_sim_camera_dup_options (job_rig_camera (rig, 0));
  const HsOptionLayout *layout = hs_option_layout_by_mcu (rig->board->mcu);

  return hs_option_block_to_hex (g_bytes_get_data (options, NULL), layout->size);
}

static HsProtectionRecord *
get_record (JobRig *rig)
{
  g_autofree char *unit = key_of (rig);
  g_autoptr (GError) error = NULL;
  HsProtectionRecord *record = hs_protection_get_record (rig->catalog, unit, &error);

  g_assert_no_error (error);
  return record;
}

/* --- setting it --- */

static void
assert_changed (GBytes *before, GBytes *after, gboolean complement)
{
  gsize size;
  const guint8 *a = g_bytes_get_data (before, &size);
  const guint8 *b = g_bytes_get_data (after, NULL);

  for (gsize i = 0; i < size; i++) {
    if (i == 1)
      g_assert_cmphex (b[i], ==, 0xbb);
    else if (i == 3 && complement)
      g_assert_cmphex (b[i], ==, 0x44);
    else
      g_assert_cmphex (b[i], ==, a[i]);
  }
}

static void
test_protect (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_autoptr (GBytes) before = NULL, after = NULL;
  g_autofree char *old = NULL, *kept = NULL, *new = NULL, *sent = NULL, *subject = NULL;
  g_autoptr (HsProtectionRecord) written = NULL, observed = NULL;

  rig_init (&rig, board);
  before = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
  old = dup_block (&rig);
  power_up (&rig, TRUE);
  do_job (&rig, "protect", HS_OUTCOME_PASSED, NULL);

  after = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
  assert_changed (before, after, g_str_equal (board, "OPENMV3"));
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig, 0)), ==, 1);
  new = dup_block (&rig);
  kept = dup_fact (&rig, HS_KIND_PROTECTION_REQUESTED, "before");
  sent = dup_fact (&rig, HS_KIND_PROTECTION_WRITTEN, "options");
  g_assert_cmpstr (kept, ==, old);
  g_assert_cmpstr (sent, ==, new);

  /* Written is not observed: what was seen last was level 0. */
  written = get_record (&rig);
  g_assert_cmpint (written->requested.level, ==, 1);
  g_assert_cmpint (written->written.level, ==, 1);
  g_assert_cmpint (written->observed.level, ==, 0);
  g_assert_cmpint (written->requested.time_us, <=, written->written.time_us);
  g_assert_cmpint (written->observed.time_us, <=, written->requested.time_us);

  power_up (&rig, FALSE);
  do_job (&rig, "observe-protection", HS_OUTCOME_PASSED, NULL);
  observed = get_record (&rig);
  g_assert_cmpint (observed->observed.level, ==, 1);
  g_assert_cmpint (observed->observed.time_us, >=, written->written.time_us);
}

static const char *
state_of (GPtrArray *doors, HsDoor door)
{
  return hs_door_state_name (((HsDoorLine *) doors->pdata[door])->state);
}

static void
test_doors (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_autofree char *unit = NULL;
  g_autofree char *consequence = NULL;
  g_autoptr (GPtrArray) open = NULL, closed = NULL;

  rig_init (&rig, board);
  unit = key_of (&rig);
  power_up (&rig, TRUE);
  do_job (&rig, "audit", HS_OUTCOME_PASSED, NULL);
  open = hs_protection_list_doors (rig.catalog, unit, rig.board, NULL, NULL);
  g_assert_cmpstr (state_of (open, HS_DOOR_ROM), ==, "open");
  g_assert_cmpstr (state_of (open, HS_DOOR_DEBUG_PORT), ==, "open");
  g_assert_cmpstr (state_of (open, HS_DOOR_BOOTLOADER), ==, "open"); /* by the audit before */

  do_job (&rig, "protect", HS_OUTCOME_PASSED, NULL);
  power_up (&rig, FALSE);
  do_job (&rig, "audit", HS_OUTCOME_PASSED, NULL);
  power_up (&rig, TRUE);
  do_job (&rig, "audit", HS_OUTCOME_PASSED, NULL);
  closed = hs_protection_list_doors (rig.catalog, unit, rig.board, NULL, NULL);
  g_assert_cmpstr (state_of (closed, HS_DOOR_ROM), ==, "closed");
  g_assert_cmpstr (state_of (closed, HS_DOOR_DEBUG_PORT), ==, "not-checked");
  g_assert_cmpstr (state_of (closed, HS_DOOR_BOOTLOADER), ==, "open");
  consequence = hs_protection_consequence (rig.board, closed);
  g_assert_true (g_str_has_prefix (consequence, "Readout protection is on, and it does not help"));
}

/* Seen by the ROM, with a unit that hands its level to nobody. */
static void
test_observe_rom (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_autofree char *evidence = NULL;
  g_autoptr (HsProtectionRecord) record = NULL;

  rig_init (&rig, board);
  power_up (&rig, TRUE);
  do_job (&rig, "protect", HS_OUTCOME_PASSED, NULL);
  power_up (&rig, FALSE);
  hs_sim_bus_set_fault (rig.bus, 0, "app_no_repl", 1);
  do_job (&rig, "observe-protection", HS_OUTCOME_REFUSED, "failed");
  power_up (&rig, TRUE);
  do_job (&rig, "observe-protection", HS_OUTCOME_PASSED, NULL);
  evidence = dup_fact (&rig, HS_KIND_PROTECTION_OBSERVED, "evidence");
  g_assert_cmpstr (evidence, ==, "rom-refuses");
  record = get_record (&rig);
  g_assert_cmpint (record->observed.level, ==, 1);

  /* A second time is refused, and nothing is sent. */
  do_job (&rig, "protect", HS_OUTCOME_REFUSED, "protected");
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig, 0)), ==, 1);
}

/* --- what is refused --- */

typedef struct {
  const char *board;
  gboolean jumper;
  const char *code;
  const char *confirmed; /* instead of the right one */
  const char *unit;      /* the same */
  const char *way;
  gboolean no_spare;
} Refusal;

/* clang-format off */
static const Refusal refusals[] = {
  { "OPENMV2", TRUE, "not-confirmed", "", NULL, NULL, FALSE },
  { "OPENMV2", TRUE, "not-confirmed", "12345678", NULL, NULL, FALSE },
  { "OPENMV2", TRUE, "not-confirmed", "200364500000", NULL, NULL, FALSE },
  { "OPENMV2", TRUE, "not-confirmed", NULL, NULL, NULL, TRUE },
  { "OPENMV2", FALSE, "not-possible", NULL, NULL, NULL, FALSE },
  { "OPENMV2", TRUE, "usage", NULL, NULL, "by-magic", FALSE },
  { "OPENMV4", TRUE, "not-offered", NULL, NULL, NULL, FALSE },
  { "OPENMV4P", TRUE, "not-offered", NULL, NULL, "rom", FALSE },
  { "OPENMV_N6", FALSE, "not-offered", NULL, NULL, NULL, FALSE },
  { "OPENMV_RT1060", FALSE, "not-offered", NULL, NULL, NULL, FALSE },
  { "OPENMV_AE3", FALSE, "not-offered", NULL, NULL, NULL, FALSE },
  { "ARDUINO_PORTENTA_H7", FALSE, "not-offered", NULL, NULL, NULL, FALSE },
  { "ARDUINO_NANO_RP2040_CONNECT", FALSE, "not-offered", NULL, NULL, "swd-openocd", FALSE },
};
/* clang-format on */

static void
test_refused (gconstpointer data)
{
  const Refusal *refusal = data;
  static const char *const jobs[] = { "protect", "unprotect" };

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };
    g_autoptr (GBytes) before = NULL, after = NULL;

    job_rig_init (&rig, refusal->board);
    if (rig.board->protection == HS_PROTECTION_RDP)
      do_job (&rig, "audit", HS_OUTCOME_PASSED, NULL);
    if (refusal->jumper)
      power_up (&rig, TRUE);
    before = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
    prepare (&run, &rig, jobs[i]);
    run.work->options.way = refusal->way;
    run.work->options.spare = !refusal->no_spare;
    if (refusal->confirmed != NULL) {
      g_free (run.work->options.confirmed);
      run.work->options.confirmed = g_strdup (refusal->confirmed);
    }
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_REFUSED, refusal->code);
    after = hs_sim_camera_dup_options (job_rig_camera (&rig, 0));
    g_assert_true (before == after || g_bytes_equal (before, after));
    g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig, 0)), ==, 0);
  }
}

/* The camera in the ROM can't show what the unit's id would make it show. */
static void
test_other_unit (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *other = NULL;

  rig_init (&rig, board);
  other = g_strdup ("stm32:111122223333444455556666");
  power_up (&rig, TRUE);
  prepare (&run, &rig, "protect");
  {
    g_autofree char *payload = g_strdup_printf (
        "{\"v\":1,\"board\":\"%s\",\"identities\":[{\"scheme\":\"stm32\",\"value\":"
        "\"111122223333444455556666\",\"strength\":\"proven\",\"evidence\":\"bootloader\"}]}",
        (const char *) board);
    const HsFact fact = { HS_KIND_UNIT_SEEN, "unit:stm32:111122223333444455556666", payload };

    g_assert_true (hs_catalog_append (rig.catalog, &fact, 1, NULL, NULL));
  }
  g_free (run.work->options.unit);
  run.work->options.unit = g_strdup (other);
  g_free (run.work->options.confirmed);
  run.work->options.confirmed = g_strdup ("55556666");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "another-unit");
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig, 0)), ==, 0);
}

/* Read and shown; no native path writes it. */
static void
test_h7_is_shown (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *block = NULL;

  rig_init (&rig, "OPENMV4");
  block = dup_block (&rig);
  power_up (&rig, TRUE);
  prepare (&run, &rig, "audit");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  g_assert_cmpstr (run.work->option_bytes, ==, block);
  g_assert_cmpint (run.work->level, ==, 0);
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig, 0)), ==, 0);
}

/* --- power cut between any two requests --- */

/* Of this run. */
static char *
dup_own_fact (JobRig *rig, JobRun *run, const char *kind, const char *member)
{
  g_autofree char *by = dup_fact (rig, kind, "run");

  return g_strcmp0 (by, run->work->run) == 0 ? dup_fact (rig, kind, member) : NULL;
}

/* Whatever happened: what was changed was in the journal before, what is called written was sent,
 * and nothing is called observed that was not. Never another byte, never level 2. */
static void
assert_known (JobRig *rig, JobRun *run, const char *old)
{
  g_autofree char *block = dup_block (rig);
  g_autofree char *kept = dup_own_fact (rig, run, HS_KIND_PROTECTION_REQUESTED, "before");
  g_autofree char *written = dup_own_fact (rig, run, HS_KIND_PROTECTION_WRITTEN, "options");
  g_autoptr (HsProtectionRecord) record = get_record (rig);

  g_assert_true (run->end.recorded);
  g_assert_cmphex (hs_sim_camera_get_rdp (job_rig_camera (rig, 0)), !=, 0xcc);
  if (!g_str_equal (block, old))
    g_assert_cmpstr (kept, ==, old);
  if (written != NULL)
    g_assert_cmpstr (written, ==, block);
  if (run->end.outcome == HS_OUTCOME_PASSED)
    g_assert_nonnull (written);
  else
    g_assert_nonnull (run->end.problem);
  g_assert_cmpint (record->observed.level, ==, 0);
}

static void
test_cut_anywhere (gconstpointer board)
{
  static const char *const faults[] = { "unplug_at", "stall_at", "lose_answer_at" };

  g_auto (JobRig) rig = { 0 };
  g_autofree char *old = NULL;

  rig_init (&rig, board);
  old = dup_block (&rig);
  for (guint f = 0; f < G_N_ELEMENTS (faults); f++)
    for (guint n = 1;; n++) {
      g_auto (JobRun) run = { 0 };
      gboolean through;

      job_rig_renew_bus (&rig, HS_MODE_APP);
      power_up (&rig, TRUE);
      prepare (&run, &rig, "protect");
      hs_sim_bus_set_fault (rig.bus, 0, faults[f], n);
      job_run_go (&run);
      through = hs_sim_bus_get_fault (rig.bus, 0, faults[f]) > 0;
      assert_known (&rig, &run, old);
      if (!through)
        continue;
      g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_PASSED);
      break;
    }
}

/* --- taking it off --- */

static void
protect (JobRig *rig)
{
  power_up (rig, TRUE);
  do_job (rig, "protect", HS_OUTCOME_PASSED, NULL);
  power_up (rig, TRUE);
}

static void
test_unprotect (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (HsProtectionRecord) record = NULL;
  g_autofree char *unit = NULL;
  g_autoptr (HsUnit) known = NULL;
  const HsPartition *firmware;
  g_autoptr (GBytes) start = NULL;
  const guint8 *data;

  rig_init (&rig, board);
  protect (&rig);
  do_job (&rig, "unprotect", HS_OUTCOME_PASSED, NULL);
  g_assert_cmphex (hs_sim_camera_get_rdp (job_rig_camera (&rig, 0)), ==, 0xaa);
  firmware = hs_board_find (rig.board, HS_ROLE_BOOTLOADER);
  start = hs_sim_camera_dup_start (job_rig_camera (&rig, 0), firmware, 64);
  data = g_bytes_get_data (start, NULL);
  for (guint i = 0; i < 64; i++)
    g_assert_cmphex (data[i], ==, 0xff);

  /* The catalog does not believe in what was erased. */
  unit = key_of (&rig);
  known = hs_catalog_get_unit (rig.catalog, unit, NULL);
  for (guint i = 0; i < hs_unit_get_n_contents (known); i++)
    g_assert_cmpstr (hs_unit_get_content (known, i)->state, ==, "unknown");
  record = get_record (&rig);
  g_assert_cmpint (record->written.level, ==, 0);

  hs_sim_bus_settle (rig.bus, 0);
  do_job (&rig, "observe-protection", HS_OUTCOME_PASSED, NULL);
}

/* A chip that can be read is never sent 0x92. */
static void
test_unprotect_refused (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };
  g_autoptr (GPtrArray) requests = NULL;
  g_autofree char *unit = NULL;

  rig_init (&rig, board);
  power_up (&rig, TRUE);
  do_job (&rig, "unprotect", HS_OUTCOME_REFUSED, "never-written");
  g_assert_cmpuint (hs_sim_camera_get_n_unprotects (job_rig_camera (&rig, 0)), ==, 0);
  unit = key_of (&rig);
  requests = hs_catalog_list_about (rig.catalog, unit, HS_KIND_PROTECTION_REQUESTED, 0, NULL);
  g_assert_cmpuint (requests->len, ==, 0);
}

static void
test_unprotect_cut_anywhere (gconstpointer board)
{
  g_auto (JobRig) rig = { 0 };

  rig_init (&rig, board);
  for (guint n = 1;; n++) {
    g_auto (JobRun) run = { 0 };
    g_autofree char *asked = NULL;
    guint n_sent;

    job_rig_renew_bus (&rig, HS_MODE_APP);
    protect (&rig);
    prepare (&run, &rig, "unprotect");
    hs_sim_bus_set_fault (rig.bus, 0, "unplug_at", n);
    job_run_go (&run);
    n_sent = hs_sim_camera_get_n_unprotects (job_rig_camera (&rig, 0));
    g_assert_cmpuint (n_sent, <=, 1);
    g_assert_cmpuint (hs_sim_camera_get_n_needless_unprotects (job_rig_camera (&rig, 0)), ==, 0);
    asked = dup_own_fact (&rig, &run, HS_KIND_PROTECTION_REQUESTED, "way");
    if (n_sent > 0)
      g_assert_cmpstr (asked, ==, "rom");
    if (hs_sim_bus_get_fault (rig.bus, 0, "unplug_at") == 0)
      continue;
    g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_PASSED);
    break;
  }
}

/* --- through a debug probe: the only way for an H7 --- */

static void
do_by_probe (JobRig *rig, const char *what, const char *way, HsOutcome outcome, const char *code)
{
  g_auto (JobRun) run = { 0 };

  prepare (&run, rig, what);
  run.work->options.way = way;
  job_run_go (&run);
  job_run_assert_ended (&run, outcome, code);
}

/* The stand-in keeps the level; the simulated chip is not its. */
static void
test_by_probe (gconstpointer way)
{
  g_auto (ToolRig) rig = { 0 };
  g_autoptr (HsProtectionRecord) set = NULL, off = NULL;
  g_autofree char *evidence = NULL;

  tool_rig_init (&rig, "OPENMV4");
  do_job (&rig.job, "audit", HS_OUTCOME_PASSED, NULL);
  do_by_probe (&rig.job, "unprotect", way, HS_OUTCOME_REFUSED, "never-written");
  do_by_probe (&rig.job, "protect", way, HS_OUTCOME_PASSED, NULL);
  set = get_record (&rig.job);
  g_assert_cmpint (set->requested.level, ==, 1);
  g_assert_cmpint (set->written.level, ==, 1);
  g_assert_cmpint (set->observed.level, ==, 0);
  evidence = dup_fact (&rig.job, HS_KIND_PROTECTION_OBSERVED, "evidence");
  g_assert_cmpstr (evidence, ==, "tool");

  do_by_probe (&rig.job, "protect", way, HS_OUTCOME_REFUSED, "protected");
  do_by_probe (&rig.job, "unprotect", way, HS_OUTCOME_PASSED, NULL);
  off = get_record (&rig.job);
  g_assert_cmpint (off->written.level, ==, 0);
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (job_rig_camera (&rig.job, 0)), ==, 0);
}

/* A program that fails leaves what was asked for, and nothing that was written. */
static void
test_probe_fails (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_autoptr (HsProtectionRecord) record = NULL;

  tool_rig_init (&rig, "OPENMV4");
  do_job (&rig.job, "audit", HS_OUTCOME_PASSED, NULL);
  g_setenv ("HOTSHOE_STANDIN", "cli-fail", TRUE);
  do_by_probe (&rig.job, "protect", "swd-programmer", HS_OUTCOME_FAILED, "tool-failed");
  g_unsetenv ("HOTSHOE_STANDIN");
  record = get_record (&rig.job);
  g_assert_cmpint (record->requested.level, ==, 1);
  g_assert_cmpint (record->written.level, ==, -1);
}

int
main (int argc, char **argv)
{
  g_setenv ("XDG_CONFIG_HOME", "/nonexistent", TRUE); /* no program that somebody chose */
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (natives); i++) {
    const struct {
      const char *name;
      GTestDataFunc func;
    } tests[] = {
      { "protect", test_protect },
      { "doors", test_doors },
      { "observe-rom", test_observe_rom },
      { "other-unit", test_other_unit },
      { "cut-anywhere", test_cut_anywhere },
      { "unprotect", test_unprotect },
      { "unprotect-refused", test_unprotect_refused },
      { "unprotect-cut-anywhere", test_unprotect_cut_anywhere },
    };

    for (guint k = 0; k < G_N_ELEMENTS (tests); k++) {
      g_autofree char *path = g_strdup_printf ("/protect/%s/%s", natives[i], tests[k].name);

      g_test_add_data_func (path, natives[i], tests[k].func);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    g_autofree char *path = g_strdup_printf ("/protect/refused/%u-%s", i, refusals[i].board);

    g_test_add_data_func (path, &refusals[i], test_refused);
  }
  g_test_add_func ("/protect/h7-is-shown", test_h7_is_shown);
  g_test_add_data_func ("/protect/by-programmer", "swd-programmer", test_by_probe);
  g_test_add_data_func ("/protect/by-openocd", "swd-openocd", test_by_probe);
  g_test_add_func ("/protect/probe-fails", test_probe_fails);
  return g_test_run ();
}
