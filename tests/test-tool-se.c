/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/import.h"
#include "flash/sim/sample-image.h"
#include "tests/own-dirs.h"
#include "tests/tool-rig.h"

/* --- a bus with a debug adapter on it --- */

#define FAKE_TYPE_BUS (fake_bus_get_type ())
G_DECLARE_FINAL_TYPE (FakeBus, fake_bus, FAKE, BUS, HsBus)

struct _FakeBus {
  HsBus parent_instance;
  GMutex lock;
  GPtrArray *infos;
  guint64 serial;
};

G_DEFINE_FINAL_TYPE (FakeBus, fake_bus, HS_TYPE_BUS)

static GPtrArray *
fake_bus_list (HsBus *bus)
{
  FakeBus *self = FAKE_BUS (bus);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->infos->len; i++)
    g_ptr_array_add (list, hs_usb_info_ref (g_ptr_array_index (self->infos, i)));
  g_mutex_unlock (&self->lock);
  return list;
}

static guint64
fake_bus_serial (HsBus *bus)
{
  return FAKE_BUS (bus)->serial;
}

static gint64
fake_bus_now (HsBus *bus, const char *port)
{
  return g_get_monotonic_time ();
}

static guint64
fake_bus_wait (HsBus *bus,
               const char *port,
               guint64 seen,
               gint64 deadline,
               GCancellable *cancellable)
{
  g_usleep (5000);
  return FAKE_BUS (bus)->serial;
}

static const char *
fake_bus_scope (HsBus *bus)
{
  return "";
}

static void
fake_bus_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_BUS (object)->infos);
  g_mutex_clear (&FAKE_BUS (object)->lock);
  G_OBJECT_CLASS (fake_bus_parent_class)->finalize (object);
}

static void
fake_bus_class_init (FakeBusClass *klass)
{
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_bus_finalize;
  bus_class->list = fake_bus_list;
  bus_class->serial = fake_bus_serial;
  bus_class->now = fake_bus_now;
  bus_class->wait = fake_bus_wait;
  bus_class->scope = fake_bus_scope;
}

static void
fake_bus_init (FakeBus *self)
{
  g_mutex_init (&self->lock);
  self->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);
}

static void
put (FakeBus *self, const char *port, guint16 vid, guint16 pid, const char *tty)
{
  HsUsbInfo *info = hs_usb_info_new ();

  g_mutex_lock (&self->lock);
  info->instance = ++self->serial;
  info->port = g_strdup (port);
  info->vid = vid;
  info->pid = pid;
  info->tty = g_strdup (tty);
  info->simulated = TRUE;
  g_ptr_array_add (self->infos, info);
  g_mutex_unlock (&self->lock);
}

/* --- an AE3 without a bootloader behind it, and a job --- */

typedef struct {
  ToolRig tools;
  char *camera; /* its folder */
  char *isp;    /* its serial port */
  HsUsbId bridge;
  FakeBus *bus;
  HsBuild *build;
  GBytes *loader, *toc;
  HsWork *work;
  HsJobEnd end;
  gint ended;      /* atomic */
  gboolean cancel; /* as soon as it writes */
  guint n_presses;
  guint n_power_cycles;
} Rig;

static void
attach (Rig *self)
{
  put (self->bus, "1-4.1", self->bridge.vid, self->bridge.pid, self->isp);
}

static void
press (Rig *self, guint times)
{
  g_autofree char *text = g_strdup_printf ("presses %u\n", times);

  g_assert_true (g_file_set_contents (self->isp, text, -1, NULL));
}

static void
make_build (Rig *self)
{
  g_autoptr (HsImport) files = hs_import_new (self->tools.job.catalog);
  g_autofree guint8 *table = g_malloc0 (8192);
  g_autoptr (GError) error = NULL;

  memset (table + 8192 - 512, 0x5A, 512);
  self->toc = g_bytes_new (table, 8192);
  self->loader = hs_sample_bootloader (self->tools.job.board, 0x0103);
  hs_import_add_bytes (files, "bootloader.bin", self->loader, &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "firmware_pad.toc", self->toc, &error);
  g_assert_no_error (error);
  self->build = hs_import_finish (files, self->tools.job.board->id, NULL, &error);
  g_assert_no_error (error);
}

static void
make_camera (Rig *self)
{
  static const char *const names[] = { "BOOT.bin", "TOC.bin" };

  self->camera = g_build_filename (self->tools.job.folder, "camera", NULL);
  self->isp = g_build_filename (self->camera, "isp", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->camera, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (self->camera, names[i], NULL);

    g_assert_true (g_file_set_contents (path, "", 0, NULL));
  }
  press (self, 0);
}

static void
rig_init (Rig *self, const char *standin, guint16 vid, guint16 pid)
{
  g_autoptr (HsCamera) camera = NULL;

  tool_rig_init (&self->tools, "OPENMV_AE3");
  if (standin != NULL)
    g_setenv ("HOTSHOE_STANDIN", standin, TRUE);
  self->bridge = (HsUsbId){ vid, pid };
  self->bus = g_object_new (FAKE_TYPE_BUS, NULL);
  make_camera (self);
  make_build (self);
  attach (self);
  put (self->bus, "1-4.2", 0x1366, 0x0101, NULL);
  camera = hs_camera_new (
      HS_BUS (self->bus), g_ptr_array_index (self->bus->infos, 0), self->tools.job.board, NULL);
  self->work =
      hs_work_new ("restore-bootloader", self->tools.job.board, camera, self->tools.job.catalog);
  self->work->options.build = g_object_ref (self->build);
}

static void
rig_clear (Rig *self)
{
  g_clear_pointer (&self->work, hs_work_free);
  g_clear_pointer (&self->end.problem, hs_problem_free);
  g_clear_object (&self->build);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->loader, g_bytes_unref);
  g_clear_pointer (&self->toc, g_bytes_unref);
  g_free (self->camera);
  g_free (self->isp);
  tool_rig_clear (&self->tools);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static void
step_cb (guint step, guint n_steps, gpointer user_data)
{
}

static gpointer
job_thread (gpointer data)
{
  Rig *self = data;

  hs_job_run (self->work, step_cb, NULL, &self->end);
  g_atomic_int_set (&self->ended, 1);
  return NULL;
}

static void
power_cycle (Rig *self)
{
  self->n_power_cycles++;
  g_mutex_lock (&self->bus->lock);
  g_ptr_array_remove_index (self->bus->infos, 0);
  self->bus->serial++;
  g_mutex_unlock (&self->bus->lock);
  g_usleep (50000);
  attach (self);
  g_mutex_lock (&self->bus->lock); /* the bridge first, as before */
  g_ptr_array_insert (self->bus->infos, 0, g_ptr_array_steal_index (self->bus->infos, 1));
  g_mutex_unlock (&self->bus->lock);
}

/* What a person does who only does what is said. */
static void
lend_a_hand (Rig *self)
{
  HsProgressState progress;
  g_autofree char *asks = NULL;

  hs_work_lock (self->work);
  asks = g_strdup (self->work->asks);
  hs_work_unlock (self->work);
  hs_progress_peek (self->work->progress, &progress);
  if (asks != NULL && strstr (asks, "button") != NULL)
    press (self, ++self->n_presses);
  else if (asks != NULL && strstr (asks, "Unplug") != NULL)
    power_cycle (self);
  if (self->cancel && progress.activity == HS_ACTIVITY_WRITING && progress.done > 0)
    g_cancellable_cancel (self->work->cancellable);
  g_usleep (50000);
}

static gboolean
remembers (Rig *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->tools.state, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_tidy (Rig *self)
{
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "hotshoe", "tools", NULL);
  g_autofree char *config =
      g_test_build_filename (G_TEST_DIST, "tools", "isp_config_data.cfg", NULL);

  g_assert_cmpuint (count_files (cache), ==, 0);
  g_assert_false (g_file_test (config, G_FILE_TEST_EXISTS));
  g_assert_false (remembers (self, "erased"));
  g_assert_false (remembers (self, "answered"));
  g_assert_false (remembers (self, "wrong"));
  assert_whole (self->tools.job.catalog);
}

static void
go (Rig *self)
{
  GThread *thread = g_thread_new ("job", job_thread, self);

  while (!g_atomic_int_get (&self->ended))
    lend_a_hand (self);
  g_thread_join (thread);
  assert_tidy (self);
}

static gboolean
holds (Rig *self, const char *name, GBytes *image)
{
  g_autofree char *path = g_build_filename (self->camera, name, NULL);
  g_autofree char *data = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &data, &length, NULL));
  return length >= g_bytes_get_size (image) &&
         memcmp (data, g_bytes_get_data (image, NULL), g_bytes_get_size (image)) == 0;
}

static void
assert_written (Rig *self)
{
  if (self->end.problem != NULL)
    g_test_message ("%s", self->end.problem->chain);
  g_assert_cmpint (self->end.outcome, ==, HS_OUTCOME_UNPROVEN);
  g_assert_cmpstr (self->end.problem->code, ==, "no-read-back");
  g_assert_true (holds (self, "BOOT.bin", self->loader));
  g_assert_true (holds (self, "TOC.bin", self->toc));
  tool_rig_assert_ran (&self->tools, "se-tools", "done");
}

static void
assert_failed (Rig *self, const char *code, const char *says, gboolean touched)
{
  g_test_message ("%s", self->end.problem->chain);
  g_assert_cmpstr (self->end.problem->code, ==, code);
  g_assert_nonnull (strstr (self->end.problem->message, says));
  g_assert_cmpint (holds (self, "BOOT.bin", self->loader), ==, touched);
}

/* --- what is done --- */

static void
test_plain (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *calls = NULL;

  rig_init (&rig, NULL, 0x0403, 0x6015);
  go (&rig);
  assert_written (&rig);
  calls = tool_rig_dup_calls (&rig.tools);
  g_assert_cmpstr (calls,
                   ==,
                   "[\"app-write-mram\", \"--help\"]\n"
                   "[\"maintenance\", \"-opt\", \"sesbanner\"]\n"
                   "[\"app-write-mram\", \"--pad\", \"-i\", "
                   "\"bootloader.bin 0x80000000 firmware_pad.toc 0x8057e000\"]\n");
  g_assert_cmpuint (rig.n_presses + rig.n_power_cycles, ==, 0);
}

/* The other adapter, and the fork's arguments and words. */
static void
test_fork (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *calls = NULL;

  rig_init (&rig, "se-fork", 0x1A86, 0x55D3);
  go (&rig);
  assert_written (&rig);
  calls = tool_rig_dup_calls (&rig.tools);
  g_assert_nonnull (strstr (calls, "\"--cfg-part\", \"AE302F80F55D5LE\", \"--cfg-rev\", \"B4\""));
  g_assert_nonnull (strstr (calls, "\"-opt\", \"getbanner\""));
}

static void
test_older (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *calls = NULL;

  rig_init (&rig, "se-older", 0x0403, 0x6015);
  go (&rig);
  assert_written (&rig);
  calls = tool_rig_dup_calls (&rig.tools);
  g_assert_nonnull (strstr (calls, "[\"updateSystemPackage\"]\n[\"maintenance\", \"-opt\""));
  g_assert_cmpuint (rig.n_power_cycles, ==, 1);
}

static void
test_silent (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, "se-silent", 0x0403, 0x6015);
  go (&rig);
  assert_written (&rig);
  g_assert_cmpuint (rig.n_presses, >=, 1);
  g_assert_cmpuint (rig.n_power_cycles, ==, 1);
  g_assert_true (remembers (&rig, "awake"));
}

static void
test_recovery (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, "se-recovery", 0x0403, 0x6015);
  go (&rig);
  assert_written (&rig);
  g_assert_cmpuint (rig.n_presses, ==, 0);
  g_assert_cmpuint (rig.n_power_cycles, ==, 2);
}

/* --- what goes wrong --- */

static void
test_mismatch (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, "se-mismatch", 0x0403, 0x6015);
  go (&rig);
  assert_failed (&rig, "tool-failed", "Continue with operation", FALSE);
  g_assert_nonnull (strstr (rig.end.problem->message, "AE722F80F55D5LS"));
  tool_rig_assert_ran (&rig.tools, "se-tools", "asked");
}

static void
test_mismatch_update (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, "se-older,se-mismatch", 0x0403, 0x6015);
  go (&rig);
  assert_failed (&rig, "tool-failed", "set this part as default", FALSE);
  tool_rig_assert_ran (&rig.tools, "se-tools", "asked");
}

static void
test_fails (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (data, "|", 3);
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, words[0], 0x0403, 0x6015);
  go (&rig);
  assert_failed (&rig, "tool-failed", words[1], g_str_equal (words[2], "touched"));
  g_assert_cmpint (rig.end.outcome, ==, HS_OUTCOME_FAILED);
}

static void
test_menu (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, "se-silent,se-menu", 0x0403, 0x6015);
  go (&rig);
  assert_failed (&rig, "tool-failed", "does not answer", FALSE);
  g_assert_cmpint (rig.end.outcome, ==, HS_OUTCOME_REFUSED);
}

static void
test_hangs (void)
{
  g_auto (Rig) rig = { .cancel = TRUE };

  rig_init (&rig, "se-hang", 0x0403, 0x6015);
  go (&rig);
  g_assert_cmpint (rig.end.outcome, ==, HS_OUTCOME_CANCELLED);
  tool_rig_assert_ran (&rig.tools, "se-tools", "cancelled");
}

static void
test_no_jlink (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *calls = NULL;

  rig_init (&rig, NULL, 0x0403, 0x6015);
  g_ptr_array_set_size (rig.bus->infos, 1);
  go (&rig);
  g_assert_cmpint (rig.end.outcome, ==, HS_OUTCOME_REFUSED);
  assert_failed (&rig, "tool-failed", "J-Link", FALSE);
  calls = tool_rig_dup_calls (&rig.tools);
  g_assert_cmpstr (calls, ==, "");
}

static void
test_no_port (void)
{
  g_auto (Rig) rig = { 0 };
  HsUsbInfo *info;

  rig_init (&rig, NULL, 0x0403, 0x6015);
  info = rig.work->seen;
  g_clear_pointer (&info->tty, g_free);
  go (&rig);
  assert_failed (&rig, "tool-failed", "no serial port", FALSE);
}

static void
test_no_tools (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, NULL, 0x0403, 0x6015);
  g_setenv ("HOTSHOE_TOOLS", rig.camera, TRUE);
  go (&rig);
  g_assert_cmpint (rig.end.outcome, ==, HS_OUTCOME_REFUSED);
  assert_failed (&rig, "no-tool", "SE Tools", FALSE);
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-se/plain", test_plain);
  g_test_add_func ("/tool-se/fork", test_fork);
  g_test_add_func ("/tool-se/older", test_older);
  g_test_add_func ("/tool-se/silent", test_silent);
  g_test_add_func ("/tool-se/recovery", test_recovery);
  g_test_add_func ("/tool-se/mismatch", test_mismatch);
  g_test_add_func ("/tool-se/mismatch-update", test_mismatch_update);
  g_test_add_data_func ("/tool-se/fails", "se-fail|did not respond|untouched", test_fails);
  g_test_add_data_func ("/tool-se/lies", "se-lie|did not respond|untouched", test_fails);
  g_test_add_data_func ("/tool-se/short", "se-short|both files|touched", test_fails);
  g_test_add_data_func ("/tool-se/stale", "se-older,se-stale|1.104.0|untouched", test_fails);
  g_test_add_func ("/tool-se/menu", test_menu);
  g_test_add_func ("/tool-se/hangs", test_hangs);
  g_test_add_func ("/tool-se/no-jlink", test_no_jlink);
  g_test_add_func ("/tool-se/no-port", test_no_port);
  g_test_add_func ("/tool-se/no-tools", test_no_tools);
  status = g_test_run ();
  remove_tree (home);
  return status;
}
