/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* What keeps a catalog safe, beside catalog.h. All block; any thread but the main one. */

/* As hs_catalog_verify(), and: SQLite's own check, every file by its digest, and every table beside
 * one folded anew in a copy. Takes as much room on the disk as the catalog. */
gboolean hs_catalog_verify_deep (HsCatalog *self, HsVerifyReport *report, GError **error);

/* Writes where this catalog's own chains end, as signed when it was written, into small files in
 * @folder, which is made if needed: "CHAIN-N.json" {hotshoe: "checkpoint 1", catalog, chain, n,
 * hash, signature, public_key, time}. To be kept where who can change the catalog can't. */
gboolean hs_catalog_write_checkpoint (HsCatalog *self, GFile *folder, GError **error);
/* Finds what such files say and the journal no longer does. @report: n_entries counts the files of
 * this catalog. */
gboolean hs_catalog_check_checkpoints (HsCatalog *self,
                                       GFile *folder,
                                       HsVerifyReport *report,
                                       GError **error);

/* What came into this file's own chain since the newest "segments/YYYY-MM-DD-CHAIN8.jsonl" beside
 * the catalog, as a segment of today; nothing if there is one of today. A session does it by itself
 * when it begins and every hour; "checkpoint-folder" of the policy is written then, too. */
gboolean hs_catalog_write_daily_segment (HsCatalog *self, guint64 *n_entries, GError **error);

/* Drops the files kept beside a build (ELF, map, log) that nothing else needs; the record stays. */
gboolean
hs_catalog_archive_build (HsCatalog *self, const char *build, const char *reason, GError **error);

G_END_DECLS
