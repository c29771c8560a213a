/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What was typed, in the spellings in which ids are stored. */
typedef struct {
  char *typed; /* without spaces around it */
  char *lower;
  char *upper;
  char *scheme; /* "stm32"; NULL: only a value was typed */
  char *value;  /* as typed, without the gaps and hyphens of grouped serials */
  char *value_lower;
  char *value_upper;
} Typed;

static void
typed_init (Typed *self, const char *text)
{
  const char *colon;
  g_auto (GStrv) groups = NULL;

  self->typed = g_strstrip (g_strdup (text));
  self->lower = g_ascii_strdown (self->typed, -1);
  self->upper = g_ascii_strup (self->typed, -1);
  colon = strchr (self->typed, ':');
  if (colon != NULL)
    self->scheme = g_ascii_strdown (self->typed, colon - self->typed);
  groups = g_strsplit_set (colon != NULL ? colon + 1 : self->typed, " -", -1);
  self->value = g_strjoinv ("", groups);
  self->value_lower = g_ascii_strdown (self->value, -1);
  self->value_upper = g_ascii_strup (self->value, -1);
}

static void
typed_clear (Typed *self)
{
  g_free (self->typed);
  g_free (self->lower);
  g_free (self->upper);
  g_free (self->scheme);
  g_free (self->value);
  g_free (self->value_lower);
  g_free (self->value_upper);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Typed, typed_clear)

/* Two are enough to know that one is not. Frees @statement. */
static gboolean
take_candidates (HsStatement *statement, GPtrArray *found, GError **error)
{
  g_autoptr (HsStatement) owned = statement;

  while (hs_statement_next (owned))
    g_ptr_array_add (found, g_strdup (hs_statement_get_text (owned, 0)));
  return hs_statement_finish (owned, error);
}

static char *
fail_not_one (GPtrArray *found, const char *typed, gboolean unit, GError **error)
{
  if (found->len == 0)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NOT_FOUND,
                 unit ? _ ("No unit is known as “%s”; `hotshoe units` lists them.")
                      : _ ("No build is known as “%s”; `hotshoe builds` lists them."),
                 typed);
  else
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_AMBIGUOUS,
                 unit ? _ ("“%s” fits several units, among them %s and %s.")
                      : _ ("“%s” fits several builds, among them %.12s and %.12s."),
                 typed,
                 (char *) found->pdata[0],
                 (char *) found->pdata[1]);
  return NULL;
}

static HsStatement *
unit_exactly (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT key FROM unit WHERE key = coalesce ("
                           "(SELECT target FROM alias WHERE key IN (?1, ?2 || ':' || ?3)), ?1) "
                           "UNION SELECT key FROM unit WHERE key = ?2 || ':' || ?3 LIMIT 2",
                           "sss",
                           typed->typed,
                           typed->scheme,
                           typed->value_upper);
}

static HsStatement *
unit_by_label (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT key FROM unit WHERE label = ?1 COLLATE NOCASE LIMIT 2",
                           "s",
                           typed->typed);
}

static HsStatement *
unit_by_serial (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT key FROM unit WHERE serial = ?1 COLLATE NOCASE LIMIT 2",
                           "s",
                           typed->typed);
}

static HsStatement *
unit_by_form (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT DISTINCT unit FROM identity WHERE value IN (?1, ?2, ?3) "
                           "AND (?4 IS NULL OR scheme = ?4) LIMIT 2",
                           "ssss",
                           typed->value,
                           typed->value_lower,
                           typed->value_upper,
                           typed->scheme);
}

/* char (1114111) sorts after every character. */
static HsStatement *
unit_by_prefix (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (
      self->read_db,
      "SELECT unit FROM identity WHERE value >= ?1 AND value < ?1 || char (1114111) "
      "AND (?3 IS NULL OR scheme = ?3) "
      "UNION SELECT unit FROM identity WHERE value >= ?2 AND value < ?2 || char (1114111) "
      "AND (?3 IS NULL OR scheme = ?3) "
      "UNION SELECT key FROM unit WHERE label COLLATE NOCASE >= ?4 "
      "AND label COLLATE NOCASE < ?4 || char (1114111) "
      "UNION SELECT key FROM unit WHERE serial COLLATE NOCASE >= ?4 "
      "AND serial COLLATE NOCASE < ?4 || char (1114111) LIMIT 2",
      "ssss",
      typed->value_upper,
      typed->value_lower,
      typed->scheme,
      typed->typed);
}

typedef HsStatement *(*Tier) (HsCatalog *self, const Typed *typed);

/* The first way of reading it that fits anything decides. */
static char *
resolve (HsCatalog *self,
         const char *text,
         const Tier *tiers,
         guint n_tiers,
         gboolean unit,
         GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_auto (Typed) typed = { 0 };

  typed_init (&typed, text);
  for (guint i = 0; *typed.typed != '\0' && i < n_tiers && found->len == 0; i++)
    if (!take_candidates (tiers[i](self, &typed), found, error))
      return NULL;
  if (found->len != 1)
    return fail_not_one (found, typed.typed, unit, error);
  return g_strdup (found->pdata[0]);
}

/**
 * hs_catalog_resolve_unit:
 * @self: a catalog
 * @typed: an id, alias, label, product serial, any form of identity, or a prefix that only one unit
 *   has
 * @error: %HS_STORE_ERROR_NOT_FOUND or %HS_STORE_ERROR_AMBIGUOUS
 *
 * Returns: (transfer full): the unit's id
 */
char *
hs_catalog_resolve_unit (HsCatalog *self, const char *typed, GError **error)
{
  static const Tier tiers[] = {
    unit_exactly, unit_by_label, unit_by_serial, unit_by_form, unit_by_prefix
  };

  return resolve (self, typed, tiers, G_N_ELEMENTS (tiers), TRUE, error);
}

static HsStatement *
build_exactly (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db, "SELECT id FROM build WHERE id = ?1", "s", typed->lower);
}

static HsStatement *
build_by_name (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT id FROM build WHERE name = ?1 COLLATE NOCASE LIMIT 2",
                           "s",
                           typed->typed);
}

static HsStatement *
build_by_version (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT id FROM build WHERE version = ?1 OR number = ?1 LIMIT 2",
                           "s",
                           typed->typed);
}

static HsStatement *
build_by_prefix (HsCatalog *self, const Typed *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT id FROM build WHERE id >= ?1 AND id < ?1 || char (1114111) "
                           "UNION SELECT id FROM build WHERE name COLLATE NOCASE >= ?2 "
                           "AND name COLLATE NOCASE < ?2 || char (1114111) LIMIT 2",
                           "ss",
                           typed->lower,
                           typed->typed);
}

/**
 * hs_catalog_resolve_build:
 * @self: a catalog
 * @typed: an id, name, version, or a prefix of id or name that only one build has
 * @error: %HS_STORE_ERROR_NOT_FOUND or %HS_STORE_ERROR_AMBIGUOUS
 *
 * Returns: (transfer full): the build's id
 */
char *
hs_catalog_resolve_build (HsCatalog *self, const char *typed, GError **error)
{
  static const Tier tiers[] = { build_exactly, build_by_name, build_by_version, build_by_prefix };

  return resolve (self, typed, tiers, G_N_ELEMENTS (tiers), FALSE, error);
}

/**
 * hs_catalog_find_units_by_form:
 * @self: a catalog
 * @form: "scheme:value", as in HsIdentity
 * @error: a #HsStoreError
 *
 * Which units have shown this form; never matched across schemes.
 *
 * Returns: (transfer container) (element-type utf8): ids; several: it is not known which
 */
GPtrArray *
hs_catalog_find_units_by_form (HsCatalog *self, const char *form, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (form, ":", 2);

  if (g_strv_length (parts) == 2 &&
      !take_candidates (hs_statement_new (self->read_db,
                                          "SELECT unit FROM identity "
                                          "WHERE value = ?1 AND scheme = ?2 ORDER BY unit",
                                          "ss",
                                          parts[1],
                                          parts[0]),
                        found,
                        error))
    return NULL;
  return g_steal_pointer (&found);
}
