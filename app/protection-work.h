/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"
#include "flash/option-bytes.h"

G_BEGIN_DECLS

/* What the steps about readout protection have in common. */

/* "rom" unless another way was asked for. */
const char *hs_protection_get_way (HsWork *work);
gboolean hs_protection_is_by_probe (HsWork *work);

/* May protection be set or taken off here at all: board, way, unit, and what was typed to confirm
 * it. Opens nothing on the camera. */
gboolean hs_protection_check_request (HsWork *work, GError **error);
/* What the ROM is: this board's, this unit's, and the unit may be worked on. Then run.started. */
gboolean hs_protection_open_rom (HsWork *work, HsOptionBytes *options, GError **error);
gboolean hs_protection_begin (HsWork *work, GError **error);
/* That it is the unit that was confirmed; %HS_FLASH_ERROR_WRONG_UNIT. */
gboolean hs_protection_require_unit (HsWork *work, GError **error);

/* Through a debug probe: the level must be @wanted, as the probe reads it; then it is set. */
gboolean hs_protection_check_by_probe (HsWork *work, int wanted, GError **error);
gboolean hs_protection_set_by_probe (HsWork *work, int level, GError **error);

gboolean
hs_protection_record_requested (HsWork *work, int level, const char *before, GError **error);
gboolean
hs_protection_record_written (HsWork *work, int level, const char *options, GError **error);
gboolean
hs_protection_record_observed (HsWork *work, int level, const char *evidence, GError **error);

/* Running firmware: its prompt is asked for the level, -1 if it does not answer or can't tell, and
 * the firmware is started anew where it was stopped for that. @said: (out) (optional): what else
 * answered. */
typedef struct {
  gboolean no_serial;   /* it shows none */
  gboolean serial_held; /* it can't be opened */
  gboolean stopped;     /* its script was stopped: it has to be started anew */
  gboolean repl;        /* the prompt ran a line */
  gboolean protocol;    /* the debug protocol answered */
  gboolean failed;      /* an error instead of an answer or of silence */
  gboolean drive;       /* it shows a drive */
} HsFirmwareSaid;
gboolean hs_protection_ask_firmware (HsWork *work, HsFirmwareSaid *said, GError **error);
gboolean hs_protection_restart_firmware (HsWork *work, GError **error);

G_END_DECLS
