/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-log.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildLogRow:
 *
 * One line of a log, with its number. Every row has the same height and draws no more than what can
 * be seen: a million of them are scrolled at the price of a screenful. A line that is cut has all
 * of itself as tooltip.
 */
#define HS_TYPE_BUILD_LOG_ROW (hs_build_log_row_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildLogRow, hs_build_log_row, HS, BUILD_LOG_ROW, GtkWidget)

/* Makes a row for each HsLogLine. (transfer full) */
GtkListItemFactory *hs_build_log_row_factory_new (void);

G_END_DECLS
