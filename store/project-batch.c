/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

typedef struct {
  JsonObject *payload; /* of the first batch.opened; NULL: none */
  gint64 opened;
  gint64 closed;
} Fold;

static void
fold_clear (Fold *self)
{
  g_clear_pointer (&self->payload, json_object_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static void
take_fact (Fold *self, const char *kind, gint64 time, const char *text)
{
  if (strcmp (kind, HS_KIND_BATCH_OPENED) == 0 && self->payload == NULL) {
    self->payload = hs_payload_parse (text);
    self->opened = time;
  }
  if (strcmp (kind, HS_KIND_BATCH_CLOSED) == 0 && self->closed == 0)
    self->closed = time;
}

/**
 * hs_project_batch:
 * @database: in a write transaction
 * @id: a batch
 * @error: a #HsStoreError
 *
 * Folds one ordered quantity: opened once, closed once.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_batch (HsDatabase *database, const char *id, GError **error)
{
  g_auto (Fold) fold = { 0 };
  const char *release;
  g_autoptr (HsStatement) statement = hs_statement_new (
      database,
      "SELECT kind, time, payload FROM journal WHERE subject = 'batch:' || ?1 ORDER BY hlc, id",
      "s",
      id);

  while (hs_statement_next (statement))
    take_fact (&fold,
               hs_statement_get_text (statement, 0),
               hs_statement_get_int (statement, 1),
               hs_statement_get_text (statement, 2));
  if (!hs_statement_finish (statement, error))
    return FALSE;
  if (fold.payload == NULL)
    return TRUE;

  release = hs_payload_get_text (fold.payload, "release");
  return hs_statement_run (database,
                           error,
                           "INSERT OR REPLACE INTO batch (id, release, quantity, name, opened, "
                           "closed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                           "ssisii",
                           id,
                           release != NULL ? release : "",
                           hs_payload_get_int (fold.payload, "quantity"),
                           hs_payload_get_text (fold.payload, "name"),
                           fold.opened,
                           fold.closed);
}
