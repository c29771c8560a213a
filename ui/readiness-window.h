/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Is It Ready to Ship?": what the sources that are frozen for this board have of what a shipped
 * camera must have. @tree: a root. */
void hs_readiness_window_open (HsSession *session,
                               GtkWindow *parent,
                               const char *tree,
                               const char *target);

G_END_DECLS
