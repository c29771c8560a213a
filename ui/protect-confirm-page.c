/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/protect-pages.h"

#include "app/explain.h"
#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/typed-proof.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MAX_VERB_CHARS 24

struct _HsProtectConfirmPage {
  HsWizardPage parent_instance;

  GtkWidget *who;
  GtkWidget *lines;
  GtkCheckButton *spare;
  AdwBin *proof_place;
  HsTypedProof *proof; /* borrowed; nullable until the ending is known */
  GtkLabel *problem;
  HsProtectChoice *choice; /* owned */
};

G_DEFINE_FINAL_TYPE (HsProtectConfirmPage, hs_protect_confirm_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_CONFIRMED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* "_Protect GATE-0466"; without the name where that is long, or there is none. */
static char *
dup_verb (HsProtectConfirmPage *self)
{
  const char *called = hs_protect_choice_get_called (self->choice);
  g_auto (GStrv) parts = g_strsplit (called != NULL ? called : "", "_", -1);
  g_autofree char *safe = g_strjoinv ("__", parts);
  gboolean off = hs_protect_choice_is_off (self->choice);

  if (*safe == '\0' || g_utf8_strlen (safe, -1) > MAX_VERB_CHARS)
    return g_strdup (off ? _ ("_Erase and Unprotect This Unit") : _ ("_Protect This Unit"));
  /* Translators: %s is what the unit is called */
  return g_strdup_printf (off ? _ ("_Erase and Unprotect %s") : _ ("_Protect %s"), safe);
}

static gboolean
is_complete (HsProtectConfirmPage *self)
{
  return self->proof != NULL && hs_typed_proof_get_complete (self->proof) &&
         gtk_check_button_get_active (self->spare) && hs_protect_choice_get_way (self->choice) >= 0;
}

static void
update_verb (HsProtectConfirmPage *self)
{
  g_autofree char *verb = dup_verb (self);

  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), verb, is_complete (self), TRUE, FALSE);
}

static void
add (HsProtectConfirmPage *self, HsShape shape, const char *markup)
{
  GtkWidget *row = hs_protect_line_new (hs_shape_new (shape, 22), markup);
  gboolean first = gtk_widget_get_first_child (self->lines) == NULL;

  hs_piece_set_classes (row, first ? "table-row first" : "table-row");
  gtk_box_append (GTK_BOX (self->lines), row);
}

static void
show_lines (HsProtectConfirmPage *self)
{
  int way = hs_protect_choice_get_way (self->choice);
  const HsBoard *board = hs_protect_choice_get_board (self->choice);

  hs_piece_clear (self->lines);
  if (hs_protect_choice_is_off (self->choice)) {
    add (self,
         HS_SHAPE_FAIL,
         _ ("<b>Bootloader, firmware, ROMFS and files of this unit are erased.</b> No copy is "
            "kept."));
    add (self, HS_SHAPE_ATTENTION, _ ("If it does not come back, only a debug probe helps."));
  } else {
    add (self,
         HS_SHAPE_ATTENTION,
         _ ("<b>It can’t be taken back without losing everything on it</b>, the bootloader too."));
    add (self,
         HS_SHAPE_ATTENTION,
         _ ("If power or cable go while the option bytes are written, the camera may be lost."));
  }
  if (!board->proven_on_hardware[HS_OPERATION_PROTECT]) {
    /* Translators: %s is the name of a board */
    g_autofree char *never = g_markup_printf_escaped (
        _ ("Hotshoe has never done this to a real %s: it is proven on simulated ones only."),
        _ (board->name));

    add (self, HS_SHAPE_UNKNOWN, never);
  }
  if (way >= 0) {
    /* Translators: %s is a way: "Over USB, through the chip's ROM" */
    g_autofree char *by =
        g_markup_printf_escaped (_ ("How: %s"), _ (hs_protection_way_nth ((guint) way)->title));

    add (self, HS_SHAPE_READY, by);
  }
}

/* The question is asked once the catalog has said which ending is nobody else's. */
static void
ensure_proof (HsProtectConfirmPage *self)
{
  const HsAuditFacts *facts = hs_protect_choice_get_facts (self->choice);
  g_autofree char *question = NULL;
  GtkWidget *proof;
  guint n;

  if (self->proof != NULL || facts == NULL || facts->ending == NULL)
    return;

  n = (guint) g_utf8_strlen (facts->ending, -1);
  question = g_strdup_printf (ngettext ("Type the last %u character of its serial",
                                        "Type the last %u characters of its serial",
                                        n),
                              n);
  proof = hs_typed_proof_new (question, facts->ending);
  self->proof = HS_TYPED_PROOF (proof);
  hs_typed_proof_set_lenient (self->proof, TRUE);
  g_signal_connect_object (
      proof, "notify::complete", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->proof_place, proof);
}

static void
show (HsProtectConfirmPage *self)
{
  hs_piece_clear (self->who);
  gtk_box_append (GTK_BOX (self->who), hs_protect_who_new (self->choice));
  show_lines (self);
  ensure_proof (self);
  update_verb (self);
}

static gboolean
hs_protect_confirm_page_forward (HsWizardPage *page)
{
  gtk_widget_set_visible (GTK_WIDGET (HS_PROTECT_CONFIRM_PAGE (page)->problem), FALSE);
  if (is_complete (HS_PROTECT_CONFIRM_PAGE (page)))
    g_signal_emit (page, signals[SIGNAL_CONFIRMED], 0);
  return TRUE;
}

static void
hs_protect_confirm_page_dispose (GObject *object)
{
  g_clear_object (&HS_PROTECT_CONFIRM_PAGE (object)->choice);
  G_OBJECT_CLASS (hs_protect_confirm_page_parent_class)->dispose (object);
}

static void
hs_protect_confirm_page_class_init (HsProtectConfirmPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_protect_confirm_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_protect_confirm_page_forward;
  signals[SIGNAL_CONFIRMED] = g_signal_new ("confirmed",
                                            G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST,
                                            0,
                                            NULL,
                                            NULL,
                                            NULL,
                                            G_TYPE_NONE,
                                            0);
}

static void
hs_protect_confirm_page_init (HsProtectConfirmPage *self)
{
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Confirm"));
}

HsWizardPage *
hs_protect_confirm_page_new (HsProtectChoice *choice)
{
  HsProtectConfirmPage *self = g_object_new (HS_TYPE_PROTECT_CONFIRM_PAGE, NULL);
  gboolean off = hs_protect_choice_is_off (choice);
  GtkWidget *body;
  GtkWidget *frame = hs_protect_page_frame (off ? _ ("Erase this unit, and remove its protection?")
                                                : _ ("Protect this unit at level 1?"),
                                            &body);

  self->choice = g_object_ref (choice);
  self->who = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->spare = GTK_CHECK_BUTTON (
      gtk_check_button_new_with_label (_ ("I have a spare: this camera may be lost")));
  self->proof_place = ADW_BIN (adw_bin_new ());
  self->problem = GTK_LABEL (g_object_new (
      GTK_TYPE_LABEL, "wrap", TRUE, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, NULL));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->spare), GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->who, "panel");
  gtk_widget_add_css_class (self->lines, "panel");
  gtk_box_append (GTK_BOX (body), self->who);
  gtk_box_append (GTK_BOX (body), self->lines);
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (self->spare));
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (self->proof_place));
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (self->problem));
  gtk_box_append (GTK_BOX (self), frame);
  g_signal_connect_object (
      self->spare, "toggled", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return HS_WIZARD_PAGE (self);
}

/* What has to be typed, and was: as the job compares it. */
const char *
hs_protect_confirm_page_get_typed (HsProtectConfirmPage *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CONFIRM_PAGE (self), NULL);

  return is_complete (self) ? hs_typed_proof_get_expected (self->proof) : NULL;
}

gboolean
hs_protect_confirm_page_get_spare (HsProtectConfirmPage *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CONFIRM_PAGE (self), FALSE);

  return gtk_check_button_get_active (self->spare);
}

void
hs_protect_confirm_page_show_error (HsProtectConfirmPage *self, const GError *error)
{
  g_autoptr (HsProblem) problem = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (HS_IS_PROTECT_CONFIRM_PAGE (self));

  problem = hs_explain_error (error);
  markup = hs_dialog_problem_markup (problem);
  gtk_label_set_markup (self->problem, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
}
