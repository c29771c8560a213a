/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBenchBar:
 *
 * The foot of the bench: the loaded build, which cameras it would be written to or why none, and
 * the one blue button.
 */
#define HS_TYPE_BENCH_BAR (hs_bench_bar_get_type ())
G_DECLARE_FINAL_TYPE (HsBenchBar, hs_bench_bar, HS, BENCH_BAR, GtkBox)

void hs_bench_bar_set_session (HsBenchBar *self, HsSession *session);
void hs_bench_bar_update (HsBenchBar *self);
void hs_bench_bar_open_builds (HsBenchBar *self);
/* What the blue button takes: the chosen cameras, else all that are ready. */
GPtrArray *hs_bench_bar_dup_targets (HsBenchBar *self);

G_END_DECLS
