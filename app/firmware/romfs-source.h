/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/finding.h"
#include "app/firmware/romfs.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* How a file becomes one of an image: .py through mpy-cross, .tflite through the board's converter,
 * .xml (Haar) into .cascade, all else as it is. */
typedef struct {
  HsTree *tree;        /* for mpy-cross and the converters; nullable */
  const char *target;  /* nullable */
  guint core;          /* N of romfs<N>.img: HP or HE on a board with two */
  const char *sdk_dir; /* nullable */
  gboolean compile;    /* .py -> .mpy */
  gboolean convert;    /* .tflite for the NPU, .xml -> .cascade */
} HsRomfsWay;

/* The largest file that is taken, bytes: more than any partition has. */
#define HS_ROMFS_MAX_BYTES (256 * 1024 * 1024)

/* One file; its label file comes along for a model. @findings: (element-type HsFinding): what could
 * not be done, and that the file was taken as it is, or not at all. Blocks. */
gboolean hs_romfs_add_file (HsRomfs *self,
                            const char *path,
                            const char *name, /* nullable: the file's own */
                            const HsRomfsWay *way,
                            GPtrArray *findings,
                            GCancellable *cancellable,
                            GError **error);
/* A folder: files below it by their paths, sorted. */
HsRomfs *hs_romfs_new_from_folder (const char *folder,
                                   const HsRomfsWay *way,
                                   GPtrArray *findings,
                                   GCancellable *cancellable,
                                   GError **error);
/* Partition @way->core of romfs_config.json of a board. @limit: (out): its size. */
HsRomfs *hs_romfs_new_from_config (const char *path,
                                   const HsRomfsWay *way,
                                   guint64 *limit,
                                   GPtrArray *findings,
                                   GCancellable *cancellable,
                                   GError **error);
/* -- romfs-check.c -- */

/* What is wrong with an image as a whole, or will surprise: "romfs-full", "romfs-twice",
 * "romfs-main" (never runs), "model-alignment", "not-compiled", "mpy-version". @limit: bytes of the
 * partition, 0: not known. @findings: appended to; (element-type HsFinding), its file is the name
 * in the image. */
void hs_romfs_check (HsRomfs *self, const char *target, guint64 limit, GPtrArray *findings);
/* Partition @core of the ROMFS of @target, bytes: of the tree, else of the board; 0: not known. */
guint64 hs_romfs_find_limit (HsTree *tree, const char *target, guint core);
/* romfs_config.json of a board, as this tree calls it; (transfer full) NULL: it has none. */
char *hs_romfs_find_config (HsTree *tree, const char *target);

/* -- romfs-make.c -- */

/* What the tree's makefiles give @name for a board: the arguments of its converters. Conditions on
 * core and chip family are followed. (transfer full); NULL: nothing. */
char *hs_romfs_make_value (HsTree *tree, const char *target, guint core, const char *name);

/* haar.c: an OpenCV cascade (.xml, both forms) as OpenMV's haar2c writes it. @stages 0: all. */
GBytes *hs_haar_convert (const char *xml, gssize length, guint stages, GError **error);
/* Its trees have more than one node each: cameras know stumps only, and what the tool writes then
 * finds nothing. */
gboolean hs_haar_has_trees (const char *xml, gssize length);

G_END_DECLS
