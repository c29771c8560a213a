/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/job-rig.h"

#include "app/import.h"
#include "flash/sim/sample-image.h"
#include "flash/transport/decorator.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define KIB     1024u
#define COMPARE (512 * KIB) /* of a partition; larger than any image here */

static const HsEraseRun one_of_8k[] = { { 8 * KIB, 1 } };
static const HsEraseRun three_of_8k[] = { { 8 * KIB, 3 } };

static const HsPartition small_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 8 * KIB, HS_PARTITION_NEVER, one_of_8k, 1 },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x08020000, 8 * KIB, HS_PARTITION_WRITABLE, one_of_8k, 1 },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x08040000, 24 * KIB, HS_PARTITION_WRITABLE, three_of_8k, 1 },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x081E0000, 8 * KIB, HS_PARTITION_WRITABLE, one_of_8k, 1 },
};

/* --- the rig --- */

void
job_rig_init (JobRig *self, const char *board)
{
  self->folder = g_dir_make_tmp ("hotshoe-job-XXXXXX", NULL);
  self->board = hs_board_by_id (board != NULL ? board : "OPENMV4");
  if (board == NULL) {
    self->model = *self->board;
    self->model.partitions = small_layout;
    self->model.n_partitions = G_N_ELEMENTS (small_layout);
    self->board = &self->model;
  }
  job_rig_renew_catalog (self);
  job_rig_renew_bus (self, HS_MODE_APP);
}

static void
drop_build (JobRig *self)
{
  g_clear_object (&self->build);
  for (guint i = 0; i < HS_N_ROLES; i++)
    g_clear_pointer (&self->images[i], g_bytes_unref);
}

static void
drop_bus (JobRig *self)
{
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
job_rig_clear (JobRig *self)
{
  drop_build (self);
  drop_bus (self);
  close_catalog (&self->catalog);
  remove_tree (self->folder);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->folder, g_free);
}

void
job_rig_renew_catalog (JobRig *self)
{
  g_autofree char *name = g_strdup_printf ("%u/catalog.db", g_random_int ());
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  close_catalog (&self->catalog);
  g_free (self->path);
  self->path = g_build_filename (self->folder, name, NULL);
  folder = g_path_get_dirname (self->path);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  self->catalog = open_fast (self->path, &error);
  g_assert_no_error (error);
  g_assert_true (hs_catalog_begin_session (self->catalog, NULL, &error));
  g_assert_no_error (error);
  job_rig_import (self, RIG_NUMBER, 500);
}

static GBytes *
make_image (JobRig *self, HsRole role, const char *number, guint seed)
{
  gboolean is_small = self->board == &self->model;
  g_autofree char *tag = g_strconcat ("v", number, NULL);

  if (role == HS_ROLE_FIRMWARE || role == HS_ROLE_FIRMWARE_HE)
    return hs_sample_firmware (
        self->board, role, tag, number, seed, is_small ? RIG_FIRMWARE : 200 * KIB + 77);
  return hs_sample_romfs (seed + role, is_small ? RIG_ROMFS : 40 * KIB + 8);
}

static const char *
file_name (JobRig *self, HsRole role)
{
  switch (role) {
  case HS_ROLE_FIRMWARE:
    return hs_board_find (self->board, HS_ROLE_FIRMWARE_HE) != NULL ? "firmware_M55_HP.bin"
                                                                    : "firmware.bin";
  case HS_ROLE_FIRMWARE_HE:
    return "firmware_M55_HE.bin";
  case HS_ROLE_ROMFS1:
    return "romfs1.img";
  case HS_ROLE_ROMFS0:
    return "romfs0.img";
  default:
    return NULL; /* optional */
  }
}

static void
import (JobRig *self, const char *number, const char *said, guint seed)
{
  g_autoptr (HsImport) files = hs_import_new (self->catalog);
  g_autoptr (GError) error = NULL;

  drop_build (self);
  hs_import_set_detail (files, "number", said);
  for (const HsRole *role = self->board->flash_order; *role != HS_ROLE_NONE; role++) {
    if (file_name (self, *role) == NULL)
      continue;
    self->images[*role] = make_image (self, *role, number, seed);
    hs_import_add_bytes (files, file_name (self, *role), self->images[*role], &error);
    g_assert_no_error (error);
  }
  self->build = hs_import_finish (files, self->board->id, NULL, &error);
  g_assert_no_error (error);
}

/* Makes a build and puts it into the catalog; its images are those of the rig from now on. */
void
job_rig_import (JobRig *self, const char *number, guint seed)
{
  import (self, number, number, seed);
}

/* The build of somebody whose tree says @said while the images say what they always say. */
void
job_rig_import_as (JobRig *self, const char *said, guint seed)
{
  import (self, RIG_NUMBER, said, seed + 1);
}

/* One new camera from the factory. */
void
job_rig_renew_bus (JobRig *self, HsMode mode)
{
  g_autoptr (GError) error = NULL;

  drop_bus (self);
  self->bus = hs_sim_bus_new ("", NULL, TRUE, &error);
  g_assert_no_error (error);
  job_rig_add_camera (self, mode);
}

/* The same in real time, with flash that takes next to none. */
void
job_rig_use_real_time (JobRig *self)
{
  g_autoptr (GError) error = NULL;

  drop_bus (self);
  self->model.erase_typical_ms = 1;
  self->bus = hs_sim_bus_new ("", NULL, FALSE, &error);
  g_assert_no_error (error);
  job_rig_add_camera (self, HS_MODE_APP);
}

HsSimCamera *
job_rig_add_camera (JobRig *self, HsMode mode)
{
  g_autoptr (GError) error = NULL;
  HsSimCamera *camera = hs_sim_bus_add_board (self->bus, self->board, mode, &error);

  g_assert_no_error (error);
  return camera;
}

HsSimCamera *
job_rig_camera (JobRig *self, guint n)
{
  return hs_sim_bus_get_camera (self->bus, n);
}

/* A person cuts its power; what was broken about it is well again. */
void
job_rig_replug (JobRig *self, guint n)
{
  hs_sim_bus_unplug (self->bus, n);
  hs_sim_bus_plug (self->bus, n);
}

void
job_rig_assert_whole (JobRig *self)
{
  assert_whole (self->catalog);
}

static void
assert_starts_with (GBytes *bytes, GBytes *image)
{
  gsize size, length;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const guint8 *wanted = g_bytes_get_data (image, &length);

  g_assert_cmpuint (size, >=, length);
  g_assert_true (memcmp (data, wanted, length) == 0);
}

/* The flash of the camera has every byte of the build. */
void
job_rig_assert_holds (JobRig *self, guint n)
{
  for (guint role = 0; role < HS_N_ROLES; role++) {
    g_autoptr (GBytes) bytes = NULL;

    if (self->images[role] == NULL)
      continue;
    bytes = hs_sim_camera_dup_start (
        job_rig_camera (self, n), hs_board_find (self->board, role), COMPARE);
    assert_starts_with (bytes, self->images[role]);
  }
}

/* --- one job --- */

/* @what on the @n-th camera, as it shows itself now. */
void
job_run_init (JobRun *self, JobRig *rig, guint n, const char *what)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, n);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (rig->bus), port);
  g_autoptr (HsCamera) camera = NULL;

  g_assert_nonnull (info);
  *self = (JobRun){ .rig = rig, .n = n };
  camera = hs_camera_new (HS_BUS (rig->bus), info, rig->board, NULL);
  self->work = hs_work_new (what, rig->board, camera, rig->catalog);
  self->work->options.confirm = HS_VERSION_NUMBER;
  if (g_str_equal (what, "flash"))
    self->work->options.build = g_object_ref (rig->build);
  for (guint i = 0; i < rig->board->n_partitions; i++) {
    const HsPartition *partition = &rig->board->partitions[i];

    self->before[partition->role] =
        hs_sim_camera_dup_start (job_rig_camera (rig, n), partition, COMPARE);
  }
}

void
job_run_clear (JobRun *self)
{
  g_assert (self->thread == NULL);
  g_clear_pointer (&self->work, hs_work_free);
  g_clear_pointer (&self->end.problem, hs_problem_free);
  for (guint i = 0; i < HS_N_ROLES; i++)
    g_clear_pointer (&self->before[i], g_bytes_unref);
}

/* By the thread that makes them. */
static guint
count_requests (JobRun *self)
{
  return hs_sim_camera_get_n_requests (job_rig_camera (self->rig, self->n));
}

static void
step_cb (guint step, guint n_steps, gpointer user_data)
{
  JobRun *self = user_data;

  g_assert_cmpuint (n_steps, <=, RIG_MAX_STEPS);
  self->n_steps = step;
  self->requests_at[step - 1] = count_requests (self);
  if (self->on_step != NULL)
    self->on_step (self, step, self->user_data);
}

/* --- a look at every request --- */

#define TEST_TYPE_SPY (test_spy_get_type ())
G_DECLARE_FINAL_TYPE (TestSpy, test_spy, TEST, SPY, HsDecorator)

struct _TestSpy {
  HsDecorator parent_instance;
  JobRun *run;
};

G_DEFINE_FINAL_TYPE (TestSpy, test_spy, HS_TYPE_DECORATOR)

static void
spy_on (HsTransport *transport, const HsRequest *request)
{
  JobRun *run = TEST_SPY (transport)->run;

  run->n_spied++;
  run->on_request (run, request->request, run->user_data);
}

static gboolean
test_spy_send (HsTransport *transport,
               const HsRequest *request,
               const guint8 *data,
               guint16 length,
               guint timeout_ms,
               GError **error)
{
  spy_on (transport, request);
  return HS_TRANSPORT_CLASS (test_spy_parent_class)
      ->send (transport, request, data, length, timeout_ms, error);
}

static gssize
test_spy_receive (HsTransport *transport,
                  const HsRequest *request,
                  guint8 *data,
                  guint16 length,
                  guint timeout_ms,
                  GError **error)
{
  spy_on (transport, request);
  return HS_TRANSPORT_CLASS (test_spy_parent_class)
      ->receive (transport, request, data, length, timeout_ms, error);
}

static void
test_spy_class_init (TestSpyClass *klass)
{
  HS_TRANSPORT_CLASS (klass)->send = test_spy_send;
  HS_TRANSPORT_CLASS (klass)->receive = test_spy_receive;
}

static void
test_spy_init (TestSpy *self)
{
}

static HsTransport *
wrap (HsTransport *transport, HsUsbInfo *info, gpointer user_data)
{
  TestSpy *spy = g_object_new (TEST_TYPE_SPY, NULL);

  spy->run = user_data;
  hs_decorator_set_inner (HS_DECORATOR (spy), transport);
  g_object_unref (transport);
  return HS_TRANSPORT (spy);
}

/* Before each request to the bootloader. */
void
job_run_spy (JobRun *self, JobRunFunc on_request, gpointer user_data)
{
  self->on_request = on_request;
  self->user_data = user_data;
  hs_camera_set_wrap (self->work->camera, wrap, self, NULL);
}

void
job_run_go (JobRun *self)
{
  hs_job_run (self->work, step_cb, self, &self->end);
  self->requests_at[self->n_steps] = count_requests (self);
  g_atomic_int_set (&self->ended, TRUE);
}

static gpointer
run_thread (gpointer data)
{
  job_run_go (data);
  return NULL;
}

void
job_run_start (JobRun *self)
{
  self->thread = g_thread_new ("camera", run_thread, self);
}

void
job_run_join (JobRun *self)
{
  g_thread_join (g_steal_pointer (&self->thread));
}

/* Until the job says that it does @activity; FALSE if it ends without. */
gboolean
job_run_await (JobRun *self, HsActivity activity)
{
  HsProgressState state = { 0 };
  gint64 end = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (hs_progress_peek (self->work->progress, &state), state.activity != activity) {
    if (g_atomic_int_get (&self->ended))
      return FALSE;
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_usleep (200);
  }
  return TRUE;
}

/* Somebody stands by who brings the camera into its bootloader when asked to. */
void
job_run_go_with_hands (JobRun *self)
{
  job_run_start (self);
  self->replugged = job_run_await (self, HS_ACTIVITY_WAITING);
  if (self->replugged)
    hs_sim_bus_hand_enter (self->rig->bus, self->n);
  job_run_join (self);
}

/* --- what must be true afterwards --- */

/* How the last word about a partition sounds; NULL: the catalog says nothing of it. */
const char *
job_run_content_state (JobRun *self, HsRole role)
{
  const char *key = hs_camera_get_key (self->work->camera);
  g_autoptr (HsUnit) unit =
      key != NULL ? hs_catalog_get_unit (self->rig->catalog, key, NULL) : NULL;
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, hs_role_name (role)) : NULL;

  return content != NULL ? g_intern_string (content->state) : NULL;
}

/* Which roles this run has an entry of @kind about: a bit per role. */
static guint64
find_roles (JobRun *self, const char *kind)
{
  const char *kinds[] = { kind, NULL };
  const HsJournalFilter filter = { .kinds = kinds };
  g_autoptr (GArray) rows = hs_catalog_list_journal (self->rig->catalog, &filter, 0, NULL, NULL);
  guint64 roles = 0;

  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (self->rig->catalog, g_array_index (rows, gint64, i), NULL);
    g_autoptr (JsonNode) node = json_from_string (hs_entry_get_payload (entry), NULL);
    JsonObject *fact = json_node_get_object (node);

    if (g_strcmp0 (json_object_get_string_member_with_default (fact, "run", NULL),
                   self->work->run) == 0)
      roles |= 1ull << hs_role_from_name (json_object_get_string_member (fact, "role"));
  }
  return roles;
}

/* Exactly what was begun and not proven is unknown; what is called verified is there; what was not
 * begun has not changed. */
static void
assert_partition_honest (JobRun *self, HsRole role, gboolean begun, gboolean held)
{
  g_autoptr (GBytes) now = hs_sim_camera_dup_start (
      job_rig_camera (self->rig, self->n), hs_board_find (self->rig->board, role), COMPARE);
  const char *state = job_run_content_state (self, role);

  if (held) {
    g_assert_cmpstr (state, ==, "verified");
    assert_starts_with (now, self->rig->images[role]);
  } else if (begun) {
    g_assert_cmpstr (state, ==, self->end.outcome == HS_OUTCOME_UNPROVEN ? "written" : "unknown");
  } else {
    g_assert_true (g_bytes_equal (now, self->before[role]));
  }
}

static void
assert_run_recorded (JobRun *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRun) run = hs_catalog_get_run (self->rig->catalog, self->work->run, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, hs_outcome_name (self->end.outcome));
}

/* What the run says of itself, what the catalog says, and what is in the flash, agree. */
void
job_run_assert_honest (JobRun *self)
{
  const HsBoard *board = self->rig->board;
  HsSimCamera *sim = job_rig_camera (self->rig, self->n);
  guint64 begun = find_roles (self, HS_KIND_PARTITION_BEGUN);
  /* The bootloader is only read. */
  guint64 held = find_roles (self, HS_KIND_PARTITION_HOLDS) & ~(1ull << HS_ROLE_BOOTLOADER);

  g_assert_true (self->end.recorded);
  assert_run_recorded (self);
  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    guint64 bit = 1ull << partition->role;

    if (partition->role != HS_ROLE_FILESYSTEM && partition->role != HS_ROLE_STORAGE)
      assert_partition_honest (self, partition->role, (begun & bit) != 0, (held & bit) != 0);
  }
  g_assert_cmpuint (begun & (1ull << HS_ROLE_BOOTLOADER), ==, 0);
  g_assert_cmpuint (hs_sim_camera_get_n_late (sim), ==, 0);

  if (self->end.outcome != HS_OUTCOME_PASSED) {
    g_assert_nonnull (self->end.problem);
    return;
  }
  g_assert_null (self->end.problem);
  g_assert_cmpuint (begun, ==, held);
  g_assert_cmpint (self->work->verdict, !=, HS_VERDICT_DIFFERS);
  if (g_str_equal (self->work->what, "flash"))
    job_rig_assert_holds (self->rig, self->n);
}

/* @code: NULL for a pass */
void
job_run_assert_ended (JobRun *self, HsOutcome outcome, const char *code)
{
  const HsProblem *problem = self->end.problem;

  if (problem != NULL)
    g_test_message ("%s %s", problem->message, problem->action);
  g_assert_cmpstr (problem != NULL ? problem->code : NULL, ==, code);
  g_assert_cmpstr (hs_outcome_name (self->end.outcome), ==, hs_outcome_name (outcome));
}

/* The journal speaks of this very unit. */
void
job_run_assert_subject (JobRun *run)
{
  const char *id = hs_sim_camera_get_id (job_rig_camera (run->rig, run->n));
  g_autofree char *key = g_strconcat ("stm32:", id, NULL);
  g_autoptr (HsRun) recorded = hs_catalog_get_run (run->rig->catalog, run->work->run, NULL);

  g_assert_cmpstr (hs_camera_get_key (run->work->camera), ==, key);
  g_assert_cmpstr (hs_run_get_unit (recorded), ==, key);
}
