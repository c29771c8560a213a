/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/saved-file.h"
#include "tests/job-rig.h"

#include "app/app-error.h"

#include <glib/gstdio.h>

/* What else is done to a camera, broken at every request: who reads changes nothing, who writes
 * touches nothing else, and flashing heals. */

#define ROUNDS_A_CATALOG 3

typedef struct {
  const char *what;
  const char *fault;
  gboolean overwrite;
  HsRole writes; /* the one partition that may change */
} Case;

static const Case cases[] = {
  { "compare", "unplug_at", FALSE, HS_ROLE_NONE },
  { "compare", "stall_at", FALSE, HS_ROLE_NONE },
  { "dry-run", "unplug_at", FALSE, HS_ROLE_NONE },
  { "read", "unplug_at", FALSE, HS_ROLE_NONE },
  { "reset-romfs", "unplug_at", FALSE, HS_ROLE_ROMFS0 },
  { "reset-romfs", "lose_answer_at", FALSE, HS_ROLE_ROMFS0 },
  { "erase", "unplug_at", FALSE, HS_ROLE_FILESYSTEM },
  { "erase", "unplug_at", TRUE, HS_ROLE_FILESYSTEM },
  { "erase", "stall_at", TRUE, HS_ROLE_FILESYSTEM },
};

static void
flash (JobRig *rig)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
}

/* Where it is still there and answers, flashing needs no hands. */
static void
heal (JobRig *rig)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, 0);
  g_autoptr (HsUsbInfo) info = NULL;

  hs_sim_bus_settle (rig->bus, 0);
  info = hs_bus_find_port (HS_BUS (rig->bus), port);
  if (info == NULL || hs_sim_camera_is_hung (job_rig_camera (rig, 0)))
    job_rig_replug (rig, 0);
  flash (rig);
}

static char *
make_target (JobRig *rig)
{
  return g_build_filename (rig->folder, "read.bin", NULL);
}

static void
prepare (JobRun *run, JobRig *rig, const Case *c)
{
  job_run_init (run, rig, 0, c->what);
  run->work->options.overwrite = c->overwrite;
  if (g_str_equal (c->what, "read")) {
    g_autofree char *target = make_target (rig);

    run->work->options.role = HS_ROLE_FIRMWARE;
    run->work->options.file = g_file_new_for_path (target);
  } else if (!g_str_equal (c->what, "erase")) {
    run->work->options.build = g_object_ref (rig->build);
    run->work->options.full = g_str_equal (c->what, "reset-romfs");
  }
}

static void
assert_untouched (JobRun *run, const Case *c)
{
  const HsBoard *board = run->rig->board;

  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    GBytes *before = run->before[partition->role];
    g_autoptr (GBytes) now = hs_sim_camera_dup_start (
        job_rig_camera (run->rig, 0), partition, g_bytes_get_size (before));

    if (partition->role != c->writes && partition->role != HS_ROLE_FILESYSTEM)
      g_assert_true (g_bytes_equal (now, before));
  }
}

/* Nothing half has the name, and nothing hidden is left. */
static void
assert_file (JobRun *run)
{
  g_autofree char *target = make_target (run->rig);
  g_autoptr (GDir) folder = g_dir_open (run->rig->folder, 0, NULL);
  gboolean read = FALSE;
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    g_assert_false (g_str_has_prefix (name, ".read.bin"));
  for (guint i = 0; i < run->work->parts->len; i++)
    read = read || hs_work_part (run->work, i)->sha256_read_back != NULL;
  g_assert_true (g_file_test (target, G_FILE_TEST_EXISTS) == read);
  g_remove (target);
}

/* What broke off in the middle is known to be unknown, whether every byte was to be overwritten or
 * the filesystem only made to be formatted anew. */
static void
assert_torn (JobRun *run)
{
  if (run->work->began && run->work->parts->len == 0)
    g_assert_cmpstr (job_run_content_state (run, HS_ROLE_FILESYSTEM),
                     ==,
                     run->work->erased->len > 0 ? "written" : "unknown");
  for (guint i = 0; i < run->work->parts->len; i++)
    if (hs_work_part (run->work, i)->state == HS_PART_UNKNOWN)
      g_assert_cmpstr (
          job_run_content_state (run, hs_work_part (run->work, i)->role), ==, "unknown");
}

/* FALSE: the job was over before the fault. */
static gboolean
broken_round (JobRig *rig, const Case *c, guint n)
{
  guint now = hs_sim_camera_get_n_requests (job_rig_camera (rig, 0));
  g_auto (JobRun) run = { 0 };

  g_test_message ("%s, %s %u", c->what, c->fault, n);
  hs_sim_bus_set_fault (rig->bus, 0, c->fault, now + n);
  prepare (&run, rig, c);
  job_run_go_with_hands (&run);
  hs_sim_bus_set_fault (rig->bus, 0, c->fault, 0);
  if (run.end.outcome != HS_OUTCOME_PASSED)
    g_test_message ("  %s: %s", hs_outcome_name (run.end.outcome), run.end.problem->chain);

  g_assert_true (run.end.recorded);
  assert_untouched (&run, c);
  assert_torn (&run);
  if (g_str_equal (c->what, "read"))
    assert_file (&run);
  if (run.end.outcome == HS_OUTCOME_PASSED && !g_str_equal (c->what, "erase"))
    job_rig_assert_holds (rig, 0);
  return run.requests_at[run.n_steps] >= now + n;
}

static void
test_broken_anywhere (gconstpointer data)
{
  const Case *c = data;
  g_auto (JobRig) rig = { 0 };
  gboolean broken = TRUE;

  job_rig_init (&rig, NULL);
  for (guint n = 1; broken; n++) {
    if (n % ROUNDS_A_CATALOG == 0) {
      job_rig_assert_whole (&rig);
      job_rig_renew_catalog (&rig);
    }
    job_rig_renew_bus (&rig, HS_MODE_APP);
    flash (&rig);
    broken = broken_round (&rig, c, n);
    heal (&rig);
  }
  job_rig_assert_whole (&rig);
}

/* Without its filesystem it is not what passed: nothing that is ready to be shipped. */
static void
test_erased_is_not_ready (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (HsUnit) unit = NULL;

  job_rig_init (&rig, NULL);
  flash (&rig);
  job_run_init (&run, &rig, 0, "erase");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  unit = hs_catalog_get_unit (rig.catalog, hs_work_get_unit (run.work), NULL);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "bench");
  g_assert_false (hs_unit_has_unknown (unit));
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_FIRMWARE), ==, "verified");
  flash (&rig);
  g_clear_object (&unit);
  unit = hs_catalog_get_unit (rig.catalog, hs_work_get_unit (run.work), NULL);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "ready");
}

/* A file that came to be meanwhile is not written over either. */
static void
test_saved_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-saved-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "a.bin", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) parent = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  g_autofree char *content = NULL;
  HsSavedFile *saved = hs_saved_file_new (file, FALSE, &error);

  g_assert_no_error (error);
  g_assert_true (hs_saved_file_write (saved, (const guint8 *) "abc", 3, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (path, "mine", 4, NULL));
  g_assert_false (hs_saved_file_finish (saved, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE_EXISTS);
  hs_saved_file_free (saved);
  g_clear_error (&error);
  g_assert_false (hs_saved_file_check (file, FALSE, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE_EXISTS);
  g_clear_error (&error);
  g_assert_false (hs_saved_file_check (parent, TRUE, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
  g_clear_error (&error);

  saved = hs_saved_file_new (file, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (hs_saved_file_write (saved, (const guint8 *) "abc", 3, &error));
  g_assert_true (hs_saved_file_finish (saved, &error));
  g_assert_cmpstr (hs_saved_file_get_digest (saved),
                   ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  hs_saved_file_free (saved);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "abc");
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/operations/saved-file", test_saved_file);
  g_test_add_func ("/operations/erased-is-not-ready", test_erased_is_not_ready);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/operations/broken/%s%s/%s",
                                             cases[i].what,
                                             cases[i].overwrite ? "-overwrite" : "",
                                             cases[i].fault);

    g_test_add_data_func (path, &cases[i], test_broken_anywhere);
  }
  return g_test_run ();
}
