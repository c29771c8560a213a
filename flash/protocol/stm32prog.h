/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* What ST's serial boot waits for (AN5275); a few of many. */
typedef enum {
  HS_STM32PROG_PHASE_START = 0x00, /* to be told to start what it was given */
  HS_STM32PROG_PHASE_FSBL = 0x01,  /* the first-stage bootloader */
  HS_STM32PROG_PHASE_END = 0xFE,
  HS_STM32PROG_PHASE_RESET = 0xFF,
} HsStm32progPhaseId;

typedef struct {
  guint8 phase;        /* #HsStm32progPhaseId, or another partition's number */
  guint32 destination; /* address; 0xFFFFFFFF: its own choice */
  guint32 offset;      /* bytes */
} HsStm32progPhase;

gboolean hs_stm32prog_read_phase (HsTransport *transport,
                                  HsUsbInfo *info,
                                  HsStm32progPhase *phase,
                                  GError **error);

G_END_DECLS
