/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/build-before.h"

enum { LOOKED_AT = 60 }; /* builds of a board until there is said to be none before */

JsonNode *
hs_build_details_parse (HsBuild *build)
{
  const char *text = build != NULL ? hs_build_get_details (build) : NULL;
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? g_steal_pointer (&node) : NULL;
}

static gboolean
is_before (HsBuild *other, const char *board, HsBuild *build)
{
  if (g_strcmp0 (hs_build_get_board (other), board) != 0)
    return FALSE;
  if (build == NULL)
    return TRUE;
  return !g_str_equal (hs_build_get_id (other), hs_build_get_id (build)) &&
         hs_build_get_imported (other) < hs_build_get_imported (build);
}

HsBuild *
hs_build_before_read (HsCatalog *catalog,
                      const char *board,
                      HsBuild *build,
                      GCancellable *cancellable)
{
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (HsBuild) newest = NULL;

  if (board == NULL)
    return NULL;
  ids = hs_catalog_list_builds (catalog, board, LOOKED_AT, NULL, NULL);
  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr (HsBuild) other = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);

    if (g_cancellable_is_cancelled (cancellable))
      break;
    if (other == NULL || !is_before (other, board, build))
      continue;
    if (newest == NULL || hs_build_get_imported (other) > hs_build_get_imported (newest))
      g_set_object (&newest, other);
  }
  return g_steal_pointer (&newest);
}
