/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/estimate.h"

#include "store/catalog-pace.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

/* By datasheet and wire, of 4096 bytes: 4 ms on a full-speed bus and 0.5 ms around them; programmed
 * within 5 ms more (W25Q256JV: 16 pages of 0.3 ms). Blocks that cross a faster wire show in the
 * pace. */
#define BLOCK         4096
#define READ_SECONDS  0.0045
#define WRITE_SECONDS 0.0100
/* Erasing in NOR flash beside the processor (W25Q256JV, typical). */
#define NOR_4K_SECONDS  0.050
#define NOR_64K_SECONDS 0.150

/* A pace outside of this comes from a clock that was set, not from flash. */
#define SLOWEST 20.0
#define FASTEST 0.02

static double
erase_seconds (const HsBoard *board, const HsPartition *partition, guint64 size)
{
  if (partition->n_erase == 0)
    return 0;
  if (partition->flags & HS_PARTITION_EXTERNAL)
    return size > BLOCK ? NOR_64K_SECONDS : NOR_4K_SECONDS;
  return board->erase_typical_ms / 1000.0;
}

static double
factor (double pace)
{
  return pace > 0 ? pace : 1;
}

static double
write_seconds (const HsBoard *board,
               const HsPartition *partition,
               guint64 size,
               gboolean erased,
               guint64 bytes)
{
  return (erased ? erase_seconds (board, partition, size) : 0) + WRITE_SECONDS * bytes / BLOCK;
}

/**
 * hs_estimate_stage:
 * @activity: %HS_ACTIVITY_COMPARING, %HS_ACTIVITY_WRITING or %HS_ACTIVITY_VERIFYING
 * @from: in bytes of the image
 * @to: where it ends
 * @equal: (nullable) (array): of each erase unit, whether it stays as it is
 * @pace: (nullable): %NULL: by the datasheet
 *
 * Comparing stops at the first difference of a unit: that costs one block. Any thread.
 *
 * Returns: seconds of the camera's clock
 */
double
hs_estimate_stage (const HsBoard *board,
                   const HsPartition *partition,
                   HsActivity activity,
                   guint64 from,
                   guint64 to,
                   const guint8 *equal,
                   const HsPace *pace)
{
  guint n_units = hs_method_n_units (board, partition);
  double seconds = 0;
  guint64 start, size;

  for (guint i = 0; i < n_units; i++) {
    guint64 begin, end;
    gboolean stays;

    hs_method_get_unit (board, partition, i, &start, &size);
    if (start >= to) /* of what lies behind the image, @equal says nothing */
      break;
    stays = equal != NULL && equal[i];
    begin = MAX (start, from);
    end = MIN (start + size, to);
    if (begin >= end)
      continue;
    if (activity == HS_ACTIVITY_COMPARING)
      seconds += READ_SECONDS * (stays ? end - begin : MIN (end - begin, BLOCK)) / BLOCK;
    else if (activity == HS_ACTIVITY_WRITING && !stays)
      seconds += write_seconds (board, partition, size, begin == start, end - begin);
    else if (activity == HS_ACTIVITY_VERIFYING && !stays)
      seconds += READ_SECONDS * (end - begin) / BLOCK;
  }
  if (pace == NULL)
    return seconds;
  return seconds * factor (activity == HS_ACTIVITY_WRITING ? pace->write : pace->read);
}

/**
 * hs_estimate_make:
 * @self: (out): what to expect
 * @length: bytes of the image
 * @equal: (nullable) (array): of each erase unit, whether it holds already what it should;
 *   %NULL: nobody knows, or all are written
 * @why: other than %HS_WRITE_DIFFERING: all are written, whatever @equal says
 * @pace: (nullable): how fast the board was before
 *
 * Any thread; asks nobody.
 */
void
hs_estimate_make (HsEstimate *self,
                  const HsBoard *board,
                  const HsPartition *partition,
                  guint64 length,
                  const guint8 *equal,
                  HsWriteWhy why,
                  const HsPace *pace)
{
  guint n_units = hs_method_n_units (board, partition);
  gboolean differing = why == HS_WRITE_DIFFERING;
  guint64 start, size;

  if (!differing)
    equal = NULL;
  *self = (HsEstimate){ .why = why, .known = equal != NULL || !differing };
  for (guint i = 0; i < n_units; i++) {
    hs_method_get_unit (board, partition, i, &start, &size);
    if (start >= length)
      break;
    self->n_units++;
    self->n_differ += equal == NULL || !equal[i];
  }
  if (differing)
    self->seconds_compare =
        hs_estimate_stage (board, partition, HS_ACTIVITY_COMPARING, 0, length, equal, pace);
  self->seconds_write =
      hs_estimate_stage (board, partition, HS_ACTIVITY_WRITING, 0, length, equal, pace);
  if (why != HS_WRITE_ALL_UNREAD)
    self->seconds_verify =
        hs_estimate_stage (board, partition, HS_ACTIVITY_VERIFYING, 0, length, equal, pace);
}

/* In all; without entering, leaving and confirming. */
double
hs_estimate_seconds (const HsEstimate *self)
{
  return self->seconds_compare + self->seconds_write + self->seconds_verify;
}

/* --- what this board took before --- */

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return (first > second) - (first < second);
}

/* 0 if there is none. */
static double
median (GArray *values)
{
  double found;

  if (values->len == 0)
    return 0;
  g_array_sort (values, compare_doubles);
  found = g_array_index (values, double, values->len / 2);
  return CLAMP (found, FASTEST, SLOWEST);
}

static void
add_ratio (GArray *ratios, double took, double expected)
{
  double ratio = expected > 0 ? took / expected : 0;

  if (ratio > 0)
    g_array_append_val (ratios, ratio);
}

/* What the datasheet says of a run that wrote so much. */
static double
expect_written (const HsBoard *board, const HsPartition *partition, const HsPaceSample *sample)
{
  guint64 start, size;

  if (sample->units_written == 0 || hs_method_n_units (board, partition) == 0)
    return 0;
  hs_method_get_unit (board, partition, hs_method_n_units (board, partition) - 1, &start, &size);
  return sample->units_written * erase_seconds (board, partition, size) +
         WRITE_SECONDS * sample->wrote_bytes / BLOCK;
}

/**
 * hs_estimate_get_pace:
 * @catalog: whose runs count
 * @role: of the partition
 *
 * The median of what the last runs on this board took, against the datasheet. Blocks.
 */
HsPace
hs_estimate_get_pace (HsCatalog *catalog, const HsBoard *board, HsRole role)
{
  const HsPartition *partition = hs_board_find (board, role);
  g_autoptr (GArray) samples = hs_catalog_get_pace (catalog, board->id, hs_role_name (role), NULL);
  g_autoptr (GArray) writes = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) reads = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; partition != NULL && samples != NULL && i < samples->len; i++) {
    const HsPaceSample *sample = &g_array_index (samples, HsPaceSample, i);

    add_ratio (writes, sample->seconds_write, expect_written (board, partition, sample));
    add_ratio (reads, sample->seconds_read, READ_SECONDS * sample->read_bytes / BLOCK);
  }
  return (HsPace){ median (writes), median (reads) };
}

/* --- what differs, as far as the catalog knows --- */

/**
 * hs_estimate_why:
 * @unit: (nullable): as the catalog knows it
 * @full: it was asked for
 * @no_read_back: the bootloader hands nothing out
 *
 * After a write that broke off everything is written, on every board: a cell that was programmed
 * for too short a time may read right today and wrong tomorrow, so that comparing proves nothing.
 * Whether it may even be read is another question: see %HS_PARTITION_TORN_HANGS.
 */
HsWriteWhy
hs_estimate_why (HsUnit *unit, const HsPartition *partition, gboolean full, gboolean no_read_back)
{
  const HsContent *content =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (partition->role)) : NULL;

  if (content != NULL && g_strcmp0 (content->state, "unknown") == 0)
    return HS_WRITE_ALL_TORN;
  if (no_read_back)
    return HS_WRITE_ALL_UNREAD;
  return full ? HS_WRITE_ALL_ASKED : HS_WRITE_DIFFERING;
}

static HsSource *
open_blob (HsCatalog *catalog, const char *sha256)
{
  guint64 size;
  int fd = sha256 != NULL ? hs_catalog_open_blob (catalog, sha256, &size, NULL) : -1;

  return fd >= 0 ? hs_source_new_file (fd, size) : NULL;
}

/* Whether two images hold the same there; behind the end of @old nobody knows what lies. */
static gboolean
is_alike (HsSource *old, HsSource *new, guint64 start, guint64 end)
{
  guint8 first[BLOCK], second[BLOCK];

  if (end > hs_source_get_size (old) || end > hs_source_get_size (new))
    return FALSE;
  for (guint64 at = start; at < end; at += BLOCK) {
    gsize n = MIN (BLOCK, end - at);

    if (!hs_source_read (old, at, first, n, NULL) || !hs_source_read (new, at, second, n, NULL) ||
        memcmp (first, second, n) != 0)
      return FALSE;
  }
  return TRUE;
}

/* (transfer full) (nullable): of each unit, whether what the unit was proven to hold stays. */
static guint8 *
find_equal (const HsEstimateQuestion *question, const HsContent *content)
{
  guint n_units = hs_method_n_units (question->board, question->partition);
  g_autofree guint8 *equal = g_new0 (guint8, n_units + 1);
  gboolean opens = (question->partition->flags & HS_PARTITION_BLOCK0_OPENS) != 0;
  g_autoptr (HsSource) old = NULL;
  g_autoptr (HsSource) new = NULL;
  guint64 start, size;

  if (g_strcmp0 (content->sha256, question->sha256) == 0) {
    memset (equal, TRUE, n_units);
    return g_steal_pointer (&equal);
  }

  if (question->quick)
    return NULL;
  old = open_blob (question->catalog, content->sha256);
  new = open_blob (question->catalog, question->sha256);
  if (old == NULL || new == NULL)
    return NULL;
  for (guint i = 0; i < n_units; i++) {
    hs_method_get_unit (question->board, question->partition, i, &start, &size);
    if (start >= question->length)
      break;
    equal[i] = is_alike (old, new, start, MIN (start + size, question->length));
    /* Memory that opens with its block 0 gets that one with any other. */
    if (opens && !equal[i])
      equal[0] = FALSE;
  }
  return g_steal_pointer (&equal);
}

/**
 * hs_estimate_ask:
 * @question: what would be written to which unit
 * @estimate: (out): what to expect
 *
 * From what the unit was last proven to hold, if that image is still in the catalog, and from what
 * the board took before. It is an expectation: what is written is decided by reading the camera.
 * Blocks on the catalog and its files.
 */
void
hs_estimate_ask (const HsEstimateQuestion *question, HsEstimate *estimate)
{
  HsRole role = question->partition->role;
  HsPace pace = hs_estimate_get_pace (question->catalog, question->board, role);
  g_autoptr (HsUnit) unit =
      question->unit != NULL ? hs_catalog_get_unit (question->catalog, question->unit, NULL) : NULL;
  HsWriteWhy why =
      hs_estimate_why (unit, question->partition, question->full, question->no_read_back);
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, hs_role_name (role)) : NULL;
  g_autofree guint8 *equal = NULL;

  if (why == HS_WRITE_DIFFERING && content != NULL && !hs_unit_get_changed_outside (unit) &&
      g_strcmp0 (content->state, "verified") == 0)
    equal = find_equal (question, content);
  hs_estimate_make (
      estimate, question->board, question->partition, question->length, equal, why, &pace);
}

/* --- in words --- */

/* "5 s", "3 min"; never 0. (transfer full) */
char *
hs_estimate_dup_seconds (double seconds)
{
  guint whole = (guint) ceil (seconds);

  /* Translators: a time, in seconds */
  if (whole < 90)
    return g_strdup_printf (_ ("%u s"), MAX (whole, 1));
  /* Translators: a time, in minutes */
  return g_strdup_printf (_ ("%u min"), (whole + 30) / 60);
}

static char *
count_all (const HsEstimate *self, gboolean blocks)
{
  return blocks ? g_strdup_printf (ngettext ("its %u block", "all %u blocks", self->n_units),
                                   self->n_units)
                : g_strdup_printf (ngettext ("its %u sector", "all %u sectors", self->n_units),
                                   self->n_units);
}

static char *
text_of_all (const HsEstimate *self, gboolean blocks, const char *time)
{
  g_autofree char *all = count_all (self, blocks);

  if (self->why == HS_WRITE_ALL_ASKED)
    /* Translators: "all 13 sectors", then "18 s" */
    return g_strdup_printf (_ ("%s as asked, about %s"), all, time);
  if (self->why == HS_WRITE_ALL_TORN)
    return g_strdup_printf (_ ("%s because what it holds is not known, about %s"), all, time);
  return g_strdup_printf (_ ("%s because it can't be read back, about %s"), all, time);
}

/**
 * hs_estimate_dup_text:
 * @partition: what it is about
 *
 * "3 of 13 sectors, about 5 s"; where there are no erase units, blocks are counted.
 *
 * Returns: (transfer full): for the plan
 */
char *
hs_estimate_dup_text (const HsEstimate *self, const HsPartition *partition)
{
  gboolean blocks = partition->n_erase == 0;
  g_autofree char *time = hs_estimate_dup_seconds (hs_estimate_seconds (self));

  if (self->why != HS_WRITE_DIFFERING)
    return text_of_all (self, blocks, time);
  if (!self->known)
    return g_strdup_printf (
        blocks
            ? ngettext ("up to %u block, up to %s", "up to %u blocks, up to %s", self->n_units)
            : ngettext ("up to %u sector, up to %s", "up to %u sectors, up to %s", self->n_units),
        self->n_units,
        time);
  if (self->n_differ == 0)
    return g_strdup_printf (_ ("nothing differs, about %s"), time);
  return g_strdup_printf (
      blocks ? ngettext ("%u of %u block, about %s", "%u of %u blocks, about %s", self->n_units)
             : ngettext ("%u of %u sector, about %s", "%u of %u sectors, about %s", self->n_units),
      self->n_differ,
      self->n_units,
      time);
}
