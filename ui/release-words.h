/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"
#include "store/release.h"

G_BEGIN_DECLS

/* What a release and its recipe say, in words. All char * are (transfer full). */
char *hs_release_dup_title (HsRelease *release); /* "gate-counter 1.4.2" */
char *hs_release_title_of (const char *name, const char *version);
const char *hs_release_chip (HsRelease *release, const char **classes);
char *hs_release_dup_boards (HsRelease *release); /* "OPENMV4, OPENMV_N6" */

char *hs_recipe_say_proof (const HsRecipe *recipe);
char *hs_recipe_say_filesystem (const HsRecipe *recipe);
char *hs_recipe_say_unproven (const HsRecipe *recipe);
char *hs_recipe_say_serial (const HsRecipe *recipe);
const char *hs_recipe_get_series (const HsRecipe *recipe);
char *hs_recipe_dup_number (const HsRecipe *recipe, gint64 value); /* "GATE-0471" */
char *hs_recipe_file_say_source (const HsRecipeFile *file);
guint64 hs_recipe_board_get_roles (const HsRecipeBoard *board); /* bits 1 << HsRole */
char *hs_key_short (const char *key);                           /* "4be0 71c9 … d2f3" */

G_END_DECLS
