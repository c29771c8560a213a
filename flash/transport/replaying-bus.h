/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/capture.h"

G_BEGIN_DECLS

#define HS_TYPE_REPLAYING_BUS (hs_replaying_bus_get_type ())
G_DECLARE_FINAL_TYPE (HsReplayingBus, hs_replaying_bus, HS, REPLAYING_BUS, HsBus)

HsBus *hs_replaying_bus_new (HsCapture *capture);
gboolean hs_replaying_bus_is_finished (HsReplayingBus *self);

G_END_DECLS
