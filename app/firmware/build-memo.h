/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsBuildMemo:
 *
 * What Hotshoe remembers about builds in one tree, in the state folder: which options the objects
 * there were made with, how many steps a build has. Holding it locks the tree against another
 * build, also of another Hotshoe. Blocks; any one thread.
 */
typedef struct _HsBuildMemo HsBuildMemo;

/* @waiting: called once if somebody else builds there. @error: %G_IO_ERROR_CANCELLED,
 * %HS_APP_ERROR_FILE */
HsBuildMemo *hs_build_memo_open (const char *root,
                                 void (*waiting) (gpointer user_data),
                                 gpointer user_data,
                                 GCancellable *cancellable,
                                 GError **error);
void hs_build_memo_close (HsBuildMemo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBuildMemo, hs_build_memo_close)

/* Whoever has it open holds the tree. */
int hs_build_memo_get_lock (HsBuildMemo *self);
char *hs_build_memo_get (HsBuildMemo *self, const char *group, const char *key); /* nullable */
/* Is on disk when it returns; what can't be written is forgotten. @value NULL: removes it. */
void hs_build_memo_set (HsBuildMemo *self, const char *group, const char *key, const char *value);

G_END_DECLS
