/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values-private.h"

/**
 * HsBuild:
 *
 * One output of the firmware's build: artifacts and where they came from, as the catalog knew it
 * when it was asked.
 */
G_DEFINE_FINAL_TYPE (HsBuild, hs_build, G_TYPE_OBJECT)

static void
artifact_free (gpointer data)
{
  HsArtifact *self = data;

  g_free (self->role);
  g_free (self->file);
  g_free (self->sha256);
  g_free (self);
}

static void
hs_build_finalize (GObject *object)
{
  HsBuild *self = HS_BUILD (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->board);
  g_free (self->version);
  g_free (self->number);
  g_free (self->mpy_version);
  g_free (self->built);
  g_free (self->origin);
  g_free (self->commit);
  g_free (self->details);
  g_clear_pointer (&self->artifacts, g_ptr_array_unref);

  G_OBJECT_CLASS (hs_build_parent_class)->finalize (object);
}

static void
hs_build_class_init (HsBuildClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_build_finalize;
}

static void
hs_build_init (HsBuild *self)
{
  self->artifacts = g_ptr_array_new_with_free_func (artifact_free);
}

const char *
hs_build_get_id (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->id;
}

const char *
hs_build_get_name (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->name;
}

const char *
hs_build_get_board (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->board;
}

const char *
hs_build_get_version (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->version;
}

const char *
hs_build_get_number (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->number;
}

const char *
hs_build_get_mpy_version (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->mpy_version;
}

const char *
hs_build_get_built (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->built;
}

const char *
hs_build_get_origin (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->origin;
}

const char *
hs_build_get_commit (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->commit;
}

gboolean
hs_build_get_dirty (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), FALSE);

  return self->dirty;
}

const char *
hs_build_get_details (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  return self->details;
}

gint64
hs_build_get_imported (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), 0);

  return self->imported;
}

guint
hs_build_get_n_units (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), 0);

  return self->n_units;
}

gboolean
hs_build_get_archived (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), FALSE);

  return self->archived;
}

guint
hs_build_get_n_artifacts (HsBuild *self)
{
  g_return_val_if_fail (HS_IS_BUILD (self), 0);

  return self->artifacts->len;
}

const HsArtifact *
hs_build_get_artifact (HsBuild *self, guint n)
{
  g_return_val_if_fail (HS_IS_BUILD (self) && n < self->artifacts->len, NULL);

  return g_ptr_array_index (self->artifacts, n);
}

/* NULL: the build has none of that role. */
const HsArtifact *
hs_build_find_artifact (HsBuild *self, const char *role)
{
  g_return_val_if_fail (HS_IS_BUILD (self), NULL);

  for (guint i = 0; i < self->artifacts->len; i++) {
    const HsArtifact *artifact = g_ptr_array_index (self->artifacts, i);

    if (g_strcmp0 (artifact->role, role) == 0)
      return artifact;
  }
  return NULL;
}

static int
compare_artifacts (gconstpointer a, gconstpointer b)
{
  const HsArtifact *first = *(const HsArtifact *const *) a;
  const HsArtifact *second = *(const HsArtifact *const *) b;
  int order = g_strcmp0 (first->role, second->role);

  return order != 0 ? order : g_strcmp0 (first->sha256, second->sha256);
}

/**
 * hs_build_compute_id:
 * @board: the board's id
 * @artifacts: (array length=n): role and sha256 of each count, names and order do not
 * @n: how many
 *
 * The digest of what a build consists of: the same content is the same build wherever it is
 * imported.
 *
 * Returns: (transfer full): 64 lower-case hex digits
 */
char *
hs_build_compute_id (const char *board, const HsArtifact *artifacts, guint n)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new ("hotshoe build 1\n");

  g_string_append_printf (text, "%s\n", board);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (sorted, (gpointer) &artifacts[i]);
  g_ptr_array_sort (sorted, compare_artifacts);
  for (guint i = 0; i < n; i++) {
    const HsArtifact *artifact = g_ptr_array_index (sorted, i);

    g_string_append_printf (text, "%s %s\n", artifact->role, artifact->sha256);
  }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text->str, text->len);
}
