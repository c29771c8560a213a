/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/progress.h"

G_BEGIN_DECLS

/* Asks the running firmware to start its bootloader, in the ways that the board knows
 * (@board->enter): debug protocol, REPL (a running script is stopped), 1200 baud. Returns when the
 * firmware has left the bus. %HS_FLASH_ERROR_MISSED if it answers on none of them, _GONE if it was
 * unplugged, _BUSY if another program holds its serial port. Blocks. */
gboolean hs_enter_ask_firmware (HsCamera *camera, GCancellable *cancellable, GError **error);

/* Waits without limit until a person has brought the camera into its bootloader on the same port:
 * plugged it in anew, pressed RESET twice, held BOOTSEL. @window: the bootloader starts at power-up
 * and waits a moment only, so that an application means that it was missed (_MISSED); else
 * applications that come and go meanwhile don't matter, and one that is there already is taken.
 * Learns the id that it shows. Sends nothing. Blocks. */
gboolean hs_enter_await_hand (HsCamera *camera,
                              gboolean window,
                              HsProgress *progress,
                              GCancellable *cancellable,
                              GError **error);

/* Firmware was told to restart, and is gone: waits for the bootloader, and learns the id that it
 * shows. %HS_FLASH_ERROR_MISSED if something else comes back, _AWAY if nothing does, _WRONG_UNIT.
 * Blocks. */
gboolean hs_enter_await_loader (HsCamera *camera, GCancellable *cancellable, GError **error);

/* Whether it shows itself as that, before a conversation is begun; %HS_FLASH_ERROR_UNSUPPORTED. */
gboolean hs_enter_check_mode (HsCamera *camera, HsMode mode, GError **error);

/* Of the program that is there now. Sends nothing. */
gboolean hs_enter_learn_id (HsCamera *camera, GError **error);

G_END_DECLS
