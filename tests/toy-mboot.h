/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/protocol/mboot.h"

G_BEGIN_DECLS

#define TOY_MBOOT_BASE 0x60040000u
#define TOY_MBOOT_SIZE 0x4000u

/* What is done to one request. */
typedef enum {
  TOY_FAULT_NONE,
  TOY_FAULT_GONE,      /* and to all that follow */
  TOY_FAULT_STALL,     /* nothing moves */
  TOY_FAULT_SILENCE,   /* carried out, its answer never comes */
  TOY_FAULT_STUMP,     /* the answer has 3 bytes */
  TOY_FAULT_SHORT,     /* … fewer than it says */
  TOY_FAULT_LONG,      /* … more than the report descriptor says */
  TOY_FAULT_ID,        /* … comes in a report with another id */
  TOY_FAULT_TAG,       /* … begins with another tag, or other data */
  TOY_FAULT_ECHO,      /* … is to another command */
  TOY_FAULT_COUNT,     /* … has another number of values */
  TOY_FAULT_NOTHING,   /* … is a packet of no length */
  TOY_FAULT_ABORT,     /* data is broken off with status 10202 */
  TOY_FAULT_SHORT_END, /* the data ends early */
  TOY_N_FAULTS
} ToyFault;

/**
 * ToyMboot:
 *
 * A transport with just enough of a target behind it to break every answer at will. Time stands
 * still but for time-outs.
 */
#define TOY_TYPE_MBOOT (toy_mboot_get_type ())
G_DECLARE_FINAL_TYPE (ToyMboot, toy_mboot, TOY, MBOOT, HsTransport)

ToyMboot *toy_mboot_new (gboolean has_out);
HsUsbInfo *toy_mboot_make_info (ToyMboot *self);
void toy_mboot_fail (ToyMboot *self, ToyFault fault, guint nth);
void toy_mboot_refuse (ToyMboot *self, guint32 status);
guint toy_mboot_get_n_requests (ToyMboot *self);
guint toy_mboot_get_n_transfers (ToyMboot *self);
const guint8 *toy_mboot_get_memory (ToyMboot *self);
GString *toy_mboot_get_log (ToyMboot *self);
void toy_mboot_set_descriptor_length (ToyMboot *self, guint length);

G_END_DECLS
