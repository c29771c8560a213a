/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include <string.h>

/* Two benches, each with a catalog of its own, and a folder to carry between them. */
typedef struct {
  Fixture here;
  Fixture there;
  GFile *folder;
  char *path; /* of the folder */
} Benches;

static void
set_up (Benches *self, gconstpointer data)
{
  fixture_set_up (&self->here, NULL);
  fixture_set_up (&self->there, NULL);
  self->path = g_build_filename (self->here.folder, "export", NULL);
  self->folder = g_file_new_for_path (self->path);
}

static void
tear_down (Benches *self, gconstpointer data)
{
  g_clear_object (&self->folder);
  g_clear_pointer (&self->path, g_free);
  fixture_tear_down (&self->here, NULL);
  fixture_tear_down (&self->there, NULL);
}

static guint64
carry (Benches *self, HsCatalog *from, HsCatalog *to)
{
  g_autoptr (GError) error = NULL;
  guint64 n = 99;

  hs_catalog_export (from, self->folder, NULL, &error);
  g_assert_no_error (error);
  hs_catalog_import (to, self->folder, &n, &error);
  g_assert_no_error (error);
  return n;
}

static void
assert_label (HsCatalog *catalog, const char *label)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, KEY_A, NULL);

  g_assert_nonnull (unit);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, label);
}

static void
test_carried (Benches *self, gconstpointer data)
{
  g_autoptr (GBytes) image = g_bytes_new_static ("image", 5);
  g_autofree char *sha256 = NULL;
  g_autofree char *payload = NULL;

  hs_catalog_put_blob (self->here.catalog, image, &sha256, NULL);
  payload = g_strdup_printf (
      "{\"v\":1,\"id\":\"" BUILD_B "\",\"name\":\"b\",\"board\":\"OPENMV4\",\"artifacts\":"
      "[{\"role\":\"firmware\",\"file\":\"f\",\"size\":5,\"sha256\":\"%s\"}]}",
      sha256);
  add (self->here.catalog, HS_KIND_BUILD_IMPORTED, "build:" BUILD_B, payload);
  see_unit (self->here.catalog, KEY_A);
  flash_unit (self->here.catalog, KEY_A, "run-1");
  add (self->here.catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"here\"}");

  g_assert_cmpuint (carry (self, self->here.catalog, self->there.catalog), ==, 10);
  g_assert_cmpuint (carry (self, self->here.catalog, self->there.catalog), ==, 0);
  assert_label (self->there.catalog, "here");
  g_assert_true (hs_catalog_has_blob (self->there.catalog, sha256));
  assert_whole (self->there.catalog);

  /* And back, with what the other bench knows about the same unit. */
  add (self->there.catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"there\"}");
  g_assert_cmpuint (carry (self, self->there.catalog, self->here.catalog), ==, 3);
  assert_label (self->here.catalog, "there");
  assert_whole (self->here.catalog);
}

/* Entries count in the order in which they happened, not in which they came. */
static void
test_late (Benches *self, gconstpointer data)
{
  see_unit (self->there.catalog, KEY_A);
  add (self->there.catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"first\"}");
  see_unit (self->here.catalog, KEY_A);
  add (self->here.catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"last\"}");
  carry (self, self->there.catalog, self->here.catalog);
  assert_label (self->here.catalog, "last");
}

/* A run that another bench is still at when it exports is not ours to close. */
static void
test_foreign_run (Benches *self, gconstpointer data)
{
  g_autoptr (HsRun) run = NULL;
  guint n_interrupted = 99;

  hs_catalog_begin_session (self->there.catalog, NULL, NULL);
  see_unit (self->there.catalog, KEY_A);
  add_step (self->there.catalog, HS_KIND_RUN_STARTED, "unit:" KEY_A, "run-1");
  carry (self, self->there.catalog, self->here.catalog);
  hs_catalog_begin_session (self->here.catalog, &n_interrupted, NULL);
  g_assert_cmpuint (n_interrupted, ==, 0);
  run = hs_catalog_get_run (self->here.catalog, "run-1", NULL);
  g_assert_nonnull (run);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, NULL);
}

static char *
find_segment (Benches *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    if (g_str_has_suffix (name, ".jsonl"))
      return g_build_filename (self->path, name, NULL);
  g_assert_not_reached ();
}

/* A segment with any one byte changed, or cut anywhere, is refused as a whole. */
static void
test_altered (Benches *self, gconstpointer data)
{
  g_autofree char *segment = NULL;
  g_autofree char *text = NULL;
  gsize size;
  guint64 before, after;

  see_unit (self->here.catalog, KEY_A);
  hs_catalog_export (self->here.catalog, self->folder, NULL, NULL);
  segment = find_segment (self);
  g_assert_true (g_file_get_contents (segment, &text, &size, NULL));
  hs_catalog_count (self->there.catalog, NULL, NULL, &before);

  for (gsize i = 0; i < size; i += 41) {
    g_autoptr (GError) cut = NULL;
    g_autoptr (GError) changed = NULL;

    g_file_set_contents (segment, text, i, NULL);
    g_assert_false (hs_catalog_import (self->there.catalog, self->folder, NULL, &cut));
    g_assert_error (cut, HS_STORE_ERROR, HS_STORE_ERROR_ALTERED);
    text[i] ^= 1;
    g_file_set_contents (segment, text, size, NULL);
    text[i] ^= 1;
    g_assert_false (hs_catalog_import (self->there.catalog, self->folder, NULL, &changed));
    g_assert_error (changed, HS_STORE_ERROR, HS_STORE_ERROR_ALTERED);
  }
  hs_catalog_count (self->there.catalog, NULL, NULL, &after);
  g_assert_cmpuint (before, ==, after);
}

static void
test_purpose (Benches *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->there.folder, "real.db", NULL);
  const HsCatalogTweaks fast = { .fast = TRUE };
  g_autoptr (HsCatalog) real = hs_catalog_open_full (path, HS_PURPOSE_PRODUCTION, &fast, NULL);
  g_autoptr (GError) error = NULL;

  hs_catalog_export (self->here.catalog, self->folder, NULL, NULL);
  g_assert_false (hs_catalog_import (real, self->folder, NULL, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_PURPOSE);
}

#define BENCHES_TEST(name, func)                                                                   \
  g_test_add ("/segments/" name, Benches, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  BENCHES_TEST ("carried", test_carried);
  BENCHES_TEST ("late", test_late);
  BENCHES_TEST ("foreign-run", test_foreign_run);
  BENCHES_TEST ("purpose", test_purpose);
  BENCHES_TEST ("altered", test_altered);
  return g_test_run ();
}
