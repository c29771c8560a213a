/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/tools.h"
#include "flash/board.h"

G_BEGIN_DECLS

/**
 * HsProtectionWay:
 * @name: "rom", "swd-programmer", "swd-openocd": of HsRequestOptions.way, and in the journal
 * @title: N_()-marked
 * @text: N_()-marked: what it takes
 * @tool: the program that does it; -1: Hotshoe itself
 *
 * How readout protection can be set and taken off.
 */
typedef struct {
  const char *name;
  const char *title;
  const char *text;
  int tool;
} HsProtectionWay;

guint hs_protection_way_count (void);
const HsProtectionWay *hs_protection_way_nth (guint n);
/* Can protection of @board be set or taken off this way, on this computer? @why: (out) (optional):
 * if not, a translated sentence. Blocks on files: looks for the program. */
gboolean
hs_protection_way_is_offered (const HsProtectionWay *self, const HsBoard *board, char **why);

G_END_DECLS
