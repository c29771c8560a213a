/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/uf2-copy.h"
#include "flash/error.h"
#include "flash/protocol/picoboot.h"
#include "store/kinds.h"
#include "tests/job-rig.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* An RP2040 whose bootloader can't be spoken with: what its drive takes is never called proven. */

static void
rig_init (JobRig *rig, HsMode mode, const char *fault)
{
  job_rig_init (rig, "RPI_PICO");
  job_rig_renew_bus (rig, mode);
  if (fault != NULL)
    hs_sim_bus_set_fault (rig->bus, 0, fault, 1);
  if (mode == HS_MODE_DFU) /* seen anew, with the fault */
    hs_sim_bus_hand_enter (rig->bus, 0);
}

static char *
dup_drive (JobRig *rig)
{
  g_autoptr (GError) error = NULL;
  char *drive = hs_bus_dup_drive (HS_BUS (rig->bus), "1-1", 1000, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (drive);
  return drive;
}

static guint
count_entries (JobRig *rig, const char *kind)
{
  const char *kinds[] = { kind, NULL };
  const HsJournalFilter filter = { .kinds = kinds };
  g_autoptr (GArray) rows = hs_catalog_list_journal (rig->catalog, &filter, 0, NULL, NULL);

  return rows->len;
}

static void
assert_unproven (JobRig *rig, JobRun *run)
{
  job_run_assert_ended (run, HS_OUTCOME_UNPROVEN, "no-read-back");
  job_rig_assert_holds (rig, 0);
  job_rig_assert_whole (rig);
  g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (rig, 0)), ==, HS_MODE_APP);
  g_assert_cmpuint (count_entries (rig, HS_KIND_PARTITION_BEGUN), ==, 1);
  g_assert_cmpuint (count_entries (rig, HS_KIND_PARTITION_WROTE), ==, 1);
  g_assert_cmpuint (count_entries (rig, HS_KIND_PARTITION_HOLDS), ==, 0);
  g_assert_cmpint (run->work->verdict, !=, HS_VERDICT_DIFFERS);
}

/* By PICOBOOT, with which the rest is to be compared. */
static void
test_spoken_with (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_init (&rig, HS_MODE_APP, NULL);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_false (run.work->by_drive);
}

/* Found in BOOTSEL, and it is known before that only the drive is left. */
static void
test_found (gconstpointer fault)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  guint before;

  rig_init (&rig, HS_MODE_DFU, fault);
  before = hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0));
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  assert_unproven (&rig, &run);
  g_assert_true (run.work->by_drive);
  /* None but those of the application for its version. */
  g_assert_cmpuint (run.requests_at[3] - before, ==, 0);
}

/* It turns out when it has been entered. */
static void
test_entered (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_init (&rig, HS_MODE_APP, "drive_only");
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  assert_unproven (&rig, &run);
}

/* More than a file can do is refused, with the reason why it can't be spoken with. */
static void
test_more_than_a_file (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_init (&rig, HS_MODE_DFU, "no_access");
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.leave_held = TRUE;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "no-permission");
  g_assert_cmpuint (count_entries (&rig, HS_KIND_PARTITION_BEGUN), ==, 0);
}

static void
assert_refused (JobRig *rig)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "bootloader-drive");
  job_run_assert_honest (&run);
  g_assert_cmpuint (count_entries (rig, HS_KIND_PARTITION_BEGUN), ==, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (rig, 0)), ==, HS_MODE_DFU);
}

/* Whatever it is called: a drive that does not say that it is the RP2040's is none. */
static void
test_wrong_drive (void)
{
  static const char *const texts[] = {
    NULL,
    "",
    "UF2 Bootloader v1.0\r\nModel: Raspberry Pi RP2350\r\nBoard-ID: RP2350\r\n",
    "UF2 Bootloader v3.0\r\nBoard-ID: RPI-RP2350\r\n",
    "UF2 Bootloader v3.0\r\nBoard-ID: SAMD51\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (JobRig) rig = { 0 };
    g_autofree char *drive = NULL;
    g_autofree char *info = NULL;

    rig_init (&rig, HS_MODE_DFU, "no_access");
    drive = dup_drive (&rig);
    info = g_build_filename (drive, "INFO_UF2.TXT", NULL);
    if (texts[i] == NULL)
      g_assert_cmpint (g_unlink (info), ==, 0);
    else
      g_assert_true (g_file_set_contents (info, texts[i], -1, NULL));
    assert_refused (&rig);
  }
}

/* Something is in the way: nothing was copied, nothing is unknown. */
static void
test_file_in_the_way (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autofree char *drive = NULL;
  g_autofree char *file = NULL;

  rig_init (&rig, HS_MODE_DFU, "no_access");
  drive = dup_drive (&rig);
  file = g_build_filename (drive, "firmware.uf2", NULL);
  g_assert_cmpint (g_mkdir (file, 0755), ==, 0);
  assert_refused (&rig);
}

/* Somebody else has claimed the flash: the ROM takes nothing from the drive. */
static void
test_not_taken (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (HsTransport) transport = NULL;
  g_autoptr (HsPicoboot) picoboot = NULL;
  g_autoptr (GError) error = NULL;

  rig_init (&rig, HS_MODE_DFU, NULL);
  info = hs_bus_find_port (HS_BUS (rig.bus), "1-1");
  transport = hs_bus_open (HS_BUS (rig.bus), info, HS_OPEN_USB, &error);
  picoboot = hs_picoboot_new (transport, info, &error);
  g_assert_true (hs_picoboot_prepare (picoboot, &error));
  hs_sim_bus_set_fault (rig.bus, 0, "no_access", 1);

  job_run_init (&run, &rig, 0, "flash");
  run.work->by_drive = FALSE;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "bootloader-drive");
  g_assert_null (hs_work_get_unit (run.work)); /* recorded against the port */
  g_assert_cmpuint (count_entries (&rig, HS_KIND_PARTITION_UNKNOWN), ==, 1);
}

/* It left with the last block and was never seen again. */
static void
test_stays_away (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  rig_init (&rig, HS_MODE_DFU, "no_access");
  hs_sim_bus_set_fault (rig.bus, 0, "stay_away", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "did-not-come-back");
  g_assert_cmpuint (count_entries (&rig, HS_KIND_PARTITION_HOLDS), ==, 0);
}

static void
test_full_drive (void)
{
  g_autofree char *zeros = g_malloc0 (100000);
  g_autoptr (GBytes) file = g_bytes_new (zeros, 100000);
  g_autoptr (GError) error = NULL;
  gsize accepted = 1;
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_false (hs_uf2_copy_write (fd, file, HS_ROLE_FIRMWARE, &accepted, NULL, NULL, &error));
  close (fd);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_DRIVE);
  g_assert_nonnull (strstr (error->message, g_strerror (ENOSPC)));
  g_assert_cmpuint (accepted, ==, 0);
}

static void
test_stopped (void)
{
  g_autofree char *zeros = g_malloc0 (100);
  g_autoptr (GBytes) file = g_bytes_new (zeros, 100);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gsize accepted;
  int fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  g_cancellable_cancel (cancellable);
  g_assert_false (
      hs_uf2_copy_write (fd, file, HS_ROLE_FIRMWARE, &accepted, NULL, cancellable, &error));
  close (fd);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uf2-drive/spoken-with", test_spoken_with);
  g_test_add_data_func ("/uf2-drive/found/no-access", "no_access", test_found);
  g_test_add_data_func ("/uf2-drive/found/drive-only", "drive_only", test_found);
  g_test_add_func ("/uf2-drive/entered", test_entered);
  g_test_add_func ("/uf2-drive/more-than-a-file", test_more_than_a_file);
  g_test_add_func ("/uf2-drive/wrong-drive", test_wrong_drive);
  g_test_add_func ("/uf2-drive/file-in-the-way", test_file_in_the_way);
  g_test_add_func ("/uf2-drive/not-taken", test_not_taken);
  g_test_add_func ("/uf2-drive/stays-away", test_stays_away);
  g_test_add_func ("/uf2-drive/full-drive", test_full_drive);
  g_test_add_func ("/uf2-drive/stopped", test_stopped);

  return g_test_run ();
}
