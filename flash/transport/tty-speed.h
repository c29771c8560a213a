/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hs_tty_set_raw (int fd);
gboolean hs_tty_set_speed (int fd, guint baud);
guint hs_tty_get_speed (int fd);

G_END_DECLS
