/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-releases.h"

G_BEGIN_DECLS

/* Ed25519 keys that sign releases (libsodium). Secret keys lie as NAME.key, mode 0600, in "keys"
 * beside the catalog; what a bench trusts is in its journal. All block. */

/* Makes a secret key, trusts it here; public key as 64 hex digits, (transfer full). */
char *hs_keys_create (HsCatalog *catalog, const char *name, GError **error);
/* @key: 64 hex digits, or the path of a file that has them ("NAME.pub"). */
char *hs_keys_trust (HsCatalog *catalog, const char *key, const char *name, GError **error);
gboolean hs_keys_distrust (HsCatalog *catalog, const char *key, const char *reason, GError **error);
/* Names of the secret keys here: char **. */
char **hs_keys_list_secret (HsCatalog *catalog);
/* Writes NAME.pub: the public key in hex and its name. */
gboolean hs_keys_export (HsCatalog *catalog, const char *name, GFile *target, GError **error);
/* Signature as 128 hex digits, and whose; @name NULL: the only one. */
char *hs_keys_sign (HsCatalog *catalog,
                    const char *name,
                    const guint8 *data,
                    gsize length,
                    char **key,
                    GError **error);
gboolean hs_keys_verify (const char *key, const guint8 *data, gsize length, const char *signature);
gboolean hs_keys_set_required (HsCatalog *catalog, gboolean required, GError **error);
gboolean hs_keys_read_required (HsCatalog *catalog, gboolean *required, GError **error);
gboolean hs_keys_get_required (HsCatalog *catalog);

G_END_DECLS
