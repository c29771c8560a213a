/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/diff-view.h"
#include "ui/freeze-draft.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_FREEZE_CHANGES_PAGE (hs_freeze_changes_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeChangesPage,
                      hs_freeze_changes_page,
                      HS,
                      FREEZE_CHANGES_PAGE,
                      HsWizardPage)

struct _HsFreezeChangesPage {
  HsWizardPage parent_instance;

  AdwBin *problem;
  GtkWidget *errors;
  GtkLabel *errors_text;
  GtkWidget *anyway;
  HsDiffView *diff;

  HsFreezeDraft *draft; /* owned */
  gboolean writing;
};

G_DEFINE_FINAL_TYPE (HsFreezeChangesPage, hs_freeze_changes_page, HS_TYPE_WIZARD_PAGE)

static guint
n_errors (HsFreezeChangesPage *self)
{
  const HsFreezeOutcome *outcome = hs_freeze_draft_get_outcome (self->draft);

  return outcome != NULL ? hs_tree_count_findings (hs_manifest_get_findings (outcome->manifest),
                                                   HS_FINDING_ERROR)
                         : 0;
}

/* With errors it takes a word of its own; nothing is forbidden. */
static void
update_verb (HsFreezeChangesPage *self)
{
  guint errors = n_errors (self);
  gboolean agreed = errors == 0 || gtk_check_button_get_active (GTK_CHECK_BUTTON (self->anyway));
  gboolean busy = hs_freeze_draft_is_busy (self->draft);
  gboolean nothing = hs_diff_view_get_n_files (self->diff) == 0;
  g_autofree char *verb = nothing ? g_strdup (_ ("_Next")) : hs_diff_view_dup_verb (self->diff);

  hs_wizard_page_set_verb (
      HS_WIZARD_PAGE (self), verb, !busy && (agreed || nothing), errors > 0 && !nothing, TRUE);
}

static void
changed_cb (HsFreezeChangesPage *self)
{
  const GError *error = hs_freeze_draft_get_error (self->draft);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
  update_verb (self);
  if (self->writing && !hs_freeze_draft_is_busy (self->draft)) {
    self->writing = FALSE;
    if (error == NULL)
      gtk_widget_activate_action (GTK_WIDGET (self), "freeze.written", NULL);
  }
}

static void
hs_freeze_changes_page_entered (HsWizardPage *page)
{
  HsFreezeChangesPage *self = HS_FREEZE_CHANGES_PAGE (page);
  const HsFreezeOutcome *outcome = hs_freeze_draft_get_outcome (self->draft);
  guint errors = n_errors (self);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u error stands on the page before: the build fails, or the camera does not do "
                "what was asked.",
                "%u errors stand on the page before: the build fails, or the camera does not do "
                "what was asked.",
                errors),
      errors);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (self->anyway), FALSE);
  gtk_label_set_label (self->errors_text, text);
  gtk_widget_set_visible (self->errors, errors > 0);
  hs_diff_view_set_text (self->diff, outcome != NULL ? outcome->diff : NULL);
  adw_bin_set_child (self->problem, NULL);
  update_verb (self);
}

static gboolean
hs_freeze_changes_page_forward (HsWizardPage *page)
{
  HsFreezeChangesPage *self = HS_FREEZE_CHANGES_PAGE (page);

  if (hs_diff_view_get_n_files (self->diff) == 0)
    return FALSE;
  self->writing = TRUE;
  hs_freeze_draft_write (self->draft);
  return TRUE;
}

static void
hs_freeze_changes_page_dispose (GObject *object)
{
  g_clear_object (&HS_FREEZE_CHANGES_PAGE (object)->draft);
  G_OBJECT_CLASS (hs_freeze_changes_page_parent_class)->dispose (object);
}

static void
hs_freeze_changes_page_class_init (HsFreezeChangesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_freeze_changes_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_freeze_changes_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_freeze_changes_page_forward;
}

static void
hs_freeze_changes_page_init (HsFreezeChangesPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *problem = adw_bin_new ();
  GtkWidget *diff = hs_diff_view_new ();
  GtkWidget *text = hs_tree_text (NULL, NULL);

  self->problem = ADW_BIN (problem);
  self->diff = HS_DIFF_VIEW (diff);
  self->errors_text = GTK_LABEL (text);
  self->anyway = gtk_check_button_new_with_label (_ ("Write Anyway"));
  gtk_widget_set_valign (self->anyway, GTK_ALIGN_CENTER);
  hs_piece_name (self->anyway, _ ("Write Anyway"));
  g_signal_connect_object (
      self->anyway, "toggled", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  self->errors = hs_piece_row (12, hs_shape_new (HS_SHAPE_FAIL, 24), text, self->anyway, NULL);
  hs_piece_set_classes (self->errors, "panel bad-panel");
  gtk_widget_set_vexpand (diff, TRUE);
  gtk_widget_set_margin_start (box, 26);
  gtk_widget_set_margin_end (box, 26);
  gtk_widget_set_margin_bottom (box, 22);
  gtk_box_append (GTK_BOX (box), problem);
  gtk_box_append (GTK_BOX (box), self->errors);
  gtk_box_append (GTK_BOX (box), diff);
  gtk_box_append (GTK_BOX (self), box);
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Changes"));
}

HsWizardPage *
hs_freeze_changes_page_new (HsFreezeDraft *draft)
{
  HsFreezeChangesPage *self = g_object_new (HS_TYPE_FREEZE_CHANGES_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
