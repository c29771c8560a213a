/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/protection.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the doors of an exposure audit are drawn: every state has its own silhouette and colour, and
 * its word beside it. Widgets are (transfer floating). */
const char *hs_door_icon_name (HsDoorState state);
const char *hs_door_meaning (HsDoorState state); /* CSS class */
GtkWidget *hs_door_icon_new (HsDoorState state, int size);
/* What the doors come to as a whole, for the picture beside the verdict. */
HsDoorState hs_doors_worst (GPtrArray *doors);
/* The chip's ROM refused to read: it is locked, whoever did it. */
gboolean hs_doors_say_protected (GPtrArray *doors);
/* @doors: (element-type HsDoorLine) */
GtkWidget *hs_door_table_new (GPtrArray *doors);

/* Requested, written, observed: apart, as each has its own proof. */
GtkWidget *hs_protection_table_new (const HsProtectionRecord *record);
char *hs_protection_fact_dup_level (const HsProtectionFact *fact);
/* Level 1 was asked for, written or seen, and nothing newer says that it is gone. */
gboolean hs_protection_may_be_on (const HsProtectionRecord *record);

G_END_DECLS
