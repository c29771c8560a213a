/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/table-import.h"

#include "app/explain.h"
#include "app/table.h"
#include "ui/ask.h"
#include "ui/file-chooser.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { REJECTS_SHOWN = 500 };

#define HS_TYPE_TABLE_IMPORT (hs_table_import_get_type ())
G_DECLARE_FINAL_TYPE (HsTableImport, hs_table_import, HS, TABLE_IMPORT, AdwWindow)

struct _HsTableImport {
  AdwWindow parent_instance;

  GtkStack *stack;
  GtkLabel *waiting;
  AdwStatusPage *trouble;
  GtkLabel *title;
  AdwBin *counts;
  GtkWidget *rejects_title;
  GtkWidget *rejects_card;
  GtkListBox *rejects;
  GtkWidget *save;
  GtkButton *cancel;
  GtkWidget *import;

  HsSession *session; /* owned */
  GFile *file;        /* owned */
  HsTableReport *report;
  gboolean applied;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsTableImport, hs_table_import, ADW_TYPE_WINDOW)

/* -- reading the file ------------------------------------------------------------------------ */

typedef struct {
  GFile *file;
  gboolean apply;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *self = data;

  g_object_unref (self->file);
  g_free (self);
}

/* -- what it says ---------------------------------------------------------------------------- */

static void
add_count (HsTable *table, const char *what, guint64 n)
{
  g_autofree char *count = hs_format_count (n);
  GtkWidget *number = hs_piece_label (count, "figure heading");

  gtk_label_set_xalign (GTK_LABEL (number), 1);
  hs_table_add (table, number, hs_piece_label (what, NULL), NULL);
}

static void
show_counts (HsTableImport *self)
{
  static const HsColumn columns[] = { { NULL, 80 }, { NULL, 0 } };
  HsTableReport *report = self->report;
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_count (&table, _ ("lines read"), report->n_lines);
  add_count (&table, _ ("units new to this catalog"), report->n_new);
  add_count (
      &table, self->applied ? _ ("facts recorded") : _ ("facts to be recorded"), report->n_changes);
  add_count (&table, _ ("lines that say nothing new"), report->n_same);
  add_count (&table, _ ("lines that can't be taken"), report->rejects->len);
  adw_bin_set_child (self->counts, table.grid);
}

static void
add_reject (HsTableImport *self, const HsReject *reject)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *number = hs_format_count (reject->line);
  g_autofree char *why = g_strdup_printf (_ ("Line %s: %s"), number, reject->why);
  GtkWidget *first = hs_piece_label (why, NULL);
  GtkWidget *second = hs_piece_label (reject->text, "dim-label serial");

  gtk_label_set_wrap (GTK_LABEL (first), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  g_object_set (box, "margin-start", 9, "margin-end", 9, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_tooltip_text (row, reject->text);
  hs_piece_name (row, why);
  gtk_list_box_append (self->rejects, row);
}

static void
show_report (HsTableImport *self)
{
  GPtrArray *rejects = self->report->rejects;
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *title = self->applied ? g_strdup_printf (_ ("%s is imported"), name)
                                         : g_strdup_printf (_ ("What %s would change"), name);
  GtkListBoxRow *row;

  gtk_label_set_label (self->title, title);
  show_counts (self);
  while ((row = gtk_list_box_get_row_at_index (self->rejects, 0)) != NULL)
    gtk_list_box_remove (self->rejects, GTK_WIDGET (row));
  for (guint i = 0; i < MIN (rejects->len, REJECTS_SHOWN); i++)
    add_reject (self, g_ptr_array_index (rejects, i));
  gtk_widget_set_visible (self->rejects_title, rejects->len > 0);
  gtk_widget_set_visible (self->rejects_card, rejects->len > 0);
  gtk_widget_set_visible (self->save, rejects->len > 0);
  gtk_widget_set_visible (self->import, !self->applied);
  gtk_widget_set_sensitive (self->import, self->report->n_changes > 0);
  gtk_button_set_label (self->cancel, self->applied ? _ ("Close") : _ ("Cancel"));
  gtk_stack_set_visible_child_name (self->stack, "report");
}

/* The answer is freed once it was told; this window takes the report out of it. */
static void
read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsTableImport *self = owner;
  HsTableReport **slot = result;

  if (slot == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);
    g_autofree char *text = g_strdup_printf ("%s %s", problem->message, problem->action);

    adw_status_page_set_description (self->trouble, text);
    gtk_stack_set_visible_child_name (self->stack, "trouble");
    return;
  }
  g_clear_pointer (&self->report, hs_table_report_free);
  self->report = g_steal_pointer (slot);
  show_report (self);
}

static void
slot_free (gpointer slot)
{
  g_clear_pointer ((HsTableReport **) slot, hs_table_report_free);
  g_free (slot);
}

static gpointer
read_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *what = data;
  g_autoptr (GFileInputStream) stream = g_file_read (what->file, cancellable, error);
  HsTableReport *report;
  HsTableReport **slot;

  if (stream == NULL)
    return NULL;
  report =
      hs_table_import_units (catalog, G_INPUT_STREAM (stream), what->apply, cancellable, error);
  if (report == NULL)
    return NULL;

  slot = g_new0 (HsTableReport *, 1);
  *slot = report;
  return slot;
}

static void
start_reading (HsTableImport *self, gboolean apply)
{
  Reading *what = g_new0 (Reading, 1);

  what->file = g_object_ref (self->file);
  what->apply = apply;
  self->applied = apply;
  gtk_label_set_label (self->waiting, apply ? _ ("Importing…") : _ ("Reading the file…"));
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                read_func,
                what,
                reading_free,
                slot_free,
                self->cancellable,
                read_cb);
}

static void
import_cb (HsTableImport *self)
{
  start_reading (self, TRUE);
}

/* -- the lines that were not taken ----------------------------------------------------------- */

typedef struct {
  GFile *source;
  GFile *target;
  char *lines;
} Rejected;

static void
rejected_free (gpointer data)
{
  Rejected *self = data;

  g_object_unref (self->source);
  g_object_unref (self->target);
  g_free (self->lines);
  g_free (self);
}

/* With the heading of the file they come from: mended, they can be imported as they are. */
static gpointer
save_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Rejected *what = data;
  g_autoptr (GFileInputStream) source = g_file_read (what->source, cancellable, error);
  g_autoptr (GDataInputStream) reader = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *text = NULL;

  if (source == NULL)
    return NULL;
  reader = g_data_input_stream_new (G_INPUT_STREAM (source));
  heading = g_data_input_stream_read_line (reader, NULL, cancellable, error);
  if (heading == NULL)
    return NULL;

  text = g_strdup_printf ("%s\n%s", g_strchomp (heading), what->lines);
  return GINT_TO_POINTER (g_file_replace_contents (what->target,
                                                   text,
                                                   strlen (text),
                                                   NULL,
                                                   FALSE,
                                                   G_FILE_CREATE_REPLACE_DESTINATION,
                                                   NULL,
                                                   cancellable,
                                                   error));
}

static void
saved_cb (gpointer owner, gpointer result, const GError *error)
{
  HsTableImport *self = owner;
  GtkWidget *overlay = gtk_widget_get_ancestor (self->save, ADW_TYPE_TOAST_OVERLAY);
  g_autoptr (HsProblem) problem = error != NULL ? hs_explain_error (error) : NULL;
  g_autofree char *text = problem != NULL
                              ? g_strdup_printf ("%s %s", problem->message, problem->action)
                              : g_strdup (_ ("The rejected lines are saved"));

  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (text));
}

static char *
join_rejects (GPtrArray *rejects)
{
  GString *lines = g_string_new (NULL);

  for (guint i = 0; i < rejects->len; i++) {
    const HsReject *reject = g_ptr_array_index (rejects, i);

    g_string_append_printf (lines, "%s\n", reject->text != NULL ? reject->text : "");
  }
  return g_string_free (lines, FALSE);
}

static void
save_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsTableImport) self = data;
  g_autoptr (GFile) target = hs_file_chooser_save_finish (result, NULL);
  Rejected *what;

  if (target == NULL || self->session == NULL || self->report == NULL)
    return;

  what = g_new0 (Rejected, 1);
  what->source = g_object_ref (self->file);
  what->target = g_steal_pointer (&target);
  what->lines = join_rejects (self->report->rejects);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                save_func,
                what,
                rejected_free,
                NULL,
                NULL,
                saved_cb);
}

static void
save_cb (HsTableImport *self)
{
  hs_file_chooser_save_async (GTK_WINDOW (self),
                              _ ("Save the Rejected Lines"),
                              "rejected.csv",
                              NULL,
                              save_chosen_cb,
                              g_object_ref (self));
}

/* -- the window ------------------------------------------------------------------------------ */

static void
hs_table_import_dispose (GObject *object)
{
  HsTableImport *self = HS_TABLE_IMPORT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->report, hs_table_report_free);
  g_clear_object (&self->file);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_table_import_parent_class)->dispose (object);
}

static void
hs_table_import_class_init (HsTableImportClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_table_import_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("table-import"));
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, stack);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, waiting);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, title);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, counts);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, rejects_title);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, rejects_card);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, rejects);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, save);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, cancel);
  gtk_widget_class_bind_template_child (widget_class, HsTableImport, import);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
}

static void
hs_table_import_init (HsTableImport *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

void
hs_table_import_present (GtkWindow *parent, HsSession *session, GFile *file)
{
  HsTableImport *self = g_object_new (HS_TYPE_TABLE_IMPORT, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  self->file = g_object_ref (file);
  start_reading (self, FALSE);
  gtk_window_present (GTK_WINDOW (self));
}

typedef struct {
  GtkWindow *parent;
  HsSession *session;
} Choice;

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Choice *choice = data;
  g_autoptr (GtkWindow) parent = choice->parent;
  g_autoptr (HsSession) session = choice->session;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) file = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  if (file != NULL)
    hs_table_import_present (parent, session, file);
}

void
hs_table_import_ask (GtkWidget *parent, HsSession *session)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (parent));
  Choice *choice = g_new0 (Choice, 1);

  choice->parent = g_object_ref (window);
  choice->session = g_object_ref (session);
  hs_file_chooser_open_async (
      window, _ ("Import Units or Shipments From CSV"), FALSE, NULL, chosen_cb, choice);
}
