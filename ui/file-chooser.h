/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shaped like GtkFileDialog of GTK 4.10, which takes this file's place one day. */
void hs_file_chooser_open_async (GtkWindow *parent,
                                 const char *title,
                                 gboolean folder,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GListModel *hs_file_chooser_open_finish (GAsyncResult *result, GError **error);
void hs_file_chooser_save_async (GtkWindow *parent,
                                 const char *title,
                                 const char *name,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
GFile *hs_file_chooser_save_finish (GAsyncResult *result, GError **error);

G_END_DECLS
