/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsPracticeRibbon:
 *
 * An amber-striped line under a page's header that says that these cameras are simulated. It can't
 * be dismissed. It asks the window it is in, and is hidden in production.
 */
#define HS_TYPE_PRACTICE_RIBBON (hs_practice_ribbon_get_type ())
G_DECLARE_FINAL_TYPE (HsPracticeRibbon, hs_practice_ribbon, HS, PRACTICE_RIBBON, GtkWidget)

G_END_DECLS
