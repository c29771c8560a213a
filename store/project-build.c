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
  GPtrArray *kept;     /* Kept, in the order they were first named */
  gboolean archived;
} Fold;

/* A file kept beside the artifacts. */
typedef struct {
  char *role;
  char *file;
  char *sha256;
  gint64 size;
  gint64 dropped; /* when its blob was removed; 0: it is here */
} Kept;

static void
kept_free (gpointer data)
{
  Kept *self = data;

  g_free (self->role);
  g_free (self->file);
  g_free (self->sha256);
  g_free (self);
}

static void
fold_clear (Fold *self)
{
  g_free (self->name);
  g_clear_pointer (&self->payload, json_object_unref);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
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

static Kept *
find_kept (Fold *self, const char *role, const char *file)
{
  Kept *kept;

  for (guint i = 0; i < self->kept->len; i++) {
    kept = self->kept->pdata[i];
    if (strcmp (kept->role, role) == 0 && strcmp (kept->file, file) == 0)
      return kept;
  }
  kept = g_new0 (Kept, 1);
  kept->role = g_strdup (role);
  kept->file = g_strdup (file);
  g_ptr_array_add (self->kept, kept);
  return kept;
}

static void
take_kept (Fold *self, JsonObject *payload)
{
  JsonArray *files = hs_payload_get_array (payload, "files");

  self->archived = FALSE;
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++) {
    JsonObject *file = hs_payload_nth (files, i);
    Kept *kept;

    if (file == NULL)
      continue;
    kept = find_kept (self,
                      or_empty (hs_payload_get_text (file, "role")),
                      or_empty (hs_payload_get_text (file, "file")));
    g_free (kept->sha256);
    kept->sha256 = g_strdup (or_empty (hs_payload_get_text (file, "sha256")));
    kept->size = hs_payload_get_int (file, "size");
    kept->dropped = 0;
  }
}

static gboolean
names_text (JsonArray *array, const char *text)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING &&
        strcmp (json_node_get_string (node), text) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
take_archived (Fold *self, JsonObject *payload, gint64 time)
{
  JsonArray *dropped = hs_payload_get_array (payload, "dropped");

  self->archived = TRUE;
  for (guint i = 0; i < self->kept->len; i++) {
    Kept *kept = self->kept->pdata[i];

    if (kept->dropped == 0 && names_text (dropped, kept->sha256))
      kept->dropped = time;
  }
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
    if (strcmp (kind, HS_KIND_BUILD_KEPT) == 0)
      take_kept (self, payload);
    if (strcmp (kind, HS_KIND_BUILD_ARCHIVED) == 0)
      take_archived (self, payload, hs_statement_get_int (statement, 1));
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
         hs_statement_run (database, error, "DELETE FROM kept WHERE build = ?1", "s", self->id) &&
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

static gboolean
write_kept (Fold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->kept->len; i++) {
    const Kept *kept = self->kept->pdata[i];

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO kept (build, role, file, size, sha256, dropped) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                           "sssisi",
                           self->id,
                           kept->role,
                           kept->file,
                           kept->size,
                           kept->sha256,
                           kept->dropped))
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
                           "mpy_version, built, origin, revision, dirty, details, imported, "
                           "archived) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                           "?13, ?14)",
                           "isssssssssdsid",
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
                           self->imported,
                           (int) self->archived) &&
         write_artifacts (self, database, error) && write_kept (self, database, error) &&
         hs_search_set (database, self->row, WHAT, self->id, text, error);
}

gboolean
hs_project_build (HsDatabase *database, const char *id, GError **error)
{
  g_auto (Fold) fold = { .id = id };

  fold.kept = g_ptr_array_new_with_free_func (kept_free);
  if (!read_facts (&fold, database, error) || !drop (&fold, database, error))
    return FALSE;
  return fold.payload == NULL || write_build (&fold, database, error);
}
