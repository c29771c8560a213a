/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsTreeEdit:
 *
 * A change of files in a firmware tree, or in any folder: looked at as a diff first, then written
 * as a whole, undone byte for byte. Before the first file is touched, all that was there (bytes,
 * mode, or that nothing was there) is on disk in the state folder; a write that broke off (kill -9,
 * power) is found and taken back by hs_tree_edits_recover(), which whoever opens a tree calls. One
 * thread.
 */
#define HS_TYPE_TREE_EDIT (hs_tree_edit_get_type ())
G_DECLARE_FINAL_TYPE (HsTreeEdit, hs_tree_edit, HS, TREE_EDIT, GObject)

/* @title: what people call it: "Freeze main.py for OPENMV4". */
HsTreeEdit *hs_tree_edit_new (const char *root, const char *title);
/* What @file (relative to the root, no "..") shall hold; NULL: it shall not be there. The last word
 * counts. */
void hs_tree_edit_set (HsTreeEdit *self, const char *file, GBytes *bytes);
void hs_tree_edit_set_text (HsTreeEdit *self, const char *file, const char *text);
/* What @file would hold: what was set, else what is on disk; NULL: nothing. (transfer full) */
GBytes *hs_tree_edit_dup_bytes (HsTreeEdit *self, const char *file, GError **error);
const char *hs_tree_edit_get_title (HsTreeEdit *self);
GStrv hs_tree_edit_dup_files (HsTreeEdit *self);   /* only those that would change */
gboolean hs_tree_edit_is_empty (HsTreeEdit *self); /* nothing would change */
/* Unified diff against what is on disk, as `diff -u` writes it; "Binary files differ" where it
 * must. Blocks on files. (transfer full) */
char *hs_tree_edit_dup_diff (HsTreeEdit *self, GError **error);
/* Writes all of it or nothing. @error: %HS_APP_ERROR_TREE_CHANGED if a file changed since it was
 * looked at, %HS_APP_ERROR_FILE. @id: (out) (optional) (transfer full): for the undo. */
gboolean hs_tree_edit_apply (HsTreeEdit *self, char **id, GError **error);

typedef struct {
  char *id;
  char *title;
  gint64 time; /* µs since 1970 */
  GStrv files;
  gboolean undone;
  gboolean broken_off; /* and taken back by hs_tree_edits_recover(); undone, too */
} HsTreeEditRecord;

void hs_tree_edit_record_free (HsTreeEditRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTreeEditRecord, hs_tree_edit_record_free)
/* What was written to @root, newest first; (element-type HsTreeEditRecord). */
GPtrArray *hs_tree_edits_list (const char *root, GError **error);
/* Every file of it again as it was. Refused (%HS_APP_ERROR_TREE_CHANGED, naming the file) where
 * somebody changed one since; then nothing is touched. Redo is the undo of an undo: not offered. */
gboolean hs_tree_edits_undo (const char *root, const char *id, GError **error);
char *hs_tree_edits_dup_diff (const char *root, const char *id, GError **error);
/* Takes back what broke off, and finishes an undo that did. @n: (out) (optional): how many edits.
 * Cheap if there is none. @error: %HS_APP_ERROR_TREE_CHANGED where somebody changed a file after it
 * broke off: that one was left alone, the rest is taken back, and nothing is left to recover. */
gboolean hs_tree_edits_recover (const char *root, guint *n, GError **error);
/* A sentence if an edit that broke off lies half written in @root, begun while the tree stood
 * where there is nothing any more: hs_tree_edits_recover() does not find it. (nullable) (transfer
 * full) */
char *hs_tree_edits_dup_moved (const char *root);

G_END_DECLS
