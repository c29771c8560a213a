/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/command.h"
#include "app/import.h"
#include "store/catalog-care.h"
#include "tests/catalog-fixture.h"
#include "tests/image-files.h"

#include <archive.h>
#include <archive_entry.h>
#include <json-glib/json-glib.h>
#include <unistd.h>

/* What people hand to import: folders, zips, files, and what is broken about them. */

#define BOARD "OPENMV4"
#define TAG   "v5.0.0-34.gcbbb877eda"

static void
write_file (const char *path, GBytes *bytes)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (
      path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), &error);
  g_assert_no_error (error);
}

static char *
put_file (Fixture *self, const char *name, GBytes *bytes)
{
  char *path = g_build_filename (self->folder, name, NULL);

  write_file (path, bytes);
  return path;
}

static GBytes *
text (const char *content)
{
  return g_bytes_new (content, strlen (content));
}

/* What the build of one board makes, under @prefix. */
static void
put_build (Fixture *self, const char *prefix, const char *board)
{
  g_autoptr (GBytes) code = firmware (board, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 4000);
  g_autoptr (GBytes) bootloader = hs_sample_bootloader (hs_board_by_id (board), 0x0103);
  g_autoptr (GBytes) combined = hs_sample_combined (hs_board_by_id (board), bootloader, code);
  g_autoptr (GBytes) stamp = text ("stamp");
  const struct {
    const char *name;
    GBytes *bytes;
  } files[] = { { "firmware.bin", code },
                { "romfs0.img", romfs },
                { "bootloader.bin", bootloader },
                { "openmv.bin", combined },
                { "romfs0.stamp", stamp } };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *name = g_build_filename (prefix, files[i].name, NULL);
    g_autofree char *path = put_file (self, name, files[i].bytes);
  }
}

static HsBuild *
try_import (Fixture *self,
            const char *const *paths,
            const char *board,
            gboolean *old,
            GError **error)
{
  g_autoptr (HsImport) files = hs_import_new (self->catalog);

  for (; *paths != NULL; paths++)
    if (!hs_import_add_path (files, *paths, error))
      return NULL;
  return hs_import_finish (files, board, old, error);
}

static HsBuild *
import_as (Fixture *self, const char *name, const char *board)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  HsBuild *build = try_import (self, paths, board, NULL, &error);

  g_assert_no_error (error);
  return build;
}

static guint
count_builds (Fixture *self)
{
  guint n;

  hs_catalog_count (self->catalog, NULL, &n, NULL);
  return n;
}

/* Refused, and no build is left behind. */
static void
import_fails (Fixture *self, const char *name, const char *board, GQuark domain, int code)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  const char *paths[] = { path, NULL };
  guint before = count_builds (self);
  g_autoptr (GError) error = NULL;

  g_assert_null (try_import (self, paths, board, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, domain, code);
  g_assert_cmpuint (count_builds (self), ==, before);
}

static void
assert_has (Fixture *self, HsBuild *build, const char *role, gsize size)
{
  const HsArtifact *artifact = hs_build_find_artifact (build, role);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (artifact);
  g_assert_cmpuint (artifact->size, ==, size);
  bytes = hs_catalog_get_blob (self->catalog, artifact->sha256, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
}

/* Firmware, ROMFS and bootloader; not the file that joins two of them, nor stamps. */
static void
assert_whole_build (Fixture *self, HsBuild *build)
{
  g_assert_cmpstr (hs_build_get_board (build), ==, BOARD);
  g_assert_cmpstr (hs_build_get_version (build), ==, TAG);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 3);
  assert_has (self, build, "firmware", SMALL);
  assert_has (self, build, "romfs0", 4000);
  g_assert_nonnull (hs_build_find_artifact (build, "bootloader"));
}

static void
test_folder (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsBuild) above = NULL;

  put_build (self, "build/" BOARD "/bin", BOARD);
  build = import_as (self, "build/" BOARD "/bin", NULL);
  assert_whole_build (self, build);
  g_assert_cmpstr (hs_build_get_origin (build), ==, "folder");

  above = import_as (self, "build/" BOARD, NULL);
  g_assert_cmpstr (hs_build_get_id (above), ==, hs_build_get_id (build));
}

/* The same content is one build, from wherever it comes. */
static void
test_twice (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) first = NULL;
  g_autoptr (HsBuild) second = NULL;
  g_autofree char *elsewhere = g_build_filename (self->folder, "elsewhere", NULL);
  const char *paths[] = { elsewhere, NULL };
  gboolean existing = FALSE;
  guint64 before, after;

  put_build (self, "build/" BOARD "/bin", BOARD);
  put_build (self, "elsewhere", BOARD);
  first = import_as (self, "build/" BOARD "/bin", NULL);
  hs_catalog_count (self->catalog, NULL, NULL, &before);
  second = try_import (self, paths, NULL, &existing, NULL);
  hs_catalog_count (self->catalog, NULL, NULL, &after);
  g_assert_true (existing);
  g_assert_cmpstr (hs_build_get_id (first), ==, hs_build_get_id (second));
  g_assert_cmpuint (before, ==, after);
  g_assert_cmpuint (count_builds (self), ==, 1);
}

static void
test_files (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) code = NULL;
  g_autoptr (HsBuild) romfs = NULL;

  put_build (self, "x", BOARD);
  code = import_as (self, "x/firmware.bin", NULL);
  g_assert_cmpuint (hs_build_get_n_artifacts (code), ==, 1);
  g_assert_cmpstr (hs_build_get_origin (code), ==, "file");

  /* A ROMFS does not tell which board it is for. */
  import_fails (self, "x/romfs0.img", NULL, HS_APP_ERROR, HS_APP_ERROR_MIXED);
  import_fails (self, "x/romfs0.img", "NOSUCHBOARD", HS_APP_ERROR, HS_APP_ERROR_USAGE);
  romfs = import_as (self, "x/romfs0.img", BOARD);
  assert_has (self, romfs, "romfs0", 4000);

  /* Both in one is not what a camera's bootloader takes. */
  import_fails (self, "x/openmv.bin", NULL, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
  import_fails (self, "x/romfs0.stamp", NULL, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
  import_fails (self, "x/no-such.bin", NULL, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* What belongs on the camera is what is kept: without the container. */
static void
test_dfu (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) dfu = make_dfu (code);
  g_autofree char *path = put_file (self, "firmware.dfu", dfu);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, code);
  g_autoptr (HsBuild) build = import_as (self, "firmware.dfu", NULL);

  assert_has (self, build, "firmware", SMALL);
  g_assert_cmpstr (hs_build_find_artifact (build, "firmware")->sha256, ==, digest);
}

static void
test_upper_case (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autofree char *path = put_file (self, "FIRMWARE.BIN", code);
  g_autoptr (HsBuild) build = import_as (self, "FIRMWARE.BIN", NULL);

  assert_has (self, build, "firmware", SMALL);
}

/* --- broken --- */

static void
test_wrong_names (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 4000);
  g_autoptr (GBytes) other = firmware ("OPENMV3", HS_ROLE_FIRMWARE, TAG);
  g_autofree char *a = put_file (self, "romfs0.img", code);
  g_autofree char *b = put_file (self, "firmware.bin", romfs);
  g_autofree char *c = put_file (self, "x/OPENMV4/bin/firmware.bin", other);
  g_autofree char *d = put_file (self, "whatever.bin", code);
  g_autoptr (HsBuild) build = NULL;

  import_fails (self, "romfs0.img", BOARD, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_ROLE);
  import_fails (self, "firmware.bin", BOARD, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_ROLE);
  import_fails (self, "x/OPENMV4/bin", NULL, HS_APP_ERROR, HS_APP_ERROR_MIXED);

  /* The bytes know what it is. */
  build = import_as (self, "whatever.bin", NULL);
  assert_has (self, build, "firmware", SMALL);
}

static void
test_duplicate_roles (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) newer = firmware (BOARD, HS_ROLE_FIRMWARE, "v5.1.0");
  g_autofree char *a = put_file (self, "two/firmware.bin", code);
  g_autofree char *b = put_file (self, "two/copy.bin", newer);
  g_autofree char *c = put_file (self, "same/firmware.bin", code);
  g_autofree char *d = put_file (self, "same/copy.bin", code);
  g_autoptr (HsBuild) build = NULL;

  import_fails (self, "two", NULL, HS_APP_ERROR, HS_APP_ERROR_MIXED);
  build = import_as (self, "same", NULL);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 1);
}

static void
test_empty_and_cut (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 4000);
  g_autoptr (GBytes) front = g_bytes_new_from_bytes (code, 0, 8000);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (romfs, 0, 2000);
  g_autofree char *a = put_file (self, "empty/firmware.bin", nothing);
  g_autofree char *b = put_file (self, "front/OPENMV4/bin/firmware.bin", front);
  g_autofree char *c = put_file (self, "half/romfs0.img", half);
  g_autofree char *hollow = g_build_filename (self->folder, "hollow", NULL);

  g_assert_cmpint (g_mkdir (hollow, 0700), ==, 0);
  import_fails (self, "empty", BOARD, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  import_fails (self, "front/OPENMV4/bin", NULL, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  import_fails (self, "half", BOARD, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  import_fails (self, "hollow", NULL, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
}

/* A disk image by mistake; it is not even read. */
static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autofree char *path = put_file (self, "disk.img", nothing);

  g_assert_cmpint (truncate (path, 300 * 1024 * 1024), ==, 0);
  import_fails (self, "disk.img", BOARD, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
}

/* --- zips --- */

typedef struct archive Writer;

static Writer *
zip_new (const char *path)
{
  Writer *zip = archive_write_new ();

  archive_write_set_format_zip (zip);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  return zip;
}

static void
zip_add (Writer *zip, const char *name, GBytes *bytes)
{
  struct archive_entry *entry = archive_entry_new ();

  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, g_bytes_get_size (bytes));
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (
      archive_write_data (zip, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)),
      ==,
      g_bytes_get_size (bytes));
  archive_entry_free (entry);
}

static void
zip_close (Writer *zip)
{
  g_assert_cmpint (archive_write_close (zip), ==, ARCHIVE_OK);
  archive_write_free (zip);
}

/* @prefix: "" or with a slash at its end */
static void
zip_add_build (Writer *zip, const char *prefix, const char *board)
{
  g_autoptr (GBytes) code = firmware (board, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 4000);
  g_autoptr (GBytes) bootloader = hs_sample_bootloader (hs_board_by_id (board), 0x0103);
  g_autoptr (GBytes) notes = text ("not an image");
  g_autofree char *a = g_strconcat (prefix, "firmware.bin", NULL);
  g_autofree char *b = g_strconcat (prefix, "romfs0.img", NULL);
  g_autofree char *c = g_strconcat (prefix, "bootloader.bin", NULL);
  g_autofree char *d = g_strconcat (prefix, "NOTES.txt", NULL);

  zip_add (zip, a, code);
  zip_add (zip, b, romfs);
  zip_add (zip, c, bootloader);
  zip_add (zip, d, notes);
}

static void
test_zip_flat (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "firmware_OPENMV4.zip", NULL);
  Writer *zip = zip_new (path);
  g_autoptr (HsBuild) build = NULL;

  zip_add_build (zip, "", BOARD);
  zip_close (zip);
  build = import_as (self, "firmware_OPENMV4.zip", NULL);
  assert_whole_build (self, build);
  g_assert_cmpstr (hs_build_get_origin (build), ==, "cloud");
}

/* One folder a target, and the radio's blobs beside them. */
static void
test_zip_folders (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "firmware_v5.0.0.zip", NULL);
  g_autoptr (GBytes) blob = g_bytes_new_static ("\x01\x02\x03\x04", 4);
  Writer *zip = zip_new (path);
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsBuild) other = NULL;

  zip_add_build (zip, "OPENMV3/", "OPENMV3");
  zip_add_build (zip, "OPENMV4/", BOARD);
  zip_add (zip, "CYW4343/7.45.98.102.bin", blob);
  zip_close (zip);

  import_fails (self, "firmware_v5.0.0.zip", NULL, HS_APP_ERROR, HS_APP_ERROR_MIXED);
  import_fails (self, "firmware_v5.0.0.zip", "OPENMV2", HS_APP_ERROR, HS_APP_ERROR_MIXED);
  build = import_as (self, "firmware_v5.0.0.zip", BOARD);
  assert_whole_build (self, build);
  other = import_as (self, "firmware_v5.0.0.zip", "OPENMV3");
  g_assert_cmpstr (hs_build_get_board (other), ==, "OPENMV3");
}

/* They are part of the builds of the boards that have such a radio, and of no other. */
static void
test_zip_radio (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "firmware_v5.0.0.zip", NULL);
  g_autoptr (GBytes) code = firmware ("ARDUINO_GIGA", HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) wifi = hs_sample_blob (1, 40000);
  g_autoptr (GBytes) bluetooth = hs_sample_blob (2, 9000);
  Writer *zip = zip_new (path);
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsBuild) other = NULL;

  zip_add (zip, "ARDUINO_GIGA/firmware.bin", code);
  zip_add_build (zip, "OPENMV4/", BOARD);
  zip_add (zip, "CYW4343/cyw4343_7_45_98_102.bin", wifi);
  zip_add (zip, "CYW4343/cyw4343_btfw.bin", bluetooth);
  zip_close (zip);

  build = import_as (self, "firmware_v5.0.0.zip", "ARDUINO_GIGA");
  g_assert_nonnull (hs_build_find_artifact (build, "firmware"));
  g_assert_nonnull (hs_build_find_artifact (build, "wifi"));
  g_assert_nonnull (hs_build_find_artifact (build, "bluetooth"));
  g_assert_cmpuint (hs_build_find_artifact (build, "wifi")->size, ==, 40000);
  other = import_as (self, "firmware_v5.0.0.zip", BOARD);
  g_assert_null (hs_build_find_artifact (other, "wifi"));
  assert_whole_build (self, other);
}

/* Somebody zipped the tree. */
static void
test_zip_of_a_tree (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "mine.zip", NULL);
  Writer *zip = zip_new (path);
  g_autoptr (HsBuild) build = NULL;

  zip_add_build (zip, "mine/build/OPENMV4/bin/", BOARD);
  zip_close (zip);
  build = import_as (self, "mine.zip", NULL);
  assert_whole_build (self, build);
}

/* Two zips at once: none is forgotten in silence. */
static void
test_two_zips (Fixture *self, gconstpointer data)
{
  g_autofree char *first = g_build_filename (self->folder, "a.zip", NULL);
  g_autofree char *second = g_build_filename (self->folder, "B.ZIP", NULL);
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 4000);
  const char *paths[] = { first, second, NULL };
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  Writer *zip = zip_new (first);

  zip_add (zip, "firmware.bin", code);
  zip_close (zip);
  zip = zip_new (second);
  zip_add (zip, "romfs0.img", romfs);
  zip_close (zip);
  build = try_import (self, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 2);
}

/* Names that point elsewhere point nowhere: nothing is unpacked. */
static void
test_zip_climbing (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "deep/evil.zip", NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *outside = g_build_filename (self->folder, "firmware.bin", NULL);
  g_autoptr (GBytes) code = firmware (BOARD, HS_ROLE_FIRMWARE, TAG);
  g_autoptr (HsBuild) build = NULL;
  Writer *zip;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  zip = zip_new (path);
  zip_add (zip, "../firmware.bin", code);
  zip_add (zip, "/etc/passwd.bin", code);
  zip_close (zip);
  build = import_as (self, "deep/evil.zip", NULL);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 1);
  g_assert_cmpstr (hs_build_get_artifact (build, 0)->file, ==, "firmware.bin");
  g_assert_false (g_file_test (outside, G_FILE_TEST_EXISTS));
}

/* Small on the disk, endless in memory. Only what could be an image is looked at. */
static void
test_zip_bomb (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "OPENMV4.zip", NULL);
  g_autofree char *harmless = g_build_filename (self->folder, "firmware_OPENMV4.zip", NULL);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (65 << 20), 65 << 20);
  g_autoptr (HsBuild) build = NULL;
  Writer *zip = zip_new (path);

  zip_add (zip, "firmware.bin", zeros);
  zip_close (zip);
  import_fails (self, "OPENMV4.zip", NULL, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);

  zip = zip_new (harmless);
  zip_add (zip, "map.txt", zeros);
  zip_add_build (zip, "", BOARD);
  zip_close (zip);
  build = import_as (self, "firmware_OPENMV4.zip", NULL);
  assert_whole_build (self, build);
}

static void
rewrite (const char *path, gsize at, guint8 bits, gsize length)
{
  g_autofree char *content = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &content, &size, NULL));
  content[at] |= bits;
  g_assert_true (
      g_file_set_contents (path, content, length > 0 ? (gssize) length : (gssize) size, NULL));
}

static void
test_zip_broken (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "OPENMV4.zip", NULL);
  g_autoptr (GBytes) nonsense = text ("PK but not really a zip");
  Writer *zip = zip_new (path);

  /* Bit 0 of the flags in the local header (offset 6): encrypted. */
  zip_add_build (zip, "", BOARD);
  zip_close (zip);
  rewrite (path, 6, 1, 0);
  import_fails (self, "OPENMV4.zip", NULL, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);

  zip = zip_new (path);
  zip_add_build (zip, "", BOARD);
  zip_close (zip);
  rewrite (path, 0, 0, 3000);
  import_fails (self, "OPENMV4.zip", NULL, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);

  write_file (path, nonsense);
  import_fails (self, "OPENMV4.zip", NULL, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);

  zip = zip_new (path);
  zip_close (zip);
  import_fails (self, "OPENMV4.zip", NULL, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
}

/* --- the tree around a build --- */

static char *
git (const char *tree, const char *const *more)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *first[] = {
    "git", "-C", tree, "-c", "user.name=test", "-c", "user.email=test@localhost"
  };

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (argv, (gpointer) first[i]);
  for (; *more != NULL; more++)
    g_ptr_array_add (argv, (gpointer) *more);
  g_ptr_array_add (argv, NULL);
  return hs_command_output ((const char *const *) argv->pdata, NULL, NULL);
}

#define GIT(tree, ...) git (tree, (const char *const[]){ __VA_ARGS__, NULL })

static const char *
get_detail (JsonObject *details, const char *name)
{
  return json_object_get_string_member_with_default (details, name, NULL);
}

static void
assert_provenance (HsBuild *build, const char *commit, const char *changed)
{
  g_autoptr (JsonNode) node = json_from_string (hs_build_get_details (build), NULL);
  JsonObject *details = json_node_get_object (node);

  g_assert_cmpstr (hs_build_get_commit (build), ==, commit);
  g_assert_cmpstr (hs_build_get_number (build), ==, "5.0.0");
  g_assert_cmpstr (get_detail (details, "sdk"), ==, "1.4.0");
  g_assert_cmpstr (get_detail (details, "changed_files"), ==, changed);
}

static void
test_tree (Fixture *self, gconstpointer data)
{
  g_autofree char *tree = g_build_filename (self->folder, "tree", NULL);
  g_autofree char *git_path = g_find_program_in_path ("git");
  g_autoptr (GBytes) header = text ("#define OMV_FIRMWARE_VERSION_MAJOR (5)\n"
                                    "#define OMV_FIRMWARE_VERSION_MINOR (0)\n"
                                    "#define OMV_FIRMWARE_VERSION_PATCH (0)\n");
  g_autoptr (GBytes) sdk = text ("1.4.0\n");
  g_autoptr (GBytes) changed = text ("1.4.0\n\n");
  g_autofree char *a = put_file (self, "tree/protocol/omv_protocol.h", header);
  g_autofree char *b = put_file (self, "tree/SDK_VERSION", sdk);
  g_autofree char *c = put_file (self, "tree/boards/OPENMV4/board_config.mk", sdk);
  g_autofree char *commit = NULL;
  g_autoptr (GBytes) newer = firmware (BOARD, HS_ROLE_FIRMWARE, "v5.0.0-35.g0123456789");
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsBuild) dirty = NULL;

  if (git_path == NULL) {
    g_test_skip ("git is not installed");
    return;
  }
  g_free (GIT (tree, "init", "--quiet"));
  g_free (GIT (tree, "add", "protocol", "SDK_VERSION", "boards"));
  g_free (GIT (tree, "commit", "--quiet", "-m", "state"));
  commit = GIT (tree, "rev-parse", "HEAD");
  g_assert_nonnull (commit);
  g_assert_cmpuint (strlen (commit), ==, 40);

  put_build (self, "tree/build/OPENMV4/bin", BOARD);
  build = import_as (self, "tree/build/OPENMV4/bin", NULL);
  assert_provenance (build, commit, NULL);

  write_file (b, changed);
  g_free (put_file (self, "tree/build/OPENMV4/bin/firmware.bin", newer));
  dirty = import_as (self, "tree/build/OPENMV4/bin", NULL);
  assert_provenance (dirty, commit, "M SDK_VERSION");
}

/* A folder in somebody's own repository is no firmware tree: its commit says nothing. */
static void
test_other_repository (Fixture *self, gconstpointer data)
{
  g_autofree char *tree = g_build_filename (self->folder, "notes", NULL);
  g_autofree char *git_path = g_find_program_in_path ("git");
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (git_path == NULL) {
    g_test_skip ("git is not installed");
    return;
  }
  put_build (self, "notes/x", BOARD);
  g_free (GIT (tree, "init", "--quiet"));
  build = import_as (self, "notes/x", NULL);
  node = json_from_string (hs_build_get_details (build), NULL);
  g_assert_null (get_detail (json_node_get_object (node), "tree"));
}

/* Beside the images, for who debugs it later, until the build is archived. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) map = text ("symbols of firmware");
  g_autoptr (GBytes) log = text ("gcc said");
  g_autofree char *map_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, map);
  g_autofree char *log_sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, log);
  g_autofree char *map_path = NULL;
  g_autofree char *log_path = NULL;
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;

  put_build (self, "kept/x", BOARD);
  map_path = put_file (self, "kept/x/firmware.map", map);
  log_path = put_file (self, "kept/x/build.log", log);
  build = import_as (self, "kept/x", NULL);
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 3);
  g_assert_true (hs_catalog_has_blob (self->catalog, map_sha256));
  g_assert_true (hs_catalog_has_blob (self->catalog, log_sha256));

  hs_catalog_archive_build (self->catalog, hs_build_get_id (build), "old", &error);
  g_assert_no_error (error);
  g_assert_false (hs_catalog_has_blob (self->catalog, map_sha256));
  g_assert_false (hs_catalog_has_blob (self->catalog, log_sha256));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/import/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("folder", test_folder);
  ADD ("twice", test_twice);
  ADD ("files", test_files);
  ADD ("dfu", test_dfu);
  ADD ("upper-case", test_upper_case);
  ADD ("wrong-names", test_wrong_names);
  ADD ("duplicate-roles", test_duplicate_roles);
  ADD ("empty-and-cut", test_empty_and_cut);
  ADD ("too-large", test_too_large);
  ADD ("zip/flat", test_zip_flat);
  ADD ("zip/folders", test_zip_folders);
  ADD ("zip/radio", test_zip_radio);
  ADD ("zip/of-a-tree", test_zip_of_a_tree);
  ADD ("zip/two", test_two_zips);
  ADD ("zip/climbing", test_zip_climbing);
  ADD ("zip/bomb", test_zip_bomb);
  ADD ("zip/broken", test_zip_broken);
  ADD ("tree", test_tree);
  ADD ("other-repository", test_other_repository);
  ADD ("kept", test_kept);
  return g_test_run ();
}
