/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

const char *hs_artifact_list_find (JsonArray *artifacts, const char *role, const char *sha256);
gboolean
hs_artifact_list_check_unique (JsonArray *artifacts, HsRole role, const char *file, GError **error);
gboolean hs_payload_is_padded (GBytes *longer, GBytes *shorter);
char *hs_artifact_list_make_id (const char *board, JsonArray *artifacts);

/* (transfer full) (nullable) */
char *hs_tag_dup_number (const char *tag);
char *hs_tag_dup_commit (const char *tag);

G_END_DECLS
