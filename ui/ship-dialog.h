/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks what is sent to whom: units are scanned, pasted or typed one a line, in any form. @units:
 * (nullable) keys of those that stand there at first. */
void hs_ship_dialog_present (GtkWindow *parent, HsSession *session, const char *const *units);

G_END_DECLS
