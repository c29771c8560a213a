/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsPrivateFolder:
 *
 * A folder of our own for a vendor's program to run in, so that what it writes changes nothing that
 * is somebody else's. Freeing it removes it with all that is in it. All functions block on files;
 * any thread. Errors are %HS_APP_ERROR_FILE.
 */
typedef struct _HsPrivateFolder HsPrivateFolder;

HsPrivateFolder *hs_private_folder_new (GError **error);
void hs_private_folder_free (HsPrivateFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPrivateFolder, hs_private_folder_free)

const char *hs_private_folder_get_path (HsPrivateFolder *self);
char *hs_private_folder_build (HsPrivateFolder *self, const char *name);
gboolean
hs_private_folder_put (HsPrivateFolder *self, const char *name, GBytes *bytes, GError **error);
gboolean hs_private_folder_put_text (HsPrivateFolder *self,
                                     const char *name,
                                     const char *text,
                                     GError **error);
gboolean
hs_private_folder_copy (HsPrivateFolder *self, const char *path, const char *name, GError **error);
gboolean hs_private_folder_copy_tree (HsPrivateFolder *self,
                                      const char *folder,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
