/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Features": what a board's firmware has, to be switched on and off. @tree: a root. */
void hs_features_window_open (HsSession *session,
                              GtkWindow *parent,
                              const char *tree,
                              const char *target);

G_END_DECLS
