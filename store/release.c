/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/release.h"

#include "store/values-private.h"

G_DEFINE_FINAL_TYPE (HsRelease, hs_release, G_TYPE_OBJECT)

static void
signature_free (gpointer data)
{
  HsSignature *self = data;

  g_free (self->key);
  g_free (self->key_name);
  g_free (self->signature);
  g_free (self);
}

static void
artifact_free (gpointer data)
{
  HsReleaseArtifact *self = data;

  g_free (self->board);
  g_free (self->role);
  g_free (self->sha256);
  g_free (self->build);
  g_free (self);
}

static void
hs_release_finalize (GObject *object)
{
  HsRelease *self = HS_RELEASE (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->version);
  g_free (self->state);
  g_free (self->recipe);
  g_free (self->supersedes);
  g_free (self->reason);
  g_free (self->origin);
  g_free (self->operator_name);
  g_free (self->chain);
  g_clear_pointer (&self->artifacts, g_ptr_array_unref);
  g_clear_pointer (&self->signatures, g_ptr_array_unref);

  G_OBJECT_CLASS (hs_release_parent_class)->finalize (object);
}

static void
hs_release_class_init (HsReleaseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_release_finalize;
}

static void
hs_release_init (HsRelease *self)
{
  self->artifacts = g_ptr_array_new_with_free_func (artifact_free);
  self->signatures = g_ptr_array_new_with_free_func (signature_free);
}

const char *
hs_release_get_id (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->id;
}

const char *
hs_release_get_name (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->name;
}

const char *
hs_release_get_version (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->version;
}

const char *
hs_release_get_state (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->state;
}

const char *
hs_release_get_recipe (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->recipe;
}

const char *
hs_release_get_supersedes (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->supersedes;
}

const char *
hs_release_get_reason (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->reason;
}

const char *
hs_release_get_origin (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->origin;
}

const char *
hs_release_get_operator (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->operator_name;
}

const char *
hs_release_get_chain (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), NULL);

  return self->chain;
}

gint64
hs_release_get_time (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), 0);

  return self->time;
}

guint
hs_release_get_n_units (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), 0);

  return self->n_units;
}

guint
hs_release_get_n_artifacts (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), 0);

  return self->artifacts->len;
}

const HsReleaseArtifact *
hs_release_get_artifact (HsRelease *self, guint n)
{
  g_return_val_if_fail (HS_IS_RELEASE (self) && n < self->artifacts->len, NULL);

  return g_ptr_array_index (self->artifacts, n);
}

guint
hs_release_get_n_signatures (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), 0);

  return self->signatures->len;
}

const HsSignature *
hs_release_get_signature (HsRelease *self, guint n)
{
  g_return_val_if_fail (HS_IS_RELEASE (self) && n < self->signatures->len, NULL);

  return g_ptr_array_index (self->signatures, n);
}

gboolean
hs_release_is_trusted (HsRelease *self)
{
  g_return_val_if_fail (HS_IS_RELEASE (self), FALSE);

  for (guint i = 0; i < self->signatures->len; i++) {
    const HsSignature *signature = g_ptr_array_index (self->signatures, i);

    if (signature->trusted)
      return TRUE;
  }
  return FALSE;
}

/**
 * hs_release_signed_text:
 * @id: of a locked release
 *
 * Returns: (transfer full): what an Ed25519 signature of that release is over
 */
char *
hs_release_signed_text (const char *id)
{
  return g_strconcat ("hotshoe release\n", id, NULL);
}

void
hs_key_free (HsKey *self)
{
  if (self == NULL)
    return;

  g_free (self->key);
  g_free (self->name);
  g_free (self);
}

void
hs_lease_free (HsLease *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->series);
  g_free (self->chain);
  g_free (self->state);
  g_free (self->to);
  g_free (self);
}

void
hs_batch_free (HsBatch *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->release);
  g_free (self->name);
  g_free (self);
}
