/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Freeze an Application": which board, what is frozen, what comes of it, the changes, and what
 * next. @tree: a root; @target: (nullable): asked for. */
void
hs_freeze_wizard_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
