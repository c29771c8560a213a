/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

/* Builds come into the catalog from files and folders, chosen, dropped or pasted. What went wrong
 * is shown on top of the page; what went well, as a toast. */
void hs_import_ask (HsWindow *window);
void hs_import_choose (HsWindow *window, gboolean folder);
void hs_import_paste (HsWindow *window);
void hs_import_files (HsWindow *window, GSList *files);
/* Files may be dropped anywhere on @window; @overlay is shown meanwhile. */
void hs_import_accept_drops (HsWindow *window, GtkRevealer *overlay);

G_END_DECLS
