/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Models": what a board's scripts can load, in ROMFS or built in. @tree: a root. */
void
hs_models_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
