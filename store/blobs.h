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
/* A blob that comes piece by piece: never in memory as a whole, nothing left of it unless kept. One
 * thread; no longer than its folder. */
typedef struct _HsBlobDraft HsBlobDraft;
HsBlobDraft *hs_blobs_begin (HsBlobs *self, GError **error);
gboolean hs_blob_draft_append (HsBlobDraft *self, const guint8 *data, gsize length, GError **error);
char *hs_blob_draft_keep (HsBlobDraft *self, guint64 *size, GError **error);
void hs_blob_draft_free (HsBlobDraft *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBlobDraft, hs_blob_draft_free)

GBytes *hs_blobs_get (HsBlobs *self, const char *sha256, GError **error);
int hs_blobs_open (HsBlobs *self, const char *sha256, guint64 *size, GError **error);
gboolean hs_blobs_has (HsBlobs *self, const char *sha256);
void hs_blobs_remove (HsBlobs *self, const char *sha256);
/* Removes what a killed process left half written. */
void hs_blobs_tidy (HsBlobs *self);
gboolean hs_blobs_is_digest (const char *text);

G_END_DECLS
