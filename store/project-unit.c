/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project-unit.h"

#include "store/kinds.h"

#include <string.h>

static void
content_free (gpointer data)
{
  HsFoldContent *self = data;

  g_free (self->role);
  g_free (self->sha256);
  g_free (self->build);
  g_free (self->run);
  g_free (self);
}

static void
identity_free (gpointer data)
{
  HsFoldIdentity *self = data;

  g_free (self->strength);
  g_free (self->evidence);
  g_free (self);
}

static void
fact_free (gpointer data)
{
  HsUnitFact *self = data;

  g_free (self->entry);
  g_free (self->kind);
  g_free (self->operator_name);
  json_object_unref (self->payload);
  g_free (self);
}

static void
fold_init (HsUnitFold *self, const char *key)
{
  *self = (HsUnitFold){ .key = key, .state = "bench" };
  self->contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, content_free);
  self->identities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, identity_free);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->facts = g_ptr_array_new_with_free_func (fact_free);
  self->corrected = g_hash_table_new (g_str_hash, g_str_equal);
  self->runs = g_hash_table_new (g_str_hash, g_str_equal);
  self->held = g_array_new (FALSE, FALSE, sizeof (HsFoldHeld));
  self->shipments = g_array_new (FALSE, FALSE, sizeof (HsFoldShipment));
  self->remarks = g_array_new (FALSE, FALSE, sizeof (HsFoldRemark));
  self->numbers = g_array_new (FALSE, FALSE, sizeof (HsFoldNumber));
  self->slow = g_array_new (FALSE, FALSE, sizeof (HsFoldSlow));
}

static void
fold_clear (HsUnitFold *self)
{
  g_free (self->board);
  g_free (self->label);
  g_free (self->last_version);
  g_clear_pointer (&self->contents, g_hash_table_unref);
  g_clear_pointer (&self->identities, g_hash_table_unref);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_clear_pointer (&self->corrected, g_hash_table_unref);
  g_clear_pointer (&self->runs, g_hash_table_unref);
  g_clear_pointer (&self->held, g_array_unref);
  g_clear_pointer (&self->shipments, g_array_unref);
  g_clear_pointer (&self->remarks, g_array_unref);
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->slow, g_array_unref);
  g_clear_pointer (&self->facts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsUnitFold, fold_clear)

static void
replace (char **field, const char *value)
{
  char *copy = g_strdup (value);

  g_free (*field);
  *field = copy;
}

static void
add_identity (HsUnitFold *self,
              const char *scheme,
              const char *value,
              const char *strength,
              const char *evidence)
{
  HsFoldIdentity *identity = g_new0 (HsFoldIdentity, 1);

  identity->strength = g_strdup (strength);
  identity->evidence = g_strdup (evidence);
  g_hash_table_insert (self->identities, g_strconcat (scheme, ":", value, NULL), identity);
}

static void
fold_seen (HsUnitFold *self, const HsUnitFact *fact)
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

static HsFoldContent *
set_content (HsUnitFold *self, const HsUnitFact *fact, const char *state)
{
  HsFoldContent *content = g_new0 (HsFoldContent, 1);
  const char *role = hs_payload_get_text (fact->payload, "role");

  content->role = g_strdup (role != NULL ? role : "");
  content->since = fact->time;
  content->state = state;
  content->run = g_strdup (fact->run);
  g_hash_table_replace (self->contents, g_strdup (fact->partition), content);
  return content;
}

static void
set_known_content (HsUnitFold *self, const HsUnitFact *fact, const char *state)
{
  HsFoldContent *content = set_content (self, fact, state);

  content->sha256 = g_strdup (hs_payload_get_text (fact->payload, "sha256"));
  content->build = g_strdup (hs_payload_get_text (fact->payload, "build"));
  content->length = hs_payload_get_int (fact->payload, "length");
}

/* From the first destructive request on, neither the old nor the new bytes are there. */
static void
fold_begun (HsUnitFold *self, const HsUnitFact *fact)
{
  set_content (self, fact, "unknown");
  g_hash_table_remove (self->changed, fact->partition);
  g_hash_table_remove (self->changed, "");
}

static void
fold_erased (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldContent *content = set_content (self, fact, "written");

  if (*content->role == '\0')
    replace (&content->role, "filesystem");
  g_hash_table_remove (self->changed, fact->partition);
}

/* What was recorded is no longer true, unless what is there now has been read and recorded since.
 */
static void
fold_changed (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *expected = hs_payload_get_text (fact->payload, "expected_sha256");
  HsFoldContent *content = g_hash_table_lookup (self->contents, fact->partition);

  g_hash_table_add (self->changed, g_strdup (fact->partition));
  if (content == NULL || (expected != NULL && g_strcmp0 (expected, content->sha256) != 0))
    return;

  g_clear_pointer (&content->sha256, g_free);
  g_clear_pointer (&content->build, g_free);
  content->state = "unknown";
  content->since = fact->time;
}

static void
fold_reported (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *version = hs_payload_get_text (fact->payload, "version");

  if (version != NULL)
    replace (&self->last_version, version);
}

static void
fold_labelled (HsUnitFold *self, const HsUnitFact *fact)
{
  if (!hs_unit_fold_is_corrected (self, fact))
    replace (&self->label, hs_payload_get_text (fact->payload, "label"));
}

/* Exactly what this run began and did not prove. */
static void
fold_interrupted (HsUnitFold *self, const HsUnitFact *fact)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contents);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    HsFoldContent *content = value;

    if (g_strcmp0 (content->run, fact->run) != 0 || strcmp (content->state, "verified") == 0)
      continue;
    g_clear_pointer (&content->sha256, g_free);
    g_clear_pointer (&content->build, g_free);
    content->state = "unknown";
  }
}

static void
add_slow (HsUnitFold *self, const HsUnitFact *fact, const char *partition, JsonArray *sectors)
{
  for (guint i = 0; i < json_array_get_length (sectors); i++) {
    JsonObject *object = hs_payload_nth (sectors, i);
    HsFoldSlow slow = { .run = fact->run, .partition = partition, .time = fact->time };

    if (object == NULL)
      continue;
    slow.sector = hs_payload_get_int (object, "sector");
    slow.n_sectors = MAX (hs_payload_get_int (object, "sectors"), 1);
    slow.ms = hs_payload_get_int (object, "ms");
    g_array_append_val (self->slow, slow);
  }
}

/* What the run tells of the flash's age. */
static void
fold_finished (HsUnitFold *self, const HsUnitFact *fact)
{
  JsonArray *parts = hs_payload_get_array (fact->payload, "partitions");

  for (guint i = 0; fact->run != NULL && parts != NULL && i < json_array_get_length (parts); i++) {
    JsonObject *part = hs_payload_nth (parts, i);
    const char *partition = part != NULL ? hs_payload_get_text (part, "partition") : NULL;
    JsonArray *sectors = part != NULL ? hs_payload_get_array (part, "slow") : NULL;

    if (partition != NULL && sectors != NULL)
      add_slow (self, fact, partition, sectors);
  }
}

static void
fold_contents (HsUnitFold *self, const HsUnitFact *fact)
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
  else if (strcmp (kind, HS_KIND_RUN_FINISHED) == 0)
    fold_finished (self, fact);
}

/* What proves that a camera was there with this very key. */
static gboolean
is_touch (const char *kind)
{
  return strcmp (kind, HS_KIND_RUN_STARTED) == 0 || g_str_has_prefix (kind, "partition.");
}

static void
fold_fact (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *board = hs_payload_get_text (fact->payload, "board");

  if (is_touch (fact->kind))
    self->exists = TRUE;
  if (is_touch (fact->kind) || strcmp (fact->kind, HS_KIND_UNIT_SEEN) == 0) {
    self->first_seen = self->first_seen == 0 ? fact->time : MIN (self->first_seen, fact->time);
    self->last_seen = MAX (self->last_seen, fact->time);
  }

  hs_unit_fold_life (self, fact);
  if (strcmp (fact->kind, HS_KIND_UNIT_SEEN) == 0)
    fold_seen (self, fact);
  else if (strcmp (fact->kind, HS_KIND_UNIT_LABELLED) == 0)
    fold_labelled (self, fact);
  else if (strcmp (fact->kind, HS_KIND_UNIT_REPORTED) == 0)
    fold_reported (self, fact);
  else if (strcmp (fact->kind, HS_KIND_UNIT_CHANGED) == 0)
    fold_changed (self, fact);
  else if (strcmp (fact->kind, HS_KIND_RUN_STARTED) == 0 && board != NULL)
    replace (&self->board, board);
  else
    fold_contents (self, fact);
}

static void
add_fact (HsUnitFold *self, HsStatement *row)
{
  HsUnitFact *fact = g_new0 (HsUnitFact, 1);
  const char *partition;

  fact->entry = g_strdup (hs_statement_get_text (row, 0));
  fact->kind = g_strdup (hs_statement_get_text (row, 1));
  fact->time = hs_statement_get_int (row, 2);
  fact->operator_name = g_strdup (hs_statement_get_text (row, 3));
  fact->payload = hs_payload_parse (hs_statement_get_text (row, 4));
  fact->run = hs_payload_get_text (fact->payload, "run");
  partition = hs_payload_get_text (fact->payload, "partition");
  fact->partition = partition != NULL ? partition : "";
  g_ptr_array_add (self->facts, fact);
}

static gboolean
read_facts (HsUnitFold *self, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) statement =
      hs_statement_new (database,
                        "SELECT id, kind, time, operator, payload FROM journal WHERE subject IN "
                        "(SELECT 'unit:' || ?1 UNION ALL "
                        "SELECT 'unit:' || key FROM alias WHERE target = ?1) ORDER BY hlc, id",
                        "s",
                        self->key);

  while (hs_statement_next (statement))
    add_fact (self, statement);
  return hs_statement_finish (statement, error) &&
         hs_statement_read_int (database,
                                &self->row,
                                error,
                                "SELECT min (row) FROM journal WHERE subject = 'unit:' || ?1",
                                "s",
                                self->key);
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
  g_auto (HsUnitFold) fold = { 0 };

  if (root == NULL)
    return FALSE;
  if (strcmp (root, key) != 0 && !hs_unit_fold_drop (database, key, error))
    return FALSE;

  fold_init (&fold, root);
  if (!read_facts (&fold, database, error) || !hs_unit_fold_drop (database, root, error))
    return FALSE;
  hs_unit_fold_find_corrections (&fold);
  for (guint i = 0; i < fold.facts->len; i++)
    fold_fact (&fold, fold.facts->pdata[i]);
  return hs_unit_fold_write (&fold, database, error);
}
