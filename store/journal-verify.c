/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/journal.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* One walk over all chains. */
typedef struct {
  HsDatabase *database; /* borrowed */
  HsVerifyReport *report;
  char *chain;             /* being walked; NULL before the first */
  gint64 n;                /* of the entry before */
  char hash[HS_HASH_SIZE]; /* of that; "" before the first */
  char *public_key;        /* of its first entry; nullable */
} Walk;

static void
walk_clear (Walk *self)
{
  g_clear_pointer (&self->chain, g_free);
  g_clear_pointer (&self->public_key, g_free);
  self->n = 0;
  self->hash[0] = '\0';
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

/* Keeps the first problem only: what follows a break is broken by it. */
static void
blame (Walk *self, const char *chain, gint64 n, char *sentence)
{
  if (self->report->problem == NULL) {
    self->report->problem_chain = g_strdup (chain);
    self->report->problem_n = n;
    self->report->problem = sentence;
    return;
  }
  g_free (sentence);
}

static void
check_first (Walk *self, const HsRecord *record)
{
  g_autoptr (JsonObject) payload = hs_payload_parse (record->payload);

  if (strcmp (record->kind, HS_KIND_CHAIN_STARTED) != 0 ||
      g_strcmp0 (hs_payload_get_text (payload, "chain"), record->chain) != 0)
    blame (self,
           record->chain,
           record->n,
           g_strdup_printf (_ ("Chain %s does not begin with its own start."), record->chain));
  self->public_key = g_strdup (hs_payload_get_text (payload, "public_key"));
}

static void
check_entry (Walk *self, const HsRecord *record)
{
  char hash[HS_HASH_SIZE];

  hs_journal_compute_hash (record, hash);
  if (record->n != self->n + 1)
    blame (self,
           record->chain,
           self->n + 1,
           g_strdup_printf (_ ("Entry %" G_GINT64_FORMAT " of chain %s is missing."),
                            self->n + 1,
                            record->chain));
  if (strcmp (hash, record->hash) != 0)
    blame (self,
           record->chain,
           record->n,
           g_strdup_printf (_ ("Entry %" G_GINT64_FORMAT " of chain %s does not match its hash: it "
                               "was changed after it was written."),
                            record->n,
                            record->chain));
  if (strcmp (record->previous, self->hash) != 0)
    blame (self,
           record->chain,
           record->n,
           g_strdup_printf (_ ("Entry %" G_GINT64_FORMAT " of chain %s does not follow the one "
                               "before it."),
                            record->n,
                            record->chain));
}

/* Compares where the chain ends with where it ended when it was last written, as signed then. */
static gboolean
check_end (Walk *self, GError **error)
{
  g_autoptr (HsStatement) statement = NULL;
  gint64 n;
  const char *hash;

  if (self->chain == NULL)
    return TRUE;

  statement = hs_statement_new (
      self->database, "SELECT n, hash, signature FROM chain WHERE chain = ?1", "s", self->chain);
  if (!hs_statement_next (statement)) {
    if (!hs_statement_finish (statement, error))
      return FALSE;
    blame (self,
           self->chain,
           self->n,
           g_strdup_printf (_ ("The end of chain %s is written down nowhere."), self->chain));
    return TRUE;
  }

  n = hs_statement_get_int (statement, 0);
  hash = hs_statement_get_text (statement, 1);
  if (n != self->n || g_strcmp0 (hash, self->hash) != 0)
    blame (self,
           self->chain,
           self->n,
           g_strdup_printf (_ ("Chain %s ends with entry %" G_GINT64_FORMAT
                               ", but entry %" G_GINT64_FORMAT " was written last."),
                            self->chain,
                            self->n,
                            n));
  else if (!hs_chain_check_signature (
               self->public_key, self->chain, n, hash, hs_statement_get_text (statement, 2)))
    blame (self,
           self->chain,
           self->n,
           g_strdup_printf (_ ("The end of chain %s is not signed by the bench that started it."),
                            self->chain));
  return hs_statement_finish (statement, error);
}

static gboolean
take_entry (Walk *self, const HsRecord *record, GError **error)
{
  if (g_strcmp0 (self->chain, record->chain) != 0) {
    if (!check_end (self, error))
      return FALSE;
    walk_clear (self);
    self->chain = g_strdup (record->chain);
    self->report->n_chains++;
    check_first (self, record);
  }

  check_entry (self, record);
  self->report->n_entries++;
  g_strlcpy (self->hash, record->hash, sizeof self->hash);
  self->n = record->n;
  return TRUE;
}

static gboolean
check_lost_chains (Walk *self, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (self->database,
                        "SELECT chain, n FROM chain WHERE NOT EXISTS "
                        "(SELECT 1 FROM journal WHERE journal.chain = chain.chain)",
                        "");

  while (hs_statement_next (statement)) {
    const char *chain = hs_statement_get_text (statement, 0);

    blame (self, chain, 1, g_strdup_printf (_ ("All entries of chain %s are missing."), chain));
  }
  return hs_statement_finish (statement, error);
}

/* What the file says it is for must be what it was born for. */
static gboolean
check_purpose (Walk *self, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (self->database,
                        "SELECT chain, n, payload, (SELECT value FROM meta WHERE key = 'purpose') "
                        "FROM journal WHERE kind = ?1 AND chain IN "
                        "(SELECT chain FROM chain WHERE foreign_ = 0) ORDER BY hlc, id LIMIT 1",
                        "s",
                        HS_KIND_CATALOG_BORN);

  if (hs_statement_next (statement)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (statement, 2));

    if (g_strcmp0 (hs_payload_get_text (payload, "purpose"),
                   hs_statement_get_text (statement, 3)) != 0)
      blame (self,
             hs_statement_get_text (statement, 0),
             hs_statement_get_int (statement, 1),
             g_strdup (_ ("The catalog's purpose is not the one it was made for.")));
  }
  return hs_statement_finish (statement, error);
}

static gboolean
walk_all (Walk *self, GError **error)
{
  g_autoptr (HsStatement) statement = hs_statement_new (
      self->database, "SELECT " HS_RECORD_COLUMNS " FROM journal ORDER BY chain, n", "");

  while (hs_statement_next (statement)) {
    HsRecord record;

    hs_record_from_row (&record, statement, 0);
    if (!take_entry (self, &record, error))
      return FALSE;
  }
  return hs_statement_finish (statement, error) && check_end (self, error) &&
         check_lost_chains (self, error) && check_purpose (self, error);
}

/**
 * hs_journal_verify:
 * @database: a connection of its own: reads the whole journal
 * @report: (out caller-allocates): what was found; hs_verify_report_clear()
 * @error: a #HsStoreError, if the journal could not be read
 *
 * Computes every hash anew, follows every chain from 1 without gaps, and compares its end with what
 * was written down and signed.
 *
 * Returns: %TRUE if all was read, whole or not: see @report
 */
gboolean
hs_journal_verify (HsDatabase *database, HsVerifyReport *report, GError **error)
{
  g_auto (Walk) walk = { .database = database, .report = report };
  gboolean read;

  memset (report, 0, sizeof *report);
  if (!hs_database_begin_read (database, error))
    return FALSE;
  read = walk_all (&walk, error);
  hs_database_rollback (database);
  return read;
}
