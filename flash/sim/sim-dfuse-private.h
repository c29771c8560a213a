/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/protocol/dfuse-map.h"
#include "flash/sim/sim-loader.h"

G_BEGIN_DECLS

/* What a bootloader shows: by the beginning of the chip's name. */
typedef struct {
  const char *mcu;
  guint16 transfer_size;
  guint n_names;
  const char *names[4]; /* of the alternate settings */
  int external;         /* alternate that is the flash beside the chip; -1 none. Who has one is
                           Arduino's */
} HsSimDfuseChip;

/* loader_state */
typedef struct {
  const HsSimDfuseChip *chip;
  GArray *maps[4]; /* of the alternates */
  guint8 alt;
  guint8 state;
  guint8 status;
  guint32 pointer;
  gboolean waits; /* something was sent; the next GETSTATUS carries it out */
  guint16 block;
  guint16 length;
  guint8 *data;
  guint n_early;              /* so many polls will be refused as too early */
  const HsPartition *written; /* by the last request; NULL if it wrote nothing */
  guint64 written_at;         /* offset within it */
  gsize written_length;
  gint64 busy_until;
  gboolean resets;      /* the chip resets as soon as it is through with what it was told */
  gboolean programming; /* the last request changed the option bytes … */
  HsSimOptions before;  /* … which were these … */
  gboolean erasing;     /* … after an erase of everything */
} HsSimDfuse;

/* DFU 1.1 table A.1.2 */
enum {
  STATUS_OK = 0,
  ERR_TARGET = 1,
  ERR_FILE = 2,
  ERR_WRITE = 3,
  ERR_VENDOR = 0xb,
  ERR_UNKNOWN = 0xe,
  ERR_STALLED = 0xf,
};

/* sim-dfuse-flash.c: what its flash does. @us: how long it takes, @poll_us: how long it says. */
gboolean hs_sim_dfuse_is_flash (const HsSimDfuse *dfuse);
const HsPartition *hs_sim_dfuse_find_partition (HsSimCamera *self, guint64 address);
gboolean hs_sim_dfuse_may (const HsSimDfuse *dfuse, guint64 address, HsDfuseAccess access);
guint8 hs_sim_dfuse_erase_unit (HsSimCamera *self, guint64 address, guint64 *us, guint64 *poll_us);
guint8 hs_sim_dfuse_erase_chip (HsSimCamera *self, guint64 *us);
guint8 hs_sim_dfuse_program (HsSimCamera *self, guint64 address, guint64 *us);
gboolean hs_sim_dfuse_read (HsSimCamera *self, guint64 address, guint8 *data, guint16 length);
void hs_sim_dfuse_cut (HsSimCamera *self, gint64 now);

G_END_DECLS
