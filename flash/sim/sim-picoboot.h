/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-loader.h"

G_BEGIN_DECLS

/* Variables of the RP2040's ROM while it is on the bus. */
typedef struct {
  guint8 command[32]; /* the last one */
  guint32 status;     /* what became of it */
  gboolean in_work;   /* its data or its acknowledgement are still to come */
  guint32 left;       /* bytes of its data */
  gboolean halted[2]; /* OUT, IN */
  guint8 exclusive;
  gboolean xip;
  gboolean erasing; /* the last flash work was that */
  guint32 last_address, last_length;
  gint64 busy_until;

  char *drive;        /* (nullable): the folder that it is */
  gint64 watch_until; /* somebody may copy to it */
  guint32 count;      /* blocks of the file that is being copied; 0: none */
  GHashTable *taken;  /* (nullable) (element-type guint): numbers of the blocks that came */
  GHashTable *erased; /* (nullable) (element-type guint): sectors that were erased for it */
} HsSimPicoboot;

const HsPartition *
hs_sim_picoboot_find (HsSimCamera *self, guint32 address, guint32 length, guint64 *offset);

/* sim-uf2-drive.c */
char *hs_sim_uf2_drive_dup (HsSimCamera *self, gint64 now);
void hs_sim_uf2_drive_remove (HsSimCamera *self);
gint64 hs_sim_uf2_drive_advance (HsSimCamera *self, gint64 now);

G_END_DECLS
