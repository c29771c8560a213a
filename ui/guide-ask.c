/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-ask.h"

#include "ui/file-chooser.h"
#include "ui/piece.h"
#include "ui/typed-proof.h"

#include <glib/gi18n-lib.h>

struct _HsGuideAsk {
  GtkBox parent_instance;

  GtkLabel *question;
  GtkWidget *answer; /* what @question is answered with; made anew for each */
  GtkLabel *refusal;
  GtkWidget *proof;   /* of a confirmation; nullable, as the next two */
  GtkWidget *spare;   /* the check box */
  GtkWidget *confirm; /* the button */

  HsGuide *guide; /* owned */
  char *asked;    /* what @answer was made for; nullable */
  GCancellable *choosing;
};

G_DEFINE_FINAL_TYPE (HsGuideAsk, hs_guide_ask, GTK_TYPE_BOX)

static void
set_refusal (HsGuideAsk *self, const GError *error)
{
  gtk_label_set_label (self->refusal, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), error != NULL);
}

static void
give (HsGuideAsk *self, GFile *file)
{
  g_autoptr (GError) error = NULL;

  if (!hs_guide_give_file (self->guide, file, &error))
    set_refusal (self, error);
}

/* -- a file or a program ----------------------------------------------------------------------- */

static void
offer_cb (HsGuideAsk *self)
{
  GFile *offer = hs_guide_get_offer (self->guide);

  if (offer != NULL)
    give (self, offer);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsGuideAsk) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, &error);
  g_autoptr (GFile) file = files != NULL && g_list_model_get_n_items (files) > 0
                               ? g_list_model_get_item (files, 0)
                               : NULL;

  if (file != NULL && self->guide != NULL)
    give (self, file);
}

static void
choose_cb (HsGuideAsk *self)
{
  gboolean tool = hs_guide_get_want (self->guide) == HS_GUIDE_WANTS_TOOL;

  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              tool ? _ ("Choose the Program") : _ ("Choose the File"),
                              FALSE,
                              self->choosing,
                              chosen_cb,
                              g_object_ref (self));
}

/* What is wanted is a folder, and no single program in it would do. */
static gboolean
wants_folder (HsGuideAsk *self)
{
  HsTool tool = hs_guide_get_step (self->guide)->tool;

  return hs_guide_get_want (self->guide) == HS_GUIDE_WANTS_TOOL &&
         (tool == HS_TOOL_SE_TOOLS || tool == HS_TOOL_N6_LAYOUT);
}

static void
choose_folder_cb (HsGuideAsk *self)
{
  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Choose the Folder"),
                              TRUE,
                              self->choosing,
                              chosen_cb,
                              g_object_ref (self));
}

static GtkWidget *
button (HsGuideAsk *self, const char *label, GCallback clicked)
{
  GtkWidget *widget = gtk_button_new_with_mnemonic (label);

  g_signal_connect_object (widget, "clicked", clicked, self, G_CONNECT_SWAPPED);
  return widget;
}

static void
fill_file (HsGuideAsk *self)
{
  GFile *offer = hs_guide_get_offer (self->guide);
  gboolean tool = hs_guide_get_want (self->guide) == HS_GUIDE_WANTS_TOOL;
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  if (offer != NULL) {
    g_autofree char *path = g_file_get_parse_name (offer);
    g_autofree char *found = g_strdup_printf (_ ("Found here: %s"), path);
    GtkWidget *words = hs_piece_label (found, NULL);
    GtkWidget *use = button (self, _ ("_Use It"), G_CALLBACK (offer_cb));

    gtk_label_set_wrap (GTK_LABEL (words), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
    gtk_widget_add_css_class (use, "suggested-action");
    gtk_box_append (GTK_BOX (self->answer), words);
    gtk_box_append (GTK_BOX (buttons), use);
  }
  if (!wants_folder (self))
    gtk_box_append (GTK_BOX (buttons),
                    button (self,
                            tool ? _ ("Choose a _Program…") : _ ("Choose a _File…"),
                            G_CALLBACK (choose_cb)));
  if (tool)
    gtk_box_append (GTK_BOX (buttons),
                    button (self, _ ("Choose a F_older…"), G_CALLBACK (choose_folder_cb)));
  gtk_box_append (GTK_BOX (self->answer), buttons);
}

/* -- a confirmation ---------------------------------------------------------------------------- */

/* Where the unit can't be told the board is named. */
static const char *
ending_of (HsGuideAsk *self)
{
  const char *ending = hs_guide_get_ending (self->guide);

  return ending != NULL ? ending : hs_guide_get_board (self->guide)->id;
}

static void
update_confirm (HsGuideAsk *self)
{
  gtk_widget_set_sensitive (self->confirm,
                            hs_typed_proof_get_complete (HS_TYPED_PROOF (self->proof)) &&
                                gtk_check_button_get_active (GTK_CHECK_BUTTON (self->spare)));
}

static void
confirm_cb (HsGuideAsk *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *ending = g_strdup (ending_of (self));

  if (!hs_guide_confirm (self->guide, ending, TRUE, &error))
    set_refusal (self, error);
}

static void
fill_confirmation (HsGuideAsk *self)
{
  const char *ending = ending_of (self);
  g_autofree char *question =
      !g_str_equal (ending, hs_guide_get_board (self->guide)->id)
          ? g_strdup_printf (_ ("Type the end of the unit's id: %s"), ending)
          /* Translators: the name of a board */
          : g_strdup_printf (_ ("Which unit it is can't be told. Type the board's name: %s"),
                             ending);

  self->proof = hs_typed_proof_new (question, ending);
  self->spare = gtk_check_button_new_with_label (_ ("I have a spare camera of this board"));
  self->confirm = button (self, _ ("Do _It, It Can't Be Undone"), G_CALLBACK (confirm_cb));
  gtk_widget_add_css_class (self->confirm, "destructive-action");
  hs_piece_name (self->spare, _ ("I have a spare camera of this board"));
  gtk_box_append (GTK_BOX (self->answer), self->proof);
  gtk_box_append (GTK_BOX (self->answer), self->spare);
  gtk_box_append (GTK_BOX (self->answer), self->confirm);
  g_signal_connect_object (
      self->proof, "notify::complete", G_CALLBACK (update_confirm), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->spare, "toggled", G_CALLBACK (update_confirm), self, G_CONNECT_SWAPPED);
  update_confirm (self);
}

/* -- what is asked ----------------------------------------------------------------------------- */

static char *
dup_asked (HsGuideAsk *self)
{
  GFile *offer = hs_guide_get_offer (self->guide);
  g_autofree char *uri = offer != NULL ? g_file_get_uri (offer) : NULL;
  const char *ending = hs_guide_get_ending (self->guide);

  return g_strdup_printf ("%s %d %s %s",
                          hs_guide_get_step (self->guide)->id,
                          hs_guide_get_want (self->guide),
                          uri != NULL ? uri : "",
                          ending != NULL ? ending : "");
}

/* Call after the guide changed. What was typed stays as long as the same is asked. */
void
hs_guide_ask_update (HsGuideAsk *self)
{
  HsGuideWant want;
  g_autofree char *asked = NULL;
  g_autofree char *question = NULL;

  g_return_if_fail (HS_IS_GUIDE_ASK (self));

  want = hs_guide_get_want (self->guide);
  if (hs_guide_get_state (self->guide) != HS_GUIDE_ASKING || want == HS_GUIDE_WANTS_NOTHING) {
    gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
    g_clear_pointer (&self->asked, g_free);
    return;
  }

  question = hs_guide_dup_question (self->guide);
  if (g_strcmp0 (gtk_label_get_label (self->question), question) != 0)
    gtk_label_set_label (self->question, question != NULL ? question : "");
  gtk_widget_set_visible (GTK_WIDGET (self->question), question != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), question != NULL || want != HS_GUIDE_WANTS_CHOICE);
  asked = dup_asked (self);
  if (g_strcmp0 (self->asked, asked) == 0)
    return;

  g_free (self->asked);
  self->asked = g_steal_pointer (&asked);
  self->proof = self->spare = self->confirm = NULL;
  hs_piece_clear (self->answer);
  set_refusal (self, NULL);
  if (want == HS_GUIDE_WANTS_CONFIRMATION)
    fill_confirmation (self);
  else if (want != HS_GUIDE_WANTS_CHOICE)
    fill_file (self);
  gtk_widget_set_visible (self->answer, want != HS_GUIDE_WANTS_CHOICE);
}

/* -- life -------------------------------------------------------------------------------------- */

static void
hs_guide_ask_dispose (GObject *object)
{
  HsGuideAsk *self = HS_GUIDE_ASK (object);

  if (self->choosing != NULL)
    g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  g_clear_object (&self->guide);
  g_clear_pointer (&self->asked, g_free);

  G_OBJECT_CLASS (hs_guide_ask_parent_class)->dispose (object);
}

static void
hs_guide_ask_class_init (HsGuideAskClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_guide_ask_dispose;
}

static GtkLabel *
wrapped (GtkAccessibleRole role, const char *classes)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "accessible-role", role, NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  hs_piece_set_classes (label, classes);
  return GTK_LABEL (label);
}

static void
hs_guide_ask_init (HsGuideAsk *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_add_css_class (GTK_WIDGET (self), "panel");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->choosing = g_cancellable_new ();
  self->question = wrapped (GTK_ACCESSIBLE_ROLE_STATUS, NULL);
  self->answer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->refusal = wrapped (GTK_ACCESSIBLE_ROLE_ALERT, "bad");
  gtk_widget_set_visible (GTK_WIDGET (self->refusal), FALSE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->question));
  gtk_box_append (GTK_BOX (self), self->answer);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->refusal));
}

void
hs_guide_ask_set_guide (HsGuideAsk *self, HsGuide *guide)
{
  g_return_if_fail (HS_IS_GUIDE_ASK (self));

  g_set_object (&self->guide, guide);
}
