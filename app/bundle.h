/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "store/catalog-releases.h"

G_BEGIN_DECLS

/* The portable file of a release, NAME-VERSION.hotshoe: a zip of
 *   manifest.json    format, minimum_reader, release id, recipe text, builds, files {name, size,
 *                    sha256}, signatures over the release, lease (if one is given)
 *   signatures.json  {manifest_sha256, signatures: [{key, signature}]} over "hotshoe bundle\n" and
 *                    the bytes of manifest.json
 *   artifacts/…      one file each
 * Bytes of every file are covered by the manifest, the manifest by the signatures; an unsigned
 * bundle is closed by the manifest's own SHA-256 only, which finds accidents, not malice. Formats
 * are read for ever; a bundle whose minimum_reader is newer is refused in words. */
#define HS_BUNDLE_FORMAT 1

/* @lease_first, @lease_last: numbers that the other bench may give out, taken from ours; 0: none */
gboolean hs_bundle_export (HsCatalog *catalog,
                           const char *release,
                           GFile *target,
                           gint64 lease_first,
                           gint64 lease_last,
                           GError **error);
/* Checks all, then takes it in: builds, release, signatures, lease. HS_APP_ERROR_BUNDLE_ALTERED
 * names the file whose bytes are not the manifest's; nothing is recorded then. @existing: it was
 * here. Returns the release's id. */
char *hs_bundle_import (HsCatalog *catalog, GFile *source, gboolean *existing, GError **error);

/* A folder for people without Hotshoe: per board firmware.bin, romfs0.img under the names that
 * OpenMV IDE wants, SHA256SUMS, README.txt with steps for the IDE and for dfu-util. @target must be
 * empty or absent. */
gboolean
hs_bundle_export_for_ide (HsCatalog *catalog, const char *release, GFile *target, GError **error);
const char *hs_ide_file_name (const HsBoard *board, HsRole role);

G_END_DECLS
