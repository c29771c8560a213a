/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/manifest.h"

G_BEGIN_DECLS

/* What the files of a manifest share with each other, and with nobody else. */

struct _HsManifest {
  GObject parent_instance;

  char *target;
  char *root;               /* of the tree */
  char *micropython;        /* its folder: what lies there is nobody's application */
  char *manifest;           /* the board's manifest.py, absolute */
  char *core;               /* "hp"; NULL: this board has but one */
  char *digest;             /* SHA-256 over names, kinds and sources */
  GPtrArray *frozen;        /* HsFrozen */
  GPtrArray *findings;      /* HsFinding */
  GHashTable *texts;        /* absolute path -> GBytes: sources of an edit not written yet */
  JsonObject *facts;        /* what read-sources.py found */
  guint64 compiled;         /* bytes; 0: not compiled */
  gboolean boot_file;       /* this port runs a frozen _boot.py */
  gboolean main_needs_file; /* this port runs a frozen main.py only beside one on the drive */
};

HsManifest *hs_manifest_new_empty (void);
HsFrozen *hs_frozen_new (void);
HsFrozen *hs_frozen_copy (const HsFrozen *self);
HsFinding *hs_finding_copy (const HsFinding *self);
JsonArray *hs_findings_to_json (GPtrArray *findings);
/* Relative to the tree's root where it lies in there; (transfer full). */
char *hs_manifest_shorten (HsManifest *self, const char *path);
/* The member as text; NULL: none, or null. */
const char *hs_manifest_fact (JsonObject *object, const char *name);
guint hs_manifest_fact_number (JsonObject *object, const char *name);
gboolean hs_facts_flag (JsonObject *object, const char *name);
/* The member's array; an empty one where there is none. (transfer none) */
JsonArray *hs_facts_array (JsonObject *object, const char *name);

/* -- manifest-run.c: asking python -- */

/* Sets core and main_needs_file, as the makefiles and main.c of the port have it. */
void hs_manifest_learn_port (HsManifest *self, HsTree *tree, const char *variant);
/* {resolved, facts}: the answers of both programs, from the cache where nothing changed. */
JsonObject *hs_manifest_ask (HsManifest *self,
                             HsTree *tree,
                             HsTreeEdit *edit,
                             GCancellable *cancellable,
                             GError **error);
/* Runs read-sources.py over the frozen files; @ready: and what a shipped camera must have. */
JsonObject *hs_manifest_read_sources (HsManifest *self,
                                      gboolean ready,
                                      GCancellable *cancellable,
                                      GError **error);
/* Not MicroPython's own, nor micropython-lib's. */
gboolean hs_manifest_is_application (HsManifest *self, const char *path);
/* As it would lie in the tree; NULL with @error if it can't be read. (transfer full) */
GBytes *hs_manifest_read (HsManifest *self, const char *path, GError **error);

/* -- manifest-cache.c -- */

/* What was kept under @key, if no file that it was made from changed since; (transfer full). */
JsonObject *hs_manifest_cache_get (const char *key);
void hs_manifest_cache_put (const char *key, JsonObject *answers);

/* -- manifest-check.c -- */

void hs_manifest_check (HsManifest *self, HsTree *tree, HsTreeEdit *edit, JsonObject *resolved);

G_END_DECLS
