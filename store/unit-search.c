/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/unit-search.h"

#include "store/project.h"

#include <string.h>

/* Firmware of the builds with all words anywhere in name or version. */
static gboolean
read_images (HsUnitQuestion *self, GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (self->database,
                        "SELECT artifact.role, artifact.sha256, build.name || ' ' || "
                        "coalesce (build.version, '') || ' ' || coalesce (build.number, '') "
                        "FROM build CROSS JOIN artifact ON artifact.build = build.id "
                        "WHERE substr (artifact.role, 1, 8) = 'firmware'",
                        "");

  while (hs_statement_next (row))
    if (hs_words_are_part (&self->words, hs_statement_get_text (row, 2)))
      g_hash_table_add (
          self->images,
          g_strconcat (hs_statement_get_text (row, 0), " ", hs_statement_get_text (row, 1), NULL));
  return hs_statement_finish (row, error);
}

/**
 * hs_unit_question_init:
 * @self: filled
 * @database: a connection; its reader's lock is held while @self lives
 * @filter: what is asked; must outlive @self
 * @error: a #HsStoreError
 *
 * Returns: %TRUE if it can be asked
 */
gboolean
hs_unit_question_init (HsUnitQuestion *self,
                       HsDatabase *database,
                       const HsUnitFilter *filter,
                       GError **error)
{
  g_autofree char *starts = NULL;

  self->filter = filter;
  self->database = database;
  hs_words_init (&self->words, filter->query);
  self->images = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (self->words.list->len == 0)
    return TRUE;

  hs_search_parse (filter->query, &self->phrases, &starts);
  return read_images (self, error);
}

void
hs_unit_question_clear (HsUnitQuestion *self)
{
  hs_words_clear (&self->words);
  g_clear_pointer (&self->phrases, g_free);
  g_clear_pointer (&self->images, g_hash_table_unref);
  g_clear_pointer (&self->carriers, g_hash_table_unref);
}

static gboolean
carries (HsUnitQuestion *self, const char *unit)
{
  g_autoptr (HsStatement) row = NULL;

  if (g_hash_table_size (self->images) == 0)
    return FALSE;
  if (self->carriers != NULL)
    return g_hash_table_contains (self->carriers, unit);
  row = hs_statement_new (self->database,
                          "SELECT role || ' ' || sha256 FROM content "
                          "WHERE unit = ?1 AND sha256 IS NOT NULL",
                          "s",
                          unit);
  while (hs_statement_next (row))
    if (g_hash_table_contains (self->images, hs_statement_get_text (row, 0)))
      return TRUE;
  return FALSE;
}

gboolean
hs_unit_question_fits (HsUnitQuestion *self, const char *unit, const char *text)
{
  return (text != NULL && hs_words_are_in (&self->words, text)) || carries (self, unit);
}

gboolean
hs_unit_question_count_carriers (HsUnitQuestion *self, gint64 most, gint64 *n, GError **error)
{
  GHashTableIter iter;
  gpointer image;

  *n = 0;
  g_hash_table_iter_init (&iter, self->images);
  while (*n <= most && g_hash_table_iter_next (&iter, &image, NULL)) {
    gint64 more;

    if (!hs_statement_read_int (self->database,
                                &more,
                                error,
                                "SELECT count(*) FROM (SELECT 1 FROM content "
                                "WHERE sha256 = ?1 LIMIT ?2)",
                                "si",
                                strchr (image, ' ') + 1,
                                most + 1))
      return FALSE;
    *n += more;
  }
  return TRUE;
}

static gboolean
load_carriers_of (HsUnitQuestion *self, const char *image, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (image, " ", 2);
  g_autoptr (HsStatement) row =
      hs_statement_new (self->database,
                        "SELECT unit FROM content WHERE sha256 = ?1 AND role = ?2",
                        "ss",
                        parts[1],
                        parts[0]);

  while (hs_statement_next (row))
    g_hash_table_add (self->carriers, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error);
}

/* Before many units are looked at: whether one carries it is then a question to memory. */
gboolean
hs_unit_question_load_carriers (HsUnitQuestion *self, gint64 most, GError **error)
{
  GHashTableIter iter;
  gpointer image;
  gint64 n;

  if (self->carriers != NULL || g_hash_table_size (self->images) == 0)
    return TRUE;
  if (!hs_unit_question_count_carriers (self, most, &n, error))
    return FALSE;
  if (n > most)
    return TRUE;

  self->carriers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_iter_init (&iter, self->images);
  while (g_hash_table_iter_next (&iter, &image, NULL))
    if (!load_carriers_of (self, image, error))
      return FALSE;
  return TRUE;
}
