/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-rig.h"

#include "app/bundle.h"
#include "store/catalog-numbers.h"
#include "store/catalog-units.h"

/* Product numbers that travel in a bundle belong to one bench, whatever the others have read. */

typedef struct {
  Fixture office; /* gives the numbers 51 to 60 of its 1 to 100 */
  Fixture north;
  Fixture south;
  GFile *file;
} Rig;

static void
export_lease (Rig *self)
{
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsRecipe) recipe = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  RigFile files[] = {
    { "firmware.bin",
      hs_sample_firmware (
          hs_board_by_id ("OPENMV2"), HS_ROLE_FIRMWARE, RELEASE_TAG, "5.0.0", 1, 6000) },
    { "romfs0.img", hs_sample_romfs (3, 256) },
    { NULL },
  };

  build = rig_import (self->office.catalog, "OPENMV2", "folder", files);
  recipe = rig_recipe (build, "1.0.0");
  recipe->rule = HS_NUMBER_COUNTER;
  recipe->digits = 4;
  recipe->first = 1;
  recipe->last = 1000;
  id = rig_lock (self->office.catalog, recipe);
  hs_catalog_take_lease (self->office.catalog, "gate-counter", 1, 100, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  hs_bundle_export (self->office.catalog, id, self->file, 51, 60, &error);
  g_assert_no_error (error);
}

static void
rig_set_up (Rig *self, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture_set_up (&self->office, NULL);
  fixture_set_up (&self->north, NULL);
  fixture_set_up (&self->south, NULL);
  path = g_build_filename (self->office.folder, "gate.hotshoe", NULL);
  self->file = g_file_new_for_path (path);
  export_lease (self);
}

static void
rig_tear_down (Rig *self, gconstpointer data)
{
  g_clear_object (&self->file);
  fixture_tear_down (&self->office, NULL);
  fixture_tear_down (&self->north, NULL);
  fixture_tear_down (&self->south, NULL);
}

static void
import (Rig *self, HsCatalog *catalog)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_bundle_import (catalog, self->file, NULL, &error);

  g_assert_no_error (error);
}

static void
carry (HsCatalog *from, HsCatalog *to)
{
  g_autofree char *path = g_strconcat (hs_catalog_get_path (from), ".export", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  hs_catalog_export (from, folder, NULL, &error);
  g_assert_no_error (error);
  hs_catalog_import (to, folder, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_left (HsCatalog *catalog, guint64 n)
{
  g_assert_cmpuint (hs_catalog_count_numbers_left (catalog, "gate-counter"), ==, n);
}

/* The other bench has read in the journal that the numbers are given away: still they are its. */
static void
test_after_journal (Rig *self, gconstpointer data)
{
  carry (self->office.catalog, self->north.catalog);
  import (self, self->north.catalog);
  assert_left (self->north.catalog, 10);
}

/* Where only signed releases run, numbers come from a signed bundle, too. */
static void
test_unsigned (Rig *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  hs_keys_set_required (self->north.catalog, TRUE, &error);
  g_assert_no_error (error);
  g_assert_null (hs_bundle_import (self->north.catalog, self->file, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNSIGNED);
  assert_left (self->north.catalog, 0);
  g_assert_cmpuint (hs_catalog_count_releases (self->north.catalog), ==, 0);
}

/* It knows of the maker's lease, but not yet that a part was given away. */
static void
test_before_journal (Rig *self, gconstpointer data)
{
  g_autofree char *id = hs_catalog_resolve_release (self->office.catalog, "gate-counter", NULL);
  g_autoptr (GPtrArray) conflicts = NULL;

  hs_catalog_take_lease (self->office.catalog, "gate-counter", 101, 200, NULL, NULL, NULL, NULL);
  carry (self->office.catalog, self->north.catalog);
  g_file_delete (self->file, NULL, NULL);
  hs_bundle_export (self->office.catalog, id, self->file, 101, 120, NULL);
  import (self, self->north.catalog);
  assert_left (self->north.catalog, 20);
  carry (self->office.catalog, self->north.catalog);
  assert_left (self->north.catalog, 20);
  conflicts = hs_catalog_list_conflicts (self->north.catalog, NULL);
  g_assert_cmpuint (conflicts->len, ==, 0);
}

/* Two benches took the same numbers before they knew of each other: neither gives them out. */
static void
test_crossed (Rig *self, gconstpointer data)
{
  g_autoptr (GPtrArray) conflicts = NULL;

  hs_catalog_take_lease (self->north.catalog, "gate-counter", 201, 300, NULL, NULL, NULL, NULL);
  hs_catalog_take_lease (self->south.catalog, "gate-counter", 291, 310, NULL, NULL, NULL, NULL);
  carry (self->north.catalog, self->south.catalog);
  carry (self->south.catalog, self->north.catalog);
  assert_left (self->north.catalog, 90);
  assert_left (self->south.catalog, 10);
  conflicts = hs_catalog_list_conflicts (self->north.catalog, NULL);
  g_assert_cmpuint (conflicts->len, ==, 1);
}

static void
assert_conflict (HsCatalog *catalog)
{
  g_autoptr (GPtrArray) conflicts = hs_catalog_list_conflicts (catalog, NULL);
  const HsConflict *conflict;

  g_assert_cmpuint (conflicts->len, ==, 1);
  conflict = conflicts->pdata[0];
  g_assert_cmpstr (conflict->kind, ==, "lease");
  g_assert_cmpstr (conflict->subject, ==, "gate-counter 51–60");
  g_assert_nonnull (strchr (conflict->entries, ' '));
}

/* One bundle on two benches: they can't know. Once they do, neither goes on with its numbers, until
 * somebody has said whose they are. */
static void
test_twice (Rig *self, gconstpointer data)
{
  import (self, self->north.catalog);
  import (self, self->south.catalog);
  assert_left (self->north.catalog, 10);
  assert_left (self->south.catalog, 10);

  carry (self->north.catalog, self->south.catalog);
  carry (self->south.catalog, self->north.catalog);
  assert_left (self->north.catalog, 0);
  assert_left (self->south.catalog, 0);
  assert_conflict (self->north.catalog);
  assert_conflict (self->south.catalog);
}

/* Ends with one bench's word that it has them alone. */
static void
test_settled (Rig *self, gconstpointer data)
{
  g_autoptr (GPtrArray) conflicts = NULL;
  g_autoptr (GError) error = NULL;

  import (self, self->north.catalog);
  import (self, self->south.catalog);
  carry (self->north.catalog, self->south.catalog);
  hs_catalog_take_lease (
      self->south.catalog, "gate-counter", 51, 60, NULL, "north has none of them", NULL, &error);
  g_assert_no_error (error);
  assert_left (self->south.catalog, 10);

  carry (self->south.catalog, self->north.catalog);
  assert_left (self->north.catalog, 0);
  conflicts = hs_catalog_list_conflicts (self->north.catalog, NULL);
  g_assert_cmpuint (conflicts->len, ==, 0);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Rig *self, gconstpointer data);
  } tests[] = {
    { "/bundle-leases/after-journal", test_after_journal },
    { "/bundle-leases/before-journal", test_before_journal },
    { "/bundle-leases/crossed", test_crossed },
    { "/bundle-leases/settled", test_settled },
    { "/bundle-leases/twice", test_twice },
    { "/bundle-leases/unsigned", test_unsigned },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Rig, NULL, rig_set_up, tests[i].test, rig_tear_down);
  return g_test_run ();
}
