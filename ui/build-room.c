/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-room.h"

#include "app/explain.h"
#include "ui/build-memory.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

#define TIGHT (0.97)

/* What fills a partition or a region, now and before. */
typedef struct {
  const char *name;
  const char *role;             /* nullable: a region */
  guint64 used, length, before; /* bytes */
  gboolean has_before;
} Fill;

static gboolean
partition_fill (HsBuild *build, const HsBuildPast *past, guint n, Fill *fill)
{
  const HsBoard *board =
      hs_build_get_board (build) != NULL ? hs_board_by_id (hs_build_get_board (build)) : NULL;
  const HsArtifact *artifact = hs_build_get_artifact (build, n);
  const HsPartition *partition =
      board != NULL ? hs_board_find (board, hs_role_from_name (artifact->role)) : NULL;
  HsBuild *other = past != NULL ? past->before : NULL;
  const HsArtifact *before = other != NULL ? hs_build_find_artifact (other, artifact->role) : NULL;

  if (partition == NULL || partition->size == 0 || (partition->flags & HS_PARTITION_NEVER))
    return FALSE;
  *fill = (Fill){ .name = partition->name,
                  .role = artifact->role,
                  .used = artifact->size,
                  .length = partition->size,
                  .before = before != NULL ? before->size : 0,
                  .has_before = before != NULL };
  return TRUE;
}

static JsonNode *
details_before (const HsBuildPast *past)
{
  return past != NULL ? hs_build_details_parse (past->before) : NULL;
}

/* A flash region of the linker that is as long as a partition says the same again. */
static gboolean
says_the_same (const HsMemoryUse *use, HsBuild *build)
{
  Fill fill;

  if (!hs_build_memory_is_flash (use->region))
    return FALSE;
  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++)
    if (partition_fill (build, NULL, i, &fill) && fill.length == use->length)
      return TRUE;
  return FALSE;
}

static void
add_regions (HsTable *table, HsBuild *build, GPtrArray *now, GPtrArray *before)
{
  for (guint i = 0; i < now->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (now, i);

    if (g_strcmp0 (use->elf, "bootloader") != 0 && use->used > 0 && use->length > 0 &&
        !says_the_same (use, build))
      hs_build_memory_add (table, use, hs_build_memory_find (before, use));
  }
}

static int
by_role (gconstpointer a, gconstpointer b, gpointer build)
{
  const HsArtifact *left = hs_build_get_artifact (build, *(const guint *) a);
  const HsArtifact *right = hs_build_get_artifact (build, *(const guint *) b);

  return (int) hs_role_from_name (left->role) - (int) hs_role_from_name (right->role);
}

static void
add_partitions (HsTable *table, HsBuild *build, const HsBuildPast *past)
{
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++)
    g_array_append_val (order, i);
  g_array_sort_with_data (order, by_role, build);
  for (guint i = 0; i < order->len; i++) {
    Fill fill;

    if (partition_fill (build, past, g_array_index (order, guint, i), &fill)) {
      const HsMemoryUse use = { (char *) "", (char *) fill.name, fill.used, fill.length };
      const HsMemoryUse was = { (char *) "", (char *) fill.name, fill.before, fill.length };

      hs_build_memory_add_flash (table, &use, fill.has_before ? &was : NULL);
    }
  }
}

GtkWidget *
hs_build_room_new (HsBuild *build, const HsBuildPast *past, JsonObject *details)
{
  g_autoptr (JsonNode) other = details_before (past);
  g_autoptr (GPtrArray) now = hs_build_memory_read (details);
  g_autoptr (GPtrArray) before =
      hs_build_memory_read (other != NULL ? json_node_get_object (other) : NULL);
  HsTable table;

  hs_build_memory_init (&table);
  add_partitions (&table, build, past);
  add_regions (&table, build, now, before);
  if (table.n_rows > 0)
    return table.grid;
  g_object_unref (g_object_ref_sink (table.grid));
  return NULL;
}

/* -- what is nearly full --------------------------------------------------------------------- */

static gboolean
is_tighter (const Fill *fill, const Fill *than)
{
  double share = (double) fill->used / (double) fill->length;

  return share > TIGHT &&
         (than->length == 0 || share > (double) than->used / (double) than->length);
}

static void
find_tight_region (HsBuild *build, JsonObject *details, GPtrArray *before, Fill *tight)
{
  g_autoptr (GPtrArray) now = hs_build_memory_read (details);

  for (guint i = 0; i < now->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (now, i);
    const HsMemoryUse *was = hs_build_memory_find (before, use);
    const Fill fill = { .used = use->used,
                        .length = use->length,
                        .before = was != NULL ? was->used : 0,
                        .has_before = was != NULL };

    if (use->length == 0 || !hs_build_memory_is_flash (use->region) ||
        g_strcmp0 (use->elf, "bootloader") == 0 || says_the_same (use, build) ||
        !is_tighter (&fill, tight))
      continue;
    *tight = fill;
    tight->name = g_intern_string (use->region);
  }
}

static char *
left_of (guint64 used, guint64 length)
{
  return hs_format_size (length > used ? length - used : 0);
}

char *
hs_build_room_dup_warning (HsBuild *build,
                           const HsBuildPast *past,
                           JsonObject *details,
                           const char **role)
{
  g_autoptr (JsonNode) other = details_before (past);
  g_autoptr (GPtrArray) before =
      hs_build_memory_read (other != NULL ? json_node_get_object (other) : NULL);
  g_autofree char *left = NULL, *had = NULL;
  Fill tight = { NULL };

  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++) {
    Fill fill;

    if (partition_fill (build, past, i, &fill) && is_tighter (&fill, &tight))
      tight = fill;
  }
  find_tight_region (build, details, before, &tight);
  *role = tight.role;
  if (tight.name == NULL)
    return NULL;

  left = left_of (tight.used, tight.length);
  had = left_of (tight.before, tight.length);
  if (!tight.has_before)
    return g_markup_printf_escaped (_ ("<b>%s is nearly full.</b> %s are left."), tight.name, left);
  return g_markup_printf_escaped (
      _ ("<b>%s is nearly full.</b> %s are left; the previous build had %s."),
      tight.name,
      left,
      had);
}
