/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-work.h"

#include "app/app-error.h"
#include "app/saved-file.h"

#include <glib/gi18n-lib.h>

void
hs_romfs_load_free (gpointer load)
{
  HsRomfsLoad *self = load;

  g_clear_object (&self->base);
  g_strfreev (self->paths);
  g_free (self->sha256);
  g_free (self->tree);
  g_free (self->target);
  g_free (self);
}

void
hs_romfs_loaded_free (gpointer loaded)
{
  HsRomfsLoaded *self = loaded;

  g_clear_object (&self->romfs);
  g_ptr_array_unref (self->findings);
  g_free (self->config);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsRomfsLoaded, hs_romfs_loaded_free)

static HsRomfs *
read_image (const char *path, GError **error)
{
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) local = NULL;
  char *bytes;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, &local)) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_FILE, local->message);
    return NULL;
  }
  image = g_bytes_new_take (bytes, length);
  return hs_romfs_parse (image, error);
}

static HsRomfs *
read_blob (HsCatalog *catalog, const char *sha256, GError **error)
{
  g_autoptr (GBytes) blob = hs_catalog_get_blob (catalog, sha256, error);

  return blob != NULL ? hs_romfs_parse (blob, error) : NULL;
}

static gboolean
find_config (const HsRomfsLoad *self, const HsRomfsWay *way, HsRomfsLoaded *loaded, GError **error)
{
  if (self->paths != NULL)
    loaded->config = g_strdup (self->paths[0]);
  else if (way->tree != NULL && self->target != NULL)
    loaded->config = hs_romfs_find_config (way->tree, self->target);
  if (loaded->config != NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_ROMFS,
               _ ("%s has no romfs_config.json in this tree: trees before v4.8 know no ROMFS."),
               self->target);
  return FALSE;
}

static gboolean
open_one (HsCatalog *catalog,
          const HsRomfsLoad *self,
          const HsRomfsWay *way,
          HsRomfsLoaded *loaded,
          GCancellable *cancellable,
          GError **error)
{
  const char *path = self->paths != NULL ? self->paths[0] : NULL;

  if (self->sha256 != NULL)
    loaded->romfs = read_blob (catalog, self->sha256, error);
  else if (path != NULL && g_file_test (path, G_FILE_TEST_IS_DIR))
    loaded->romfs = hs_romfs_new_from_folder (path, way, loaded->findings, cancellable, error);
  else if (path != NULL && !g_str_has_suffix (path, ".json"))
    loaded->romfs = read_image (path, error);
  else if (find_config (self, way, loaded, error))
    loaded->romfs = hs_romfs_new_from_config (
        loaded->config, way, &loaded->limit, loaded->findings, cancellable, error);
  return loaded->romfs != NULL;
}

/* A folder keeps its name: "lib" becomes lib/…. */
static gboolean
add_folder (const char *path,
            const HsRomfsWay *way,
            HsRomfsLoaded *loaded,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *folder = g_path_get_basename (path);
  g_autoptr (HsRomfs) inner =
      hs_romfs_new_from_folder (path, way, loaded->findings, cancellable, error);

  for (guint i = 0; inner != NULL && i < hs_romfs_get_n_files (inner); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (inner, i);
    g_autofree char *name = g_strconcat (folder, "/", file->name, NULL);

    if (!hs_romfs_add (loaded->romfs, name, file->bytes, file->alignment, file->source, error))
      return FALSE;
  }
  return inner != NULL;
}

static gboolean
add_all (const HsRomfsLoad *self,
         const HsRomfsWay *way,
         HsRomfsLoaded *loaded,
         GCancellable *cancellable,
         GError **error)
{
  loaded->romfs = hs_romfs_copy (self->base);
  for (char **path = self->paths; *path != NULL; path++) {
    gboolean ok = g_file_test (*path, G_FILE_TEST_IS_DIR)
                      ? add_folder (*path, way, loaded, cancellable, error)
                      : hs_romfs_add_file (
                            loaded->romfs, *path, NULL, way, loaded->findings, cancellable, error);

    if (!ok)
      return FALSE;
  }
  return TRUE;
}

/* A configuration that was chosen belongs to the tree that it lies in; images need none. */
static gboolean
find_tree (const HsRomfsLoad *self,
           HsTree **tree,
           char **target,
           GCancellable *cancellable,
           GError **error)
{
  const char *path = self->base == NULL && self->paths != NULL ? self->paths[0] : NULL;

  if (path != NULL && g_str_has_suffix (path, ".json")) {
    g_autofree char *folder = g_path_get_dirname (path);

    *tree = hs_tree_new (folder, cancellable, NULL);
    *target = g_path_get_basename (folder);
    return TRUE;
  }
  if (self->tree == NULL || self->sha256 != NULL ||
      (path != NULL && !g_file_test (path, G_FILE_TEST_IS_DIR)))
    return TRUE;
  *tree = hs_tree_new (self->tree, cancellable, error);
  return *tree != NULL;
}

gpointer
hs_romfs_load_func (HsCatalog *catalog, gpointer load, GCancellable *cancellable, GError **error)
{
  const HsRomfsLoad *self = load;
  g_autoptr (HsRomfsLoaded) loaded = g_new0 (HsRomfsLoaded, 1);
  g_autoptr (HsTree) tree = NULL;
  g_autofree char *target = NULL;
  HsRomfsWay way = {
    .target = self->target, .core = self->core, .compile = self->compile, .convert = TRUE
  };

  loaded->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  if (!find_tree (self, &tree, &target, cancellable, error))
    return NULL;
  way.tree = tree;
  if (target != NULL)
    way.target = target;
  if (self->base != NULL ? !add_all (self, &way, loaded, cancellable, error)
                         : !open_one (catalog, self, &way, loaded, cancellable, error))
    return NULL;
  return g_steal_pointer (&loaded);
}

void
hs_romfs_store_free (gpointer store)
{
  HsRomfsStore *self = store;

  g_clear_object (&self->romfs);
  g_free (self->path);
  g_strfreev (self->names);
  g_free (self);
}

/* The file chooser asked already whether a file may go. */
gpointer
hs_romfs_save_func (HsCatalog *catalog, gpointer store, GCancellable *cancellable, GError **error)
{
  const HsRomfsStore *self = store;
  g_autoptr (GBytes) image = hs_romfs_pack (self->romfs, self->limit, error);
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  g_autoptr (HsSavedFile) saved = NULL;

  if (image == NULL)
    return NULL;
  saved = hs_saved_file_new (file, TRUE, error);
  if (saved == NULL ||
      !hs_saved_file_write (
          saved, g_bytes_get_data (image, NULL), g_bytes_get_size (image), error) ||
      !hs_saved_file_finish (saved, error))
    return NULL;
  return g_strdup (self->path);
}

gpointer
hs_romfs_extract_func (HsCatalog *catalog,
                       gpointer store,
                       GCancellable *cancellable,
                       GError **error)
{
  const HsRomfsStore *self = store;

  if (!hs_romfs_extract (
          self->romfs, self->path, (const char *const *) self->names, FALSE, cancellable, error))
    return NULL;
  return g_strdup (self->path);
}
