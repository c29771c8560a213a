/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-camera.h"

G_BEGIN_DECLS

/* What the value of a fault means. */
typedef enum {
  HS_SIM_FAULT_SWITCH,  /* 0 off, 1 on */
  HS_SIM_FAULT_REQUEST, /* which request from now on, 1 the next; happens once; 0 off */
  HS_SIM_FAULT_BLOCK,   /* wBlockNum; -1 off */
} HsSimFaultKind;

typedef struct {
  const char *name;  /* for scripts: the field's name */
  const char *label; /* N_()-marked, for people */
  HsSimFaultKind kind;
} HsSimFault;

const HsSimFault *hs_sim_fault_nth (guint n);
int hs_sim_camera_get_fault (HsSimCamera *self, const char *name);
gboolean hs_sim_camera_set_fault (HsSimCamera *self, const char *name, int value);

G_END_DECLS
