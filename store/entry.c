/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values-private.h"

/**
 * HsEntry:
 *
 * One entry of the journal.
 */
G_DEFINE_FINAL_TYPE (HsEntry, hs_entry, G_TYPE_OBJECT)

static void
hs_entry_finalize (GObject *object)
{
  HsEntry *self = HS_ENTRY (object);

  g_free (self->chain);
  g_free (self->id);
  g_free (self->bench);
  g_free (self->operator_name);
  g_free (self->kind);
  g_free (self->subject);
  g_free (self->payload);
  g_free (self->hash);
  g_free (self->previous);

  G_OBJECT_CLASS (hs_entry_parent_class)->finalize (object);
}

static void
hs_entry_class_init (HsEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_entry_finalize;
}

static void
hs_entry_init (HsEntry *self)
{
}

const char *
hs_entry_get_chain (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->chain;
}

gint64
hs_entry_get_n (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), 0);

  return self->n;
}

const char *
hs_entry_get_id (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->id;
}

gint64
hs_entry_get_time (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), 0);

  return self->time;
}

const char *
hs_entry_get_bench (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->bench;
}

const char *
hs_entry_get_operator (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->operator_name;
}

const char *
hs_entry_get_kind (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->kind;
}

const char *
hs_entry_get_subject (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->subject;
}

const char *
hs_entry_get_payload (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->payload;
}

const char *
hs_entry_get_hash (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->hash;
}

const char *
hs_entry_get_previous (HsEntry *self)
{
  g_return_val_if_fail (HS_IS_ENTRY (self), NULL);

  return self->previous;
}

void
hs_slot_name_free (HsSlotName *self)
{
  if (self == NULL)
    return;

  g_free (self->port);
  g_free (self->name);
  g_free (self);
}

void
hs_verify_report_clear (HsVerifyReport *self)
{
  g_clear_pointer (&self->problem_chain, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->missing, g_free);
  self->n_files = 0;
  self->n_missing = 0;
  self->problem_n = 0;
  self->n_entries = 0;
  self->n_chains = 0;
}
