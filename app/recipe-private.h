/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"

#include <string.h>

G_BEGIN_DECLS

#define HS_RECIPE_FORMAT 1

HsRecipeBoard *hs_recipe_add_board (HsRecipe *self);
HsRecipeArtifact *hs_recipe_board_add_artifact (HsRecipeBoard *board);

G_END_DECLS
