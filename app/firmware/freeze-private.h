/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/freeze-markers.h"
#include "app/firmware/manifest.h"

G_BEGIN_DECLS

/* A plan while it is made. */
typedef struct {
  HsTree *tree;
  const HsFreezeRequest *request;
  HsTreeEdit *edit;
  HsFreezeBlock *block;
  char *manifest;      /* relative to the tree's root */
  char *libraries;     /* "scripts/libraries" */
  GHashTable *others;  /* path -> SHA-256: what other boards' markers name; borrowed by none */
  GHashTable *written; /* path -> SHA-256: what this freeze puts there */
  GPtrArray *lines;    /* char *: what goes between the markers */
  GPtrArray *rom;      /* char *: files of this freeze for romfs_config.json */
} HsFreezePlan;

/* -- freeze-files.c -- */

char *hs_freeze_relative (HsTree *tree, const char *path);
/* Lays @path at the libraries as @name ("main.py"); says in @folder under which base: "" or
 * "/TARGET". */
gboolean hs_freeze_add_file (HsFreezePlan *self,
                             const char *path,
                             const char *name,
                             char **folder,
                             GError **error);
gboolean hs_freeze_add_text (HsFreezePlan *self,
                             GBytes *bytes,
                             const char *name,
                             char **folder,
                             GError **error);
gboolean
hs_freeze_add_package (HsFreezePlan *self, const char *path, char **folder, GError **error);
/* Lays it at @file exactly. */
gboolean hs_freeze_place (HsFreezePlan *self, const char *file, GBytes *bytes, GError **error);
GBytes *hs_freeze_load (const char *path, GError **error);
/* A name that `import` takes: "my_lib". */
gboolean hs_freeze_is_name (const char *name);
gboolean hs_freeze_check_module (const char *path, GError **error);
/* What Hotshoe put there before, is as it was, and is named no more. */
gboolean hs_freeze_remove_old (HsFreezePlan *self, GError **error);

/* -- freeze-thin.c -- */

gboolean hs_freeze_thin (HsFreezePlan *self, GError **error);
/* Takes the entries of an earlier freeze out of romfs_config.json that this one does not name. */
gboolean hs_freeze_rom_config (HsFreezePlan *self, GError **error);

G_END_DECLS
