/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/step.h"

G_BEGIN_DECLS

gboolean hs_resolve_parts (HsWork *work, gboolean load, GError **error);
void hs_resolve_estimates (HsWork *work, gboolean quick);
GArray *hs_resolve_steps (HsWork *work); /* (element-type HsStep) */
gboolean hs_check_steps (HsWork *work, GArray *steps, GError **error);
gboolean hs_what_is_known (const char *what);

G_END_DECLS
