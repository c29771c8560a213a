/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/holder.h"

#include <unistd.h>

/* Whether one of the files that the process has open is @node. */
static gboolean
has_open (const char *pid, const char *node)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *link = g_build_filename (folder, name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    if (g_strcmp0 (target, node) == 0)
      return TRUE;
  }
  return FALSE;
}

static char *
describe (const char *pid)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "comm", NULL);
  g_autofree char *name = NULL;

  if (!g_file_get_contents (path, &name, NULL, NULL))
    return g_strdup (pid);
  return g_strdup_printf ("%s (%s)", g_strstrip (name), pid);
}

/**
 * hs_holder_find:
 * @node: path of a device node
 *
 * Which other program has @node open, as far as we may see: the files of another user's programs
 * can't be looked at. Reads /proc; blocks for milliseconds. Any thread.
 *
 * Returns: (transfer full) (nullable): "python3 (4312)"
 */
char *
hs_holder_find (const char *node)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    guint64 pid;

    if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT, &pid, NULL) ||
        pid == (guint64) getpid () || !has_open (name, node))
      continue;
    return describe (name);
  }
  return NULL;
}
