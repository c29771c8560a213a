/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/which-board.h"

#include "app/recipe.h"

/* The board called @id, if it shows the camera's USB id in its everyday bootloader. */
static const HsBoard *
take (HsDevice *device, const char *id)
{
  const HsBoard *board = hs_board_by_id (id);
  HsUsbInfo *info = hs_device_get_info (device);

  return board != NULL && hs_board_get_mode (board, info->vid, info->pid) == HS_MODE_DFU ? board
                                                                                         : NULL;
}

/**
 * hs_which_board:
 * @device: a camera
 * @build: (nullable): what somebody wants on it …
 * @release: (nullable): … or this
 *
 * An id that is shared by firmwares (1209:ABD1) or by the chips' own bootloaders (0483:DF11) is not
 * decided so: the running firmware says more than a wish.
 *
 * Returns: (nullable): its board; also of the only one in @release that it can be
 */
const HsBoard *
hs_which_board (HsDevice *device, HsBuild *build, HsRelease *release)
{
  const HsBoard *known = hs_device_get_board (device);
  const HsBoard *only = NULL;
  g_autoptr (HsRecipe) recipe = NULL;

  if (known != NULL || hs_device_get_info (device) == NULL)
    return known;
  if (release == NULL)
    return build != NULL ? take (device, hs_build_get_board (build)) : NULL;

  recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);
  for (guint i = 0; recipe != NULL && i < recipe->boards->len; i++) {
    const HsRecipeBoard *line = g_ptr_array_index (recipe->boards, i);
    const HsBoard *board = take (device, line->board);

    if (board != NULL && only != NULL)
      return NULL;
    only = board != NULL ? board : only;
  }
  return only;
}
