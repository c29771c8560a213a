/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/unit-detail.h"

#include "flash/board.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The tables and panels of a unit's page. All return floating references; panels that have nothing
 * to say are NULL. */

/* What is in its flash: unit-contents.c */
GtkWidget *hs_unit_contents_new (HsUnit *unit, const HsBoard *board);
/* Every form of its identity: unit-identity.c */
GtkWidget *hs_unit_identities_new (HsUnit *unit);
/* Its runs, and what they say of its health: unit-runs.c */
GtkWidget *hs_unit_runs_new (GPtrArray *runs, guint max);
GtkWidget *hs_unit_health_new (GPtrArray *runs, const HsStory *story, const HsBoard *board);
/* What happened to it after the bench: unit-story.c */
GtkWidget *hs_unit_shipments_new (const HsStory *story);
GtkWidget *hs_unit_numbers_new (const HsStory *story);
GtkWidget *hs_unit_files_new (const HsStory *story);
GtkWidget *hs_unit_remarks_new (const HsStory *story);
GtkWidget *hs_unit_held_new (const HsStory *story);

G_END_DECLS
