/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/dialogs.h"

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

/* Elsewhere it follows "Failed:". */
char *
hs_dialog_dup_headline (const HsProblem *problem)
{
  const char *text = problem->headline;
  GString *result = g_string_new (NULL);

  if (text != NULL && *text != '\0') {
    g_string_append_unichar (result, g_unichar_toupper (g_utf8_get_char (text)));
    g_string_append (result, g_utf8_next_char (text));
  }
  return g_string_free (result, FALSE);
}

static void
append_sentence (GString *text, const char *sentence)
{
  g_autofree char *safe = NULL;

  if (sentence == NULL || *sentence == '\0')
    return;

  safe = g_markup_escape_text (sentence, -1);
  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", safe);
}

char *
hs_dialog_problem_markup (const HsProblem *problem)
{
  GString *text = g_string_new (NULL);

  if (problem->headline != NULL && *problem->headline != '\0') {
    g_autofree char *headline = hs_dialog_dup_headline (problem);
    g_autofree char *safe = g_markup_escape_text (headline, -1);

    g_string_append_printf (text, "<b>%s.</b>", safe);
  }
  append_sentence (text, problem->message);
  append_sentence (text, problem->action);
  return g_string_free (text, FALSE);
}

/* Text that can be selected and scrolled, in the form it has in a log. */
static GtkWidget *
raw_text (const char *text)
{
  GtkWidget *label = hs_piece_label (text, "log");
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_set_margin_start (label, 9);
  gtk_widget_set_margin_end (label, 9);
  gtk_widget_set_margin_top (label, 9);
  gtk_widget_set_margin_bottom (label, 9);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), label);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 240);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroll), 480);
  gtk_widget_add_css_class (scroll, "card");
  return scroll;
}

static void
details_response_cb (AdwMessageDialog *dialog, const char *response, const char *text)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));

  if (g_strcmp0 (response, "copy") == 0)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (dialog)), text);
  else if (g_strcmp0 (response, "doctor") == 0 && parent != NULL)
    hs_dialog_open_doctor (GTK_WIDGET (parent));
}

/* What the doctor knows more about: who may not, who else does, what is not there. */
gboolean
hs_dialog_wants_doctor (const HsProblem *problem)
{
  static const char *const codes[] = { "no-permission", "camera-held", "no-tool", NULL };

  return problem != NULL && problem->code != NULL && g_strv_contains (codes, problem->code);
}

/**
 * hs_dialog_open_doctor:
 * @from: any widget, also of a window in front of the main one
 *
 * Opens the doctor's page; does nothing where there is no main window behind.
 */
void
hs_dialog_open_doctor (GtkWidget *from)
{
  GtkWindow *window = window_of (from);

  while (window != NULL && !gtk_widget_activate_action (GTK_WIDGET (window), "win.doctor", NULL))
    window = gtk_window_get_transient_for (window);
}

void
hs_dialog_details (GtkWidget *parent, const HsProblem *problem)
{
  const char *chain = problem->chain != NULL ? problem->chain : problem->message;
  g_autofree char *heading = hs_dialog_dup_headline (problem);
  g_autofree char *text = g_str_has_prefix (chain, problem->code)
                              ? g_strdup (chain)
                              : g_strdup_printf ("%s: %s", problem->code, chain);
  GtkWidget *dialog = adw_message_dialog_new (window_of (parent), heading, problem->action);

  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), raw_text (text));
  if (hs_dialog_wants_doctor (problem))
    adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "doctor", _ ("Doctor…"));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "copy", _ ("Copy"), "close", _ ("Close"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_signal_connect_data (dialog,
                         "response",
                         G_CALLBACK (details_response_cb),
                         g_strdup (text),
                         (GClosureNotify) (void (*) (void)) g_free,
                         0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* -- one line of text ------------------------------------------------------------------------ */

typedef struct {
  GWeakRef owner;
  HsTextFunc answer;
  GtkWidget *entry; /* of the dialog, which outlives every signal */
} TextQuestion;

static void
text_question_free (gpointer data, GClosure *closure)
{
  TextQuestion *question = data;

  g_weak_ref_clear (&question->owner);
  g_free (question);
}

static void
text_response_cb (AdwMessageDialog *dialog, const char *response, TextQuestion *question)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (question->entry)));

  if (owner != NULL && g_strcmp0 (response, "ok") == 0)
    question->answer (owner, g_strstrip (text));
}

/**
 * hs_dialog_ask_text:
 * @parent: any widget of the window
 * @heading: what it is about
 * @body: (nullable): a sentence
 * @title: what the entry is called
 * @text: (nullable): what stands in it at first
 * @verb: the button
 * @answer: called if the person agrees and @owner still lives
 * @owner: (type GObject): not kept alive
 */
void
hs_dialog_ask_text (GtkWidget *parent,
                    const char *heading,
                    const char *body,
                    const char *title,
                    const char *text,
                    const char *verb,
                    HsTextFunc answer,
                    gpointer owner)
{
  GtkWidget *dialog = adw_message_dialog_new (window_of (parent), heading, body);
  TextQuestion *question = g_new0 (TextQuestion, 1);

  question->answer = answer;
  question->entry = gtk_entry_new ();
  g_weak_ref_init (&question->owner, owner);
  gtk_editable_set_text (GTK_EDITABLE (question->entry), text != NULL ? text : "");
  gtk_entry_set_activates_default (GTK_ENTRY (question->entry), TRUE);
  hs_piece_name (question->entry, title);

  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), question->entry);
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "ok", verb, NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "ok", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "ok");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (
      dialog, "response", G_CALLBACK (text_response_cb), question, text_question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (question->entry);
}

/* -- yes or no -------------------------------------------------------------------------------- */

typedef struct {
  GWeakRef owner;
  HsYesFunc yes;
} YesQuestion;

static void
yes_question_free (gpointer data, GClosure *closure)
{
  YesQuestion *question = data;

  g_weak_ref_clear (&question->owner);
  g_free (question);
}

static void
yes_response_cb (AdwMessageDialog *dialog, const char *response, YesQuestion *question)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);

  if (owner != NULL && g_strcmp0 (response, "yes") == 0)
    question->yes (owner);
}

/**
 * hs_dialog_confirm:
 * @parent: any widget of the window
 * @heading: what goes on
 * @body: what is lost
 * @keep: the way out; the default
 * @verb: the red button
 * @yes: called if it was pressed and @owner still lives
 * @owner: (type GObject): not kept alive
 */
void
hs_dialog_confirm (GtkWidget *parent,
                   const char *heading,
                   const char *body,
                   const char *keep,
                   const char *verb,
                   HsYesFunc yes,
                   gpointer owner)
{
  GtkWidget *dialog = adw_message_dialog_new (window_of (parent), heading, body);
  YesQuestion *question = g_new0 (YesQuestion, 1);

  question->yes = yes;
  g_weak_ref_init (&question->owner, owner);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "keep", keep, "yes", verb, NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  g_signal_connect_data (
      dialog, "response", G_CALLBACK (yes_response_cb), question, yes_question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
stop_cb (gpointer owner)
{
  hs_job_cancel (owner);
}

static gboolean
has_begun_writing (HsJob *job)
{
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->state != HS_PART_UNTOUCHED)
      return TRUE;
  return FALSE;
}

/**
 * hs_dialog_stop_job:
 * @parent: any widget of the window
 * @job: a job
 *
 * Stops @job between two blocks; asks first once something was written.
 */
void
hs_dialog_stop_job (GtkWidget *parent, HsJob *job)
{
  g_autofree char *slot = hs_format_port (hs_job_get_slot_name (job), hs_job_get_port (job));
  g_autofree char *body = NULL;

  if (hs_job_get_state (job) >= HS_JOB_STOPPING)
    return;
  if (!has_begun_writing (job)) {
    hs_job_cancel (job);
    return;
  }

  /* Translators: %s is the name of a slot: left 3 */
  body = g_strdup_printf (_ ("%s then has no working firmware until it is flashed again."), slot);
  hs_dialog_confirm (
      parent, _ ("Stop after the current sector?"), body, _ ("Go On"), _ ("Stop"), stop_cb, job);
}
