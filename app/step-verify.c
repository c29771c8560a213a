/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Read-back on its way: digest and comparison go along, the image never lies in memory twice. */
typedef struct {
  const guint8 *expected;
  GChecksum *checksum;
  guint64 n_read;
  guint64 first_difference; /* G_MAXUINT64: none */
  gboolean swapped;         /* so far it could be the image with swapped 16-bit words */
} ReadBack;

static gboolean
compare_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  ReadBack *read_back = user_data;
  const guint8 *expected = read_back->expected + offset;

  g_checksum_update (read_back->checksum, data, length);
  read_back->n_read += length;
  read_back->swapped =
      read_back->swapped && (length < 2 || hs_method_bytes_swapped (data, expected, length));

  if (read_back->first_difference == G_MAXUINT64 && memcmp (expected, data, length) != 0)
    for (gsize i = 0; i < length; i++)
      if (expected[i] != data[i]) {
        read_back->first_difference = offset + i;
        break;
      }
  return TRUE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  HsJobPart *part = hs_work_part (work, step->part);

  return g_strdup_printf (_ ("Read %s back and compare its digest"), hs_explain_role (part->role));
}

/* Not proven, whatever the reason: it counts as unknown, as after a kill. */
static void
mark_unknown (HsWork *work, guint n, guint64 at, const char *why)
{
  HsJobPart *part = hs_work_part (work, n);

  hs_work_lock (work);
  part->failed_at = at;
  part->state = HS_PART_UNKNOWN;
  hs_work_unlock (work);

  /* If this can't be recorded either, partition.begun without an end says the same. */
  hs_recorder_unknown (work->recorder, n, why, NULL);
}

static gboolean
fail_different (HsWork *work, guint n, const ReadBack *read_back, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);

  if (read_back->swapped && (part->partition->flags & HS_PARTITION_SWAPPED)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_SWAPPED,
                 _ ("%s reads back with the two bytes of each 16-bit word swapped: the external "
                    "flash chip is in its swapped mode. That proves nothing."),
                 part->partition->name);
    return FALSE;
  }

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_VERIFY,
               _ ("sector %u of %s reads back differently, first at byte %" G_GUINT64_FORMAT "."),
               hs_partition_unit_at (part->partition, read_back->first_difference) + 1,
               part->partition->name,
               read_back->first_difference);
  return FALSE;
}

/* Takes what was read as proof, or says where it differs. */
static gboolean
judge (HsWork *work, guint n, const ReadBack *read_back, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);

  hs_work_lock (work);
  g_free (part->sha256_read_back);
  part->sha256_read_back = g_strdup (g_checksum_get_string (read_back->checksum));
  hs_work_unlock (work);

  if (read_back->n_read != part->length ||
      g_strcmp0 (part->sha256_read_back, part->sha256_file) != 0)
    return fail_different (work, n, read_back, error);

  if (!hs_recorder_holds (work->recorder, n, error))
    return FALSE;

  hs_work_set_part_state (work, n, HS_PART_VERIFIED);
  return TRUE;
}

/* Comparing found every byte there, nothing was written since: that was the read-back, and nobody
 * waits for a second one. */
static gboolean
was_read (const HsJobPart *part)
{
  return part->wrote_bytes == 0 && part->sha256_read_back != NULL &&
         g_strcmp0 (part->sha256_read_back, part->sha256_file) == 0;
}

static gboolean
take_comparison (HsWork *work, guint n, GError **error)
{
  if (!hs_recorder_holds (work->recorder, n, error))
    return FALSE;

  hs_work_set_part_state (work, n, HS_PART_VERIFIED);
  return TRUE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  ReadBack read_back = {
    .expected = g_bytes_get_data (hs_work_payload (work, step->part), NULL),
    .checksum = checksum,
    .first_difference = G_MAXUINT64,
    .swapped = TRUE,
  };
  g_autoptr (GError) local = NULL;
  double before = hs_work_seconds (work);
  gboolean ok;

  if (work->no_read_back)
    return TRUE;
  if (was_read (part))
    return take_comparison (work, step->part, error);

  ok = work->method->read (work->camera,
                           part->partition,
                           part->length,
                           compare_sink,
                           &read_back,
                           HS_ACTIVITY_VERIFYING,
                           work->progress,
                           work->cancellable,
                           &local) &&
       judge (work, step->part, &read_back, &local);
  work->seconds_transfer += hs_work_seconds (work) - before;
  if (ok)
    return TRUE;

  mark_unknown (
      work, step->part, MIN (read_back.first_difference, read_back.n_read), local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const HsStepClass hs_step_verify = {
  .verb = N_ ("Prove"),
  .describe = describe,
  .run = run,
};
