/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsDiffView:
 *
 * What an edit does to files, file by file: added and removed lines keep their signs, so that no
 * colour has to be seen. Scrolls by itself; only lines on the screen cost anything.
 */
#define HS_TYPE_DIFF_VIEW (hs_diff_view_get_type ())
G_DECLARE_FINAL_TYPE (HsDiffView, hs_diff_view, HS, DIFF_VIEW, AdwBin)

GtkWidget *hs_diff_view_new (void);
/* @diff: unified, as hs_tree_edit_dup_diff() gives it; NULL or "": nothing changes. */
void hs_diff_view_set_text (HsDiffView *self, const char *diff);
guint hs_diff_view_get_n_files (HsDiffView *self);
/* "_Write 3 Files": the verb of whoever writes it. (transfer full) */
char *hs_diff_view_dup_verb (HsDiffView *self);

G_END_DECLS
