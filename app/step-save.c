/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/import.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What follows an image in its partition is erased flash, 0xFF: it waits until something else comes
 * behind it. */
typedef struct {
  HsBlobDraft *draft; /* owned */
  guint64 size;       /* bytes in the draft */
  guint64 n_erased;   /* bytes that wait */
} Saving;

static void
saving_clear (Saving *self)
{
  g_clear_pointer (&self->draft, hs_blob_draft_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Saving, saving_clear)

static gboolean
append_erased (Saving *self, guint64 length, GError **error)
{
  guint8 erased[4096];

  memset (erased, 0xff, sizeof erased);
  self->size += length;
  while (length > 0) {
    gsize n = MIN (length, sizeof erased);

    if (!hs_blob_draft_append (self->draft, erased, n, error))
      return FALSE;
    length -= n;
  }
  return TRUE;
}

static gboolean
save_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Saving *self = user_data;
  gsize used = length;

  while (used > 0 && data[used - 1] == 0xff)
    used--;
  if (used > 0) {
    if (!append_erased (self, self->n_erased, error) ||
        !hs_blob_draft_append (self->draft, data, used, error))
      return FALSE;
    self->size += used;
    self->n_erased = 0;
  }
  self->n_erased += length - used;
  return TRUE;
}

/* Code is padded to 16 bytes, as the build does for memory without erase units. */
static gboolean
pad (Saving *self, GError **error)
{
  return append_erased (self, MIN ((16 - self->size % 16) % 16, self->n_erased), error);
}

static const char *
file_name (HsRole role)
{
  switch (role) {
  case HS_ROLE_FIRMWARE_HE:
    return "firmware_M55_HE.bin";
  case HS_ROLE_ROMFS0:
    return "romfs0.img";
  case HS_ROLE_ROMFS1:
    return "romfs1.img";
  default:
    return "firmware.bin";
  }
}

/* It never lies in memory: a ROMFS can be as large as the flash chip. */
static gboolean
save_partition (HsWork *work, HsImport *import, const HsPartition *partition, GError **error)
{
  g_auto (Saving) saving = { 0 };
  g_autofree char *sha256 = NULL;
  guint64 size;

  saving.draft = hs_catalog_begin_blob (work->catalog, error);
  if (saving.draft == NULL || !work->method->read (work->camera,
                                                   partition,
                                                   0,
                                                   partition->size,
                                                   save_sink,
                                                   &saving,
                                                   HS_ACTIVITY_READING,
                                                   work->progress,
                                                   work->cancellable,
                                                   error))
    return FALSE;
  if (saving.size == 0)
    return TRUE;

  if (!pad (&saving, error))
    return FALSE;
  sha256 = hs_blob_draft_keep (saving.draft, &size, error);
  if (sha256 == NULL)
    return FALSE;
  hs_import_add_kept (import, file_name (partition->role), partition->role, sha256, size);
  return TRUE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Read what it holds now and keep that as a build in the catalog"));
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (HsImport) import = hs_import_new (work->catalog);
  g_autofree char *name =
      g_strdup_printf (_ ("Saved from %s"),
                       hs_work_get_unit (work) != NULL ? hs_work_get_unit (work)
                                                       : hs_camera_get_port (work->camera));

  for (const HsRole *role = work->board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (work->board, *role);

    if (partition != NULL && !save_partition (work, import, partition, error))
      return FALSE;
  }

  hs_import_set_origin (import, "camera", name);
  g_clear_object (&work->found_build);
  work->found_build = hs_import_finish (import, work->board->id, NULL, error);
  return work->found_build != NULL;
}

const HsStepClass hs_step_save = {
  .verb = N_ ("Save"),
  .describe = describe,
  .run = run,
};
