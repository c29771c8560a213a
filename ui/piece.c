/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

void
hs_piece_set_classes (GtkWidget *widget, const char *classes)
{
  g_auto (GStrv) names = classes != NULL ? g_strsplit (classes, " ", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    gtk_widget_add_css_class (widget, names[i]);
}

/* Of the classes that mean something exactly @meaning stays; NULL for none. */
void
hs_piece_set_meaning (GtkWidget *widget, const char *meaning)
{
  static const char *const all[] = { "ok", "bad", "warn", "work", "idle", "filled", "outlined" };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    gtk_widget_remove_css_class (widget, all[i]);
  if (meaning != NULL)
    gtk_widget_add_css_class (widget, meaning);
}

void
hs_piece_set_shape (GtkImage *image, const char *icon, const char *meaning)
{
  gtk_image_set_from_icon_name (image, icon);
  hs_piece_set_meaning (GTK_WIDGET (image), meaning);
}

GtkWidget *
hs_piece_label (const char *text, const char *classes)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  hs_piece_set_classes (label, classes);
  return label;
}

GtkWidget *
hs_piece_markup (const char *markup, const char *classes)
{
  GtkWidget *label = hs_piece_label (NULL, classes);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  return label;
}

/* The words beside it speak: a shape is silent for assistive technology. */
GtkWidget *
hs_piece_icon (const char *name, int size, const char *classes)
{
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE,
                                  "icon-name",
                                  name,
                                  "pixel-size",
                                  size,
                                  "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  NULL);

  hs_piece_set_classes (icon, classes);
  return icon;
}

GtkWidget *
hs_piece_chip (const char *text, const char *meaning)
{
  GtkWidget *chip = hs_piece_label (text, "chip");

  gtk_label_set_xalign (GTK_LABEL (chip), .5f);
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  hs_piece_set_classes (chip, meaning);
  return chip;
}

/* The slot's name as on its strip of label tape. */
GtkWidget *
hs_piece_tape (const char *slot_name)
{
  GtkWidget *tape = hs_piece_label (slot_name, "tape wide");

  gtk_label_set_xalign (GTK_LABEL (tape), .5f);
  gtk_label_set_ellipsize (GTK_LABEL (tape), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (tape), 7);
  gtk_label_set_max_width_chars (GTK_LABEL (tape), 12);
  gtk_widget_set_tooltip_text (tape, slot_name);
  gtk_widget_set_valign (tape, GTK_ALIGN_CENTER);
  return tape;
}

GtkWidget *
hs_piece_row (int spacing, GtkWidget *first, ...)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing);
  va_list args;

  va_start (args, first);
  for (GtkWidget *child = first; child != NULL; child = va_arg (args, GtkWidget *))
    gtk_box_append (GTK_BOX (row), child);
  va_end (args);
  return row;
}

/**
 * hs_piece_panel:
 * @title: its heading
 * @child: what it shows
 * @end: (nullable): beside the heading
 *
 * Returns: (transfer floating): a card with a heading
 */
GtkWidget *
hs_piece_panel (const char *title, GtkWidget *child, GtkWidget *end)
{
  GtkWidget *panel = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *heading = hs_piece_label (title, "heading");

  gtk_widget_set_hexpand (heading, TRUE);
  gtk_widget_add_css_class (panel, "panel");
  gtk_box_append (GTK_BOX (panel), hs_piece_row (9, heading, end, NULL));
  gtk_box_append (GTK_BOX (panel), child);
  return panel;
}

/**
 * hs_piece_expander:
 * @title: what is in it; also its name
 * @child: (transfer floating): hidden until it is asked for
 *
 * While @child is hidden it has no window: GTK asks it for the focus all the same, and complains.
 *
 * Returns: (transfer floating)
 */
GtkWidget *
hs_piece_expander (const char *title, GtkWidget *child)
{
  GtkWidget *expander = gtk_expander_new (title);

  gtk_expander_set_child (GTK_EXPANDER (expander), child);
  g_object_bind_property (expander, "expanded", child, "can-focus", G_BINDING_SYNC_CREATE);
  hs_piece_name (expander, title);
  return expander;
}

/* -- a choice that is typed ------------------------------------------------------------------- */

static GtkWidget *
find_inside (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_inside (child, type);
  return found;
}

static GtkSingleSelection *
choices_of (GtkDropDown *self)
{
  GtkListView *list = GTK_LIST_VIEW (find_inside (GTK_WIDGET (self), GTK_TYPE_LIST_VIEW));

  return GTK_SINGLE_SELECTION (gtk_list_view_get_model (list));
}

static void
choose_first_cb (GtkDropDown *self)
{
  gtk_single_selection_set_autoselect (choices_of (self), TRUE);
}

static void
entered_cb (GtkDropDown *self)
{
  guint position;

  /* Said some time after the last key, which may be later than this one. */
  g_signal_emit_by_name (find_inside (GTK_WIDGET (self), GTK_TYPE_SEARCH_ENTRY), "search-changed");
  position = gtk_single_selection_get_selected (choices_of (self));
  if (position != GTK_INVALID_LIST_POSITION)
    g_signal_emit_by_name (
        find_inside (GTK_WIDGET (self), GTK_TYPE_LIST_VIEW), "activate", position);
}

/**
 * hs_piece_let_type:
 * @self: a drop-down of strings with a search
 *
 * Enter takes the first of those that fit what was typed. By itself GTK takes the one that is
 * selected: none, once the search has hidden it.
 */
void
hs_piece_let_type (GtkDropDown *self)
{
  g_autoptr (GtkExpression) name =
      gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  gtk_drop_down_set_expression (self, name); /* else its search finds nothing */
  g_signal_connect (self, "notify::model", G_CALLBACK (choose_first_cb), NULL);
  g_signal_connect_object (find_inside (GTK_WIDGET (self), GTK_TYPE_SEARCH_ENTRY),
                           "activate",
                           G_CALLBACK (entered_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

/* Puts @text on the clipboard and says so where the page has a place for toasts. */
void
hs_piece_copy_text (GtkWidget *widget, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (_ ("Copied")));
}

static void
copy_clicked_cb (GtkButton *button, const char *text)
{
  hs_piece_copy_text (GTK_WIDGET (button), text);
}

/* Ctrl+C on a serial that has the focus does what a click does. */
static void
copy_by_key (GtkWidget *button)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>c"),
                        gtk_shortcut_action_parse_string ("activate")));
  gtk_widget_add_controller (button, keys);
}

/**
 * hs_piece_copy:
 * @markup: what is shown
 * @what: what it is, for assistive technology: "serial"
 * @full: what a click copies, and the tooltip shows
 *
 * Returns: (transfer floating): a flat button
 */
GtkWidget *
hs_piece_copy (const char *markup, const char *what, const char *full)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = hs_piece_markup (markup, NULL);
  g_autofree char *name = g_strdup_printf (_ ("Copy %s"), what);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  hs_piece_set_classes (button, "flat copy");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, full);
  hs_piece_name (button, name);
  copy_by_key (button);
  g_signal_connect_data (button,
                         "clicked",
                         G_CALLBACK (copy_clicked_cb),
                         g_strdup (full),
                         (GClosureNotify) (void (*) (void)) g_free,
                         0);
  return button;
}

/* What a screen reader says: icon buttons, menu buttons, rows and drawings have no name of their
 * own. @widget is any GtkAccessible. */
void
hs_piece_name (gpointer widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* GTK 4.8 can't name a list item: the row's own widget is the parent of what it shows. */
void
hs_piece_name_list_item (GtkWidget *child, const char *name)
{
  GtkWidget *row = gtk_widget_get_parent (child);

  if (row != NULL)
    hs_piece_name (row, name);
}

/* The list in an AdwPreferencesGroup, which has no name if the group has no title. */
void
hs_piece_name_group (GtkWidget *group, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (group); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_LIST_BOX (child))
      hs_piece_name (child, name);
    else if (!GTK_IS_LABEL (child))
      hs_piece_name_group (child, name);
  }
}

void
hs_piece_clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

/* First eight and last four digits. */
char *
hs_piece_digest_markup (const char *sha256)
{
  if (sha256 == NULL || strlen (sha256) != 64)
    return g_strdup ("");

  return g_strdup_printf ("<span face='monospace' size='86%%' alpha='65%%'>%.4s %.4s … %.4s</span>",
                          sha256,
                          sha256 + 4,
                          sha256 + 60);
}

/* -- tables --------------------------------------------------------------------------------- */

static void
table_put (HsTable *self, GtkWidget *cell, guint column, const char *classes)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  int width = self->columns[column].width;

  hs_piece_set_classes (box, classes);
  gtk_widget_set_size_request (box, width > 0 ? width : -1, -1);
  gtk_widget_set_hexpand (box, width == 0);
  gtk_widget_set_hexpand (cell, TRUE);
  if (column + 1 < self->n_columns)
    gtk_widget_set_margin_end (cell, 12);
  if (GTK_IS_LABEL (cell) && width == 0)
    gtk_label_set_max_width_chars (GTK_LABEL (cell), 1);
  gtk_box_append (GTK_BOX (box), cell);
  gtk_grid_attach (GTK_GRID (self->grid), box, column, self->n_rows, 1, 1);
}

void
hs_table_init (HsTable *self, const HsColumn *columns, guint n_columns)
{
  *self = (HsTable){ .grid = gtk_grid_new (), .columns = columns, .n_columns = n_columns };
  if (columns[0].title == NULL)
    return;

  for (guint i = 0; i < n_columns; i++) {
    GtkWidget *title = hs_piece_label (_ (columns[i].title), "table-head");

    gtk_widget_set_margin_bottom (title, 5);
    table_put (self, title, i, NULL);
  }
  self->n_rows = 1;
}

/* One cell for each column, then NULL. */
void
hs_table_add (HsTable *self, GtkWidget *first, ...)
{
  GtkWidget *cell = first;
  va_list args;

  va_start (args, first);
  for (guint i = 0; i < self->n_columns && cell != NULL; i++) {
    table_put (self, cell, i, self->n_rows == 0 ? "table-row first" : "table-row");
    cell = va_arg (args, GtkWidget *);
  }
  va_end (args);
  self->n_rows++;
}
