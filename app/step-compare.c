/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"

#include <glib/gi18n-lib.h>

/* --- what it holds is not what the catalog has of it --- */

static gboolean
hash_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_checksum_update (user_data, data, length);
  return TRUE;
}

/* Digest of the first @length bytes on the camera; those that were found to be the image's are not
 * read again. */
static char *
dup_digest (HsWork *work, guint n, gboolean equal, guint64 length, GError **error)
{
  const HsJobPart *part = hs_work_part (work, n);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint64 known = equal ? MIN (length, part->length) : 0;

  if (!hs_source_hash (hs_work_image (work, n), 0, known, checksum, error))
    return NULL;
  if (known < length && !work->method->read (work->camera,
                                             part->partition,
                                             known,
                                             length - known,
                                             hash_sink,
                                             checksum,
                                             HS_ACTIVITY_COMPARING,
                                             work->progress,
                                             work->cancellable,
                                             error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

/* The catalog has something else of it, or has this very image and it is not there. */
static gboolean
speaks_against (const HsJobPart *part, const HsContent *content, gboolean equal)
{
  gboolean same = content != NULL && content->sha256 != NULL && content->length > 0 &&
                  g_strcmp0 (content->sha256, part->sha256_file) == 0;

  if (content == NULL || content->sha256 == NULL || content->length <= 0 ||
      (guint64) content->length > part->partition->size)
    return FALSE;
  return equal != same;
}

/* What is there now is recorded beside it: that the unit can't be started is not what this means.
 */
static gboolean
check_changed (HsWork *work, guint n, const HsContent *content, gboolean equal, GError **error)
{
  const HsJobPart *part = hs_work_part (work, n);
  g_autofree char *found = NULL;

  if (!speaks_against (part, content, equal))
    return TRUE;

  found = dup_digest (work, n, equal, content->length, error);
  if (found == NULL)
    return FALSE;
  if (g_str_equal (found, content->sha256))
    return TRUE;
  return hs_recorder_changed (work->recorder, part->partition, content->sha256, found, error) &&
         (equal ||
          hs_recorder_found (work->recorder, part->partition, found, content->length, NULL, error));
}

/* --- comparing --- */

static guint
count_equal (const HsJobPart *part)
{
  guint n = 0;

  for (guint i = 0; i < part->n_units; i++)
    n += part->equal[i] != 0;
  return n;
}

/* Units that are neither equal nor would be written: the chip is in its swapped mode. */
static gboolean
is_swapped (const HsJobPart *part)
{
  return count_equal (part) + part->n_differ < part->n_units;
}

static void
mark_verified (HsWork *work, HsJobPart *part)
{
  hs_work_lock (work);
  part->state = HS_PART_VERIFIED;
  g_free (part->sha256_read_back);
  part->sha256_read_back = g_strdup (part->sha256_file);
  hs_work_unlock (work);
}

/* What may be torn proves nothing: what it begins with may be any shorter image. */
static gboolean
record (HsWork *work, guint n, HsUnit *unit, gboolean torn, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  const HsContent *content =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (part->role)) : NULL;
  gboolean equal = part->n_units > 0 && count_equal (part) == part->n_units;

  if (equal)
    mark_verified (work, part);
  if (torn || is_swapped (part))
    return TRUE;
  if (!check_changed (work, n, content, equal, error))
    return FALSE;
  return !equal || hs_recorder_found (work->recorder,
                                      part->partition,
                                      part->sha256_file,
                                      part->length,
                                      work->options.build,
                                      error);
}

/* What writing would take, now that more is known than before. */
static void
expect (HsWork *work, HsJobPart *part, HsWriteWhy why)
{
  hs_work_lock (work);
  hs_estimate_make (
      &part->expected, work->board, part->partition, part->length, part->equal, why, &part->pace);
  part->n_units = part->expected.n_units;
  part->n_differ = part->expected.n_differ;
  hs_work_unlock (work);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autofree char *size = hs_format_size (part->length);

  /* Translators: what is compared with where: "firmware with FIRMWARE, 1.6 MB" */
  return g_strdup_printf (_ ("%s with %s, %s; nothing is written"),
                          hs_explain_role (part->role),
                          part->partition->name,
                          size);
}

/* Until everything is read: where it differs it stops earlier. */
static void
expect_reading (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  HsJobPart *part = hs_work_part (work, step->part);

  estimate->seconds_compare = hs_estimate_stage (
      work->board, part->partition, HS_ACTIVITY_VERIFYING, 0, part->length, NULL, &part->pace);
}

static gboolean
compare (HsWork *work, guint n, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  HsWriteResult result = { 0 };
  double before = hs_work_seconds (work);
  gboolean ok = work->method->compare (work->camera,
                                       part->partition,
                                       hs_work_image (work, n),
                                       &result,
                                       work->progress,
                                       work->cancellable,
                                       error);
  double took = hs_work_seconds (work) - before;

  work->seconds_transfer += took;
  if (ok) {
    hs_work_lock (work);
    part->seconds_compare = took;
    hs_job_part_take_result (part, &result);
    hs_work_unlock (work);
  }
  hs_write_result_clear (&result);
  return ok;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;
  gboolean dry_run = g_str_equal (work->what, "dry-run");
  HsWriteWhy why = hs_estimate_why (unit, part->partition, work->options.full, work->no_read_back);

  /* What a real run would not read either. */
  if (dry_run && why != HS_WRITE_DIFFERING) {
    expect (work, part, why);
    return TRUE;
  }

  if (!compare (work, step->part, error) ||
      !record (work, step->part, unit, why == HS_WRITE_ALL_TORN, error))
    return FALSE;
  if (dry_run)
    expect (work, part, why);
  return TRUE;
}

const HsStepClass hs_step_compare = {
  .verb = N_ ("Compare"),
  .describe = describe,
  .expect = expect_reading,
  .run = run,
};
