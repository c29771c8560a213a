/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"

G_BEGIN_DECLS

/* What one erase unit of a camera's flash is shown as. */
typedef enum {
  HS_CELL_LOCKED,    /* Hotshoe never writes it here */
  HS_CELL_UNTOUCHED, /* left as it is */
  HS_CELL_TODO,      /* will be erased and written */
  HS_CELL_ERASING,   /* the one in work */
  HS_CELL_WRITTEN,   /* bytes sent, nothing proven yet */
  HS_CELL_READ_BACK, /* read from the camera and equal */
  HS_CELL_UNKNOWN,   /* a write broke off */
  HS_CELL_FAILED,    /* here it went wrong */
  HS_CELL_DIFFERS,   /* compared, and holds something else */
  HS_CELL_READ,      /* read from the camera, compared with nothing yet */
  HS_N_CELLS
} HsCell;

/* One partition as the strip shows it. Without erase units it has 32 equal slices. */
typedef struct {
  const HsPartition *partition;
  const char *name;  /* "FIRMWARE", "BOOT" */
  const char *brief; /* for narrow places; may equal @name */
  double weight;     /* share of the width */
  guint n_cells;
  guint8 *cells; /* HsCell */
} HsStripPart;

/**
 * HsStripCells:
 *
 * The model behind the flash strip: partitions in the order of addresses, one #HsCell per erase
 * unit. Plain data, any thread.
 */
typedef struct {
  guint n_parts;
  HsStripPart *parts;
} HsStripCells;

HsStripCells *hs_strip_cells_new (const HsBoard *board);
void hs_strip_cells_free (HsStripCells *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStripCells, hs_strip_cells_free)

HsStripPart *hs_strip_cells_find (HsStripCells *self, HsRole role);
void hs_strip_part_fill (HsStripPart *self, guint64 from, guint64 to, HsCell cell);
void hs_strip_part_take_job_part (HsStripPart *self,
                                  const HsBoard *board,
                                  const char *what,
                                  const HsJobPart *part,
                                  const HsProgressState *progress,
                                  gboolean finished);
void hs_strip_cells_take_unit (HsStripCells *self, HsUnit *unit);
void hs_strip_cells_take_plan (HsStripCells *self,
                               HsBuild *build,
                               guint64 roles,
                               gboolean erase_filesystem);
void hs_strip_cells_take_erase (HsStripCells *self, GPtrArray *regions, gboolean overwrite);

const char *hs_cell_word (HsCell cell);
char *hs_strip_cells_to_text (HsStripCells *self, const char *separator);
void hs_strip_cells_count (HsStripCells *self, guint *n_done, guint *n_all);
gboolean hs_strip_cells_equal (HsStripCells *a, HsStripCells *b);

G_END_DECLS
