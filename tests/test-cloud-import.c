/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/cloud-import.h"
#include "flash/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>

/* A zip of @names, each with a few bytes. (transfer full): its path */
static char *
make_zip (const char *folder, const char *file, const char *const *names)
{
  char *path = g_build_filename (folder, file, NULL);
  struct archive *zip = archive_write_new ();

  archive_write_set_format_zip (zip);
  g_assert_cmpint (archive_write_open_filename (zip, path), ==, ARCHIVE_OK);
  for (; *names != NULL; names++) {
    struct archive_entry *entry = archive_entry_new ();

    archive_entry_set_pathname (entry, *names);
    archive_entry_set_size (entry, 4);
    archive_entry_set_filetype (entry, AE_IFREG);
    archive_entry_set_perm (entry, 0644);
    archive_write_header (zip, entry);
    archive_write_data (zip, "data", 4);
    archive_entry_free (entry);
  }
  archive_write_close (zip);
  archive_write_free (zip);
  return path;
}

static void
test_list (void)
{
  static const struct {
    const char *file;
    const char *names[4];
    const char *targets[3]; /* nothing: refused */
    gboolean unknown;       /* one build, and nothing says for what */
  } all[] = {
    { "firmware_v5.0.0.zip",
      { "OPENMV4/firmware.bin", "OPENMV4/romfs0.img", "OPENMV2/firmware.bin" },
      { "OPENMV4", "OPENMV2" } },
    { "firmware_OPENMV4.zip", { "firmware.bin", "romfs0.img" }, { "OPENMV4" } },
    { "OPENMV_AE3.zip", { "firmware_M55_HP.bin" }, { "OPENMV_AE3" } },
    { "artifact.zip", { "firmware.bin" }, { NULL }, TRUE },
    { "openmv-master.zip", { "openmv-master/Makefile", "openmv-master/README.md" }, { NULL } },
  };
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-cloud-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *path = make_zip (folder, all[i].file, all[i].names);
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) builds = hs_cloud_list (path, &error);
    guint n = 0;

    g_test_message ("%s", all[i].file);
    if (all[i].targets[0] == NULL && !all[i].unknown) {
      g_assert_null (builds);
      g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
    } else {
      g_assert_no_error (error);
      for (; all[i].targets[n] != NULL; n++)
        g_assert_cmpstr (((HsCloudBuild *) builds->pdata[n])->target, ==, all[i].targets[n]);
      g_assert_cmpuint (builds->len, ==, MAX (n, 1));
    }
    g_remove (path);
  }
  g_rmdir (folder);
}

static void
test_no_zip (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-cloud-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.zip", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_cloud_list (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "no zip at all", -1, NULL));
  g_assert_null (hs_cloud_list (path, &error));
  g_assert_nonnull (error);
  g_remove (path);
  g_rmdir (folder);
}

static void
test_pages (void)
{
  static const struct {
    const char *fork, *branch, *what, *target;
    const char *url; /* nullable */
  } all[] = {
    { "me/openmv", NULL, "fork", NULL, "https://github.com/me/openmv/fork" },
    { "https://github.com/me/openmv/tree/x",
      NULL,
      "actions",
      NULL,
      "https://github.com/me/openmv/actions" },
    { "https://www.github.com/me/openmv.git",
      NULL,
      "runs",
      NULL,
      "https://github.com/me/openmv/actions/workflows/firmware.yml" },
    { "git@github.com:me/my.openmv.git",
      "gate/v1",
      "libraries",
      NULL,
      "https://github.com/me/my.openmv/upload/gate/v1/scripts/libraries" },
    { "ssh://git@github.com/me/openmv",
      NULL,
      "manifest",
      "OPENMV_N6",
      "https://github.com/me/openmv/edit/master/boards/OPENMV_N6/manifest.py" },
    { " me/openmv ", NULL, "releases", NULL, "https://github.com/me/openmv/releases" },
    { "me/openmv", NULL, "manifest", NULL, NULL },
    { "me/openmv", NULL, "manifest", "../../x", NULL },
    { "me/openmv", NULL, "nothing", NULL, NULL },
    { "me", NULL, "fork", NULL, NULL },
    { "me/", NULL, "fork", NULL, NULL },
    { "me/..", NULL, "fork", NULL, NULL },
    { "me/o p", NULL, "fork", NULL, NULL },
    { "https://example.com/me/openmv", NULL, "fork", NULL, NULL },
    { "https://github.com.evil.example/me/openmv", NULL, "fork", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *url =
        hs_cloud_dup_url (all[i].fork, all[i].branch, all[i].what, all[i].target);

    g_assert_cmpstr (url, ==, all[i].url);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-import/list", test_list);
  g_test_add_func ("/cloud-import/no-zip", test_no_zip);
  g_test_add_func ("/cloud-import/pages", test_pages);
  return g_test_run ();
}
