/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/usb-info.h"

G_BEGIN_DECLS

void hs_sysfs_fill (HsUsbInfo *info);
char *hs_sysfs_find_tty (const char *port);
gboolean hs_sysfs_expects_tty (const HsUsbInfo *info);

G_END_DECLS
