/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog.h"

G_DEFINE_QUARK (hs_store_error, hs_store_error)

static const char *const names[] = {
  [HS_STORE_ERROR_CORRUPT] = "catalog-damaged",    [HS_STORE_ERROR_NEWER] = "catalog-newer",
  [HS_STORE_ERROR_NETWORK] = "catalog-on-network", [HS_STORE_ERROR_FULL] = "disk-full",
  [HS_STORE_ERROR_LOCKED] = "catalog-locked",      [HS_STORE_ERROR_PURPOSE] = "practice-mixed",
  [HS_STORE_ERROR_NOT_FOUND] = "not-found",        [HS_STORE_ERROR_AMBIGUOUS] = "ambiguous",
  [HS_STORE_ERROR_ALTERED] = "file-altered",       [HS_STORE_ERROR_PERMISSION] = "no-file-access",
  [HS_STORE_ERROR_NO_NUMBER] = "no-number",        [HS_STORE_ERROR_FAILED] = "catalog-failed",
};

/**
 * hs_store_error_name:
 * @code: a #HsStoreError
 *
 * Returns: the code's name in JSON; part of the documented closed list
 */
const char *
hs_store_error_name (int code)
{
  g_return_val_if_fail (code >= 0 && code < (int) G_N_ELEMENTS (names), "catalog-failed");

  return names[code];
}
