/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsSavedFile:
 *
 * A file that comes from a camera piece by piece: it lies under a temporary name in the same folder
 * until all of it is on the disk, so that nothing half ever has the name. One thread; blocks.
 * Errors: %HS_APP_ERROR_FILE_EXISTS, %HS_APP_ERROR_FILE.
 */
typedef struct _HsSavedFile HsSavedFile;

/* Whether it may be written there at all; for refusing before anything is read. */
gboolean hs_saved_file_check (GFile *file, gboolean replace, GError **error);

HsSavedFile *hs_saved_file_new (GFile *file, gboolean replace, GError **error);
void hs_saved_file_free (HsSavedFile *self); /* unfinished: nothing of it is left */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSavedFile, hs_saved_file_free)

gboolean hs_saved_file_write (HsSavedFile *self, const guint8 *data, gsize length, GError **error);
gboolean hs_saved_file_finish (HsSavedFile *self, GError **error);
const char *hs_saved_file_get_digest (HsSavedFile *self); /* SHA-256; after that, no more writing */

G_END_DECLS
