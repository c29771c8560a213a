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

/* Starts a program with a window of its own and leaves it alone: it goes on after us. */
gboolean hs_command_start (const char *const *argv, GError **error);

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

/* Takes what a program said, in pieces as they come. On the caller's thread. */
typedef void (*HsCommandPieceFunc) (const char *text,
                                    gsize length,
                                    gboolean is_stderr,
                                    gpointer user_data);
/* Runs a program without a terminal and without input, in a process group of its own. Implemented
 * in command-stream.c. @environment: NAME=value, set besides ours; "NAME" alone is taken away;
 * nullable.
 * @input: for its standard input; nullable. A cancellation ends the whole group: SIGTERM, after 2 s
 * SIGKILL; so does the end of the program for what it left running. @status: (out): its exit
 * status, 128 + n if signal n ended it; a program that ended badly is no error. @error:
 * %G_IO_ERROR_CANCELLED, or that it could not be started (%G_IO_ERROR_NOT_FOUND: no such program).
 * Blocks: never on the main thread. */
gboolean hs_command_stream (const char *const *argv,
                            const char *folder,
                            const char *const *environment,
                            GBytes *input,
                            HsCommandPieceFunc func,
                            gpointer user_data,
                            int *status,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
