/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

/* What a board's page says, from the board table alone. Strings that are not const are (transfer
 * full); all are translated. */
char *hs_board_dup_ids (const HsUsbId *ids); /* "37C5:1204 · 1209:ABD1"; NULL: none */
char *hs_board_dup_enter_ways (const HsBoard *board);
char *hs_board_dup_window (const HsBoard *board); /* how long the bootloader waits; nullable */
char *hs_board_dup_recovery (const HsBoard *board);
char *hs_board_dup_pads (const HsBoard *board); /* nullable */
const char *hs_board_protection_words (HsProtection protection);
const char *hs_board_operation_title (HsOperation operation);
/* For scripts and files: "flash", "st-rom", "rdp". */
const char *hs_operation_name (HsOperation operation);
const char *hs_recovery_name (HsRecovery recovery);
const char *hs_protection_name (HsProtection protection);
char *hs_partition_dup_address (const HsPartition *partition);
char *hs_partition_dup_notes (const HsPartition *partition); /* "" if there is nothing to say */

G_END_DECLS
