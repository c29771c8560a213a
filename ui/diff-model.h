/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  HS_DIFF_FILE,    /* heading of a file */
  HS_DIFF_HUNK,    /* where in the file the next lines lie */
  HS_DIFF_SAME,    /* stays as it is */
  HS_DIFF_ADDED,   /* will be there */
  HS_DIFF_REMOVED, /* will not be there any more */
  HS_DIFF_NOTE,    /* "\ No newline at end of file", "Binary files differ" */
} HsDiffKind;

/* What becomes of a file. */
typedef enum { HS_DIFF_CHANGED, HS_DIFF_NEW, HS_DIFF_GONE } HsDiffFate;

/* One row of a diff. Made when it is looked at: a diff of 100 000 lines is no 100 000 objects. */
#define HS_TYPE_DIFF_LINE (hs_diff_line_get_type ())
G_DECLARE_FINAL_TYPE (HsDiffLine, hs_diff_line, HS, DIFF_LINE, GObject)

HsDiffKind hs_diff_line_get_kind (HsDiffLine *self);
/* Without its sign; of a file its name. Always UTF-8, cut where it is very long. */
const char *hs_diff_line_get_text (HsDiffLine *self);
/* In the new file, of a removed line in the old one; 0: none. */
guint hs_diff_line_get_number (HsDiffLine *self);
/* Of a file: */
HsDiffFate hs_diff_line_get_fate (HsDiffLine *self);
guint hs_diff_line_get_n_added (HsDiffLine *self);
guint hs_diff_line_get_n_removed (HsDiffLine *self);

/**
 * HsDiffModel:
 *
 * A unified diff as a list of #HsDiffLine. Immutable.
 */
#define HS_TYPE_DIFF_MODEL (hs_diff_model_get_type ())
G_DECLARE_FINAL_TYPE (HsDiffModel, hs_diff_model, HS, DIFF_MODEL, GObject)

/* @diff: as `diff -u` or git write it; anything else becomes notes. */
HsDiffModel *hs_diff_model_new (const char *diff);
const char *hs_diff_model_get_text (HsDiffModel *self); /* what it was made from */
guint hs_diff_model_get_n_files (HsDiffModel *self);
guint hs_diff_model_get_n_added (HsDiffModel *self);
guint hs_diff_model_get_n_removed (HsDiffModel *self);

G_END_DECLS
