/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsAuditWindow:
 *
 * Every way in which the code of one unit could leave it, as the last audit saw them, and what is
 * known of its readout protection. Checks the camera anew if it is plugged in. Actions:
 * "audit.check", "audit.stop", "audit.details", "audit.protect", "audit.unprotect".
 */
#define HS_TYPE_AUDIT_WINDOW (hs_audit_window_get_type ())
G_DECLARE_FINAL_TYPE (HsAuditWindow, hs_audit_window, HS, AUDIT_WINDOW, AdwWindow)

/* @parent: (nullable). @unit: (nullable): its key. @port: (nullable): where it is, of a camera
 * whose unit is not known. */
GtkWindow *hs_audit_window_new (GtkWindow *parent,
                                HsSession *session,
                                const HsBoard *board,
                                const char *unit,
                                const char *port);

G_END_DECLS
