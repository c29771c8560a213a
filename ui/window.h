/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsWindow:
 *
 * The shell: a sidebar of five places (a rail of icons below 1000 pixels), the pages, import from
 * anywhere. Actions: "win.place" (s), "win.import", "win.import-folder", "win.paste",
 * "win.load-build", "win.flash", "win.flash-port" (s), "win.watch-port" (s), "win.retry-failed",
 * "win.stop", "win.do" (s), "win.do-port" (ss), "win.show-unit" (s), "win.show-build" (s),
 * "win.search", "win.preferences", "win.shortcuts", "win.boards" (s),
 * "win.audit-port" (s), "win.doctor", "win.build", "win.show-build-run" (u: position in the queue).
 */
#define HS_TYPE_WINDOW (hs_window_get_type ())
G_DECLARE_FINAL_TYPE (HsWindow, hs_window, HS, WINDOW, AdwApplicationWindow)

GtkWidget *hs_window_new (GtkApplication *application, HsSession *session);
HsSession *hs_window_get_session (HsWindow *self);
void hs_window_show_place (HsWindow *self, const char *place);
void hs_window_show_problem (HsWindow *self, const HsProblem *problem);
void hs_window_add_toast (HsWindow *self, AdwToast *toast);
void hs_window_operate (HsWindow *self, const char *what, GPtrArray *slots);
void hs_window_flash (HsWindow *self, GPtrArray *slots);

G_END_DECLS
