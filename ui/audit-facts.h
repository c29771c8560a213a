/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/protection.h"
#include "ui/ask.h"

G_BEGIN_DECLS

/* Whom it is about. @unit: (nullable): key; nothing is known then. */
typedef struct {
  char *unit;
  const HsBoard *board;
} HsAuditSubject;
HsAuditSubject *hs_audit_subject_new (const char *unit, const HsBoard *board);
void hs_audit_subject_free (gpointer self);

/* All that the pages about exposure and protection show of one unit. Counted references; nobody
 * changes it. */
typedef struct {
  GPtrArray *doors; /* HsDoorLine */
  gint64 time_us;   /* of the audit; 0: there was none */
  HsProtectionRecord *record;
  HsUnit *unit; /* nullable: the catalog does not know it */
  char *verdict;
  char *consequence;
  char *ending; /* what has to be typed; nullable: there is no such unit */
} HsAuditFacts;
HsAuditFacts *hs_audit_facts_ref (HsAuditFacts *self);
void hs_audit_facts_unref (gpointer self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsAuditFacts, hs_audit_facts_unref)

/* An HsCatalogFunc; @subject is an HsAuditSubject. */
gpointer hs_audit_facts_read (HsCatalog *catalog,
                              gpointer subject,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
