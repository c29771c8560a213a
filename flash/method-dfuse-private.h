/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"
#include "flash/protocol/dfuse.h"

G_BEGIN_DECLS

/* One partition of a camera whose bootloader speaks DfuSe: what the methods of Arduino's bootloader
 * and of ST's ROM have in common. */
typedef struct {
  HsDfuse *dfuse;        /* borrowed from the camera */
  HsPartition partition; /* with absolute addresses, and flags as the method sees them */
  guint8 alt;            /* alternate setting that is its memory */
} HsDfuseTarget;

HsDfuse *hs_dfuse_converse (HsCamera *camera, HsMode mode, GError **error);
char *hs_dfuse_list_names (HsDfuse *dfuse, GError **error);
GArray *hs_dfuse_dup_map (HsDfuse *dfuse, guint8 alt, GError **error);
gboolean hs_dfuse_target_open (HsDfuseTarget *self,
                               HsDfuse *dfuse,
                               const HsBoard *board,
                               const HsPartition *partition,
                               guint8 alt,
                               GError **error);
gboolean hs_dfuse_target_check (const HsDfuseTarget *self, const HsBoard *board, GError **error);

/* What the functions of #HsMethod do, on a target. */
gboolean hs_dfuse_target_write (HsDfuseTarget *self,
                                HsCamera *camera,
                                HsSource *image,
                                const HsWriteOptions *options,
                                HsWriteResult *result,
                                HsProgress *progress,
                                GCancellable *cancellable,
                                GError **error);
gboolean hs_dfuse_target_compare (HsDfuseTarget *self,
                                  HsCamera *camera,
                                  HsSource *image,
                                  HsWriteResult *result,
                                  HsProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean hs_dfuse_target_read (HsDfuseTarget *self,
                               HsCamera *camera,
                               guint64 offset,
                               guint64 length,
                               HsReadSink sink,
                               gpointer user_data,
                               HsActivity activity,
                               HsProgress *progress,
                               GCancellable *cancellable,
                               GError **error);
gboolean hs_dfuse_target_format (HsDfuseTarget *self,
                                 HsProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);
char *hs_dfuse_describe (const HsUsbId *id,
                         const HsPartition *partition,
                         guint8 alt,
                         gboolean leave,
                         const char *serial,
                         const char *file);

G_END_DECLS
