/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/trial-private.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* The steps of a trial. Each goes by the bus and by what was read back, never by what somebody says
 * was done. */

/* --- reading --- */

static void
identify (HsTrial *self)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsJob) job = hs_trial_do (self, "identify", &options, FALSE);

  if (job != NULL)
    hs_trial_take_outcome (self, job);
}

/* All bytes of one partition, through a file; NULL: not passed, and the step says why. */
static GBytes *
read_role (HsTrial *self, HsRole role)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-trial-XXXXXX", NULL);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, "read.bin", NULL) : NULL;
  g_autoptr (GFile) file = NULL;
  HsRequestOptions options = { .role = role };
  g_autoptr (HsJob) job = NULL;
  char *data = NULL;
  gsize length = 0;

  if (path == NULL) {
    hs_trial_fail (self, _ ("No file can be made here."));
    return NULL;
  }
  file = g_file_new_for_path (path);
  options.file = file;
  job = hs_trial_do (self, "read", &options, FALSE);
  if (job != NULL && hs_trial_take_outcome (self, job))
    g_file_get_contents (path, &data, &length, NULL);
  g_remove (path);
  g_rmdir (folder);
  return data != NULL ? g_bytes_new_take (data, length) : NULL;
}

static char *
digest_of (GBytes *bytes, gsize length)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, MIN (size, length));
}

/* The same bytes both times: nothing is lost or turned round on the way. */
static void
read_twice (HsTrial *self)
{
  const HsPartition *partition = hs_board_find (self->board, HS_ROLE_BOOTLOADER);
  HsRole role = partition != NULL && !(partition->flags & HS_PARTITION_NO_UPLOAD)
                    ? HS_ROLE_BOOTLOADER
                    : HS_ROLE_FIRMWARE;
  g_autoptr (GBytes) first = read_role (self, role);
  g_autoptr (GBytes) second = first != NULL ? read_role (self, role) : NULL;
  g_autofree char *digest = NULL;

  if (second == NULL)
    return;
  if (!g_bytes_equal (first, second)) {
    hs_trial_fail (self, _ ("Read twice, %s is not the same."), hs_role_name (role));
    return;
  }
  digest = digest_of (first, g_bytes_get_size (first));
  hs_trial_add_digest (
      self, hs_board_find (self->board, role)->name, digest, g_bytes_get_size (first));
  hs_trial_pass (self);
}

static GBytes *
swap (GBytes *bytes, gsize length)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  gsize n = MIN (size, length + length % 2);
  guint8 *swapped = g_malloc0 (n);

  for (gsize i = 0; i + 1 < n; i += 2) {
    swapped[i] = data[i + 1];
    swapped[i + 1] = data[i];
  }
  return g_bytes_new_take (swapped, n);
}

/* Answers how external flash reads back; @digest is of the plain order. */
static void
observe_order (HsTrial *self,
               const HsPartition *partition,
               const HsArtifact *artifact,
               GBytes *bytes,
               const char *digest)
{
  g_autoptr (GBytes) swapped = NULL;
  g_autofree char *other = NULL;

  if (!(partition->flags & HS_PARTITION_SWAPPED))
    return;
  if (g_str_equal (digest, artifact->sha256)) {
    hs_trial_answer (self, "ospi-byte-order", _ ("No: it reads back as it was written."));
    return;
  }
  swapped = swap (bytes, artifact->size);
  other = digest_of (swapped, artifact->size);
  if (g_str_equal (other, artifact->sha256))
    hs_trial_answer (
        self, "ospi-byte-order", _ ("Yes: it reads back with each pair of bytes swapped."));
}

static gboolean
check_role (HsTrial *self, HsRole role, const HsArtifact *artifact)
{
  const HsPartition *partition = hs_board_find (self->board, role);
  g_autoptr (GBytes) bytes = read_role (self, role);
  g_autofree char *digest = NULL;

  if (bytes == NULL)
    return FALSE;
  digest = digest_of (bytes, artifact->size);
  hs_trial_add_digest (self, partition->name, digest, artifact->size);
  observe_order (self, partition, artifact, bytes, digest);
  if (g_str_equal (digest, artifact->sha256))
    return TRUE;
  hs_trial_fail (self, _ ("%s does not hold what was written."), partition->name);
  return FALSE;
}

/* Every image that was flashed, read once more in a run of its own. */
static void
read_back (HsTrial *self)
{
  guint n = 0;

  if (!self->flashed) {
    hs_trial_leave_out (self, _ ("Nothing was flashed in this trial."));
    return;
  }
  for (const HsRole *role = self->board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsArtifact *artifact = hs_build_find_artifact (self->build, hs_role_name (*role));

    if (artifact == NULL)
      continue;
    if (!check_role (self, *role, artifact))
      return;
    n++;
  }
  if (n > 0)
    hs_trial_pass (self);
  else
    hs_trial_leave_out (self, _ ("The build has no image for this board."));
}

/* --- writing --- */

/* What a refusal to believe the read-back tells, too. */
static void
observe_swapped (HsTrial *self, HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);

  if (problem != NULL && g_str_equal (problem->code, hs_app_error_name (HS_APP_ERROR_SWAPPED)))
    hs_trial_answer (
        self, "ospi-byte-order", _ ("Yes: it reads back with each pair of bytes swapped."));
}

static void
flash_full (HsTrial *self)
{
  HsRequestOptions options = { .full = TRUE };
  g_autoptr (HsJob) job = hs_trial_do (self, "flash", &options, FALSE);

  if (job == NULL)
    return;
  self->flashed = hs_trial_take_outcome (self, job);
  observe_swapped (self, job);
}

static void
flash_same (HsTrial *self)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsJob) job = hs_trial_do (self, "flash", &options, FALSE);

  if (job == NULL || !hs_trial_take_outcome (self, job))
    return;
  hs_trial_answer (self,
                   "identical-is-read-only",
                   hs_job_get_already (job) ? _ ("Yes.") : _ ("No: it was written again."));
  if (!hs_job_get_already (job))
    hs_trial_fail (self, _ ("What was there already was written again."));
}

static void
erase (HsTrial *self)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsJob) job = hs_trial_do (self, "erase", &options, FALSE);

  if (job != NULL)
    hs_trial_take_outcome (self, job);
}

/* --- the cable --- */

/* Whether a write had begun and is not proven. */
static gboolean
broke_in_write (HsJob *job)
{
  for (guint i = 0; i < hs_job_get_n_parts (job); i++) {
    HsPartState state = hs_job_get_part (job, i)->state;

    if (state == HS_PART_WRITING || state == HS_PART_UNKNOWN || state == HS_PART_WRITTEN)
      return TRUE;
  }
  return FALSE;
}

static void
pull (HsTrial *self)
{
  HsRequestOptions options = { .full = TRUE };
  g_autoptr (HsJob) job = NULL;

  hs_trial_ask_hand (self,
                     HS_TRIAL_HAND_READY,
                     _ ("Take hold of the camera’s cable. It has to come out in a moment, while it "
                        "is written to."),
                     NULL);
  self->pull = TRUE;
  job = hs_trial_do (self, "flash", &options, FALSE);
  self->pull = FALSE;
  if (job == NULL)
    return;

  if (hs_job_get_outcome (job) == HS_OUTCOME_PASSED)
    hs_trial_leave_out (self, _ ("The cable was not pulled in time: it was written and proven."));
  else if (hs_job_get_outcome (job) == HS_OUTCOME_REFUSED ||
           hs_job_get_outcome (job) == HS_OUTCOME_CANCELLED)
    hs_trial_take_outcome (self, job);
  else if (!broke_in_write (job))
    hs_trial_leave_out (self, _ ("The cable came out before or after the write, not in it."));
  else
    hs_trial_pass (self);
}

/* What a broken write left: the bootloader is caught, and all is written and proven. */
static void
rescue (HsTrial *self)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsDevice) device = hs_trial_find_device (self);
  g_autoptr (HsJob) job = NULL;

  if (device == NULL)
    job = hs_trial_do (self, "flash", &options, TRUE);
  else
    job = hs_trial_do (self, "flash", &options, FALSE);
  if (job == NULL || !hs_trial_take_outcome (self, job))
    return;
  hs_trial_answer (self, "torn-write-found", _ ("Yes: it was written again, and proven."));
}

/* --- ways in and out --- */

static void
enter_and_leave (HsTrial *self, gboolean by_hand)
{
  HsRequestOptions options = { NULL };
  g_autoptr (HsJob) enter = hs_trial_do (self, "enter", &options, by_hand);
  g_autoptr (HsJob) leave = NULL;

  if (enter == NULL || !hs_trial_take_outcome (self, enter))
    return;
  options = (HsRequestOptions){ NULL };
  leave = hs_trial_do (self, "leave", &options, FALSE);
  if (leave != NULL)
    hs_trial_take_outcome (self, leave);
}

static void
enter_asked (HsTrial *self)
{
  enter_and_leave (self, FALSE);
}

static void
enter_by_hand (HsTrial *self)
{
  enter_and_leave (self, TRUE);
}

/* --- the order in which they are done --- */

static const HsTrialPlan plans[] = {
  { "identify", "read", HS_OPERATION_READ, N_ ("See what is on it"), FALSE, identify },
  { "read-twice", "read", HS_OPERATION_READ, N_ ("Read the same twice"), FALSE, read_twice },
  { "flash-full", "flash", HS_OPERATION_FLASH, N_ ("Flash every sector"), TRUE, flash_full },
  { "flash-same", "flash", HS_OPERATION_FLASH, N_ ("Flash the same again"), TRUE, flash_same },
  { "read-back", "read", HS_OPERATION_READ, N_ ("Read back what was flashed"), TRUE, read_back },
  { "erase", "erase", HS_OPERATION_ERASE, N_ ("Erase the filesystem"), FALSE, erase },
  { "pull", "pull", HS_OPERATION_FLASH, N_ ("Pull the cable in mid-write"), TRUE, pull },
  { "rescue", "pull", HS_OPERATION_FLASH, N_ ("Write it again after that"), TRUE, rescue },
  { "enter-asked",
    "enter",
    HS_N_OPERATIONS,
    N_ ("Ask its firmware for the bootloader"),
    FALSE,
    enter_asked },
  { "enter-by-hand",
    "enter",
    HS_N_OPERATIONS,
    N_ ("Catch the bootloader after plugging in"),
    FALSE,
    enter_by_hand },
  { "recover",
    "recover",
    HS_OPERATION_RECOVER,
    N_ ("Restore the bootloader along its guide"),
    TRUE,
    hs_trial_recover },
};

const HsTrialPlan *
hs_trial_nth_plan (guint n)
{
  return n < G_N_ELEMENTS (plans) ? &plans[n] : NULL;
}
