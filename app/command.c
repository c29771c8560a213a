/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/command.h"

/**
 * hs_command_output:
 * @argv: (array zero-terminated): program and arguments; never goes through a shell
 * @cancellable: (nullable): ends the wait and the program
 * @error: a #GSpawnError if it can't be started, %G_IO_ERROR_FAILED if it ended badly
 *
 * Runs a short program and takes what it prints. Blocks: never on the main thread of the window.
 *
 * Returns: (transfer full): its output without white space at the ends
 */
char *
hs_command_output (const char *const *argv, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);
  g_autofree char *output = NULL;

  if (process == NULL ||
      !g_subprocess_communicate_utf8 (process, NULL, cancellable, &output, NULL, error))
    return NULL;

  if (!g_subprocess_get_successful (process)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s ended with an error", argv[0]);
    return NULL;
  }
  return output != NULL ? g_strstrip (g_steal_pointer (&output)) : g_strdup ("");
}
