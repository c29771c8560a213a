/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/tree-pieces.h"

#include "app/explain.h"
#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

GtkWidget *
hs_tree_text (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

/* -- examples --------------------------------------------------------------------------------- */

static void
copy_cb (GtkButton *button, const char *text)
{
  hs_piece_copy_text (GTK_WIDGET (button), text);
}

GtkWidget *
hs_tree_example (const char *lines)
{
  GtkWidget *label = hs_piece_label (lines, NULL);
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy"));
  GtkWidget *row;

  gtk_widget_set_hexpand (scroll, TRUE);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "monospace");
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), label);
  gtk_widget_set_can_focus (scroll, FALSE); /* the button beside it takes the keys */
  hs_piece_set_classes (copy, "flat small");
  gtk_widget_set_valign (copy, GTK_ALIGN_START);
  hs_piece_name (copy, _ ("Copy the example"));
  g_signal_connect_data (copy,
                         "clicked",
                         G_CALLBACK (copy_cb),
                         g_strdup (lines),
                         (GClosureNotify) (void (*) (void)) g_free,
                         0);
  row = hs_piece_row (9, scroll, copy, NULL);
  gtk_widget_add_css_class (row, "command");
  return row;
}

/* -- problems --------------------------------------------------------------------------------- */

static void
details_cb (GtkButton *button, HsProblem *problem)
{
  hs_dialog_details (GTK_WIDGET (button), problem);
}

static void
problem_gone (gpointer problem, GClosure *closure)
{
  hs_problem_free (problem);
}

GtkWidget *
hs_tree_problem (const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  g_autofree char *markup = hs_dialog_problem_markup (problem);
  GtkWidget *text = hs_tree_text (NULL, NULL);
  GtkWidget *details = gtk_button_new_with_label (_ ("Details"));
  GtkWidget *row;

  gtk_label_set_markup (GTK_LABEL (text), markup);
  gtk_widget_set_valign (details, GTK_ALIGN_CENTER);
  hs_piece_name (details, _ ("Details of what went wrong"));
  g_signal_connect_data (
      details, "clicked", G_CALLBACK (details_cb), g_steal_pointer (&problem), problem_gone, 0);
  row = hs_piece_row (12, hs_shape_new (HS_SHAPE_FAIL, 24), text, details, NULL);
  gtk_widget_add_css_class (row, "panel");
  gtk_widget_add_css_class (row, "bad-panel");
  return row;
}

void
hs_tree_say_taken_back (GtkWidget *widget)
{
  GtkWidget *toasts = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);

  if (toasts != NULL)
    adw_toast_overlay_add_toast (
        ADW_TOAST_OVERLAY (toasts),
        adw_toast_new (_ ("A change of this tree that broke off was taken back")));
}

/* -- findings --------------------------------------------------------------------------------- */

static const struct {
  HsShape shape;
  const char *word; /* N_() */
  const char *meaning;
} levels[] = {
  [HS_FINDING_NOTE] = { HS_SHAPE_READY, N_ ("Note"), "work" },
  [HS_FINDING_WARNING] = { HS_SHAPE_ATTENTION, N_ ("Look here"), "warn" },
  [HS_FINDING_ERROR] = { HS_SHAPE_FAIL, N_ ("Error"), "bad" },
};

static char *
dup_place (const HsFinding *finding)
{
  if (finding->file == NULL)
    return NULL;
  return finding->line > 0 ? g_strdup_printf ("%s:%u", finding->file, finding->line)
                           : g_strdup (finding->file);
}

GtkWidget *
hs_tree_finding (const HsFinding *finding)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *shape = hs_shape_new (levels[finding->level].shape, 20);
  GtkWidget *chip = hs_piece_chip (_ (levels[finding->level].word), levels[finding->level].meaning);
  g_autofree char *place = dup_place (finding);

  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), hs_tree_text (finding->text, NULL));
  if (finding->action != NULL)
    gtk_box_append (GTK_BOX (column), hs_tree_text (finding->action, "dim-label"));
  if (finding->example != NULL)
    gtk_box_append (GTK_BOX (column), hs_tree_example (finding->example));
  if (place != NULL) {
    GtkWidget *where = hs_piece_label (place, "dim-label monospace small");

    gtk_label_set_ellipsize (GTK_LABEL (where), PANGO_ELLIPSIZE_START);
    gtk_widget_set_hexpand (where, TRUE);
    gtk_box_append (GTK_BOX (column), hs_piece_row (9, chip, where, NULL));
  } else {
    gtk_box_append (GTK_BOX (column), chip);
  }
  return hs_piece_row (12, shape, column, NULL);
}

guint
hs_tree_count_findings (GPtrArray *findings, HsFindingLevel level)
{
  guint n = 0;

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    n += ((const HsFinding *) g_ptr_array_index (findings, i))->level == level;
  return n;
}

GtkWidget *
hs_tree_findings (GPtrArray *findings)
{
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  for (int level = HS_FINDING_ERROR; level >= HS_FINDING_NOTE; level--) {
    for (guint i = 0; findings != NULL && i < findings->len; i++) {
      const HsFinding *finding = g_ptr_array_index (findings, i);

      if ((int) finding->level == level)
        gtk_box_append (GTK_BOX (list), hs_tree_finding (finding));
    }
  }
  return list;
}

/* -- pages ------------------------------------------------------------------------------------ */

GtkWidget *
hs_tree_scroller (GtkWidget *child, int maximum)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), maximum);
  adw_clamp_set_child (ADW_CLAMP (clamp), child);
  gtk_widget_set_margin_start (child, 26);
  gtk_widget_set_margin_end (child, 26);
  gtk_widget_set_margin_top (child, 6);
  gtk_widget_set_margin_bottom (child, 24);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), clamp);
  gtk_widget_set_vexpand (scroll, TRUE);
  return scroll;
}
