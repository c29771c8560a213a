/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBenchPage:
 *
 * The bench: one card per slot, what ran today, and the bar with the loaded build and the blue
 * button.
 */
#define HS_TYPE_BENCH_PAGE (hs_bench_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBenchPage, hs_bench_page, HS, BENCH_PAGE, GtkBox)

GtkWidget *hs_bench_page_new (HsSession *session);
void hs_bench_page_enter (HsBenchPage *self);
guint hs_bench_page_get_n_cameras (HsBenchPage *self);
void hs_bench_page_open_builds (HsBenchPage *self);
void hs_bench_page_open_simulator (HsBenchPage *self);
GPtrArray *hs_bench_page_dup_targets (HsBenchPage *self);
void hs_bench_page_retry_failed (HsBenchPage *self);
void hs_bench_page_stop_focused (HsBenchPage *self);

G_END_DECLS
