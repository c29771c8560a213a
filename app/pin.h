/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The PIN that leaving operator mode asks for. Kept as Argon2id (libsodium crypto_pwhash_str) in
 * $XDG_DATA_HOME/hotshoe/operator-pin, mode 0600. Setting and checking take about half a second
 * and 64 MB: any thread but the main one. A PIN that was forgotten is removed with that file. */
gboolean hs_pin_is_set (void);
gboolean hs_pin_set (const char *pin, GError **error); /* NULL: no PIN from now on */
gboolean hs_pin_check (const char *pin);

G_END_DECLS
