/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/option-block.h"
#include "flash/protocol/dfuse.h"

G_BEGIN_DECLS

/**
 * HsOptionBytes:
 *
 * The option bytes of one chip, spoken with through its ROM (AN3156). Read-out protection is the
 * only thing in them that Hotshoe ever changes. All functions block; errors are #HsFlashError. The
 * conversation is the camera's and ends with hs_camera_close().
 */
typedef struct {
  HsDfuse *dfuse; /* borrowed from the camera */
  const HsOptionLayout *layout;
  guint8 alt;                        /* alternate setting that they are */
  guint8 block[HS_OPTION_BLOCK_MAX]; /* as they were read */
  guint8 second[16];                 /* the other block, where there is one … */
  gboolean has_second;               /* … and it could be read */
} HsOptionBytes;

/* Flash in the chip, as every ROM shows it. */
#define HS_OPTION_FLASH_ALT     0
#define HS_OPTION_FLASH_ADDRESS 0x08000000u

gboolean hs_option_bytes_open (HsOptionBytes *self, HsCamera *camera, GError **error);
gboolean
hs_option_bytes_find (HsOptionBytes *self, HsDfuse *dfuse, const HsBoard *board, GError **error);
gboolean hs_option_bytes_is_protected (HsOptionBytes *self, gboolean *is_protected, GError **error);
gboolean hs_option_bytes_read (HsOptionBytes *self, GError **error);
/* Reads nothing: @block is made of what was read. */
gboolean hs_option_bytes_make_protected (const HsOptionBytes *self,
                                         guint8 block[HS_OPTION_BLOCK_MAX],
                                         GError **error);
gboolean hs_option_bytes_write (HsOptionBytes *self,
                                const guint8 block[HS_OPTION_BLOCK_MAX],
                                HsDfuseEnd *end,
                                GError **error);
/* Where the chip can still be asked: whether the block that was not written is what it was. */
gboolean hs_option_bytes_check_second (HsOptionBytes *self, GError **error);
/* What the running firmware says: 0, 1, 2; -1: it can't be told. @transport is in the raw REPL. */
int
hs_option_bytes_ask_level (HsTransport *transport, const HsBoard *board, GCancellable *cancellable);
/* Erases everything in the chip. */
gboolean hs_option_bytes_remove_protection (HsOptionBytes *self, GError **error);

G_END_DECLS
