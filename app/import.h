/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/image.h"
#include "store/catalog.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define HS_TYPE_IMPORT (hs_import_get_type ())
G_DECLARE_FINAL_TYPE (HsImport, hs_import, HS, IMPORT, GObject)

HsImport *hs_import_new (HsCatalog *catalog);
gboolean hs_import_is_interesting (const char *file);
gboolean hs_import_add_path (HsImport *self, const char *path, GError **error);
gboolean hs_import_add_bytes (HsImport *self, const char *file, GBytes *bytes, GError **error);
void hs_import_add_kept (HsImport *self,
                         const char *file,
                         HsRole role,
                         const char *sha256,
                         guint64 size);
void hs_import_set_origin (HsImport *self, const char *origin, const char *name);
void hs_import_set_target (HsImport *self, const char *target);
void hs_import_set_detail (HsImport *self, const char *name, const char *value);
/* The same for something with members; (transfer full). */
void hs_import_take_detail (HsImport *self, const char *name, JsonNode *value);
HsBuild *hs_import_finish (HsImport *self, const char *board, gboolean *existing, GError **error);

/* import-zip.c: every file of the zip that could belong to @board (NULL: the only one). */
gboolean hs_import_add_zip (HsImport *self, const char *path, const char *board, GError **error);
/* What a zip has builds for. */
typedef struct {
  const HsBoard *board; /* nullable: flat, and its name does not tell */
  guint n_files;        /* that a build makes */
  guint64 bytes;
} HsZipBuild;
/* (element-type HsZipBuild) (transfer full), by first file. %HS_FLASH_ERROR_BAD_FILE. Blocks. */
GArray *hs_import_list_zip (const char *path, GError **error);
/* provenance.c: what the firmware tree around a build folder tells. */
void hs_import_add_provenance (HsImport *self, const char *folder);

G_END_DECLS
