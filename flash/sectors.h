/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"

G_BEGIN_DECLS

/**
 * HsSectorOps:
 * @block_size: bytes of one request; every request but the last of an image has this length. Where
 *   it is longer than erase units, it reaches over as many whole ones as it can, and is shorter
 *   where fewer are wanted
 * @align: what offsets are multiples of; 0: @block_size
 * @pad_to: the last block is filled with 0xFF up to a multiple of this; 0: up to @block_size
 * @erase_at_most: bytes that one @erase may cover; neighbours that differ are erased together up to
 *   there. 0: unit by unit
 * @read: @length bytes from @offset of the partition; %HS_FLASH_ERROR_UNSUPPORTED if nothing can
 *   be read
 * @begin: (nullable): once, before the first @erase or @write
 * @erase: (nullable): whole erase units. %NULL: the first block of a unit erases it
 * @write: one block, padded
 * @finish: (nullable): once, after the last @write; not after an error
 *
 * What a family of bootloaders can do with one selected partition. Offsets and lengths in bytes
 * from the partition's start; @took_us of the camera's time, (out) (nullable). All block; errors
 * are #HsFlashError.
 */
typedef struct {
  guint block_size;
  guint align;
  guint pad_to;
  guint erase_at_most;
  gboolean (*read) (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error);
  gboolean (*begin) (gpointer talk, GError **error);
  gboolean (
      *erase) (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error);
  gboolean (*write) (gpointer talk,
                     guint64 offset,
                     const guint8 *data,
                     gsize length,
                     guint64 *took_us,
                     GError **error);
  gboolean (*finish) (gpointer talk, guint64 end, GError **error);
} HsSectorOps;

/* One image and one partition; lives on the stack of a method's write, compare or read. */
typedef struct {
  const HsSectorOps *ops;
  gpointer talk; /* first argument of the ops */
  const HsBoard *board;
  const HsPartition *partition;
  gboolean can_read;
  HsProgress *progress;      /* nullable */
  GCancellable *cancellable; /* nullable */
} HsSectors;

gboolean hs_sectors_may_write (const HsPartition *partition, guint64 size, GError **error);
gboolean hs_sectors_may_format (const HsPartition *partition, GError **error);
gboolean hs_sectors_write (const HsSectors *self,
                           HsSource *image,
                           const HsWriteOptions *options,
                           HsWriteResult *result,
                           GError **error);
gboolean
hs_sectors_compare (const HsSectors *self, HsSource *image, HsWriteResult *result, GError **error);
gboolean hs_sectors_read (const HsSectors *self,
                          guint64 offset,
                          guint64 length,
                          HsReadSink sink,
                          gpointer user_data,
                          HsActivity activity,
                          GError **error);

G_END_DECLS
