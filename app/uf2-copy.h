/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HS_UF2_COPY_CHUNK (64 * 1024) /* bytes between two looks at @cancellable */

gboolean hs_uf2_copy_check_drive (const char *drive, GError **error);
gboolean hs_uf2_copy_write (int fd,
                            GBytes *file,
                            HsRole role,
                            gsize *accepted,
                            HsProgress *progress,
                            GCancellable *cancellable,
                            GError **error);

G_END_DECLS
