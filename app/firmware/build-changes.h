/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsBuildChanges:
 *
 * What a tree holds at one moment, as far as git can tell: the commit, those of its submodules, and
 * all that differs from them.
 */
typedef struct {
  char *commit;          /* NULL: the tree is no repository */
  GPtrArray *submodules; /* HsBuildPart, those inside others, too */
  GByteArray *tracked;   /* one diff behind the other */
  GPtrArray *untracked;  /* char *: "untracked NAME sha256 DIGEST" */
  GString *loose;        /* for what git can't tell: names, sizes and times in a digest */
  GHashTable *files;     /* the same, by path in the tree */
  gboolean whole;        /* FALSE: something could not be read; then nothing is like anything */
} HsBuildChanges;

/* A submodule. */
typedef struct {
  char *path; /* relative to the tree */
  char *commit;
  gboolean different; /* from the commit that the tree wants */
  gboolean missing;   /* or no repository of its own */
} HsBuildPart;

HsBuildChanges *hs_build_changes_read (const char *root, GCancellable *cancellable);
void hs_build_changes_free (HsBuildChanges *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBuildChanges, hs_build_changes_free)

GBytes *hs_build_changes_dup_diff (HsBuildChanges *self);
char *hs_build_changes_dup_moved (HsBuildChanges *self, HsBuildChanges *later);

G_END_DECLS
