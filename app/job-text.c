/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/job-text.h"

#include "app/explain.h"
#include "flash/method.h"

#include <glib/gi18n-lib.h>

/* --- what was found in the partitions --- */

void
hs_job_part_get_unit (const HsBoard *board,
                      const HsJobPart *part,
                      guint n,
                      guint64 *offset,
                      guint64 *size)
{
  hs_method_get_unit (board, part->partition, n, offset, size);
}

/* Memory without erase units is counted in blocks. */
static gboolean
has_sectors (const HsJobPart *part)
{
  return part->partition->n_erase > 0;
}

static char *
dup_to_write (const HsJobPart *part)
{
  const char *name = part->partition->name;

  if (has_sectors (part))
    /* Translators: how many, of how many, name of a partition */
    return g_strdup_printf (
        ngettext ("%u of %u sector of %s", "%u of %u sectors of %s", part->n_units),
        part->n_differ,
        part->n_units,
        name);
  return g_strdup_printf (ngettext ("%u of %u block of %s", "%u of %u blocks of %s", part->n_units),
                          part->n_differ,
                          part->n_units,
                          name);
}

/* Only the word of the job counts: a cable that came off says nothing about the flash. */
gboolean
hs_job_differs (HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);

  return g_str_equal (hs_job_get_what (job), "compare") && problem != NULL &&
         g_strcmp0 (problem->code, "differs") == 0;
}

/* --- what passed --- */

static char *
flashed (HsJob *job, const char *time)
{
  const HsVersion *version = hs_job_get_version (job);

  if (version->text != NULL && hs_job_get_verdict (job) == HS_VERDICT_EQUAL)
    return g_strdup_printf (_ ("Read back, restarted, reports %s · %s"), version->text, time);
  if (version->text != NULL)
    return g_strdup_printf (_ ("Read back, restarted, reports %s (the build does not tell which to "
                               "expect) · %s"),
                            version->text,
                            time);
  return g_strdup_printf (_ ("Read back and equal · %s"), time);
}

/* Of writing what was found different, at the board's own pace. */
static double
seconds_to_write (HsJob *job)
{
  double seconds = 0;

  for (guint i = 0; i < hs_job_get_n_parts (job); i++) {
    const HsJobPart *part = hs_job_get_part (job, i);
    HsEstimate estimate;

    if (part->n_units == 0)
      continue;
    hs_estimate_make (&estimate,
                      hs_job_get_board (job),
                      part->partition,
                      part->length,
                      part->equal,
                      HS_WRITE_DIFFERING,
                      &part->pace);
    seconds += hs_estimate_seconds (&estimate);
  }
  return seconds;
}

static char *
tried (HsJob *job, const char *time)
{
  g_autoptr (GString) parts = g_string_new (NULL);
  g_autofree char *seconds = hs_estimate_dup_seconds (seconds_to_write (job));
  guint n_read = 0;

  for (guint i = 0; i < hs_job_get_n_parts (job); i++) {
    const HsJobPart *part = hs_job_get_part (job, i);
    g_autofree char *one = part->n_differ > 0 ? dup_to_write (part) : NULL;

    n_read += part->n_units > 0;
    if (one != NULL)
      g_string_append_printf (parts, "%s%s", parts->len > 0 ? ", " : "", one);
  }
  if (n_read == 0)
    return g_strdup_printf (_ ("It can be done · %s"), time);
  if (parts->len == 0)
    return g_strdup_printf (_ ("It already holds all of it: nothing would be written · %s"), time);
  /* Translators: "3 of 13 sectors of FIRMWARE", and "5 s" */
  return g_strdup_printf (_ ("Would write %s, about %s"), parts->str, seconds);
}

static char *
erased (HsJob *job, const char *time)
{
  if (hs_job_get_n_parts (job) > 0)
    return g_strdup_printf (_ ("Every byte of the filesystem is overwritten, read back · %s"),
                            time);
  return g_strdup_printf (_ ("Its filesystem is made anew at the next start · %s"), time);
}

/**
 * hs_job_dup_result:
 * @job: a job that passed
 *
 * Returns: (transfer full): what it did, and how long it took
 */
char *
hs_job_dup_result (HsJob *job)
{
  const char *what = hs_job_get_what (job);
  g_autofree char *time = hs_format_duration (hs_job_get_elapsed (job));

  if (hs_job_get_unrecorded (job))
    return g_strdup (_ ("Flashed and proven, NOT recorded: the catalog can’t be written."));
  if (g_str_equal (what, "flash"))
    return flashed (job, time);
  if (g_str_equal (what, "reset-romfs"))
    return g_strdup_printf (_ ("Its ROMFS is the build’s, read back and equal · %s"), time);
  if (g_str_equal (what, "restore-bootloader"))
    return g_strdup_printf (_ ("Its bootloader is written, read back and equal · %s"), time);
  if (g_str_equal (what, "deploy"))
    return g_strdup_printf (_ ("Written by the probe, read back over USB and equal · %s"), time);
  if (g_str_equal (what, "erase"))
    return erased (job, time);
  if (g_str_equal (what, "dry-run"))
    return tried (job, time);
  if (g_str_equal (what, "compare"))
    return g_strdup_printf (_ ("Compared, byte for byte equal · %s"), time);
  if (g_str_equal (what, "read-build"))
    return g_strdup_printf (_ ("A build is made from it · %s"), time);
  if (g_str_equal (what, "audit"))
    return g_strdup_printf (_ ("What could be tried was tried · %s"), time);
  if (g_str_equal (what, "protect"))
    return g_strdup_printf (_ ("Written, and not seen in force yet · %s"), time);
  if (g_str_equal (what, "unprotect"))
    return g_strdup_printf (_ ("Protection is off, and everything in the chip is erased · %s"),
                            time);
  if (g_str_equal (what, "observe-protection"))
    return g_strdup_printf (_ ("The level in force was seen · %s"), time);
  if (g_str_equal (what, "read") && hs_job_get_n_parts (job) > 0)
    return g_strdup_printf (
        _ ("%s is in the file · %s"), hs_job_get_part (job, 0)->partition->name, time);
  return g_steal_pointer (&time);
}
