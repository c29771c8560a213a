/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What an update of a unit to a release would change on it; the release can be chosen. */
void hs_compare_window_present (GtkWindow *parent, HsSession *session, HsUnit *unit);

G_END_DECLS
