/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/examined.h"

#include "flash/image.h"

#define KEY "hs-examined"

typedef struct {
  GMutex lock;
  GHashTable *fit; /* set of "DIGEST ROLE BOARD PARTITION" */
} Examined;

static void
examined_free (gpointer data)
{
  Examined *self = data;

  g_hash_table_unref (self->fit);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
hs_examined_prepare (HsCatalog *catalog)
{
  Examined *self;

  if (g_object_get_data (G_OBJECT (catalog), KEY) != NULL)
    return;
  self = g_new0 (Examined, 1);
  g_mutex_init (&self->lock);
  self->fit = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_object_set_data_full (G_OBJECT (catalog), KEY, self, examined_free);
}

/**
 * hs_examined_check:
 * @image: opened by its digest
 * @sha256: that digest
 * @error: as hs_image_check_payload()
 *
 * hs_image_check_payload(), one image at a time in memory, and each once. Any thread; blocks.
 *
 * Returns: whether @image may go there
 */
gboolean
hs_examined_check (HsCatalog *catalog,
                   HsSource *image,
                   const char *sha256,
                   HsRole role,
                   const HsBoard *board,
                   const HsPartition *partition,
                   GError **error)
{
  Examined *self = g_object_get_data (G_OBJECT (catalog), KEY);
  g_autofree char *key =
      g_strdup_printf ("%s %s %s %s", sha256, hs_role_name (role), board->id, partition->name);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GBytes) bytes = NULL;

  if (g_hash_table_contains (self->fit, key))
    return TRUE;
  bytes = hs_source_dup_bytes (image, error);
  if (bytes == NULL || !hs_image_check_payload (bytes, role, board, partition, error))
    return FALSE;
  g_hash_table_add (self->fit, g_steal_pointer (&key));
  return TRUE;
}
