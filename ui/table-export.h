/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/table.h"
#include "ui/paged-query.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Ask for a file, and write a table into it in the background; its name's ending says whether as
 * CSV or JSON. @parent is any widget of the page: where it has a place for toasts the end is said
 * there. */
void hs_table_export_units_ask (GtkWidget *parent, HsSession *session, const HsUnitFilter *filter);
void hs_table_export_runs_ask (GtkWidget *parent, HsSession *session, const char *unit);
void hs_table_export_journal_ask (GtkWidget *parent,
                                  HsSession *session,
                                  const HsPagedQuery *query,
                                  HsTableFormat format);
void hs_table_export_recall_ask (GtkWidget *parent, HsSession *session, const HsRecall *recall);

G_END_DECLS
