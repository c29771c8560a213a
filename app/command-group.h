/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* For app/command*.c alone: a program that leads a process group, and the end of all that is in it.
 */

/* Its number, which is also that of its group. 0: it has ended already, with all that it could have
 * started. */
pid_t hs_command_group_of (GSubprocess *process);
gboolean hs_command_group_leads (GSubprocess *process); /* the program itself is running */
/* It, and all that it has started: first asked, after @grace_us made to. Nothing of it is left as a
 * zombie. Blocks that long at most. */
void hs_command_group_end (GSubprocess *process, pid_t group, gint64 grace_us);

G_END_DECLS
