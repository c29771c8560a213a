/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsGuidePage:
 *
 * One walk through a guide: the drawing of the step, its sentence, what is awaited, what the
 * program wants, the job that runs, and below what the bus shows. It goes on by itself; there is no
 * button for "next".
 */
#define HS_TYPE_GUIDE_PAGE (hs_guide_page_get_type ())
G_DECLARE_FINAL_TYPE (HsGuidePage, hs_guide_page, HS, GUIDE_PAGE, GtkBox)

GtkWidget *hs_guide_page_new (HsSession *session, HsGuide *guide);

G_END_DECLS
