/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/recall-row.h"

#include "ui/format.h"
#include "ui/piece.h"
#include "ui/unit-state.h"

#include <glib/gi18n-lib.h>

enum { WHO_PX = 190, WHAT_PX = 230, CHIP_PX = 90 };

struct _HsRecallRowView {
  GtkBox parent_instance;

  GtkLabel *label;
  GtkLabel *serial;
  GtkImage *shape;
  GtkLabel *what;
  GtkLabel *when;
  GtkLabel *party;
  GtkLabel *order;
  GtkWidget *chip;
};

G_DEFINE_FINAL_TYPE (HsRecallRowView, hs_recall_row_view, GTK_TYPE_BOX)

static void
hs_recall_row_view_class_init (HsRecallRowViewClass *klass)
{
}

static GtkLabel *
line (const char *classes)
{
  GtkWidget *label = hs_piece_label (NULL, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return GTK_LABEL (label);
}

/* Two lines in a column of @width pixels, 0: what is left. */
static GtkWidget *
column (GtkLabel *first, GtkLabel *second, int width)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_size_request (box, width > 0 ? width : -1, -1);
  gtk_widget_set_hexpand (box, width == 0);
  gtk_label_set_max_width_chars (first, 1);
  gtk_label_set_max_width_chars (second, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (first), width == 0);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (first));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (second));
  return box;
}

static void
hs_recall_row_view_init (HsRecallRowView *self)
{
  GtkWidget *chip_place = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->label = line ("heading");
  self->serial = line ("dim-label caption serial");
  self->shape = GTK_IMAGE (hs_piece_icon ("hs-pass-symbolic", 16, NULL));
  self->what = line (NULL);
  self->when = line ("dim-label caption figure");
  self->party = line (NULL);
  self->order = line ("dim-label caption figure");
  self->chip = hs_piece_chip (NULL, NULL);

  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_size_request (chip_place, CHIP_PX, -1);
  gtk_widget_set_halign (self->chip, GTK_ALIGN_END);
  gtk_widget_set_hexpand (self->chip, TRUE);
  gtk_box_append (GTK_BOX (chip_place), self->chip);
  gtk_box_append (GTK_BOX (self), column (self->label, self->serial, WHO_PX));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->shape));
  gtk_box_append (GTK_BOX (self), column (self->what, self->when, WHAT_PX));
  gtk_box_append (GTK_BOX (self), column (self->party, self->order, 0));
  gtk_box_append (GTK_BOX (self), chip_place);
}

GtkWidget *
hs_recall_row_new (void)
{
  return g_object_new (HS_TYPE_RECALL_ROW_VIEW, NULL);
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), *text != '\0' ? text : NULL);
}

static void
set_what (HsRecallRowView *self, const HsRecallRow *row)
{
  g_autofree char *since = hs_format_day_clock (row->since);
  g_autofree char *until = hs_format_day_clock (row->until);
  g_autofree char *when = row->now ? g_strdup_printf (_ ("since %s"), since)
                                   : g_strdup_printf (_ ("%s until %s"), since, until);
  g_autofree char *what = row->part ? g_strdup_printf (_ ("%s only"), row->what)
                                    : g_strdup (row->what != NULL ? row->what : "");

  hs_piece_set_shape (self->shape,
                      !row->now   ? "hs-empty-symbolic"
                      : row->part ? "hs-attention-symbolic"
                                  : "hs-ready-symbolic",
                      !row->now   ? "idle"
                      : row->part ? "warn"
                                  : "work");
  set_text (self->what, what);
  set_text (self->when, when);
}

static void
set_where (HsRecallRowView *self, const HsRecallRow *row)
{
  gboolean shipped = g_strcmp0 (row->state, "shipped") == 0;
  g_autofree char *day = hs_format_iso_day (row->date);
  gboolean order = row->order != NULL && *row->order != '\0';
  g_autofree char *more =
      order ? g_strdup_printf (_ ("order %s · %s"), row->order, day) : g_strdup (day);

  set_text (self->party,
            row->party_name != NULL && *row->party_name != '\0' ? row->party_name
            : shipped                                           ? _ ("a customer without a name")
                                                                : _ ("here"));
  set_text (self->order, row->date != NULL || order ? more : "");
}

void
hs_recall_row_view_set (HsRecallRowView *self, const HsRecallRow *row)
{
  g_autofree char *digits = hs_format_key_serial (row->unit);
  const char *label = row->label != NULL    ? row->label
                      : row->serial != NULL ? row->serial
                                            : _ ("no label");
  const char *state = hs_unit_state_text (row->state);
  g_autofree char *serial = row->serial != NULL && label != row->serial
                                ? g_strdup_printf ("%s · %s", row->serial, digits)
                                : g_strdup (digits);
  g_autofree char *name = NULL;

  g_return_if_fail (HS_IS_RECALL_ROW_VIEW (self));

  set_text (self->label, label);
  set_text (self->serial, serial);
  set_what (self, row);
  set_where (self, row);
  gtk_label_set_label (GTK_LABEL (self->chip), state);
  hs_piece_set_meaning (self->chip, hs_unit_state_meaning (row->state));
  name = g_strdup_printf ("%s, %s, %s, %s, %s",
                          label,
                          gtk_label_get_label (self->what),
                          gtk_label_get_label (self->when),
                          state,
                          gtk_label_get_label (self->party));
  hs_piece_name_list_item (GTK_WIDGET (self), name);
}
