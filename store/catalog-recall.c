/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog-private.h"
#include "store/catalog-units.h"

#include <string.h>

enum { MAX_BITS = 64 };

/* A build also brings files that nobody writes. Its bootloader is on units that never saw the rest:
 * they don't carry the build, unless that is all it has. */
#define WRITTEN "role NOT IN ('bootloader', 'toc', 'recovery', 'combined', 'debug')"

/* One image that is looked for. */
typedef struct {
  char *board; /* NULL: on any */
  char *sha256;
  guint bit; /* its place among those for the same board */
} Wanted;

/* A unit that holds or held one. */
typedef struct {
  gint64 row;
  gint64 last_seen;
  char *key;
  char *board;
  guint64 now; /* bits of Wanted */
  guint64 ever;
  guint64 roles_now; /* bits of Search.roles */
  guint64 roles_ever;
  gint64 since_now; /* when the last of what it holds came */
  gint64 since_ever;
  gint64 until;
} Found;

typedef struct {
  HsDatabase *database; /* borrowed */
  GArray *wanted;       /* Wanted */
  GPtrArray *roles;     /* char * */
  GHashTable *by_row;   /* &Found.row -> Found, borrowed */
  GPtrArray *found;     /* Found */
} Search;

static void
wanted_clear (gpointer data)
{
  Wanted *self = data;

  g_free (self->board);
  g_free (self->sha256);
}

static void
found_free (gpointer data)
{
  Found *self = data;

  g_free (self->key);
  g_free (self->board);
  g_free (self);
}

static void
search_init (Search *self, HsDatabase *database)
{
  self->database = database;
  self->wanted = g_array_new (FALSE, FALSE, sizeof (Wanted));
  g_array_set_clear_func (self->wanted, wanted_clear);
  self->roles = g_ptr_array_new_with_free_func (g_free);
  self->by_row = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->found = g_ptr_array_new_with_free_func (found_free);
}

static void
search_clear (Search *self)
{
  g_clear_pointer (&self->wanted, g_array_unref);
  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_clear_pointer (&self->by_row, g_hash_table_unref);
  g_clear_pointer (&self->found, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static void
add_wanted (Search *self, const char *board, const char *sha256)
{
  Wanted wanted = { g_strdup (board), g_strdup (sha256), 0 };

  for (guint i = 0; i < self->wanted->len; i++)
    if (g_strcmp0 (g_array_index (self->wanted, Wanted, i).board, board) == 0)
      wanted.bit++;
  wanted.bit = MIN (wanted.bit, MAX_BITS - 1);
  g_array_append_val (self->wanted, wanted);
}

/* Which images; one that has two roles counts once. */
static gboolean
read_wanted (Search *self, const HsRecall *recall, GError **error)
{
  g_autoptr (HsStatement) row = NULL;

  if (recall->sha256 != NULL) {
    add_wanted (self, NULL, recall->sha256);
    return TRUE;
  }
  if (recall->release != NULL)
    row = hs_statement_new (self->database,
                            "SELECT DISTINCT board, sha256 FROM release_artifact "
                            "WHERE release = ?1 ORDER BY board, sha256",
                            "s",
                            recall->release);
  else
    row = hs_statement_new (self->database,
                            "SELECT DISTINCT NULL, sha256 FROM artifact WHERE build = ?1 AND "
                            "(" WRITTEN " OR NOT EXISTS (SELECT 1 FROM artifact "
                            "WHERE build = ?1 AND " WRITTEN ")) ORDER BY sha256",
                            "s",
                            recall->build);
  while (hs_statement_next (row))
    add_wanted (self, hs_statement_get_text (row, 0), hs_statement_get_text (row, 1));
  return hs_statement_finish (row, error);
}

static guint
role_bit (Search *self, const char *role)
{
  guint i;

  for (i = 0; i < self->roles->len && i < MAX_BITS - 1; i++)
    if (strcmp (self->roles->pdata[i], role) == 0)
      return i;
  if (i == self->roles->len)
    g_ptr_array_add (self->roles, g_strdup (role));
  return i;
}

/* 0 row, 1 last_seen, 2 role, 3 since, 4 until, 5 key, 6 board */
static Found *
take_unit (Search *self, HsStatement *row)
{
  gint64 id = hs_statement_get_int (row, 0);
  Found *found = g_hash_table_lookup (self->by_row, &id);

  if (found != NULL)
    return found;

  found = g_new0 (Found, 1);
  found->row = id;
  found->last_seen = hs_statement_get_int (row, 1);
  found->key = g_strdup (hs_statement_get_text (row, 5));
  found->board = g_strdup (hs_statement_get_text (row, 6));
  g_ptr_array_add (self->found, found);
  g_hash_table_insert (self->by_row, &found->row, found);
  return found;
}

static gboolean
read_holders (Search *self, const Wanted *wanted, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      self->database,
      "SELECT unit.row, unit.last_seen, held.role, held.since, held.until, unit.key, unit.board "
      "FROM held CROSS JOIN unit ON unit.key = held.unit "
      "WHERE held.sha256 = ?1 AND (?2 IS NULL OR unit.board = ?2)",
      "ss",
      wanted->sha256,
      wanted->board);

  while (hs_statement_next (row)) {
    Found *found = take_unit (self, row);
    guint64 role = (guint64) 1 << role_bit (self, hs_statement_get_text (row, 2));
    gint64 since = hs_statement_get_int (row, 3);
    gint64 until = hs_statement_get_int (row, 4);

    found->ever |= (guint64) 1 << wanted->bit;
    found->roles_ever |= role;
    found->since_ever = MAX (found->since_ever, since);
    found->until = MAX (found->until, until);
    if (until != 0)
      continue;
    found->now |= (guint64) 1 << wanted->bit;
    found->roles_now |= role;
    found->since_now = MAX (found->since_now, since);
  }
  return hs_statement_finish (row, error);
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *one = *(const Found *const *) a;
  const Found *other = *(const Found *const *) b;

  if ((one->now != 0) != (other->now != 0))
    return one->now != 0 ? -1 : 1;
  if (one->last_seen != other->last_seen)
    return one->last_seen > other->last_seen ? -1 : 1;
  return one->row > other->row ? -1 : one->row < other->row;
}

/* Bits of all that is wanted on @board. */
static guint64
bits_for (Search *self, const char *board)
{
  guint64 bits = 0;

  for (guint i = 0; i < self->wanted->len; i++) {
    const Wanted *wanted = &g_array_index (self->wanted, Wanted, i);

    if (wanted->board == NULL || strcmp (wanted->board, board) == 0)
      bits |= (guint64) 1 << wanted->bit;
  }
  return bits;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
name_roles (Search *self, guint64 bits)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < self->roles->len; i++)
    if ((bits & (guint64) 1 << i) != 0)
      g_ptr_array_add (names, self->roles->pdata[i]);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static gboolean
read_details (HsRecallRow *self, HsDatabase *database, gint64 row, GError **error)
{
  g_autoptr (HsStatement) unit = hs_statement_new (
      database,
      "SELECT label, serial, state, (SELECT name FROM party WHERE id = unit.party), order_, "
      "(SELECT date FROM shipment WHERE shipment.unit = unit.key ORDER BY time DESC, entry DESC "
      "LIMIT 1) FROM unit WHERE row = ?1",
      "i",
      row);

  if (hs_statement_next (unit)) {
    self->label = g_strdup (hs_statement_get_text (unit, 0));
    self->serial = g_strdup (hs_statement_get_text (unit, 1));
    self->state = g_strdup (hs_statement_get_text (unit, 2));
    self->party_name = g_strdup (hs_statement_get_text (unit, 3));
    self->order = g_strdup (hs_statement_get_text (unit, 4));
    self->date = g_strdup (hs_statement_get_text (unit, 5));
  }
  return hs_statement_finish (unit, error);
}

static HsRecallRow *
make_row (Search *self, const Found *found, GError **error)
{
  HsRecallRow *row = g_new0 (HsRecallRow, 1);
  gboolean now = found->now != 0;

  row->unit = g_strdup (found->key);
  row->board = g_strdup (found->board);
  row->now = now;
  row->part = (now ? found->now : found->ever) != bits_for (self, found->board);
  row->what = name_roles (self, now ? found->roles_now : found->roles_ever);
  row->since = now ? found->since_now : found->since_ever;
  row->until = now ? 0 : found->until;
  if (read_details (row, self->database, found->row, error))
    return row;
  hs_recall_row_free (row);
  return NULL;
}

static gboolean
find_units (Search *self, const HsRecall *recall, GError **error)
{
  if (!read_wanted (self, recall, error))
    return FALSE;
  for (guint i = 0; i < self->wanted->len; i++)
    if (!read_holders (self, &g_array_index (self->wanted, Wanted, i), error))
      return FALSE;
  g_ptr_array_sort (self->found, compare_found);
  return TRUE;
}

static GPtrArray *
take_page (Search *self, guint limit, guint offset, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_recall_row_free);

  for (guint i = offset; i < self->found->len && (limit == 0 || rows->len < limit); i++) {
    HsRecallRow *row = make_row (self, self->found->pdata[i], error);

    if (row == NULL)
      return NULL;
    g_ptr_array_add (rows, row);
  }
  return g_steal_pointer (&rows);
}

static GPtrArray *
recall_within (HsDatabase *database,
               const HsRecall *recall,
               guint limit,
               guint offset,
               guint *n_now,
               guint *n_ever,
               GError **error)
{
  g_auto (Search) search = { 0 };
  guint n = 0;

  search_init (&search, database);
  if (!find_units (&search, recall, error))
    return NULL;
  while (n < search.found->len && ((Found *) search.found->pdata[n])->now != 0)
    n++;
  if (n_now != NULL)
    *n_now = n;
  if (n_ever != NULL)
    *n_ever = search.found->len;
  return take_page (&search, limit, offset, error);
}

/**
 * hs_catalog_recall:
 * @self: a catalog
 * @recall: what is looked for: the images of a build, those that a release has for each board, or
 *   one image
 * @limit: how many rows at most; 0: all
 * @offset: how many rows to leave out at the start
 * @n_now: (out) (optional): units that carry any of it now
 * @n_ever: (out) (optional): units that carry it now or ever did
 * @error: a #HsStoreError
 *
 * Which units hold it, as last proven, or held it once. For a unit that holds it now, a row tells
 * what it holds now, and since when it has the last part of it; for one that held it once, what it
 * ever held, and until when.
 *
 * Returns: (transfer full) (element-type HsRecallRow): who has it now first, then last seen first
 */
GPtrArray *
hs_catalog_recall (HsCatalog *self,
                   const HsRecall *recall,
                   guint limit,
                   guint offset,
                   guint *n_now,
                   guint *n_ever,
                   GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  GPtrArray *rows;

  g_return_val_if_fail (
      (recall->build != NULL) + (recall->release != NULL) + (recall->sha256 != NULL) == 1, NULL);

  if (!hs_database_begin_read (self->read_db, error))
    return NULL;
  rows = recall_within (self->read_db, recall, limit, offset, n_now, n_ever, error);
  hs_database_rollback (self->read_db);
  return rows;
}
