/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/operator.h"

#include "app/job-private.h"
#include "app/operator-private.h"
#include "app/release.h"
#include "app/run-json.h"
#include "store/catalog-units.h"
#include "store/journal.h"
#include "store/kinds.h"

/* After a pass a product may restart itself once or twice; that is no plugging in. */
#define GRACE_MS    3000
#define LEAST_HOURS (1.0 / 60)

G_DEFINE_FINAL_TYPE (HsOperator, hs_operator, G_TYPE_OBJECT)

enum { COUNTS_CHANGED, VERDICT, SCANNED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void consider (HsOperator *self, HsTile *tile);

/* --- counts: what the journal says, nothing else --- */

static void ask_counts (HsOperator *self);

static gpointer
get_batch (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_get_batch (catalog, data, error);
}

static double
compute_rate (const HsBatch *batch)
{
  double hours = (batch->last_pass - batch->first_pass) / (3600.0 * G_USEC_PER_SEC);

  /* Two that were plugged in together say nothing about an hour. */
  return batch->n_passed > 1 && hours > LEAST_HOURS ? (batch->n_passed - 1) / hours : -1;
}

static void
take_counts (HsOperator *self, const HsBatch *batch)
{
  HsOperatorCounts *counts = &self->counts;
  guint done = batch->n_passed + (self->recipe->allow_unproven ? batch->n_unproven : 0);
  guint tried = batch->n_passed + batch->n_failed + batch->n_unproven;

  *counts = (HsOperatorCounts){
    .passed = batch->n_passed,
    .failed = batch->n_failed,
    .unproven = batch->n_unproven,
    .already = batch->n_already,
    .quantity = batch->quantity,
    .left = batch->quantity > done ? batch->quantity - done : 0,
    .yield = tried > 0 ? batch->n_passed / (double) tried : -1,
    .per_hour = compute_rate (batch),
  };
  g_signal_emit (self, signals[COUNTS_CHANGED], 0);
}

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  HsBatch *batch = hs_catalog_run_finish (HS_CATALOG (source), result, &error);
  HsOperator *self;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* it is gone */

  self = HS_OPERATOR (user_data);
  self->counting = FALSE;
  if (batch != NULL) {
    take_counts (self, batch);
    hs_batch_free (batch);
  }
  if (self->count_again)
    ask_counts (self);
}

static void
ask_counts (HsOperator *self)
{
  self->count_again = self->counting;
  if (self->counting)
    return;

  self->counting = TRUE;
  hs_catalog_run_async (hs_session_get_catalog (self->session),
                        get_batch,
                        g_strdup (self->batch),
                        g_free,
                        (GDestroyNotify) hs_batch_free,
                        self->cancellable,
                        counted_cb,
                        self);
}

/* --- verdicts --- */

static gboolean
refuses_camera (const HsProblem *problem)
{
  static const char *const codes[] = {
    "wrong-board",  "release-withdrawn", "release-draft", "unsigned",
    "unit-shipped", "unit-scrapped",     "another-unit",  NULL,
  };

  return problem != NULL && g_strv_contains (codes, problem->code);
}

static HsTileState
state_of_end (HsJob *job)
{
  switch (hs_job_get_outcome (job)) {
  case HS_OUTCOME_PASSED:
    return hs_job_get_unrecorded (job) ? HS_TILE_LOOK : HS_TILE_PASS;
  case HS_OUTCOME_FAILED:
    return HS_TILE_FAIL;
  case HS_OUTCOME_REFUSED:
    return refuses_camera (hs_job_get_problem (job)) ? HS_TILE_REFUSED : HS_TILE_LOOK;
  default:
    return HS_TILE_LOOK;
  }
}

static void
note_unit (HsOperator *self, HsTile *tile, HsTileState state)
{
  const char *unit = hs_job_get_unit (tile->job);
  guint n = unit != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->fails, unit)) : 0;

  tile->n_fails = state == HS_TILE_FAIL ? n + 1 : 0;
  if (unit == NULL)
    return;
  if (state == HS_TILE_FAIL)
    g_hash_table_insert (self->fails, g_strdup (unit), GUINT_TO_POINTER (tile->n_fails));
  if (state != HS_TILE_PASS)
    return;

  g_hash_table_remove (self->fails, unit);
  g_free (self->last_unit);
  self->last_unit = g_strdup (unit);
}

/* A number that was scanned for a camera that is refused is for the next one that needs it. After a
 * failure it stays that camera's: another one has another number on it. */
static void
give_number_back (HsOperator *self, HsTile *tile, HsTileState state)
{
  const HsProblem *problem = hs_job_get_problem (tile->job);
  gboolean is_about_it = problem != NULL && (g_str_equal (problem->code, "no-number") ||
                                             g_str_equal (problem->code, "needs-number"));

  if (tile->number != NULL && hs_job_get_number (tile->job) == NULL && !is_about_it) {
    if (state == HS_TILE_FAIL)
      return;
    g_queue_push_head (&self->scanned, g_strdup (tile->number));
  }
  hs_tile_set_number (tile, NULL);
}

static void
outcome_cb (HsJob *job, GParamSpec *pspec, HsTile *tile)
{
  g_autoptr (HsUsbInfo) last = hs_camera_dup_info (hs_job_get_work (job)->camera);
  HsOperator *self = tile->owner;
  HsTileState state = state_of_end (job);

  if (self == NULL || tile->job != job)
    return;

  tile->served = last->instance;
  tile->passed_us = state == HS_TILE_PASS ? g_get_monotonic_time () : 0;
  note_unit (self, tile, state);
  give_number_back (self, tile, state);
  hs_tile_set_state (tile, state);
  ask_counts (self);
  g_signal_emit (self, signals[VERDICT], 0, tile);
  consider (self, tile);
}

/* --- runs --- */

/**
 * hs_operator_start:
 * @self: an operator
 * @tile: with a camera on its slot
 * @number: (nullable): the product serial that was scanned for it
 *
 * Runs the release on that camera now.
 */
void
hs_operator_start (HsOperator *self, HsTile *tile, const char *number)
{
  HsDevice *device = hs_slot_get_device (tile->slot);
  const HsRequestOptions options = {
    .release = self->release,
    .batch = self->batch,
    .number = (char *) number,
  };
  g_autoptr (HsJob) job = NULL;

  if (device == NULL || !hs_device_get_attached (device)) {
    hs_tile_set_state (tile, HS_TILE_IDLE);
    return;
  }

  tile->served = hs_device_get_info (device)->instance;
  tile->passed_us = 0;
  hs_tile_set_number (tile, number);
  job = hs_session_start (self->session, "flash", device, &options, NULL);
  if (job == NULL) {
    hs_tile_set_job (tile, NULL);
    hs_tile_set_state (tile, HS_TILE_IDLE);
    return;
  }
  hs_tile_set_job (tile, job);
  g_signal_connect_object (job, "notify::outcome", G_CALLBACK (outcome_cb), tile, 0);
  hs_tile_set_state (tile, HS_TILE_WORK);
}

typedef struct {
  char *key;  /* nullable */
  char *form; /* nullable */
  char *series;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->key);
  g_free (question->form);
  g_free (question->series);
  g_free (question);
}

/* The number a camera has in the series; "" if it has none, or which unit it is can't be told. */
static gpointer
find_number (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  g_autofree char *key = g_strdup (question->key);
  g_autoptr (HsStory) story = NULL;

  if (key == NULL && question->form != NULL) {
    g_autoptr (GPtrArray) units = hs_catalog_find_units_by_form (catalog, question->form, NULL);

    if (units != NULL && units->len == 1)
      key = g_strdup (g_ptr_array_index (units, 0));
  }
  story = key != NULL ? hs_catalog_get_story (catalog, key, NULL) : NULL;
  for (guint i = 0; story != NULL && i < story->numbers->len; i++) {
    const HsNumber *number = g_ptr_array_index (story->numbers, i);

    if (g_strcmp0 (number->series, question->series) == 0 &&
        g_strcmp0 (number->state, "freed") != 0)
      return g_strdup (number->number);
  }
  return g_strdup ("");
}

/* A camera that has its number needs no other; else the oldest that was scanned is for it. */
static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsTile) tile = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *known = hs_catalog_run_finish (HS_CATALOG (source), result, &error);
  g_autofree char *scanned = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || tile->owner == NULL)
    return;

  g_clear_object (&tile->asked);
  if (known == NULL || *known == '\0')
    scanned =
        tile->number != NULL ? g_strdup (tile->number) : g_queue_pop_head (&tile->owner->scanned);
  if (scanned != NULL || (known != NULL && *known != '\0')) {
    hs_operator_start (tile->owner, tile, scanned);
    return;
  }
  tile->waits_since = g_get_monotonic_time ();
  hs_tile_set_state (tile, HS_TILE_SCAN);
}

static void
ask_number (HsOperator *self, HsTile *tile, HsDevice *device)
{
  Question *question = g_new0 (Question, 1);

  if (hs_identity_names_unit (hs_device_get_board (device), hs_device_get_key (device)))
    question->key = g_strdup (hs_device_get_key (device));
  question->form = g_strdup (hs_device_get_form (device));
  question->series = g_strdup (self->recipe->series);
  if (tile->job == NULL || hs_job_get_device (tile->job) != device)
    hs_tile_set_number (tile, NULL);
  hs_tile_set_job (tile, NULL);
  tile->asked = g_cancellable_new ();
  hs_catalog_run_async (hs_session_get_catalog (self->session),
                        find_number,
                        question,
                        question_free,
                        g_free,
                        tile->asked,
                        found_cb,
                        g_object_ref (tile));
}

/* --- who has been plugged in --- */

static void
stop_asking (HsTile *tile)
{
  g_cancellable_cancel (tile->asked);
  g_clear_object (&tile->asked);
}

/* The same camera, back so soon after its pass that no hand was there. */
static gboolean
restarted_itself (HsOperator *self, HsTile *tile, HsDevice *device)
{
  return tile->passed_us != 0 && tile->job != NULL && hs_job_get_device (tile->job) == device &&
         g_get_monotonic_time () - tile->passed_us < self->grace_ms * G_TIME_SPAN_MILLISECOND;
}

static gboolean
slot_is_busy (HsTile *tile)
{
  HsJob *job = hs_slot_get_job (tile->slot);

  return job != NULL && hs_job_get_state (job) != HS_JOB_FINISHED;
}

/* Something moved on the slot: is there a camera that has not had its run? */
static void
consider (HsOperator *self, HsTile *tile)
{
  HsDevice *device = hs_slot_get_device (tile->slot);
  gboolean attached = device != NULL && hs_device_get_attached (device);

  /* A run counts until its verdict has been taken: what the slot says in between is about it. */
  if (self->stopped || tile->state == HS_TILE_WORK || slot_is_busy (tile))
    return;

  if (!attached) {
    stop_asking (tile);
    if (tile->state == HS_TILE_SCAN) {
      tile->served = 0;
      hs_tile_set_state (tile, HS_TILE_IDLE);
    }
    return;
  }
  if (hs_device_get_info (device)->instance == tile->served)
    return;

  stop_asking (tile);
  tile->served = hs_device_get_info (device)->instance;
  if (restarted_itself (self, tile, device))
    return;
  if (self->recipe->rule == HS_NUMBER_SCAN && hs_device_get_board (device) != NULL &&
      hs_recipe_find_board (self->recipe, hs_device_get_board (device)->id) != NULL)
    ask_number (self, tile, device);
  else
    hs_operator_start (self, tile, NULL);
}

static void
slot_changed_cb (HsTile *tile)
{
  if (tile->owner != NULL)
    consider (tile->owner, tile);
}

/* --- tiles follow the slots --- */

/* (transfer none) */
HsTile *
hs_operator_nth_tile (HsOperator *self, guint n)
{
  g_autoptr (HsTile) tile = g_list_model_get_item (G_LIST_MODEL (self->tiles), n);

  return tile; /* the list holds it */
}

static HsTile *
find_tile (HsOperator *self, HsSlot *slot)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++)
    if (hs_operator_nth_tile (self, i)->slot == slot)
      return g_object_ref (hs_operator_nth_tile (self, i));
  return NULL;
}

static HsTile *
make_tile (HsOperator *self, HsSlot *slot)
{
  HsTile *tile = hs_tile_new (self, slot);

  g_signal_connect_object (slot, "changed", G_CALLBACK (slot_changed_cb), tile, G_CONNECT_SWAPPED);
  return tile;
}

static void
slots_changed_cb (HsOperator *self, guint position, guint removed, guint added, GListModel *slots)
{
  g_autoptr (GPtrArray) tiles = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < added; i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, position + i);
    HsTile *tile = find_tile (self, slot);

    g_ptr_array_add (tiles, tile != NULL ? tile : make_tile (self, slot));
  }
  g_list_store_splice (self->tiles, position, removed, tiles->pdata, added);
  for (guint i = 0; i < tiles->len; i++)
    consider (self, g_ptr_array_index (tiles, i));
}

/* --- beginning and end --- */

static void
hs_operator_dispose (GObject *object)
{
  HsOperator *self = HS_OPERATOR (object);

  g_cancellable_cancel (self->cancellable);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++) {
    stop_asking (hs_operator_nth_tile (self, i));
    hs_operator_nth_tile (self, i)->owner = NULL;
  }
  g_list_store_remove_all (self->tiles);
  g_clear_object (&self->release);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_operator_parent_class)->dispose (object);
}

static void
hs_operator_finalize (GObject *object)
{
  HsOperator *self = HS_OPERATOR (object);

  hs_recipe_free (self->recipe);
  g_queue_clear_full (&self->scanned, g_free);
  g_hash_table_unref (self->fails);
  g_object_unref (self->tiles);
  g_object_unref (self->cancellable);
  g_free (self->batch);
  g_free (self->last_unit);

  G_OBJECT_CLASS (hs_operator_parent_class)->finalize (object);
}

static void
hs_operator_class_init (HsOperatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_operator_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_operator_finalize;

  signals[COUNTS_CHANGED] = g_signal_new (
      "counts-changed", HS_TYPE_OPERATOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VERDICT] = g_signal_new ("verdict",
                                   HS_TYPE_OPERATOR,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   HS_TYPE_TILE);
  signals[SCANNED] = g_signal_new ("scanned",
                                   HS_TYPE_OPERATOR,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   2,
                                   G_TYPE_STRING,
                                   G_TYPE_BOOLEAN);
}

static void
hs_operator_init (HsOperator *self)
{
  self->tiles = g_list_store_new (HS_TYPE_TILE);
  self->fails = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->cancellable = g_cancellable_new ();
  self->grace_ms = GRACE_MS;
  self->counts.yield = -1;
  self->counts.per_hour = -1;
  g_queue_init (&self->scanned);
}

static gboolean
append_batch (HsOperator *self, const char *kind, JsonObject *payload, GError **error)
{
  g_autofree char *subject = g_strconcat ("batch:", self->batch, NULL);
  g_autofree char *text = NULL;
  HsFact fact;

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "batch", self->batch);
  text = hs_json_object_to_text (payload);
  fact = (HsFact){ kind, subject, text };
  return hs_catalog_append (hs_session_get_catalog (self->session), &fact, 1, NULL, error);
}

/* An open batch goes on: whoever stopped yesterday counts on today. */
static gboolean
find_or_open_batch (HsOperator *self, guint quantity, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autoptr (GError) local = NULL;
  HsBatch *open = hs_catalog_find_open_batch (
      hs_session_get_catalog (self->session), hs_release_get_id (self->release), &local);

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (open != NULL) {
    self->batch = g_strdup (open->id);
    take_counts (self, open);
    hs_batch_free (open);
    return TRUE;
  }

  self->batch = g_uuid_string_random ();
  self->counts.quantity = self->counts.left = quantity;
  json_object_set_string_member (payload, "release", hs_release_get_id (self->release));
  json_object_set_int_member (payload, "quantity", quantity);
  json_object_set_null_member (payload, "name");
  return append_batch (self, HS_KIND_BATCH_OPENED, payload, error);
}

static gboolean
take_release (HsOperator *self, const char *typed, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *id = hs_catalog_resolve_release (catalog, typed, error);

  self->release = id != NULL ? hs_catalog_get_release (catalog, id, error) : NULL;
  if (self->release == NULL || !hs_release_check (catalog, self->release, error))
    return FALSE;
  self->recipe = hs_recipe_parse (hs_release_get_recipe (self->release), error);
  return self->recipe != NULL;
}

/**
 * hs_operator_new:
 * @session: an open session that may write
 * @release: id, or as people type it
 * @quantity: how many are ordered, for a new batch; 0: open end
 * @error: as hs_release_check(), or why the batch can't be opened
 *
 * Begins at once with the cameras that are plugged in. Blocks for one append at most.
 *
 * Returns: (transfer full): the bench, locked to that release
 */
HsOperator *
hs_operator_new (HsSession *session, const char *release, guint quantity, GError **error)
{
  g_autoptr (HsOperator) self = g_object_new (HS_TYPE_OPERATOR, NULL);
  GListModel *slots = hs_session_get_slots (session);

  self->session = g_object_ref (session);
  if (!take_release (self, release, error) || !find_or_open_batch (self, quantity, error))
    return NULL;

  if (hs_session_get_sim_bus (session) != NULL)
    self->grace_ms = 0; /* what is plugged in there, was plugged in */
  g_signal_connect_object (
      slots, "items-changed", G_CALLBACK (slots_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_catalog (session),
                           "changed",
                           G_CALLBACK (ask_counts),
                           self,
                           G_CONNECT_SWAPPED);
  slots_changed_cb (self, 0, 0, g_list_model_get_n_items (slots), slots);
  ask_counts (self);
  return g_steal_pointer (&self);
}

HsRelease *
hs_operator_get_release (HsOperator *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR (self), NULL);

  return self->release;
}

const HsRecipe *
hs_operator_get_recipe (HsOperator *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR (self), NULL);

  return self->recipe;
}

const char *
hs_operator_get_batch (HsOperator *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR (self), NULL);

  return self->batch;
}

GListModel *
hs_operator_get_tiles (HsOperator *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR (self), NULL);

  return G_LIST_MODEL (self->tiles);
}

void
hs_operator_get_counts (HsOperator *self, HsOperatorCounts *counts)
{
  g_return_if_fail (HS_IS_OPERATOR (self));

  *counts = self->counts;
}

gboolean
hs_operator_is_counting (HsOperator *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR (self), FALSE);

  return self->counting;
}

/**
 * hs_operator_retry_failed:
 * @self: an operator
 *
 * Runs again those that failed and are still plugged in.
 *
 * Returns: how many were started
 */
guint
hs_operator_retry_failed (HsOperator *self)
{
  guint n = 0;

  g_return_val_if_fail (HS_IS_OPERATOR (self), 0);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++) {
    HsTile *tile = hs_operator_nth_tile (self, i);
    HsDevice *device = hs_slot_get_device (tile->slot);
    g_autofree char *number = g_strdup (tile->number);

    if (self->stopped || tile->state != HS_TILE_FAIL || slot_is_busy (tile) || device == NULL ||
        !hs_device_get_attached (device))
      continue;
    hs_operator_start (self, tile, number);
    n++;
  }
  return n;
}

void
hs_operator_stop (HsOperator *self)
{
  g_return_if_fail (HS_IS_OPERATOR (self));

  self->stopped = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++)
    stop_asking (hs_operator_nth_tile (self, i));
}

/**
 * hs_operator_close_batch:
 * @self: an operator
 * @error: an #HsStoreError
 *
 * The order is done: what comes later counts in a batch of its own.
 *
 * Returns: whether it is recorded
 */
gboolean
hs_operator_close_batch (HsOperator *self, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  g_return_val_if_fail (HS_IS_OPERATOR (self), FALSE);

  return append_batch (self, HS_KIND_BATCH_CLOSED, payload, error);
}
