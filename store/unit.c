/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values-private.h"

/**
 * HsUnit:
 *
 * One physical camera as the catalog knew it when it was asked.
 */
G_DEFINE_FINAL_TYPE (HsUnit, hs_unit, G_TYPE_OBJECT)

static void
content_free (gpointer data)
{
  HsContent *self = data;

  g_free (self->partition);
  g_free (self->role);
  g_free (self->sha256);
  g_free (self->build);
  g_free (self->build_name);
  g_free (self->build_number);
  g_free (self->state);
  g_free (self);
}

static void
identity_free (gpointer data)
{
  HsUnitIdentity *self = data;

  g_free (self->scheme);
  g_free (self->value);
  g_free (self->strength);
  g_free (self->evidence);
  g_free (self);
}

static void
hs_unit_finalize (GObject *object)
{
  HsUnit *self = HS_UNIT (object);

  g_free (self->id);
  g_free (self->board);
  g_free (self->label);
  g_free (self->state);
  g_free (self->last_version);
  g_free (self->serial);
  g_free (self->release);
  g_free (self->party);
  g_free (self->party_name);
  g_free (self->order);
  g_clear_pointer (&self->contents, g_ptr_array_unref);
  g_clear_pointer (&self->identities, g_ptr_array_unref);

  G_OBJECT_CLASS (hs_unit_parent_class)->finalize (object);
}

static void
hs_unit_class_init (HsUnitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_unit_finalize;
}

static void
hs_unit_init (HsUnit *self)
{
  self->contents = g_ptr_array_new_with_free_func (content_free);
  self->identities = g_ptr_array_new_with_free_func (identity_free);
}

const char *
hs_unit_get_id (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->id;
}

const char *
hs_unit_get_board (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->board;
}

const char *
hs_unit_get_label (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->label;
}

const char *
hs_unit_get_state (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->state;
}

const char *
hs_unit_get_serial (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->serial;
}

const char *
hs_unit_get_called (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->label != NULL ? self->label : self->serial;
}

const char *
hs_unit_get_release (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->release;
}

const char *
hs_unit_get_party (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->party;
}

const char *
hs_unit_get_party_name (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->party_name;
}

const char *
hs_unit_get_order (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->order;
}

gint64
hs_unit_get_shipped (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->shipped;
}

gint64
hs_unit_get_first_seen (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->first_seen;
}

gint64
hs_unit_get_last_seen (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->last_seen;
}

gboolean
hs_unit_get_changed_outside (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), FALSE);

  return self->changed_outside;
}

gboolean
hs_unit_is_mixed (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), FALSE);

  return self->mixed;
}

const char *
hs_unit_get_last_version (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  return self->last_version;
}

guint
hs_unit_get_n_contents (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->contents->len;
}

guint
hs_unit_get_n_identities (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->identities->len;
}

guint
hs_unit_get_n_runs (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), 0);

  return self->n_runs;
}

const HsContent *
hs_unit_get_content (HsUnit *self, guint n)
{
  g_return_val_if_fail (HS_IS_UNIT (self) && n < self->contents->len, NULL);

  return g_ptr_array_index (self->contents, n);
}

/* NULL: nothing is known of a partition with that role. */
const HsContent *
hs_unit_find_content (HsUnit *self, const char *role)
{
  g_return_val_if_fail (HS_IS_UNIT (self), NULL);

  for (guint i = 0; i < self->contents->len; i++) {
    const HsContent *content = g_ptr_array_index (self->contents, i);

    if (g_strcmp0 (content->role, role) == 0)
      return content;
  }
  return NULL;
}

gboolean
hs_unit_has_unknown (HsUnit *self)
{
  g_return_val_if_fail (HS_IS_UNIT (self), TRUE);

  for (guint i = 0; i < self->contents->len; i++)
    if (g_strcmp0 (hs_unit_get_content (self, i)->state, "unknown") == 0)
      return TRUE;
  return FALSE;
}

const HsUnitIdentity *
hs_unit_get_identity (HsUnit *self, guint n)
{
  g_return_val_if_fail (HS_IS_UNIT (self) && n < self->identities->len, NULL);

  return g_ptr_array_index (self->identities, n);
}
