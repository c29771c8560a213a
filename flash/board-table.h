/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

/* Each ends with an entry whose id is NULL. Only board.c reads them. */
extern const HsBoard hs_boards_openmv[]; /* with the OpenMV bootloader, and the retired one */
extern const HsBoard hs_boards_other[];  /* with somebody else's bootloader */

G_END_DECLS
