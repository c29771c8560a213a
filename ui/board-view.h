/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* All that is known about @board, from the board table alone; (transfer floating). */
GtkWidget *hs_board_view_new (const HsBoard *board);

G_END_DECLS
