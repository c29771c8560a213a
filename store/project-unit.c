/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

#define WHAT "unit"

typedef struct {
  char *role;
  char *sha256; /* nullable */
  gint64 length;
  char *build; /* as the entry named it; nullable */
  gint64 since;
  const char *state; /* literal */
  char *run;         /* the run that last spoke of it; nullable */
} Content;

typedef struct {
  char *strength;
  char *evidence;
} Identity;

/* A unit while its entries are read, first to last. */
typedef struct {
  const char *key; /* borrowed */
  gint64 row;
  gboolean exists; /* proven: a suggested form alone makes no unit */
  char *board;
  char *label;
  char *last_version;
  gint64 first_seen;
  gint64 last_seen;
  GHashTable *contents;   /* partition -> Content */
  GHashTable *identities; /* "scheme:value" -> Identity */
  GHashTable *changed;    /* set of partitions changed outside; "" if it is not known which */
} Fold;

/* One entry. */
typedef struct {
  const char *kind;
  gint64 time;
  const char *run; /* nullable */
  const char *partition;
  JsonObject *payload;
} Fact;

static void
content_free (gpointer data)
{
  Content *self = data;

  g_free (self->role);
  g_free (self->sha256);
  g_free (self->build);
  g_free (self->run);
  g_free (self);
}

static void
identity_free (gpointer data)
{
  Identity *self = data;

  g_free (self->strength);
  g_free (self->evidence);
  g_free (self);
}

static void
fold_init (Fold *self, const char *key)
{
  *self = (Fold){ .key = key };
  self->contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, content_free);
  self->identities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, identity_free);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
fold_clear (Fold *self)
{
  g_free (self->board);
  g_free (self->label);
  g_free (self->last_version);
  g_clear_pointer (&self->contents, g_hash_table_unref);
  g_clear_pointer (&self->identities, g_hash_table_unref);
  g_clear_pointer (&self->changed, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fold, fold_clear)

static void
replace (char **field, const char *value)
{
  char *copy = g_strdup (value);

  g_free (*field);
  *field = copy;
}

static void
add_identity (Fold *self,
              const char *scheme,
              const char *value,
              const char *strength,
              const char *evidence)
{
  Identity *identity = g_new0 (Identity, 1);

  identity->strength = g_strdup (strength);
  identity->evidence = g_strdup (evidence);
  g_hash_table_insert (self->identities, g_strconcat (scheme, ":", value, NULL), identity);
}

static void
fold_seen (Fold *self, const Fact *fact)
{
  JsonArray *identities = hs_payload_get_array (fact->payload, "identities");
  const char *board = hs_payload_get_text (fact->payload, "board");

  if (board != NULL)
    replace (&self->board, board);
  for (guint i = 0; identities != NULL && i < json_array_get_length (identities); i++) {
    JsonObject *object = hs_payload_nth (identities, i);
    const char *scheme = object != NULL ? hs_payload_get_text (object, "scheme") : NULL;
    const char *value = object != NULL ? hs_payload_get_text (object, "value") : NULL;
    const char *strength = object != NULL ? hs_payload_get_text (object, "strength") : NULL;
    const char *evidence = object != NULL ? hs_payload_get_text (object, "evidence") : NULL;

    if (scheme == NULL || value == NULL)
      continue;
    if (g_strcmp0 (strength, "proven") == 0)
      self->exists = TRUE;
    add_identity (self,
                  scheme,
                  value,
                  strength != NULL ? strength : "unknown",
                  evidence != NULL ? evidence : "");
  }
}

static Content *
set_content (Fold *self, const Fact *fact, const char *state)
{
  Content *content = g_new0 (Content, 1);
  const char *role = hs_payload_get_text (fact->payload, "role");

  content->role = g_strdup (role != NULL ? role : "");
  content->since = fact->time;
  content->state = state;
  content->run = g_strdup (fact->run);
  g_hash_table_replace (self->contents, g_strdup (fact->partition), content);
  return content;
}

static void
set_known_content (Fold *self, const Fact *fact, const char *state)
{
  Content *content = set_content (self, fact, state);

  content->sha256 = g_strdup (hs_payload_get_text (fact->payload, "sha256"));
  content->build = g_strdup (hs_payload_get_text (fact->payload, "build"));
  content->length = hs_payload_get_int (fact->payload, "length");
}

/* From the first destructive request on, neither the old nor the new bytes are there. */
static void
fold_begun (Fold *self, const Fact *fact)
{
  set_content (self, fact, "unknown");
  g_hash_table_remove (self->changed, fact->partition);
  g_hash_table_remove (self->changed, "");
}

static void
fold_erased (Fold *self, const Fact *fact)
{
  Content *content = set_content (self, fact, "written");

  if (*content->role == '\0')
    replace (&content->role, "filesystem");
  g_hash_table_remove (self->changed, fact->partition);
}

/* What was recorded is no longer true, unless what is there now has been read and recorded since.
 */
static void
fold_changed (Fold *self, const Fact *fact)
{
  const char *expected = hs_payload_get_text (fact->payload, "expected_sha256");
  Content *content = g_hash_table_lookup (self->contents, fact->partition);

  g_hash_table_add (self->changed, g_strdup (fact->partition));
  if (content == NULL || (expected != NULL && g_strcmp0 (expected, content->sha256) != 0))
    return;

  g_clear_pointer (&content->sha256, g_free);
  g_clear_pointer (&content->build, g_free);
  content->state = "unknown";
  content->since = fact->time;
}

static void
fold_reported (Fold *self, const Fact *fact)
{
  const char *version = hs_payload_get_text (fact->payload, "version");

  if (version != NULL)
    replace (&self->last_version, version);
}

/* Exactly what this run began and did not prove. */
static void
fold_interrupted (Fold *self, const Fact *fact)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contents);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Content *content = value;

    if (g_strcmp0 (content->run, fact->run) != 0 || strcmp (content->state, "verified") == 0)
      continue;
    g_clear_pointer (&content->sha256, g_free);
    g_clear_pointer (&content->build, g_free);
    content->state = "unknown";
  }
}

static void
fold_contents (Fold *self, const Fact *fact)
{
  const char *kind = fact->kind;

  if (strcmp (kind, HS_KIND_PARTITION_BEGUN) == 0)
    fold_begun (self, fact);
  else if (strcmp (kind, HS_KIND_PARTITION_WROTE) == 0)
    set_known_content (self, fact, "written");
  else if (strcmp (kind, HS_KIND_PARTITION_HOLDS) == 0)
    set_known_content (self, fact, "verified");
  else if (strcmp (kind, HS_KIND_PARTITION_UNKNOWN) == 0)
    set_content (self, fact, "unknown");
  else if (strcmp (kind, HS_KIND_FILESYSTEM_ERASED) == 0)
    fold_erased (self, fact);
  else if (strcmp (kind, HS_KIND_RUN_INTERRUPTED) == 0)
    fold_interrupted (self, fact);
}

/* What proves that a camera was there with this very key. */
static gboolean
is_touch (const char *kind)
{
  return strcmp (kind, HS_KIND_RUN_STARTED) == 0 || g_str_has_prefix (kind, "partition.");
}

static void
fold_fact (Fold *self, const Fact *fact)
{
  const char *board = hs_payload_get_text (fact->payload, "board");

  if (is_touch (fact->kind))
    self->exists = TRUE;
  if (is_touch (fact->kind) || strcmp (fact->kind, HS_KIND_UNIT_SEEN) == 0) {
    self->first_seen = self->first_seen == 0 ? fact->time : MIN (self->first_seen, fact->time);
    self->last_seen = MAX (self->last_seen, fact->time);
  }

  if (strcmp (fact->kind, HS_KIND_UNIT_SEEN) == 0)
    fold_seen (self, fact);
  else if (strcmp (fact->kind, HS_KIND_UNIT_LABELLED) == 0)
    replace (&self->label, hs_payload_get_text (fact->payload, "label"));
  else if (strcmp (fact->kind, HS_KIND_UNIT_REPORTED) == 0)
    fold_reported (self, fact);
  else if (strcmp (fact->kind, HS_KIND_UNIT_CHANGED) == 0)
    fold_changed (self, fact);
  else if (strcmp (fact->kind, HS_KIND_RUN_STARTED) == 0 && board != NULL)
    replace (&self->board, board);
  else
    fold_contents (self, fact);
}

static gboolean
read_facts (Fold *self, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT kind, time, payload FROM journal WHERE subject IN "
                        "(SELECT 'unit:' || ?1 UNION ALL "
                        "SELECT 'unit:' || key FROM alias WHERE target = ?1) ORDER BY hlc, id",
                        "s",
                        self->key);

  while (hs_statement_next (statement)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (statement, 2));
    const char *partition = hs_payload_get_text (payload, "partition");
    Fact fact = {
      .kind = hs_statement_get_text (statement, 0),
      .time = hs_statement_get_int (statement, 1),
      .run = hs_payload_get_text (payload, "run"),
      .partition = partition != NULL ? partition : "",
      .payload = payload,
    };

    fold_fact (self, &fact);
  }
  return hs_statement_finish (statement, error) &&
         hs_statement_read_int (database,
                                &self->row,
                                error,
                                "SELECT min (row) FROM journal WHERE subject = 'unit:' || ?1",
                                "s",
                                self->key);
}

static gboolean
drop (HsDatabase *database, const char *key, GError **error)
{
  gint64 row = 0;

  if (!hs_statement_run (database, error, "DELETE FROM identity WHERE unit = ?1", "s", key) ||
      !hs_statement_run (database, error, "DELETE FROM content WHERE unit = ?1", "s", key) ||
      !hs_statement_read_int (
          database, &row, error, "SELECT row FROM unit WHERE key = ?1", "s", key))
    return FALSE;

  return row == 0 ||
         (hs_search_set (database, row, WHAT, key, NULL, error) &&
          hs_statement_run (database, error, "DELETE FROM unit WHERE row = ?1", "i", row));
}

static gboolean
write_identities (Fold *self, HsDatabase *database, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->identities);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const Identity *identity = value;
    g_auto (GStrv) parts = g_strsplit (name, ":", 2);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO identity (unit, scheme, value, strength, evidence) "
                           "VALUES (?1, ?2, ?3, ?4, ?5)",
                           "sssss",
                           self->key,
                           parts[0],
                           parts[1],
                           identity->strength,
                           identity->evidence))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_contents (Fold *self, HsDatabase *database, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->contents);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const Content *content = value;

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO content (unit, partition, role, sha256, length, build, "
                           "since, state, run) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                           "ssssisiss",
                           self->key,
                           name,
                           content->role,
                           content->sha256,
                           content->length,
                           content->build,
                           content->since,
                           content->state,
                           content->run))
      return FALSE;
  }
  return TRUE;
}

/* The identities sorted, so that the text does not depend on a table's order. */
static char *
make_search_text (Fold *self)
{
  g_autoptr (GString) text = g_string_new (self->label != NULL ? self->label : "");
  g_autoptr (GList) names = g_hash_table_get_keys (self->identities);

  names = g_list_sort (names, (GCompareFunc) strcmp);
  g_string_append_printf (text, " %s %s", self->key, self->board != NULL ? self->board : "");
  for (GList *l = names; l != NULL; l = l->next)
    if (strcmp (l->data, self->key) != 0)
      g_string_append_printf (text, " %s", (const char *) l->data);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
write_unit (Fold *self, HsDatabase *database, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = g_strsplit (self->key, ":", 2);

  /* The key itself is a form like the others. */
  if (g_strv_length (parts) == 2 && !g_hash_table_contains (self->identities, self->key))
    add_identity (self, parts[0], parts[1], "proven", "key");

  text = make_search_text (self);
  return hs_statement_run (database,
                           error,
                           "INSERT INTO unit (row, key, board, label, state, first_seen, "
                           "last_seen, changed_outside, last_version) "
                           "VALUES (?1, ?2, ?3, ?4, 'ready', ?5, ?6, ?7, ?8)",
                           "isssiids",
                           self->row,
                           self->key,
                           self->board != NULL ? self->board : "",
                           self->label,
                           self->first_seen,
                           self->last_seen,
                           (int) (g_hash_table_size (self->changed) > 0),
                           self->last_version) &&
         write_identities (self, database, error) && write_contents (self, database, error) &&
         hs_search_set (database, self->row, WHAT, self->key, text, error);
}

/**
 * hs_project_unit:
 * @database: in a write transaction
 * @key: a unit's key or an alias of it
 * @error: a #HsStoreError
 *
 * Folds all entries about the unit and its aliases, oldest first.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_unit (HsDatabase *database, const char *key, GError **error)
{
  g_autofree char *root = hs_project_resolve (database, key, error);
  g_auto (Fold) fold = { 0 };

  if (root == NULL)
    return FALSE;
  if (strcmp (root, key) != 0 && !drop (database, key, error))
    return FALSE;

  fold_init (&fold, root);
  if (!read_facts (&fold, database, error) || !drop (database, root, error))
    return FALSE;
  return !fold.exists || write_unit (&fold, database, error);
}
