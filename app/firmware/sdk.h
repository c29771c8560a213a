/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* One thing that a build needs. */
typedef enum {
  HS_NEED_MET,
  HS_NEED_MISSING,
  HS_NEED_OTHER_VERSION,
  HS_NEED_OLD, /* there, but older than this target needs */
} HsNeedState;

typedef struct {
  const char *id; /* literal: "sdk" "make" "compiler" "newlib" "libstdc++" "python3" "host-compiler"
                     "git" "mpy-cross" "submodule:PATH" "engine" (docker, podman) "clang" "vela"
                     "stedgeai" "signing-tool" */
  HsNeedState state;
  gboolean blocks; /* without it no build of @target; else it is made on the way, or only helps */
  char *found;     /* "1.5.0", "12.2.1 at /usr/bin"; nullable */
  char *wanted;    /* "1.6.0", "14.3 or newer"; nullable */
  char *text;      /* a sentence */
  char *command;   /* what gets it, to be run in the tree's root; nullable. Hotshoe never runs it by
                      itself. */
} HsNeed;

/* What @target (NULL: any) of @tree needs on this machine, in the order in which it matters.
 * @sdk_dir: as SDK_DIR=; NULL: the default place. Runs the compiler and python3 for their versions.
 * Blocks. (element-type HsNeed) */
GPtrArray *hs_sdk_check (HsTree *tree, const char *target, const char *sdk_dir, GError **error);
/* The SDK's folder; (transfer full) NULL: this tree needs none (older than SDK_VERSION). */
char *hs_sdk_dup_folder (HsTree *tree, const char *sdk_dir);
/* PATH as the tree's Makefile makes it: the SDK's bin folders first. (transfer full) */
char *hs_sdk_dup_path (HsTree *tree, const char *sdk_dir);
void hs_need_free (HsNeed *self);

/* mpy-cross is made from the MicroPython that is checked out: what Hotshoe noted when it made it,
 * else what the program says of itself. Blocks: may run it. */
gboolean hs_sdk_mpy_cross_is_current (HsTree *tree);
/* Remembers that it was made just now. */
gboolean hs_sdk_mpy_cross_note (HsTree *tree, GError **error);

const HsNeed *hs_sdk_find (GPtrArray *needs, const char *id);

G_END_DECLS
