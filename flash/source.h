/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsSource:
 *
 * Where the bytes of an image come from, block by block: memory, a file that stays on the disk (24
 * MB of ROMFS for 16 cameras are never in memory), or one value repeated. Immutable, reference
 * counted, any thread.
 */
typedef struct _HsSource HsSource;

HsSource *hs_source_new_bytes (GBytes *bytes);
HsSource *hs_source_new_file (int fd, guint64 size);
HsSource *hs_source_new_fill (guint8 value, guint64 size);
HsSource *hs_source_ref (HsSource *self);
void hs_source_unref (HsSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSource, hs_source_unref)

guint64 hs_source_get_size (HsSource *self);
gboolean
hs_source_read (HsSource *self, guint64 offset, guint8 *data, gsize length, GError **error);
gboolean
hs_source_hash (HsSource *self, guint64 start, guint64 end, GChecksum *checksum, GError **error);
GBytes *hs_source_dup_bytes (HsSource *self, GError **error);

G_END_DECLS
