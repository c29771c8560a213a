/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-camera.h"

/* A simulated camera by itself, and a host that talks with its bootloader. Time is virtual. */

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT };
enum { IDLE = 2, SYNC = 3, BUSY = 4, DNLOAD_IDLE = 5, MANIFEST = 7, ERROR = 10 };

#define BLOCK 4096

typedef struct {
  HsSimCamera *camera;
  gint64 now;
  guint64 busy;
  guint8 data[BLOCK + 1];
} SimRig;

void sim_rig_clear (SimRig *rig);
void sim_rig_init (SimRig *rig, const char *board, HsMode mode);
int sim_rig_control (SimRig *rig, guint8 type, guint8 request, guint16 value, guint16 length);
int sim_rig_select (SimRig *rig, guint8 alt);
int sim_rig_download (SimRig *rig, guint16 block, guint8 fill, guint16 length);
int sim_rig_upload (SimRig *rig, guint16 block, guint16 length);
int sim_rig_get_status (SimRig *rig);
void sim_rig_write_block (SimRig *rig, guint16 block, guint8 fill, guint16 length);
void sim_rig_settle (SimRig *rig);
void sim_rig_assert_starts (SimRig *rig, HsRole role, guint8 byte, gsize length);
void sim_rig_flash (SimRig *rig, HsRole role, GBytes *image);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SimRig, sim_rig_clear)
