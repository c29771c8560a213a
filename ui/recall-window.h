/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/unit-life.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows every unit that carries a build, a release or an image now, that ever did, and where it
 * was shipped. @recall is copied. */
void hs_recall_window_present (GtkWindow *parent, HsSession *session, const HsRecall *recall);

G_END_DECLS
