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
/* haar.c: an OpenCV cascade (.xml, both forms) as OpenMV's haar2c writes it. @stages 0: all. */
GBytes *hs_haar_convert (const char *xml, gssize length, guint stages, GError **error);

G_END_DECLS
