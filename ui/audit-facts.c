/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/audit-facts.h"

HsAuditSubject *
hs_audit_subject_new (const char *unit, const HsBoard *board)
{
  HsAuditSubject *self = g_new0 (HsAuditSubject, 1);

  self->unit = g_strdup (unit);
  self->board = board;
  return self;
}

void
hs_audit_subject_free (gpointer data)
{
  HsAuditSubject *self = data;

  g_free (self->unit);
  g_free (self);
}

static void
clear (gpointer data)
{
  HsAuditFacts *self = data;

  g_clear_pointer (&self->doors, g_ptr_array_unref);
  g_clear_pointer (&self->record, hs_protection_record_free);
  g_clear_object (&self->unit);
  g_free (self->verdict);
  g_free (self->consequence);
  g_free (self->ending);
}

HsAuditFacts *
hs_audit_facts_ref (HsAuditFacts *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
hs_audit_facts_unref (gpointer self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* A camera that was never recorded has no unit: that is no error here. */
gpointer
hs_audit_facts_read (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const HsAuditSubject *subject = data;
  g_autoptr (HsAuditFacts) self = g_atomic_rc_box_new0 (HsAuditFacts);

  self->doors = hs_protection_list_doors (
      catalog, subject->unit != NULL ? subject->unit : "", subject->board, &self->time_us, error);
  if (self->doors == NULL)
    return NULL;
  self->verdict = hs_protection_verdict (self->doors);
  self->consequence = hs_protection_consequence (subject->board, self->doors);
  if (subject->unit != NULL) {
    self->unit = hs_catalog_get_unit (catalog, subject->unit, NULL);
    self->record = hs_protection_get_record (catalog, subject->unit, error);
    if (self->record == NULL)
      return NULL;
  }
  if (self->unit != NULL)
    self->ending = hs_protection_make_ending (catalog, subject->unit, NULL);
  return g_steal_pointer (&self);
}
