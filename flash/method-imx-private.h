/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"
#include "flash/protocol/mboot.h"
#include "flash/sectors.h"

G_BEGIN_DECLS

/* One partition of the flash beside an i.MX RT, and who reads and writes it. */
typedef struct {
  HsMboot *mboot; /* borrowed */
  const HsPartition *partition;
  guint32 lowest; /* address below which nothing is erased or written */
} HsImxTalk;

/* The resident bootloader and the loader in RAM say the same. */
gboolean hs_imx_check_version (HsCamera *camera, HsMboot *mboot, GError **error);
void hs_imx_sectors_init (HsSectors *self,
                          HsImxTalk *talk,
                          HsCamera *camera,
                          HsProgress *progress,
                          GCancellable *cancellable);
gboolean hs_imx_format (const HsSectors *self, GError **error);
char *hs_imx_describe (const HsBoard *board,
                       const HsPartition *partition,
                       const char *serial,
                       const char *file);

G_END_DECLS
