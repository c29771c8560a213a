/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* What is kept beside a build's images, for who debugs it later: "elf", "map", "log", "diff"; by
 * the file's name. NULL: nothing of that kind. */
const char *hs_kept_role (const char *file);

typedef struct {
  const char *role; /* literal */
  char *file;       /* without folders */
  GBytes *bytes;
} HsKeptFile;

HsKeptFile *hs_kept_file_new (const char *role, const char *file, GBytes *bytes);
void hs_kept_file_free (HsKeptFile *self);
/* Stores the bytes of @files (HsKeptFile). @payload: (out) (transfer full): of build.kept; NULL if
 * there are none. */
gboolean hs_kept_files_store (GPtrArray *files, HsCatalog *catalog, char **payload, GError **error);

G_END_DECLS
