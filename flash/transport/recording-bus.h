/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/capture.h"

G_BEGIN_DECLS

#define HS_TYPE_RECORDING_BUS (hs_recording_bus_get_type ())
G_DECLARE_FINAL_TYPE (HsRecordingBus, hs_recording_bus, HS, RECORDING_BUS, HsBus)

HsBus *hs_recording_bus_new (HsBus *inner, HsCapture *capture);

G_END_DECLS
