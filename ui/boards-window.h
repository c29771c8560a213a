/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsBoardsWindow:
 *
 * Every board that Hotshoe knows beside all that is known about it. Actions: none.
 */
#define HS_TYPE_BOARDS_WINDOW (hs_boards_window_get_type ())
G_DECLARE_FINAL_TYPE (HsBoardsWindow, hs_boards_window, HS, BOARDS_WINDOW, AdwWindow)

/* @parent: (nullable). @board: (nullable): shown first. */
GtkWindow *hs_boards_window_new (GtkWindow *parent, const HsBoard *board);
void hs_boards_window_show (HsBoardsWindow *self, const HsBoard *board);

G_END_DECLS
