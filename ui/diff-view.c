/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/diff-view.h"

#include "ui/diff-model.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsDiffView {
  AdwBin parent_instance;

  GtkStack *stack;
  GtkLabel *summary;
  GtkListView *list;
  HsDiffModel *model; /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (HsDiffView, hs_diff_view, ADW_TYPE_BIN)

/* -- rows ------------------------------------------------------------------------------------- */

/* How a row of each kind looks and begins. */
static const struct {
  const char *css;
  const char *sign;
} looks[] = {
  [HS_DIFF_FILE] = { "file", "" },        [HS_DIFF_HUNK] = { "hunk", "" },
  [HS_DIFF_SAME] = { "same", " " },       [HS_DIFF_ADDED] = { "added", "+" },
  [HS_DIFF_REMOVED] = { "removed", "−" }, [HS_DIFF_NOTE] = { "note", "" },
};

/* "+12 −3", with words for new and removed files. */
static char *
dup_counts (HsDiffLine *line)
{
  g_autofree char *added = hs_format_count (hs_diff_line_get_n_added (line));
  g_autofree char *removed = hs_format_count (hs_diff_line_get_n_removed (line));

  if (hs_diff_line_get_fate (line) == HS_DIFF_NEW)
    return g_strdup_printf (_ ("new file · +%s"), added);
  if (hs_diff_line_get_fate (line) == HS_DIFF_GONE)
    return g_strdup_printf (_ ("is removed · −%s"), removed);
  return g_strdup_printf ("+%s −%s", added, removed);
}

/* What a screen reader says of a row. */
static char *
dup_spoken (HsDiffLine *line)
{
  const char *text = hs_diff_line_get_text (line);
  g_autofree char *counts = NULL;

  switch (hs_diff_line_get_kind (line)) {
  case HS_DIFF_FILE:
    counts = dup_counts (line);
    return g_strdup_printf (_ ("File %s, %s"), text, counts);
  case HS_DIFF_ADDED:
    return g_strdup_printf (_ ("Added: %s"), text);
  case HS_DIFF_REMOVED:
    return g_strdup_printf (_ ("Removed: %s"), text);
  case HS_DIFF_SAME:
    return *text != '\0' ? g_strdup (text) : g_strdup (_ ("Empty line"));
  default:
    return g_strdup (text);
  }
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *number = hs_piece_label (NULL, "num");
  GtkWidget *sign = hs_piece_label (NULL, "sign");
  GtkWidget *text = hs_piece_label (NULL, NULL);
  GtkWidget *counts = hs_piece_label (NULL, "counts");

  gtk_label_set_width_chars (GTK_LABEL (number), 6);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_label_set_width_chars (GTK_LABEL (sign), 1);
  gtk_list_item_set_child (item, hs_piece_row (9, number, sign, text, counts, NULL));
  gtk_list_item_set_activatable (item, FALSE);
}

static void
show_text (GtkWidget *label, const char *text, gboolean visible)
{
  gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, visible);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  HsDiffLine *line = gtk_list_item_get_item (item);
  HsDiffKind kind = hs_diff_line_get_kind (line);
  GtkWidget *row = gtk_list_item_get_child (item);
  GtkWidget *number = gtk_widget_get_first_child (row);
  GtkWidget *sign = gtk_widget_get_next_sibling (number);
  GtkWidget *text = gtk_widget_get_next_sibling (sign);
  gboolean of_file = kind == HS_DIFF_SAME || kind == HS_DIFF_ADDED || kind == HS_DIFF_REMOVED;
  g_autofree char *figure = g_strdup_printf ("%u", hs_diff_line_get_number (line));
  g_autofree char *counts = kind == HS_DIFF_FILE ? dup_counts (line) : NULL;
  g_autofree char *spoken = dup_spoken (line);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (row, looks[i].css);
  gtk_widget_add_css_class (row, looks[kind].css);
  show_text (number, of_file ? figure : "", kind != HS_DIFF_FILE);
  show_text (sign, looks[kind].sign, of_file);
  show_text (text, hs_diff_line_get_text (line), TRUE);
  show_text (gtk_widget_get_next_sibling (text), counts != NULL ? counts : "", counts != NULL);
  hs_piece_name_list_item (row, spoken);
}

/* -- copying ---------------------------------------------------------------------------------- */

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsDiffView *self = HS_DIFF_VIEW (widget);

  if (self->model != NULL)
    hs_piece_copy_text (widget, hs_diff_model_get_text (self->model));
}

/* -- the view --------------------------------------------------------------------------------- */

static void
hs_diff_view_dispose (GObject *object)
{
  g_clear_object (&HS_DIFF_VIEW (object)->model);
  G_OBJECT_CLASS (hs_diff_view_parent_class)->dispose (object);
}

static void
hs_diff_view_class_init (HsDiffViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_diff_view_dispose;
  gtk_widget_class_install_action (widget_class, "diff.copy", NULL, copy_action);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "diff.copy", NULL);
}

static GtkWidget *
make_list (HsDiffView *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list = gtk_list_view_new (NULL, factory);
  GtkWidget *scroll = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  hs_piece_set_classes (list, "log diff");
  hs_piece_name (list, _ ("Changes of the files"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), list);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_widget_set_overflow (scroll, GTK_OVERFLOW_HIDDEN);
  gtk_widget_add_css_class (scroll, "diff-frame");
  self->list = GTK_LIST_VIEW (list);
  return scroll;
}

static void
hs_diff_view_init (HsDiffView *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy"));
  GtkWidget *summary = hs_piece_label (NULL, "dim-label figure");
  GtkWidget *nothing = hs_piece_label (_ ("No file would change"), "dim-label");

  self->summary = GTK_LABEL (summary);
  gtk_widget_set_hexpand (summary, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (copy), "diff.copy");
  gtk_widget_set_tooltip_text (copy, _ ("Copy all changes as text"));
  hs_piece_name (copy, _ ("Copy the changes"));
  hs_piece_set_classes (copy, "flat small");
  gtk_box_append (GTK_BOX (page), hs_piece_row (9, summary, copy, NULL));
  gtk_box_append (GTK_BOX (page), make_list (self));

  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_label_set_xalign (GTK_LABEL (nothing), .5f);
  gtk_stack_add_named (self->stack, nothing, "nothing");
  gtk_stack_add_named (self->stack, page, "changes");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
}

GtkWidget *
hs_diff_view_new (void)
{
  return g_object_new (HS_TYPE_DIFF_VIEW, NULL);
}

void
hs_diff_view_set_text (HsDiffView *self, const char *diff)
{
  g_autoptr (GtkNoSelection) selection = NULL;
  g_autofree char *added = NULL;
  g_autofree char *removed = NULL;
  g_autofree char *summary = NULL;
  guint n;

  g_return_if_fail (HS_IS_DIFF_VIEW (self));

  g_clear_object (&self->model);
  self->model = hs_diff_model_new (diff);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));

  n = hs_diff_model_get_n_files (self->model);
  added = hs_format_count (hs_diff_model_get_n_added (self->model));
  removed = hs_format_count (hs_diff_model_get_n_removed (self->model));
  /* Translators: "3 files: 12 lines more, 4 lines less", in signs */
  summary =
      g_strdup_printf (ngettext ("%u file · +%s −%s", "%u files · +%s −%s", n), n, added, removed);
  gtk_label_set_label (self->summary, summary);
  gtk_stack_set_visible_child_name (
      self->stack,
      g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0 ? "changes" : "nothing");
}

guint
hs_diff_view_get_n_files (HsDiffView *self)
{
  g_return_val_if_fail (HS_IS_DIFF_VIEW (self), 0);

  return self->model != NULL ? hs_diff_model_get_n_files (self->model) : 0;
}

char *
hs_diff_view_dup_verb (HsDiffView *self)
{
  guint n = hs_diff_view_get_n_files (self);

  return g_strdup_printf (ngettext ("_Write %u File", "_Write %u Files", n), n);
}
