/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/database.h"

G_BEGIN_DECLS

/* One step of the format: its number (the file's user_version after it) and script. */
typedef struct {
  guint number;
  const char *script;
} HsMigration;

/* What a file is, told from its first bytes without opening it as a database. */
typedef enum { HS_FILE_MISSING, HS_FILE_EMPTY, HS_FILE_CATALOG, HS_FILE_OTHER } HsFileKind;
HsFileKind hs_schema_look (const char *path, guint *version, GError **error);

GArray *hs_schema_get_migrations (void); /* HsMigration; (transfer full) */
gboolean hs_schema_check_version (guint version, guint newest, GError **error);
gboolean hs_schema_migrate (HsDatabase *database, GArray *migrations, GError **error);

G_END_DECLS
