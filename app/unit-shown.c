/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-shown.h"

#include "flash/error.h"
#include "flash/identity.h"

#include <glib/gi18n-lib.h>

static gboolean
shows_form_of (const char *key, const char *form)
{
  g_auto (GStrv) forms = hs_identity_all_forms (key);

  return forms != NULL && g_strv_contains ((const char *const *) forms, form);
}

/* Two that show the same are two candidates, and none is known. */
static gboolean
is_only_one (HsCatalog *catalog, const char *key, const char *form)
{
  g_autoptr (GPtrArray) units = hs_catalog_find_units_by_form (catalog, form, NULL);

  for (guint i = 0; units != NULL && i < units->len; i++)
    if (g_strcmp0 (units->pdata[i], key) != 0)
      return FALSE;
  return units != NULL;
}

gboolean
hs_unit_shown_learn (HsWork *work, GError **error)
{
  const char *asked = work->options.unit;
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (work->camera);
  HsMode mode = hs_camera_get_mode (work->camera);
  g_autoptr (HsIdentity) identity = hs_identity_new (work->board, mode, info->serial);

  if (asked == NULL)
    return TRUE;
  if (hs_identity_agrees (asked, work->board, mode, info->serial) == HS_AGREE_NO) {
    work->declined = TRUE;
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_UNIT,
                 _ ("This is another unit than the one asked for: %s can't show the serial %s. "
                    "Nothing was written."),
                 asked,
                 info->serial);
    return FALSE;
  }
  if (hs_work_get_unit (work) != NULL || identity->form == NULL ||
      !shows_form_of (asked, identity->form) || !is_only_one (work->catalog, asked, identity->form))
    return TRUE;
  return hs_camera_learn_key (work->camera, asked, error);
}
