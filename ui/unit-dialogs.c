/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-dialogs.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/ask.h"
#include "ui/file-chooser.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

static GtkWindow *
window_of (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

void
hs_unit_dialog_problem (GtkWidget *parent, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  GtkWidget *dialog =
      adw_message_dialog_new (window_of (parent), problem->message, problem->action);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

/* -- recording ------------------------------------------------------------------------------- */

typedef gboolean (*Deed) (HsCatalog *catalog, const char *unit, const char *text, GError **error);

typedef struct {
  Deed deed;   /* NULL: a correction */
  char *unit;  /* key */
  char *text;  /* reason, or note */
  char *entry; /* what a correction takes back */
  GFile *file; /* what is attached */
} Record;

static void
record_free (gpointer data)
{
  Record *self = data;

  g_free (self->unit);
  g_free (self->text);
  g_free (self->entry);
  g_clear_object (&self->file);
  g_free (self);
}

static gpointer
record_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Record *self = data;
  gboolean done;

  if (self->file != NULL)
    done = hs_unit_attach (catalog, self->unit, self->file, error);
  else if (self->entry != NULL)
    done = hs_unit_correct (catalog, self->unit, self->entry, self->text, error);
  else
    done = self->deed (catalog, self->unit, self->text, error);
  return GINT_TO_POINTER (done);
}

static void
recorded_cb (gpointer owner, gpointer result, const GError *error)
{
  if (error != NULL)
    hs_unit_dialog_problem (owner, error);
}

static void
record (GtkWidget *owner, HsSession *session, Record *what)
{
  hs_ask (hs_session_get_catalog (session),
          owner,
          record_func,
          what,
          record_free,
          NULL,
          NULL,
          recorded_cb);
}

/* -- one sentence ---------------------------------------------------------------------------- */

typedef struct {
  GtkWidget *parent; /* owned */
  HsSession *session;
  GtkWidget *dialog;
  GtkEditable *entry;  /* owned: the dialog's parts go before it does */
  GtkListBox *entries; /* owned: of corrections; nullable */
  Record *record;      /* NULL once it was handed on */
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *self = data;

  g_clear_pointer (&self->record, record_free);
  g_object_unref (self->entry);
  g_clear_object (&self->entries);
  g_object_unref (self->parent);
  g_object_unref (self->session);
  g_free (self);
}

static char *
typed_text (Question *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->entry)));
}

static void
typed_cb (Question *self)
{
  g_autofree char *text = typed_text (self);
  gboolean picked = self->entries == NULL || gtk_list_box_get_selected_row (self->entries) != NULL;

  adw_message_dialog_set_response_enabled (
      ADW_MESSAGE_DIALOG (self->dialog), "verb", *text != '\0' && picked);
}

static void
answered_cb (AdwMessageDialog *dialog, const char *response, Question *self)
{
  g_autofree char *text = typed_text (self);

  if (!g_str_equal (response, "verb") || *text == '\0')
    return;

  self->record->text = g_steal_pointer (&text);
  if (self->entries != NULL) {
    GtkListBoxRow *row = gtk_list_box_get_selected_row (self->entries);

    self->record->entry = g_strdup (g_object_get_data (G_OBJECT (row), "entry"));
  }
  record (self->parent, self->session, g_steal_pointer (&self->record));
}

static void
destroyed_cb (Question *self)
{
  if (self->entries != NULL)
    g_signal_handlers_disconnect_by_data (self->entries, self);
  g_signal_handlers_disconnect_by_data (self->entry, self);
}

/* What the unit is called, for the second line of a question. */
static char *
name_of (HsUnit *unit)
{
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  g_autofree char *grouped = hs_format_serial (digits);
  const char *label = hs_unit_get_label (unit);

  return label != NULL ? g_strdup_printf ("%s · %s", label, grouped) : g_steal_pointer (&grouped);
}

static Question *
question_new (GtkWidget *parent,
              HsSession *session,
              HsUnit *unit,
              const char *heading,
              const char *body,
              const char *title,
              const char *verb,
              AdwResponseAppearance appearance)
{
  Question *self = g_new0 (Question, 1);
  GtkWidget *dialog = adw_message_dialog_new (window_of (parent), heading, body);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  GtkWidget *entry = gtk_entry_new ();

  self->parent = g_object_ref (parent);
  self->session = g_object_ref (session);
  self->dialog = dialog;
  self->entry = GTK_EDITABLE (g_object_ref (entry));
  self->record = g_new0 (Record, 1);
  self->record->unit = g_strdup (hs_unit_get_id (unit));
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), title);
  hs_piece_name (entry, title);
  adw_message_dialog_set_extra_child (message, entry);
  adw_message_dialog_add_responses (message, "cancel", _ ("_Cancel"), "verb", verb, NULL);
  adw_message_dialog_set_response_appearance (message, "verb", appearance);
  adw_message_dialog_set_close_response (message, "cancel");
  /* Enter does nothing on a red verb. */
  gtk_entry_set_activates_default (GTK_ENTRY (entry), appearance != ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (
      message, appearance != ADW_RESPONSE_DESTRUCTIVE ? "verb" : "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), self, question_free, 0);
  g_signal_connect_swapped (dialog, "destroy", G_CALLBACK (destroyed_cb), self);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (typed_cb), self);
  typed_cb (self);
  return self;
}

static void
present (Question *self)
{
  gtk_window_present (GTK_WINDOW (self->dialog));
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

void
hs_unit_dialog_return (GtkWidget *parent, HsSession *session, HsUnit *unit)
{
  g_autofree char *body = name_of (unit);
  Question *question = question_new (parent,
                                     session,
                                     unit,
                                     _ ("Register the Return of This Unit"),
                                     body,
                                     _ ("Why it came back"),
                                     _ ("_Return"),
                                     ADW_RESPONSE_SUGGESTED);

  question->record->deed = hs_unit_return;
  present (question);
}

void
hs_unit_dialog_scrap (GtkWidget *parent, HsSession *session, HsUnit *unit)
{
  g_autofree char *name = name_of (unit);
  g_autofree char *body =
      g_strdup_printf (_ ("%s\nIt is never flashed or shipped again, unless the entry is "
                          "corrected."),
                       name);
  Question *question = question_new (parent,
                                     session,
                                     unit,
                                     _ ("Scrap This Unit"),
                                     body,
                                     _ ("What is wrong with it"),
                                     _ ("_Scrap"),
                                     ADW_RESPONSE_DESTRUCTIVE);

  question->record->deed = hs_unit_scrap;
  present (question);
}

void
hs_unit_dialog_note (GtkWidget *parent, HsSession *session, HsUnit *unit)
{
  g_autofree char *body = name_of (unit);
  Question *question = question_new (parent,
                                     session,
                                     unit,
                                     _ ("Note on This Unit"),
                                     body,
                                     _ ("Note"),
                                     _ ("_Note"),
                                     ADW_RESPONSE_SUGGESTED);

  question->record->deed = hs_unit_note;
  present (question);
}

/* -- corrections ----------------------------------------------------------------------------- */

static void
add_entry (GtkListBox *list, const char *entry, const char *text, gint64 time)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *label = hs_piece_label (text, NULL);
  g_autofree char *when = hs_format_day_clock (time);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", text, when);
  GtkWidget *line;

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  line = hs_piece_row (12, label, hs_piece_label (when, "figure dim-label"), NULL);
  g_object_set (
      line, "margin-start", 9, "margin-end", 9, "margin-top", 6, "margin-bottom", 6, NULL);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_widget_set_tooltip_text (row, text);
  hs_piece_name (row, spoken);
  g_object_set_data_full (G_OBJECT (row), "entry", g_strdup (entry), g_free);
  g_object_set_data_full (G_OBJECT (row), "time", g_memdup2 (&time, sizeof time), g_free);
  gtk_list_box_append (list, row);
}

static char *
remark_text (const HsRemark *remark)
{
  const char *text = remark->text != NULL ? remark->text : "";

  if (g_strcmp0 (remark->kind, HS_KIND_UNIT_NOTED) == 0)
    return g_strdup_printf (_ ("Note: %s"), text);
  if (g_strcmp0 (remark->kind, HS_KIND_UNIT_ATTACHED) == 0)
    return g_strdup_printf (_ ("File: %s"), text);
  if (g_strcmp0 (remark->kind, HS_KIND_UNIT_SCRAPPED) == 0)
    return g_strdup_printf (_ ("Scrapped: %s"), text);
  if (g_strcmp0 (remark->kind, HS_KIND_UNIT_RETURNED) == 0)
    return g_strdup_printf (_ ("Came back: %s"), text);
  return NULL; /* what the camera holds is no matter of opinion */
}

static int
newest_first (GtkListBoxRow *a, GtkListBoxRow *b, gpointer data)
{
  const gint64 *left = g_object_get_data (G_OBJECT (a), "time");
  const gint64 *right = g_object_get_data (G_OBJECT (b), "time");

  return (*right > *left) - (*right < *left);
}

static GtkWidget *
entries_new (const HsStory *story)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_sort_func (GTK_LIST_BOX (list), newest_first, NULL, NULL);
  hs_piece_set_classes (list, "boxed-list");
  hs_piece_name (list, _ ("Entries that can be corrected"));
  for (guint i = 0; i < story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (story->shipments, i);
    g_autofree char *text = g_strdup_printf (
        _ ("Shipped to %s"), shipment->party_name != NULL ? shipment->party_name : "");

    add_entry (GTK_LIST_BOX (list), shipment->entry, text, shipment->time);
  }
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);
    g_autofree char *text = remark->corrected == NULL ? remark_text (remark) : NULL;

    if (text != NULL)
      add_entry (GTK_LIST_BOX (list), remark->entry, text, remark->time);
  }
  return list;
}

static void
say_nothing_to_correct (GtkWidget *parent)
{
  GtkWidget *dialog = adw_message_dialog_new (
      window_of (parent),
      _ ("Nothing to correct"),
      _ ("Shipments, returns, notes and files of this unit can be corrected; it has none."));

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

void
hs_unit_dialog_correct (GtkWidget *parent, HsSession *session, HsUnit *unit, const HsStory *story)
{
  GtkWidget *list = story != NULL ? entries_new (story) : NULL;
  GtkWidget *scroll;
  GtkWidget *box;
  Question *question;

  if (list == NULL || gtk_widget_get_first_child (list) == NULL) {
    if (list != NULL)
      g_object_unref (g_object_ref_sink (list));
    say_nothing_to_correct (parent);
    return;
  }

  question = question_new (parent,
                           session,
                           unit,
                           _ ("Correct an Entry"),
                           _ ("It counts as not made, and stays to be read, struck through."),
                           _ ("Why it is wrong"),
                           _ ("_Correct"),
                           ADW_RESPONSE_SUGGESTED);
  question->entries = GTK_LIST_BOX (g_object_ref (list));
  g_signal_connect_swapped (list, "row-selected", G_CALLBACK (typed_cb), question);
  gtk_list_box_select_row (question->entries, gtk_list_box_get_row_at_index (question->entries, 0));

  scroll = gtk_scrolled_window_new ();
  g_object_set (scroll,
                "child",
                list,
                "hscrollbar-policy",
                GTK_POLICY_NEVER,
                "propagate-natural-height",
                TRUE,
                "max-content-height",
                220,
                "min-content-width",
                420,
                NULL);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (question->dialog), NULL);
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (question->entry));
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (question->dialog), box);
  present (question);
}

/* -- files ----------------------------------------------------------------------------------- */

/* Who asked, across the file chooser. */
typedef struct {
  GtkWidget *parent; /* owned */
  HsSession *session;
  char *unit;
  char *sha256;
} Choice;

static Choice *
choice_new (GtkWidget *parent, HsSession *session)
{
  Choice *self = g_new0 (Choice, 1);

  self->parent = g_object_ref (parent);
  self->session = g_object_ref (session);
  return self;
}

static void
choice_free (Choice *self)
{
  g_object_unref (self->parent);
  g_object_unref (self->session);
  g_free (self->unit);
  g_free (self->sha256);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Choice, choice_free)

static void
attach_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Choice) choice = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++) {
    Record *what = g_new0 (Record, 1);

    what->unit = g_strdup (choice->unit);
    what->file = g_list_model_get_item (files, i);
    record (choice->parent, choice->session, what);
  }
}

void
hs_unit_dialog_attach (GtkWidget *parent, HsSession *session, HsUnit *unit)
{
  Choice *choice = choice_new (parent, session);

  choice->unit = g_strdup (hs_unit_get_id (unit));
  hs_file_chooser_open_async (
      window_of (parent), _ ("Attach a File"), FALSE, NULL, attach_chosen_cb, choice);
}

/* Where an attachment goes. */
typedef struct {
  char *sha256;
  GFile *target;
} Extract;

static void
extract_free (gpointer data)
{
  Extract *self = data;

  g_free (self->sha256);
  g_object_unref (self->target);
  g_free (self);
}

/* Returns the file it was written to. */
static gpointer
extract_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Extract *self = data;
  g_autoptr (GBytes) bytes = hs_catalog_get_blob (catalog, self->sha256, error);
  gsize size;
  const char *content;

  if (bytes == NULL)
    return NULL;
  content = g_bytes_get_data (bytes, &size);
  if (!g_file_replace_contents (self->target,
                                content,
                                size,
                                NULL,
                                FALSE,
                                G_FILE_CREATE_PRIVATE,
                                NULL,
                                cancellable,
                                error))
    return NULL;
  return g_object_ref (self->target);
}

static void
extract (GtkWidget *parent,
         HsSession *session,
         const char *sha256,
         GFile *target,
         HsAnswerFunc then)
{
  Extract *what = g_new0 (Extract, 1);

  what->sha256 = g_strdup (sha256);
  what->target = g_object_ref (target);
  hs_ask (hs_session_get_catalog (session),
          parent,
          extract_func,
          what,
          extract_free,
          g_object_unref,
          NULL,
          then);
}

static void
extracted_to_open_cb (gpointer owner, gpointer result, const GError *error)
{
  g_autofree char *uri = result != NULL ? g_file_get_uri (result) : NULL;

  if (uri != NULL)
    gtk_show_uri (window_of (owner), uri, GDK_CURRENT_TIME);
  else
    hs_unit_dialog_problem (owner, error);
}

/* Names come from other benches too: only their last part counts. */
static char *
safe_name (const char *name)
{
  g_autofree char *base = g_path_get_basename (name);

  if (g_str_equal (base, ".") || g_str_equal (base, "..") || g_str_equal (base, "/"))
    return g_strdup ("file");
  return g_steal_pointer (&base);
}

void
hs_unit_open_file (GtkWidget *parent, HsSession *session, const char *sha256, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-XXXXXX", &error);
  g_autofree char *base = safe_name (name);
  g_autofree char *path = NULL;
  g_autoptr (GFile) target = NULL;

  if (folder == NULL) {
    hs_unit_dialog_problem (parent, error);
    return;
  }
  path = g_build_filename (folder, base, NULL);
  target = g_file_new_for_path (path);
  extract (parent, session, sha256, target, extracted_to_open_cb);
}

static void
save_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Choice) choice = data;
  g_autoptr (GFile) target = hs_file_chooser_save_finish (result, NULL);

  if (target != NULL)
    extract (choice->parent, choice->session, choice->sha256, target, recorded_cb);
}

void
hs_unit_save_file (GtkWidget *parent, HsSession *session, const char *sha256, const char *name)
{
  Choice *choice = choice_new (parent, session);
  g_autofree char *base = safe_name (name);

  choice->sha256 = g_strdup (sha256);
  hs_file_chooser_save_async (
      window_of (parent), _ ("Save the File"), base, NULL, save_chosen_cb, choice);
}
