/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/bundle.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define HS_BUNDLE_MANIFEST   "manifest.json"
#define HS_BUNDLE_SIGNATURES "signatures.json"
#define HS_BUNDLE_ARTIFACTS  "artifacts/"

/* What a bundle may have at most: far above any release, far below what hurts. */
#define HS_BUNDLE_MAX_BYTES    (512u * 1024 * 1024)
#define HS_BUNDLE_MAX_FILES    256
#define HS_BUNDLE_MAX_NAME     200
#define HS_BUNDLE_MAX_MANIFEST (8 * 1024 * 1024)

/* One file in the zip. */
typedef struct {
  char *name;
  char *sha256;
  GBytes *bytes;
} HsBundleFile;
void hs_bundle_file_free (HsBundleFile *self);

/* bundle-zip.c */
gboolean hs_bundle_zip_write (GOutputStream *stream, GPtrArray *files, GError **error);
/* name -> GBytes; @file_name names the zip in errors. */
GHashTable *hs_bundle_zip_read (GBytes *zip, const char *file_name, GError **error);

/* A text that is signed as the manifest is, and never as anything else. (transfer full) */
GBytes *hs_bundle_signed_text (GBytes *manifest);

G_END_DECLS
