/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { CHUNK = 65536 };

/* Read-back on its way: digest and comparison go along, the image never lies in memory. */
typedef struct {
  HsSource *image; /* borrowed */
  GChecksum *checksum;
  guint8 *expected;         /* owned; CHUNK bytes */
  guint64 n_proven;         /* bytes, from the start, that were read now or compared before */
  guint64 n_read;           /* of those, read now */
  guint64 first_difference; /* G_MAXUINT64: none */
  gboolean swapped;         /* so far it could be the image with swapped 16-bit words */
} ReadBack;

static void
compare (ReadBack *self, guint64 offset, const guint8 *data, gsize length)
{
  self->swapped =
      self->swapped && (length < 2 || hs_method_bytes_swapped (data, self->expected, length));
  for (gsize i = 0; self->first_difference == G_MAXUINT64 && i < length; i++)
    if (self->expected[i] != data[i])
      self->first_difference = offset + i;
}

static gboolean
compare_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  ReadBack *self = user_data;

  g_checksum_update (self->checksum, data, length);
  for (gsize at = 0; at < length; at += CHUNK) {
    gsize n = MIN (CHUNK, length - at);

    if (!hs_source_read (self->image, offset + at, self->expected, n, error))
      return FALSE;
    if (memcmp (self->expected, data + at, n) != 0)
      compare (self, offset + at, data + at, n);
  }
  self->n_proven = offset + length;
  self->n_read += length;
  return TRUE;
}

/* What comparing has read and found equal needs no second reading: its bytes are the image's. */
static gboolean
take_compared (ReadBack *self, guint64 start, guint64 end, GError **error)
{
  if (!hs_source_hash (self->image, start, end, self->checksum, error))
    return FALSE;
  self->n_proven = end;
  return TRUE;
}

/* The units from @first on that are alike in having been found equal, or not; returns where they
 * end. */
static guint
end_of_run (HsWork *work, const HsJobPart *part, guint first, guint64 *start, guint64 *end)
{
  guint64 offset, size;
  guint n = first;

  *end = part->length;
  hs_method_get_unit (work->board, part->partition, first, start, &size);
  for (; n < part->n_units && part->equal[n] == part->equal[first]; n++) {
    hs_method_get_unit (work->board, part->partition, n, &offset, &size);
    *end = MIN (offset + size, part->length);
  }
  return n;
}

/* What was read before counts only for the very enumeration of the camera that it was read from
 * (after another one it may be another camera, or one that something else wrote to), and as long
 * as nothing else was written to it. */
static gboolean
is_fresh (HsWork *work, const HsJobPart *part)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (work->camera);

  return hs_camera_is_attached (work->camera) && info->instance == part->instance &&
         work->n_writes == part->n_writes;
}

static gboolean
read_back_all (HsWork *work, const HsJobPart *part, ReadBack *read_back, GError **error)
{
  gboolean fresh = is_fresh (work, part);
  guint i = 0;

  while (i < part->n_units) {
    gboolean compared = fresh && part->equal[i];
    guint64 start, end;
    gboolean ok;

    i = end_of_run (work, part, i, &start, &end);
    if (compared)
      ok = take_compared (read_back, start, end, error);
    else
      ok = work->method->read (work->camera,
                               part->partition,
                               start,
                               end - start,
                               compare_sink,
                               read_back,
                               HS_ACTIVITY_VERIFYING,
                               work->progress,
                               work->cancellable,
                               error);
    if (!ok)
      return FALSE;
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

  if (read_back->n_proven != part->length ||
      g_strcmp0 (part->sha256_read_back, part->sha256_file) != 0)
    return fail_different (work, n, read_back, error);

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
  g_autofree guint8 *expected = g_malloc (CHUNK);
  ReadBack read_back = {
    .image = hs_work_image (work, step->part),
    .checksum = checksum,
    .expected = expected,
    .first_difference = G_MAXUINT64,
    .swapped = TRUE,
  };
  g_autoptr (GError) local = NULL;
  double before = hs_work_seconds (work);
  gboolean ok;

  if (work->no_read_back)
    return TRUE;

  ok = read_back_all (work, part, &read_back, &local);
  before = hs_work_seconds (work) - before;
  work->seconds_transfer += before;
  hs_work_lock (work);
  part->seconds_verify = before;
  part->verified_bytes = read_back.n_read;
  hs_work_unlock (work);
  if (ok && judge (work, step->part, &read_back, &local))
    return TRUE;

  mark_unknown (
      work, step->part, MIN (read_back.first_difference, read_back.n_proven), local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const HsStepClass hs_step_verify = {
  .verb = N_ ("Prove"),
  .describe = describe,
  .run = run,
};
