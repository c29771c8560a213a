/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/explain.h"
#include "flash/error.h"
#include "flash/image.h"
#include "flash/sim/sample-image.h"
#include "flash/transport/port-lock.h"
#include "tests/job-rig.h"

#include <string.h>

/* What people read when something went wrong: whole sentences, what to do, nothing said twice. */

static guint
count_words (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return g_strv_length (words);
}

static void
assert_sentences (const char *text)
{
  g_assert_true (g_str_has_suffix (text, ".") || g_str_has_suffix (text, ".)"));
  g_assert_null (strstr (text, ".."));
  g_assert_null (strstr (text, "!"));
  g_assert_null (strstr (text, "Error"));
  g_assert_true (g_str_has_prefix (text, "firmware.bin") ||
                 !g_unichar_islower (g_utf8_get_char (text)));
}

/* No sentence stands in both. */
static void
assert_said_once (const char *message, const char *action)
{
  g_auto (GStrv) sentences = g_strsplit (action, ". ", -1);

  for (char **sentence = sentences; *sentence != NULL; sentence++) {
    g_autofree char *core = g_strndup (*sentence, strcspn (*sentence, "."));

    g_assert_true (*core == '\0' || strstr (message, core) == NULL);
  }
}

static void
assert_well_said (const HsProblem *problem)
{
  g_test_message ("%s | %s | %s", problem->headline, problem->message, problem->action);
  g_assert_cmpuint (strlen (problem->code), >, 0);
  g_assert_cmpuint (count_words (problem->headline), <=, 4);
  g_assert_true (g_unichar_islower (g_utf8_get_char (problem->headline)) ||
                 g_str_has_prefix (problem->headline, "USB") ||
                 g_str_has_prefix (problem->headline, "ROMFS"));
  assert_sentences (problem->message);
  if (*problem->action != '\0')
    assert_sentences (problem->action);
  assert_said_once (problem->message, problem->action);
  g_assert_nonnull (strstr (problem->chain, problem->code));
}

static void
explain_all (GQuark domain, int last, const char *(*name) (int code))
{
  for (int code = 0; code <= last; code++) {
    g_autoptr (GError) error = g_error_new (domain, code, "something about block %d", code);
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    g_assert_cmpstr (problem->code, ==, name (code));
    assert_well_said (problem);
  }
}

static void
test_every_code (void)
{
  explain_all (HS_FLASH_ERROR, HS_FLASH_ERROR_FAILED, hs_flash_error_name);
  explain_all (HS_STORE_ERROR, HS_STORE_ERROR_FAILED, hs_store_error_name);
  explain_all (HS_APP_ERROR, HS_APP_ERROR_FAILED, hs_app_error_name);
}

/* Errors of the libraries below have a headline too. */
static void
test_foreign (void)
{
  const struct {
    GQuark domain;
    int code;
    const char *name;
  } errors[] = {
    { G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled" },
    { G_FILE_ERROR, G_FILE_ERROR_NOENT, "no-such-file" },
    { G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no-such-file" },
    { G_IO_ERROR, G_IO_ERROR_FAILED, "failed" },
    { G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "failed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autoptr (GError) error =
        g_error_new (errors[i].domain, errors[i].code, "as told by a library");
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    g_assert_cmpstr (problem->code, ==, errors[i].name);
    assert_well_said (problem);
  }
}

/* --- sentences of jobs that end badly --- */

static void
assert_says (const HsProblem *problem, const char *message, const char *action)
{
  assert_well_said (problem);
  g_assert_cmpstr (problem->message, ==, message);
  g_assert_cmpstr (problem->action, ==, action);
}

static void
flash_says (JobRig *rig, gboolean full, const char *message, const char *action)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  run.work->options.full = full;
  job_run_go (&run);
  assert_says (run.end.problem, message, action);
}

static void
fault_says (const char *fault, int value, const char *message, const char *action)
{
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, NULL);
  hs_sim_bus_set_fault (rig.bus, 0, fault, value);
  flash_says (&rig, TRUE, message, action);
}

#define PLUG_IN "Retry, then plug the camera in again; Hotshoe then writes it in full."
#define WORN    "Retry once. If it fails again, that part of the flash is worn: do not ship this unit."

static void
test_cable (void)
{
  fault_says ("unplug_at", 30, "The cable came off. Firmware is incomplete.", PLUG_IN);
  fault_says ("unplug_at", 9, "The cable came off.", "Plug the camera in again, then retry.");
}

static void
test_sector (void)
{
  fault_says ("corrupt_block", 3, "Sector 2 of FIRMWARE reads back differently.", WORN);
  fault_says ("write_error_block", 3, "Sector 2 of FIRMWARE can't be written.", WORN);
}

static void
test_another_unit (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  hs_sim_bus_set_fault (rig.bus, 0, "wrong_unit", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  assert_well_said (run.end.problem);
  g_assert_true (
      g_str_has_prefix (run.end.problem->message, "Another unit came back on port 1-1. Expected "));
  g_assert_cmpstr (run.end.problem->action, ==, "Check which camera is on that cable, then retry.");
}

static void
test_version (void)
{
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, NULL);
  job_rig_import_as (&rig, "5.0.1", 500);
  flash_says (&rig,
              FALSE,
              "It restarted with 5.0.0, not 5.0.1.",
              "Compare the unit with the build before it ships.");
}

static void
test_away (void)
{
  fault_says (
      "stay_away",
      1,
      "The camera on port 1-1 did not come back in its bootloader in time.",
      "Unplug it and plug it in again. If it stays away, its firmware does not start: flash "
      "it again while it is in its bootloader.");
}

static void
test_cancelled (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  g_cancellable_cancel (run.work->cancellable);
  job_run_go (&run);
  assert_says (run.end.problem, "Stopped.", "");
}

/* --- refusals --- */

#define PERMISSION                                                                                  \
  "Install the udev rules (60-hotshoe.rules) with “sudo hotshoe doctor --install-rules”, then " \
  "plug "                                                                                           \
  "it in again."
#define CLOSE "Close it or wait until it has finished, then try again."

static void
test_access (void)
{
  fault_says ("no_access", 1, "Hotshoe may not open this camera.", PERMISSION);
  fault_says ("held_elsewhere", 1, "Another program uses the simulated camera at 1-1.", CLOSE);
}

/* Another Hotshoe that works on the same port. */
static void
test_held_by_hotshoe (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-explain-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsProblem) problem = NULL;
  g_autoptr (HsPortLock) lock = hs_port_lock_take_in (folder, NULL, "1-4", &error);

  g_assert_no_error (error);
  g_assert_null (hs_port_lock_take_in (folder, NULL, "1-4", &error));
  problem = hs_explain_error (error);
  assert_well_said (problem);
  g_assert_cmpstr (problem->action, ==, CLOSE);
  remove_tree (folder);
}

static void
refuse (GBytes *bytes, const char *for_board, const char *message, const char *action)
{
  const HsBoard *board = hs_board_by_id (for_board);
  const HsPartition *partition = hs_board_find (board, HS_ROLE_FIRMWARE);
  g_autoptr (HsProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_image_check_payload (bytes, HS_ROLE_FIRMWARE, board, partition, &error));
  problem = hs_explain_error (error);
  assert_says (problem, message, action);
}

static void
test_wrong_image (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  const guint excess = 14352;
  gsize size = hs_board_find (board, HS_ROLE_FIRMWARE)->size + excess;
  g_autoptr (GBytes) other =
      hs_sample_firmware (hs_board_by_id ("OPENMV4P"), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, 0);
  g_autoptr (GBytes) large =
      hs_sample_firmware (board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, size);

  refuse (other,
          "OPENMV4",
          "This file is for OPENMV4P, the camera is OPENMV4. Nothing was written.",
          "Choose a build for this camera's board, or plug in the camera that was meant.");
  refuse (large,
          "OPENMV4",
          "The firmware is 14352 bytes too large for FIRMWARE on this camera. Nothing was written.",
          "Make the image smaller, or choose another build.");
}

static char *
find_blob (JobRig *rig, HsRole role)
{
  const HsArtifact *artifact = hs_build_find_artifact (rig->build, hs_role_name (role));
  g_autofree char *folder = g_path_get_dirname (rig->path);
  g_autofree char *start = g_strndup (artifact->sha256, 2);

  return g_build_filename (folder, "blobs", start, artifact->sha256 + 2, NULL);
}

static void
test_altered_file (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *blob = NULL;

  job_rig_init (&rig, NULL);
  blob = find_blob (&rig, HS_ROLE_FIRMWARE);
  g_chmod (blob, 0600);
  g_assert_true (g_file_set_contents (blob, "altered", -1, NULL));
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "file-altered");
  assert_says (run.end.problem,
               "firmware.bin has changed since it was imported. Nothing was written.",
               "Import the build again.");
}

static void
test_disk_full (void)
{
  g_autoptr (GError) error =
      g_error_new_literal (HS_STORE_ERROR,
                           HS_STORE_ERROR_FULL,
                           "The catalog can't be written: the disk is full (0 "
                           "bytes left).");
  g_autoptr (HsProblem) problem = hs_explain_error (error);

  assert_says (problem,
               "The catalog can't be written: the disk is full (0 bytes left).",
               "Flashing waits until there is room; nothing goes unrecorded.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/every-code", test_every_code);
  g_test_add_func ("/explain/foreign", test_foreign);
  g_test_add_func ("/explain/cable", test_cable);
  g_test_add_func ("/explain/sector", test_sector);
  g_test_add_func ("/explain/another-unit", test_another_unit);
  g_test_add_func ("/explain/version", test_version);
  g_test_add_func ("/explain/away", test_away);
  g_test_add_func ("/explain/cancelled", test_cancelled);
  g_test_add_func ("/explain/access", test_access);
  g_test_add_func ("/explain/held-by-hotshoe", test_held_by_hotshoe);
  g_test_add_func ("/explain/wrong-image", test_wrong_image);
  g_test_add_func ("/explain/altered-file", test_altered_file);
  g_test_add_func ("/explain/disk-full", test_disk_full);
  return g_test_run ();
}
