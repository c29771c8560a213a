/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-numbers.h"

#include "store/catalog-private.h"
#include "store/kinds.h"
#include "store/leases.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A product number belongs to one unit for ever. All of it happens on the writer's thread, in one
 * transaction with the entries that say so: two processes never see the same one free. */

typedef struct {
  const HsNumberRequest *request;
  char *unit;   /* the key that @request's is an alias of, or the same */
  char *number; /* the answer */
  gint64 value; /* of it; 0: not counted */
} Reserve;

static void
reserve_clear (Reserve *self)
{
  g_free (self->unit);
  g_free (self->number);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reserve, reserve_clear)

static gboolean
append (HsCatalog *self,
        HsDatabase *database,
        const char *kind,
        const char *prefix,
        const char *key,
        JsonObject *payload,
        GError **error)
{
  g_autofree char *subject = g_strconcat (prefix, key, NULL);
  g_autofree char *text = hs_payload_to_text (payload);
  HsFact fact = { kind, subject, text };

  return hs_catalog_append_within (self, database, &fact, 1, NULL, error);
}

static JsonObject *
payload_new (const char *series)
{
  JsonObject *payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "series", series);
  return payload;
}

static gboolean
append_freed (HsCatalog *self,
              HsDatabase *database,
              const char *unit,
              const char *series,
              const char *number,
              const char *reason,
              GError **error)
{
  g_autoptr (JsonObject) payload = payload_new (series);

  json_object_set_string_member (payload, "number", number);
  json_object_set_string_member (payload, "reason", reason);
  return append (self, database, HS_KIND_NUMBER_FREED, "unit:", unit, payload, error);
}

/* Whose @number is, other than @unit (nullable); NULL: nobody's. */
static gboolean
find_owner (HsDatabase *database,
            const char *series,
            const char *number,
            const char *unit,
            char **owner,
            GError **error)
{
  return hs_statement_read_text (database,
                                 owner,
                                 error,
                                 "SELECT unit FROM number WHERE series = ?1 AND number = ?2 "
                                 "AND state IN ('committed', 'reserved') AND unit IS NOT ?3 "
                                 "ORDER BY state, time, unit LIMIT 1",
                                 "sss",
                                 series,
                                 number,
                                 unit);
}

static gboolean
read_own (Reserve *reserve,
          HsDatabase *database,
          char **number,
          gboolean *committed,
          GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT number, state = 'committed', value FROM number WHERE unit = ?1 "
                        "AND series = ?2 AND state <> 'freed' "
                        "ORDER BY state = 'committed' DESC, time DESC, number LIMIT 1",
                        "ss",
                        reserve->unit,
                        reserve->request->series);

  *number = NULL;
  if (hs_statement_next (row)) {
    *number = g_strdup (hs_statement_get_text (row, 0));
    *committed = hs_statement_get_int (row, 1) != 0;
    reserve->value = hs_statement_get_int (row, 2);
  }
  return hs_statement_finish (row, error);
}

/* What the unit has already. A reserved one gives way to another that was scanned, and to another
 * bench's unit that turned out to have it too. */
static gboolean
take_own (HsCatalog *self, HsDatabase *database, Reserve *reserve, GError **error)
{
  const HsNumberRequest *request = reserve->request;
  g_autofree char *own = NULL;
  g_autofree char *owner = NULL;
  gboolean committed = FALSE;
  gboolean wanted;

  if (!read_own (reserve, database, &own, &committed, error))
    return FALSE;
  if (own == NULL)
    return TRUE;

  wanted = request->wanted == NULL || strcmp (request->wanted, own) == 0;
  if (!wanted && committed) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NO_NUMBER,
                 _ ("The unit %s already has the number “%s”, it can't become “%s”."),
                 reserve->unit,
                 own,
                 request->wanted);
    return FALSE;
  }
  if (wanted && !committed &&
      !find_owner (database, request->series, own, reserve->unit, &owner, error))
    return FALSE;
  if (wanted && owner == NULL) {
    reserve->number = g_steal_pointer (&own);
    return TRUE;
  }
  reserve->value = 0;
  return append_freed (self,
                       database,
                       reserve->unit,
                       request->series,
                       own,
                       owner != NULL ? "another unit has it" : "another number was scanned",
                       error);
}

static gboolean
take_wanted (HsDatabase *database, Reserve *reserve, GError **error)
{
  const HsNumberRequest *request = reserve->request;
  g_autofree char *owner = NULL;

  if (!find_owner (database, request->series, request->wanted, reserve->unit, &owner, error))
    return FALSE;
  if (owner != NULL) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NO_NUMBER,
                 _ ("The number “%s” belongs to the unit %s. Scan this unit's own number."),
                 request->wanted,
                 owner);
    return FALSE;
  }
  reserve->number = g_strdup (request->wanted);
  return TRUE;
}

/* Up to where all values from @first on were found used: from there the next search goes on. A
 * value that was freed later is found by its own index. */
static gint64 *
get_hint (HsCatalog *self, const char *series, gint64 first)
{
  g_autofree char *key = g_strdup_printf ("%" G_GINT64_FORMAT " %s", first, series);
  gint64 *hint;

  if (self->number_hints == NULL)
    self->number_hints = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  hint = g_hash_table_lookup (self->number_hints, key);
  if (hint == NULL) {
    hint = g_new (gint64, 1);
    *hint = first - 1;
    g_hash_table_insert (self->number_hints, g_steal_pointer (&key), hint);
  }
  return hint;
}

/* The lowest one that was freed and is nobody's since; 0: none. */
static gboolean
find_freed (HsDatabase *database,
            const char *series,
            const HsRange *range,
            gint64 *value,
            GError **error)
{
  return hs_statement_read_int (
      database,
      value,
      error,
      "SELECT value FROM number AS gone WHERE series = ?1 AND state = 'freed' "
      "AND value BETWEEN ?2 AND ?3 AND NOT EXISTS (SELECT 1 FROM number WHERE series = ?1 "
      "AND value = gone.value AND state <> 'freed') ORDER BY value LIMIT 1",
      "sii",
      series,
      range->first,
      range->last);
}

/* The lowest one from @from on that no row counts as used; beyond the range: none. */
static gboolean
find_unused (HsDatabase *database,
             const char *series,
             gint64 from,
             gint64 last,
             gint64 *value,
             GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT value FROM number WHERE series = ?1 AND state <> 'freed' "
                        "AND value BETWEEN ?2 AND ?3 ORDER BY value",
                        "sii",
                        series,
                        from,
                        last);

  *value = from;
  while (hs_statement_next (row)) {
    gint64 used = hs_statement_get_int (row, 0);

    if (used > *value)
      break;
    *value = used + 1;
  }
  return hs_statement_finish (row, error);
}

static char *
make_number (const HsNumberRequest *request, gint64 value)
{
  if (request->list != NULL)
    return g_strdup (request->list[value - 1]);
  return g_strdup_printf ("%s%0*" G_GINT64_FORMAT "%s",
                          request->prefix != NULL ? request->prefix : "",
                          (int) request->digits,
                          value,
                          request->suffix != NULL ? request->suffix : "");
}

/* The recipe's own range. */
static HsRange
get_wished (const HsNumberRequest *request)
{
  HsRange range = { request->first, request->last };
  gint64 n = request->list != NULL ? (gint64) g_strv_length ((char **) request->list) : 0;

  if (request->list == NULL)
    return range;
  range.first = MAX (range.first, 1);
  range.last = range.last > 0 ? MIN (range.last, n) : n;
  return range;
}

/* From @range->first on; a value whose text somebody was given otherwise (by a scan) is passed
 * over. Leaves no number: none is free. */
static gboolean
pick_in (HsCatalog *self, HsDatabase *database, Reserve *reserve, HsRange range, GError **error)
{
  const char *series = reserve->request->series;
  gint64 *hint = get_hint (self, series, range.first);

  while (range.first <= range.last && reserve->number == NULL) {
    g_autofree char *number = NULL;
    g_autofree char *owner = NULL;
    gint64 freed = 0, unused = 0;

    if (!find_freed (database, series, &range, &freed, error) ||
        !find_unused (database, series, MAX (range.first, *hint + 1), range.last, &unused, error))
      return FALSE;
    if (range.first <= *hint + 1)
      *hint = unused - 1;
    if (freed > 0)
      unused = MIN (freed, unused);
    if (unused > range.last)
      return TRUE;

    number = make_number (reserve->request, unused);
    if (!find_owner (database, series, number, NULL, &owner, error))
      return FALSE;
    if (owner == NULL) {
      reserve->number = g_steal_pointer (&number);
      reserve->value = unused;
    }
    range.first = unused + 1;
  }
  return TRUE;
}

static gboolean
pick (HsCatalog *self, HsDatabase *database, Reserve *reserve, GError **error)
{
  HsRange wished = get_wished (reserve->request);
  g_autoptr (GArray) ours =
      hs_leases_read_usable (database, reserve->request->series, self->chain->id, error);

  for (guint i = 0; ours != NULL && i < ours->len && reserve->number == NULL; i++) {
    HsRange range = g_array_index (ours, HsRange, i);

    range.first = MAX (range.first, wished.first);
    range.last = MIN (range.last, wished.last);
    if (!pick_in (self, database, reserve, range, error))
      return FALSE;
  }
  return ours != NULL;
}

/* The bench that locked a release has its numbers, as long as nobody took a lease of them. */
static gboolean
take_whole_range (HsCatalog *self, HsDatabase *database, Reserve *reserve, GError **error)
{
  const HsNumberRequest *request = reserve->request;
  HsRange wished = get_wished (request);
  g_autoptr (JsonObject) payload = NULL;
  g_autofree char *id = NULL;
  gint64 n_leases = 0, n_own = 0;

  if (!hs_statement_read_int (database,
                              &n_leases,
                              error,
                              "SELECT count(*) FROM lease WHERE series = ?1",
                              "s",
                              request->series) ||
      !hs_statement_read_int (database,
                              &n_own,
                              error,
                              "SELECT count(*) FROM release WHERE id = ?1 AND state <> 'draft' "
                              "AND origin = 'bench' AND chain = ?2",
                              "ss",
                              request->release,
                              self->chain->id))
    return FALSE;
  if (n_leases > 0 || n_own == 0 || wished.first < 1 || wished.first > wished.last)
    return TRUE;

  id = g_uuid_string_random ();
  payload = payload_new (request->series);
  json_object_set_string_member (payload, "lease", id);
  json_object_set_int_member (payload, "first", wished.first);
  json_object_set_int_member (payload, "last", wished.last);
  json_object_set_string_member (payload, "release", request->release);
  json_object_set_array_member (payload, "replaces", json_array_new ());
  json_object_set_string_member (payload, "reason", "locked here");
  return append (self, database, HS_KIND_LEASE_TAKEN, "series:", request->series, payload, error);
}

static gboolean
fail_none (HsDatabase *database, Reserve *reserve, const char *chain, GError **error)
{
  const HsNumberRequest *request = reserve->request;
  HsRange wished = get_wished (request);
  g_autoptr (GArray) ours = NULL;
  g_autoptr (GArray) usable = NULL;

  if (wished.first < 1 || wished.first > wished.last) {
    g_set_error_literal (error,
                         HS_STORE_ERROR,
                         HS_STORE_ERROR_NO_NUMBER,
                         _ ("This release counts no numbers itself. Scan the unit's number."));
    return FALSE;
  }
  ours = hs_leases_read (database, request->series, chain, error);
  usable = ours != NULL ? hs_leases_read_usable (database, request->series, chain, error) : NULL;
  if (usable == NULL)
    return FALSE;
  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_NO_NUMBER,
               ours->len == 0 ? _ ("This bench holds no numbers of the series “%s”. Take a lease: "
                                   "hotshoe release lease.")
               : usable->len == 0
                   ? _ ("The numbers of the series “%s” came to two benches in one bundle. "
                        "Take a lease of other ones: hotshoe release lease.")
                   : _ ("All numbers of the series “%s” that this bench holds are used. Take "
                        "a lease: hotshoe release lease."),
               request->series);
  return FALSE;
}

static gboolean
append_reserved (HsCatalog *self, HsDatabase *database, Reserve *reserve, GError **error)
{
  const HsNumberRequest *request = reserve->request;
  g_autoptr (JsonObject) payload = payload_new (request->series);

  json_object_set_string_member (payload, "number", reserve->number);
  json_object_set_int_member (payload, "value", reserve->value);
  hs_payload_set_text (payload, "release", request->release);
  hs_payload_set_text (payload, "run", request->run);
  hs_payload_set_text (payload, "batch", request->batch);
  return append (self, database, HS_KIND_NUMBER_RESERVED, "unit:", reserve->unit, payload, error);
}

static gboolean
reserve_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Reserve *reserve = data;

  reserve->unit = hs_project_resolve (database, reserve->request->unit, error);
  if (reserve->unit == NULL || !take_own (self, database, reserve, error))
    return FALSE;
  if (reserve->number != NULL)
    return TRUE;

  if (reserve->request->wanted != NULL) {
    if (!take_wanted (database, reserve, error))
      return FALSE;
  } else if (!take_whole_range (self, database, reserve, error) ||
             !pick (self, database, reserve, error)) {
    return FALSE;
  }
  if (reserve->number == NULL)
    return fail_none (database, reserve, self->chain->id, error);
  return append_reserved (self, database, reserve, error);
}

/**
 * hs_catalog_reserve_number:
 * @self: a catalog
 * @request: for which unit, and from what
 * @error: %HS_STORE_ERROR_NO_NUMBER with a sentence that says what to do, or another
 *
 * Gives a unit its product number, durable when it returns: the one it has in that series, else
 * the one that was scanned, else the lowest free one. Blocks.
 *
 * Returns: (transfer full): the number as it is written on the product
 */
char *
hs_catalog_reserve_number (HsCatalog *self, const HsNumberRequest *request, GError **error)
{
  g_auto (Reserve) reserve = { .request = request };

  g_return_val_if_fail (HS_IS_CATALOG (self) && request->series != NULL && request->unit != NULL,
                        NULL);

  if (!hs_catalog_write (self, reserve_work, &reserve, error))
    return NULL;
  if (request->value != NULL)
    *request->value = reserve.value;
  return g_steal_pointer (&reserve.number);
}

typedef struct {
  const char *unit;
  const char *series;
  const char *number;
  const char *reason;
} Free;

static gboolean
free_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Free *what = data;
  g_autofree char *unit = hs_project_resolve (database, what->unit, error);
  g_autofree char *state = NULL;

  if (unit == NULL || !hs_statement_read_text (database,
                                               &state,
                                               error,
                                               "SELECT state FROM number WHERE unit = ?1 "
                                               "AND series = ?2 AND number = ?3",
                                               "sss",
                                               unit,
                                               what->series,
                                               what->number))
    return FALSE;
  if (g_strcmp0 (state, "reserved") == 0)
    return append_freed (self, database, unit, what->series, what->number, what->reason, error);

  g_set_error (
      error,
      HS_STORE_ERROR,
      g_strcmp0 (state, "committed") == 0 ? HS_STORE_ERROR_FAILED : HS_STORE_ERROR_NOT_FOUND,
      g_strcmp0 (state, "committed") == 0 ? _ ("The unit %s carries the number “%s”: it stays.")
                                          : _ ("For the unit %s no number “%s” is reserved."),
      unit,
      what->number);
  return FALSE;
}

/**
 * hs_catalog_free_number:
 * @self: a catalog
 * @unit: a key
 * @series: of the number
 * @number: as it was reserved
 * @reason: why it goes back
 * @error: %HS_STORE_ERROR_NOT_FOUND: it is not reserved; %HS_STORE_ERROR_FAILED: it is committed
 *
 * Gives a reserved number back: the next unit may get it.
 *
 * Returns: %TRUE if it is free, on record
 */
gboolean
hs_catalog_free_number (HsCatalog *self,
                        const char *unit,
                        const char *series,
                        const char *number,
                        const char *reason,
                        GError **error)
{
  Free what = { unit, series, number, reason };

  g_return_val_if_fail (HS_IS_CATALOG (self) && reason != NULL, FALSE);

  return hs_catalog_write (self, free_work, &what, error);
}

char *
hs_catalog_find_number (HsCatalog *self, const char *series, const char *number, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  char *unit = NULL;

  return find_owner (self->read_db, series, number, NULL, &unit, error) ? unit : NULL;
}
