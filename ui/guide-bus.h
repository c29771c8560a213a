/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* HsGuideBus: what the bus showed of the camera, newest at the right and called "now". */
#define HS_TYPE_GUIDE_BUS (hs_guide_bus_get_type ())
G_DECLARE_FINAL_TYPE (HsGuideBus, hs_guide_bus, HS, GUIDE_BUS, GtkBox)

void hs_guide_bus_set_guide (HsGuideBus *self, HsSession *session, HsGuide *guide);

G_END_DECLS
