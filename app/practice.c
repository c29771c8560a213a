/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/practice.h"

#include "app/app-error.h"
#include "app/bundle.h"
#include "app/import.h"
#include "flash/image.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"

#include <glib/gi18n-lib.h>

/* What the practice build says of itself. */
#define PRACTICE_TAG    "v5.0.0"
#define PRACTICE_NUMBER "5.0.0"
#define PRACTICE_SEED   500

/* Builds looked through for one that fits. */
#define MAX_LOOKED_AT 100

typedef gboolean (*TakeFile) (const char *name, GBytes *bytes, gpointer user_data, GError **error);

/* Somebody else's bootloader is in no build. */
static gboolean
has_own_bootloader (const HsBoard *board)
{
  return board->method == &hs_method_openmv_dfu;
}

/* As large as the real ones: 90 % of FIRMWARE, but no ROMFS of 24 MB. */
static gsize
size_for (const HsPartition *partition)
{
  gsize most = partition->role == HS_ROLE_ROMFS0 ? 1024 * 1024 : G_MAXSIZE;

  return MIN (partition->size / 10 * 9, most) & ~(gsize) 15;
}

static gboolean
make_files (const HsBoard *board, TakeFile take, gpointer user_data, GError **error)
{
  g_autoptr (GBytes) bootloader = NULL;

  if (board->method == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOTHING,
                 _ ("There is no practice build for %s: it can't be flashed yet."),
                 _ (board->name));
    return FALSE;
  }

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (board, *role);
    gboolean romfs = *role == HS_ROLE_ROMFS0 || *role == HS_ROLE_ROMFS1;
    g_autoptr (GBytes) bytes = NULL;

    if (hs_role_is_radio (*role)) /* a build may have it; few do */
      continue;
    bytes =
        romfs
            ? hs_sample_romfs (PRACTICE_SEED + *role, size_for (partition))
            : hs_sample_firmware (
                  board, *role, PRACTICE_TAG, PRACTICE_NUMBER, PRACTICE_SEED, size_for (partition));

    if (!take (hs_ide_file_name (board, *role), bytes, user_data, error))
      return FALSE;
  }

  if (board->recovery == HS_RECOVERY_SDP) {
    bootloader = hs_sample_rt1062_sbl ();
    return take ("blhost_flash_loader.bin", bootloader, user_data, error);
  }
  if (!has_own_bootloader (board))
    return TRUE;
  if (board->recovery == HS_RECOVERY_SE_TOOL) {
    g_autoptr (GBytes) table = hs_sample_toc (PRACTICE_SEED);

    if (!take ("firmware_pad.toc", table, user_data, error))
      return FALSE;
  }
  bootloader = hs_sample_bootloader (board, 0x0103);
  return take ("bootloader.bin", bootloader, user_data, error);
}

static gboolean
take_into_import (const char *name, GBytes *bytes, gpointer user_data, GError **error)
{
  return hs_import_add_bytes (user_data, name, bytes, error);
}

static gboolean
take_into_folder (const char *name, GBytes *bytes, gpointer user_data, GError **error)
{
  g_autofree char *path = g_build_filename (user_data, name, NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_file_set_contents (path, data, length, error);
}

static gboolean
add_build (HsSession *session, const HsBoard *board, GError **error)
{
  g_autoptr (HsImport) import = hs_import_new (hs_session_get_catalog (session));
  g_autoptr (HsBuild) build = NULL;

  hs_import_set_origin (import, "practice", _ ("Practice build 5.0.0"));
  hs_import_set_detail (import, "number", PRACTICE_NUMBER);
  if (!make_files (board, take_into_import, import, error))
    return FALSE;

  build = hs_import_finish (import, board->id, NULL, error);
  if (build != NULL && hs_session_get_loaded (session) == NULL)
    hs_session_set_loaded (session, build);
  return build != NULL;
}

/* The newest build for the first camera, else the newest of all. */
static gboolean
load_fitting (HsSession *session, GPtrArray *ids, GError **error)
{
  HsSimBus *bus = hs_session_get_sim_bus (session);
  const HsBoard *board = hs_sim_camera_get_board (hs_sim_bus_get_camera (bus, 0));
  g_autoptr (HsBuild) newest = NULL;

  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsBuild) build =
        hs_catalog_get_build (hs_session_get_catalog (session), g_ptr_array_index (ids, i), error);

    if (build == NULL)
      return FALSE;
    if (g_strcmp0 (hs_build_get_board (build), board->id) == 0) {
      hs_session_set_loaded (session, build);
      return TRUE;
    }
    if (newest == NULL)
      newest = g_steal_pointer (&build);
  }
  hs_session_set_loaded (session, newest);
  return TRUE;
}

/**
 * hs_practice_add_builds:
 * @session: a practice session
 * @error: an #HsStoreError
 *
 * Gives an empty practice catalog one build for each simulated board, and loads the first on the
 * bench. Blocks; before the window is shown.
 */
gboolean
hs_practice_add_builds (HsSession *session, GError **error)
{
  HsSimBus *bus = hs_session_get_sim_bus (session);
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_builds (hs_session_get_catalog (session), NULL, MAX_LOOKED_AT, NULL, error);

  if (ids == NULL)
    return FALSE;
  if (ids->len > 0)
    return load_fitting (session, ids, error);

  for (guint i = 0; i < hs_sim_bus_get_n_cameras (bus); i++) {
    const HsBoard *board = hs_sim_camera_get_board (hs_sim_bus_get_camera (bus, i));

    if (board->method != NULL && !add_build (session, board, error))
      return FALSE;
  }
  return TRUE;
}

/* What a rescue puts into the RAM of the chip: OpenMV IDE and the SDK bring it, no build has it. */
static gboolean
write_flashloader (const char *folder, GError **error)
{
  g_autoptr (GBytes) bytes = hs_sample_rt1062_flashloader ();

  return take_into_folder ("sdphost_flash_loader.bin", bytes, (gpointer) folder, error);
}

/**
 * hs_practice_write_build:
 * @board: a board that can be flashed
 * @folder: where the files go, like `build/<TARGET>/bin`; made if missing
 * @error: a #GFileError, %HS_APP_ERROR_NOTHING
 *
 * Writes a build for simulated cameras to files. It would not run on a real one, and says so in
 * its bytes.
 */
gboolean
hs_practice_write_build (const HsBoard *board, const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    g_set_error (error,
                 G_FILE_ERROR,
                 g_file_error_from_errno (errno),
                 _ ("The folder %s can't be made: %s"),
                 folder,
                 g_strerror (errno));
    return FALSE;
  }
  return make_files (board, take_into_folder, (gpointer) folder, error) &&
         (board->recovery != HS_RECOVERY_SDP || write_flashloader (folder, error));
}
