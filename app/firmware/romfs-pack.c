/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-private.h"

#include "app/app-error.h"
#include "app/explain.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The image is laid out first, which is arithmetic, then written into one block of memory. Files
 * without a slash in their names come out as tools/mkromfs.py writes them: the header takes 16
 * bytes, head of a file's record 8, and the length of its data is padded so that the data is
 * aligned. A directory's head takes 8 bytes, too; it stands where its first file would. */

typedef struct _Node Node;
struct _Node {
  const char *name; /* borrowed, @name_length bytes */
  gsize name_length;
  const HsRomfsFile *file; /* NULL: a directory */
  guint index;             /* of the file */
  GPtrArray *children;     /* Node; NULL: a file */
  GHashTable *folders;     /* name -> Node in children; NULL: none yet */
  guint64 length;          /* payload of its record, bytes */
  guint64 data;            /* where the file's data lies in the image */
};

static void
node_free (gpointer data)
{
  Node *self = data;

  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_pointer (&self->folders, g_hash_table_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Node, node_free)

static Node *
node_new (const char *name, gsize length, const HsRomfsFile *file)
{
  Node *self = g_new0 (Node, 1);

  self->name = name;
  self->name_length = length;
  self->file = file;
  if (file == NULL)
    self->children = g_ptr_array_new_with_free_func (node_free);
  return self;
}

static Node *
enter_folder (Node *self, const char *name, gsize length)
{
  g_autofree char *key = g_strndup (name, length);
  Node *folder;

  if (self->folders == NULL)
    self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  folder = g_hash_table_lookup (self->folders, key);
  if (folder != NULL)
    return folder;

  folder = node_new (name, length, NULL);
  g_ptr_array_add (self->children, folder);
  g_hash_table_insert (self->folders, g_steal_pointer (&key), folder);
  return folder;
}

static Node *
make_tree (HsRomfs *self)
{
  Node *root = node_new ("", 0, NULL);

  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *file = g_ptr_array_index (self->files, i);
    const char *part = file->name;
    Node *folder = root;
    Node *node;

    for (const char *slash = strchr (part, '/'); slash != NULL; slash = strchr (part, '/')) {
      folder = enter_folder (folder, part, slash - part);
      part = slash + 1;
    }
    node = node_new (part, strlen (part), file);
    node->index = i;
    g_ptr_array_add (folder->children, node);
  }
  return root;
}

static guint
count_number (guint64 value)
{
  guint n = 1;

  for (value >>= 7; value != 0; value >>= 7)
    n++;
  return n;
}

static guint64
align_up (guint64 at, guint64 alignment)
{
  return (at + alignment - 1) / alignment * alignment;
}

/* Computes lengths from @at on, where its record begins; returns where the next one does. */
static guint64
lay_out (Node *self, guint64 at)
{
  guint64 payload = at + HS_ROMFS_PREFIX;
  guint64 next = payload + count_number (self->name_length) + self->name_length;

  if (self->file != NULL) {
    gsize size = g_bytes_get_size (self->file->bytes);

    self->data = align_up (next + 1 + count_number (size), self->file->alignment);
    next = self->data + size;
  } else {
    for (guint i = 0; i < self->children->len; i++)
      next = lay_out (g_ptr_array_index (self->children, i), next);
  }
  self->length = next - payload;
  return next;
}

static guint64
lay_out_all (Node *root)
{
  guint64 next = HS_ROMFS_HEADER;

  for (guint i = 0; i < root->children->len; i++)
    next = lay_out (g_ptr_array_index (root->children, i), next);
  root->length = next - HS_ROMFS_HEADER;
  return next;
}

static void
take_offsets (const Node *self, GArray *offsets)
{
  if (self->file != NULL) {
    g_array_index (offsets, guint64, self->index) = self->data;
    return;
  }
  for (guint i = 0; i < self->children->len; i++)
    take_offsets (g_ptr_array_index (self->children, i), offsets);
}

/* @offsets: (nullable): guint64 for each file: where its data would lie */
guint64
hs_romfs_measure_all (HsRomfs *self, GArray *offsets)
{
  g_autoptr (Node) root = make_tree (self);
  guint64 size = lay_out_all (root);

  if (offsets != NULL)
    take_offsets (root, offsets);
  return size;
}

/* --- writing --- */

/* @value in exactly @length bytes, padded in front; returns what follows. */
static guint8 *
put_number (guint8 *to, guint length, guint64 value)
{
  for (guint i = length; i-- > 0; value >>= 7)
    to[i] = (value & 0x7f) | (i + 1 < length ? 0x80 : 0);
  return to + length;
}

static guint8 *
put (guint8 *image, guint8 *to, const Node *self)
{
  *to++ = self->file != NULL ? HS_ROMFS_KIND_FILE : HS_ROMFS_KIND_DIRECTORY;
  to = put_number (to, HS_ROMFS_PREFIX - 1, self->length);
  to = put_number (to, count_number (self->name_length), self->name_length);
  memcpy (to, self->name, self->name_length);
  to += self->name_length;

  if (self->file != NULL) {
    gsize size;
    const void *bytes = g_bytes_get_data (self->file->bytes, &size);

    *to++ = HS_ROMFS_KIND_DATA;
    to = put_number (to, image + self->data - to, size);
    if (size > 0)
      memcpy (to, bytes, size);
    return to + size;
  }
  for (guint i = 0; i < self->children->len; i++)
    to = put (image, to, g_ptr_array_index (self->children, i));
  return to;
}

static gboolean
fail_as_full (guint64 size, guint64 limit, GError **error)
{
  g_autofree char *needed = hs_format_bytes (size);
  g_autofree char *room = hs_format_bytes (limit);
  g_autofree char *over = hs_format_bytes (size - limit);

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_ROMFS_FULL,
               _ ("The ROMFS image has %s; the partition has %s. That is %s too much."),
               needed,
               room,
               over);
  return FALSE;
}

/**
 * hs_romfs_pack:
 * @limit: bytes of the partition; 0: none
 * @error: %HS_APP_ERROR_ROMFS_FULL
 *
 * Returns: (transfer full): the image
 */
GBytes *
hs_romfs_pack (HsRomfs *self, guint64 limit, GError **error)
{
  static const guint8 header[] = { 0xd2, 0xcd, 0x31 };
  g_autoptr (Node) root = NULL;
  g_autofree guint8 *image = NULL;
  guint8 *to;
  guint64 size;

  g_return_val_if_fail (HS_IS_ROMFS (self), NULL);

  root = make_tree (self);
  size = lay_out_all (root);
  if ((limit > 0 || size > G_MAXUINT32) && size > MIN (limit > 0 ? limit : size, G_MAXUINT32)) {
    fail_as_full (size, limit > 0 ? limit : G_MAXUINT32, error);
    return NULL;
  }
  image = g_try_malloc (size);
  if (image == NULL) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_FAILED, _ ("There is not enough memory for the image."));
    return NULL;
  }

  memcpy (image, header, sizeof header);
  to = put_number (image + sizeof header, HS_ROMFS_HEADER - sizeof header, root->length);
  for (guint i = 0; i < root->children->len; i++)
    to = put (image, to, g_ptr_array_index (root->children, i));
  g_assert (to == image + size);
  return g_bytes_new_take (g_steal_pointer (&image), size);
}
