/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/slot.h"

G_BEGIN_DECLS

/* For the list of slots only. @session is borrowed: the session owns list and slots. */
HsSlot *hs_slot_new (HsSession *session, const char *port);
void hs_slot_set_name (HsSlot *self, const char *name);
void hs_slot_set_position (HsSlot *self, int position);
int hs_slot_get_position (HsSlot *self);
void hs_slot_set_device (HsSlot *self, HsDevice *device);
void hs_slot_set_job (HsSlot *self, HsJob *job);
void hs_slot_set_known (HsSlot *self, HsUnit *unit, HsRun *last_run);
void hs_slot_update (HsSlot *self); /* the loaded build or the catalog changed */

/* session-slots.c */
gboolean hs_session_load_slot_names (HsSession *self, GError **error);

/* What a person does while a job waits for them. */
typedef enum {
  HS_SLOT_HAND_UNPLUG,
  HS_SLOT_HAND_AGAIN, /* the same: it was plugged in, and the window was missed */
  HS_SLOT_HAND_PAUSE, /* unplugged; not plugged in again at once */
  HS_SLOT_HAND_PLUG_IN,
  HS_SLOT_HAND_BOARD, /* as the board says: press RESET twice … */
} HsSlotHand;
HsSlotHand hs_slot_get_hand (HsSlot *self, guint *seconds);

/* slot-text.c */
char *hs_slot_make_headline (HsSlot *self);
char *hs_slot_make_sentence (HsSlot *self);
HsBuild *hs_slot_get_loaded (HsSlot *self);

G_END_DECLS
