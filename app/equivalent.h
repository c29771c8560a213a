/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "store/values.h"

G_BEGIN_DECLS

char *
hs_equivalent_command (const HsBoard *board, HsBuild *build, guint64 roles, const char *serial);

G_END_DECLS
