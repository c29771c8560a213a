/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsBlobs:
 *
 * A folder of files by the SHA-256 of their bytes: "ab/cdef…". Several processes may share it.
 * All functions block; any thread. Errors are #HsStoreError.
 */
typedef struct _HsBlobs HsBlobs;

HsBlobs *hs_blobs_new (const char *folder);
void hs_blobs_free (HsBlobs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBlobs, hs_blobs_free)

char *hs_blobs_put (HsBlobs *self, GBytes *bytes, GError **error);
char *hs_blobs_put_file (HsBlobs *self, GFile *file, guint64 *size, GError **error);
GBytes *hs_blobs_get (HsBlobs *self, const char *sha256, GError **error);
int hs_blobs_open (HsBlobs *self, const char *sha256, guint64 *size, GError **error);
gboolean hs_blobs_has (HsBlobs *self, const char *sha256);
void hs_blobs_remove (HsBlobs *self, const char *sha256);
/* Removes what a killed process left half written. */
void hs_blobs_tidy (HsBlobs *self);
gboolean hs_blobs_is_digest (const char *text);

G_END_DECLS
