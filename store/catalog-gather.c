/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog-find.h"

#include <string.h>

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const HsHit *one = a;
  const HsHit *other = b;

  if (one->last_seen != other->last_seen)
    return one->last_seen > other->last_seen ? -1 : 1;
  return one->row > other->row ? -1 : one->row < other->row;
}

static void
sort_and_cut (HsFind *self)
{
  guint n = self->hits->len;

  g_array_sort (self->hits, compare_hits);
  self->ended = TRUE;
  if (self->limit == 0 || n <= self->limit)
    return;

  self->n_more = n - self->limit;
  g_array_set_size (self->hits, self->limit);
}

static gboolean
fits_by_text (HsFind *self, HsStatement *row, GError **error)
{
  g_autoptr (HsStatement) search = hs_statement_new (self->question.database,
                                                     "SELECT text FROM search WHERE row = ?1",
                                                     "i",
                                                     hs_statement_get_int (row, HS_FIND_ROW));
  gboolean fits =
      hs_statement_next (search) && hs_unit_question_fits (&self->question,
                                                           hs_statement_get_text (row, HS_FIND_KEY),
                                                           hs_statement_get_text (search, 0));

  return hs_statement_finish (search, error) && fits;
}

static gboolean
is_new (HsFind *self, gint64 row)
{
  return g_hash_table_size (self->question.images) == 0 ||
         g_hash_table_add (self->seen, GSIZE_TO_POINTER (row));
}

/* Takes what @statement gives and frees it; stops above the limit of rows. @sure: those rows answer
 * the question without a look at their text. */
static gboolean
gather (HsFind *self, HsStatement *statement, gboolean sure, gboolean *too_many, GError **error)
{
  g_autoptr (HsStatement) row = statement;
  g_autoptr (GError) cause = NULL;

  while (!*too_many && cause == NULL && hs_statement_next (row)) {
    *too_many = self->gather_limit > 0 && ++self->n_looked_at > self->gather_limit;
    if (!*too_many && is_new (self, hs_statement_get_int (row, HS_FIND_ROW)) &&
        hs_find_passes (self, row) && (sure || fits_by_text (self, row, &cause)))
      hs_find_add (self, row);
  }
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  return hs_statement_finish (row, error);
}

/* How many rows may be gathered. */
static gint64
most_of (HsFind *self)
{
  return self->gather_limit > 0 ? self->gather_limit : G_MAXUINT32;
}

/* How many rows of the index are counted to tell which of two words is rarer. */
#define COUNT_LIMIT 300000

static gboolean
count_start (HsFind *self, const char *start, gint64 *n, GError **error)
{
  return hs_statement_read_int (self->question.database,
                                n,
                                error,
                                "SELECT count(*) FROM (SELECT 1 FROM search_start "
                                "WHERE start = ?1 AND what = 'unit' LIMIT ?2)",
                                "si",
                                start,
                                (gint64) COUNT_LIMIT);
}

/* Two of the words that are too short for the text index, the rarer one first; NULL: there are not
 * so many. */
static gboolean
find_starts (HsFind *self, const char **one, const char **other, GError **error)
{
  gint64 n_one, n_other;

  *one = *other = NULL;
  for (guint i = 0; i < self->question.words.list->len && *other == NULL; i++) {
    const char *word = self->question.words.list->pdata[i];

    if (hs_words_is_long (word) || !hs_words_is_plain (word))
      continue;
    if (*one == NULL)
      *one = word;
    else
      *other = word;
  }
  if (*other == NULL)
    return TRUE;
  if (!count_start (self, *one, &n_one, error) || !count_start (self, *other, &n_other, error))
    return FALSE;
  if (n_other < n_one) {
    const char *rarer = *other;

    *other = *one;
    *one = rarer;
  }
  return TRUE;
}

/* Rows with a word that begins with ?1, and one that begins with ?2 (NULL: any). */
#define BY_STARTS                                                                                  \
  "search_start WHERE search_start.start = ?1 AND search_start.what = 'unit' AND (?2 IS NULL OR "  \
  "EXISTS (SELECT 1 FROM search_start AS other WHERE other.start = ?2 AND other.what = 'unit' "    \
  "AND other.row = search_start.row)) "
/* Rows with the phrases of ?1, and a word that begins with ?2 (NULL: any). */
#define BY_PHRASES                                                                                 \
  "search_text WHERE search_text MATCH ?1 AND (?2 IS NULL OR EXISTS (SELECT 1 FROM search_start "  \
  "AS other WHERE other.start = ?2 AND other.what = 'unit' AND other.row = search_text.rowid)) "

/* Of @n rows of an index all that are units answer, if nothing else is asked. */
static gboolean
know (HsFind *self, gint64 n, GError **error)
{
  gint64 n_others;

  if (!hs_find_is_plain (self))
    return TRUE;
  if (!hs_statement_read_int (
          self->question.database,
          &n_others,
          error,
          "SELECT (SELECT count(*) FROM build) + (SELECT count(*) FROM release)",
          ""))
    return FALSE;
  self->n_known = MAX (0, n - n_others);
  return TRUE;
}

/* Counted first: rows of the index cost little, those of the units much. */
static gboolean
count_rows (HsFind *self, const char *one, const char *other, gint64 *n, GError **error)
{
  HsDatabase *database = self->question.database;

  if (self->question.phrases != NULL)
    return hs_statement_read_int (database,
                                  n,
                                  error,
                                  "SELECT count(*) FROM (SELECT 1 FROM " BY_PHRASES "LIMIT ?3)",
                                  "ssi",
                                  self->question.phrases,
                                  one,
                                  most_of (self) + 1);
  return hs_statement_read_int (database,
                                n,
                                error,
                                "SELECT count(*) FROM (SELECT 1 FROM " BY_STARTS "LIMIT ?3)",
                                "ssi",
                                one,
                                other,
                                most_of (self) + 1);
}

static HsStatement *
select_rows (HsFind *self, const char *one, const char *other)
{
  if (self->question.phrases != NULL)
    return hs_statement_new (self->question.database,
                             "SELECT " HS_FIND_COLUMNS
                             " FROM (SELECT search_text.rowid AS found FROM " BY_PHRASES
                             ") CROSS JOIN unit ON unit.row = found",
                             "ss",
                             self->question.phrases,
                             one);
  return hs_statement_new (self->question.database,
                           "SELECT " HS_FIND_COLUMNS
                           " FROM (SELECT search_start.row AS found FROM " BY_STARTS
                           ") CROSS JOIN unit ON unit.row = found",
                           "ss",
                           one,
                           other);
}

static gboolean
gather_by_text (HsFind *self, gboolean *too_many, GError **error)
{
  guint n_words = self->question.words.list->len;
  guint n_long = __builtin_popcount (self->question.words.long_ones);
  const char *one, *other;
  gboolean sure;
  gint64 n;

  if (!find_starts (self, &one, &other, error))
    return FALSE;
  if (one == NULL && self->question.phrases == NULL) {
    *too_many = TRUE; /* words that no index has */
    return TRUE;
  }
  sure = n_words == (n_long > 0 ? n_long + (one != NULL) : (guint) (1 + (other != NULL)));
  if (!count_rows (self, one, other, &n, error))
    return FALSE;
  *too_many = n > most_of (self);
  if (*too_many)
    return !sure || know (self, n, error);
  return gather (self, select_rows (self, one, other), sure, too_many, error);
}

static gboolean
gather_by_image (HsFind *self, gboolean *too_many, GError **error)
{
  GHashTableIter iter;
  gpointer image;

  g_hash_table_iter_init (&iter, self->question.images);
  while (!*too_many && g_hash_table_iter_next (&iter, &image, NULL)) {
    g_auto (GStrv) parts = g_strsplit (image, " ", 2);

    if (!gather (self,
                 hs_statement_new (self->question.database,
                                   "SELECT " HS_FIND_COLUMNS " FROM content CROSS JOIN unit "
                                   "ON unit.key = content.unit "
                                   "WHERE content.sha256 = ?1 AND content.role = ?2",
                                   "ss",
                                   parts[1],
                                   parts[0]),
                 TRUE,
                 too_many,
                 error))
      return FALSE;
  }
  return TRUE;
}

gboolean
hs_find_gather (HsFind *self, gboolean *too_many, GError **error)
{
  gint64 n_carriers;

  self->n_looked_at = 0;
  g_array_set_size (self->hits, 0);
  g_hash_table_remove_all (self->seen);
  if (!hs_unit_question_count_carriers (&self->question, most_of (self), &n_carriers, error))
    return FALSE;
  *too_many = n_carriers > most_of (self);
  if (*too_many)
    return TRUE;
  if (!gather_by_text (self, too_many, error) ||
      (!*too_many && !gather_by_image (self, too_many, error)))
    return FALSE;
  if (*too_many)
    g_array_set_size (self->hits, 0);
  else
    sort_and_cut (self);
  return TRUE;
}
