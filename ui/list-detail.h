/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/list-row.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsListDetail:
 *
 * A searchable list beside the detail of the row that is picked; folds to one of them where there
 * is no room for both. ::picked (id or NULL) when another row is picked or its data changed.
 * Properties: "can-go-back" (folded, and the detail is shown). With hs_list_detail_set_several()
 * Shift, Ctrl and Ctrl+A choose more than one row; ::chosen when that changes.
 */
#define HS_TYPE_LIST_DETAIL (hs_list_detail_get_type ())
G_DECLARE_FINAL_TYPE (HsListDetail, hs_list_detail, HS, LIST_DETAIL, AdwBin)

void hs_list_detail_set_up (HsListDetail *self,
                            HsPagedModel *model,
                            HsListRowFill fill,
                            gpointer page,
                            GtkWidget *detail);
void hs_list_detail_set_words (HsListDetail *self,
                               const char *list_name,
                               const char *placeholder,
                               int width);
void hs_list_detail_set_count (HsListDetail *self, const char *count, const char *nothing);
void hs_list_detail_pick (HsListDetail *self, const char *id);
const char *hs_list_detail_get_text (HsListDetail *self);
void hs_list_detail_set_several (HsListDetail *self);
GPtrArray *hs_list_detail_dup_chosen (HsListDetail *self);
void hs_list_detail_unchoose (HsListDetail *self);
void hs_list_detail_set_above (HsListDetail *self, GtkWidget *widget);
void hs_list_detail_set_below (HsListDetail *self, GtkWidget *widget);
void hs_list_detail_set_text (HsListDetail *self, const char *text);
void hs_list_detail_go_back (HsListDetail *self);
void hs_list_detail_focus_search (HsListDetail *self);
GtkWidget *hs_list_detail_get_search (HsListDetail *self);

G_END_DECLS
