/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/plan.h"
#include "flash/device.h"

G_BEGIN_DECLS

/* Which board a camera is. Several show one USB id in their bootloader; what is to be flashed then
 * tells which one it is. (nullable) if that can't be told. */
const HsBoard *hs_which_board (HsDevice *device, HsBuild *build, HsRelease *release);

G_END_DECLS
