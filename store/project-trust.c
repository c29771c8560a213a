/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

/* Whom a bench trusts is its own affair: what another one wrote down about keys and policy is in
 * the journal, but decides nothing here. */
#define OF_SUBJECT                                                                                 \
  "SELECT kind, time, payload, operator, "                                                         \
  "coalesce ((SELECT foreign_ FROM chain WHERE chain.chain = journal.chain), 1) FROM journal "     \
  "WHERE subject = "

typedef struct {
  gboolean exists;
  gboolean ours; /* this bench gave it the name */
  char *name;
  gboolean trusted;
  gint64 time;
} Key;

static void
key_clear (Key *self)
{
  g_free (self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Key, key_clear)

/* 0 kind, 1 time, 2 payload, 3 operator, 4 foreign */
static void
take_key_fact (Key *self, HsStatement *row)
{
  gboolean trusted = strcmp (hs_statement_get_text (row, 0), HS_KIND_KEY_TRUSTED) == 0;
  gboolean ours = hs_statement_get_int (row, 4) == 0;
  g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (row, 2));
  const char *name = hs_payload_get_text (payload, "name");

  if (!ours && self->ours)
    return;
  self->exists = TRUE;
  self->ours = ours;
  self->trusted = ours && trusted;
  self->time = hs_statement_get_int (row, 1);
  if (name == NULL)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
}

/**
 * hs_project_key:
 * @database: in a write transaction
 * @key: a public key, 64 hex digits
 * @error: a #HsStoreError
 *
 * Folds what is known of a key: trusted if this bench said so last.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_key (HsDatabase *database, const char *key, GError **error)
{
  g_auto (Key) fold = { 0 };
  g_autoptr (HsStatement) statement =
      hs_statement_new (database, OF_SUBJECT "'key:' || ?1 ORDER BY hlc, id", "s", key);

  while (hs_statement_next (statement))
    take_key_fact (&fold, statement);
  if (!hs_statement_finish (statement, error))
    return FALSE;

  return !fold.exists ||
         hs_statement_run (database,
                           error,
                           "INSERT OR REPLACE INTO signing_key (key, name, trusted, time) "
                           "VALUES (?1, ?2, ?3, ?4)",
                           "ssdi",
                           key,
                           fold.name != NULL ? fold.name : "",
                           (int) fold.trusted,
                           fold.time);
}

/**
 * hs_project_policy:
 * @database: in a write transaction
 * @name: "require-signature"
 * @error: a #HsStoreError
 *
 * Folds what this bench was told last.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_policy (HsDatabase *database, const char *name, GError **error)
{
  g_autofree char *value = NULL;
  g_autofree char *operator_name = NULL;
  gint64 time = 0;
  g_autoptr (HsStatement) statement =
      hs_statement_new (database, OF_SUBJECT "'policy:' || ?1 ORDER BY hlc, id", "s", name);

  while (hs_statement_next (statement)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (statement, 2));
    const char *said = hs_payload_get_text (payload, "value");

    if (hs_statement_get_int (statement, 4) != 0 || said == NULL)
      continue;
    g_free (value);
    g_free (operator_name);
    value = g_strdup (said);
    time = hs_statement_get_int (statement, 1);
    operator_name = g_strdup (hs_statement_get_text (statement, 3));
  }
  if (!hs_statement_finish (statement, error))
    return FALSE;

  return value == NULL ||
         hs_statement_run (database,
                           error,
                           "INSERT OR REPLACE INTO policy (name, value, operator, time) "
                           "VALUES (?1, ?2, ?3, ?4)",
                           "sssi",
                           name,
                           value,
                           operator_name,
                           time);
}
