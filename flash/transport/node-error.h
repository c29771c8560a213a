/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"

G_BEGIN_DECLS

void hs_set_no_permission (GError **error);
void hs_set_held (const char *node, GError **error);
void hs_set_gone (GError **error);

G_END_DECLS
