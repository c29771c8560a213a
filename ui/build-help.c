/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-help.h"

#include <glib/gi18n-lib.h>

typedef void (*Opener) (HsSession *session,
                        GtkWindow *parent,
                        const char *tree,
                        const char *target);

static const struct {
  const char *where;
  const char *label;
  Opener open; /* NULL: there is no such page */
} helps[] = {
  { "features", N_ ("Open Features…"), NULL },
  { "freeze", N_ ("Open Freeze…"), NULL },
  { "romfs", N_ ("Open ROMFS…"), NULL },
};

static int
find (const char *where)
{
  for (guint i = 0; i < G_N_ELEMENTS (helps); i++)
    if (g_strcmp0 (helps[i].where, where) == 0 && helps[i].open != NULL)
      return (int) i;
  return -1;
}

const char *
hs_build_help_label (const char *where)
{
  int i = find (where);

  return i >= 0 ? _ (helps[i].label) : NULL;
}

void
hs_build_help_open (const char *where,
                    HsSession *session,
                    GtkWindow *parent,
                    const char *tree,
                    const char *target)
{
  int i = find (where);

  if (i >= 0)
    helps[i].open (session, parent, tree, target);
}
