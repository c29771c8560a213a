/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-units.h"

G_BEGIN_DECLS

/* What a line of a table of units can say. */
typedef enum {
  HS_CELL_UNIT,
  HS_CELL_BOARD,
  HS_CELL_LABEL,
  HS_CELL_SERIAL,
  HS_CELL_SERIES,
  HS_CELL_CUSTOMER,
  HS_CELL_ORDER,
  HS_CELL_DATE,
  HS_CELL_NOTE,
  HS_N_CELLS
} HsCell;

typedef enum {
  HS_LINE_NEW,  /* a unit that the catalog did not know */
  HS_LINE_MORE, /* something new about a unit */
  HS_LINE_SAME,
  HS_LINE_REJECTED,
  HS_LINE_FAILED, /* the catalog can't be asked */
} HsLineVerdict;

/**
 * HsUnitLines:
 *
 * Turns lines of a table into journal entries, comparing each with the catalog and with the lines
 * before it. One thread; blocks.
 */
typedef struct _HsUnitLines HsUnitLines;
/* @apply FALSE: nothing is ever written. */
HsUnitLines *hs_unit_lines_new (HsCatalog *catalog, gboolean apply);
void hs_unit_lines_free (HsUnitLines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsUnitLines, hs_unit_lines_free)

/* @cells: HS_N_CELLS texts without white space around them; NULL: says nothing. @n_facts: (out) how
 * many entries it makes. @why: (out): a sentence, if it is rejected. */
HsLineVerdict hs_unit_lines_take (HsUnitLines *self,
                                  guint64 line,
                                  const char *const *cells,
                                  guint *n_facts,
                                  char **why,
                                  GError **error);
/* Appends what waits since the last time, in one transaction. */
gboolean hs_unit_lines_commit (HsUnitLines *self, GError **error);

G_END_DECLS
