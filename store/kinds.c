/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"

#include "store/catalog.h"
#include "store/json-scan.h"
#include "store/payload.h"

#include <string.h>

/* What an entry must have to be folded; the list of all fields is in the header. */
typedef struct {
  const char *kind;
  const char *subjects[2]; /* how a subject may begin */
  const char *fields[3];
} HsKind;

/* clang-format off */
static const HsKind kinds[] = {
  { HS_KIND_AUDIT_MADE,           { "unit:" },         { "run", "doors" } },
  { HS_KIND_BATCH_CLOSED,         { "batch:" },        { "batch" } },
  { HS_KIND_BATCH_OPENED,         { "batch:" },        { "batch", "release", "quantity" } },
  { HS_KIND_BUILD_ARCHIVED,       { "build:" },        { "dropped" } },
  { HS_KIND_BUILD_IMPORTED,       { "build:" },        { "id", "board", "artifacts" } },
  { HS_KIND_BUILD_KEPT,           { "build:" },        { "files" } },
  { HS_KIND_BUILD_RENAMED,        { "build:" },        { "name" } },
  { HS_KIND_BUILD_REPEATED,       { "build:" },        { "inputs", "equal" } },
  { HS_KIND_CATALOG_BORN,         { "catalog" },       { "purpose", "id" } },
  { HS_KIND_CHAIN_STARTED,        { "catalog" },       { "chain", "public_key" } },
  { HS_KIND_FILESYSTEM_ERASED,    { "unit:", "port:" }, { "run", "partition" } },
  { HS_KIND_FILE_HOLDS,           { "unit:", "port:" }, { "run", "path", "sha256" } },
  { HS_KIND_FUSE_OBSERVED,        { "unit:", "port:" }, { "run", "word", "value" } },
  { HS_KIND_FUSE_REQUESTED,       { "unit:", "port:" }, { "run", "word", "value" } },
  { HS_KIND_KEY_DISTRUSTED,       { "key:" },          { "key" } },
  { HS_KIND_KEY_TRUSTED,          { "key:" },          { "key", "name" } },
  { HS_KIND_LEASE_GIVEN,          { "series:" },       { "lease", "first", "last" } },
  { HS_KIND_LEASE_TAKEN,          { "series:" },       { "lease", "first", "last" } },
  { HS_KIND_NUMBER_COMMITTED,     { "unit:" },         { "series", "number" } },
  { HS_KIND_NUMBER_FREED,         { "unit:" },         { "series", "number", "reason" } },
  { HS_KIND_NUMBER_RESERVED,      { "unit:" },         { "series", "number" } },
  { HS_KIND_PARTITION_BEGUN,      { "unit:", "port:" }, { "run", "role", "partition" } },
  { HS_KIND_PARTITION_HOLDS,      { "unit:", "port:" }, { "role", "partition", "sha256" } },
  { HS_KIND_PARTITION_UNKNOWN,    { "unit:", "port:" }, { "role", "partition" } },
  { HS_KIND_PARTITION_WROTE,      { "unit:", "port:" }, { "run", "role", "partition" } },
  { HS_KIND_POLICY_SET,           { "policy:" },       { "name", "value" } },
  { HS_KIND_PROTECTION_OBSERVED,  { "unit:", "port:" }, { "level", "evidence" } },
  { HS_KIND_PROTECTION_REQUESTED, { "unit:", "port:" }, { "run", "level", "way" } },
  { HS_KIND_PROTECTION_WRITTEN,   { "unit:", "port:" }, { "run", "level", "way" } },
  { HS_KIND_RELEASE_DRAFTED,      { "release:" },      { "name", "version", "recipe" } },
  { HS_KIND_RELEASE_DROPPED,      { "release:" },      { NULL } },
  { HS_KIND_RELEASE_LOCKED,       { "release:" },      { "name", "version", "recipe" } },
  { HS_KIND_RELEASE_SIGNED,       { "release:" },      { "key", "signature" } },
  { HS_KIND_RELEASE_WITHDRAWN,    { "release:" },      { "reason" } },
  { HS_KIND_RUN_FINISHED,         { "unit:", "port:" }, { "run", "outcome" } },
  { HS_KIND_RUN_INTERRUPTED,      { "unit:", "port:" }, { "run" } },
  { HS_KIND_RUN_STARTED,          { "unit:", "port:" }, { "run", "session", "what" } },
  { HS_KIND_SESSION_ENDED,        { "session:" },      { "session" } },
  { HS_KIND_SESSION_STARTED,      { "session:" },      { "session" } },
  { HS_KIND_SLOT_IGNORED,         { "slot:" },         { "port", "ignored" } },
  { HS_KIND_SLOT_NAMED,           { "slot:" },         { "port" } },
  { HS_KIND_TOOL_RAN,             { "unit:", "port:" }, { "run", "tool", "outcome" } },
  { HS_KIND_UNIT_ATTACHED,        { "unit:" },         { "file", "size", "sha256" } },
  { HS_KIND_UNIT_CHANGED,         { "unit:" },         { NULL } },
  { HS_KIND_UNIT_CORRECTED,       { "unit:" },         { "entry", "reason" } },
  { HS_KIND_UNIT_JOINED,          { "unit:" },         { "other" } },
  { HS_KIND_UNIT_LABELLED,        { "unit:" },         { NULL } },
  { HS_KIND_UNIT_NOTED,           { "unit:" },         { "text" } },
  { HS_KIND_UNIT_REPORTED,        { "unit:", "port:" }, { NULL } },
  { HS_KIND_UNIT_RETURNED,        { "unit:" },         { "reason" } },
  { HS_KIND_UNIT_SCRAPPED,        { "unit:" },         { "reason" } },
  { HS_KIND_UNIT_SEEN,            { "unit:" },         { "board" } },
  { HS_KIND_UNIT_SHIPPED,         { "unit:" },         { "shipment", "party", "date" } },
};
/* clang-format on */

static const HsKind *
find (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].kind, kind) == 0)
      return &kinds[i];
  return NULL;
}

static gboolean
subject_fits (const HsKind *kind, const char *subject)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind->subjects) && kind->subjects[i] != NULL; i++) {
    gboolean open = g_str_has_suffix (kind->subjects[i], ":");

    if (open && g_str_has_prefix (subject, kind->subjects[i]) &&
        strlen (subject) > strlen (kind->subjects[i]))
      return TRUE;
    if (!open && strcmp (subject, kind->subjects[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_hex (const char *text, gsize length)
{
  return text != NULL && strlen (text) == length && strspn (text, "0123456789abcdef") == length;
}

static gboolean
is_said (JsonObject *payload, const char *name)
{
  return hs_payload_get_text (payload, name) != NULL;
}

/* YYYY-MM-DD */
static gboolean
is_day (const char *text)
{
  g_autofree char *midnight = g_strconcat (text != NULL ? text : "", "T00:00:00Z", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (midnight, NULL);

  return time != NULL && strlen (text) == 10;
}

static gboolean
is_locked (const char *id, JsonObject *payload)
{
  const char *recipe = hs_payload_get_text (payload, "recipe");
  g_autofree char *digest = NULL;

  if (recipe == NULL)
    return FALSE;
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, recipe, -1);
  return strcmp (digest, id) == 0;
}

static gboolean
is_signed (const char *id, JsonObject *payload)
{
  return is_hex (hs_payload_get_text (payload, "key"), 64) &&
         is_hex (hs_payload_get_text (payload, "signature"), 128);
}

static gboolean
is_key (const char *id, JsonObject *payload)
{
  const char *key = hs_payload_get_text (payload, "key");

  return is_hex (key, 64) && strcmp (key, id) == 0;
}

static gboolean
is_range (const char *id, JsonObject *payload)
{
  gint64 first = hs_payload_get_int (payload, "first");

  return is_said (payload, "lease") && first >= 1 && hs_payload_get_int (payload, "last") >= first;
}

static gboolean
is_number (const char *id, JsonObject *payload)
{
  return is_said (payload, "series") && is_said (payload, "number");
}

static gboolean
is_sending (const char *id, JsonObject *payload)
{
  return is_said (payload, "shipment") && is_said (payload, "party") &&
         is_day (hs_payload_get_text (payload, "date"));
}

static gboolean
is_file (const char *id, JsonObject *payload)
{
  return is_hex (hs_payload_get_text (payload, "sha256"), 64);
}

static gboolean
is_batch (const char *id, JsonObject *payload)
{
  return is_said (payload, "release") && hs_payload_get_int (payload, "quantity") >= 0;
}

typedef struct {
  const char *kind;
  gboolean (*is_sense) (const char *id, JsonObject *payload);
} HsSense;

/* clang-format off */
static const HsSense senses[] = {
  { HS_KIND_BATCH_OPENED,     is_batch },
  { HS_KIND_FILE_HOLDS,       is_file },
  { HS_KIND_KEY_DISTRUSTED,   is_key },
  { HS_KIND_KEY_TRUSTED,      is_key },
  { HS_KIND_LEASE_GIVEN,      is_range },
  { HS_KIND_LEASE_TAKEN,      is_range },
  { HS_KIND_NUMBER_COMMITTED, is_number },
  { HS_KIND_NUMBER_FREED,     is_number },
  { HS_KIND_NUMBER_RESERVED,  is_number },
  { HS_KIND_RELEASE_LOCKED,   is_locked },
  { HS_KIND_RELEASE_SIGNED,   is_signed },
  { HS_KIND_UNIT_ATTACHED,    is_file },
  { HS_KIND_UNIT_SHIPPED,     is_sending },
};
/* clang-format on */

static const HsSense *
find_sense (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (senses); i++)
    if (strcmp (senses[i].kind, kind) == 0)
      return &senses[i];
  return NULL;
}

/* What would be folded, but to nonsense. */
static gboolean
check_sense (const char *kind, const char *subject, const char *payload, GError **error)
{
  const HsSense *sense = find_sense (kind);
  const char *colon = strchr (subject, ':');
  g_autoptr (JsonObject) object = NULL;

  if (sense == NULL)
    return TRUE;
  object = hs_payload_parse (payload);
  if (sense->is_sense (colon != NULL ? colon + 1 : "", object))
    return TRUE;

  g_set_error (
      error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, "%s of \"%s\" makes no sense", kind, subject);
  return FALSE;
}

/**
 * hs_kind_check:
 * @kind: what happened
 * @subject: to what
 * @payload: a JSON object's text
 * @error: %HS_STORE_ERROR_FAILED; a bug of the caller
 *
 * Keeps what could not be folded later out of the journal, from which nothing is ever removed.
 *
 * Returns: %TRUE if it may be appended
 */
gboolean
hs_kind_check (const char *kind, const char *subject, const char *payload, GError **error)
{
  const HsKind *known = find (kind);

  if (known == NULL || !subject_fits (known, subject)) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FAILED,
                 "No journal entry can be \"%s\" of \"%s\"",
                 kind,
                 subject);
    return FALSE;
  }
  if (!g_utf8_validate (payload, -1, NULL) || !hs_json_is_object (payload)) {
    g_set_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, "%s: not a JSON object", kind);
    return FALSE;
  }

  for (guint i = 0; i < G_N_ELEMENTS (known->fields) && known->fields[i] != NULL; i++)
    if (!hs_json_has_member (payload, known->fields[i])) {
      g_set_error (
          error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, "%s lacks \"%s\"", kind, known->fields[i]);
      return FALSE;
    }
  return check_sense (kind, subject, payload, error);
}
