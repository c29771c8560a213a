/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/**
 * HsSlotList:
 *
 * The bench: slots in its order, named ports first, as a #GListModel of #HsSlot. Follows the
 * monitor, the jobs and the catalog; reads the catalog only through hs_catalog_run_async().
 */
#define HS_TYPE_SLOT_LIST (hs_slot_list_get_type ())
G_DECLARE_FINAL_TYPE (HsSlotList, hs_slot_list, HS, SLOT_LIST, GObject)

HsSlotList *hs_slot_list_new (HsSession *session);
void hs_slot_list_set_names (HsSlotList *self, GPtrArray *names); /* HsSlotName */
GPtrArray *hs_slot_list_get_names (HsSlotList *self);             /* HsSlotName; borrowed */
HsSlot *hs_slot_list_find (HsSlotList *self, const char *port);
void hs_slot_list_take_job (HsSlotList *self, HsJob *job);
void hs_slot_list_update_all (HsSlotList *self);

G_END_DECLS
