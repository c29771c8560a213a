/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-lines.h"

#include "app/run-json.h"
#include "app/unit-life.h"
#include "flash/identity.h"
#include "store/catalog-numbers.h"
#include "store/catalog-pages.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_NAME        200         /* bytes of a label, serial, customer … */
#define MAX_NOTE        (64 * 1024) /* bytes */
#define SERIES_IMPORTED "imported"

struct _HsUnitLines {
  HsCatalog *catalog;
  gboolean apply;
  GArray *facts;         /* HsFact; their texts are owned by the next */
  GPtrArray *texts;      /* char * */
  GHashTable *units;     /* key -> Said, of the lines so far */
  GHashTable *labels;    /* set of folded labels that they gave */
  GHashTable *serials;   /* the same of serials */
  GHashTable *parties;   /* folded name -> id */
  GHashTable *shipments; /* customer, order, date -> id of the sending */
};

/* An earlier line about a unit. */
typedef struct {
  guint64 line;
  guint hash; /* of all that it says */
} Said;

/* A line while it is looked at. */
typedef struct {
  const char *const *cells;
  const HsBoard *board; /* nullable */
  char *key;
  HsUnit *unit;   /* NULL: new */
  HsStory *story; /* read when needed */
  char *why;      /* set: rejected */
} Line;

static void
line_clear (Line *self)
{
  g_free (self->key);
  g_clear_object (&self->unit);
  g_clear_pointer (&self->story, hs_story_free);
  g_free (self->why);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static gboolean reject (Line *line, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Always FALSE, without an error: the line is at fault, not the catalog. */
static gboolean
reject (Line *line, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  line->why = g_strdup_vprintf (format, args);
  va_end (args);
  return FALSE;
}

HsUnitLines *
hs_unit_lines_new (HsCatalog *catalog, gboolean apply)
{
  HsUnitLines *self = g_new0 (HsUnitLines, 1);

  self->catalog = g_object_ref (catalog);
  self->apply = apply;
  self->facts = g_array_new (FALSE, FALSE, sizeof (HsFact));
  self->texts = g_ptr_array_new_with_free_func (g_free);
  self->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->serials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->parties = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->shipments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
hs_unit_lines_free (HsUnitLines *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->catalog);
  g_array_unref (self->facts);
  g_ptr_array_unref (self->texts);
  g_hash_table_unref (self->units);
  g_hash_table_unref (self->labels);
  g_hash_table_unref (self->serials);
  g_hash_table_unref (self->parties);
  g_hash_table_unref (self->shipments);
  g_free (self);
}

/* Takes @payload. */
static void
add_fact (HsUnitLines *self, const Line *line, const char *kind, JsonObject *payload)
{
  HsFact fact = { kind, NULL, NULL };

  if (self->apply) {
    json_object_set_int_member (payload, "v", 1);
    fact.subject = g_strconcat ("unit:", line->key, NULL);
    fact.payload = hs_json_object_to_text (payload);
    g_ptr_array_add (self->texts, (char *) fact.subject);
    g_ptr_array_add (self->texts, (char *) fact.payload);
  }
  json_object_unref (payload);
  g_array_append_val (self->facts, fact);
}

static gboolean
same_name (const char *one, const char *other)
{
  g_autofree char *a = one != NULL ? g_utf8_casefold (one, -1) : NULL;
  g_autofree char *b = other != NULL ? g_utf8_casefold (other, -1) : NULL;

  return g_strcmp0 (a, b) == 0;
}

static gboolean
has_controls (const char *text, gboolean breaks_too)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text) && (breaks_too || strchr ("\n\r\t", *text) == NULL))
      return TRUE;
  return FALSE;
}

static gboolean
check_cells (Line *line)
{
  for (guint i = 0; i < HS_N_CELLS; i++) {
    const char *cell = line->cells[i];
    gsize limit = i == HS_CELL_NOTE ? MAX_NOTE : MAX_NAME;

    if (cell == NULL)
      continue;
    if (strlen (cell) > limit)
      return reject (line, _ ("“%.40s…” is too long."), cell);
    if (has_controls (cell, i != HS_CELL_NOTE))
      return reject (line, _ ("“%.40s” has control characters within."), cell);
  }
  return line->cells[HS_CELL_UNIT] != NULL || reject (line, _ ("It names no unit."));
}

/* --- which unit --- */

/* The key behind "scheme:VALUE" or only VALUE, as the board's bootloader shows it. */
static char *
read_key (const HsBoard *board, const char *typed)
{
  static const HsMode modes[] = { HS_MODE_DFU, HS_MODE_APP };
  const char *colon = strchr (typed, ':');
  const char *value = colon != NULL ? colon + 1 : typed;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_autoptr (HsIdentity) identity = hs_identity_new (board, modes[i], value);

    if (identity->strength != HS_IDENTITY_PROVEN || !hs_identity_names_unit (board, identity->key))
      continue;
    if (colon == NULL || g_ascii_strncasecmp (identity->key, typed, colon - typed + 1) == 0)
      return g_steal_pointer (&identity->key);
  }
  return NULL;
}

static gboolean
read_unit (HsUnitLines *self, Line *line, const char *key, GError **error)
{
  g_autoptr (GError) local = NULL;

  line->unit = hs_catalog_get_unit (self->catalog, key, &local);
  if (line->unit != NULL) {
    line->key = g_strdup (hs_unit_get_id (line->unit));
    return TRUE;
  }
  if (g_error_matches (local, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
find_unit (HsUnitLines *self, Line *line, GError **error)
{
  const char *typed = line->cells[HS_CELL_UNIT];
  const char *board = line->cells[HS_CELL_BOARD];
  g_autofree char *key = NULL;

  if (board != NULL && (line->board = hs_board_by_id (board)) == NULL)
    return reject (line, _ ("No board is called “%s”."), board);
  key = line->board != NULL ? read_key (line->board, typed) : NULL;
  /* Nothing but whole ids: what a beginning fits today may fit another unit tomorrow. */
  if (!read_unit (self, line, key != NULL ? key : typed, error))
    return FALSE;

  if (line->unit != NULL) {
    const char *known = hs_unit_get_board (line->unit);

    return board == NULL || *known == '\0' || g_str_equal (known, board) ||
           reject (line, _ ("The catalog knows this unit as %s, not as %s."), known, board);
  }
  if (board == NULL)
    return reject (
        line, _ ("The catalog does not know “%s”, and a new unit needs its board."), typed);
  if (key == NULL)
    return reject (line, _ ("“%s” is no full id of a unit of %s."), typed, line->board->id);
  line->key = g_steal_pointer (&key);
  return TRUE;
}

static void
add_identity (JsonArray *identities, const char *form, const char *strength, const char *evidence)
{
  JsonObject *object = json_object_new ();
  const char *colon = strchr (form, ':');
  g_autofree char *scheme = g_strndup (form, colon - form);

  json_object_set_string_member (object, "scheme", scheme);
  json_object_set_string_member (object, "value", colon + 1);
  json_object_set_string_member (object, "strength", strength);
  json_object_set_string_member (object, "evidence", evidence);
  json_array_add_object_element (identities, object);
}

/* With every form that can be computed: by them it is recognised when it is plugged in. */
static void
add_seen (HsUnitLines *self, const Line *line)
{
  g_auto (GStrv) forms = NULL;
  JsonObject *payload = json_object_new ();
  JsonArray *identities = json_array_new ();

  if (self->apply) {
    forms = hs_identity_all_forms (line->key);
    for (guint i = 0; forms[i] != NULL; i++) {
      HsAgreement agreement =
          hs_identity_agrees (line->key, line->board, HS_MODE_DFU, strchr (forms[i], ':') + 1);

      add_identity (identities,
                    forms[i],
                    hs_identity_strength_name (agreement == HS_AGREE_YES ? HS_IDENTITY_PROVEN
                                                                         : HS_IDENTITY_SUGGESTED),
                    i == 0 ? "imported" : "computed from the id");
    }
  }
  json_object_set_string_member (payload, "board", line->board->id);
  json_object_set_null_member (payload, "port");
  json_object_set_array_member (payload, "identities", identities);
  add_fact (self, line, HS_KIND_UNIT_SEEN, payload);
}

/* --- what is said of it; each FALSE with or without @error --- */

static gboolean
take_label (HsUnitLines *self, Line *line, GError **error)
{
  const char *label = line->cells[HS_CELL_LABEL];
  g_autofree char *folded = NULL;
  g_autofree char *owner = NULL;
  g_autoptr (GError) local = NULL;
  JsonObject *payload;

  if (label == NULL ||
      (line->unit != NULL && g_strcmp0 (hs_unit_get_label (line->unit), label) == 0))
    return TRUE;

  folded = g_utf8_casefold (label, -1);
  if (g_hash_table_contains (self->labels, folded))
    return reject (line, _ ("An earlier line gives the label “%s” to another unit."), label);
  owner = hs_catalog_find_unit_by_label (self->catalog, label, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (owner != NULL && !g_str_equal (owner, line->key))
    return reject (line, _ ("The label “%s” is that of unit %s."), label, owner);

  payload = json_object_new ();
  json_object_set_string_member (payload, "label", label);
  add_fact (self, line, HS_KIND_UNIT_LABELLED, payload);
  return TRUE;
}

static gboolean
ensure_story (HsUnitLines *self, Line *line, GError **error)
{
  if (line->story == NULL)
    line->story = hs_catalog_get_story (self->catalog, line->key, error);
  return line->story != NULL;
}

static gboolean
has_number (const HsStory *story, const char *serial)
{
  for (guint i = 0; i < story->numbers->len; i++) {
    const HsNumber *number = g_ptr_array_index (story->numbers, i);

    if (same_name (number->number, serial) && g_str_equal (number->state, "committed"))
      return TRUE;
  }
  return FALSE;
}

/* Whether nobody else has it, here or in the lines before. */
static gboolean
is_free (HsUnitLines *self, Line *line, const char *series, const char *serial, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *folded = g_utf8_casefold (serial, -1);
  g_autofree char *owner = NULL;

  if (g_hash_table_contains (self->serials, folded))
    return reject (line, _ ("An earlier line gives product serial %s to another unit."), serial);
  owner = hs_catalog_find_unit_by_serial (self->catalog, serial, &local);
  if (owner == NULL && local == NULL)
    owner = hs_catalog_find_number (self->catalog, series, serial, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return owner == NULL || g_str_equal (owner, line->key) ||
         reject (line, _ ("Product serial %s belongs to unit %s."), serial, owner);
}

static gboolean
take_serial (HsUnitLines *self, Line *line, GError **error)
{
  const char *serial = line->cells[HS_CELL_SERIAL];
  const char *series = line->cells[HS_CELL_SERIES];
  const char *known = line->unit != NULL ? hs_unit_get_serial (line->unit) : NULL;
  JsonObject *payload;

  if (serial == NULL)
    return series == NULL || reject (line, _ ("It names a series, but no product serial."));
  if (known != NULL && same_name (known, serial))
    return TRUE;
  if (known != NULL) {
    if (!ensure_story (self, line, error))
      return FALSE;
    return has_number (line->story, serial) ||
           reject (line, _ ("The unit has product serial %s; it stays its own."), known);
  }

  if (series == NULL)
    series = SERIES_IMPORTED;
  if (!is_free (self, line, series, serial, error))
    return FALSE;
  payload = json_object_new ();
  json_object_set_string_member (payload, "series", series);
  json_object_set_string_member (payload, "number", serial);
  json_object_set_int_member (payload, "value", 0);
  json_object_set_null_member (payload, "release");
  json_object_set_null_member (payload, "run");
  json_object_set_null_member (payload, "batch");
  add_fact (self, line, HS_KIND_NUMBER_COMMITTED, payload);
  return TRUE;
}

static gboolean
was_shipped_so (Line *line)
{
  for (guint i = 0; i < line->story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (line->story->shipments, i);

    if (same_name (shipment->party_name, line->cells[HS_CELL_CUSTOMER]) &&
        same_name (shipment->order, line->cells[HS_CELL_ORDER]) &&
        g_strcmp0 (shipment->date, line->cells[HS_CELL_DATE]) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The id of a party; cached, since finding one is a write. "" in a preview. */
static const char *
find_party (HsUnitLines *self, const char *customer, GError **error)
{
  g_autofree char *folded = g_utf8_casefold (customer, -1);
  const char *known = g_hash_table_lookup (self->parties, folded);
  char *id;

  if (known != NULL || !self->apply)
    return known != NULL ? known : "";
  id = hs_catalog_put_party (self->catalog, customer, error);
  if (id != NULL)
    g_hash_table_insert (self->parties, g_steal_pointer (&folded), id);
  return id;
}

/* All lines with the same customer, order and day are one sending. */
static const char *
find_sending (HsUnitLines *self, Line *line)
{
  const char *order = line->cells[HS_CELL_ORDER];
  g_autofree char *joined = g_strjoin ("\x1f",
                                       line->cells[HS_CELL_CUSTOMER],
                                       line->cells[HS_CELL_DATE],
                                       order != NULL ? order : "",
                                       NULL);
  g_autofree char *folded = g_utf8_casefold (joined, -1);
  char *id = g_hash_table_lookup (self->shipments, folded);

  if (id == NULL) {
    id = g_uuid_string_random ();
    g_hash_table_insert (self->shipments, g_steal_pointer (&folded), id);
  }
  return id;
}

static gboolean
check_may_ship (Line *line)
{
  const char *state = line->unit != NULL ? hs_unit_get_state (line->unit) : "";
  const char *who = line->unit != NULL ? hs_unit_get_party_name (line->unit) : NULL;

  if (g_str_equal (state, "scrapped"))
    return reject (line, _ ("The unit is scrap: it can't be shipped."));
  if (g_str_equal (state, "shipped"))
    return reject (line, _ ("The unit is already shipped to %s."), who != NULL ? who : "?");
  return TRUE;
}

static gboolean
take_shipment (HsUnitLines *self, Line *line, GError **error)
{
  const char *customer = line->cells[HS_CELL_CUSTOMER];
  const char *order = line->cells[HS_CELL_ORDER];
  const char *date = line->cells[HS_CELL_DATE];
  const char *party;
  JsonObject *payload;

  if (customer == NULL)
    return (order == NULL && date == NULL) || reject (line, _ ("A shipment needs its customer."));
  if (date == NULL)
    return reject (line, _ ("A shipment needs its date."));
  if (!hs_date_is_valid (date))
    return reject (line, _ ("“%s” is no date; write it as 2026-11-21."), date);
  if (line->unit != NULL && !ensure_story (self, line, error))
    return FALSE;
  if (line->unit != NULL && was_shipped_so (line))
    return TRUE;
  if (!check_may_ship (line))
    return FALSE;
  party = find_party (self, customer, error);
  if (party == NULL)
    return FALSE;

  payload = json_object_new ();
  json_object_set_string_member (payload, "shipment", find_sending (self, line));
  json_object_set_string_member (payload, "party", party);
  hs_json_set_string (payload, "order", order);
  json_object_set_string_member (payload, "date", date);
  add_fact (self, line, HS_KIND_UNIT_SHIPPED, payload);
  return TRUE;
}

static gboolean
take_note (HsUnitLines *self, Line *line, GError **error)
{
  const char *note = line->cells[HS_CELL_NOTE];
  JsonObject *payload;

  if (note == NULL)
    return TRUE;
  if (line->unit != NULL && !ensure_story (self, line, error))
    return FALSE;
  for (guint i = 0; line->unit != NULL && i < line->story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (line->story->remarks, i);

    if (g_str_equal (remark->kind, HS_KIND_UNIT_NOTED) && g_str_equal (remark->text, note))
      return TRUE;
  }

  payload = json_object_new ();
  json_object_set_string_member (payload, "text", note);
  add_fact (self, line, HS_KIND_UNIT_NOTED, payload);
  return TRUE;
}

/* --- whole lines --- */

static guint
hash_cells (const char *const *cells)
{
  guint hash = 5381;

  for (guint i = HS_CELL_BOARD; i < HS_N_CELLS; i++)
    hash = hash * 33 + (cells[i] != NULL ? g_str_hash (cells[i]) : 1);
  return hash;
}

static void
remember (HsUnitLines *self, guint64 number, const Line *line)
{
  Said *said = g_new0 (Said, 1);

  *said = (Said){ number, hash_cells (line->cells) };
  g_hash_table_insert (self->units, g_strdup (line->key), said);
  if (line->cells[HS_CELL_LABEL] != NULL)
    g_hash_table_add (self->labels, g_utf8_casefold (line->cells[HS_CELL_LABEL], -1));
  if (line->cells[HS_CELL_SERIAL] != NULL)
    g_hash_table_add (self->serials, g_utf8_casefold (line->cells[HS_CELL_SERIAL], -1));
}

static gboolean
take_all (HsUnitLines *self, Line *line, GError **error)
{
  if (line->unit == NULL)
    add_seen (self, line);
  return take_label (self, line, error) && take_serial (self, line, error) &&
         take_note (self, line, error) && take_shipment (self, line, error);
}

static HsLineVerdict
fail (HsUnitLines *self, Line *line, guint n_before, char **why)
{
  g_array_set_size (self->facts, n_before);
  if (line->why == NULL)
    return HS_LINE_FAILED;
  *why = g_steal_pointer (&line->why);
  return HS_LINE_REJECTED;
}

HsLineVerdict
hs_unit_lines_take (HsUnitLines *self,
                    guint64 line_number,
                    const char *const *cells,
                    guint *n_facts,
                    char **why,
                    GError **error)
{
  g_auto (Line) line = { .cells = cells };
  guint n_before = self->facts->len;
  const Said *said;

  *n_facts = 0;
  if (!check_cells (&line) || !find_unit (self, &line, error))
    return fail (self, &line, n_before, why);

  said = g_hash_table_lookup (self->units, line.key);
  if (said != NULL && said->hash == hash_cells (cells))
    return HS_LINE_SAME;
  if (said != NULL) {
    reject (&line, _ ("Line %" G_GUINT64_FORMAT " says something else of this unit."), said->line);
    return fail (self, &line, n_before, why);
  }
  if (!take_all (self, &line, error))
    return fail (self, &line, n_before, why);

  remember (self, line_number, &line);
  *n_facts = self->facts->len - n_before;
  if (*n_facts == 0)
    return HS_LINE_SAME;
  return line.unit == NULL ? HS_LINE_NEW : HS_LINE_MORE;
}

gboolean
hs_unit_lines_commit (HsUnitLines *self, GError **error)
{
  gboolean done = !self->apply || self->facts->len == 0 ||
                  hs_catalog_append (
                      self->catalog, (HsFact *) self->facts->data, self->facts->len, NULL, error);

  g_array_set_size (self->facts, 0);
  g_ptr_array_set_size (self->texts, 0);
  return done;
}
