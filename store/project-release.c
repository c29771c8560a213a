/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"
#include "store/release.h"

#include <sodium.h>
#include <string.h>

#define WHAT "release"

/* A release while its entries are read. */
typedef struct {
  const char *id; /* borrowed */
  gint64 row;
  gboolean locked;
  JsonObject *payload; /* of the first true release.locked, else of the last draft; NULL: no row */
  char *chain;
  char *operator_name;
  char *reason; /* of the withdrawal; NULL: none */
  gboolean withdrawn;
  gint64 time;
  GHashTable *signatures; /* key -> Signature */
} Fold;

typedef struct {
  char *text;
  gint64 time;
  gboolean is_true;
} Signature;

static void
signature_free (gpointer data)
{
  Signature *self = data;

  g_free (self->text);
  g_free (self);
}

static void
fold_clear (Fold *self)
{
  g_clear_pointer (&self->payload, json_object_unref);
  g_clear_pointer (&self->signatures, g_hash_table_unref);
  g_free (self->chain);
  g_free (self->operator_name);
  g_free (self->reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* The id of a locked recipe is the digest of its text; an entry that says otherwise lies. */
static gboolean
is_of (const char *id, const char *recipe)
{
  g_autofree char *digest =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, or_empty (recipe), -1);

  return recipe != NULL && strcmp (digest, id) == 0;
}

/* 0 kind, 1 time, 2 payload, 3 chain, 4 operator */
static void
take (Fold *self, HsStatement *row, JsonObject *payload)
{
  g_clear_pointer (&self->payload, json_object_unref);
  g_free (self->chain);
  g_free (self->operator_name);
  self->payload = json_object_ref (payload);
  self->time = hs_statement_get_int (row, 1);
  self->chain = g_strdup (hs_statement_get_text (row, 3));
  self->operator_name = g_strdup (hs_statement_get_text (row, 4));
}

static gboolean
is_signed (const char *id, const char *key, const char *signature)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 bytes[crypto_sign_BYTES];
  g_autofree char *text = hs_release_signed_text (id);
  gsize n_key = 0, n_bytes = 0;

  return sodium_hex2bin (public_key, sizeof public_key, key, strlen (key), NULL, &n_key, NULL) ==
             0 &&
         sodium_hex2bin (
             bytes, sizeof bytes, signature, strlen (signature), NULL, &n_bytes, NULL) == 0 &&
         n_key == sizeof public_key && n_bytes == sizeof bytes &&
         crypto_sign_verify_detached (bytes, (const guint8 *) text, strlen (text), public_key) == 0;
}

/* One signature a key. The first counts, but a false one gives way to a true one. */
static void
take_signature (Fold *self, HsStatement *row, JsonObject *payload)
{
  const char *key = or_empty (hs_payload_get_text (payload, "key"));
  const char *text = or_empty (hs_payload_get_text (payload, "signature"));
  Signature *known = g_hash_table_lookup (self->signatures, key);
  gboolean is_true = is_signed (self->id, key, text);

  if (known != NULL && (known->is_true || !is_true))
    return;
  known = g_new0 (Signature, 1);
  known->text = g_strdup (text);
  known->time = hs_statement_get_int (row, 1);
  known->is_true = is_true;
  g_hash_table_replace (self->signatures, g_strdup (key), known);
}

static void
take_withdrawal (Fold *self, JsonObject *payload)
{
  if (self->withdrawn)
    return;
  self->withdrawn = TRUE;
  self->reason = g_strdup (or_empty (hs_payload_get_text (payload, "reason")));
}

static void
take_fact (Fold *self, HsStatement *row)
{
  const char *kind = hs_statement_get_text (row, 0);
  g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (row, 2));

  if (strcmp (kind, HS_KIND_RELEASE_DRAFTED) == 0 && !self->locked)
    take (self, row, payload);
  else if (strcmp (kind, HS_KIND_RELEASE_DROPPED) == 0 && !self->locked)
    g_clear_pointer (&self->payload, json_object_unref);
  else if (strcmp (kind, HS_KIND_RELEASE_SIGNED) == 0)
    take_signature (self, row, payload);
  else if (strcmp (kind, HS_KIND_RELEASE_WITHDRAWN) == 0)
    take_withdrawal (self, payload);
  else if (strcmp (kind, HS_KIND_RELEASE_LOCKED) == 0 && !self->locked &&
           is_of (self->id, hs_payload_get_text (payload, "recipe"))) {
    take (self, row, payload);
    self->locked = TRUE;
  }
}

static gboolean
read_facts (Fold *self, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT kind, time, payload, chain, operator FROM journal "
                        "WHERE subject = 'release:' || ?1 ORDER BY hlc, id",
                        "s",
                        self->id);

  while (hs_statement_next (statement))
    take_fact (self, statement);
  return hs_statement_finish (statement, error) &&
         hs_statement_read_int (database,
                                &self->row,
                                error,
                                "SELECT min (row) FROM journal WHERE subject = 'release:' || ?1",
                                "s",
                                self->id);
}

static gboolean
drop (Fold *self, HsDatabase *database, GError **error)
{
  const char *id = self->id;

  return hs_search_set (database, self->row, WHAT, id, NULL, error) &&
         hs_statement_run (
             database, error, "DELETE FROM release_artifact WHERE release = ?1", "s", id) &&
         hs_statement_run (database, error, "DELETE FROM signature WHERE release = ?1", "s", id) &&
         hs_statement_run (database, error, "DELETE FROM release WHERE id = ?1", "s", id);
}

static gboolean
write_artifacts (Fold *self,
                 HsDatabase *database,
                 JsonObject *board,
                 const char *name,
                 GError **error)
{
  JsonArray *artifacts = hs_payload_get_array (board, "artifacts");

  for (guint i = 0; artifacts != NULL && i < json_array_get_length (artifacts); i++) {
    JsonObject *artifact = hs_payload_nth (artifacts, i);

    if (artifact == NULL)
      continue;
    if (!hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO release_artifact (release, board, role, sha256, "
                           "build) VALUES (?1, ?2, ?3, ?4, ?5)",
                           "sssss",
                           self->id,
                           name,
                           or_empty (hs_payload_get_text (artifact, "role")),
                           or_empty (hs_payload_get_text (artifact, "sha256")),
                           or_empty (hs_payload_get_text (board, "build"))))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_boards (Fold *self, HsDatabase *database, JsonObject *recipe, GString *text, GError **error)
{
  JsonArray *boards = hs_payload_get_array (recipe, "boards");

  for (guint i = 0; boards != NULL && i < json_array_get_length (boards); i++) {
    JsonObject *board = hs_payload_nth (boards, i);
    const char *name = board != NULL ? hs_payload_get_text (board, "board") : NULL;

    if (name == NULL)
      continue;
    g_string_append_printf (text, " %s", name);
    if (!write_artifacts (self, database, board, name, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_signatures (Fold *self, HsDatabase *database, GError **error)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->signatures);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    const Signature *signature = value;

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO signature (release, key, signature, time) "
                           "VALUES (?1, ?2, ?3, ?4)",
                           "sssi",
                           self->id,
                           key,
                           signature->text,
                           signature->time))
      return FALSE;
  }
  return TRUE;
}

static const char *
get_state (Fold *self)
{
  if (!self->locked)
    return "draft";
  return self->withdrawn ? "withdrawn" : "locked";
}

/* What the recipe says of itself goes before what the entry says of it: only the former is hashed
 * into the id. */
static const char *
get_said (Fold *self, JsonObject *recipe, const char *name)
{
  const char *said = hs_payload_get_text (recipe, name);

  return said != NULL ? said : hs_payload_get_text (self->payload, name);
}

static gboolean
write_release (Fold *self, HsDatabase *database, GError **error)
{
  const char *text = or_empty (hs_payload_get_text (self->payload, "recipe"));
  const char *origin = hs_payload_get_text (self->payload, "origin");
  g_autoptr (JsonObject) recipe = hs_payload_parse (text);
  const char *name = or_empty (get_said (self, recipe, "name"));
  const char *version = or_empty (get_said (self, recipe, "version"));
  g_autoptr (GString) search = g_string_new (name);

  g_string_append_printf (search, " %s %s", version, self->id);
  return hs_statement_run (
             database,
             error,
             "INSERT INTO release (row, id, name, version, state, recipe, supersedes, reason, "
             "origin, chain, operator, time) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
             "issssssssssi",
             self->row,
             self->id,
             name,
             version,
             get_state (self),
             text,
             get_said (self, recipe, "supersedes"),
             self->locked ? self->reason : NULL,
             origin != NULL ? origin : "bench",
             self->chain,
             self->operator_name,
             self->time) &&
         write_boards (self, database, recipe, search, error) &&
         write_signatures (self, database, error) &&
         hs_search_set (database, self->row, WHAT, self->id, search->str, error);
}

/**
 * hs_project_release:
 * @database: in a write transaction
 * @id: of a draft or of a locked release
 * @error: a #HsStoreError
 *
 * Folds all entries about it. Locked is for good: who locked it first counts, whatever else is said
 * of it later.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_release (HsDatabase *database, const char *id, GError **error)
{
  g_auto (Fold) fold = { .id = id };

  fold.signatures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, signature_free);
  if (!read_facts (&fold, database, error) || !drop (&fold, database, error))
    return FALSE;
  return fold.payload == NULL || write_release (&fold, database, error);
}
