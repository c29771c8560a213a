/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* HsGuideCauses: where to look when nothing comes, in that order, with what this machine sees about
 * each. Shown only while the guide is late. */
#define HS_TYPE_GUIDE_CAUSES (hs_guide_causes_get_type ())
G_DECLARE_FINAL_TYPE (HsGuideCauses, hs_guide_causes, HS, GUIDE_CAUSES, GtkBox)

void hs_guide_causes_set_guide (HsGuideCauses *self, HsGuide *guide);
void hs_guide_causes_update (HsGuideCauses *self);

G_END_DECLS
