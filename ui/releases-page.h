/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The place of releases, which can't be made yet and says so. */
GtkWidget *hs_releases_page_new (HsSession *session);

G_END_DECLS
