/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"
#include "store/catalog-releases.h"

G_BEGIN_DECLS

/**
 * HsReleaseFinding:
 * @code: "missing-artifact" "altered-artifact" "wrong-board" "too-large" "mixed-cores"
 *   "no-board" "bad-serial-rule" "no-name" "version-taken" … block locking whatever is written;
 *   "debug-build" "profile-build" "dirty-tree" "unknown-origin" "empty-romfs" need a reason
 * @board: nullable
 * @text: a sentence
 *
 * Something about a recipe that stands against locking it.
 */
typedef struct {
  char *code;
  char *board;
  char *text;
  gboolean blocks; /* no reason helps */
  char *reason;    /* the recipe's, nullable */
} HsReleaseFinding;
void hs_release_finding_free (HsReleaseFinding *self);

/* Everything that stands against locking, blocking ones first; reads and hashes every artifact:
 * blocks. (element-type HsReleaseFinding); empty: it can be locked. An answered finding (reason
 * given) stays in the list with its reason. */
GPtrArray *hs_release_examine (HsCatalog *catalog, const HsRecipe *recipe, GError **error);
/* Whether nothing of @findings is left to answer. */
gboolean hs_findings_allow_lock (GPtrArray *findings);

/* All block, append to the journal, and may be called from the catalog's reading thread
 * (hs_catalog_run_async). @id: NULL: a new draft; (out)/(transfer full) ids. */
char *
hs_release_save_draft (HsCatalog *catalog, const char *id, const HsRecipe *recipe, GError **error);
gboolean hs_release_drop_draft (HsCatalog *catalog, const char *id, GError **error);
/* HS_APP_ERROR_NOT_LOCKABLE: names the first finding that stands. Returns the locked id. */
char *hs_release_lock (HsCatalog *catalog, const char *draft, GError **error);
gboolean
hs_release_withdraw (HsCatalog *catalog, const char *id, const char *reason, GError **error);
/* A new draft that supersedes @id, with the same recipe and version "" . */
char *hs_release_derive (HsCatalog *catalog, const char *id, GError **error);
/* Signs with a secret key of this bench (app/keys.h), by name; NULL: the only one. */
gboolean hs_release_sign (HsCatalog *catalog, const char *id, const char *key_name, GError **error);

/* May this release be run here and now? Locked, not withdrawn, signed by a trusted key if the
 * policy asks for it, every signature true over the recipe's text. HS_APP_ERROR_RELEASE_WITHDRAWN,
 * _RELEASE_DRAFT, _UNSIGNED. The one door: every job that names a release goes through it. */
gboolean hs_release_check (HsCatalog *catalog, HsRelease *release, GError **error);
/* May something be flashed without a release? HS_APP_ERROR_UNSIGNED if the policy asks for
 * releases only. */
gboolean hs_release_check_policy (HsCatalog *catalog, GError **error);
#define HS_POLICY_REQUIRE_SIGNATURE "require-signature"

G_END_DECLS
