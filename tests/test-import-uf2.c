/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/import.h"
#include "flash/sim/sample-image.h"
#include "flash/uf2.h"
#include "tests/catalog-fixture.h"
#include "tests/image-files.h"

#include <json-glib/json-glib.h>

/* One image in two kinds of file, as a build for the RP2040 leaves it: the same build, however many
 * of them are there. */

#define SIZE 20001

static HsBuild *
import_files (Fixture *self, GBytes *bin, GBytes *uf2, gboolean *existing)
{
  g_autoptr (HsImport) files = hs_import_new (self->catalog);
  g_autoptr (GError) error = NULL;
  HsBuild *build;

  if (uf2 != NULL)
    hs_import_add_bytes (files, "firmware.uf2", uf2, &error);
  g_assert_no_error (error);
  if (bin != NULL)
    hs_import_add_bytes (files, "firmware.bin", bin, &error);
  g_assert_no_error (error);
  build = hs_import_finish (files, NULL, existing, &error);
  g_assert_no_error (error);
  return build;
}

static void
test_one_build (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bin =
      hs_sample_firmware (hs_board_by_id ("RPI_PICO"), HS_ROLE_FIRMWARE, NULL, "5.0.0", 1, SIZE);
  g_autoptr (GBytes) uf2 = hs_uf2_new (bin, 0x10000000);
  gboolean existing[3];
  g_autoptr (HsBuild) both = import_files (self, bin, uf2, &existing[0]);
  g_autoptr (HsBuild) from_bin = import_files (self, bin, NULL, &existing[1]);
  g_autoptr (HsBuild) from_uf2 = import_files (self, NULL, uf2, &existing[2]);
  g_autoptr (JsonNode) node = json_from_string (hs_build_get_details (both), NULL);
  JsonObject *left_out = json_object_get_object_member (json_node_get_object (node), "left_out");

  g_assert_false (existing[0]);
  g_assert_true (existing[1]);
  g_assert_true (existing[2]);
  g_assert_cmpstr (hs_build_get_id (from_bin), ==, hs_build_get_id (both));
  g_assert_cmpstr (hs_build_get_id (from_uf2), ==, hs_build_get_id (both));
  g_assert_cmpuint (hs_build_get_n_artifacts (both), ==, 1);
  g_assert_cmpstr (hs_build_get_artifact (both, 0)->file, ==, "firmware.bin");
  g_assert_cmpuint (hs_build_get_artifact (both, 0)->size, ==, (SIZE + 255) / 256 * 256);
  g_assert_cmpstr (json_object_get_string_member (left_out, "firmware.uf2"), ==, "firmware.bin");
}

/* Two builds in one folder are not one. */
static void
test_two_builds (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bin =
      hs_sample_firmware (hs_board_by_id ("RPI_PICO"), HS_ROLE_FIRMWARE, NULL, "5.0.0", 1, SIZE);
  g_autoptr (GBytes) other =
      hs_sample_firmware (hs_board_by_id ("RPI_PICO"), HS_ROLE_FIRMWARE, NULL, "5.0.0", 2, SIZE);
  g_autoptr (GBytes) uf2 = hs_uf2_new (other, 0x10000000);
  g_autoptr (HsImport) files = hs_import_new (self->catalog);
  g_autoptr (GError) error = NULL;

  hs_import_add_bytes (files, "firmware.uf2", uf2, &error);
  hs_import_add_bytes (files, "firmware.bin", bin, &error);
  g_assert_no_error (error);
  g_assert_null (hs_import_finish (files, NULL, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_MIXED);
}

/* What an old build leaves: .dfu files filled up to a multiple of 8, and a bootloader that reaches
 * up to the firmware, with what it is inside. */
static void
test_padded (Fixture *self, gconstpointer data)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) bin = hs_sample_firmware (board, HS_ROLE_FIRMWARE, "v4", "4.6.20", 1, SIZE);
  g_autoptr (GBytes) boot = hs_sample_bootloader (board, 0x0103);
  g_autoptr (GBytes) zeros = g_bytes_new_static ("\0\0\0\0\0\0\0", 7);
  g_autoptr (GByteArray) wide = g_byte_array_new ();
  g_autoptr (GBytes) padded = NULL;
  g_autoptr (GBytes) dfu = NULL;
  g_autoptr (GBytes) boot_dfu = make_dfuse (0x08000000, boot, 0, NULL);
  g_autoptr (GByteArray) filled = g_byte_array_new ();
  g_autoptr (GBytes) fuller = NULL;
  g_autoptr (HsImport) files = hs_import_new (self->catalog);
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;

  put_bytes (wide, boot);
  g_byte_array_set_size (wide, 0x40000);
  memset (wide->data + g_bytes_get_size (boot), 0xFF, 0x40000 - g_bytes_get_size (boot));
  padded = g_bytes_new (wide->data, wide->len);
  put_bytes (filled, bin);
  put_bytes (filled, zeros);
  fuller = g_bytes_new (filled->data, filled->len);
  dfu = make_dfuse (0x08040000, fuller, 0, NULL);

  hs_import_add_bytes (files, "bootloader.bin", padded, &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "bootloader.dfu", boot_dfu, &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "firmware.dfu", dfu, &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "firmware.bin", bin, &error);
  g_assert_no_error (error);
  build = hs_import_finish (files, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 2);
  g_assert_cmpuint (hs_build_get_artifact (build, 0)->size, ==, g_bytes_get_size (boot));
  g_assert_cmpuint (hs_build_get_artifact (build, 1)->size, ==, SIZE);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/import-uf2/one-build", test_one_build);
  ADD ("/import-uf2/padded", test_padded);
  ADD ("/import-uf2/two-builds", test_two_builds);

  return g_test_run ();
}
