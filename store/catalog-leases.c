/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-numbers.h"
#include "store/catalog-private.h"
#include "store/kinds.h"
#include "store/leases.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Ranges of product numbers, of which each chain gives out its own: benches that can't ask each
 * other never give one twice. */

typedef struct {
  const char *series;
  HsRange range;
  const char *release;        /* nullable */
  const char *replace_reason; /* nullable */
  const char *to;             /* whom it is given to; NULL: taken */
  char *id;
} Lease;

static gboolean
check_range (const HsRange *range, GError **error)
{
  if (range->first >= 1 && range->first <= range->last)
    return TRUE;

  g_set_error_literal (error,
                       HS_STORE_ERROR,
                       HS_STORE_ERROR_FAILED,
                       _ ("A lease goes from a number to the same or a higher one, from 1 on."));
  return FALSE;
}

/* Inside of the range, in use; NULL: none. */
static gboolean
find_used (HsDatabase *database, const Lease *lease, char **number, GError **error)
{
  return hs_statement_read_text (database,
                                 number,
                                 error,
                                 "SELECT number FROM number WHERE series = ?1 "
                                 "AND state <> 'freed' AND value BETWEEN ?2 AND ?3 "
                                 "ORDER BY value DESC LIMIT 1",
                                 "sii",
                                 lease->series,
                                 lease->range.first,
                                 lease->range.last);
}

static gboolean
check_unused (HsDatabase *database, const Lease *lease, GError **error)
{
  g_autofree char *number = NULL;

  if (!find_used (database, lease, &number, error))
    return FALSE;
  if (number == NULL)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_FAILED,
               _ ("The number “%s” is used already. Begin after it."),
               number);
  return FALSE;
}

static gboolean
overlaps (GArray *ranges, const HsRange *range)
{
  for (guint i = 0; i < ranges->len; i++) {
    const HsRange *other = &g_array_index (ranges, HsRange, i);

    if (other->first <= range->last && other->last >= range->first)
      return TRUE;
  }
  return FALSE;
}

static gboolean
contains (GArray *ranges, const HsRange *range)
{
  for (guint i = 0; i < ranges->len; i++) {
    const HsRange *other = &g_array_index (ranges, HsRange, i);

    if (other->first <= range->first && other->last >= range->last)
      return TRUE;
  }
  return FALSE;
}

static GPtrArray *
list_texts (HsStatement *statement, GError **error)
{
  g_autoptr (HsStatement) owned = statement;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  while (hs_statement_next (owned))
    g_ptr_array_add (texts, g_strdup (hs_statement_get_text (owned, 0)));
  return hs_statement_finish (owned, error) ? g_steal_pointer (&texts) : NULL;
}

/* All leases by which @chain still holds some of the range. */
static GPtrArray *
list_holding (HsDatabase *database, const Lease *lease, const char *chain, GError **error)
{
  return list_texts (hs_statement_new (database,
                                       "SELECT id FROM lease WHERE series = ?1 AND chain = ?2 "
                                       "AND state = 'taken' AND first <= ?4 AND last >= ?3 "
                                       "ORDER BY first, id",
                                       "ssii",
                                       lease->series,
                                       chain,
                                       lease->range.first,
                                       lease->range.last),
                     error);
}

static gboolean
fail_held (const Lease *lease, gboolean ours, GError **error)
{
  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_FAILED,
               ours ? _ ("This bench holds numbers between %d and %d of the series “%s” already.")
                    : _ ("Another bench holds numbers between %d and %d of the series “%s”. Choose "
                         "other ones, or say why its lease ends."),
               (int) MIN (lease->range.first, G_MAXINT),
               (int) MIN (lease->range.last, G_MAXINT),
               lease->series);
  return FALSE;
}

/* Adds what @chain holds of the range to what is replaced, or refuses. */
static gboolean
check_chain (HsCatalog *self,
             HsDatabase *database,
             const Lease *lease,
             const char *chain,
             JsonArray *replaces,
             GError **error)
{
  gboolean ours = strcmp (chain, self->chain->id) == 0;
  g_autoptr (GArray) held = ours ? hs_leases_read_usable (database, lease->series, chain, error)
                                 : hs_leases_read (database, lease->series, chain, error);
  g_autoptr (GPtrArray) ids = NULL;

  if (held == NULL)
    return FALSE;
  if (!overlaps (held, &lease->range))
    return TRUE;
  if (ours || lease->replace_reason == NULL)
    return fail_held (lease, ours, error);

  ids = list_holding (database, lease, chain, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    json_array_add_string_element (replaces, ids->pdata[i]);
  return ids != NULL;
}

/* What was given away is never ours again. */
static gboolean
check_given (HsCatalog *self, HsDatabase *database, const Lease *lease, GError **error)
{
  g_autofree char *to = NULL;

  if (!hs_statement_read_text (database,
                               &to,
                               error,
                               "SELECT coalesce (to_, '') FROM lease WHERE series = ?1 "
                               "AND chain = ?2 AND state = 'given' AND first <= ?4 AND last >= ?3",
                               "ssii",
                               lease->series,
                               self->chain->id,
                               lease->range.first,
                               lease->range.last))
    return FALSE;
  if (to == NULL)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_FAILED,
               _ ("Some of these numbers were given to “%s”: they never come back."),
               to);
  return FALSE;
}

static JsonArray *
find_replaced (HsCatalog *self, HsDatabase *database, const Lease *lease, GError **error)
{
  g_autoptr (JsonArray) replaces = json_array_new ();
  g_autoptr (GPtrArray) chains =
      list_texts (hs_statement_new (database,
                                    "SELECT DISTINCT chain FROM lease WHERE series = ?1 "
                                    "AND state = 'taken' ORDER BY chain",
                                    "s",
                                    lease->series),
                  error);

  if (chains == NULL || !check_given (self, database, lease, error))
    return NULL;
  for (guint i = 0; i < chains->len; i++)
    if (!check_chain (self, database, lease, chains->pdata[i], replaces, error))
      return NULL;
  if (json_array_get_length (replaces) > 0 && !check_unused (database, lease, error))
    return NULL;
  return g_steal_pointer (&replaces);
}

static JsonObject *
make_payload (Lease *lease)
{
  JsonObject *payload = json_object_new ();

  lease->id = g_uuid_string_random ();
  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "lease", lease->id);
  json_object_set_string_member (payload, "series", lease->series);
  json_object_set_int_member (payload, "first", lease->range.first);
  json_object_set_int_member (payload, "last", lease->range.last);
  return payload;
}

static gboolean
append (HsCatalog *self,
        HsDatabase *database,
        const char *kind,
        const Lease *lease,
        JsonObject *payload,
        GError **error)
{
  g_autofree char *subject = g_strconcat ("series:", lease->series, NULL);
  g_autofree char *text = hs_payload_to_text (payload);
  HsFact fact = { kind, subject, text };

  return hs_catalog_append_within (self, database, &fact, 1, NULL, error);
}

static gboolean
take_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Lease *lease = data;
  g_autoptr (JsonArray) replaces = find_replaced (self, database, lease, error);
  g_autoptr (JsonObject) payload = NULL;

  if (replaces == NULL)
    return FALSE;
  payload = make_payload (lease);
  hs_payload_set_text (payload, "release", lease->release);
  json_object_set_array_member (payload, "replaces", g_steal_pointer (&replaces));
  json_object_set_string_member (
      payload, "reason", lease->replace_reason != NULL ? lease->replace_reason : "");
  return append (self, database, HS_KIND_LEASE_TAKEN, lease, payload, error);
}

static gboolean
give_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Lease *lease = data;
  g_autoptr (GArray) ours = hs_leases_read (database, lease->series, self->chain->id, error);
  g_autoptr (JsonObject) payload = NULL;

  if (ours == NULL || !check_unused (database, lease, error))
    return FALSE;
  if (!contains (ours, &lease->range)) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FAILED,
                 _ ("This bench does not hold all of these numbers of the series “%s”."),
                 lease->series);
    return FALSE;
  }
  payload = make_payload (lease);
  json_object_set_string_member (payload, "to", lease->to);
  return append (self, database, HS_KIND_LEASE_GIVEN, lease, payload, error);
}

static gboolean
run (HsCatalog *self, HsWriteFunc func, Lease *lease, char **id, GError **error)
{
  gboolean done = check_range (&lease->range, error) && hs_catalog_write (self, func, lease, error);

  if (done && id != NULL)
    *id = g_steal_pointer (&lease->id);
  g_free (lease->id);
  return done;
}

/**
 * hs_catalog_take_lease:
 * @self: a catalog
 * @series: of the numbers
 * @first: lowest value, 1 or more
 * @last: highest value
 * @release: (nullable): id, for the record
 * @replace_reason: (nullable): why leases of other chains end herewith
 * @id: (out) (optional) (transfer full): of the lease
 * @error: %HS_STORE_ERROR_FAILED with a sentence that says why not
 *
 * From now on this file's chain gives out these numbers. Blocks.
 *
 * Returns: %TRUE if it is on record
 */
gboolean
hs_catalog_take_lease (HsCatalog *self,
                       const char *series,
                       gint64 first,
                       gint64 last,
                       const char *release,
                       const char *replace_reason,
                       char **id,
                       GError **error)
{
  Lease lease = { .series = series, .range = { first, last } };

  g_return_val_if_fail (HS_IS_CATALOG (self) && series != NULL, FALSE);

  lease.release = release;
  lease.replace_reason = replace_reason;
  return run (self, take_work, &lease, id, error);
}

/**
 * hs_catalog_give_lease:
 * @self: a catalog
 * @series: of the numbers
 * @first: lowest value
 * @last: highest value
 * @to: which bench will take them
 * @error: %HS_STORE_ERROR_FAILED with a sentence that says why not
 *
 * Takes unused numbers out of our own leases for good. Blocks.
 *
 * Returns: %TRUE if it is on record
 */
gboolean
hs_catalog_give_lease (HsCatalog *self,
                       const char *series,
                       gint64 first,
                       gint64 last,
                       const char *to,
                       GError **error)
{
  Lease lease = { .series = series, .range = { first, last }, .to = to };

  g_return_val_if_fail (HS_IS_CATALOG (self) && series != NULL && to != NULL, FALSE);

  return run (self, give_work, &lease, NULL, error);
}

/**
 * hs_catalog_list_leases:
 * @self: a catalog
 * @series: (nullable): %NULL: of all series
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsLease): by series, lowest numbers first
 */
GPtrArray *
hs_catalog_list_leases (HsCatalog *self, const char *series, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) leases = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_lease_free);
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT id, series, chain, chain = (SELECT value FROM meta WHERE key = 'chain'), first, "
      "last, state, to_, (SELECT count(*) FROM number WHERE number.series = lease.series AND "
      "number.state <> 'freed' AND value BETWEEN first AND last) FROM lease "
      "WHERE ?1 IS NULL OR series = ?1 ORDER BY series, first, time, id",
      "s",
      series);

  while (hs_statement_next (row)) {
    HsLease *lease = g_new0 (HsLease, 1);

    lease->id = g_strdup (hs_statement_get_text (row, 0));
    lease->series = g_strdup (hs_statement_get_text (row, 1));
    lease->chain = g_strdup (hs_statement_get_text (row, 2));
    lease->ours = hs_statement_get_int (row, 3) != 0;
    lease->first = hs_statement_get_int (row, 4);
    lease->last = hs_statement_get_int (row, 5);
    lease->state = g_strdup (hs_statement_get_text (row, 6));
    lease->to = g_strdup (hs_statement_get_text (row, 7));
    lease->n_used = hs_statement_get_int (row, 8);
    g_ptr_array_add (leases, lease);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&leases) : NULL;
}

guint64
hs_catalog_count_numbers_left (HsCatalog *self, const char *series)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autofree char *chain = NULL;
  g_autoptr (GArray) ours = NULL;
  guint64 n_left = 0;

  hs_statement_read_text (
      self->read_db, &chain, NULL, "SELECT value FROM meta WHERE key = 'chain'", "");
  if (chain != NULL)
    ours = hs_leases_read_usable (self->read_db, series, chain, NULL);
  for (guint i = 0; ours != NULL && i < ours->len; i++) {
    const HsRange *range = &g_array_index (ours, HsRange, i);
    gint64 n_used = 0;

    hs_statement_read_int (self->read_db,
                           &n_used,
                           NULL,
                           "SELECT count(DISTINCT value) FROM number WHERE series = ?1 "
                           "AND state <> 'freed' AND value BETWEEN ?2 AND ?3",
                           "sii",
                           series,
                           range->first,
                           range->last);
    n_left += range->last - range->first + 1 - n_used;
  }
  return n_left;
}
