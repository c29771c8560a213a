/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint16 hs_crc16_openmv (const guint8 *data, gsize length);
guint32 hs_crc32_openmv (const guint8 *data, gsize length);

G_END_DECLS
