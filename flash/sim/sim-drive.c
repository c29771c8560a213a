/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"

#include <glib/gstdio.h>

/* The drive that the firmware shows: a folder, since nothing here needs a FAT of its own. */

void
hs_sim_drive_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    hs_sim_drive_remove_tree (child);
  }
  g_remove (path);
}

/* What the firmware does to it when it formats. */
void
hs_sim_drive_format (HsSimCamera *self)
{
  if (self->drive != NULL)
    hs_sim_drive_remove_tree (self->drive);
}

/* A drive in a temporary folder goes with its camera. */
void
hs_sim_drive_clear (HsSimCamera *self)
{
  g_autofree char *parent = NULL;

  if (self->folder == NULL && self->drive != NULL) {
    parent = g_path_get_dirname (self->drive);
    hs_sim_drive_remove_tree (parent);
  }
  g_clear_pointer (&self->drive, g_free);
}

/**
 * hs_sim_camera_dup_drive:
 * @self: a camera
 * @now: on its clock
 *
 * Returns: (transfer full) (nullable): the folder that stands for its drive: DIR/<id>/drive, or a
 *   temporary one; %NULL while the firmware does not run, or still formats. A bootloader may have
 *   a drive of its own
 */
char *
hs_sim_camera_dup_drive (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (loader != NULL && loader->dup_drive != NULL && !self->hung)
    return loader->dup_drive (self, now);
  if (self->phase != HS_SIM_PHASE_APP || self->hung || now < self->app.ready_at)
    return NULL;

  if (self->drive == NULL) {
    g_autofree char *parent = g_dir_make_tmp ("hotshoe-camera-XXXXXX", NULL);

    if (parent == NULL)
      return NULL;
    self->drive = g_build_filename (parent, "drive", NULL);
  }
  return g_mkdir_with_parents (self->drive, 0755) == 0 ? g_strdup (self->drive) : NULL;
}
