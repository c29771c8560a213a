/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/batch.h"

#include "app/run-json.h"
#include "store/kinds.h"

/**
 * hs_batch_close:
 * @catalog: a catalog that may be written
 * @batch: id of an open batch
 * @error: an #HsStoreError
 *
 * Returns: whether it is in the journal
 */
gboolean
hs_batch_close (HsCatalog *catalog, const char *batch, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *subject = g_strconcat ("batch:", batch, NULL);
  g_autofree char *text = NULL;
  HsFact fact;

  g_return_val_if_fail (HS_IS_CATALOG (catalog), FALSE);
  g_return_val_if_fail (batch != NULL, FALSE);

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "batch", batch);
  text = hs_json_object_to_text (payload);
  fact = (HsFact){ HS_KIND_BATCH_CLOSED, subject, text };
  return hs_catalog_append (catalog, &fact, 1, NULL, error);
}
