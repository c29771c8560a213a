/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Memory": how a board's memory is shared out, region by region. @tree: a root. */
void
hs_memory_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
