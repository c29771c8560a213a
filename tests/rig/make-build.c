/* SPDX-License-Identifier: GPL-3.0-or-later */

/* make-build BOARD FOLDER [SEED [SIZE [TAG]]]
 *
 * Writes FOLDER/<BOARD>/bin as the firmware's build would leave it, from generated images: one per
 * role that a full flash of the board takes. Prints the folder.
 *
 * make-build --ide FOLDER
 *
 * Writes what OpenMV IDE has of files that no build has, where it has them, as far as cameras here
 * take them: FOLDER/share/qtcreator/firmware/… */
#include "flash/sim/sample-image.h"

#include <gio/gio.h>
#include <stdlib.h>

enum { FIRMWARE_SIZE = 300 * 1024, ROMFS_SIZE = 60 * 1024 };

static const struct {
  HsRole role;
  const char *name;     /* with one core */
  const char *two_core; /* on boards that have HS_ROLE_FIRMWARE_HE too */
} files[] = {
  { HS_ROLE_FIRMWARE, "firmware.bin", "firmware_M55_HP.bin" },
  { HS_ROLE_FIRMWARE_HE, NULL, "firmware_M55_HE.bin" },
  { HS_ROLE_ROMFS0, "romfs0.img", "romfs0.img" },
  { HS_ROLE_ROMFS1, "romfs1.img", "romfs1.img" },
};

static const char *
file_name (const HsBoard *board, HsRole role)
{
  gboolean two = hs_board_find (board, HS_ROLE_FIRMWARE_HE) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i].role == role)
      return two ? files[i].two_core : files[i].name;
  return NULL;
}

static GBytes *
make_image (const HsBoard *board, HsRole role, guint seed, gsize size, const char *tag)
{
  if (role == HS_ROLE_ROMFS0 || role == HS_ROLE_ROMFS1)
    return hs_sample_romfs (seed + role, ROMFS_SIZE);
  return hs_sample_firmware (board, role, tag, "5.0.0", seed, size);
}

static gboolean
write_file (const char *folder, const char *name, GBytes *bytes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0755) == 0 &&
      g_file_set_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error))
    return TRUE;
  g_printerr ("%s: %s\n", path, error != NULL ? error->message : "no such folder");
  return FALSE;
}

static int
make_ide (const char *folder)
{
  g_autoptr (GBytes) loader = hs_sample_rt1062_flashloader ();
  g_autoptr (GBytes) sbl = hs_sample_rt1062_sbl ();
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    g_autofree char *there =
        g_build_filename (folder, "share", "qtcreator", "firmware", board->id, NULL);

    if (board->recovery == HS_RECOVERY_SDP &&
        (!write_file (there, "sdphost_flash_loader.bin", loader) ||
         !write_file (there, "blhost_flash_loader.bin", sbl)))
      return 1;
  }
  return 0;
}

int
main (int argc, char **argv)
{
  const HsBoard *board = argc > 2 ? hs_board_by_id (argv[1]) : NULL;
  guint seed = argc > 3 ? strtoul (argv[3], NULL, 10) : 1;
  gsize size = argc > 4 ? strtoul (argv[4], NULL, 10) : FIRMWARE_SIZE;
  const char *tag = argc > 5 ? argv[5] : "v5.0.0";
  g_autofree char *folder = NULL;

  if (argc == 3 && g_str_equal (argv[1], "--ide"))
    return make_ide (argv[2]);
  if (board == NULL) {
    g_printerr ("usage: make-build BOARD FOLDER [SEED [SIZE [TAG]]]\n");
    return 2;
  }

  folder = g_build_filename (argv[2], board->id, "bin", NULL);
  g_mkdir_with_parents (folder, 0755);
  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++) {
    const char *name = file_name (board, *role);
    g_autofree char *path = name != NULL ? g_build_filename (folder, name, NULL) : NULL;
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GError) error = NULL;

    if (path == NULL)
      continue;
    image = make_image (board, *role, seed, size, tag);
    if (!g_file_set_contents (
            path, g_bytes_get_data (image, NULL), g_bytes_get_size (image), &error)) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  }
  g_print ("%s\n", folder);
  return 0;
}
