/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project-unit.h"

#include <string.h>

#define WHAT "unit"

static gboolean
uncount (HsDatabase *database, gint64 row, GError **error)
{
  return hs_statement_run (database,
                           error,
                           "UPDATE unit_count SET n = n - 1 "
                           "WHERE board = (SELECT board FROM unit WHERE row = ?1) "
                           "AND state = (SELECT state FROM unit WHERE row = ?1)",
                           "i",
                           row) &&
         hs_statement_run (database,
                           error,
                           "DELETE FROM unit_count WHERE n = 0 "
                           "AND board = (SELECT board FROM unit WHERE row = ?1) "
                           "AND state = (SELECT state FROM unit WHERE row = ?1)",
                           "i",
                           row);
}

static gboolean
count (HsDatabase *database, const char *board, const char *state, GError **error)
{
  return hs_statement_run (database,
                           error,
                           "INSERT INTO unit_count (board, state, n) VALUES (?1, ?2, 1) "
                           "ON CONFLICT (board, state) DO UPDATE SET n = n + 1",
                           "ss",
                           board,
                           state);
}

/* Numbers may be all there is of it. */
gboolean
hs_unit_fold_drop (HsDatabase *database, const char *key, GError **error)
{
  gint64 row = 0;

  if (!hs_statement_run (database, error, "DELETE FROM number WHERE unit = ?1", "s", key) ||
      !hs_statement_read_int (
          database, &row, error, "SELECT row FROM unit WHERE key = ?1", "s", key))
    return FALSE;
  if (row == 0)
    return TRUE;

  return hs_statement_run (database, error, "DELETE FROM identity WHERE unit = ?1", "s", key) &&
         hs_statement_run (database, error, "DELETE FROM content WHERE unit = ?1", "s", key) &&
         hs_statement_run (database, error, "DELETE FROM held WHERE unit = ?1", "s", key) &&
         hs_statement_run (database, error, "DELETE FROM shipment WHERE unit = ?1", "s", key) &&
         hs_statement_run (database, error, "DELETE FROM remark WHERE unit = ?1", "s", key) &&
         hs_statement_run (database, error, "DELETE FROM slow WHERE unit = ?1", "s", key) &&
         hs_search_set (database, row, WHAT, key, NULL, error) && uncount (database, row, error) &&
         hs_statement_run (database, error, "DELETE FROM unit WHERE row = ?1", "i", row);
}

static gboolean
write_identities (HsUnitFold *self, HsDatabase *database, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->identities);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const HsFoldIdentity *identity = value;
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
write_contents (HsUnitFold *self, HsDatabase *database, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->contents);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const HsFoldContent *content = value;

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

static gboolean
write_held (HsUnitFold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->held->len; i++) {
    const HsFoldHeld *held = &g_array_index (self->held, HsFoldHeld, i);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO held (unit, partition, since, until, role, sha256, build) "
                           "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                           "ssiisss",
                           self->key,
                           held->partition,
                           held->since,
                           held->until,
                           held->role,
                           held->sha256,
                           held->build))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_shipments (HsUnitFold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->shipments->len; i++) {
    const HsFoldShipment *shipment = &g_array_index (self->shipments, HsFoldShipment, i);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO shipment (unit, entry, id, party, order_, date, time, "
                           "returned, returned_why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                           "ssssssiis",
                           self->key,
                           shipment->entry,
                           shipment->id,
                           shipment->party,
                           shipment->order,
                           shipment->date,
                           shipment->time,
                           shipment->returned,
                           shipment->returned_why))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_remarks (HsUnitFold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->remarks->len; i++) {
    const HsFoldRemark *remark = &g_array_index (self->remarks, HsFoldRemark, i);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO remark (unit, entry, kind, time, operator, text, sha256, "
                           "size, corrected) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                           "sssisssis",
                           self->key,
                           remark->entry,
                           remark->kind,
                           remark->time,
                           remark->operator_name,
                           remark->text,
                           remark->sha256,
                           remark->size,
                           remark->corrected))
      return FALSE;
  }
  return TRUE;
}

/* One entry may name a sector twice, and a run may have ended twice: the first word counts. */
static gboolean
write_slow (HsUnitFold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->slow->len; i++) {
    const HsFoldSlow *slow = &g_array_index (self->slow, HsFoldSlow, i);

    if (!hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO slow (unit, run, partition, sector, sectors, ms, "
                           "time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                           "sssiiii",
                           self->key,
                           slow->run,
                           slow->partition,
                           slow->sector,
                           slow->n_sectors,
                           slow->ms,
                           slow->time))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_numbers (HsUnitFold *self, HsDatabase *database, GError **error)
{
  for (guint i = 0; i < self->numbers->len; i++) {
    const HsFoldNumber *number = &g_array_index (self->numbers, HsFoldNumber, i);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO number (unit, series, number, value, state, release, run, "
                           "time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                           "sssisssi",
                           self->key,
                           number->series,
                           number->number,
                           number->value,
                           number->state,
                           number->release,
                           number->run,
                           number->time))
      return FALSE;
  }
  return TRUE;
}

static void
add_word (GString *text, const char *word)
{
  if (word != NULL && *word != '\0')
    g_string_append_printf (text, " %s", word);
}

/* Also of those that came back: "the one that this customer returned". Each name once. */
static gboolean
add_shipments (HsUnitFold *self, HsDatabase *database, GString *text, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->shipments->len; i++) {
    const HsFoldShipment *shipment = &g_array_index (self->shipments, HsFoldShipment, i);
    g_autofree char *name = NULL;

    if (shipment->order != NULL && g_hash_table_add (seen, (gpointer) shipment->order))
      add_word (text, shipment->order);
    if (!g_hash_table_add (seen, (gpointer) shipment->party))
      continue;
    if (!hs_statement_read_text (
            database, &name, error, "SELECT name FROM party WHERE id = ?1", "s", shipment->party))
      return FALSE;
    add_word (text, name);
  }
  return TRUE;
}

/* The identities sorted, so that the text does not depend on a table's order. */
static gboolean
make_search_text (HsUnitFold *self, HsDatabase *database, char **made, GError **error)
{
  g_autoptr (GString) text = g_string_new (self->label != NULL ? self->label : "");
  g_autoptr (GList) names = g_hash_table_get_keys (self->identities);

  names = g_list_sort (names, (GCompareFunc) strcmp);
  g_string_append_printf (text, " %s %s", self->key, self->board != NULL ? self->board : "");
  for (GList *l = names; l != NULL; l = l->next)
    if (strcmp (l->data, self->key) != 0)
      add_word (text, l->data);
  add_word (text, self->serial);
  if (!add_shipments (self, database, text, error))
    return FALSE;
  for (guint i = 0; i < self->remarks->len; i++) {
    const HsFoldRemark *remark = &g_array_index (self->remarks, HsFoldRemark, i);

    if (g_str_has_prefix (remark->kind, "unit.") && remark->corrected == NULL)
      add_word (text, remark->text);
  }
  *made = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

static const HsFoldContent *
find_role (HsUnitFold *self, const char *role)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->contents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (strcmp (((HsFoldContent *) value)->role, role) == 0)
      return value;
  return NULL;
}

/* The cores of one camera were written from different builds. */
static gboolean
is_mixed (HsUnitFold *self)
{
  const HsFoldContent *first = find_role (self, "firmware");
  const HsFoldContent *second = find_role (self, "firmware-he");

  return first != NULL && second != NULL && first->sha256 != NULL && second->sha256 != NULL &&
         first->build != NULL && second->build != NULL && strcmp (first->build, second->build) != 0;
}

static gboolean
write_row (HsUnitFold *self, HsDatabase *database, GError **error)
{
  const char *board = self->board != NULL ? self->board : "";

  return hs_statement_run (database,
                           error,
                           "INSERT INTO unit (row, key, board, label, state, first_seen, "
                           "last_seen, changed_outside, "
                           "last_version, serial, release, party, order_, shipped, mixed) VALUES "
                           "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
                           "issssiidsssssid",
                           self->row,
                           self->key,
                           board,
                           self->label,
                           self->state,
                           self->first_seen,
                           self->last_seen,
                           (int) (g_hash_table_size (self->changed) > 0),
                           self->last_version,
                           self->serial,
                           self->release,
                           self->party,
                           self->order,
                           self->shipped,
                           (int) is_mixed (self)) &&
         count (database, board, self->state, error);
}

/* The key itself is a form like the others. */
static void
add_key (HsUnitFold *self)
{
  HsFoldIdentity *identity;

  if (strchr (self->key, ':') == NULL || g_hash_table_contains (self->identities, self->key))
    return;

  identity = g_new0 (HsFoldIdentity, 1);
  identity->strength = g_strdup ("proven");
  identity->evidence = g_strdup ("key");
  g_hash_table_insert (self->identities, g_strdup (self->key), identity);
}

/* Its numbers are taken also while nothing else is known of it: one is reserved before the first
 * run. */
gboolean
hs_unit_fold_write (HsUnitFold *self, HsDatabase *database, GError **error)
{
  g_autofree char *text = NULL;

  if (!write_numbers (self, database, error))
    return FALSE;
  if (!self->exists)
    return TRUE;

  add_key (self);
  return make_search_text (self, database, &text, error) && write_row (self, database, error) &&
         write_identities (self, database, error) && write_contents (self, database, error) &&
         write_held (self, database, error) && write_shipments (self, database, error) &&
         write_remarks (self, database, error) && write_slow (self, database, error) &&
         hs_search_set (database, self->row, WHAT, self->key, text, error);
}
