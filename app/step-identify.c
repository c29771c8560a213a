/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

/* One reading of a partition that is hashed at many lengths at once. */
typedef struct {
  GArray *lengths; /* guint64, ascending; the last one ends the reading */
  GPtrArray *digests;
  GChecksum *checksum;
  guint64 done;
} Survey;

static void
take_digest (Survey *survey)
{
  g_autoptr (GChecksum) copy = g_checksum_copy (survey->checksum);

  g_ptr_array_add (survey->digests, g_strdup (g_checksum_get_string (copy)));
}

static gboolean
survey_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Survey *survey = user_data;

  while (length > 0) {
    guint64 next = g_array_index (survey->lengths, guint64, survey->digests->len);
    gsize n = MIN (length, next - survey->done);

    g_checksum_update (survey->checksum, data, n);
    survey->done += n;
    data += n;
    length -= n;
    if (survey->done == next)
      take_digest (survey);
    if (survey->digests->len == survey->lengths->len)
      return TRUE;
  }
  return TRUE;
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

/* The lengths worth hashing at: of every image known for this board and role, and of what this
 * unit held when it was last proven. */
static GArray *
collect_lengths (HsWork *work, const HsPartition *partition, const HsContent *last, GError **error)
{
  g_autoptr (GArray) known = hs_catalog_image_lengths (
      work->catalog, work->board->id, hs_role_name (partition->role), error);
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (guint64));

  if (known == NULL)
    return NULL;
  if (last != NULL && last->sha256 != NULL && last->length > 0)
    g_array_append_val (known, last->length);
  g_array_sort (known, compare_lengths);

  for (guint i = 0; i < known->len; i++) {
    guint64 length = g_array_index (known, guint64, i);
    guint64 before = lengths->len > 0 ? g_array_index (lengths, guint64, lengths->len - 1) : 0;

    if (length > before && length <= partition->size)
      g_array_append_val (lengths, length);
  }
  return g_steal_pointer (&lengths);
}

/* The build of this board that has an image with this digest; one already named is preferred. */
static HsBuild *
find_build (HsWork *work, const char *sha256)
{
  g_autoptr (GPtrArray) builds = hs_catalog_find_builds_by_digest (work->catalog, sha256, NULL);
  HsBuild *found = NULL;

  for (guint i = 0; builds != NULL && i < builds->len; i++) {
    HsBuild *build = g_ptr_array_index (builds, i);

    if (g_strcmp0 (hs_build_get_board (build), work->board->id) != 0)
      continue;
    if (work->found_build != NULL &&
        g_strcmp0 (hs_build_get_id (build), hs_build_get_id (work->found_build)) == 0)
      return g_object_ref (build);
    if (found == NULL)
      found = build;
  }
  return found != NULL ? g_object_ref (found) : NULL;
}

static void
add_part (HsWork *work,
          const HsPartition *partition,
          const char *sha256,
          guint64 length,
          gboolean known)
{
  HsJobPart part = { .role = partition->role,
                     .partition = partition,
                     .sha256_read_back = g_strdup (sha256),
                     .sha256_file = known ? g_strdup (sha256) : NULL,
                     .length = length,
                     .failed_at = G_MAXUINT64,
                     .state = known ? HS_PART_VERIFIED : HS_PART_UNTOUCHED };

  hs_work_lock (work);
  g_array_append_val (work->parts, part);
  hs_work_unlock (work);
}

/* Says so if the digest at the recorded length is no longer the recorded one. */
static gboolean
check_changed (HsWork *work,
               const HsPartition *partition,
               const HsContent *last,
               Survey *survey,
               GError **error)
{
  for (guint i = 0; last != NULL && last->sha256 != NULL && i < survey->lengths->len; i++)
    if (g_array_index (survey->lengths, guint64, i) == last->length &&
        g_strcmp0 (g_ptr_array_index (survey->digests, i), last->sha256) != 0)
      return hs_recorder_changed (
          work->recorder, partition, last->sha256, g_ptr_array_index (survey->digests, i), error);
  return TRUE;
}

/* A match proves that the camera holds that image, but not while a write of the partition is known
 * to have broken off: the beginning of it may be any shorter image. Only flashing heals that. */
static gboolean
is_torn (const HsContent *last)
{
  return last != NULL && g_strcmp0 (last->state, "unknown") == 0;
}

static gboolean
judge (HsWork *work,
       const HsPartition *partition,
       const HsContent *last,
       Survey *survey,
       GError **error)
{
  for (guint i = survey->digests->len; i > 0; i--) {
    const char *sha256 = g_ptr_array_index (survey->digests, i - 1);
    guint64 length = g_array_index (survey->lengths, guint64, i - 1);
    g_autoptr (HsBuild) build = find_build (work, sha256);

    if (build == NULL)
      continue;
    add_part (work, partition, sha256, length, TRUE);
    if (work->found_build == NULL)
      work->found_build = g_object_ref (build);
    return is_torn (last) ||
           hs_recorder_found (work->recorder, partition, sha256, length, build, error);
  }

  add_part (work,
            partition,
            g_ptr_array_index (survey->digests, survey->digests->len - 1),
            g_array_index (survey->lengths, guint64, survey->digests->len - 1),
            FALSE);
  return TRUE;
}

static gboolean
survey_partition (HsWork *work, const HsPartition *partition, HsUnit *unit, GError **error)
{
  const HsContent *last =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (partition->role)) : NULL;
  g_autoptr (GArray) lengths = collect_lengths (work, partition, last, error);
  g_autoptr (GPtrArray) digests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Survey survey = { lengths, digests, checksum, 0 };

  if (lengths == NULL)
    return FALSE;
  if (lengths->len == 0) {
    guint64 all = partition->size;

    g_array_append_val (lengths, all);
  }

  return work->method->read (work->camera,
                             partition,
                             0,
                             g_array_index (lengths, guint64, lengths->len - 1),
                             survey_sink,
                             &survey,
                             HS_ACTIVITY_READING,
                             work->progress,
                             work->cancellable,
                             error) &&
         check_changed (work, partition, last, &survey, error) &&
         judge (work, partition, last, &survey, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Read what is on it and look it up in the catalog; nothing is written"));
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;

  for (const HsRole *role = work->board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (work->board, *role);

    if (partition != NULL && !survey_partition (work, partition, unit, error))
      return FALSE;
  }
  return TRUE;
}

const HsStepClass hs_step_identify = {
  .verb = N_ ("Read"),
  .describe = describe,
  .run = run,
};
