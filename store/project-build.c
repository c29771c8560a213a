/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

#define WHAT "build"

/* A build while its entries are read: the first import says what it is, later ones nothing new. */
typedef struct {
  const char *id; /* borrowed */
  gint64 row;
  gint64 imported;
  char *name;
  JsonObject *payload; /* of the first build.imported; NULL: none */
} Fold;

static void
fold_clear (Fold *self)
{
  g_free (self->name);
  g_clear_pointer (&self->payload, json_object_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
take_name (Fold *self, JsonObject *payload)
{
  const char *name = hs_payload_get_text (payload, "name");

  if (name == NULL)
    return;
  g_free (self->name);
  self->name = g_strdup (name);
}

static gboolean
read_facts (Fold *self, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT kind, time, payload FROM journal WHERE subject = 'build:' || ?1 "
                        "ORDER BY hlc, id",
                        "s",
                        self->id);

  while (hs_statement_next (statement)) {
    const char *kind = hs_statement_get_text (statement, 0);
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (statement, 2));

    if (strcmp (kind, HS_KIND_BUILD_RENAMED) == 0)
      take_name (self, payload);
    if (strcmp (kind, HS_KIND_BUILD_IMPORTED) != 0 || self->payload != NULL)
      continue;
    take_name (self, payload);
    self->payload = g_steal_pointer (&payload);
    self->imported = hs_statement_get_int (statement, 1);
  }
  return hs_statement_finish (statement, error) &&
         hs_statement_read_int (database,
                                &self->row,
                                error,
                                "SELECT min (row) FROM journal WHERE subject = 'build:' || ?1",
                                "s",
                                self->id);
}

static gboolean
drop (Fold *self, HsDatabase *database, GError **error)
{
  return hs_search_set (database, self->row, WHAT, self->id, NULL, error) &&
         hs_statement_run (
             database, error, "DELETE FROM artifact WHERE build = ?1", "s", self->id) &&
         hs_statement_run (database, error, "DELETE FROM build WHERE id = ?1", "s", self->id);
}

static gboolean
write_artifacts (Fold *self, HsDatabase *database, GError **error)
{
  JsonArray *artifacts = hs_payload_get_array (self->payload, "artifacts");

  for (guint i = 0; artifacts != NULL && i < json_array_get_length (artifacts); i++) {
    JsonObject *artifact = hs_payload_nth (artifacts, i);

    if (artifact == NULL)
      continue;
    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO artifact (build, position, role, file, size, sha256) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                           "sdssis",
                           self->id,
                           (int) i,
                           or_empty (hs_payload_get_text (artifact, "role")),
                           or_empty (hs_payload_get_text (artifact, "file")),
                           hs_payload_get_int (artifact, "size"),
                           or_empty (hs_payload_get_text (artifact, "sha256"))))
      return FALSE;
  }
  return TRUE;
}

static char *
make_search_text (Fold *self)
{
  return g_strdup_printf ("%s %s %s %s %s %s",
                          self->name,
                          self->id,
                          or_empty (hs_payload_get_text (self->payload, "board")),
                          or_empty (hs_payload_get_text (self->payload, "version")),
                          or_empty (hs_payload_get_text (self->payload, "number")),
                          or_empty (hs_payload_get_text (self->payload, "commit")));
}

static gboolean
write_build (Fold *self, HsDatabase *database, GError **error)
{
  JsonObject *payload = self->payload;
  JsonObject *details = hs_payload_get_object (payload, "details");
  g_autofree char *details_text = details != NULL ? hs_payload_to_text (details) : g_strdup ("{}");
  g_autofree char *text = NULL;

  if (self->name == NULL)
    self->name = g_strndup (self->id, 12);
  text = make_search_text (self);
  return hs_statement_run (database,
                           error,
                           "INSERT INTO build (row, id, name, board, version, number, "
                           "mpy_version, built, origin, revision, dirty, details, imported) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                           "isssssssssdsi",
                           self->row,
                           self->id,
                           self->name,
                           or_empty (hs_payload_get_text (payload, "board")),
                           hs_payload_get_text (payload, "version"),
                           hs_payload_get_text (payload, "number"),
                           hs_payload_get_text (payload, "mpy_version"),
                           hs_payload_get_text (payload, "built"),
                           or_empty (hs_payload_get_text (payload, "origin")),
                           hs_payload_get_text (payload, "commit"),
                           (int) hs_payload_get_flag (payload, "dirty"),
                           details_text,
                           self->imported) &&
         write_artifacts (self, database, error) &&
         hs_search_set (database, self->row, WHAT, self->id, text, error);
}

gboolean
hs_project_build (HsDatabase *database, const char *id, GError **error)
{
  g_auto (Fold) fold = { .id = id };

  if (!read_facts (&fold, database, error) || !drop (&fold, database, error))
    return FALSE;
  return fold.payload == NULL || write_build (&fold, database, error);
}
