/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Facts of this catalog that can't both be true, with the units they are about. */
void hs_conflicts_window_present (GtkWindow *parent, HsSession *session);

G_END_DECLS
