/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-draft.h"

#include <glib/gi18n-lib.h>

/* The rows of the "confirm" list, in its order. */
enum { CONFIRM_NUMBER, CONFIRM_TEXT, CONFIRM_USB, CONFIRM_NONE };

#define HS_TYPE_RELEASE_PROOF_PAGE (hs_release_proof_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseProofPage,
                      hs_release_proof_page,
                      HS,
                      RELEASE_PROOF_PAGE,
                      HsWizardPage)

struct _HsReleaseProofPage {
  HsWizardPage parent_instance;

  AdwComboRow *confirm;
  AdwPreferencesGroup *versions;
  GtkSwitch *unproven;

  HsReleaseDraft *draft; /* owned */
  GPtrArray *rows;       /* GtkWidget, borrowed: children of versions */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReleaseProofPage, hs_release_proof_page, HS_TYPE_WIZARD_PAGE)

/* What the builds say of themselves, in the kind that is asked for. */
static void
show_versions (HsReleaseProofPage *self)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  gboolean asked = !recipe->confirm_none && recipe->confirm >= HS_VERSION_NUMBER;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->versions, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->versions), asked);
  for (guint i = 0; asked && i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);
    const char *version = recipe->confirm == HS_VERSION_TEXT ? board->version : board->number;
    g_autofree char *safe = g_markup_escape_text (
        version != NULL ? version : _ ("The build does not tell; then nothing is compared"), -1);
    GtkWidget *row = adw_action_row_new ();

    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hs_format_board_name (board->board));
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), safe);
    adw_preferences_group_add (self->versions, row);
    g_ptr_array_add (self->rows, row);
  }
}

static void
changed_cb (HsReleaseProofPage *self)
{
  static const HsVersionKind kinds[] = {
    [CONFIRM_NUMBER] = HS_VERSION_NUMBER,
    [CONFIRM_TEXT] = HS_VERSION_TEXT,
    [CONFIRM_USB] = HS_VERSION_USB,
    [CONFIRM_NONE] = HS_VERSION_NUMBER,
  };
  guint confirm = adw_combo_row_get_selected (self->confirm);
  HsRecipe *recipe;

  if (self->setting || confirm >= G_N_ELEMENTS (kinds))
    return;

  recipe = hs_release_draft_get_recipe (self->draft);
  recipe->confirm_none = confirm == CONFIRM_NONE;
  recipe->confirm = kinds[confirm];
  recipe->allow_unproven = gtk_switch_get_active (self->unproven);
  hs_release_draft_changed (self->draft);
  show_versions (self);
}

static void
hs_release_proof_page_entered (HsWizardPage *page)
{
  HsReleaseProofPage *self = HS_RELEASE_PROOF_PAGE (page);
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);

  self->setting = TRUE;
  adw_combo_row_set_selected (self->confirm,
                              recipe->confirm_none                   ? CONFIRM_NONE
                              : recipe->confirm == HS_VERSION_TEXT   ? CONFIRM_TEXT
                              : recipe->confirm == HS_VERSION_NUMBER ? CONFIRM_NUMBER
                                                                     : CONFIRM_USB);
  gtk_switch_set_active (self->unproven, recipe->allow_unproven);
  self->setting = FALSE;
  show_versions (self);
  hs_wizard_page_set_verb (page, _ ("_Next"), TRUE, FALSE, TRUE);
}

static void
hs_release_proof_page_dispose (GObject *object)
{
  HsReleaseProofPage *self = HS_RELEASE_PROOF_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_proof_page_parent_class)->dispose (object);
}

static void
hs_release_proof_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_RELEASE_PROOF_PAGE (object)->rows);
  G_OBJECT_CLASS (hs_release_proof_page_parent_class)->finalize (object);
}

static void
hs_release_proof_page_class_init (HsReleaseProofPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_proof_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_proof_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_proof_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("release-proof-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseProofPage, confirm);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseProofPage, versions);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseProofPage, unproven);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
}

static void
hs_release_proof_page_init (HsReleaseProofPage *self)
{
  self->setting = TRUE;
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Proof"));
}

HsWizardPage *
hs_release_proof_page_new (HsReleaseDraft *draft)
{
  HsReleaseProofPage *self = g_object_new (HS_TYPE_RELEASE_PROOF_PAGE, NULL);

  self->draft = g_object_ref (draft);
  return HS_WIZARD_PAGE (self);
}
