/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The settings, also from the build folder; NULL: their schema is not there, and nothing is
 * remembered. (transfer full) (nullable). Main thread. */
GSettings *hs_app_settings_new (void);

G_END_DECLS
