/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/work.h"

#include "app/examined.h"
#include "app/recorder.h"
#include "store/journal.h"

void
hs_job_part_clear (HsJobPart *self)
{
  g_clear_pointer (&self->sha256_file, g_free);
  g_clear_pointer (&self->sha256_read_back, g_free);
  g_clear_pointer (&self->equal_owner, g_bytes_unref);
  self->equal = NULL;
  g_clear_pointer (&self->slow, g_array_unref);
}

/* @to is taken as uninitialised. */
void
hs_job_part_copy (HsJobPart *to, const HsJobPart *from)
{
  *to = *from;
  to->sha256_file = g_strdup (from->sha256_file);
  to->sha256_read_back = g_strdup (from->sha256_read_back);
  if (to->equal_owner != NULL)
    g_bytes_ref (to->equal_owner);
  to->slow = from->slow != NULL ? g_array_ref (from->slow) : NULL;
}

void
hs_job_part_take_result (HsJobPart *self, HsWriteResult *result)
{
  self->n_units = result->n_units;
  self->n_differ = result->n_differ;
  self->skipped_bytes = result->skipped_bytes;
  self->compared_bytes = result->compared_bytes;
  g_clear_pointer (&self->equal_owner, g_bytes_unref);
  self->equal = NULL;
  if (result->equal != NULL) {
    self->equal_owner = g_bytes_new_take (g_steal_pointer (&result->equal), result->n_units);
    self->equal = g_bytes_get_data (self->equal_owner, NULL);
  }
  g_clear_pointer (&self->slow, g_array_unref);
  self->slow = g_steal_pointer (&result->slow);
}

/* @to is taken as uninitialised. */
void
hs_request_options_copy (HsRequestOptions *to, const HsRequestOptions *from)
{
  *to = *from;
  if (to->build != NULL)
    g_object_ref (to->build);
  if (to->release != NULL)
    g_object_ref (to->release);
  to->unit = g_strdup (from->unit);
  to->batch = g_strdup (from->batch);
  to->number = g_strdup (from->number);
  to->file = from->file != NULL ? g_object_ref (from->file) : NULL;
  to->rom_run = g_strdup (from->rom_run);
  to->rom_sha256 = g_strdup (from->rom_sha256);
  to->rom_others = g_strdupv (from->rom_others);
  to->confirmed = g_strdup (from->confirmed);
}

void
hs_request_options_clear (HsRequestOptions *self)
{
  g_clear_object (&self->build);
  g_clear_object (&self->file);
  g_clear_object (&self->release);
  g_clear_pointer (&self->unit, g_free);
  g_clear_pointer (&self->batch, g_free);
  g_clear_pointer (&self->number, g_free);
  g_clear_pointer (&self->rom_run, g_free);
  g_clear_pointer (&self->rom_sha256, g_free);
  g_clear_pointer (&self->rom_others, g_strfreev);
  g_clear_pointer (&self->confirmed, g_free);
}

static void
file_free (gpointer data)
{
  HsWorkFile *file = data;

  g_free (file->path);
  g_free (file->sha256);
  g_free (file);
}

/**
 * hs_work_new:
 * @what: the job's word; static
 * @board: (nullable): model of the camera
 * @camera: (transfer none): grip on the camera
 * @catalog: where it is recorded
 *
 * Returns: (transfer full): work with a new run id and nothing in it
 */
HsWork *
hs_work_new (const char *what, const HsBoard *board, HsCamera *camera, HsCatalog *catalog)
{
  HsWork *self = g_new0 (HsWork, 1);

  self->run = hs_journal_new_id (g_get_real_time ());
  self->what = what;
  self->board = board;
  if (board != NULL)
    self->method = g_str_equal (what, "restore-bootloader") ? board->rom_method : board->method;
  self->camera = g_object_ref (camera);
  self->seen = hs_camera_dup_info (camera);
  self->catalog = g_object_ref (catalog);
  hs_examined_prepare (catalog);
  self->level = -1;
  self->progress = hs_progress_new ();
  self->cancellable = g_cancellable_new ();
  self->parts = g_array_new (FALSE, TRUE, sizeof (HsJobPart));
  g_array_set_clear_func (self->parts, (GDestroyNotify) hs_job_part_clear);
  self->images = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_source_unref);
  self->contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->saved = g_ptr_array_new_with_free_func (file_free);
  self->erased = g_ptr_array_new ();
  self->recorder = hs_recorder_new (self);
  g_mutex_init (&self->lock);
  return self;
}

void
hs_work_free (HsWork *self)
{
  if (self == NULL)
    return;

  hs_recorder_free (self->recorder);
  hs_request_options_clear (&self->options);
  hs_version_clear (&self->version);
  g_clear_object (&self->camera);
  g_clear_pointer (&self->seen, hs_usb_info_unref);
  g_clear_object (&self->catalog);
  g_clear_object (&self->progress);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->found_build);
  g_clear_object (&self->capture);
  g_array_unref (self->parts);
  g_ptr_array_unref (self->images);
  g_ptr_array_unref (self->contents);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->saved);
  g_ptr_array_unref (self->erased);
  hs_recipe_free (self->recipe);
  g_free (self->number);
  g_mutex_clear (&self->lock);
  g_free (self->run);
  g_free (self->slot);
  g_free (self->asks);
  g_free (self->called_off);
  g_free (self->place);
  g_free (self->expected);
  g_free (self->bootloader);
  g_free (self->option_bytes);
  g_clear_pointer (&self->doors, json_array_unref);
  g_free (self);
}

void
hs_work_lock (HsWork *self)
{
  g_mutex_lock (&self->lock);
}

void
hs_work_unlock (HsWork *self)
{
  g_mutex_unlock (&self->lock);
}

HsJobPart *
hs_work_part (HsWork *self, guint n)
{
  g_assert (n < self->parts->len);

  return &g_array_index (self->parts, HsJobPart, n);
}

/* (transfer none) */
HsSource *
hs_work_image (HsWork *self, guint n)
{
  return g_ptr_array_index (self->images, n);
}

void
hs_work_set_part_state (HsWork *self, guint n, HsPartState state)
{
  hs_work_lock (self);
  hs_work_part (self, n)->state = state;
  hs_work_unlock (self);
}

/* Says what begins now, where no partition is in work. */
void
hs_work_report (HsWork *self, HsActivity activity)
{
  hs_progress_report (self->progress, activity, HS_ROLE_NONE, 0, 0);
}

void
hs_work_ask (HsWork *self, const char *text)
{
  hs_work_ask_drawn (self, text, NULL);
}

void
hs_work_ask_drawn (HsWork *self, const char *text, const char *drawing)
{
  gboolean changed;

  hs_work_lock (self);
  changed = g_strcmp0 (self->asks, text) != 0;
  self->asks_drawing = drawing;
  if (changed) {
    g_free (self->asks);
    self->asks = g_strdup (text);
  }
  hs_work_unlock (self);
  if (changed)
    hs_work_report (self, text != NULL ? HS_ACTIVITY_WAITING : HS_ACTIVITY_CHECKING);
}

/* Since the job began, on the camera's clock. */
double
hs_work_seconds (HsWork *self)
{
  gint64 now = hs_bus_now (hs_camera_get_bus (self->camera), hs_camera_get_port (self->camera));

  return (now - self->clock_start) / (double) G_TIME_SPAN_SECOND;
}

/**
 * hs_work_get_unit:
 * @self: work
 *
 * Any thread.
 *
 * Returns: (nullable): key of the unit, once the camera has shown the id that units are recorded
 *   under: what an AE3 shows as application names none
 */
const char *
hs_work_get_unit (HsWork *self)
{
  const char *key = hs_camera_get_key (self->camera);

  return hs_identity_names_unit (self->board, key) ? key : NULL;
}

/* Nothing was written that was not read back. */
static gboolean
all_is_proven (HsWork *self)
{
  gboolean any = FALSE;

  for (guint i = 0; i < self->parts->len; i++) {
    HsPartState state = hs_work_part (self, i)->state;

    if (state != HS_PART_VERIFIED && state != HS_PART_UNTOUCHED)
      return FALSE;
    any = any || state == HS_PART_VERIFIED;
  }
  return any || !self->began;
}

/**
 * hs_work_learn_unit:
 * @self: work on a camera that runs its firmware now
 *
 * A bootloader that shows no id leaves the unit unknown until the firmware is back and shows one:
 * the same job, the same port, and what was read back is what was written. Then what was recorded
 * about the port becomes the unit's. Blocks on the catalog.
 *
 * Returns: %FALSE with an #HsStoreError if that can't be recorded; %TRUE also if nothing is learnt
 */
gboolean
hs_work_learn_unit (HsWork *self, GError **error)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (self->camera);
  g_autoptr (HsIdentity) identity =
      hs_identity_new (self->board, hs_camera_get_mode (self->camera), info->serial);

  if (hs_work_get_unit (self) != NULL || !self->started || !all_is_proven (self) ||
      identity->strength != HS_IDENTITY_PROVEN ||
      !hs_identity_names_unit (self->board, identity->key))
    return TRUE;
  return hs_camera_learn_key (self->camera, identity->key, error) &&
         hs_recorder_joined (self->recorder, error) &&
         (!self->rom_proven || hs_recorder_rom_joined (self->recorder, error));
}

/* Whether it was found in its bootloader when the job was asked for. */
gboolean
hs_work_was_held (HsWork *self)
{
  HsMode mode = HS_MODE_UNKNOWN;

  hs_board_by_usb (self->seen->vid, self->seen->pid, &mode);
  return mode == HS_MODE_DFU;
}

/* Who only looks leaves a camera as it was. */
gboolean
hs_work_only_looks (HsWork *self)
{
  static const char *const looks[] = { "identify", "read-build", "read", "compare",
                                       "dry-run",  "audit",      NULL };

  return g_strv_contains (looks, self->what);
}

/* Who writes is admitted first, now or (dry-run) when it is asked for in earnest. */
gboolean
hs_work_writes (HsWork *self)
{
  static const char *const writes[] = { "flash",   "reset-romfs",        "erase",
                                        "dry-run", "restore-bootloader", "deploy",
                                        NULL };

  return g_strv_contains (writes, self->what);
}

/* Whether the catalog knows of a write of code that has broken off. */
static gboolean
is_known_broken (HsWork *self)
{
  const char *key = hs_work_get_unit (self);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (self->catalog, key, NULL) : NULL;
  const char *roles[] = { hs_role_name (HS_ROLE_FIRMWARE), hs_role_name (HS_ROLE_FIRMWARE_HE) };

  for (guint i = 0; unit != NULL && i < G_N_ELEMENTS (roles); i++) {
    const HsContent *content = hs_unit_find_content (unit, roles[i]);

    if (content != NULL && g_strcmp0 (content->state, "unknown") == 0)
      return TRUE;
  }
  return FALSE;
}

/* Would the firmware on it start? Not if a write of code has broken off, in this run or, as far as
 * the catalog knows, in an earlier one: then the camera hangs until its power is cut. */
gboolean
hs_work_may_start (HsWork *self)
{
  return !self->touched && !is_known_broken (self);
}

/* Whether what this run has sent until now is proven, and the firmware would start. */
gboolean
hs_work_is_whole (HsWork *self)
{
  for (guint i = 0; i < self->parts->len; i++) {
    HsPartState state = hs_work_part (self, i)->state;

    if (state != HS_PART_UNTOUCHED && state != HS_PART_VERIFIED)
      return FALSE;
  }
  return !is_known_broken (self);
}

/* By what the unit is known: the bootloader's serial, or what the firmware tells who asks it. */
const char *
hs_work_get_evidence (HsWork *self)
{
  return self->entered || self->version.board_key == NULL ? "bootloader" : "debug protocol";
}

/* What the recipe says of this camera's board; NULL without one. */
const HsRecipeBoard *
hs_work_get_recipe_board (HsWork *self)
{
  if (self->recipe == NULL || self->board == NULL)
    return NULL;
  return hs_recipe_find_board (self->recipe, self->board->id);
}

/* The build whose images are written; nullable. */
const char *
hs_work_get_build_id (HsWork *self)
{
  const HsRecipeBoard *board = hs_work_get_recipe_board (self);

  if (board != NULL)
    return board->build;
  return self->options.build != NULL ? hs_build_get_id (self->options.build) : NULL;
}

/* Whether what runs and answers after the job comes from it: not if only the second core, or a
 * ROMFS, was written. */
static gboolean
writes_what_answers (HsWork *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (hs_work_part (self, i)->role == HS_ROLE_FIRMWARE)
      return TRUE;
  return self->parts->len == 0;
}

/* What must come back as evidence of that kind; NULL: nobody said. */
const char *
hs_work_get_expected (HsWork *self, HsVersionKind kind)
{
  const HsRecipeBoard *board = hs_work_get_recipe_board (self);
  HsBuild *build = self->options.build;

  if (!writes_what_answers (self))
    return NULL;
  switch (kind) {
  case HS_VERSION_NUMBER:
    return board != NULL ? board->number : build != NULL ? hs_build_get_number (build) : NULL;
  case HS_VERSION_TEXT:
    return board != NULL ? board->version : build != NULL ? hs_build_get_version (build) : NULL;
  case HS_VERSION_USB:
  case HS_VERSION_NONE:
    break;
  }
  return NULL;
}

/* Whether all that was to be written was read, and found there already. */
gboolean
hs_work_wrote_nothing (HsWork *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (hs_work_part (self, i)->state != HS_PART_VERIFIED ||
        hs_work_part (self, i)->wrote_bytes > 0)
      return FALSE;
  return self->parts->len > 0;
}
