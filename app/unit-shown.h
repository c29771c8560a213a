/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

G_BEGIN_DECLS

/* Whether the camera, as it shows itself now, is the unit that was asked for. A ROM shows half of
 * its id at best, and so may firmware that answers nothing: where that fits, and no other known
 * unit shows the same, the work is about that unit from here on; where all chips show one serial,
 * it stays about the port. %HS_FLASH_ERROR_WRONG_UNIT if it is another one. Blocks on the catalog.
 */
gboolean hs_unit_shown_learn (HsWork *work, GError **error);

G_END_DECLS
