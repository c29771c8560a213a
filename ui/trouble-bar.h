/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/problem.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsTroubleBar:
 *
 * Says what went wrong, and what to do, on top of a page until it is closed.
 */
#define HS_TYPE_TROUBLE_BAR (hs_trouble_bar_get_type ())
G_DECLARE_FINAL_TYPE (HsTroubleBar, hs_trouble_bar, HS, TROUBLE_BAR, GtkWidget)

void hs_trouble_bar_set_problem (HsTroubleBar *self, const HsProblem *problem);

G_END_DECLS
