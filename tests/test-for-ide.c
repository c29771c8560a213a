/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-rig.h"

#include "app/bundle.h"

/* The folder for people without Hotshoe: names that the IDE takes, sums that fit, and steps. */

static char *
read_text (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
assert_sums (const char *folder)
{
  const char *argv[] = { "sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS", NULL };
  int status = -1;

  g_assert_true (g_spawn_sync (
      folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
}

static void
test_one_board (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV2", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = NULL;
  g_autofree char *folder = g_build_filename (self->folder, "out", "ide", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (folder);
  g_autofree char *readme = NULL;
  g_autofree char *sums = NULL;
  g_autoptr (GError) error = NULL;

  id = rig_lock (self->catalog, recipe);
  g_assert_true (hs_bundle_export_for_ide (self->catalog, id, target, &error));
  assert_sums (folder);
  sums = read_text (folder, "SHA256SUMS");
  g_assert_nonnull (strstr (sums, "  firmware.bin\n"));
  g_assert_nonnull (strstr (sums, "  romfs0.img\n"));
  readme = read_text (folder, "README.txt");
  g_assert_nonnull (strstr (readme, "gate-counter 1.0.0"));
  g_assert_nonnull (strstr (readme, "OPENMV2"));
  g_assert_nonnull (strstr (readme, "dfu-util -w -d ,37c5:9202 -a FIRMWARE -D firmware.bin"));

  /* Not over what is there. */
  g_assert_false (hs_bundle_export_for_ide (self->catalog, id, target, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
}

static void
test_two_boards (Fixture *self, gconstpointer data)
{
  RigFile files[] = {
    { "firmware_M55_HP.bin", firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE, RELEASE_TAG) },
    { "firmware_M55_HE.bin", firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE_HE, RELEASE_TAG) },
    { "romfs0.img", hs_sample_romfs (1, 512) },
    { "romfs1.img", hs_sample_romfs (2, 512) },
    { NULL },
  };
  g_autoptr (HsBuild) one = rig_import (self->catalog, "OPENMV_AE3", "folder", files);
  g_autoptr (HsBuild) two = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (one, "2.0.0");
  g_autofree char *id = NULL;
  g_autofree char *folder = g_build_filename (self->folder, "ide", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (folder);
  g_autofree char *sums = NULL;
  g_autofree char *readme = NULL;
  g_autoptr (GError) error = NULL;

  hs_recipe_take_build (recipe, two, 0);
  id = rig_lock (self->catalog, recipe);
  hs_bundle_export_for_ide (self->catalog, id, target, &error);
  g_assert_no_error (error);
  assert_sums (folder);
  sums = read_text (folder, "SHA256SUMS");
  g_assert_nonnull (strstr (sums, "  OPENMV_AE3/firmware_M55_HP.bin\n"));
  g_assert_nonnull (strstr (sums, "  OPENMV_AE3/firmware_M55_HE.bin\n"));
  g_assert_nonnull (strstr (sums, "  OPENMV_AE3/romfs1.img\n"));
  g_assert_nonnull (strstr (sums, "  OPENMV4/firmware.bin\n"));
  readme = read_text (folder, "OPENMV_AE3/README.txt");
  g_assert_nonnull (strstr (readme, "-a HP -D firmware_M55_HP.bin"));
  g_assert_nonnull (strstr (readme, "-a ROMFS1 -D romfs1.img"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add (
      "/for-ide/one-board", Fixture, NULL, fixture_set_up, test_one_board, fixture_tear_down);
  g_test_add (
      "/for-ide/two-boards", Fixture, NULL, fixture_set_up, test_two_boards, fixture_tear_down);
  return g_test_run ();
}
