/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* One switch of imlib_config.h. */
typedef struct {
  char *macro;       /* "IMLIB_ENABLE_APRILTAGS" */
  const char *group; /* N_() */
  const char *title; /* N_(); NULL: not known to Hotshoe, the macro's name says it */
  gboolean on;
  guint64 saves; /* bytes of flash when it is off, as the tree's comment or our table says; 0: not
                    known */
  char *comment; /* what stands above it in the file; nullable */
  char *within;  /* the condition it stands in: "defined(IMLIB_ENABLE_…)"; nullable */
  guint line;
} HsFeature;

void hs_feature_free (HsFeature *self);
/* (element-type HsFeature), in the file's order. Blocks on the file. */
GPtrArray *hs_features_read (HsTree *tree, const char *target, GError **error);
/* @on, @off: macros; (nullable). Only the lines of these change. (transfer full) */
HsTreeEdit *hs_features_plan (HsTree *tree,
                              const char *target,
                              const char *const *on,
                              const char *const *off,
                              GError **error);

/* -- memory-layout.c -- */

typedef struct {
  char *name;       /* "OMV_UMA_BLOCK0": the macros' common part */
  const char *what; /* N_(): "frame buffers", "heap", "stack" … */
  char *region;     /* "SRAM0" */
  guint64 size;     /* bytes */
  char *text;       /* the value as it stands: "(480K)" */
  gboolean movable; /* its size may be changed here */
  guint line;
} HsMemoryBlock;

typedef struct {
  HsTreeMemory family;
  GPtrArray *regions; /* HsTreeRange */
  GPtrArray *blocks;  /* HsMemoryBlock */
} HsMemoryLayout;

void hs_memory_layout_free (HsMemoryLayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsMemoryLayout, hs_memory_layout_free)
HsMemoryLayout *hs_memory_layout_read (HsTree *tree, const char *target, GError **error);
/* Bytes of @region that blocks take; the rest belongs to data and bss where it is the main memory.
 */
guint64 hs_memory_layout_get_used (const HsMemoryLayout *self, const char *region);
typedef struct {
  const char *block;
  guint64 size; /* bytes, a multiple of 1 KB */
} HsMemoryChange;
/* Refuses (%HS_APP_ERROR_USAGE) what does not fit its region, naming by how much. */
HsTreeEdit *hs_memory_layout_plan (HsTree *tree,
                                   const char *target,
                                   const HsMemoryChange *changes,
                                   guint n,
                                   GError **error);

/* -- models.c: a model for the camera: into romfs_config.json, or lib/tflm/models of an old tree --
 */
typedef struct {
  char *name; /* as scripts load it: "/rom/fomo.tflite", "fomo" built in */
  char *file; /* in the tree */
  guint64 size;
  gboolean on; /* "enabled" */
} HsModel;
void hs_model_free (HsModel *self);
GPtrArray *hs_models_read (HsTree *tree, const char *target, GError **error);
HsTreeEdit *hs_models_plan (HsTree *tree,
                            const char *target,
                            const char *const *add,    /* files; nullable */
                            const char *const *remove, /* names; nullable */
                            GError **error);

G_END_DECLS
