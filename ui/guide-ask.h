/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* HsGuideAsk: what a step wants besides hands: a file, a vendor's program, a confirmation. Shown
 * only while the guide asks. */
#define HS_TYPE_GUIDE_ASK (hs_guide_ask_get_type ())
G_DECLARE_FINAL_TYPE (HsGuideAsk, hs_guide_ask, HS, GUIDE_ASK, GtkBox)

void hs_guide_ask_set_guide (HsGuideAsk *self, HsGuide *guide);
void hs_guide_ask_update (HsGuideAsk *self);

G_END_DECLS
