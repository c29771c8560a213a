/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What can be done with the camera on a slot, for cards. @widget: shows errors in its window. */

/* The buttons of a state; @action NULL: none. */
typedef struct {
  const char *label; /* N_()-marked */
  const char *action;
  gboolean suggested;
} HsSlotButton;

const HsSlotButton *hs_slot_state_buttons (HsSlotState state); /* two */
gboolean hs_slot_action_possible (HsSlot *slot, const char *action);
/* "identify" "enter" "leave" "restart" "read-build"; "audit" opens its page */
void hs_slot_start (GtkWidget *widget, HsSession *session, HsSlot *slot, const char *what);
gboolean hs_slot_has_wizard (const char *what);
void hs_slot_retry (GtkWidget *widget, HsSession *session, HsSlot *slot);
gboolean hs_slot_can_retry (HsSlot *slot);
gboolean hs_slot_can_choose (HsSlot *slot);
gboolean hs_slot_is_ready (HsSlot *slot);
void hs_slot_ignore (GtkWidget *widget, HsSession *session, HsSlot *slot);
void hs_slot_shift (GtkWidget *widget, HsSession *session, HsSlot *slot, int by);
void hs_slot_show_error (GtkWidget *widget, const GError *error);

G_END_DECLS
