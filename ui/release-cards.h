/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/release.h"
#include "ui/release-detail.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The panels of a release, each floating; NULL: it has nothing of that. */
GtkWidget *hs_release_card_warning (HsReleaseDetail *detail);
GtkWidget *hs_release_card_findings (GPtrArray *findings, const char *action);
GtkWidget *hs_release_card_board (HsReleaseDetail *detail, guint n);
GtkWidget *hs_release_card_rules (HsReleaseDetail *detail);
GtkWidget *hs_release_card_numbers (HsReleaseDetail *detail);
GtkWidget *hs_release_card_files (HsReleaseDetail *detail);
GtkWidget *hs_release_card_reasons (HsReleaseDetail *detail);
GtkWidget *hs_release_card_signatures (HsReleaseDetail *detail);
GtkWidget *hs_release_card_history (HsReleaseDetail *detail);
GtkWidget *hs_release_card_batches (HsReleaseDetail *detail);
GtkWidget *hs_release_card_units (HsReleaseDetail *detail);

G_END_DECLS
