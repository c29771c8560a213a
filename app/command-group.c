/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command-group.h"

#include <signal.h>

#define LOOK_AGAIN_US (5 * G_TIME_SPAN_MILLISECOND)

pid_t
hs_command_group_of (GSubprocess *process)
{
  const char *number = g_subprocess_get_identifier (process);

  return number != NULL ? g_ascii_strtoll (number, NULL, 10) : 0;
}

gboolean
hs_command_group_leads (GSubprocess *process)
{
  return g_subprocess_get_identifier (process) != NULL;
}

static gboolean
is_there (pid_t group)
{
  return group > 1 && kill (-group, 0) == 0;
}

void
hs_command_group_end (GSubprocess *process, pid_t group, gint64 grace_us)
{
  gint64 patience = g_get_monotonic_time () + grace_us;

  if (is_there (group))
    kill (-group, SIGTERM);
  while (g_get_monotonic_time () < patience &&
         (hs_command_group_leads (process) || is_there (group)))
    g_usleep (LOOK_AGAIN_US);
  if (is_there (group))
    kill (-group, SIGKILL);
  g_subprocess_force_exit (process);
  g_subprocess_wait (process, NULL, NULL);
}
