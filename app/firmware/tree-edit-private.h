/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"

G_BEGIN_DECLS

/* -- tree-edit-file.c: one file of a tree -- */

/* What is, was or shall be under one name. */
typedef struct {
  gboolean exists;
  guint mode;   /* permission bits */
  char *digest; /* SHA-256, hex; NULL: nothing there */
} HsEditState;

void hs_edit_state_clear (HsEditState *self);
gboolean hs_edit_state_equal (const HsEditState *self, const HsEditState *other);

/* The path of @file without symbolic links on the way. @error: %HS_APP_ERROR_FILE if it leads out
 * of @root or can't be a file's name. (transfer full) */
char *hs_edit_resolve (const char *root, const char *file, GError **error);
/* What is at @path now. @bytes: (out) (optional) (nullable) (transfer full) */
gboolean hs_edit_state_read (HsEditState *self, const char *path, GBytes **bytes, GError **error);
/* A file that is on the disk when this returns, under its name or not at all. */
gboolean hs_edit_put_file (const char *path, GBytes *bytes, guint mode, GError **error);
/* The same without giving it the name: it lies at @temporary. */
gboolean hs_edit_stage_file (const char *temporary, GBytes *bytes, guint mode, GError **error);
gboolean hs_edit_sync_folder (const char *path, GError **error);
gboolean hs_edit_fail (GError **error, const char *path, int reason);

/* -- tree-edit-record.c: what is kept of an edit in the state folder -- */

typedef struct {
  char *file; /* relative to the root */
  HsEditState before;
  HsEditState after;
} HsEditFile;

typedef enum {
  HS_EDIT_WRITING, /* or broken off: taken back */
  HS_EDIT_WRITTEN,
  HS_EDIT_UNDOING, /* or broken off: finished */
  HS_EDIT_UNDONE,
} HsEditStage;

typedef struct {
  char *root;
  char *id;
  char *title;
  gint64 time; /* µs since 1970 */
  HsEditStage stage;
  gboolean broken_off;
  GPtrArray *files;   /* HsEditFile */
  GPtrArray *folders; /* char *: those that were made, relative to the root, outer ones first */
} HsEdit;

HsEdit *hs_edit_new (const char *root, const char *id, const char *title);
void hs_edit_free (HsEdit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEdit, hs_edit_free)
HsEditFile *hs_edit_add_file (HsEdit *self, const char *file);

char *hs_edit_store_folder (const char *root); /* of all edits of @root */
/* Whether there is a record of it, readable or not. */
gboolean hs_edit_is_kept (const char *root, const char *id);
HsEdit *hs_edit_load (const char *root, const char *id, GError **error);
/* Durable when it returns. */
gboolean hs_edit_save (HsEdit *self, HsEditStage stage, GError **error);
gboolean hs_edit_save_bytes (HsEdit *self, guint n, gboolean after, GBytes *bytes, GError **error);
/* Checked against its digest. */
GBytes *hs_edit_load_bytes (HsEdit *self, guint n, gboolean after, GError **error);
void hs_edit_forget (HsEdit *self);

/* Which edit is at work in @root; NULL: none. (transfer full) */
char *hs_edit_get_busy (const char *root);
/* Where the tree stood whose edit is at work in the folder @store; NULL: none is, or that can't be
 * told. (transfer full) */
char *hs_edit_dup_busy_root (const char *store);
gboolean hs_edit_set_busy (const char *root, const char *id, GError **error);

/* One Hotshoe at a time writes to a tree; close() lets go. -1: @error is set. */
int hs_edit_lock (const char *root, GError **error);

/* -- tree-edit-move.c: from one side to the other -- */

/* Writes the new side. What is on disk must be the old one; if not, or if anything fails, some of
 * it may be written: hs_edit_take_back(). */
gboolean hs_edit_write (HsEdit *self, GError **error);
/* Brings back the old side wherever the new one is found; @left: (element-type utf8): files that
 * are neither and were left alone. */
gboolean hs_edit_take_back (HsEdit *self, GPtrArray *left, GError **error);
/* %FALSE, with a sentence about @left as %HS_APP_ERROR_TREE_CHANGED. */
gboolean hs_edit_fail_as_left (GPtrArray *left, GError **error);

G_END_DECLS
