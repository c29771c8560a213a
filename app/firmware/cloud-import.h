/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* One build inside a zip of the cloud: an artifact of a run ("TARGET.zip", flat), of the
 * development release ("firmware_TARGET.zip", flat) or of a tag's release (a folder per target). */
typedef struct {
  char *target; /* nullable: flat, and the zip's name does not tell; the images will */
  guint n_files;
  guint64 bytes;
} HsCloudBuild;
void hs_cloud_build_free (HsCloudBuild *self);
/* (element-type HsCloudBuild). Blocks. */
GPtrArray *hs_cloud_list (const char *zip, GError **error);
/* Takes @target of it into the catalog; its images must be of that board. @url: where it comes
 * from; nullable; kept with the build. Blocks. */
HsBuild *hs_cloud_import (HsCatalog *catalog,
                          const char *zip,
                          const char *target,
                          const char *url,
                          gboolean *existing,
                          GError **error);
/* Pages of a fork: @fork "owner/name" or any of its URLs. @what: "fork" "actions" "libraries"
 * "manifest" "runs" "releases". NULL: not a GitHub repository. (transfer full) */
char *hs_cloud_dup_url (const char *fork, const char *branch, const char *what, const char *target);

G_END_DECLS
