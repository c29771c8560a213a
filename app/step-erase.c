/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/recorder.h"
#include "app/saved-file.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* So much of a region's beginning decides whether the firmware takes it for a filesystem. */
enum { TRIGGER_SIZE = 4096, CHUNK = 65536 };

/**
 * hs_erase_regions:
 * @board: a board
 *
 * Returns: (transfer container) (element-type HsPartition): what erasing the filesystem erases, in
 *   order; empty: it has none that could be
 */
GPtrArray *
hs_erase_regions (const HsBoard *board)
{
  static const HsRole usual[] = { HS_ROLE_FILESYSTEM, HS_ROLE_NONE };
  GPtrArray *regions = g_ptr_array_new ();

  for (const HsRole *role = board->erase_order != NULL ? board->erase_order : usual;
       *role != HS_ROLE_NONE;
       role++) {
    const HsPartition *partition = hs_board_find (board, *role);

    if (partition != NULL)
      g_ptr_array_add (regions, (gpointer) partition);
  }
  return regions;
}

/* Where @partition is kept: @file itself, or beside it with the partition's name before the ending,
 * where several regions are erased. (transfer full) */
static GFile *
get_save_file (GFile *file, const HsPartition *partition, guint n_regions)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autoptr (GFile) parent = g_file_get_parent (file);
  const char *dot = strrchr (name, '.');
  g_autofree char *stem = NULL;
  g_autofree char *full = NULL;

  if (n_regions < 2 || parent == NULL)
    return g_object_ref (file);
  if (dot == name)
    dot = NULL;
  stem = dot != NULL ? g_strndup (name, dot - name) : g_strdup (name);
  full = g_strconcat (stem, "-", partition->name, dot, NULL);
  return g_file_get_child (parent, full);
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);

  if (regions->len == 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The filesystem of %s can't be erased from here. Nothing was written."),
                 _ (work->board->name));
    return FALSE;
  }

  for (guint i = 0; work->options.file != NULL && i < regions->len; i++) {
    g_autoptr (GFile) file =
        get_save_file (work->options.file, g_ptr_array_index (regions, i), regions->len);

    if (!hs_saved_file_check (file, work->options.replace, error))
      return FALSE;
  }
  return TRUE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);
  g_autoptr (GString) names = g_string_new (NULL);
  guint64 bytes = 0;
  g_autofree char *size = NULL;

  for (guint i = 0; i < regions->len; i++) {
    const HsPartition *partition = g_ptr_array_index (regions, i);

    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", partition->name);
    bytes += hs_partition_get_own_size (partition);
  }
  size = hs_format_size (bytes);
  if (work->options.overwrite)
    return g_strdup_printf (
        /* Translators: names of partitions, their size */
        _ ("Overwrite every byte of %s, %s, and read it back. The camera formats it at its next "
           "start."),
        names->str,
        size);
  return g_strdup (_ ("Erase the filesystem: the camera re-formats it at its next start. Scripts, "
                      "settings and logs on it are lost."));
}

/* Every byte of it, or the one unit that makes it no filesystem any more; how many units is not
 * counted: nothing is compared. */
static void
expect_region (HsWork *work, const HsPartition *region, HsEstimate *estimate)
{
  gboolean all = work->options.overwrite;
  HsPace pace = hs_estimate_get_pace (work->catalog, work->board, region->role);
  HsEstimate one;
  guint64 offset, size;

  hs_method_get_unit (work->board, region, 0, &offset, &size);
  hs_estimate_make (&one,
                    work->board,
                    region,
                    all ? hs_partition_get_own_size (region) : size,
                    NULL,
                    HS_WRITE_ALL_ASKED,
                    &pace);
  estimate->seconds_write += one.seconds_write;
  estimate->seconds_verify += all ? one.seconds_verify : 0;
}

static void
expect (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);

  for (guint i = 0; i < regions->len; i++) {
    expect_region (work, g_ptr_array_index (regions, i), estimate);
    if (work->options.file != NULL)
      hs_step_expect_read (work, g_ptr_array_index (regions, i), estimate);
  }
}

/* --- keeping it first --- */

static gboolean
save_all (HsWork *work, GPtrArray *regions, GError **error)
{
  for (guint i = 0; work->options.file != NULL && i < regions->len; i++) {
    const HsPartition *partition = g_ptr_array_index (regions, i);
    g_autoptr (GFile) file = get_save_file (work->options.file, partition, regions->len);

    if (!hs_step_read_to_file (work, partition, file, error))
      return FALSE;
  }
  return TRUE;
}

/* --- proof: bytes that are all the same are no filesystem --- */

typedef struct {
  gboolean uniform;
  guint8 value;
} Look;

static gboolean
look_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Look *look = user_data;

  if (offset == 0)
    look->value = data[0];
  look->uniform = look->uniform && (look->value == 0x00 || look->value == 0xff);
  for (gsize i = 0; look->uniform && i < length; i++)
    look->uniform = data[i] == look->value;
  return TRUE;
}

static gboolean
look_at (HsWork *work, const HsPartition *partition, guint64 length, Look *look, GError **error)
{
  *look = (Look){ .uniform = TRUE };
  return work->method->read (work->camera,
                             partition,
                             0,
                             length,
                             look_sink,
                             look,
                             HS_ACTIVITY_ERASING,
                             work->progress,
                             work->cancellable,
                             error);
}

static gboolean
prove (HsWork *work, const HsPartition *partition, GError **error)
{
  Look look;

  if (work->no_read_back)
    return TRUE;
  if (!look_at (work, partition, MIN (TRIGGER_SIZE, partition->size), &look, error))
    return FALSE;
  if (look.uniform)
    return TRUE;

  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_VERIFY,
                       _ ("the filesystem was erased, but its beginning reads back differently."));
  return FALSE;
}

/* --- every byte of it --- */

typedef struct {
  guint8 *zeros;     /* owned; CHUNK bytes */
  guint64 different; /* offset; G_MAXUINT64: none */
} ZeroCheck;

static gboolean
zero_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  ZeroCheck *check = user_data;

  for (gsize at = 0; check->different == G_MAXUINT64 && at < length; at += CHUNK)
    if (memcmp (data + at, check->zeros, MIN (CHUNK, length - at)) != 0)
      check->different = offset + at;
  return TRUE;
}

static gboolean
read_zeros (HsWork *work, const HsJobPart *part, GError **error)
{
  g_autofree guint8 *zeros = g_malloc0 (CHUNK);
  ZeroCheck zero_check = { zeros, G_MAXUINT64 };

  if (work->no_read_back)
    return TRUE;
  if (!work->method->read (work->camera,
                           part->partition,
                           0,
                           part->length,
                           zero_sink,
                           &zero_check,
                           HS_ACTIVITY_VERIFYING,
                           work->progress,
                           work->cancellable,
                           error))
    return FALSE;
  if (zero_check.different == G_MAXUINT64)
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_VERIFY,
               _ ("%s was overwritten, but sector %u reads back differently."),
               part->partition->name,
               hs_partition_unit_at (part->partition, zero_check.different) + 1);
  return FALSE;
}

static gboolean
write_zeros (HsWork *work, guint n, GError **error)
{
  const HsWriteOptions options = { .full = TRUE };
  HsJobPart *part = hs_work_part (work, n);
  HsWriteResult result = { 0 };
  gboolean ok = work->method->write (work->camera,
                                     part->partition,
                                     hs_work_image (work, n),
                                     &options,
                                     &result,
                                     work->progress,
                                     work->cancellable,
                                     error);

  hs_work_lock (work);
  part->wrote_bytes = result.wrote_bytes;
  hs_job_part_take_result (part, &result);
  hs_work_unlock (work);
  hs_write_result_clear (&result);
  return ok;
}

/* All of it was read back, and is what the file of zeros is. */
static void
set_proven (HsWork *work, guint n, double seconds)
{
  HsJobPart *part = hs_work_part (work, n);

  hs_work_lock (work);
  part->verified_bytes = part->length;
  part->seconds_verify = seconds;
  g_free (part->sha256_read_back);
  part->sha256_read_back = g_strdup (part->sha256_file);
  hs_work_unlock (work);
  hs_work_set_part_state (work, n, HS_PART_VERIFIED);
}

/* What breaks off in here is closed as unknown by whoever runs the steps. */
static gboolean
overwrite (HsWork *work, guint n, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  double before;

  if (!hs_recorder_begun (work->recorder, n, error))
    return FALSE;

  work->began = TRUE;
  hs_work_set_part_state (work, n, HS_PART_WRITING);
  if (!write_zeros (work, n, error))
    return FALSE;
  hs_work_set_part_state (work, n, HS_PART_WRITTEN);
  before = hs_work_seconds (work);
  if (!read_zeros (work, part, error))
    return FALSE;
  if (!work->no_read_back)
    set_proven (work, n, hs_work_seconds (work) - before);
  return hs_recorder_erased (work->recorder, part->partition, TRUE, error);
}

static gboolean
overwrite_all (HsWork *work, GError **error)
{
  for (guint i = 0; i < work->parts->len; i++)
    if (!overwrite (work, i, error))
      return FALSE;
  return TRUE;
}

/* --- only what makes the firmware format it --- */

static gboolean
erase (HsWork *work, const HsPartition *partition, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!hs_recorder_erasing (work->recorder, partition, error))
    return FALSE;

  work->began = TRUE;
  hs_progress_report (work->progress, HS_ACTIVITY_ERASING, partition->role, 0, 0);
  if (work->method->erase (work->camera, partition, work->progress, work->cancellable, &local) &&
      prove (work, partition, &local) &&
      hs_recorder_erased (work->recorder, partition, FALSE, &local)) {
    g_ptr_array_add (work->erased, (gpointer) partition);
    return TRUE;
  }

  /* If this can't be recorded either, partition.begun without an end says the same. */
  hs_recorder_not_erased (work->recorder, partition, local->message, NULL);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
erase_all (HsWork *work, GPtrArray *regions, GError **error)
{
  for (guint i = 0; i < regions->len; i++)
    if (!erase (work, g_ptr_array_index (regions, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);
  double before = hs_work_seconds (work);
  gboolean ok;

  /* It was erased when it passed with this very release; what it has put there since is its own. */
  if (work->carries && hs_work_wrote_nothing (work))
    return TRUE;

  ok = save_all (work, regions, error) &&
       (work->options.overwrite ? overwrite_all (work, error) : erase_all (work, regions, error));
  work->seconds_transfer += hs_work_seconds (work) - before;
  return ok;
}

const HsStepClass hs_step_erase = {
  .verb = N_ ("Erase"),
  .check = check,
  .describe = describe,
  .expect = expect,
  .run = run,
};

/* --- dry run --- */

/* One unit is what the trigger costs; none if the camera would format it anyway. */
static gboolean
count_trigger (HsWork *work, const HsPartition *partition, GError **error)
{
  HsJobPart part = {
    .role = partition->role, .partition = partition, .failed_at = G_MAXUINT64, .n_units = 1
  };
  guint64 offset, size;
  Look look = { .uniform = FALSE };
  guint8 *equal;

  hs_method_get_unit (work->board, partition, 0, &offset, &size);
  if (!work->no_read_back &&
      !look_at (work, partition, MIN (TRIGGER_SIZE, partition->size), &look, error))
    return FALSE;

  part.length = size;
  part.n_differ = look.uniform ? 0 : 1;
  equal = g_new0 (guint8, 2);
  equal[0] = look.uniform;
  part.equal_owner = g_bytes_new_take (equal, 2);
  part.equal = equal;
  part.pace = hs_estimate_get_pace (work->catalog, work->board, part.role);
  hs_estimate_make (
      &part.expected, work->board, partition, size, equal, HS_WRITE_DIFFERING, &part.pace);
  hs_work_lock (work);
  g_array_append_val (work->parts, part);
  hs_work_unlock (work);
  return TRUE;
}

static gboolean
look_run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);

  /* Every byte of those is in the parts already, and is written whatever it is. */
  for (guint i = 0; !work->options.overwrite && i < regions->len; i++)
    if (!count_trigger (work, g_ptr_array_index (regions, i), error))
      return FALSE;
  return TRUE;
}

static char *
look_describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Whether the filesystem would have to be erased; nothing is written"));
}

const HsStepClass hs_step_look_at_filesystem = {
  .verb = N_ ("Look"),
  .check = check,
  .describe = look_describe,
  .run = look_run,
};
