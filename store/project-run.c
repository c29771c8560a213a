/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

/* A run while its entries are read. */
typedef struct {
  const char *id; /* borrowed */
  gint64 row;
  JsonObject *started; /* payload of run.started; NULL: not here (yet) */
  char *subject;
  char *chain;
  char *operator_name;
  char *unit; /* nullable */
  char *outcome;
  char *result;
  gint64 started_at;
  gint64 finished_at;
} Fold;

static void
fold_clear (Fold *self)
{
  g_clear_pointer (&self->started, json_object_unref);
  g_free (self->subject);
  g_free (self->chain);
  g_free (self->operator_name);
  g_free (self->unit);
  g_free (self->outcome);
  g_free (self->result);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static void
take_start (Fold *self, HsStatement *row, JsonObject *payload)
{
  if (self->started != NULL)
    return;

  self->row = hs_statement_get_int (row, 0);
  self->started = json_object_ref (payload);
  self->started_at = hs_statement_get_int (row, 2);
  self->subject = g_strdup (hs_statement_get_text (row, 3));
  self->chain = g_strdup (hs_statement_get_text (row, 5));
  self->operator_name = g_strdup (hs_statement_get_text (row, 6));
}

/* A run that finished after all was not interrupted, whoever thought so. */
static void
take_end (Fold *self, HsStatement *row, const char *outcome, const char *result)
{
  if (self->result != NULL || (self->outcome != NULL && result == NULL))
    return;

  g_free (self->outcome);
  self->outcome = g_strdup (outcome);
  self->result = g_strdup (result);
  self->finished_at = hs_statement_get_int (row, 2);
}

/* 0 row, 1 kind, 2 time, 3 subject, 4 payload (of beginning and end), 5 chain, 6 operator */
static void
take_fact (Fold *self, HsStatement *row)
{
  const char *kind = hs_statement_get_text (row, 1);
  const char *subject = hs_statement_get_text (row, 3);
  const char *text = hs_statement_get_text (row, 4);
  g_autoptr (JsonObject) payload = NULL;

  if (g_str_has_prefix (subject, "unit:")) {
    g_free (self->unit);
    self->unit = g_strdup (subject + strlen ("unit:"));
  }
  if (text == NULL)
    return;

  payload = hs_payload_parse (text);
  if (strcmp (kind, HS_KIND_RUN_STARTED) == 0)
    take_start (self, row, payload);
  else if (strcmp (kind, HS_KIND_RUN_FINISHED) == 0)
    take_end (self, row, hs_payload_get_text (payload, "outcome"), text);
  else if (strcmp (kind, HS_KIND_RUN_INTERRUPTED) == 0)
    take_end (self, row, "interrupted", NULL);
}

static gboolean
read_facts (Fold *self, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT journal.row, kind, time, subject, "
                        "CASE WHEN substr (kind, 1, 4) = 'run.' THEN payload END, chain, operator "
                        "FROM run_entry JOIN journal ON journal.row = run_entry.entry "
                        "WHERE run_entry.run = ?1 ORDER BY hlc, id",
                        "s",
                        self->id);

  while (hs_statement_next (statement))
    take_fact (self, statement);
  return hs_statement_finish (statement, error);
}

static gboolean
write_run (Fold *self, HsDatabase *database, GError **error)
{
  g_autofree char *unit = NULL;
  const char *what = hs_payload_get_text (self->started, "what");

  if (self->unit != NULL) {
    unit = hs_project_resolve (database, self->unit, error);
    if (unit == NULL)
      return FALSE;
  }
  return hs_statement_run (
      database,
      error,
      "INSERT INTO run (row, id, unit, board, port, slot, build, what, outcome, operator, session, "
      "subject, chain, started, finished, result, release, batch, number) VALUES (?1, ?2, ?3, ?4, "
      "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
      "issssssssssssiissss",
      self->row,
      self->id,
      unit,
      hs_payload_get_text (self->started, "board"),
      hs_payload_get_text (self->started, "port"),
      hs_payload_get_text (self->started, "slot"),
      hs_payload_get_text (self->started, "build"),
      what != NULL ? what : "",
      self->outcome,
      self->operator_name,
      hs_payload_get_text (self->started, "session"),
      self->subject,
      self->chain,
      self->started_at,
      self->finished_at,
      self->result,
      hs_payload_get_text (self->started, "release"),
      hs_payload_get_text (self->started, "batch"),
      hs_payload_get_text (self->started, "number"));
}

/**
 * hs_project_run:
 * @database: in a write transaction
 * @id: a run
 * @error: a #HsStoreError
 *
 * Folds all entries that name the run; those about a port may later be joined by some about the
 * unit that was proven to be there.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_run (HsDatabase *database, const char *id, GError **error)
{
  g_auto (Fold) fold = { .id = id };

  if (!read_facts (&fold, database, error) ||
      !hs_statement_run (database, error, "DELETE FROM run WHERE id = ?1", "s", id))
    return FALSE;
  return fold.started == NULL || write_run (&fold, database, error);
}
