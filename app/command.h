/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GBytes *hs_command_bytes (const char *const *argv,
                          gsize most,
                          guint timeout_s,
                          GCancellable *cancellable,
                          GError **error);
char *hs_command_output (const char *const *argv, GCancellable *cancellable, GError **error);

G_END_DECLS
