/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

typedef struct {
  char *name;
  gint64 position;
  gboolean ignored;
  gboolean exists;
} Fold;

static void
fold_clear (Fold *self)
{
  g_free (self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static void
take_fact (Fold *self, const char *kind, JsonObject *payload)
{
  self->exists = TRUE;
  if (strcmp (kind, HS_KIND_SLOT_NAMED) == 0) {
    g_free (self->name);
    self->name = g_strdup (hs_payload_get_text (payload, "name"));
    if (json_object_has_member (payload, "position"))
      self->position = hs_payload_get_int (payload, "position");
  }
  if (strcmp (kind, HS_KIND_SLOT_IGNORED) == 0)
    self->ignored = hs_payload_get_flag (payload, "ignored");
}

gboolean
hs_project_slot (HsDatabase *database, const char *port, GError **error)
{
  g_auto (Fold) fold = { 0 };
  g_autoptr (HsStatement) statement = hs_statement_new (
      database,
      "SELECT kind, payload FROM journal WHERE subject = 'slot:' || ?1 ORDER BY hlc, id",
      "s",
      port);

  while (hs_statement_next (statement)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (statement, 1));

    take_fact (&fold, hs_statement_get_text (statement, 0), payload);
  }
  if (!hs_statement_finish (statement, error))
    return FALSE;

  return !fold.exists || hs_statement_run (database,
                                           error,
                                           "INSERT OR REPLACE INTO slot (port, name, position, "
                                           "ignored) VALUES (?1, ?2, ?3, ?4)",
                                           "ssid",
                                           port,
                                           fold.name,
                                           fold.position,
                                           (int) fold.ignored);
}
