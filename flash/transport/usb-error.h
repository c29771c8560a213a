/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"

G_BEGIN_DECLS

gboolean hs_usb_take_status (int status, const char *node, GError **error);

G_END_DECLS
