/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/recorder.h"

#include "app/run-json.h"
#include "store/kinds.h"

#include <string.h>

struct _HsRecorder {
  HsWork *work; /* borrowed: the work owns the recorder */
};

HsRecorder *
hs_recorder_new (HsWork *work)
{
  HsRecorder *self = g_new0 (HsRecorder, 1);

  self->work = work;
  return self;
}

void
hs_recorder_free (HsRecorder *self)
{
  g_free (self);
}

/* The unit if it is known, else the port: a run that can't name its unit is joined later, by proof.
 */
static char *
make_subject (HsRecorder *self)
{
  const char *key = hs_work_get_unit (self->work);

  if (key != NULL)
    return g_strconcat ("unit:", key, NULL);
  return g_strconcat ("port:", hs_camera_get_port (self->work->camera), NULL);
}

static JsonObject *
payload_new (HsRecorder *self)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "run", self->work->run);
  return object;
}

static gboolean
append (HsRecorder *self, const char *kind, JsonObject *payload, GError **error)
{
  g_autofree char *subject = make_subject (self);
  g_autofree char *text = hs_json_object_to_text (payload);
  HsFact fact = { kind, subject, text };

  return hs_catalog_append (self->work->catalog, &fact, 1, NULL, error);
}

static void
add_part (JsonObject *object, const HsJobPart *part)
{
  json_object_set_string_member (object, "role", hs_role_name (part->role));
  json_object_set_string_member (object, "partition", part->partition->name);
  hs_json_set_string (object, "sha256", part->sha256_file);
  json_object_set_int_member (object, "length", part->length);
}

static void
add_identity (JsonArray *array, const char *form, const char *strength, const char *evidence)
{
  JsonObject *object = json_object_new ();
  const char *colon = strchr (form, ':');
  g_autofree char *scheme = g_strndup (form, colon != NULL ? (gsize) (colon - form) : 0);

  json_object_set_string_member (object, "scheme", scheme);
  json_object_set_string_member (object, "value", colon != NULL ? colon + 1 : form);
  json_object_set_string_member (object, "strength", strength);
  json_object_set_string_member (object, "evidence", evidence);
  json_array_add_object_element (array, object);
}

/* Does the catalog know that this unit shows itself in this form? */
static gboolean
form_is_known (HsUnit *unit, const char *form)
{
  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);
    g_autofree char *known = g_strconcat (identity->scheme, ":", identity->value, NULL);

    if (g_strcmp0 (known, form) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_listed (JsonArray *identities, const char *form)
{
  for (guint i = 0; i < json_array_get_length (identities); i++) {
    JsonObject *object = json_array_get_object_element (identities, i);
    const char *scheme = json_object_get_string_member (object, "scheme");

    if (g_str_has_prefix (form, scheme) && form[strlen (scheme)] == ':' &&
        g_str_equal (form + strlen (scheme) + 1, json_object_get_string_member (object, "value")))
      return TRUE;
  }
  return FALSE;
}

/* What it showed in this job, before and now. */
static void
add_shown (HsWork *work, const char *key, HsUnit *unit, JsonArray *identities)
{
  g_autoptr (HsUsbInfo) now = hs_camera_dup_info (work->camera);
  HsUsbInfo *infos[] = { work->seen, now };

  for (guint i = 0; i < G_N_ELEMENTS (infos); i++) {
    HsMode mode = HS_MODE_UNKNOWN;
    g_autoptr (HsIdentity) identity = NULL;

    hs_board_by_usb (infos[i]->vid, infos[i]->pid, &mode);
    identity = hs_identity_new (work->board, mode, infos[i]->serial);
    if (identity->form == NULL || (unit != NULL && form_is_known (unit, identity->form)) ||
        is_listed (identities, identity->form))
      continue;
    /* Only the port ties an id from another source of the chip to this unit. */
    if (hs_identity_agrees (key, work->board, mode, infos[i]->serial) != HS_AGREE_YES)
      identity->strength = HS_IDENTITY_SUGGESTED;
    add_identity (identities,
                  identity->form,
                  hs_identity_strength_name (identity->strength),
                  "same USB port in one job");
  }
}

/* In which other forms it will show itself: by them it is recognised and found. */
static void
add_computed (HsWork *work, const char *key, HsUnit *unit, JsonArray *identities)
{
  g_auto (GStrv) forms = hs_identity_all_forms (key);

  for (guint i = 0; forms[i] != NULL; i++) {
    const char *value = strchr (forms[i], ':') + 1;
    HsAgreement agreement = hs_identity_agrees (key, work->board, HS_MODE_DFU, value);

    if ((unit != NULL && form_is_known (unit, forms[i])) || is_listed (identities, forms[i]))
      continue;
    add_identity (identities,
                  forms[i],
                  hs_identity_strength_name (agreement == HS_AGREE_YES ? HS_IDENTITY_PROVEN
                                                                       : HS_IDENTITY_SUGGESTED),
                  "computed from the id");
  }
}

/* unit.seen, if the catalog lacks the unit or one of its forms; else NULL. */
static JsonObject *
make_seen (HsRecorder *self)
{
  HsWork *work = self->work;
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (work->catalog, key, NULL);
  g_autoptr (JsonArray) identities = json_array_new ();
  JsonObject *object;

  if (unit == NULL || !form_is_known (unit, key))
    add_identity (identities, key, "proven", hs_work_get_evidence (work));
  add_shown (work, key, unit, identities);
  add_computed (work, key, unit, identities);
  if (json_array_get_length (identities) == 0)
    return NULL;

  object = payload_new (self);
  json_object_set_string_member (object, "board", work->board->id);
  json_object_set_string_member (object, "port", hs_camera_get_port (work->camera));
  json_object_set_array_member (object, "identities", g_steal_pointer (&identities));
  return object;
}

static JsonObject *
make_started (HsRecorder *self)
{
  HsWork *work = self->work;
  JsonObject *object = payload_new (self);
  JsonArray *partitions = json_array_new ();

  json_object_set_string_member (object, "session", hs_catalog_get_session (work->catalog));
  json_object_set_string_member (object, "what", work->what);
  if (work->options.of != NULL)
    json_object_set_string_member (object, "of", work->options.of);
  json_object_set_string_member (object, "board", work->board != NULL ? work->board->id : "");
  json_object_set_string_member (object, "port", hs_camera_get_port (work->camera));
  json_object_set_string_member (object, "slot", work->slot != NULL ? work->slot : "");
  if (hs_work_get_build_id (work) != NULL)
    json_object_set_string_member (object, "build", hs_work_get_build_id (work));
  if (work->options.release != NULL) {
    json_object_set_string_member (object, "release", hs_release_get_id (work->options.release));
    hs_json_set_string (object, "batch", work->options.batch);
    hs_json_set_string (object, "number", work->number);
  }
  json_object_set_boolean_member (object, "erase_filesystem", work->options.erase_filesystem);
  for (guint i = 0; i < work->parts->len; i++) {
    JsonObject *part = json_object_new ();

    add_part (part, hs_work_part (work, i));
    json_array_add_object_element (partitions, part);
  }
  json_object_set_array_member (object, "partitions", partitions);
  return object;
}

/**
 * hs_recorder_seen:
 * @self: a recorder
 *
 * Records who the unit is, before anything else is said about it, if it is new or showed a new
 * form.
 */
gboolean
hs_recorder_seen (HsRecorder *self, GError **error)
{
  g_autoptr (JsonObject) seen = hs_work_get_unit (self->work) != NULL ? make_seen (self) : NULL;

  return seen == NULL || append (self, HS_KIND_UNIT_SEEN, seen, error);
}

/**
 * hs_recorder_started:
 * @self: a recorder
 *
 * Makes run.started durable, with unit.seen where the unit is new or showed a new form: must
 * succeed before the first destructive request.
 *
 * Returns: %FALSE with an #HsStoreError if it can't be recorded
 */
gboolean
hs_recorder_started (HsRecorder *self, GError **error)
{
  g_autofree char *subject = make_subject (self);
  g_autoptr (JsonObject) started = make_started (self);
  g_autofree char *started_text = hs_json_object_to_text (started);
  g_autofree char *seen_text = NULL;
  HsFact facts[2];
  guint n = 0;

  if (hs_work_get_unit (self->work) != NULL) {
    g_autoptr (JsonObject) seen = make_seen (self);

    if (seen != NULL) {
      seen_text = hs_json_object_to_text (seen);
      facts[n++] = (HsFact){ HS_KIND_UNIT_SEEN, subject, seen_text };
    }
  }
  facts[n++] = (HsFact){ HS_KIND_RUN_STARTED, subject, started_text };

  if (!hs_catalog_append (self->work->catalog, facts, n, NULL, error))
    return FALSE;

  self->work->started = TRUE;
  return TRUE;
}

static gboolean
append_part (HsRecorder *self, const char *kind, guint n, GError **error)
{
  HsJobPart *part = hs_work_part (self->work, n);
  g_autoptr (JsonObject) object = payload_new (self);

  add_part (object, part);
  if (g_strcmp0 (kind, HS_KIND_PARTITION_WROTE) == 0) {
    json_object_set_int_member (object, "wrote_bytes", part->wrote_bytes);
    json_object_set_int_member (object, "skipped_bytes", part->skipped_bytes);
  } else if (g_strcmp0 (kind, HS_KIND_PARTITION_HOLDS) == 0) {
    json_object_set_string_member (object, "sha256", part->sha256_read_back);
    json_object_set_string_member (object, "evidence", "read-back");
    if (hs_work_get_build_id (self->work) != NULL)
      json_object_set_string_member (object, "build", hs_work_get_build_id (self->work));
  }
  return append (self, kind, object, error);
}

/* What was read of the camera before counts for nothing from here on, see step-verify.c. */
gboolean
hs_recorder_begun (HsRecorder *self, guint part, GError **error)
{
  self->work->n_writes++;
  return append_part (self, HS_KIND_PARTITION_BEGUN, part, error);
}

gboolean
hs_recorder_wrote (HsRecorder *self, guint part, GError **error)
{
  return append_part (self, HS_KIND_PARTITION_WROTE, part, error);
}

gboolean
hs_recorder_holds (HsRecorder *self, guint part, GError **error)
{
  return append_part (self, HS_KIND_PARTITION_HOLDS, part, error);
}

/**
 * hs_recorder_found:
 * @partition: what was read
 * @sha256: digest of its first @length bytes
 * @length: in bytes
 * @build: (nullable): whose image that is
 *
 * Records what a partition was found to hold, without having written it.
 */
gboolean
hs_recorder_found (HsRecorder *self,
                   const HsPartition *partition,
                   const char *sha256,
                   guint64 length,
                   HsBuild *build,
                   GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "role", hs_role_name (partition->role));
  json_object_set_string_member (object, "partition", partition->name);
  json_object_set_string_member (object, "sha256", sha256);
  json_object_set_int_member (object, "length", length);
  json_object_set_string_member (object, "evidence", "read");
  if (build != NULL)
    json_object_set_string_member (object, "build", hs_build_get_id (build));
  return append (self, HS_KIND_PARTITION_HOLDS, object, error);
}

/* What its bootloader is: recorded once, and again when it is another one than before. */
gboolean
hs_recorder_bootloader (HsRecorder *self, GError **error)
{
  HsWork *work = self->work;
  const HsPartition *partition = hs_board_find (work->board, HS_ROLE_BOOTLOADER);
  const char *key = hs_camera_get_key (work->camera);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;
  const HsContent *known =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (HS_ROLE_BOOTLOADER)) : NULL;

  if (work->bootloader == NULL || key == NULL ||
      (known != NULL && g_strcmp0 (known->sha256, work->bootloader) == 0))
    return TRUE;
  return hs_recorder_found (self, partition, work->bootloader, partition->size, NULL, error);
}

/* The unit holds something else than recorded: another tool wrote it. */
gboolean
hs_recorder_changed (HsRecorder *self,
                     const HsPartition *partition,
                     const char *expected_sha256,
                     const char *found_sha256,
                     GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "role", hs_role_name (partition->role));
  json_object_set_string_member (object, "partition", partition->name);
  json_object_set_string_member (object, "expected_sha256", expected_sha256);
  json_object_set_string_member (object, "found", found_sha256);
  return append (self, HS_KIND_UNIT_CHANGED, object, error);
}

gboolean
hs_recorder_unknown (HsRecorder *self, guint n, const char *why, GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  add_part (object, hs_work_part (self->work, n));
  json_object_set_string_member (object, "why", why);
  return append (self, HS_KIND_PARTITION_UNKNOWN, object, error);
}

/* As hs_recorder_begun(), for a region that no image is written to. */
gboolean
hs_recorder_erasing (HsRecorder *self, const HsPartition *partition, GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  self->work->n_writes++;
  json_object_set_string_member (object, "role", hs_role_name (partition->role));
  json_object_set_string_member (object, "partition", partition->name);
  json_object_set_int_member (object, "length", hs_partition_get_own_size (partition));
  return append (self, HS_KIND_PARTITION_BEGUN, object, error);
}

/* Whether that region was erased is not known. */
gboolean
hs_recorder_not_erased (HsRecorder *self,
                        const HsPartition *partition,
                        const char *why,
                        GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "role", hs_role_name (partition->role));
  json_object_set_string_member (object, "partition", partition->name);
  json_object_set_string_member (object, "why", why);
  return append (self, HS_KIND_PARTITION_UNKNOWN, object, error);
}

/* @overwrite: every byte of it, not only what makes the firmware format it. */
gboolean
hs_recorder_erased (HsRecorder *self,
                    const HsPartition *partition,
                    gboolean overwrite,
                    GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "role", hs_role_name (partition->role));
  json_object_set_string_member (object, "partition", partition->name);
  json_object_set_boolean_member (object, "overwrite", overwrite);
  return append (self, HS_KIND_FILESYSTEM_ERASED, object, error);
}

static JsonObject *
make_fuse (HsRecorder *self, guint word, guint32 value)
{
  JsonObject *object = payload_new (self);
  g_autofree char *hex = g_strdup_printf ("%08X", value);

  json_object_set_int_member (object, "word", word);
  json_object_set_string_member (object, "value", hex);
  return object;
}

gboolean
hs_recorder_fuse_requested (HsRecorder *self,
                            guint word,
                            guint32 before,
                            guint32 value,
                            GError **error)
{
  g_autoptr (JsonObject) object = make_fuse (self, word, value);
  g_autofree char *hex = g_strdup_printf ("%08X", before);

  json_object_set_string_member (object, "before", hex);
  return append (self, HS_KIND_FUSE_REQUESTED, object, error);
}

gboolean
hs_recorder_fuse_observed (HsRecorder *self, guint word, guint32 value, GError **error)
{
  g_autoptr (JsonObject) object = make_fuse (self, word, value);

  return append (self, HS_KIND_FUSE_OBSERVED, object, error);
}

/* What was written and read back heals; what was only read proves nothing of what may be torn. */
static gboolean
join_part (HsRecorder *self, guint n, GError **error)
{
  HsWork *work = self->work;
  const HsJobPart *part = hs_work_part (work, n);
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (work->catalog, hs_work_get_unit (work), NULL);

  if (work->began)
    return hs_recorder_holds (self, n, error);
  if (hs_estimate_why (unit, part->partition, FALSE, FALSE) == HS_WRITE_ALL_TORN)
    return TRUE;
  return hs_recorder_found (
      self, part->partition, part->sha256_file, part->length, work->options.build, error);
}

/* unit.seen with the run that is the unit's from now on, whatever is new about its identity. */
static JsonObject *
make_joining (HsRecorder *self, const char *run)
{
  HsWork *work = self->work;
  JsonObject *seen = make_seen (self);

  if (seen == NULL) {
    seen = payload_new (self);
    json_object_set_string_member (seen, "board", work->board->id);
    json_object_set_string_member (seen, "port", hs_camera_get_port (work->camera));
    json_object_set_array_member (seen, "identities", json_array_new ());
  }
  json_object_set_string_member (seen, "run", run);
  return seen;
}

/**
 * hs_recorder_joined:
 * @self: a recorder whose entries were about a port, and whose work has just learnt the unit
 *
 * The camera that came back on that port in this job is what was written to and read back: what it
 * holds is now said of the unit. The run's later entries are about the unit as well.
 */
gboolean
hs_recorder_joined (HsRecorder *self, GError **error)
{
  HsWork *work = self->work;
  g_autoptr (JsonObject) seen = make_joining (self, work->run);

  if (!append (self, HS_KIND_UNIT_SEEN, seen, error))
    return FALSE;
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->state == HS_PART_VERIFIED && !join_part (self, i, error))
      return FALSE;
  return TRUE;
}

/**
 * hs_recorder_rom_joined:
 * @self: a recorder whose work knows its unit, and has read that its bootloader is the one that
 * options.rom_run wrote and read back on this port
 *
 * A ROM shows no id, and somebody had to unplug the camera in between: that the same bytes came
 * back on the same port is what tells that it is the same camera, and the entry says so. A camera
 * that is another one, and has the very same bootloader, can't be told from it.
 */
gboolean
hs_recorder_rom_joined (HsRecorder *self, GError **error)
{
  HsWork *work = self->work;
  const HsPartition *partition = hs_board_find (work->board, HS_ROLE_BOOTLOADER);
  const char *run = work->options.rom_run;
  g_autoptr (JsonObject) seen = make_joining (self, run);
  g_autoptr (JsonObject) holds = payload_new (self);

  json_object_set_string_member (seen, "joined_by", "equal-bootloader");
  json_object_set_string_member (holds, "run", run);
  json_object_set_string_member (holds, "role", hs_role_name (partition->role));
  json_object_set_string_member (holds, "partition", partition->name);
  json_object_set_string_member (holds, "sha256", work->options.rom_sha256);
  json_object_set_int_member (holds, "length", work->options.rom_length);
  json_object_set_string_member (holds, "evidence", "read-back");
  return append (self, HS_KIND_UNIT_SEEN, seen, error) &&
         append (self, HS_KIND_PARTITION_HOLDS, holds, error);
}

/* A file on its drive, read back. Its content stays out of the journal: it may be a secret. */
gboolean
hs_recorder_file (HsRecorder *self, const HsWorkFile *file, GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "path", file->path);
  json_object_set_string_member (object, "sha256", file->sha256);
  json_object_set_int_member (object, "length", file->length);
  json_object_set_string_member (object, "evidence", "read-back");
  return append (self, HS_KIND_FILE_HOLDS, object, error);
}

/**
 * hs_recorder_tool:
 * @tool: name of a vendor's program
 * @version: (nullable): its version, as it says itself
 * @arguments: (array zero-terminated): without the program
 * @status: its exit status; -1: it was stopped
 * @outcome: "done", "failed", "timed-out", "asked" (what nobody may answer for it), "cancelled"
 *
 * Records that a vendor's program ran. What it did is proven elsewhere.
 */
gboolean
hs_recorder_tool (HsRecorder *self,
                  const char *tool,
                  const char *version,
                  const char *const *arguments,
                  int status,
                  const char *outcome,
                  GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);
  JsonArray *array = json_array_new ();

  for (; *arguments != NULL; arguments++)
    json_array_add_string_element (array, *arguments);
  json_object_set_string_member (object, "tool", tool);
  hs_json_set_string (object, "version", version);
  json_object_set_array_member (object, "arguments", array);
  json_object_set_int_member (object, "status", status);
  json_object_set_string_member (object, "outcome", outcome);
  return append (self, HS_KIND_TOOL_RAN, object, error);
}

gboolean
hs_recorder_reported (HsRecorder *self, GError **error)
{
  HsWork *work = self->work;
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "kind", hs_version_kind_name (work->version.kind));
  hs_json_set_string (object, "version", work->version.text);
  hs_json_set_string (object, "expected", work->expected);
  json_object_set_string_member (object, "verdict", hs_verdict_name (work->verdict));
  return append (self, HS_KIND_UNIT_REPORTED, object, error);
}

gboolean
hs_recorder_note (HsRecorder *self, const char *kind, JsonObject *members, GError **error)
{
  g_autoptr (JsonObject) object = payload_new (self);
  g_autoptr (GList) names = members != NULL ? json_object_get_members (members) : NULL;

  for (GList *name = names; name != NULL; name = name->next)
    json_object_set_member (object, name->data, json_object_dup_member (members, name->data));
  if (hs_work_get_unit (self->work) == NULL && self->work->options.unit != NULL)
    json_object_set_string_member (object, "unit", self->work->options.unit);
  return append (self, kind, object, error);
}

/* The number is the unit's for good: by a pass, or by what the release takes for one. A run that
 * broke off is none, whatever it is called. */
static gboolean
commits_number (HsWork *work, HsOutcome outcome)
{
  if (work->number == NULL)
    return FALSE;
  return outcome == HS_OUTCOME_PASSED ||
         (outcome == HS_OUTCOME_UNPROVEN && work->complete && work->recipe->allow_unproven);
}

static char *
make_committed (HsRecorder *self)
{
  HsWork *work = self->work;
  g_autoptr (JsonObject) object = payload_new (self);

  json_object_set_string_member (object, "series", work->recipe->series);
  json_object_set_string_member (object, "number", work->number);
  json_object_set_int_member (object, "value", work->number_value);
  json_object_set_string_member (object, "release", hs_release_get_id (work->options.release));
  hs_json_set_string (object, "batch", work->options.batch);
  return hs_json_object_to_text (object);
}

/**
 * hs_recorder_finished:
 * @self: a recorder
 * @outcome: how it ended
 * @problem: (nullable): why, if it did not pass
 * @recorded: (out): %FALSE if the entry only went to the spool file
 *
 * Writes the run's last entry, and that its product number is used in the same breath. A run that
 * never came to run.started (refused, or the camera was not reached) gets both entries here.
 */
void
hs_recorder_finished (HsRecorder *self,
                      HsOutcome outcome,
                      const HsProblem *problem,
                      gboolean *recorded)
{
  HsWork *work = self->work;
  g_autofree char *subject = make_subject (self);
  g_autoptr (JsonObject) run = hs_run_to_json (work, outcome, problem);
  g_autoptr (JsonObject) started = make_started (self);
  g_autofree char *started_text = hs_json_object_to_text (started);
  g_autofree char *text = NULL;
  g_autofree char *committed = NULL;
  g_autoptr (GError) error = NULL;
  HsFact facts[3];
  guint n = 0;

  json_object_set_int_member (run, "v", 1);
  text = hs_json_object_to_text (run);
  if (!work->started)
    facts[n++] = (HsFact){ HS_KIND_RUN_STARTED, subject, started_text };
  if (commits_number (work, outcome)) {
    committed = make_committed (self);
    facts[n++] = (HsFact){ HS_KIND_NUMBER_COMMITTED, subject, committed };
  }
  facts[n++] = (HsFact){ HS_KIND_RUN_FINISHED, subject, text };

  *recorded = hs_catalog_append (work->catalog, facts, n, NULL, &error);
  if (*recorded)
    return;

  g_message ("Not recorded in the catalog: %s", error->message);
  if (!hs_catalog_spool (work->catalog, facts, n, NULL))
    g_message ("Nor in the spool file beside it");
}
