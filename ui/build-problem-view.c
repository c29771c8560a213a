/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-problem-view.h"

#include "app/explain.h"
#include "ui/build-help.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum { MAX_HINTS = 12 };

struct _HsBuildProblemView {
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (HsBuildProblemView, hs_build_problem_view, GTK_TYPE_BOX)

enum { SIGNAL_OPEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static const HsColumn hint_columns[] = { { NULL, 0 }, { NULL, 90 }, { NULL, 0 } };

static void
hs_build_problem_view_class_init (HsBuildProblemViewClass *klass)
{
  signals[SIGNAL_OPEN] = g_signal_new ("open",
                                       G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       1,
                                       G_TYPE_STRING);
}

static void
hs_build_problem_view_init (HsBuildProblemView *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 16);
  gtk_widget_add_css_class (GTK_WIDGET (self), "panel");
}

/* -- the command that mends it --------------------------------------------------------------- */

static void
copy_cb (GtkButton *button, const char *command)
{
  hs_piece_copy_text (GTK_WIDGET (button), command);
}

GtkWidget *
hs_build_command_new (const char *command)
{
  GtkWidget *label = hs_piece_label (command, "serial");
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  GtkWidget *row = hs_piece_row (8, label, button, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_tooltip_text (label, command);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Copy the command"));
  hs_piece_name (button, _ ("Copy the command"));
  gtk_widget_add_css_class (row, "command");
  g_signal_connect_data (button,
                         "clicked",
                         G_CALLBACK (copy_cb),
                         g_strdup (command),
                         (GClosureNotify) (void (*) (void)) g_free,
                         0);
  return row;
}

/* -- what could be left out ------------------------------------------------------------------ */

static GtkWidget *
cell (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

static GtkWidget *
hints_table (GPtrArray *hints)
{
  HsTable table;

  hs_table_init (&table, hint_columns, G_N_ELEMENTS (hint_columns));
  for (guint i = 0; i < MIN (hints->len, MAX_HINTS); i++) {
    const HsBuildHint *hint = g_ptr_array_index (hints, i);
    g_autofree char *size = hint->bytes > 0 ? hs_format_size (hint->bytes) : g_strdup ("");
    g_autofree char *bytes = hint->bytes > 0 ? hs_format_bytes (hint->bytes) : NULL;
    GtkWidget *size_label = hs_piece_label (size, "figure");

    gtk_widget_set_tooltip_text (size_label, bytes);
    hs_table_add (&table,
                  cell (hint->what, "heading"),
                  size_label,
                  cell (hint->how != NULL ? hint->how : "", "dim-label"),
                  NULL);
  }
  return table.grid;
}

static void
open_cb (GtkButton *button, const char *where)
{
  GtkWidget *self = gtk_widget_get_ancestor (GTK_WIDGET (button), HS_TYPE_BUILD_PROBLEM_VIEW);

  g_signal_emit (self, signals[SIGNAL_OPEN], 0, where);
}

/* One button for each page that helps, the one with most to win first and blue. */
static GtkWidget *
help_buttons (GPtrArray *hints)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; hints != NULL && i < hints->len; i++) {
    const HsBuildHint *hint = g_ptr_array_index (hints, i);
    const char *label = hs_build_help_label (hint->where);
    GtkWidget *button;

    if (label == NULL || !g_hash_table_add (seen, (gpointer) hint->where))
      continue;
    button = gtk_button_new_with_label (label);
    if (g_hash_table_size (seen) == 1)
      gtk_widget_add_css_class (button, "suggested-action");
    g_signal_connect (button, "clicked", G_CALLBACK (open_cb), (gpointer) hint->where);
    gtk_box_append (GTK_BOX (box), button);
  }
  return box;
}

static GtkWidget *
wrapped (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* Its natural height, which a scrolled window asks for, is that of lines this long. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

/**
 * hs_build_problem_view_new:
 * @problem: why the build failed
 *
 * Returns: (transfer floating): a panel that explains it
 */
GtkWidget *
hs_build_problem_view_new (const HsBuildProblem *problem)
{
  HsBuildProblemView *self = g_object_new (HS_TYPE_BUILD_PROBLEM_VIEW, NULL);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *shape = hs_shape_new (HS_SHAPE_FAIL, 34);
  GtkWidget *title = wrapped (problem->title, "headline");

  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), title);
  if (problem->text != NULL && *problem->text != '\0')
    gtk_box_append (GTK_BOX (words), wrapped (problem->text, "dim-label"));
  if (problem->command != NULL)
    gtk_box_append (GTK_BOX (words), hs_build_command_new (problem->command));
  if (problem->hints != NULL && problem->hints->len > 0)
    gtk_box_append (GTK_BOX (words), hints_table (problem->hints));
  gtk_box_append (GTK_BOX (self), shape);
  gtk_box_append (GTK_BOX (self), words);
  gtk_box_append (GTK_BOX (self), help_buttons (problem->hints));
  return GTK_WIDGET (self);
}
