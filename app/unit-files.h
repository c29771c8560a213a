/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is filled into templates. Borrowed. */
typedef struct {
  const char *id;     /* the unit's key: "stm32:…" */
  const char *serial; /* product serial; nullable */
  const char *board;
  const char *release;
  const char *version;
} HsUnitFacts;

/* Folders and commands that recipes name lie here, so that a bundle from elsewhere can name what
 * this bench has but never bring a command along: $XDG_CONFIG_HOME/hotshoe/unit-files. */
char *hs_unit_files_root (void);
/* The content for one unit; blocks (a command may run up to 60 s). HS_APP_ERROR_UNIT_FILE says
 * which folder or command is missing or what it said. The bytes are never logged. */
GBytes *hs_unit_file_make (const HsRecipeFile *file,
                           const HsUnitFacts *facts,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
