/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsRecentRuns:
 *
 * "Today on this bench": the last runs, newest first. It answers which camera is the one in my
 * hand. Hidden while nothing ran today.
 */
#define HS_TYPE_RECENT_RUNS (hs_recent_runs_get_type ())
G_DECLARE_FINAL_TYPE (HsRecentRuns, hs_recent_runs, HS, RECENT_RUNS, GtkBox)

void hs_recent_runs_set_session (HsRecentRuns *self, HsSession *session);

G_END_DECLS
