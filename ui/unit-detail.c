/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-detail.h"

#include <glib/gi18n-lib.h>

enum { RUNS_READ = 50 };

static void
clear_detail (gpointer data)
{
  HsUnitDetail *self = data;

  g_clear_object (&self->unit);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  g_clear_pointer (&self->story, hs_story_free);
  g_clear_object (&self->release);
  g_free (self->conflict);
}

HsUnitDetail *
hs_unit_detail_ref (HsUnitDetail *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
hs_unit_detail_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear_detail);
}

/**
 * hs_conflict_dup_sentence:
 * @conflict: two facts that can't both be true
 *
 * Returns: (transfer full): both, in words
 */
char *
hs_conflict_dup_sentence (const HsConflict *conflict)
{
  guint n = conflict->units->len;

  if (g_str_equal (conflict->kind, "number"))
    return g_strdup_printf (
        ngettext ("Number %s was given to %u unit twice.", "Number %s was given to %u units.", n),
        conflict->subject,
        n);
  if (g_str_equal (conflict->kind, "label"))
    return g_strdup_printf (
        ngettext ("%2$u unit is called %1$s.", "%2$u units are called %1$s.", n),
        conflict->subject,
        n);
  if (g_str_equal (conflict->kind, "lease"))
    return g_strdup_printf (_ ("Two benches hold the same product numbers: %s."),
                            conflict->subject);
  if (g_str_equal (conflict->kind, "shipped-twice"))
    return g_strdup (_ ("It was shipped twice without coming back in between."));
  if (g_str_equal (conflict->kind, "release-version"))
    return g_strdup_printf (_ ("%s was locked twice, with different content."), conflict->subject);
  return g_strdup_printf ("%s: %s", conflict->kind, conflict->subject);
}

static char *
find_conflict (HsCatalog *catalog, const char *unit)
{
  g_autoptr (GPtrArray) conflicts = hs_catalog_list_unit_conflicts (catalog, unit, NULL);

  if (conflicts == NULL || conflicts->len == 0)
    return NULL;
  return hs_conflict_dup_sentence (g_ptr_array_index (conflicts, 0));
}

/**
 * hs_unit_detail_read:
 * @catalog: a catalog
 * @id: (type utf8): key of a unit
 * @cancellable: (nullable): a cancellable
 * @error: a #HsStoreError
 *
 * To be asked with hs_ask().
 *
 * Returns: (transfer full): an #HsUnitDetail
 */
gpointer
hs_unit_detail_read (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error)
{
  HsUnit *unit = hs_catalog_get_unit (catalog, id, error);
  HsUnitDetail *self;

  if (unit == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (HsUnitDetail);
  self->unit = unit;
  self->runs = hs_catalog_list_runs (catalog, hs_unit_get_id (unit), 0, RUNS_READ, NULL);
  if (self->runs == NULL)
    self->runs = g_ptr_array_new ();
  self->story = hs_catalog_get_story (catalog, hs_unit_get_id (unit), NULL);
  if (hs_unit_get_release (unit) != NULL)
    self->release = hs_catalog_get_release (catalog, hs_unit_get_release (unit), NULL);
  self->conflict = find_conflict (catalog, hs_unit_get_id (unit));
  return self;
}
