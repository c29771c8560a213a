/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

G_BEGIN_DECLS

/* Whether what is asked for may happen: the release (app/release.h), the policy, and the unit's
 * life. Called before anything is opened, and again by the "admit" step when the bootloader has
 * said which unit it is. HS_APP_ERROR_UNIT_SHIPPED, _UNIT_SCRAPPED, _RELEASE_WITHDRAWN, … */
gboolean hs_admit_request (HsWork *work, GError **error);
gboolean hs_admit_unit (HsWork *work, const char *unit, GError **error);

G_END_DECLS
