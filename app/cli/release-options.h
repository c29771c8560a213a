/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/recipe.h"

G_BEGIN_DECLS

/* What `release create` and `release edit` take; fields belong to the option parser. */
typedef struct {
  char *new_name;
  char *new_version;
  char **builds;
  char **roles;
  char **drop_boards;
  gboolean erase, keep;
  char *confirm;
  gboolean allow_unproven, refuse_unproven;
  char *serial;
  char *series;
  char **files;
  char **drop_files;
  char **reasons;
  char *notes;
} HsReleaseOptions;

void hs_release_options_clear (HsReleaseOptions *self);
/* Changes @recipe by what was given. HS_APP_ERROR_USAGE, or that a build or file is not there. */
gboolean hs_release_options_apply (const HsReleaseOptions *self,
                                   HsCatalog *catalog,
                                   HsRecipe *recipe,
                                   GError **error);

G_END_DECLS
