/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/catalog-units.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Names of customers lie beside the journal, so that they can be changed or taken out; facts name
 * a party by its id. */

#define FILE_NAME "parties.json"

/* Whatever is shown and searched of the units that were sent there. */
static gboolean
touch_units (HsDatabase *database, HsTouched *touched, const char *party, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database, "SELECT DISTINCT unit FROM shipment WHERE party = ?1 ORDER BY unit", "s", party);

  while (hs_statement_next (row))
    hs_touched_add_unit (touched, hs_statement_get_text (row, 0));
  return hs_statement_finish (row, error);
}

/* The later name wins; of two given at once, the same one on every bench. */
static gboolean
write_party (HsDatabase *database,
             const char *id,
             const char *name,
             gint64 changed,
             HsTouched *touched,
             GError **error)
{
  gint64 n_changed = 0;

  if (!hs_statement_run (database,
                         error,
                         "INSERT INTO party (id, name, changed) VALUES (?1, ?2, ?3) "
                         "ON CONFLICT (id) DO UPDATE SET name = ?2, changed = ?3 "
                         "WHERE changed < ?3 OR (changed = ?3 AND name < ?2)",
                         "ssi",
                         id,
                         name,
                         changed) ||
      !hs_statement_read_int (database, &n_changed, error, "SELECT changes ()", ""))
    return FALSE;
  return n_changed == 0 || touch_units (database, touched, id, error);
}

static gboolean
name_party (HsDatabase *database, const char *id, const char *name, gint64 changed, GError **error)
{
  g_autoptr (HsTouched) touched = hs_touched_new ();

  return write_party (database, id, name, changed, touched, error) &&
         hs_project_fold (database, touched, error);
}

typedef struct {
  const char *name;
  char *id;
} Party;

static char *
fold_case (const char *name)
{
  g_autofree char *whole = g_utf8_normalize (name, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (whole != NULL ? whole : name, -1);
}

/* SQLite folds the case of ASCII letters only: the names that begin with the same one are compared
 * here. */
static gboolean
find_party (HsDatabase *database, const char *name, char **id, GError **error)
{
  g_autofree char *folded = fold_case (name);
  g_autoptr (HsStatement) row = NULL;

  if (!hs_statement_read_text (database,
                               id,
                               error,
                               "SELECT id FROM party WHERE name = ?1 COLLATE NOCASE "
                               "ORDER BY id LIMIT 1",
                               "s",
                               name))
    return FALSE;
  if (*id != NULL || g_str_is_ascii (name))
    return TRUE;

  row = hs_statement_new (database, "SELECT id, name FROM party ORDER BY id", "");
  while (*id == NULL && hs_statement_next (row)) {
    g_autofree char *known = fold_case (hs_statement_get_text (row, 1));

    if (strcmp (known, folded) == 0)
      *id = g_strdup (hs_statement_get_text (row, 0));
  }
  return hs_statement_finish (row, error);
}

static gboolean
put_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Party *party = data;

  if (!find_party (database, party->name, &party->id, error))
    return FALSE;
  if (party->id != NULL)
    return TRUE;

  party->id = hs_journal_new_id (hs_catalog_now (self));
  return name_party (database, party->id, party->name, hs_catalog_now (self), error);
}

/**
 * hs_catalog_put_party:
 * @self: a catalog
 * @name: of a customer; white space around it does not count
 * @error: a #HsStoreError
 *
 * Finds the party of that name, whatever the case of its letters, or makes one. Blocks.
 *
 * Returns: (transfer full): its id
 */
char *
hs_catalog_put_party (HsCatalog *self, const char *name, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name != NULL ? name : ""));
  Party party = { .name = stripped };

  g_return_val_if_fail (HS_IS_CATALOG (self), NULL);

  if (*stripped == '\0' || !g_utf8_validate (stripped, -1, NULL)) {
    g_set_error_literal (
        error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, _ ("A customer needs a name."));
    return NULL;
  }
  if (hs_catalog_write (self, put_work, &party, error))
    return party.id;
  g_free (party.id);
  return NULL;
}

static gboolean
rename_work (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Party *party = data;
  gint64 changed = 0;

  if (!hs_statement_read_int (
          database, &changed, error, "SELECT changed FROM party WHERE id = ?1", "s", party->id))
    return FALSE;
  if (changed == 0) {
    g_set_error_literal (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("There is no such customer."));
    return FALSE;
  }
  return name_party (
      database, party->id, party->name, MAX (hs_catalog_now (self), changed + 1), error);
}

/**
 * hs_catalog_rename_party:
 * @self: a catalog
 * @id: of a party
 * @name: how it is called from now on; "": its name is taken out
 * @error: %HS_STORE_ERROR_NOT_FOUND, or another
 *
 * Changes the name everywhere: units are no longer found by the old one. Blocks.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_catalog_rename_party (HsCatalog *self, const char *id, const char *name, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (name != NULL ? name : ""));
  g_autofree char *key = g_strdup (id);
  Party party = { .name = stripped, .id = key };

  g_return_val_if_fail (HS_IS_CATALOG (self) && id != NULL, FALSE);

  return hs_catalog_write (self, rename_work, &party, error);
}

/**
 * hs_catalog_list_parties:
 * @self: a catalog
 * @start: (nullable): how the name begins
 * @limit: how many at most; 0: all
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): names, by the alphabet
 */
GPtrArray *
hs_catalog_list_parties (HsCatalog *self, const char *start, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsStatement) row =
      hs_statement_new (self->read_db,
                        "SELECT DISTINCT name FROM party WHERE name <> '' "
                        "AND name COLLATE NOCASE >= ?1 "
                        "AND name COLLATE NOCASE < ?1 || char (1114111) "
                        "ORDER BY name COLLATE NOCASE, name LIMIT ?2",
                        "si",
                        start != NULL ? start : "",
                        limit > 0 ? (gint64) limit : (gint64) -1);

  while (hs_statement_next (row))
    g_ptr_array_add (names, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error) ? g_steal_pointer (&names) : NULL;
}

static JsonArray *
read_parties (HsDatabase *database, GError **error)
{
  g_autoptr (JsonArray) parties = json_array_new ();
  g_autoptr (HsStatement) row =
      hs_statement_new (database, "SELECT id, name, changed FROM party ORDER BY id", "");

  while (hs_statement_next (row)) {
    JsonObject *party = json_object_new ();

    json_object_set_string_member (party, "id", hs_statement_get_text (row, 0));
    json_object_set_string_member (party, "name", hs_statement_get_text (row, 1));
    json_object_set_int_member (party, "changed", hs_statement_get_int (row, 2));
    json_array_add_object_element (parties, party);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&parties) : NULL;
}

/* Beside the segments, for they name parties by id only. */
gboolean
hs_parties_export (HsDatabase *database, const char *folder, GError **error)
{
  g_autoptr (JsonArray) parties = read_parties (database, error);
  g_autoptr (JsonObject) document = json_object_new ();
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;

  if (parties == NULL)
    return FALSE;
  json_object_set_int_member (document, "v", 1);
  json_object_set_array_member (document, "parties", g_steal_pointer (&parties));
  text = hs_payload_to_text (document);
  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                   ? HS_STORE_ERROR_FULL
                   : HS_STORE_ERROR_PERMISSION,
               _ ("%s can't be written. Choose another folder."),
               path);
  return FALSE;
}

/* An export of an older Hotshoe has none. */
gboolean
hs_parties_import (HsDatabase *database, const char *folder, HsTouched *touched, GError **error)
{
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) document = NULL;
  JsonArray *parties;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL) || strlen (text) != length ||
      !g_utf8_validate (text, length, NULL))
    return TRUE;

  document = hs_payload_parse (text);
  parties = hs_payload_get_array (document, "parties");
  for (guint i = 0; parties != NULL && i < json_array_get_length (parties); i++) {
    JsonObject *party = hs_payload_nth (parties, i);
    const char *id = party != NULL ? hs_payload_get_text (party, "id") : NULL;
    const char *name = id != NULL ? hs_payload_get_text (party, "name") : NULL;

    if (id != NULL && !write_party (database,
                                    id,
                                    name != NULL ? name : "",
                                    hs_payload_get_int (party, "changed"),
                                    touched,
                                    error))
      return FALSE;
  }
  return TRUE;
}
