/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/finding.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What one file of the image is. */
typedef struct {
  char *name;       /* as the camera imports it: "my_lib/helpers.py" */
  char *path;       /* source, absolute */
  char *kind;       /* "py" (compiled), "mpy" (taken as it is), "str" (source stays readable) */
  int opt;          /* of mpy-cross; -1: its default */
  char *by;         /* the directive: "freeze", "package(my_lib)", "require(logging)" */
  char *manifest;   /* file that has it, absolute */
  guint line;       /* there */
  guint64 size;     /* of the source, bytes */
  guint64 compiled; /* bytes of bytecode; 0: not compiled yet (hs_manifest_compile()) */
} HsFrozen;

/**
 * HsManifest:
 *
 * What a board's manifest.py freezes, as the tree's own manifestfile.py resolves it under python3.
 * Immutable; any thread.
 */
#define HS_TYPE_MANIFEST (hs_manifest_get_type ())
G_DECLARE_FINAL_TYPE (HsManifest, hs_manifest, HS, MANIFEST, GObject)

/**
 * hs_manifest_resolve:
 * @edit: (nullable): as if this were written already
 * @variant: (nullable): $(MCU_CORE), "hp" or "he"; boards without cores don't look at it
 * @error: %HS_APP_ERROR_BAD_MANIFEST, with the file, the line and what python said;
 *   %HS_APP_ERROR_NO_TOOL without python3
 *
 * The result is kept by the digests of all files that were read, beside the state; asking twice
 * starts python once. Blocks.
 */
HsManifest *hs_manifest_resolve (HsTree *tree,
                                 const char *target,
                                 const char *variant,
                                 HsTreeEdit *edit,
                                 GCancellable *cancellable,
                                 GError **error);
GPtrArray *hs_manifest_get_frozen (HsManifest *self);   /* HsFrozen, in the image's order */
GPtrArray *hs_manifest_get_findings (HsManifest *self); /* HsFinding: of resolving and of sources */
const HsFrozen *hs_manifest_find (HsManifest *self, const char *name); /* "main.py"; nullable */
const char *hs_manifest_get_core (HsManifest *self);   /* "hp", "he"; nullable: of all cores */
const char *hs_manifest_get_digest (HsManifest *self); /* SHA-256 over names, kinds and sources */
/* Compiles each source with the tree's mpy-cross into a temporary folder: sizes, syntax errors (as
 * findings). Returns a new manifest that has them. @error: only if mpy-cross can't run at all
 * (%HS_APP_ERROR_NO_TOOL). Blocks. */
HsManifest *
hs_manifest_compile (HsManifest *self, HsTree *tree, GCancellable *cancellable, GError **error);
guint64 hs_manifest_get_compiled (HsManifest *self); /* bytes in all; 0: not compiled */
JsonObject *hs_manifest_to_json (HsManifest *self);  /* (transfer full) */

/* -- freeze.c: what a person asks for -- */

typedef struct {
  const char *target;
  const char *main;            /* a file; nullable */
  const char *boot;            /* a file; nullable */
  const char *const *modules;  /* single .py files; nullable */
  const char *const *packages; /* folders with __init__.py; nullable */
  const char *const *requires; /* names of micropython-lib; nullable */
  gboolean thin; /* a frozen main.py of ours that starts /rom/app.py or /rom/app/, application in
                    ROMFS: @main, @modules and @packages go into romfs_config.json instead */
} HsFreezeRequest;

/* Copies of the sources to scripts/libraries, our lines between markers in manifest.py, nothing
 * else. What Hotshoe put between its markers before is replaced. @error:
 * %HS_APP_ERROR_BAD_MANIFEST, %HS_APP_ERROR_FILE_EXISTS (a file of the tree would be replaced that
 * Hotshoe did not put there), #GIOErrorEnum if a source can't be read. Writes nothing: the edit is
 * shown first. Blocks. (transfer full) */
HsTreeEdit *hs_freeze_plan (HsTree *tree, const HsFreezeRequest *request, GError **error);
/* What stands between the markers now, as a request; NULL: nothing. (transfer full) */
JsonObject *hs_freeze_read (HsTree *tree, const char *target, GError **error);

/* -- boot-story.c: what runs at boot, from this manifest -- */

typedef struct {
  const char *id; /* literal: "bootloader" "rom" "mounts" "sd" "boot" "main" "repl" "soft-reset"
                     "watchdog" "import" */
  char *title;
  char *text;    /* what happens, with this image */
  char *why;     /* nullable */
  gboolean ours; /* something of the application runs here */
} HsBootLine;

void hs_boot_line_free (HsBootLine *self);
GPtrArray *hs_boot_story (HsManifest *manifest, const HsTreeBoard *board); /* HsBootLine */
/* Where `import NAME` is found, first match first; (element-type HsBootLine). */
GPtrArray *hs_boot_import (HsManifest *manifest, const HsTreeBoard *board, const char *name);

/* -- readiness.c -- */

typedef enum {
  HS_READY_FOUND,
  HS_READY_NOT_FOUND,
  HS_READY_UNKNOWN,   /* can't tell */
  HS_READY_NOT_ASKED, /* only if the product asks for it */
} HsReadyState;

typedef struct {
  const char *id; /* literal: "entry" "watchdog" "catch-all" "dated-log" "filesystem" "unit-id"
                     "tls-key" "repl" "sys-path" */
  HsReadyState state;
  char *title;
  char *file; /* relative to the tree's root; nullable */
  guint line;
  char *reason; /* a sentence */
  char *example;
} HsReady;

void hs_ready_free (HsReady *self);
/* Reads the application's sources (entry point and what it imports of the frozen files) with
 * python3's own parser. @closed: the product asks that REPL and sys.path are closed. Blocks.
 * (element-type HsReady) */
GPtrArray *hs_readiness_check (HsManifest *manifest,
                               HsTree *tree,
                               gboolean closed,
                               GCancellable *cancellable,
                               GError **error);
JsonArray *hs_readiness_to_json (GPtrArray *ready); /* (transfer full) */

G_END_DECLS
