/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/replay.h"

G_BEGIN_DECLS

#define HS_TYPE_REPLAYING_TRANSPORT (hs_replaying_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsReplayingTransport,
                      hs_replaying_transport,
                      HS,
                      REPLAYING_TRANSPORT,
                      HsTransport)

HsTransport *hs_replaying_transport_new (HsReplay *replay, HsBus *bus);

G_END_DECLS
