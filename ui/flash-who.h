/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/slot.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Who is on a slot, named as everywhere in the flash wizard: tape, label, serial. */
GtkWidget *hs_who_new (const char *slot_name, const char *unit_name, const char *serial_markup);
GtkWidget *hs_who_new_for_slot (HsSlot *slot);
char *hs_who_dup_name (HsSlot *slot);   /* "GATE-0471", "new unit" */
char *hs_who_dup_serial (HsSlot *slot); /* markup; the last four bold */
char *hs_who_dup_now (HsSlot *slot);    /* what it carries: "gate-counter 1.4.1", "unknown" */

G_END_DECLS
