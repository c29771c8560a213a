/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* One switch of imlib_config.h, or of the modules in board_config.mk. */
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
  char *file; /* that it stands in, relative to the tree's root: imlib_config.h, board_config.mk */
  const char *hold; /* N_(): why Hotshoe does not switch it; NULL: it does */
} HsFeature;

void hs_feature_free (HsFeature *self);
/* (element-type HsFeature), in the files' order. A macro that stands in two branches of a condition
 * is there twice and switched in both. Blocks on the files. */
GPtrArray *hs_features_read (HsTree *tree, const char *target, GError **error);
/* @on, @off: macros; (nullable). Only the lines of these change. @error: %HS_APP_ERROR_USAGE for a
 * macro that is not there, %HS_APP_ERROR_NOT_OFFERED with the reason. (transfer full) */
HsTreeEdit *hs_features_plan (HsTree *tree,
                              const char *target,
                              const char *const *on,
                              const char *const *off,
                              GError **error);

/* feature-table.c: what Hotshoe knows of a macro; NULL: nothing */
typedef struct {
  const char *macro;
  const char *group; /* N_() */
  const char *title; /* N_() */
  guint64 saves;     /* bytes; 0: not known */
  const char *hold;  /* N_(); nullable */
} HsFeatureFact;
const HsFeatureFact *hs_feature_fact (const char *macro);
const char *hs_feature_other_group (void); /* N_(): of what is not known */

/* -- memory-layout.c -- */

typedef struct {
  char *name;       /* "OMV_UMA_BLOCK0": the macros' common part */
  const char *what; /* N_(): "frame buffers", "heap", "stack" … */
  char *region;     /* "SRAM0" */
  guint64 size;     /* bytes */
  char *text;       /* the value as it stands: "(480K)" */
  gboolean movable; /* its size may be changed here */
  guint line;
  guint64 alignment; /* of its size, bytes */
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
const HsMemoryBlock *hs_memory_layout_find (const HsMemoryLayout *self, const char *name);
guint64 hs_memory_layout_get_heap (const HsMemoryLayout *self); /* of all blocks of the heap */
typedef struct {
  const char *block;  /* one that is there, or the next heap block: "OMV_GC_BLOCK2" */
  guint64 size;       /* bytes, a multiple of 1 KB */
  const char *region; /* where a new block lies, or an old one moves to; nullable */
} HsMemoryChange;
/* "OMV_FB=168K", "OMV_GC_BLOCK2=232K@AXI_SRAM". @change points into @text, which is changed.
 * %HS_APP_ERROR_USAGE. */
gboolean hs_memory_change_parse (char *text, HsMemoryChange *change, GError **error);
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
  guint core;  /* N of romfs<N>.img */
  char *type;  /* "tflite", "haar", "data" */
} HsModel;
void hs_model_free (HsModel *self);
GPtrArray *hs_models_read (HsTree *tree, const char *target, GError **error);
HsTreeEdit *hs_models_plan (HsTree *tree,
                            const char *target,
                            const char *const *add,    /* files, "1:FILE" for romfs1; nullable */
                            const char *const *remove, /* names; nullable */
                            GError **error);

G_END_DECLS
