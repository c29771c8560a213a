/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/import.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

static gboolean
collect_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);
  return TRUE;
}

/* What follows an image in its partition is erased flash: 0xFF. */
static void
trim (GByteArray *bytes)
{
  guint length = bytes->len;

  while (length > 0 && bytes->data[length - 1] == 0xff)
    length--;
  length = MIN ((length + 15) & ~15u, bytes->len);
  g_byte_array_set_size (bytes, length);
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

static gboolean
save_partition (HsWork *work, HsImport *import, const HsPartition *partition, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) image = NULL;

  if (!work->method->read (work->camera,
                           partition,
                           0,
                           partition->size,
                           collect_sink,
                           bytes,
                           HS_ACTIVITY_READING,
                           work->progress,
                           work->cancellable,
                           error))
    return FALSE;

  trim (bytes);
  if (bytes->len == 0)
    return TRUE;

  image = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  hs_import_add_saved (import, file_name (partition->role), partition->role, image);
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
