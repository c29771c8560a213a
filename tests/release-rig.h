/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/app-error.h"
#include "app/import.h"
#include "app/keys.h"
#include "app/release.h"
#include "tests/catalog-fixture.h"
#include "tests/image-files.h"

/* Builds and releases of them, in a catalog in a folder of its own. */

#define RELEASE_TAG "v5.0.0-34.gcbbb877eda"

/* Puts @text over the middle of an image, where nothing but filling is. */
static inline GBytes *
with_text (GBytes *image, const char *text, gsize length)
{
  gsize size;
  guint8 *bytes = g_memdup2 (g_bytes_get_data (image, &size), g_bytes_get_size (image));

  memcpy (bytes + size / 2, text, length);
  g_bytes_unref (image);
  return g_bytes_new_take (bytes, size);
}

static inline GBytes *
empty_romfs (void)
{
  static const guint8 image[] = { 0xD2, 0xCD, 0x31, 0x80, 0x80, 0x80, 0x80, 0x80,
                                  0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00 };

  return g_bytes_new_static (image, sizeof image);
}

typedef struct {
  const char *file;
  GBytes *bytes; /* taken */
} RigFile;

/* Imports @files, ended by one without a name. */
static inline HsBuild *
rig_import (HsCatalog *catalog, const char *board, const char *origin, RigFile *files)
{
  g_autoptr (HsImport) import = hs_import_new (catalog);
  g_autoptr (GError) error = NULL;
  HsBuild *build;

  hs_import_set_origin (import, origin, NULL);
  for (; files->file != NULL; files++) {
    hs_import_add_bytes (import, files->file, files->bytes, &error);
    g_assert_no_error (error);
    g_clear_pointer (&files->bytes, g_bytes_unref);
  }
  build = hs_import_finish (import, board, NULL, &error);
  g_assert_no_error (error);
  return build;
}

/* Firmware, ROMFS and bootloader of one board. */
static inline HsBuild *
rig_build (HsCatalog *catalog, const char *board, const char *tag)
{
  RigFile files[] = {
    { "firmware.bin", firmware (board, HS_ROLE_FIRMWARE, tag) },
    { "romfs0.img", hs_sample_romfs (3, 512) },
    { "bootloader.bin", g_bytes_new_static ("", 0) },
    { NULL },
  };

  g_bytes_unref (files[2].bytes);
  files[2].bytes = hs_sample_bootloader (hs_board_by_id (board), 0x0103);
  return rig_import (catalog, board, "folder", files);
}

static inline HsRecipe *
rig_recipe (HsBuild *build, const char *version)
{
  HsRecipe *recipe = hs_recipe_new ();

  g_free (recipe->name);
  recipe->name = g_strdup ("gate-counter");
  g_free (recipe->version);
  recipe->version = g_strdup (version);
  if (build != NULL)
    hs_recipe_take_build (recipe, build, 0);
  return recipe;
}

static inline char *
rig_draft (HsCatalog *catalog, const HsRecipe *recipe)
{
  g_autoptr (GError) error = NULL;
  char *id = hs_release_save_draft (catalog, NULL, recipe, &error);

  g_assert_no_error (error);
  return id;
}

static inline char *
rig_lock (HsCatalog *catalog, const HsRecipe *recipe)
{
  g_autofree char *draft = rig_draft (catalog, recipe);
  g_autoptr (GError) error = NULL;
  char *id = hs_release_lock (catalog, draft, &error);

  g_assert_no_error (error);
  return id;
}

static inline HsRelease *
rig_release (HsCatalog *catalog, const char *id)
{
  g_autoptr (GError) error = NULL;
  HsRelease *release = hs_catalog_get_release (catalog, id, &error);

  g_assert_no_error (error);
  return release;
}

static inline guint64
rig_entries (HsCatalog *catalog)
{
  guint64 n;

  hs_catalog_count (catalog, NULL, NULL, &n);
  return n;
}

/* The release may run; or may not, for the reason of @code (-1: it may). */
static inline void
rig_check (HsCatalog *catalog, const char *id, int code)
{
  g_autoptr (HsRelease) release = rig_release (catalog, id);
  g_autoptr (GError) error = NULL;
  gboolean allowed = hs_release_check (catalog, release, &error);

  g_assert_cmpint (allowed, ==, code < 0);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, HS_APP_ERROR, code);
}
