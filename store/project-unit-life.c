/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project-unit.h"

#include <string.h>

/* Where a unit is in its life, and what a unit's own page tells of it. */

/* Only what people wrote down can be taken back, not what was proven. */
static gboolean
is_correctable (const char *kind)
{
  static const char *const kinds[] = {
    HS_KIND_UNIT_LABELLED, HS_KIND_UNIT_NOTED,    HS_KIND_UNIT_SHIPPED,
    HS_KIND_UNIT_RETURNED, HS_KIND_UNIT_SCRAPPED, HS_KIND_UNIT_ATTACHED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i], kind) == 0)
      return TRUE;
  return FALSE;
}

/* Before folding: a correction comes later than what it takes back. The first one counts. */
void
hs_unit_fold_find_corrections (HsUnitFold *self)
{
  for (guint i = 0; i < self->facts->len; i++) {
    const HsUnitFact *fact = self->facts->pdata[i];
    const char *entry = hs_payload_get_text (fact->payload, "entry");

    if (strcmp (fact->kind, HS_KIND_UNIT_CORRECTED) == 0 && entry != NULL &&
        !g_hash_table_contains (self->corrected, entry))
      g_hash_table_insert (self->corrected, (gpointer) entry, fact->entry);
  }
}

static const char *
find_correction (HsUnitFold *self, const HsUnitFact *fact)
{
  if (g_hash_table_size (self->corrected) == 0 || !is_correctable (fact->kind))
    return NULL;
  return g_hash_table_lookup (self->corrected, fact->entry);
}

gboolean
hs_unit_fold_is_corrected (HsUnitFold *self, const HsUnitFact *fact)
{
  return find_correction (self, fact) != NULL;
}

static const char *
get_text (const HsUnitFact *fact, const char *name)
{
  const char *text = hs_payload_get_text (fact->payload, name);

  return text != NULL ? text : "";
}

/* The last one of that partition; NULL: none. */
static HsFoldHeld *
find_held (HsUnitFold *self, const char *partition)
{
  for (guint i = self->held->len; i > 0; i--) {
    HsFoldHeld *held = &g_array_index (self->held, HsFoldHeld, i - 1);

    if (strcmp (held->partition, partition) == 0)
      return held;
  }
  return NULL;
}

static void
close_held (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldHeld *held = find_held (self, fact->partition);

  if (held != NULL && held->until == 0)
    held->until = MAX (fact->time, held->since);
}

/* The filesystem is the product's own: what it holds changes with every run of the product. */
static void
fold_holds (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *sha256 = hs_payload_get_text (fact->payload, "sha256");
  HsFoldHeld *last = find_held (self, fact->partition);
  HsFoldHeld held = {
    .partition = fact->partition,
    .role = get_text (fact, "role"),
    .sha256 = sha256,
    .build = hs_payload_get_text (fact->payload, "build"),
    .since = last != NULL ? MAX (fact->time, last->since + 1) : fact->time,
  };

  if (strcmp (held.role, "filesystem") == 0 || sha256 == NULL)
    return;
  if (last != NULL && last->until == 0 && strcmp (last->sha256, sha256) == 0) {
    if (held.build != NULL)
      last->build = held.build;
    return;
  }
  close_held (self, fact);
  g_array_append_val (self->held, held);
}

static gboolean
is_away (HsUnitFold *self)
{
  return strcmp (self->state, "shipped") == 0 || strcmp (self->state, "scrapped") == 0;
}

/* From the first destructive request on it is nothing that could be shipped. */
static void
fold_begun (HsUnitFold *self, const HsUnitFact *fact)
{
  close_held (self, fact);
  self->release = NULL;
  if (!is_away (self))
    self->state = "bench";
}

static void
fold_wrote (HsUnitFold *self, const HsUnitFact *fact)
{
  close_held (self, fact);
}

static void
fold_unknown (HsUnitFold *self, const HsUnitFact *fact)
{
  close_held (self, fact);
  self->release = NULL;
}

static void
fold_changed (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *expected = hs_payload_get_text (fact->payload, "expected_sha256");
  HsFoldHeld *held = find_held (self, fact->partition);

  self->release = NULL;
  if (held != NULL && (expected == NULL || strcmp (expected, held->sha256) == 0))
    close_held (self, fact);
}

static void
fold_started (HsUnitFold *self, const HsUnitFact *fact)
{
  if (fact->run != NULL)
    g_hash_table_insert (self->runs, (gpointer) fact->run, fact->payload);
}

/* What the run said when it began, if it did not say so when it ended. */
static const char *
get_of_run (HsUnitFold *self, const HsUnitFact *fact, const char *name)
{
  const char *text = hs_payload_get_text (fact->payload, name);
  JsonObject *started = fact->run != NULL ? g_hash_table_lookup (self->runs, fact->run) : NULL;

  return text == NULL && started != NULL ? hs_payload_get_text (started, name) : text;
}

/* A pass without a release (a camera that was only read) says nothing against the one it has. */
static void
fold_finished (HsUnitFold *self, const HsUnitFact *fact)
{
  const char *release;

  if (strcmp (get_text (fact, "outcome"), "passed") != 0 ||
      g_strcmp0 (get_of_run (self, fact, "what"), "flash") != 0)
    return;

  release = get_of_run (self, fact, "release");
  if (release != NULL)
    self->release = release;
  if (!is_away (self))
    self->state = "ready";
}

static void
add_remark (HsUnitFold *self, const HsUnitFact *fact, const char *text)
{
  HsFoldRemark remark = {
    .entry = fact->entry,
    .kind = fact->kind,
    .time = fact->time,
    .operator_name = fact->operator_name,
    .text = text,
    .sha256 = hs_payload_get_text (fact->payload, "sha256"),
    .size = hs_payload_get_int (fact->payload, "size"),
    .corrected = find_correction (self, fact),
  };

  if (remark.size == 0)
    remark.size = hs_payload_get_int (fact->payload, "length");
  g_array_append_val (self->remarks, remark);
}

static void
fold_noted (HsUnitFold *self, const HsUnitFact *fact)
{
  add_remark (self, fact, get_text (fact, "text"));
}

static void
fold_attached (HsUnitFold *self, const HsUnitFact *fact)
{
  add_remark (self, fact, get_text (fact, "file"));
}

static void
fold_file (HsUnitFold *self, const HsUnitFact *fact)
{
  add_remark (self, fact, get_text (fact, "path"));
}

/* Noon of that day, so that it is the same day nearly everywhere; the entry's own time if it says
 * no day. */
static gint64
get_day (const HsUnitFact *fact)
{
  g_autofree char *text = g_strdup_printf ("%sT12:00:00Z", get_text (fact, "date"));
  g_autoptr (GDateTime) noon = g_date_time_new_from_iso8601 (text, NULL);

  return noon != NULL ? g_date_time_to_unix (noon) * G_USEC_PER_SEC : fact->time;
}

static void
fold_shipped (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldShipment shipment = {
    .entry = fact->entry,
    .id = get_text (fact, "shipment"),
    .party = get_text (fact, "party"),
    .order = hs_payload_get_text (fact->payload, "order"),
    .date = get_text (fact, "date"),
    .time = fact->time,
  };

  if (hs_unit_fold_is_corrected (self, fact))
    return;
  self->state = "shipped";
  self->party = shipment.party;
  self->order = shipment.order;
  self->shipped = get_day (fact);
  g_array_append_val (self->shipments, shipment);
}

/* Ends all sendings before it. Two that came back at once were sent twice: a conflict. */
static void
fold_returned (HsUnitFold *self, const HsUnitFact *fact)
{
  add_remark (self, fact, get_text (fact, "reason"));
  if (hs_unit_fold_is_corrected (self, fact))
    return;

  self->state = "returned";
  self->party = NULL;
  self->order = NULL;
  self->shipped = 0;
  for (guint i = 0; i < self->shipments->len; i++) {
    HsFoldShipment *shipment = &g_array_index (self->shipments, HsFoldShipment, i);

    if (shipment->returned != 0)
      continue;
    shipment->returned = fact->time;
    shipment->returned_why = hs_payload_get_text (fact->payload, "reason");
  }
}

static void
fold_scrapped (HsUnitFold *self, const HsUnitFact *fact)
{
  add_remark (self, fact, get_text (fact, "reason"));
  if (!hs_unit_fold_is_corrected (self, fact))
    self->state = "scrapped";
}

static HsFoldNumber *
find_number (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldNumber number = {
    .series = get_text (fact, "series"),
    .number = get_text (fact, "number"),
    .state = "freed",
  };

  for (guint i = 0; i < self->numbers->len; i++) {
    HsFoldNumber *known = &g_array_index (self->numbers, HsFoldNumber, i);

    if (strcmp (known->series, number.series) == 0 && strcmp (known->number, number.number) == 0)
      return known;
  }
  g_array_append_val (self->numbers, number);
  return &g_array_index (self->numbers, HsFoldNumber, self->numbers->len - 1);
}

static void
take_number (HsFoldNumber *number, const HsUnitFact *fact, const char *state)
{
  number->state = state;
  number->value = hs_payload_get_int (fact->payload, "value");
  number->release = hs_payload_get_text (fact->payload, "release");
  number->run = fact->run;
  number->time = fact->time;
}

static void
fold_reserved (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldNumber *number = find_number (self, fact);

  if (strcmp (number->state, "committed") != 0)
    take_number (number, fact, "reserved");
}

static void
fold_committed (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldNumber *number = find_number (self, fact);
  gint64 value = number->value;

  take_number (number, fact, "committed");
  if (number->value == 0)
    number->value = value;
  self->serial = number->number;
}

static void
fold_freed (HsUnitFold *self, const HsUnitFact *fact)
{
  HsFoldNumber *number = find_number (self, fact);

  if (strcmp (number->state, "reserved") != 0)
    return;
  number->state = "freed";
  number->time = fact->time;
}

typedef struct {
  const char *kind;
  void (*fold) (HsUnitFold *self, const HsUnitFact *fact);
} HsLifeKind;

/* clang-format off */
static const HsLifeKind life_kinds[] = {
  { HS_KIND_FILE_HOLDS,        fold_file },
  { HS_KIND_NUMBER_COMMITTED,  fold_committed },
  { HS_KIND_NUMBER_FREED,      fold_freed },
  { HS_KIND_NUMBER_RESERVED,   fold_reserved },
  { HS_KIND_PARTITION_BEGUN,   fold_begun },
  { HS_KIND_PARTITION_HOLDS,   fold_holds },
  { HS_KIND_PARTITION_UNKNOWN, fold_unknown },
  { HS_KIND_PARTITION_WROTE,   fold_wrote },
  { HS_KIND_RUN_FINISHED,      fold_finished },
  { HS_KIND_RUN_STARTED,       fold_started },
  { HS_KIND_UNIT_ATTACHED,     fold_attached },
  { HS_KIND_UNIT_CHANGED,      fold_changed },
  { HS_KIND_UNIT_NOTED,        fold_noted },
  { HS_KIND_UNIT_RETURNED,     fold_returned },
  { HS_KIND_UNIT_SCRAPPED,     fold_scrapped },
  { HS_KIND_UNIT_SHIPPED,      fold_shipped },
};
/* clang-format on */

void
hs_unit_fold_life (HsUnitFold *self, const HsUnitFact *fact)
{
  for (guint i = 0; i < G_N_ELEMENTS (life_kinds); i++)
    if (strcmp (life_kinds[i].kind, fact->kind) == 0) {
      life_kinds[i].fold (self, fact);
      return;
    }
}
