/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define HS_UI_TEMPLATE(name) "/io/github/hotshoe/Hotshoe/ui/" name ".ui"

/* Small pieces that pages are put together from. @classes: CSS classes separated by blanks, or
 * NULL. All return floating references. */
GtkWidget *hs_piece_label (const char *text, const char *classes);
GtkWidget *hs_piece_markup (const char *markup, const char *classes);
GtkWidget *hs_piece_icon (const char *name, int size, const char *classes);
GtkWidget *hs_piece_chip (const char *text, const char *meaning);
GtkWidget *hs_piece_tape (const char *slot_name);
GtkWidget *hs_piece_row (int spacing, GtkWidget *first, ...) G_GNUC_NULL_TERMINATED;
GtkWidget *hs_piece_panel (const char *title, GtkWidget *child, GtkWidget *end);
GtkWidget *hs_piece_expander (const char *title, GtkWidget *child);
GtkWidget *hs_piece_copy (const char *markup, const char *what, const char *full);
void hs_piece_set_classes (GtkWidget *widget, const char *classes);
void hs_piece_set_meaning (GtkWidget *widget, const char *meaning);
void hs_piece_set_shape (GtkImage *image, const char *icon, const char *meaning);
void hs_piece_name (gpointer widget, const char *name);
void hs_piece_name_list_item (GtkWidget *child, const char *name);
void hs_piece_name_group (GtkWidget *group, const char *name);
void hs_piece_let_type (GtkDropDown *self);
void hs_piece_clear (GtkWidget *box);
void hs_piece_copy_text (GtkWidget *widget, const char *text);

char *hs_piece_digest_markup (const char *sha256);

/* One column of a table: a title, and a width in pixels or 0 to grow. */
typedef struct {
  const char *title; /* N_()-marked; NULL: no heading */
  int width;
} HsColumn;

/* A GtkGrid, not boxes: in a box a wrapping label bends the columns below it. */
typedef struct {
  GtkWidget *grid;
  const HsColumn *columns;
  guint n_columns;
  guint n_rows;
} HsTable;

void hs_table_init (HsTable *self, const HsColumn *columns, guint n_columns);
void hs_table_add (HsTable *self, GtkWidget *first, ...) G_GNUC_NULL_TERMINATED;

G_END_DECLS
