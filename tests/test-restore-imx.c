/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "store/kinds.h"
#include "tests/operator-rig.h"

#include <string.h>

/* Bringing back an RT1062 as a job: what is done, what is asked, and what the journal says of it.
 */

#define BOARD "OPENMV_RT1060"
#define PORT  "1-1"

typedef struct {
  OperatorRig bench;
  HsBuild *build; /* its second bootloader */
  GFile *loader;
  HsJob *job;
} Rig;

static void
rig_set_up (Rig *self, const char *spec)
{
  g_autoptr (GBytes) loader = hs_sample_rt1062_flashloader ();
  g_autoptr (GBytes) sbl = hs_sample_rt1062_sbl ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImport) files = NULL;
  g_autofree char *path = NULL;

  operator_rig_set_up (&self->bench, spec);
  files = hs_import_new (self->bench.catalog);
  hs_import_add_bytes (files, "bootloader.bin", sbl, &error);
  g_assert_no_error (error);
  self->build = hs_import_finish (files, BOARD, NULL, &error);
  g_assert_no_error (error);
  path = g_build_filename (self->bench.folder, "sdphost_flash_loader.bin", NULL);
  g_file_set_contents (path, g_bytes_get_data (loader, NULL), g_bytes_get_size (loader), &error);
  g_assert_no_error (error);
  self->loader = g_file_new_for_path (path);
}

static void
rig_clear (Rig *self)
{
  g_clear_object (&self->job);
  g_clear_object (&self->build);
  g_clear_object (&self->loader);
  operator_rig_tear_down (&self->bench, NULL);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static HsDevice *
await_camera (Rig *self, HsMode mode)
{
  HsMonitor *monitor = hs_session_get_monitor (self->bench.session);
  const HsBoard *board = hs_board_by_id (BOARD);
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  HsDevice *device;

  for (;;) {
    HsUsbInfo *info;

    device = hs_monitor_find_port (monitor, PORT);
    info = device != NULL && hs_device_get_attached (device) ? hs_device_get_info (device) : NULL;
    if (info != NULL && hs_board_get_mode (board, info->vid, info->pid) == mode)
      return device;
    if (time_is_up (end))
      g_error ("mode %s awaited; the camera is in %s",
               hs_mode_name (mode),
               hs_mode_name (hs_sim_camera_get_mode (hs_sim_bus_get_camera (self->bench.bus, 0))));
  }
}

/* Returns the problem's code, or NULL. */
static const char *
restore (Rig *self, HsMode mode, HsRequestOptions *options)
{
  HsDevice *device = await_camera (self, mode);
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;
  g_autoptr (GError) error = NULL;

  options->board = hs_board_by_id (BOARD);
  options->build = self->build;
  if (options->file == NULL)
    options->file = self->loader;
  g_clear_object (&self->job);
  self->job = hs_session_start (self->bench.session, "restore-bootloader", device, options, &error);
  g_assert_no_error (error);
  while (hs_job_get_outcome (self->job) == HS_OUTCOME_NONE)
    g_assert_false (time_is_up (end));
  if (hs_job_get_problem (self->job) == NULL)
    return NULL;
  g_test_message ("%s", hs_job_get_problem (self->job)->chain);
  return hs_job_get_problem (self->job)->code;
}

/* How often the word was said, and with which value last. */
static guint
count_fuse (Rig *self, const char *kind, const char *value)
{
  const HsJournalFilter filter = { .kinds = (const char *const[]){ kind, NULL } };
  g_autoptr (GArray) rows = hs_catalog_list_journal (self->bench.catalog, &filter, 0, NULL, NULL);
  g_autofree char *wanted = g_strdup_printf ("\"value\":\"%s\"", value);

  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (self->bench.catalog, g_array_index (rows, gint64, i), NULL);

    g_assert_cmpstr (hs_entry_get_subject (entry), ==, "port:" PORT);
    g_assert_nonnull (strstr (hs_entry_get_payload (entry), "\"word\":6"));
    g_assert_nonnull (strstr (hs_entry_get_payload (entry), wanted));
  }
  return rows->len;
}

static void
assert_burns (Rig *self, const char *wanted)
{
  g_autofree char *burns = hs_sim_camera_dup_burns (hs_sim_bus_get_camera (self->bench.bus, 0));

  g_assert_cmpstr (burns, ==, wanted);
}

static void
power_cycle (Rig *self)
{
  hs_sim_bus_unplug (self->bench.bus, 0);
  hs_sim_bus_set_jumper (self->bench.bus, 0, FALSE);
  hs_sim_bus_plug (self->bench.bus, 0);
  hs_sim_bus_settle (self->bench.bus, 0);
}

/* A camera that ran before: its fuse is burnt, nothing is asked, nothing is burnt. */
static void
test_fuse_is_burnt (void)
{
  g_auto (Rig) rig = { { NULL } };
  HsRequestOptions options = { NULL };

  rig_set_up (&rig, BOARD "@no-bootloader");
  g_assert_cmpstr (restore (&rig, HS_MODE_ROM, &options), ==, NULL);
  g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_PASSED);
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_OBSERVED, "00000010"), ==, 1);
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_REQUESTED, ""), ==, 0);
  assert_burns (&rig, "");
  power_cycle (&rig);
  await_camera (&rig, HS_MODE_APP);
}

/* A chip as it came: what is written is there, and the one thing that can't be undone waits for
 * somebody. The loader is still in RAM then. */
static void
test_fuse_is_asked_for (void)
{
  g_auto (Rig) rig = { { NULL } };
  const HsRequestOptions refused[] = {
    { NULL },
    { .spare = TRUE },
    { .confirmed = (char *) BOARD },
    { .spare = TRUE, .confirmed = (char *) "OPENMV4" },
    { .spare = TRUE, .confirmed = (char *) "" },
  };
  HsRequestOptions options = { .spare = TRUE, .confirmed = (char *) BOARD };

  rig_set_up (&rig, BOARD "@blank");
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    HsRequestOptions copy = refused[i];

    g_assert_cmpstr (
        restore (&rig, i == 0 ? HS_MODE_ROM : HS_MODE_DFU, &copy), ==, "not-confirmed");
    g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_FAILED);
    assert_burns (&rig, "");
  }
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_OBSERVED, ""), ==, 0);
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_REQUESTED, ""), ==, 0);

  g_assert_cmpstr (restore (&rig, HS_MODE_DFU, &options), ==, NULL);
  g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_PASSED);
  assert_burns (&rig, "6:00000010 ");
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_REQUESTED, "00000010"), ==, 1);
  g_assert_cmpuint (count_fuse (&rig, HS_KIND_FUSE_OBSERVED, "00000010"), ==, 1);
}

/* A unit that is known is named by the ending of its id, not by its board. */
static void
test_known_unit (void)
{
  g_auto (Rig) rig = { { NULL } };
  HsRequestOptions options = { .spare = TRUE,
                               .confirmed = (char *) BOARD,
                               .unit = (char *) "ocotp:0123456789ABCDEF" };

  rig_set_up (&rig, BOARD "@blank");
  add (rig.bench.catalog,
       HS_KIND_UNIT_SEEN,
       "unit:ocotp:0123456789ABCDEF",
       "{\"v\":1,\"board\":\"" BOARD
       "\",\"port\":\"1-9\",\"identities\":[{\"scheme\":\"ocotp\",\"value\":\"0123456789ABCDEF\","
       "\"strength\":\"proven\",\"evidence\":\"usb\"}]}");
  g_assert_cmpstr (restore (&rig, HS_MODE_ROM, &options), ==, "not-confirmed");
  assert_burns (&rig, "");
  options.confirmed = (char *) "89ABCDEF";
  g_assert_cmpstr (restore (&rig, HS_MODE_DFU, &options), ==, NULL);
  assert_burns (&rig, "6:00000010 ");
}

static void
test_files (void)
{
  g_auto (Rig) rig = { { NULL } };
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent/sdphost_flash_loader.bin");
  g_autofree char *path = NULL;
  g_autoptr (GFile) foreign = NULL;
  HsRequestOptions options = { .file = missing };
  HsRequestOptions wrong = { NULL };

  rig_set_up (&rig, BOARD "@rom");
  g_assert_cmpstr (restore (&rig, HS_MODE_ROM, &options), ==, "no-tool");
  g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_REFUSED);

  path = g_build_filename (rig.bench.folder, "foreign.bin", NULL);
  g_assert_true (g_file_set_contents (path, "no program at all", -1, NULL));
  foreign = g_file_new_for_path (path);
  wrong.file = foreign;
  g_assert_cmpstr (restore (&rig, HS_MODE_ROM, &wrong), ==, "bad-file");
  g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_REFUSED);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (hs_sim_bus_get_camera (rig.bench.bus, 0)), ==, 0);
}

/* A blank chip on which all is done but the fuse; the fault strikes at request @at of what follows.
 * Returns the number of requests that it took. */
static guint
burn_with_fault (Rig *rig, const char *fault, guint at)
{
  HsRequestOptions unasked = { NULL };
  HsRequestOptions options = { .spare = TRUE, .confirmed = (char *) BOARD };
  HsSimCamera *camera;
  guint before;

  rig_set_up (rig, BOARD "@blank");
  camera = hs_sim_bus_get_camera (rig->bench.bus, 0);
  g_assert_cmpstr (restore (rig, HS_MODE_ROM, &unasked), ==, "not-confirmed");
  before = hs_sim_camera_get_n_requests (camera);
  hs_sim_bus_set_fault (rig->bench.bus, 0, fault, at);
  restore (rig, HS_MODE_DFU, &options);
  return hs_sim_camera_get_n_requests (camera) - before;
}

/* Whichever of the last requests fails, the fuse's: what is said to be observed is what the chip
 * has, and nothing is burnt that was not written down before. */
static void
test_fuse_faults (gconstpointer fault)
{
  guint total;

  {
    g_auto (Rig) rig = { { NULL } };

    total = burn_with_fault (&rig, fault, 0);
    g_assert_cmpint (hs_job_get_outcome (rig.job), ==, HS_OUTCOME_PASSED);
  }

  for (guint k = 0; k < 7; k++) {
    g_auto (Rig) rig = { { NULL } };
    g_autofree char *burns = NULL;
    guint n_requested, n_observed;

    burn_with_fault (&rig, fault, total - k);
    burns = hs_sim_camera_dup_burns (hs_sim_bus_get_camera (rig.bench.bus, 0));
    n_requested = count_fuse (&rig, HS_KIND_FUSE_REQUESTED, "00000010");
    n_observed = count_fuse (&rig, HS_KIND_FUSE_OBSERVED, *burns != '\0' ? "00000010" : "00000000");
    g_test_message ("%u: %u requested, %u observed, %s", k, n_requested, n_observed, burns);
    g_assert_cmpuint (n_requested, <=, 1);
    g_assert_true (*burns == '\0' || g_str_equal (burns, "6:00000010 "));
    g_assert_true (*burns == '\0' || n_requested == 1);
    g_assert_true (hs_job_get_outcome (rig.job) != HS_OUTCOME_PASSED || *burns != '\0');
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/restore-imx/fuse-is-burnt", test_fuse_is_burnt);
  g_test_add_func ("/restore-imx/fuse-is-asked-for", test_fuse_is_asked_for);
  g_test_add_func ("/restore-imx/known-unit", test_known_unit);
  g_test_add_func ("/restore-imx/files", test_files);
  g_test_add_data_func ("/restore-imx/fuse-faults/unplugged", "unplug_at", test_fuse_faults);
  g_test_add_data_func ("/restore-imx/fuse-faults/silent", "lose_answer_at", test_fuse_faults);
  return g_test_run ();
}
