/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-phases.h"

#include "ui/build-words.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

typedef struct {
  const char *id;
  GtkWidget *shape; /* the widgets are borrowed: children */
  GtkWidget *title;
  GtkWidget *time;
} Row;

struct _HsBuildPhases {
  GtkBox parent_instance;

  GArray *rows; /* Row */
};

G_DEFINE_FINAL_TYPE (HsBuildPhases, hs_build_phases, GTK_TYPE_BOX)

static void
hs_build_phases_finalize (GObject *object)
{
  g_array_unref (HS_BUILD_PHASES (object)->rows);
  G_OBJECT_CLASS (hs_build_phases_parent_class)->finalize (object);
}

static void
hs_build_phases_class_init (HsBuildPhasesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_build_phases_finalize;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hs_build_phases_init (HsBuildPhases *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 13);
  hs_piece_name (self, _ ("Phases of the build"));
}

GtkWidget *
hs_build_phases_new (void)
{
  return g_object_new (HS_TYPE_BUILD_PHASES, NULL);
}

static gboolean
are_the_same (HsBuildPhases *self, GArray *phases)
{
  if (phases == NULL || phases->len != self->rows->len)
    return FALSE;
  for (guint i = 0; i < phases->len; i++)
    if (!g_str_equal (g_array_index (phases, HsBuildPhase, i).id,
                      g_array_index (self->rows, Row, i).id))
      return FALSE;
  return TRUE;
}

static void
make_rows (HsBuildPhases *self, GArray *phases)
{
  hs_piece_clear (GTK_WIDGET (self));
  g_array_set_size (self->rows, 0);
  for (guint i = 0; phases != NULL && i < phases->len; i++) {
    const HsBuildPhase *phase = &g_array_index (phases, HsBuildPhase, i);
    Row row = { phase->id,
                hs_shape_new (HS_SHAPE_EMPTY, 18),
                hs_piece_label (phase->title, NULL),
                hs_piece_label (NULL, "figure dim-label") };

    gtk_label_set_ellipsize (GTK_LABEL (row.title), PANGO_ELLIPSIZE_END);
    gtk_widget_set_hexpand (row.title, TRUE);
    gtk_widget_set_tooltip_text (row.title, phase->title);
    gtk_box_append (GTK_BOX (self), hs_piece_row (10, row.shape, row.title, row.time, NULL));
    g_array_append_val (self->rows, row);
  }
}

static void
fill_row (const Row *row, const HsBuildPhase *phase, gboolean stopped)
{
  g_autofree char *span =
      phase->state > 0 && phase->state < 4 ? hs_format_span (phase->seconds) : g_strdup ("");
  gboolean bold = phase->state == 1 || phase->state == 3;

  hs_shape_set (GTK_IMAGE (row->shape),
                stopped && phase->state == 3 ? HS_SHAPE_STOPPED
                                             : hs_build_words_phase_shape (phase->state));
  gtk_label_set_label (GTK_LABEL (row->time), phase->state == 4 ? _ ("not needed") : span);
  gtk_widget_remove_css_class (row->title, "heading");
  gtk_widget_remove_css_class (row->title, "dim-label");
  if (bold)
    gtk_widget_add_css_class (row->title, "heading");
  else if (phase->state != 2)
    gtk_widget_add_css_class (row->title, "dim-label");
}

void
hs_build_phases_set (HsBuildPhases *self, GArray *phases, gboolean stopped)
{
  g_return_if_fail (HS_IS_BUILD_PHASES (self));

  if (!are_the_same (self, phases))
    make_rows (self, phases);
  for (guint i = 0; i < self->rows->len; i++)
    fill_row (
        &g_array_index (self->rows, Row, i), &g_array_index (phases, HsBuildPhase, i), stopped);
}
