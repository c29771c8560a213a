/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * hs_line_diff:
 * @file: its name, relative to the root of both sides
 * @before: (nullable): what was there; %NULL: nothing
 * @after: (nullable): what shall be there; %NULL: nothing
 *
 * One file of a unified diff, with three lines of context, that patch -p1 and git apply take: the
 * form of diff -u, and for a file that comes or goes the lines that git puts before. What is no
 * text becomes "Binary files … differ". Any thread; takes time with the number of differences.
 *
 * Returns: (transfer full): "" if nothing differs
 */
char *hs_line_diff (const char *file, GBytes *before, GBytes *after);

G_END_DECLS
