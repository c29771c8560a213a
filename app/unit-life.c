/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-life.h"

#include "app/app-error.h"
#include "app/run-json.h"
#include "store/catalog-pages.h"
#include "store/kinds.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_ATTACHED (64 * 1024 * 1024) /* bytes */
#define MAX_TEXT     (64 * 1024)        /* bytes of a note or reason */
#define MIN_ENTRY_ID 8                  /* characters of an entry's id that are typed at least */

static gboolean
check_text (const char *text, const char *what, GError **error)
{
  if (text == NULL || text[strspn (text, " \t\r\n")] == '\0') {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("The %s is missing."), what);
    return FALSE;
  }
  if (strlen (text) > MAX_TEXT || !g_utf8_validate (text, -1, NULL)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("This %s is too long, or not text in UTF-8."),
                 what);
    return FALSE;
  }
  return TRUE;
}

static char *
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static guint
read_digits (const char *text, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = 10 * value + g_ascii_digit_value (text[i]);
  return value;
}

/**
 * hs_date_is_valid:
 * @text: (nullable)
 *
 * Whether @text is a day of the calendar written YYYY-MM-DD.
 */
gboolean
hs_date_is_valid (const char *text)
{
  if (text == NULL || strlen (text) != 10)
    return FALSE;
  for (guint i = 0; i < 10; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
      return FALSE;
  return read_digits (text, 4) > 0 && g_date_valid_dmy (read_digits (text + 8, 2),
                                                        read_digits (text + 5, 2),
                                                        read_digits (text, 4));
}

/* One entry about one unit, with "v"; takes @payload. */
static gboolean
append (HsCatalog *catalog, const char *kind, const char *unit, JsonObject *payload, GError **error)
{
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  g_autofree char *text = NULL;
  HsFact fact = { kind, subject, NULL };

  json_object_set_int_member (payload, "v", 1);
  fact.payload = text = hs_json_object_to_text (payload);
  json_object_unref (payload);
  return hs_catalog_append (catalog, &fact, 1, NULL, error);
}

static gboolean
is_in (HsUnit *unit, const char *state)
{
  return strcmp (hs_unit_get_state (unit), state) == 0;
}

static gboolean
fail_scrapped (HsUnit *unit, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_UNIT_SCRAPPED,
               _ ("Unit %s is scrap."),
               hs_unit_get_id (unit));
  return FALSE;
}

/* --- shipping --- */

static gboolean
check_may_ship (HsUnit *unit, GError **error)
{
  const char *who = hs_unit_get_party_name (unit);

  if (is_in (unit, "scrapped"))
    return fail_scrapped (unit, error);
  if (!is_in (unit, "shipped")) {
    if (!hs_unit_has_unknown (unit))
      return TRUE;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_INCOMPLETE,
                 _ ("Unit %s can't be shipped: a write broke off, and what is on it is not known."),
                 hs_unit_get_id (unit));
    return FALSE;
  }

  if (who != NULL && *who != '\0')
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_UNIT_SHIPPED,
                 _ ("Unit %s was already shipped to %s."),
                 hs_unit_get_id (unit),
                 who);
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_UNIT_SHIPPED,
                 _ ("Unit %s was already shipped."),
                 hs_unit_get_id (unit));
  return FALSE;
}

/* The subjects of those that may be shipped, each once. */
static GPtrArray *
take_shippable (HsCatalog *catalog, const char *const *units, GError **error)
{
  g_autoptr (GPtrArray) subjects = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (; units != NULL && *units != NULL; units++) {
    g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, *units, error);
    g_autofree char *subject = NULL;

    if (unit == NULL || !check_may_ship (unit, error))
      return NULL;
    subject = g_strconcat ("unit:", hs_unit_get_id (unit), NULL);
    if (!g_hash_table_add (seen, subject))
      continue;
    g_ptr_array_add (subjects, g_steal_pointer (&subject));
  }
  if (subjects->len == 0) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("There is no unit to be shipped."));
    return NULL;
  }
  return g_steal_pointer (&subjects);
}

/* What is said of every unit of one sending. */
static char *
make_shipment (const char *id, const char *party, const char *order, const char *date)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "shipment", id);
  json_object_set_string_member (payload, "party", party);
  hs_json_set_string (payload, "order", order != NULL && *order != '\0' ? order : NULL);
  json_object_set_string_member (payload, "date", date);
  return hs_json_object_to_text (payload);
}

/**
 * hs_units_ship:
 * @catalog: a catalog
 * @units: (array zero-terminated=1): keys
 * @customer: who gets them; a new name makes a new party
 * @order: (nullable): order number
 * @date: (nullable): YYYY-MM-DD; %NULL: today
 * @shipment: (out) (optional): id of this sending
 * @error: %HS_APP_ERROR_UNIT_SHIPPED, %HS_APP_ERROR_UNIT_SCRAPPED (the first such unit is named),
 *   %HS_APP_ERROR_USAGE, or a #HsStoreError
 *
 * Returns: %TRUE if all of them count as shipped; else none does
 */
gboolean
hs_units_ship (HsCatalog *catalog,
               const char *const *units,
               const char *customer,
               const char *order,
               const char *date,
               char **shipment,
               GError **error)
{
  g_autoptr (GPtrArray) subjects = NULL;
  g_autofree HsFact *facts = NULL;
  g_autofree char *day = date != NULL && *date != '\0' ? g_strdup (date) : today ();
  g_autofree char *name = g_strstrip (g_strdup (customer != NULL ? customer : ""));
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *party = NULL;
  g_autofree char *payload = NULL;

  g_return_val_if_fail (HS_IS_CATALOG (catalog), FALSE);

  if (!check_text (name, _ ("customer"), error))
    return FALSE;
  if (!hs_date_is_valid (day)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("“%s” is no date; write it as 2026-11-21."),
                 day);
    return FALSE;
  }
  subjects = take_shippable (catalog, units, error);
  if (subjects == NULL)
    return FALSE;
  party = hs_catalog_put_party (catalog, name, error);
  if (party == NULL)
    return FALSE;

  payload = make_shipment (id, party, order, day);
  facts = g_new0 (HsFact, subjects->len);
  for (guint i = 0; i < subjects->len; i++)
    facts[i] = (HsFact){ HS_KIND_UNIT_SHIPPED, g_ptr_array_index (subjects, i), payload };
  if (!hs_catalog_append (catalog, facts, subjects->len, NULL, error))
    return FALSE;
  if (shipment != NULL)
    *shipment = g_steal_pointer (&id);
  return TRUE;
}

/* --- one unit --- */

/**
 * hs_unit_return:
 * @catalog: a catalog
 * @unit: key
 * @reason: why it came back
 * @error: %HS_APP_ERROR_FAILED: it is not shipped; %HS_APP_ERROR_USAGE; a #HsStoreError
 *
 * Returns: %TRUE if it is recorded, with today's date
 */
gboolean
hs_unit_return (HsCatalog *catalog, const char *unit, const char *reason, GError **error)
{
  g_autoptr (HsUnit) known = NULL;
  g_autofree char *day = today ();
  JsonObject *payload;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && unit != NULL, FALSE);

  if (!check_text (reason, _ ("reason"), error))
    return FALSE;
  known = hs_catalog_get_unit (catalog, unit, error);
  if (known == NULL)
    return FALSE;
  if (is_in (known, "scrapped"))
    return fail_scrapped (known, error);
  if (!is_in (known, "shipped")) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("Unit %s can't come back: as far as this catalog knows, it was not shipped. A "
                    "note can say where it was."),
                 hs_unit_get_id (known));
    return FALSE;
  }

  payload = json_object_new ();
  json_object_set_string_member (payload, "reason", reason);
  json_object_set_string_member (payload, "date", day);
  return append (catalog, HS_KIND_UNIT_RETURNED, hs_unit_get_id (known), payload, error);
}

/**
 * hs_unit_scrap:
 * @catalog: a catalog
 * @unit: key
 * @reason: what is wrong with it
 * @error: %HS_APP_ERROR_UNIT_SCRAPPED: it is; %HS_APP_ERROR_USAGE; a #HsStoreError
 *
 * From now on it is never flashed and never shipped. Also for one that stays with a customer.
 */
gboolean
hs_unit_scrap (HsCatalog *catalog, const char *unit, const char *reason, GError **error)
{
  g_autoptr (HsUnit) known = NULL;
  JsonObject *payload;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && unit != NULL, FALSE);

  if (!check_text (reason, _ ("reason"), error))
    return FALSE;
  known = hs_catalog_get_unit (catalog, unit, error);
  if (known == NULL)
    return FALSE;
  if (is_in (known, "scrapped"))
    return fail_scrapped (known, error);

  payload = json_object_new ();
  json_object_set_string_member (payload, "reason", reason);
  return append (catalog, HS_KIND_UNIT_SCRAPPED, hs_unit_get_id (known), payload, error);
}

gboolean
hs_unit_label (HsCatalog *catalog, const char *unit, const char *label, GError **error)
{
  g_autoptr (HsUnit) known = hs_catalog_get_unit (catalog, unit, NULL);
  const char *key = known != NULL ? hs_unit_get_id (known) : unit;
  g_autofree char *owner = NULL;
  JsonObject *payload;

  if (label != NULL && *label != '\0')
    owner = hs_catalog_find_unit_by_label (catalog, label, NULL);
  if (owner != NULL && strcmp (owner, key) != 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("The label “%s” is that of unit %s. Choose another one."),
                 label,
                 owner);
    return FALSE;
  }

  payload = json_object_new ();
  hs_json_set_string (payload, "label", label);
  return append (catalog, HS_KIND_UNIT_LABELLED, unit, payload, error);
}

gboolean
hs_unit_note (HsCatalog *catalog, const char *unit, const char *text, GError **error)
{
  g_autoptr (HsUnit) known = NULL;
  JsonObject *payload;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && unit != NULL, FALSE);

  if (!check_text (text, _ ("note"), error))
    return FALSE;
  known = hs_catalog_get_unit (catalog, unit, error);
  if (known == NULL)
    return FALSE;

  payload = json_object_new ();
  json_object_set_string_member (payload, "text", text);
  return append (catalog, HS_KIND_UNIT_NOTED, hs_unit_get_id (known), payload, error);
}

/* --- files --- */

/* Never more than what may be attached, whatever the file does meanwhile. */
static GBytes *
read_file (GFile *file, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree guint8 *data = NULL;
  gsize size = 0;

  if (stream == NULL)
    return NULL;
  data = g_try_malloc (MAX_ATTACHED + 1);
  if (data == NULL) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_FAILED, _ ("There is no memory left."));
    return NULL;
  }
  if (!g_input_stream_read_all (
          G_INPUT_STREAM (stream), data, MAX_ATTACHED + 1, &size, NULL, error))
    return NULL;
  if (size > MAX_ATTACHED) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("The file is larger than 64 MB."));
    return NULL;
  }
  return g_bytes_new (data, size);
}

/**
 * hs_unit_attach:
 * @catalog: a catalog
 * @unit: key
 * @file: at most 64 MB
 * @error: %HS_APP_ERROR_USAGE: too large; a #GIOError; a #HsStoreError
 *
 * Copies @file beside the catalog, and records its name, size and digest.
 */
gboolean
hs_unit_attach (HsCatalog *catalog, const char *unit, GFile *file, GError **error)
{
  g_autoptr (HsUnit) known = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autofree char *sha256 = NULL;
  JsonObject *payload;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && unit != NULL && G_IS_FILE (file), FALSE);

  known = hs_catalog_get_unit (catalog, unit, error);
  if (known == NULL)
    return FALSE;
  bytes = read_file (file, error);
  if (bytes == NULL || !hs_catalog_put_blob (catalog, bytes, &sha256, error))
    return FALSE;

  path = g_file_get_basename (file);
  name = g_filename_display_name (path);
  payload = json_object_new ();
  json_object_set_string_member (payload, "file", name);
  json_object_set_int_member (payload, "size", g_bytes_get_size (bytes));
  json_object_set_string_member (payload, "sha256", sha256);
  return append (catalog, HS_KIND_UNIT_ATTACHED, hs_unit_get_id (known), payload, error);
}

/* --- corrections --- */

/* An entry that was found by what was typed of its id. */
typedef struct {
  char *id; /* NULL: none yet */
  gboolean several;
  gboolean corrected; /* it was taken back before */
} Found;

static void
found_clear (Found *self)
{
  g_free (self->id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
consider (Found *self, const char *typed, const char *id, gboolean corrected)
{
  if (!g_str_has_prefix (id, typed) || g_strcmp0 (self->id, id) == 0)
    return;
  if (self->id != NULL) {
    self->several = TRUE;
    return;
  }
  self->id = g_strdup (id);
  self->corrected = corrected;
}

/* What the unit's page shows, also of keys that are aliases of it now. */
static gboolean
search_story (Found *self, HsCatalog *catalog, const char *unit, const char *typed, GError **error)
{
  g_autoptr (HsStory) story = hs_catalog_get_story (catalog, unit, error);

  if (story == NULL)
    return FALSE;
  for (guint i = 0; i < story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (story->shipments, i);

    consider (self, typed, shipment->entry, FALSE);
  }
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);

    if (strcmp (remark->kind, HS_KIND_FILE_HOLDS) != 0)
      consider (self, typed, remark->entry, remark->corrected != NULL);
  }
  return TRUE;
}

/* Labels, and what a correction took out of the story. */
static gboolean
search_journal (Found *self,
                HsCatalog *catalog,
                const char *unit,
                const char *typed,
                GError **error)
{
  static const char *const kinds[] = {
    HS_KIND_UNIT_LABELLED, HS_KIND_UNIT_NOTED,    HS_KIND_UNIT_SHIPPED,   HS_KIND_UNIT_RETURNED,
    HS_KIND_UNIT_SCRAPPED, HS_KIND_UNIT_ATTACHED, HS_KIND_UNIT_CORRECTED, NULL,
  };
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  const HsJournalFilter filter = { .kinds = kinds, .subject = subject };
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, 0, NULL, error);
  g_autoptr (GHashTable) corrected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* Newest first: a correction comes before what it takes back. */
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), error);

    if (entry == NULL)
      return FALSE;
    if (strcmp (hs_entry_get_kind (entry), HS_KIND_UNIT_CORRECTED) == 0) {
      g_autoptr (JsonObject) payload = hs_payload_parse (hs_entry_get_payload (entry));
      const char *named = hs_payload_get_text (payload, "entry");

      if (named != NULL)
        g_hash_table_add (corrected, g_strdup (named));
      continue;
    }
    consider (self,
              typed,
              hs_entry_get_id (entry),
              g_hash_table_contains (corrected, hs_entry_get_id (entry)));
  }
  return rows != NULL;
}

static gboolean
check_found (const Found *self, const char *unit, const char *typed, GError **error)
{
  if (self->id == NULL)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NOT_FOUND,
                 _ ("Unit %s has no label, note, shipment, return, scrapping or file with the "
                    "entry “%s”: only those can be taken back."),
                 unit,
                 typed);
  else if (self->several)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_AMBIGUOUS,
                 _ ("“%s” fits several entries about unit %s."),
                 typed,
                 unit);
  else if (self->corrected)
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_FAILED, _ ("Entry %s was taken back before."), self->id);
  else
    return TRUE;
  return FALSE;
}

/**
 * hs_unit_correct:
 * @catalog: a catalog
 * @unit: key
 * @entry: id of an earlier entry about it, or its first 8 characters or more
 * @reason: why that was wrong
 * @error: %HS_STORE_ERROR_NOT_FOUND, %HS_STORE_ERROR_AMBIGUOUS, %HS_APP_ERROR_FAILED: was taken
 *   back before
 *
 * The earlier entry stays in the journal and counts as not made.
 */
gboolean
hs_unit_correct (HsCatalog *catalog,
                 const char *unit,
                 const char *entry,
                 const char *reason,
                 GError **error)
{
  g_auto (Found) found = { NULL };
  g_autoptr (HsUnit) known = NULL;
  const char *key;
  JsonObject *payload;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && unit != NULL && entry != NULL, FALSE);

  if (!check_text (reason, _ ("reason"), error))
    return FALSE;
  if (strlen (entry) < MIN_ENTRY_ID) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_USAGE,
                         _ ("Name the entry by the first 8 characters of its id, or more."));
    return FALSE;
  }
  known = hs_catalog_get_unit (catalog, unit, error);
  if (known == NULL)
    return FALSE;
  key = hs_unit_get_id (known);
  if (!search_journal (&found, catalog, key, entry, error) ||
      !search_story (&found, catalog, key, entry, error) ||
      !check_found (&found, key, entry, error))
    return FALSE;

  payload = json_object_new ();
  json_object_set_string_member (payload, "entry", found.id);
  json_object_set_string_member (payload, "reason", reason);
  return append (catalog, HS_KIND_UNIT_CORRECTED, key, payload, error);
}
