/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void hs_confirm_async (GtkWindow *parent,
                       const char *heading,
                       const char *body,
                       const char *keep,
                       const char *verb,
                       gboolean destructive,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
gboolean hs_confirm_finish (GAsyncResult *result, GError **error);

G_END_DECLS
