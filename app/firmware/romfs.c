/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-private.h"

#include "app/app-error.h"
#include "flash/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (HsRomfs, hs_romfs, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
file_free (gpointer data)
{
  HsRomfsFile *file = data;

  g_free (file->name);
  g_bytes_unref (file->bytes);
  g_free (file->source);
  g_free (file);
}

static void
hs_romfs_finalize (GObject *object)
{
  HsRomfs *self = HS_ROMFS (object);

  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->folders);
  g_ptr_array_unref (self->files);
  G_OBJECT_CLASS (hs_romfs_parent_class)->finalize (object);
}

static void
hs_romfs_class_init (HsRomfsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hs_romfs_finalize;
  signals[CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_romfs_init (HsRomfs *self)
{
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

HsRomfs *
hs_romfs_new (void)
{
  return g_object_new (HS_TYPE_ROMFS, NULL);
}

static void
changed (HsRomfs *self)
{
  self->size = 0;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- names --- */

static gboolean
bad_name (GError **error, const char *name, const char *why)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_ROMFS,
               _ ("“%s” can't be a name in ROMFS: %s."),
               name,
               why);
  return FALSE;
}

/* What is wrong with one part of a path; a phrase, or NULL. */
const char *
hs_romfs_find_fault (const char *part, gsize length)
{
  if (length == 0)
    return _ ("a part of it is empty");
  if (length > HS_ROMFS_MAX_NAME)
    return _ ("it is longer than 255 bytes");
  if ((length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.'))
    return _ ("“.” and “..” are no names");
  for (gsize i = 0; i < length; i++)
    if ((guchar) part[i] < 0x20 || part[i] == 0x7f)
      return _ ("it has a control character");
  return g_utf8_validate_len (part, length, NULL) ? NULL : _ ("it is no text");
}

/* @name: a path, or a part of one */
gboolean
hs_romfs_check_name (const char *name, gsize length, GError **error)
{
  g_autofree char *shown = g_utf8_make_valid (name, MIN (length, HS_ROMFS_MAX_PATH));
  const char *part = name;
  guint depth = 0;

  if (length > HS_ROMFS_MAX_PATH)
    return bad_name (error, shown, _ ("it is too long"));
  for (;;) {
    const char *slash = memchr (part, '/', length - (part - name));
    gsize n = slash != NULL ? (gsize) (slash - part) : length - (part - name);
    const char *fault = hs_romfs_find_fault (part, n);

    if (fault != NULL)
      return bad_name (error, shown, fault);
    if (slash == NULL)
      return TRUE;
    if (++depth > HS_ROMFS_MAX_DEPTH)
      return bad_name (error, shown, _ ("there are too many folders in each other"));
    part = slash + 1;
  }
}

/* Counts @name in or out of every folder above it. */
static void
count_folders (HsRomfs *self, const char *name, int by)
{
  for (const char *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *folder = g_strndup (name, slash - name);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->folders, folder)) + by;

    if (n == 0)
      g_hash_table_remove (self->folders, folder);
    else
      g_hash_table_insert (self->folders, g_steal_pointer (&folder), GUINT_TO_POINTER (n));
  }
}

static gboolean
check_free (HsRomfs *self, const char *name, GError **error)
{
  if (!hs_romfs_check_name (name, strlen (name), error))
    return FALSE;
  if (g_hash_table_contains (self->by_name, name))
    return bad_name (error, name, _ ("there is a file of that name"));
  if (g_hash_table_contains (self->folders, name))
    return bad_name (error, name, _ ("there is a folder of that name"));
  for (const char *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *folder = g_strndup (name, slash - name);

    if (g_hash_table_contains (self->by_name, folder))
      return bad_name (error, name, _ ("a file has the name of its folder"));
  }
  return TRUE;
}

/* --- files --- */

guint
hs_romfs_get_n_files (HsRomfs *self)
{
  g_return_val_if_fail (HS_IS_ROMFS (self), 0);

  return self->files->len;
}

const HsRomfsFile *
hs_romfs_get_file (HsRomfs *self, guint n)
{
  g_return_val_if_fail (HS_IS_ROMFS (self), NULL);

  return n < self->files->len ? g_ptr_array_index (self->files, n) : NULL;
}

/**
 * hs_romfs_find:
 * @name: path in the image
 *
 * Returns: (nullable): the file that a camera would open; an image that was read may have a second
 *   one of the same name, which is never seen
 */
const HsRomfsFile *
hs_romfs_find (HsRomfs *self, const char *name)
{
  g_return_val_if_fail (HS_IS_ROMFS (self), NULL);

  return g_hash_table_lookup (self->by_name, name);
}

void
hs_romfs_append (HsRomfs *self, char *name, GBytes *bytes, guint alignment, guint64 offset)
{
  HsRomfsFile *file = g_new0 (HsRomfsFile, 1);

  file->name = name;
  file->bytes = bytes;
  file->alignment = alignment;
  file->offset = offset;
  g_ptr_array_add (self->files, file);
  if (!g_hash_table_contains (self->by_name, name))
    g_hash_table_insert (self->by_name, file->name, file);
  count_folders (self, name, 1);
  self->size = 0;
}

static gboolean
is_alignment (guint alignment)
{
  return alignment > 0 && alignment <= HS_ROMFS_MAX_ALIGN && (alignment & (alignment - 1)) == 0;
}

/**
 * hs_romfs_add:
 * @name: path in the image: "labels.txt", "lib/a.py"
 * @bytes: what it holds; shared
 * @alignment: of its data, a power of two up to 4096; 0: %HS_ROMFS_ALIGNMENT
 * @source: (nullable): the file it comes from
 * @error: %HS_APP_ERROR_BAD_ROMFS
 *
 * Adds a file behind all others.
 */
gboolean
hs_romfs_add (HsRomfs *self,
              const char *name,
              GBytes *bytes,
              guint alignment,
              const char *source,
              GError **error)
{
  HsRomfsFile *file;

  g_return_val_if_fail (HS_IS_ROMFS (self), FALSE);

  if (alignment == 0)
    alignment = HS_ROMFS_ALIGNMENT;
  if (!is_alignment (alignment)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_ROMFS,
                 _ ("“%s” can't be aligned to %u bytes: 1, 2, 4, 8 … %d are possible."),
                 name,
                 alignment,
                 HS_ROMFS_MAX_ALIGN);
    return FALSE;
  }
  if (!check_free (self, name, error))
    return FALSE;
  if (self->files->len >= HS_ROMFS_MAX_FILES) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_ROMFS,
                 _ ("There are more than %d files."),
                 HS_ROMFS_MAX_FILES);
    return FALSE;
  }

  hs_romfs_append (self, g_strdup (name), g_bytes_ref (bytes), alignment, 0);
  file = g_ptr_array_index (self->files, self->files->len - 1);
  file->source = g_strdup (source);
  changed (self);
  return TRUE;
}

/* After the first of a name went: the next one of that name is what a camera sees. */
static void
find_next (HsRomfs *self, const char *name)
{
  for (guint i = 0; i < self->files->len; i++) {
    HsRomfsFile *file = g_ptr_array_index (self->files, i);

    if (g_str_equal (file->name, name)) {
      g_hash_table_insert (self->by_name, file->name, file);
      return;
    }
  }
}

gboolean
hs_romfs_remove (HsRomfs *self, const char *name)
{
  g_autofree char *kept = g_strdup (name); /* may be the file's own */
  HsRomfsFile *file;

  g_return_val_if_fail (HS_IS_ROMFS (self), FALSE);

  file = g_hash_table_lookup (self->by_name, name);
  if (file == NULL)
    return FALSE;
  count_folders (self, name, -1);
  g_hash_table_remove (self->by_name, name);
  g_ptr_array_remove (self->files, file);
  find_next (self, kept);
  changed (self);
  return TRUE;
}

gboolean
hs_romfs_rename (HsRomfs *self, const char *name, const char *to, GError **error)
{
  g_autofree char *kept = g_strdup (name);
  HsRomfsFile *file;

  g_return_val_if_fail (HS_IS_ROMFS (self), FALSE);

  file = g_hash_table_lookup (self->by_name, name);
  if (file == NULL)
    return bad_name (error, name, _ ("there is no such file"));
  if (g_str_equal (name, to))
    return TRUE;

  count_folders (self, kept, -1); /* "a/b" may become "a", and the other way round */
  g_hash_table_remove (self->by_name, kept);
  if (!check_free (self, to, error)) {
    count_folders (self, kept, 1);
    g_hash_table_insert (self->by_name, file->name, file);
    return FALSE;
  }
  g_free (file->name);
  file->name = g_strdup (to);
  g_hash_table_insert (self->by_name, file->name, file);
  count_folders (self, to, 1);
  find_next (self, kept);
  changed (self);
  return TRUE;
}

/* FALSE: no such file, or no power of two. */
gboolean
hs_romfs_set_alignment (HsRomfs *self, const char *name, guint alignment)
{
  HsRomfsFile *file;

  g_return_val_if_fail (HS_IS_ROMFS (self), FALSE);

  file = g_hash_table_lookup (self->by_name, name);
  if (file == NULL || !is_alignment (alignment))
    return FALSE;
  file->alignment = alignment;
  changed (self);
  return TRUE;
}

HsRomfs *
hs_romfs_copy (HsRomfs *self)
{
  HsRomfs *copy = hs_romfs_new ();

  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *file = g_ptr_array_index (self->files, i);
    HsRomfsFile *other;

    hs_romfs_append (
        copy, g_strdup (file->name), g_bytes_ref (file->bytes), file->alignment, file->offset);
    other = g_ptr_array_index (copy->files, i);
    other->source = g_strdup (file->source);
  }
  return copy;
}

gboolean
hs_romfs_equal (HsRomfs *self, HsRomfs *other)
{
  if (self->files->len != other->files->len)
    return FALSE;
  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *a = g_ptr_array_index (self->files, i);
    const HsRomfsFile *b = g_ptr_array_index (other->files, i);

    if (!g_str_equal (a->name, b->name) || a->alignment != b->alignment ||
        (a->bytes != b->bytes && !g_bytes_equal (a->bytes, b->bytes)))
      return FALSE;
  }
  return TRUE;
}

/* --- how large --- */

guint64
hs_romfs_get_size (HsRomfs *self)
{
  g_return_val_if_fail (HS_IS_ROMFS (self), 0);

  if (self->size == 0)
    self->size = hs_romfs_measure_all (self, NULL);
  return self->size;
}

GArray *
hs_romfs_dup_offsets (HsRomfs *self)
{
  GArray *offsets = g_array_new (FALSE, TRUE, sizeof (guint64));

  g_array_set_size (offsets, self->files->len);
  self->size = hs_romfs_measure_all (self, offsets);
  return offsets;
}

guint
hs_romfs_alignment_of (guint64 offset)
{
  guint alignment = 1;

  while (alignment < HS_ROMFS_MAX_ALIGN && (offset & alignment) == 0)
    alignment *= 2;
  return alignment;
}

/**
 * hs_romfs_alignment_for:
 * @name: of a file
 * @target: (nullable): of a board
 *
 * Returns: what its data has to be aligned to: models are run where they lie, and the NPU of the
 *   STM32N6 asks for more than a processor does (the trees' romfs_config.json)
 */
guint
hs_romfs_alignment_for (const char *name, const char *target)
{
  const HsBoard *board = target != NULL ? hs_board_by_id (target) : NULL;
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (!g_str_has_suffix (lower, ".tflite"))
    return HS_ROMFS_ALIGNMENT;
  return board != NULL && board->mcu != NULL && strstr (board->mcu, "STM32N6") != NULL ? 32 : 16;
}
