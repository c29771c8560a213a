/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the card of a named slot be dragged to another one's place. */
void hs_slot_drag_install (GtkWidget *card, HsSession *session, HsSlot *slot);

G_END_DECLS
