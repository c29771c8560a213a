/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-help.h"

#include "ui/firmware-actions.h"

#include <glib/gi18n-lib.h>

/* Those are rows of the table of what can be done with a board. */
static const struct {
  const char *where;
  const char *label;
} helps[] = {
  { "features", N_ ("Open Features…") },
  { "freeze", N_ ("Open Freeze…") },
  { "romfs", N_ ("Open ROMFS…") },
};

const char *
hs_build_help_label (const char *where)
{
  for (guint i = 0; i < G_N_ELEMENTS (helps); i++)
    if (g_strcmp0 (helps[i].where, where) == 0)
      return hs_firmware_action_find (where) != NULL ? _ (helps[i].label) : NULL;
  return NULL;
}

void
hs_build_help_open (const char *where,
                    HsSession *session,
                    GtkWindow *parent,
                    const char *tree,
                    const char *target)
{
  const HsFirmwareAction *action = hs_firmware_action_find (where);

  if (action != NULL)
    action->open (session, parent, tree, target);
}
