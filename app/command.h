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

/* Takes one line of what a program prints (without its end; a question without a line's end comes
 * as it stands after 300 ms of silence, @whole %FALSE). What it returns is typed in; NULL: nothing.
 * Sets @error to stop the program. On the caller's thread. (transfer full) */
typedef char *(*HsCommandLineFunc) (const char *line,
                                    gboolean whole,
                                    gpointer user_data,
                                    GError **error);
/* Drives an interactive program on a pseudo terminal. Implemented in command-drive.c. @silence_s:
 * it is ended after so many seconds without a word, @timeout_s: in any case
 * (%G_IO_ERROR_TIMED_OUT). @status: (out): its exit status; a program that ended badly is no error.
 * Blocks: never on the main thread. */
gboolean hs_command_drive (const char *const *argv,
                           const char *folder,
                           guint silence_s,
                           guint timeout_s,
                           HsCommandLineFunc func,
                           gpointer user_data,
                           int *status,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
