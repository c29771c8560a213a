/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/release.h"

#include "app/app-error.h"
#include "app/keys.h"
#include "app/run-json.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static HsRelease *
get (HsCatalog *catalog, const char *id, GError **error)
{
  g_autoptr (GError) local = NULL;
  HsRelease *release = hs_catalog_get_release (catalog, id, &local);

  if (release != NULL)
    return release;
  if (g_error_matches (local, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND))
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_RELEASE,
                 _ ("There is no release %s in this catalog."),
                 id);
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
is_in_state (HsRelease *release, const char *state)
{
  return g_strcmp0 (hs_release_get_state (release), state) == 0;
}

/* A release that exists and is a draft. */
static HsRelease *
get_draft (HsCatalog *catalog, const char *id, GError **error)
{
  g_autoptr (HsRelease) release = get (catalog, id, error);

  if (release == NULL || is_in_state (release, "draft"))
    return g_steal_pointer (&release);
  g_set_error (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_USAGE,
      _ ("The release %s %s is locked: it is never changed again. Make a new version of it."),
      hs_release_get_name (release),
      hs_release_get_version (release));
  return NULL;
}

static gboolean
fail_draft (HsRelease *release, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_RELEASE_DRAFT,
               _ ("The release %s is a draft: it is not locked yet."),
               hs_release_get_name (release));
  return FALSE;
}

static gboolean
fail_withdrawn (HsRelease *release, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_RELEASE_WITHDRAWN,
               /* Translators: name, version, the reason somebody wrote */
               _ ("The release %s %s is withdrawn: %s"),
               hs_release_get_name (release),
               hs_release_get_version (release),
               hs_release_get_reason (release) != NULL ? hs_release_get_reason (release) : "");
  return FALSE;
}

static gboolean
append (HsCatalog *catalog, const char *kind, const char *id, JsonObject *payload, GError **error)
{
  g_autofree char *subject = g_strconcat ("release:", id, NULL);
  g_autofree char *text = NULL;
  HsFact fact = { kind, subject, NULL };

  json_object_set_int_member (payload, "v", 1);
  text = hs_json_object_to_text (payload);
  fact.payload = text;
  return hs_catalog_append (catalog, &fact, 1, NULL, error);
}

static gboolean
has_words (const char *text)
{
  while (text != NULL && g_ascii_isspace (*text))
    text++;
  return text != NULL && *text != '\0';
}

/* --- drafts --- */

/**
 * hs_release_save_draft:
 * @catalog: a catalog
 * @id: (nullable): the draft to change; %NULL makes a new one
 * @recipe: what it says from now on; name, version and boards may still be missing
 * @error: %HS_APP_ERROR_NO_RELEASE, %HS_APP_ERROR_USAGE if @id is locked,
 *   %HS_APP_ERROR_BAD_RECIPE, or an #HsStoreError
 *
 * Blocks.
 *
 * Returns: (transfer full): the draft's id
 */
char *
hs_release_save_draft (HsCatalog *catalog, const char *id, const HsRecipe *recipe, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autoptr (HsRecipe) again = NULL;
  g_autoptr (HsRelease) old = NULL;
  g_autofree char *text = NULL;
  g_autofree char *own = NULL;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && recipe != NULL, NULL);

  text = hs_recipe_to_text (recipe);
  again = hs_recipe_parse (text, error);
  if (again == NULL)
    return NULL;
  if (id != NULL) {
    old = get_draft (catalog, id, error);
    if (old == NULL)
      return NULL;
    if (g_strcmp0 (hs_release_get_recipe (old), text) == 0)
      return g_strdup (id);
  }

  own = id != NULL ? g_strdup (id) : g_uuid_string_random ();
  json_object_set_string_member (payload, "name", recipe->name);
  json_object_set_string_member (payload, "version", recipe->version);
  json_object_set_string_member (payload, "recipe", text);
  if (!append (catalog, HS_KIND_RELEASE_DRAFTED, own, payload, error))
    return NULL;
  return g_steal_pointer (&own);
}

/**
 * hs_release_drop_draft:
 * @error: %HS_APP_ERROR_NO_RELEASE, %HS_APP_ERROR_USAGE if @id is locked, or an #HsStoreError
 *
 * Throws a draft away; its entries stay in the journal. Blocks.
 */
gboolean
hs_release_drop_draft (HsCatalog *catalog, const char *id, GError **error)
{
  g_autoptr (HsRelease) draft = get_draft (catalog, id, error);
  g_autoptr (JsonObject) payload = json_object_new ();

  if (draft == NULL)
    return FALSE;
  json_object_set_null_member (payload, "as");
  return append (catalog, HS_KIND_RELEASE_DROPPED, id, payload, error);
}

/* --- locking --- */

static gboolean
check_findings (GPtrArray *findings, GError **error)
{
  const HsReleaseFinding *first;

  if (hs_findings_allow_lock (findings))
    return TRUE;

  first = g_ptr_array_index (findings, 0);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_LOCKABLE,
               first->blocks
                   ? _ ("It can't be locked: %s")
                   : _ ("It can't be locked: %s Write down why that is all right, or change it."),
               first->text);
  return FALSE;
}

static char *
make_locked_payload (const HsRecipe *recipe, const char *text, const char *draft)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "name", recipe->name);
  json_object_set_string_member (payload, "version", recipe->version);
  json_object_set_string_member (payload, "recipe", text);
  hs_json_set_string (payload, "draft", draft);
  hs_json_set_string (payload, "supersedes", recipe->supersedes);
  json_object_set_string_member (payload, "origin", "bench");
  return hs_json_object_to_text (payload);
}

/* The release and the end of its draft, together; of a release that exists only the latter. */
static gboolean
append_lock (HsCatalog *catalog,
             HsRelease *draft,
             const HsRecipe *recipe,
             const char *id,
             gboolean known,
             GError **error)
{
  const char *draft_id = hs_release_get_id (draft);
  g_autofree char *locked = make_locked_payload (recipe, hs_release_get_recipe (draft), draft_id);
  g_autofree char *dropped = g_strdup_printf ("{\"v\":1,\"as\":\"%s\"}", id);
  g_autofree char *release_subject = g_strconcat ("release:", id, NULL);
  g_autofree char *draft_subject = g_strconcat ("release:", draft_id, NULL);
  const HsFact facts[] = { { HS_KIND_RELEASE_LOCKED, release_subject, locked },
                           { HS_KIND_RELEASE_DROPPED, draft_subject, dropped } };

  return hs_catalog_append (catalog, known ? facts + 1 : facts, known ? 1 : 2, NULL, error);
}

/* The release of that very recipe, if there is one. */
static gboolean
find_twin (HsCatalog *catalog, const char *id, HsRelease **twin, GError **error)
{
  g_autoptr (GError) local = NULL;

  *twin = hs_catalog_get_release (catalog, id, &local);
  if (local == NULL || g_error_matches (local, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * hs_release_lock:
 * @catalog: a catalog
 * @draft: id of a draft
 * @error: %HS_APP_ERROR_NOT_LOCKABLE names the first finding that stands;
 *   %HS_APP_ERROR_RELEASE_WITHDRAWN if this very recipe was withdrawn; %HS_APP_ERROR_NO_RELEASE,
 *   %HS_APP_ERROR_USAGE, %HS_APP_ERROR_BAD_RECIPE, or an #HsStoreError
 *
 * Examines it once more and locks it for ever; the draft is no more. The same recipe twice is one
 * release. Blocks.
 *
 * Returns: (transfer full): the release's id
 */
char *
hs_release_lock (HsCatalog *catalog, const char *draft_id, GError **error)
{
  g_autoptr (HsRelease) draft = get_draft (catalog, draft_id, error);
  g_autoptr (HsRelease) known = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (HsRecipe) recipe = NULL;
  g_autofree char *id = NULL;

  if (draft == NULL)
    return NULL;
  recipe = hs_recipe_parse (hs_release_get_recipe (draft), error);
  if (recipe == NULL)
    return NULL;
  findings = hs_release_examine (catalog, recipe, error);
  if (findings == NULL || !check_findings (findings, error))
    return NULL;

  id = hs_recipe_compute_id (hs_release_get_recipe (draft));
  if (!find_twin (catalog, id, &known, error))
    return NULL;
  if (known != NULL && is_in_state (known, "withdrawn")) {
    fail_withdrawn (known, error);
    return NULL;
  }
  if (!append_lock (catalog, draft, recipe, id, known != NULL, error))
    return NULL;
  return g_steal_pointer (&id);
}

/**
 * hs_release_withdraw:
 * @reason: why nobody may flash it from now on
 * @error: %HS_APP_ERROR_USAGE without a reason, %HS_APP_ERROR_RELEASE_DRAFT,
 *   %HS_APP_ERROR_RELEASE_WITHDRAWN if it is already, %HS_APP_ERROR_NO_RELEASE, or an
 *   #HsStoreError
 *
 * Blocks.
 */
gboolean
hs_release_withdraw (HsCatalog *catalog, const char *id, const char *reason, GError **error)
{
  g_autoptr (HsRelease) release = get (catalog, id, error);
  g_autoptr (JsonObject) payload = json_object_new ();

  if (release == NULL)
    return FALSE;
  if (is_in_state (release, "draft"))
    return fail_draft (release, error);
  if (is_in_state (release, "withdrawn"))
    return fail_withdrawn (release, error);
  if (!has_words (reason)) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_USAGE,
                         _ ("A release is withdrawn with a reason: write down why."));
    return FALSE;
  }
  json_object_set_string_member (payload, "reason", reason);
  return append (catalog, HS_KIND_RELEASE_WITHDRAWN, id, payload, error);
}

/**
 * hs_release_derive:
 * @id: a locked or withdrawn release
 * @error: %HS_APP_ERROR_RELEASE_DRAFT, %HS_APP_ERROR_NO_RELEASE, %HS_APP_ERROR_BAD_RECIPE, or an
 *   #HsStoreError
 *
 * Starts the next version: the same recipe without a version, superseding @id. Blocks.
 *
 * Returns: (transfer full): id of the new draft
 */
char *
hs_release_derive (HsCatalog *catalog, const char *id, GError **error)
{
  g_autoptr (HsRelease) release = get (catalog, id, error);
  g_autoptr (HsRecipe) recipe = NULL;

  if (release == NULL)
    return NULL;
  if (is_in_state (release, "draft")) {
    fail_draft (release, error);
    return NULL;
  }
  recipe = hs_recipe_parse (hs_release_get_recipe (release), error);
  if (recipe == NULL)
    return NULL;

  g_free (recipe->version);
  recipe->version = g_strdup ("");
  g_free (recipe->supersedes);
  recipe->supersedes = g_strdup (id);
  return hs_release_save_draft (catalog, NULL, recipe, error);
}

/**
 * hs_release_sign:
 * @id: a locked release
 * @key_name: (nullable): which of this bench's secret keys; %NULL: the only one
 * @error: %HS_APP_ERROR_KEY, %HS_APP_ERROR_RELEASE_DRAFT, %HS_APP_ERROR_RELEASE_WITHDRAWN,
 *   %HS_APP_ERROR_NO_RELEASE, or an #HsStoreError
 *
 * Blocks.
 */
gboolean
hs_release_sign (HsCatalog *catalog, const char *id, const char *key_name, GError **error)
{
  g_autoptr (HsRelease) release = get (catalog, id, error);
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *key = NULL;

  if (release == NULL)
    return FALSE;
  if (is_in_state (release, "draft"))
    return fail_draft (release, error);
  if (is_in_state (release, "withdrawn"))
    return fail_withdrawn (release, error);

  text = hs_release_signed_text (id);
  signature = hs_keys_sign (catalog, key_name, (const guint8 *) text, strlen (text), &key, error);
  if (signature == NULL)
    return FALSE;
  json_object_set_string_member (payload, "key", key);
  json_object_set_string_member (payload, "signature", signature);
  return append (catalog, HS_KIND_RELEASE_SIGNED, id, payload, error);
}

/* --- the one door --- */

static gboolean
check_recipe (HsRelease *release, GError **error)
{
  g_autofree char *id = hs_recipe_compute_id (hs_release_get_recipe (release));
  g_autoptr (HsRecipe) recipe = NULL;

  if (g_strcmp0 (id, hs_release_get_id (release)) != 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_RECIPE,
                 _ ("The recipe of %s %s is not the one that was locked."),
                 hs_release_get_name (release),
                 hs_release_get_version (release));
    return FALSE;
  }
  recipe = hs_recipe_parse (hs_release_get_recipe (release), error);
  return recipe != NULL;
}

/* Every signature is true, and one is by a trusted key if that is asked for. */
static gboolean
check_signatures (HsCatalog *catalog, HsRelease *release, GError **error)
{
  g_autofree char *text = hs_release_signed_text (hs_release_get_id (release));
  gboolean required = TRUE;
  gboolean trusted = FALSE;

  for (guint i = 0; i < hs_release_get_n_signatures (release); i++) {
    const HsSignature *signature = hs_release_get_signature (release, i);

    if (!hs_keys_verify (
            signature->key, (const guint8 *) text, strlen (text), signature->signature)) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_UNSIGNED,
                   _ ("A signature of %s %s is false (key %.16s…)."),
                   hs_release_get_name (release),
                   hs_release_get_version (release),
                   signature->key);
      return FALSE;
    }
    trusted = trusted || signature->trusted;
  }

  if (trusted)
    return TRUE;
  if (!hs_keys_read_required (catalog, &required, error))
    return FALSE;
  if (!required)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_UNSIGNED,
               _ ("No key that this bench trusts has signed %s %s."),
               hs_release_get_name (release),
               hs_release_get_version (release));
  return FALSE;
}

/**
 * hs_release_check:
 * @catalog: the bench's catalog
 * @release: a release, as it was some time ago
 * @error: %HS_APP_ERROR_RELEASE_DRAFT, %HS_APP_ERROR_RELEASE_WITHDRAWN, %HS_APP_ERROR_UNSIGNED,
 *   %HS_APP_ERROR_BAD_RECIPE, %HS_APP_ERROR_NO_RELEASE, or an #HsStoreError
 *
 * Whether it may be run here and now: the catalog is asked anew, since it may have been withdrawn
 * meanwhile. Blocks.
 */
gboolean
hs_release_check (HsCatalog *catalog, HsRelease *release, GError **error)
{
  g_autoptr (HsRelease) now = NULL;

  g_return_val_if_fail (HS_IS_CATALOG (catalog), FALSE);
  g_return_val_if_fail (HS_IS_RELEASE (release), FALSE);

  now = get (catalog, hs_release_get_id (release), error);
  if (now == NULL)
    return FALSE;
  if (is_in_state (now, "draft"))
    return fail_draft (now, error);
  if (is_in_state (now, "withdrawn"))
    return fail_withdrawn (now, error);
  return check_recipe (now, error) && check_signatures (catalog, now, error);
}

/**
 * hs_release_check_policy:
 * @error: %HS_APP_ERROR_UNSIGNED, or an #HsStoreError: a policy that can't be read forbids
 *
 * Whether a build may be flashed that is in no release. Blocks.
 */
gboolean
hs_release_check_policy (HsCatalog *catalog, GError **error)
{
  gboolean required = TRUE;

  if (!hs_keys_read_required (catalog, &required, error))
    return FALSE;
  if (!required)
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_UNSIGNED,
                       _ ("This bench flashes only releases that a trusted key has signed."));
  return FALSE;
}
