/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Cloud Builds": from a fork to a build in the catalog, step by step. @tree is not looked at;
 * @target: nullable. */
void
hs_cloud_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
