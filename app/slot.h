/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"
#include "flash/device.h"
#include "store/values.h"

G_BEGIN_DECLS

/* What a slot's card says; ui.md section 2, one row each. */
typedef enum {
  HS_SLOT_EMPTY,
  HS_SLOT_READY,
  HS_SLOT_UP_TO_DATE, /* carries the loaded build */
  HS_SLOT_HELD,       /* in its bootloader */
  HS_SLOT_WORKING,
  HS_SLOT_SLOW,
  HS_SLOT_PASSED,
  HS_SLOT_FAILED,
  HS_SLOT_CANCELLED,
  HS_SLOT_UNPROVEN,
  HS_SLOT_REFUSED,
  HS_SLOT_WRONG_BOARD, /* the loaded build is for another board */
  HS_SLOT_INTERRUPTED,
  HS_SLOT_WHICH_UNIT, /* ROM bootloader, identity not known */
  HS_SLOT_NO_ACCESS,
  HS_SLOT_BUSY, /* held by another program */
  HS_SLOT_NO_METHOD,
  HS_SLOT_WAITING, /* a job waits until a person has plugged it in anew, or pressed its buttons */
  HS_SLOT_DIFFERS, /* compared, and it holds something else */
} HsSlotState;

/**
 * HsSlot:
 *
 * One USB port of the bench: its name, the camera on it, the job that runs or ended there, and
 * what the catalog knows of that unit. Main thread. ::changed after anything changed.
 * Properties: "name" "port" "state" "device" "chosen".
 */
#define HS_TYPE_SLOT (hs_slot_get_type ())
G_DECLARE_FINAL_TYPE (HsSlot, hs_slot, HS, SLOT, GObject)

const char *hs_slot_get_port (HsSlot *self);
const char *hs_slot_get_name (HsSlot *self); /* never NULL: "left 2" or "port 1-4.2" */
gboolean hs_slot_get_named (HsSlot *self);
HsSlotState hs_slot_get_state (HsSlot *self);
HsDevice *hs_slot_get_device (HsSlot *self);     /* nullable */
const HsBoard *hs_slot_get_board (HsSlot *self); /* of the camera; nullable */
HsJob *hs_slot_get_job (HsSlot *self);           /* nullable; the running or last one */
HsUnit *hs_slot_get_unit (HsSlot *self);         /* nullable; as the catalog has it */
HsRun *hs_slot_get_last_run (HsSlot *self);      /* nullable */
char *hs_slot_dup_headline (HsSlot *self);       /* "Writing firmware" */
char *
hs_slot_dup_sentence (HsSlot *self); /* "Step 3 of 5 · sector 8 of 13 · then verify, restart" */
char *
hs_slot_dup_time (HsSlot *self); /* "0:14" left; while it waits how long; NULL if nothing runs */
gboolean hs_slot_is_running (HsSlot *self); /* a job is queued, running, or waits for a person */
gboolean hs_slot_get_chosen (HsSlot *self);
void hs_slot_set_chosen (HsSlot *self, gboolean chosen);
gboolean hs_slot_can_flash (HsSlot *self, char **reason); /* now, with the loaded build */
gboolean hs_slot_can_work (HsSlot *self);
gboolean hs_slot_takes_by_drive (HsSlot *self);
void hs_slot_dismiss (HsSlot *self); /* forget the shown result */

G_END_DECLS
