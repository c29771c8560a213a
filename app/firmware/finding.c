/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/finding.h"

HsFinding *
hs_finding_new (HsFindingLevel level,
                const char *code,
                const char *file,
                guint line,
                char *text,
                char *action,
                char *example)
{
  HsFinding *self = g_new0 (HsFinding, 1);

  self->level = level;
  self->code = code;
  self->file = g_strdup (file);
  self->line = line;
  self->text = text;
  self->action = action;
  self->example = example;
  return self;
}

void
hs_finding_free (HsFinding *self)
{
  g_free (self->file);
  g_free (self->text);
  g_free (self->action);
  g_free (self->example);
  g_free (self);
}
