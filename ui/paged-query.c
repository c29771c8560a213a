/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/paged-query.h"

HsPagedQuery *
hs_paged_query_copy (const HsPagedQuery *other)
{
  HsPagedQuery *self = g_memdup2 (other, sizeof *other);

  self->text = g_strdup (other->text);
  self->kinds = g_strdupv (other->kinds);
  self->states = g_strdupv (other->states);
  self->boards = g_strdupv (other->boards);
  self->release = g_strdup (other->release);
  self->party = g_strdup (other->party);
  return self;
}

void
hs_paged_query_free (HsPagedQuery *self)
{
  g_free (self->text);
  g_strfreev (self->kinds);
  g_strfreev (self->states);
  g_strfreev (self->boards);
  g_free (self->release);
  g_free (self->party);
  g_free (self);
}

/* The filter's own query is left out; NULL: all units. */
void
hs_paged_query_set_units (HsPagedQuery *self, const HsUnitFilter *filter)
{
  const HsUnitFilter all = { NULL };

  if (filter == NULL)
    filter = &all;
  g_strfreev (self->states);
  g_strfreev (self->boards);
  g_free (self->release);
  g_free (self->party);
  self->states = g_strdupv ((char **) filter->states);
  self->boards = g_strdupv ((char **) filter->boards);
  self->release = g_strdup (filter->release);
  self->party = g_strdup (filter->party);
  self->changed_outside = filter->changed_outside;
  self->mixed = filter->mixed;
}
