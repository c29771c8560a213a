/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/rules-dialog.h"

#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

typedef struct {
  GWeakRef owner;
  HsYesFunc yes;
} Question;

static void
question_free (gpointer data, GClosure *closure)
{
  Question *question = data;

  g_weak_ref_clear (&question->owner);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Question *question)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&question->owner);

  if (owner != NULL && g_strcmp0 (response, "install") == 0)
    question->yes (owner);
}

static GtkWidget *
text_of (const HsRulesChange *change)
{
  GtkWidget *label =
      hs_piece_label (change->diff != NULL ? change->diff : change->text, "log rules-text");
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), label);
  gtk_scrolled_window_set_min_content_width (GTK_SCROLLED_WINDOW (scroll), 560);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroll), 240);
  gtk_widget_add_css_class (scroll, "card");
  return scroll;
}

void
hs_rules_dialog_present (GtkWindow *parent,
                         const HsRulesChange *change,
                         HsYesFunc yes,
                         gpointer owner)
{
  Question *question = g_new0 (Question, 1);
  /* Translators: %s is a path */
  g_autofree char *body = g_strdup_printf (
      change->diff != NULL
          ? _ ("This is what changes in %s. The password is asked for; cameras that are plugged in "
               "can be used at once.")
          : _ ("This is written to %s. The password is asked for; cameras that are plugged in can "
               "be used at once."),
      change->path);
  GtkWidget *dialog = adw_message_dialog_new (parent, _ ("Install the udev rules?"), body);

  question->yes = yes;
  g_weak_ref_init (&question->owner, owner);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), text_of (change));
  adw_message_dialog_add_responses (
      ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("Cancel"), "install", _ ("Install"), NULL);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "install", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
