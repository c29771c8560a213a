/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-source-private.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

static gboolean
has_ending (const char *name, const char *ending)
{
  gsize length = strlen (name), n = strlen (ending);

  return length > n && g_ascii_strcasecmp (name + length - n, ending) == 0;
}

/* "lib/a.py" -> "lib/a.mpy" */
static char *
change_ending (const char *name, const char *ending)
{
  const char *dot = strrchr (name, '.');
  const char *slash = strrchr (name, '/');
  gsize stem = dot != NULL && (slash == NULL || dot > slash) ? (gsize) (dot - name) : strlen (name);
  g_autofree char *start = g_strndup (name, stem);

  return g_strconcat (start, ending, NULL);
}

/* What OpenMV calls cascades are XML files of OpenCV; others are just files. */
static HsConvertResult
convert_cascade (const HsRomfsEntry *entry, GBytes **bytes, GPtrArray *findings, GError **error)
{
  gsize length;
  const char *xml = g_bytes_get_data (*bytes, &length);
  g_autoptr (GError) local = NULL;
  GBytes *cascade;

  if (!entry->haar && (xml == NULL || g_strstr_len (xml, length, "<opencv_storage") == NULL))
    return HS_CONVERT_TAKEN;
  cascade = hs_haar_convert (xml != NULL ? xml : "", length, entry->stages, &local);
  if (cascade != NULL) {
    if (hs_haar_has_trees (xml, length))
      hs_convert_tell (findings,
                       HS_FINDING_WARNING,
                       "cascade-trees",
                       entry->path,
                       g_strdup (_ ("Its trees have more than one node each. Cameras know one node "
                                    "only: converted as the firmware tree does it, but it will "
                                    "hardly find what it was trained for.")),
                       g_strdup (_ ("Train the cascade with maxDepth 1.")));
    g_bytes_unref (*bytes);
    *bytes = cascade;
    return HS_CONVERT_CONVERTED;
  }
  if (entry->haar) {
    g_propagate_prefixed_error (error, g_steal_pointer (&local), "%s: ", entry->path);
    return HS_CONVERT_STOPPED;
  }
  hs_convert_tell (findings,
                   HS_FINDING_WARNING,
                   "bad-cascade",
                   entry->path,
                   g_strdup_printf (_ ("It was taken as it is: %s"), local->message),
                   NULL);
  return HS_CONVERT_FAILED;
}

/* @name: (inout): gets the ending of what came out */
static HsConvertResult
convert (const HsRomfsEntry *entry,
         const HsRomfsWay *way,
         char **name,
         GBytes **bytes,
         GPtrArray *findings,
         GCancellable *cancellable,
         GError **error)
{
  HsConvertResult result = HS_CONVERT_TAKEN;
  const char *ending = NULL;
  g_autofree char *old = NULL;

  if (way->compile && entry->by_ending && has_ending (*name, ".py")) {
    g_autofree char *shown = change_ending (*name, ".py");

    ending = ".mpy";
    result = hs_convert_script (way, entry->path, shown, bytes, findings, cancellable, error);
  } else if (entry->haar || (way->convert && entry->by_ending && has_ending (*name, ".xml"))) {
    ending = ".cascade";
    result = convert_cascade (entry, bytes, findings, error);
  } else if (way->convert &&
             (entry->model || (entry->by_ending && has_ending (*name, ".tflite")))) {
    result =
        hs_convert_model (way, entry->path, &entry->options, bytes, findings, cancellable, error);
  }
  if (result == HS_CONVERT_CONVERTED && ending != NULL) {
    old = *name;
    *name = change_ending (old, ending);
  }
  return result;
}

/* The same name twice is what the tree's tool writes, too; elsewhere it is a mistake. */
static gboolean
append (HsRomfs *self,
        const HsRomfsEntry *entry,
        const char *name,
        GBytes *bytes,
        guint alignment,
        GError **error)
{
  if (entry->by_ending || hs_romfs_find (self, name) == NULL)
    return hs_romfs_add (self, name, bytes, alignment, entry->path, error);
  hs_romfs_append (self, g_strdup (name), g_bytes_ref (bytes), alignment, 0);
  return TRUE;
}

gboolean
hs_romfs_take_entry (HsRomfs *self,
                     const HsRomfsEntry *entry,
                     const HsRomfsWay *way,
                     GPtrArray *findings,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autofree char *name = g_strdup (entry->name);
  g_autoptr (GBytes) bytes = NULL;
  guint alignment = entry->alignment;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  bytes = hs_convert_read (entry->path, error);
  if (bytes == NULL ||
      convert (entry, way, &name, &bytes, findings, cancellable, error) == HS_CONVERT_STOPPED)
    return FALSE;
  if (alignment == 0)
    alignment = hs_romfs_alignment_for (name, way->target);
  return append (self, entry, name, bytes, alignment, error);
}

/* Beside "model.tflite" lies "model.txt"; (transfer full) NULL: it does not. */
char *
hs_romfs_find_labels (const char *model)
{
  g_autofree char *labels = change_ending (model, ".txt");

  return g_file_test (labels, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&labels) : NULL;
}

/**
 * hs_romfs_add_file:
 * @path: a file
 * @name: (nullable): its name in the image; %NULL: its own. A converted file has another ending.
 * @way: how files become files of an image
 * @findings: (element-type HsFinding): gets what could not be done
 * @error: %HS_APP_ERROR_BAD_ROMFS, %G_IO_ERROR; nothing was added then
 *
 * Adds a file, and behind a model the labels that lie beside it, unless the image has them.
 */
gboolean
hs_romfs_add_file (HsRomfs *self,
                   const char *path,
                   const char *name,
                   const HsRomfsWay *way,
                   GPtrArray *findings,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  HsRomfsEntry entry = { .path = path, .name = name != NULL ? name : base, .by_ending = TRUE };
  g_autofree char *labels = NULL;
  g_autofree char *label_name = NULL;

  if (!hs_romfs_take_entry (self, &entry, way, findings, cancellable, error))
    return FALSE;
  if (!has_ending (entry.name, ".tflite"))
    return TRUE;
  labels = hs_romfs_find_labels (path);
  label_name = change_ending (entry.name, ".txt");
  if (labels == NULL || hs_romfs_find (self, label_name) != NULL)
    return TRUE;
  entry.path = labels;
  entry.name = label_name;
  return hs_romfs_take_entry (self, &entry, way, findings, cancellable, error);
}

/* --- a folder --- */

typedef struct {
  GPtrArray *paths; /* relative to the folder; owned */
  GPtrArray *findings;
  GCancellable *cancellable;
} Walk;

static gboolean
walk (Walk *self, const char *root, const char *below, guint depth, GError **error)
{
  g_autofree char *folder = below != NULL ? g_build_filename (root, below, NULL) : g_strdup (root);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  if (dir == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = below != NULL ? g_strconcat (below, "/", name, NULL) : g_strdup (name);
    g_autofree char *path = g_build_filename (root, inner, NULL);

    if (*name == '.' || g_str_equal (name, "__pycache__")) {
      hs_convert_tell (self->findings,
                       HS_FINDING_NOTE,
                       "hidden",
                       inner,
                       g_strdup_printf (_ ("%s was left out: hidden files and __pycache__ are "
                                           "not taken."),
                                        inner),
                       NULL);
      continue;
    }
    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      if (depth >= HS_ROMFS_MAX_DEPTH) {
        g_set_error (error,
                     HS_APP_ERROR,
                     HS_APP_ERROR_BAD_ROMFS,
                     _ ("%s: there are too many folders in each other."),
                     path);
        return FALSE;
      }
      if (!walk (self, root, inner, depth + 1, error))
        return FALSE;
      continue;
    }
    g_ptr_array_add (self->paths, g_steal_pointer (&inner));
    if (self->paths->len > HS_ROMFS_MAX_FILES) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_BAD_ROMFS,
                   _ ("There are more than %d files."),
                   HS_ROMFS_MAX_FILES);
      return FALSE;
    }
  }
  return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/**
 * hs_romfs_new_from_folder:
 *
 * Files below @folder by their paths, sorted by their bytes; labels need no special care, they are
 * among them.
 */
HsRomfs *
hs_romfs_new_from_folder (const char *folder,
                          const HsRomfsWay *way,
                          GPtrArray *findings,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  Walk self = { paths, findings, cancellable };

  if (!walk (&self, folder, NULL, 0, error))
    return NULL;
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++) {
    const char *name = g_ptr_array_index (paths, i);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    HsRomfsEntry entry = { .path = path, .name = name, .by_ending = TRUE };

    if (!hs_romfs_take_entry (romfs, &entry, way, findings, cancellable, error))
      return NULL;
  }
  return g_steal_pointer (&romfs);
}
