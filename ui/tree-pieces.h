/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/finding.h"
#include "app/problem.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pieces that pages about a firmware tree are put together from. All return floating references. */

/* A label that wraps, at the left, taking what room there is. */
GtkWidget *hs_tree_text (const char *text, const char *classes);
/* Lines that work, as they would be typed, with a button that copies them. */
GtkWidget *hs_tree_example (const char *lines);
/* What went wrong, what to do, and the chain behind "Details". */
GtkWidget *hs_tree_problem (const GError *error);
/* Half an edit was found in the tree; said once, for some seconds. @widget: below a toast overlay
 */
void hs_tree_say_taken_back (GtkWidget *widget);
/* A finding with its level as shape and word, its place, what to do, and its example. */
GtkWidget *hs_tree_finding (const HsFinding *finding);
/* (element-type HsFinding): errors first. An empty box without findings. */
GtkWidget *hs_tree_findings (GPtrArray *findings);
guint hs_tree_count_findings (GPtrArray *findings, HsFindingLevel level);
/* A clamp around @child that scrolls, with the margins of a page. */
GtkWidget *hs_tree_scroller (GtkWidget *child, int maximum);

G_END_DECLS
