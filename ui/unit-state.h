/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/unit-detail.h"

#include "app/session.h"

G_BEGIN_DECLS

/* What is to be said first about a unit. @action and @verb: what can be done; NULL: nothing. */
typedef struct {
  char *markup;
  const char *action; /* "unit.repair" */
  const char *verb;   /* "Repair…" */
} HsUnitWarning;

HsSlot *hs_unit_find_slot (HsSession *session, const char *unit);
gboolean hs_unit_has_left_bench (HsUnit *unit);
const char *hs_unit_chip_text (HsUnit *unit, const char **meaning);
const char *hs_unit_state_text (const char *state);
const char *hs_unit_state_meaning (const char *state); /* class of a chip; nullable */
gboolean hs_unit_find_warning (const HsUnitDetail *detail, gboolean here, HsUnitWarning *warning);

G_END_DECLS
