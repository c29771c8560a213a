/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/admit.h"
#include "app/app-error.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/unit-files.h"
#include "store/catalog-numbers.h"
#include "store/catalog-units.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The bootloader has said which unit it is, and nothing was asked of its flash yet: the last moment
 * to say no. */

static char *
describe (HsWork *work, const HsStep *step)
{
  if (work->recipe == NULL)
    return NULL;
  if (work->recipe->rule == HS_NUMBER_NONE)
    return g_strdup (_ ("That this unit may be flashed: neither shipped nor scrapped"));
  return g_strdup (_ (
      "That this unit may be flashed: neither shipped nor scrapped; reserve its product serial"));
}

/* --- its number --- */

/* What it was given before in this series; @number NULL: nothing. */
static gboolean
find_known_number (HsWork *work, const char *unit, char **number, GError **error)
{
  g_autoptr (HsStory) story = hs_catalog_get_story (work->catalog, unit, error);

  *number = NULL;
  for (guint i = 0; story != NULL && i < story->numbers->len && *number == NULL; i++) {
    const HsNumber *known = g_ptr_array_index (story->numbers, i);

    if (g_strcmp0 (known->series, work->recipe->series) == 0 &&
        g_strcmp0 (known->state, "freed") != 0)
      *number = g_strdup (known->number);
  }
  return story != NULL;
}

/* What was scanned for it must be what it is, and look as the release says. */
static gboolean
check_scanned (HsWork *work, const char *known, GError **error)
{
  const char *scanned = work->options.number;

  if (scanned == NULL && known == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NEEDS_NUMBER,
                         _ ("No product serial was scanned for this unit. Nothing was written."));
    return FALSE;
  }
  if (scanned != NULL && known != NULL && g_strcmp0 (scanned, known) != 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NO_NUMBER,
                 _ ("This unit is %s, but %s was scanned. Nothing was written."),
                 known,
                 scanned);
    return FALSE;
  }
  if (known == NULL && !g_str_has_prefix (scanned, work->recipe->prefix)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NEEDS_NUMBER,
                 _ ("“%s” is no product serial of this release: those begin with “%s”. Nothing was "
                    "written."),
                 scanned,
                 work->recipe->prefix);
    return FALSE;
  }
  return TRUE;
}

static char *
reserve_scanned (HsWork *work, HsNumberRequest *request, GError **error)
{
  g_autofree char *known = NULL;

  if (!find_known_number (work, request->unit, &known, error) ||
      !check_scanned (work, known, error))
    return NULL;
  request->wanted = known != NULL ? known : work->options.number;
  return hs_catalog_reserve_number (work->catalog, request, error);
}

static char *
reserve_listed (HsWork *work, HsNumberRequest *request, GError **error)
{
  g_autoptr (GBytes) bytes = hs_catalog_get_blob (work->catalog, work->recipe->list_sha256, error);
  g_auto (GStrv) list = bytes != NULL ? hs_recipe_split_list (bytes) : NULL;

  if (list == NULL)
    return NULL;
  request->list = (const char *const *) list;
  if (request->last == 0)
    request->last = g_strv_length (list);
  if (request->first == 0)
    request->first = 1;
  return hs_catalog_reserve_number (work->catalog, request, error);
}

/* The id that the unit is known by here: one that it also has may have been joined to it. */
static char *
reserve_chip (HsWork *work, HsNumberRequest *request, GError **error)
{
  g_autofree char *known = NULL;
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (work->catalog, request->unit, error);

  if (unit == NULL || !find_known_number (work, request->unit, &known, error))
    return NULL;
  request->wanted = known != NULL ? known : strchr (hs_unit_get_id (unit), ':') + 1;
  return hs_catalog_reserve_number (work->catalog, request, error);
}

static char *
reserve (HsWork *work, const char *unit, GError **error)
{
  const HsRecipe *recipe = work->recipe;
  HsNumberRequest request = {
    .series = recipe->series,
    .unit = unit,
    .release = hs_release_get_id (work->options.release),
    .run = work->run,
    .batch = work->options.batch,
    .prefix = recipe->prefix,
    .suffix = recipe->suffix,
    .digits = recipe->digits,
    .first = recipe->first,
    .last = recipe->last,
    .value = &work->number_value,
  };

  switch (recipe->rule) {
  case HS_NUMBER_COUNTER:
    return hs_catalog_reserve_number (work->catalog, &request, error);
  case HS_NUMBER_LIST:
    return reserve_listed (work, &request, error);
  case HS_NUMBER_SCAN:
    return reserve_scanned (work, &request, error);
  case HS_NUMBER_CHIP:
    return reserve_chip (work, &request, error);
  case HS_NUMBER_NONE:
    break;
  }
  g_return_val_if_reached (NULL);
}

static gboolean
take_number (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);
  char *number;

  if (work->recipe->rule == HS_NUMBER_NONE)
    return TRUE;
  if (unit == NULL) {
    g_set_error_literal (error,
                         HS_STORE_ERROR,
                         HS_STORE_ERROR_NO_NUMBER,
                         _ ("Which unit it is can't be told, so it can't have a product serial. "
                            "Nothing was written."));
    return FALSE;
  }

  /* Who it is stands in the journal before anything is said about it. */
  if (!hs_recorder_seen (work->recorder, error))
    return FALSE;
  number = reserve (work, unit, error);
  hs_work_lock (work);
  work->number = number;
  hs_work_unlock (work);
  return number != NULL;
}

/* --- what else is for it alone --- */

/* Made before the first erase: a missing key must not leave a camera half done. */
static gboolean
make_files (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);
  const HsUnitFacts facts = {
    .id = unit != NULL ? unit : "",
    .serial = work->number,
    .board = work->board->id,
    .release = work->recipe->name,
    .version = work->recipe->version,
  };

  for (guint i = 0; i < work->recipe->files->len; i++) {
    GBytes *content = hs_unit_file_make (
        g_ptr_array_index (work->recipe->files, i), &facts, work->cancellable, error);

    if (content == NULL)
      return FALSE;
    g_ptr_array_add (work->contents, content);
  }
  return TRUE;
}

static void
look_up (HsWork *work)
{
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;

  /* What came back from a customer has the customer's data on it. */
  work->carries =
      unit != NULL && !hs_unit_get_changed_outside (unit) &&
      g_strcmp0 (hs_unit_get_state (unit), "returned") != 0 &&
      g_strcmp0 (hs_unit_get_release (unit), hs_release_get_id (work->options.release)) == 0;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  hs_work_report (work, HS_ACTIVITY_CHECKING);
  if (!hs_admit_request (work, error))
    return FALSE;
  /* A dry run takes no number and makes no files. */
  if (work->recipe != NULL && !g_str_equal (work->what, "dry-run")) {
    look_up (work);
    if (!take_number (work, error) || !make_files (work, error))
      return FALSE;
  }
  if (!hs_step_keep_loader (work, hs_work_is_whole (work), error))
    return FALSE;
  return hs_recorder_started (work->recorder, error) &&
         hs_recorder_bootloader (work->recorder, error);
}

const HsStepClass hs_step_admit = {
  .verb = N_ ("Check"),
  .describe = describe,
  .run = run,
};
