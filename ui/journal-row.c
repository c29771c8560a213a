/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/journal-row.h"

#include "ui/format.h"
#include "ui/journal-model.h"
#include "ui/journal-sentence.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsJournalRow {
  GtkBox parent_instance;

  GtkWidget *day;
  GtkWidget *line;
  GtkWidget *time;
  GtkWidget *shape;
  GtkWidget *sentence;
  GtkWidget *more;
  GtkWidget *who;
  GtkWidget *hash;

  HsModelRow *row;   /* owned; nullable */
  HsModelRow *above; /* owned; NULL: the first of the list */
};

G_DEFINE_FINAL_TYPE (HsJournalRow, hs_journal_row, GTK_TYPE_BOX)

static GtkWidget *
ellipsized (const char *classes)
{
  GtkWidget *label = hs_piece_label (NULL, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static HsEntry *
entry_of (HsModelRow *row)
{
  HsJournalItem *item = row != NULL ? hs_model_row_get_item (row) : NULL;

  return item != NULL ? hs_journal_item_get_entry (item) : NULL;
}

static void
show_day (HsJournalRow *self, HsEntry *entry)
{
  HsEntry *before = entry_of (self->above);
  g_autofree char *day = hs_format_day (hs_entry_get_time (entry));
  g_autofree char *day_before = before != NULL ? hs_format_day (hs_entry_get_time (before)) : NULL;
  gboolean first = self->above == NULL || (before != NULL && g_strcmp0 (day, day_before) != 0);

  gtk_label_set_label (GTK_LABEL (self->day), day);
  gtk_widget_set_visible (self->day, first);
  if (first)
    gtk_widget_add_css_class (self->line, "first");
  else
    gtk_widget_remove_css_class (self->line, "first");
}

static void
show_entry (HsJournalRow *self, HsJournalItem *item)
{
  HsEntry *entry = hs_journal_item_get_entry (item);
  g_autoptr (HsSentence) sentence = hs_sentence_new (hs_entry_get_kind (entry),
                                                     hs_entry_get_subject (entry),
                                                     hs_entry_get_payload (entry),
                                                     hs_journal_item_get_name (item),
                                                     hs_journal_item_get_build (item));
  const char *hash = hs_entry_get_hash (entry);
  const char *who = hs_entry_get_operator (entry);
  g_autofree char *time = hs_format_clock_seconds (hs_entry_get_time (entry));
  g_autofree char *begin = g_strndup (hash != NULL ? hash : "", 4);
  g_autofree char *name = NULL;

  gtk_label_set_label (GTK_LABEL (self->time), time);
  hs_piece_set_shape (GTK_IMAGE (self->shape), sentence->icon, sentence->meaning);
  gtk_label_set_markup (GTK_LABEL (self->sentence), sentence->markup);
  gtk_label_set_label (GTK_LABEL (self->more), sentence->more);
  gtk_widget_set_visible (self->more, *sentence->more != '\0');
  gtk_widget_set_tooltip_text (self->more, sentence->more);
  gtk_label_set_label (GTK_LABEL (self->who), who != NULL && *who != '\0' ? who : _ ("Hotshoe"));
  gtk_label_set_label (GTK_LABEL (self->hash), begin);
  gtk_widget_set_tooltip_text (self->hash, hash);
  name = g_strdup_printf ("%s, %s", time, gtk_label_get_text (GTK_LABEL (self->sentence)));
  hs_piece_name_list_item (GTK_WIDGET (self), name);
}

static void
changed_cb (HsJournalRow *self)
{
  HsJournalItem *item = hs_model_row_get_item (self->row);

  gtk_widget_set_opacity (self->line, item != NULL ? 1 : 0);
  if (item == NULL) {
    gtk_widget_set_visible (self->day, FALSE);
    return;
  }

  show_entry (self, item);
  show_day (self, hs_journal_item_get_entry (item));
}

static void
watch (HsJournalRow *self, HsModelRow **field, HsModelRow *row)
{
  if (*field != NULL)
    g_signal_handlers_disconnect_by_data (*field, self);
  g_set_object (field, row);
  if (row != NULL)
    g_signal_connect_object (row, "notify::item", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

static void
hs_journal_row_dispose (GObject *object)
{
  HsJournalRow *self = HS_JOURNAL_ROW (object);

  watch (self, &self->row, NULL);
  watch (self, &self->above, NULL);
  G_OBJECT_CLASS (hs_journal_row_parent_class)->dispose (object);
}

static void
hs_journal_row_class_init (HsJournalRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_journal_row_dispose;
}

static void
hs_journal_row_init (HsJournalRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->day = hs_piece_label (NULL, "heading");
  self->time = hs_piece_label (NULL, "figure dim-label");
  self->shape = hs_piece_icon (NULL, 18, NULL);
  self->sentence = ellipsized (NULL);
  self->more = ellipsized ("dim-label caption");
  self->who = ellipsized ("dim-label");
  self->hash = hs_piece_label (NULL, "digest dim-label");

  gtk_widget_set_margin_top (self->day, 12);
  gtk_widget_set_margin_bottom (self->day, 3);
  gtk_widget_set_size_request (self->time, 66, -1);
  gtk_label_set_width_chars (GTK_LABEL (self->who), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (self->who), 12);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), self->sentence);
  gtk_box_append (GTK_BOX (words), self->more);
  self->line = hs_piece_row (13, self->time, self->shape, words, self->who, self->hash, NULL);
  gtk_widget_add_css_class (self->line, "table-row");
  gtk_widget_set_size_request (self->line, -1, 50);
  gtk_box_append (GTK_BOX (self), self->day);
  gtk_box_append (GTK_BOX (self), self->line);
}

GtkWidget *
hs_journal_row_new (void)
{
  return g_object_new (HS_TYPE_JOURNAL_ROW, NULL);
}

/**
 * hs_journal_row_set:
 * @self: a row
 * @row: (nullable): what to show; "item" is an #HsJournalItem
 * @above: (nullable): the row before it in the list
 *
 * Shows @row, now and whenever its data comes or changes.
 */
void
hs_journal_row_set (HsJournalRow *self, HsModelRow *row, HsModelRow *above)
{
  g_return_if_fail (HS_IS_JOURNAL_ROW (self));

  watch (self, &self->row, row);
  watch (self, &self->above, above);
  if (row != NULL)
    changed_cb (self);
}
