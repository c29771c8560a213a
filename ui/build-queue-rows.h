/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-watch.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildQueueRows:
 *
 * A button for each build that runs or waits, and for the last one that failed: "OPENMV4 · building
 * · 2:10 left". A click opens it (win.show-build-run).
 * Hidden as long as there is none.
 */
#define HS_TYPE_BUILD_QUEUE_ROWS (hs_build_queue_rows_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildQueueRows, hs_build_queue_rows, HS, BUILD_QUEUE_ROWS, GtkBox)

GtkWidget *hs_build_queue_rows_new (HsBuildWatch *watch);

G_END_DECLS
