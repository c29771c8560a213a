/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Firmware Trees": those that were added at the left; of the one that is chosen its state, what a
 * build needs, and for each board its limits and what can be done with it. @parent: (nullable) */
void hs_firmware_window_open (HsSession *session, GtkWindow *parent);

G_END_DECLS
