/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/admit.h"

#include "app/app-error.h"
#include "app/release.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* As it stands in the catalog now: it may have been withdrawn since somebody chose it. */
static gboolean
check_release (HsWork *work, GError **error)
{
  const char *id = hs_release_get_id (work->options.release);
  g_autoptr (HsRelease) now = hs_catalog_get_release (work->catalog, id, error);

  return now != NULL && hs_release_check (work->catalog, now, error);
}

/* Whether it was shipped or scrapped, and its number, hang on who it is. A bootloader that shows no
 * id leaves only what the camera showed as application in this job. */
static gboolean
check_known (HsWork *work, GError **error)
{
  if (work->options.release == NULL || work->method == NULL ||
      g_str_equal (work->what, "restore-bootloader") || /* nobody can tell in a ROM */
      (work->method->flags & HS_METHOD_IDENTIFIES) || hs_work_get_unit (work) != NULL)
    return TRUE;
  /* One that came unseen starts its firmware first, and is asked again. */
  if ((work->method->flags & HS_METHOD_WATCHED) && !work->entered)
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_UNIT_UNKNOWN,
                       _ ("Which unit this is can't be told: its bootloader shows no id, and a "
                          "release is only put on a unit that is known. Nothing was written."));
  return FALSE;
}

/**
 * hs_admit_request:
 * @work: a job's work
 * @error: as hs_release_check(), hs_release_check_policy(), hs_admit_unit();
 *   %HS_APP_ERROR_UNIT_UNKNOWN
 *
 * The one door of every job that writes, whoever asked for it. Opens nothing on the camera. Blocks
 * on the catalog.
 *
 * Returns: whether what is asked for may be done, as far as that can be told now
 */
gboolean
hs_admit_request (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);

  if (!hs_work_writes (work))
    return TRUE;
  if (work->options.release != NULL && !check_release (work, error))
    return FALSE;
  /* An erase brings no image with it. */
  if (work->options.release == NULL && work->options.build != NULL &&
      !hs_release_check_policy (work->catalog, error))
    return FALSE;
  return check_known (work, error) && (unit == NULL || hs_admit_unit (work, unit, error));
}

/* What people call it. */
static const char *
get_name (HsUnit *unit)
{
  return hs_unit_get_called (unit) != NULL ? hs_unit_get_called (unit) : hs_unit_get_id (unit);
}

static void
refuse_shipped (HsUnit *unit, GError **error)
{
  g_autoptr (GDateTime) when =
      g_date_time_new_from_unix_local (hs_unit_get_shipped (unit) / G_USEC_PER_SEC);
  /* Translators: a day without its year: "11 November" */
  g_autofree char *date = g_date_time_format (when, _ ("%-d %B"));

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_UNIT_SHIPPED,
               /* Translators: what a unit is called, and a date: "11 November" */
               _ ("%s was shipped on %s."),
               get_name (unit),
               date);
}

/**
 * hs_admit_unit:
 * @work: a job's work
 * @unit: key of the unit that is to be written
 * @error: %HS_APP_ERROR_UNIT_SHIPPED, %HS_APP_ERROR_UNIT_SCRAPPED, or why the catalog can't tell
 *
 * Returns: whether that unit may be written; one that the catalog does not know may
 */
gboolean
hs_admit_unit (HsWork *work, const char *unit, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HsUnit) known = hs_catalog_get_unit (work->catalog, unit, &local);
  const char *state = known != NULL ? hs_unit_get_state (known) : NULL;

  if (known == NULL) {
    if (g_error_matches (local, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  if (g_strcmp0 (state, "shipped") == 0) {
    refuse_shipped (known, error);
    return FALSE;
  }
  if (g_strcmp0 (state, "scrapped") == 0) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SCRAPPED, _ ("%s was scrapped."), get_name (known));
    return FALSE;
  }
  return TRUE;
}
