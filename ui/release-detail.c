/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/release-detail.h"

#include "app/keys.h"
#include "store/catalog-units.h"
#include "ui/release-words.h"

enum { UNITS_READ = 24, RELEASES_READ = 500 };

static void
clear_detail (gpointer data)
{
  HsReleaseDetail *self = data;

  g_clear_object (&self->release);
  g_clear_pointer (&self->recipe, hs_recipe_free);
  g_free (self->problem);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  g_free (self->older);
  g_clear_object (&self->newer);
  g_clear_pointer (&self->units, g_ptr_array_unref);
  g_clear_pointer (&self->batches, g_ptr_array_unref);
  g_clear_pointer (&self->leases, g_ptr_array_unref);
  g_strfreev (self->own_keys);
}

void
hs_release_detail_free (gpointer detail)
{
  g_atomic_rc_box_release_full (detail, clear_detail);
}

HsReleaseDetail *
hs_release_detail_ref (HsReleaseDetail *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
unref_build (gpointer build)
{
  if (build != NULL)
    g_object_unref (build);
}

static void
read_builds (HsReleaseDetail *self, HsCatalog *catalog)
{
  self->builds = g_ptr_array_new_with_free_func (unref_build);
  for (guint i = 0; self->recipe != NULL && i < self->recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (self->recipe->boards, i);

    g_ptr_array_add (self->builds,
                     board->build != NULL ? hs_catalog_get_build (catalog, board->build, NULL)
                                          : NULL);
  }
}

static void
read_units (HsReleaseDetail *self, HsCatalog *catalog, const char *id)
{
  HsUnitFilter filter = { .release = id };
  g_autoptr (GPtrArray) keys = NULL;

  self->units = g_ptr_array_new_with_free_func (g_object_unref);
  if (hs_release_get_n_units (self->release) == 0)
    return;

  keys = hs_catalog_list_units_filtered (catalog, &filter, UNITS_READ, NULL, NULL);
  for (guint i = 0; keys != NULL && i < keys->len; i++) {
    HsUnit *unit = hs_catalog_get_unit (catalog, g_ptr_array_index (keys, i), NULL);

    if (unit != NULL)
      g_ptr_array_add (self->units, unit);
  }
}

/* Which release of the same name has replaced it; a locked one rather than a draft. */
static HsRelease *
find_newer (HsCatalog *catalog, HsRelease *release)
{
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_releases (catalog, hs_release_get_name (release), RELEASES_READ, NULL, NULL);
  g_autoptr (HsRelease) found = NULL;

  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr (HsRelease) other =
        hs_catalog_get_release (catalog, g_ptr_array_index (ids, i), NULL);

    if (other == NULL ||
        g_strcmp0 (hs_release_get_supersedes (other), hs_release_get_id (release)) != 0)
      continue;
    if (found == NULL || g_strcmp0 (hs_release_get_state (found), "draft") == 0)
      g_set_object (&found, other);
  }
  return g_steal_pointer (&found);
}

static void
read_family (HsReleaseDetail *self, HsCatalog *catalog)
{
  const char *supersedes = hs_release_get_supersedes (self->release);
  g_autoptr (HsRelease) older =
      supersedes != NULL ? hs_catalog_get_release (catalog, supersedes, NULL) : NULL;

  self->older = older != NULL ? hs_release_dup_title (older) : NULL;
  if (g_strcmp0 (hs_release_get_state (self->release), "draft") != 0)
    self->newer = find_newer (catalog, self->release);
}

static void
read_numbers (HsReleaseDetail *self, HsCatalog *catalog)
{
  const char *series;

  if (self->recipe == NULL ||
      (self->recipe->rule != HS_NUMBER_COUNTER && self->recipe->rule != HS_NUMBER_LIST))
    return;

  series = hs_recipe_get_series (self->recipe);
  if (series == NULL || *series == '\0')
    return;

  self->leases = hs_catalog_list_leases (catalog, series, NULL);
  self->n_numbers_left = hs_catalog_count_numbers_left (catalog, series);
}

gpointer
hs_release_detail_read (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error)
{
  g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, id, error);
  g_autoptr (GError) bad = NULL;
  HsReleaseDetail *self;

  if (release == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (HsReleaseDetail);
  self->release = g_steal_pointer (&release);
  self->recipe = hs_recipe_parse (hs_release_get_recipe (self->release), &bad);
  self->problem = bad != NULL ? g_strdup (bad->message) : NULL;
  read_builds (self, catalog);
  read_family (self, catalog);
  read_units (self, catalog, id);
  read_numbers (self, catalog);
  self->batches = hs_catalog_list_batches (catalog, id, NULL);
  self->own_keys = hs_keys_list_secret (catalog);
  self->signature_required = hs_keys_get_required (catalog);
  return self;
}
