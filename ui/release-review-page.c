/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/release-cards.h"
#include "ui/release-dialogs.h"
#include "ui/release-draft.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_RELEASE_REVIEW_PAGE (hs_release_review_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseReviewPage,
                      hs_release_review_page,
                      HS,
                      RELEASE_REVIEW_PAGE,
                      HsWizardPage)

/* ::save when the person wants the draft to be saved. */
struct _HsReleaseReviewPage {
  HsWizardPage parent_instance;

  AdwBin *findings;
  AdwBin *summary;

  HsReleaseDraft *draft; /* owned */
  GPtrArray *found;      /* HsReleaseFinding, owned; nullable */
  char *asked_code;      /* nullable */
  GCancellable *reading;
};

G_DEFINE_FINAL_TYPE (HsReleaseReviewPage, hs_release_review_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_SAVE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- summary --------------------------------------------------------------------------------- */

static void
add_fact (HsTable *table, const char *title, const char *text)
{
  GtkWidget *value = hs_piece_label (text, NULL);
  GtkWidget *label = hs_piece_label (title, "dim-label");

  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  hs_table_add (table, label, value, NULL);
}

static void
add_boards (HsTable *table, const HsRecipe *recipe)
{
  for (guint i = 0; i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);
    g_autoptr (GString) text = g_string_new (board->build_name);

    for (guint n = 0; n < board->artifacts->len; n++) {
      const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, n);

      g_string_append_printf (text, "%s%s", n == 0 ? ": " : ", ", artifact->file);
    }
    add_fact (table, board->board, text->str);
  }
}

static void
add_files (HsTable *table, const HsRecipe *recipe)
{
  for (guint i = 0; i < recipe->files->len; i++) {
    const HsRecipeFile *file = g_ptr_array_index (recipe->files, i);
    g_autofree char *source = hs_recipe_file_say_source (file);

    add_fact (table, file->path, source);
  }
}

static GtkWidget *
summary_panel (const HsRecipe *recipe)
{
  static const HsColumn columns[] = { { NULL, 150 }, { NULL, 0 } };
  g_autofree char *title = hs_release_title_of (recipe->name, recipe->version);
  g_autofree char *filesystem = hs_recipe_say_filesystem (recipe);
  g_autofree char *proof = hs_recipe_say_proof (recipe);
  g_autofree char *unproven = hs_recipe_say_unproven (recipe);
  g_autofree char *serial = hs_recipe_say_serial (recipe);
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_boards (&table, recipe);
  add_fact (&table, _ ("Filesystem"), filesystem);
  add_fact (&table, _ ("Version asked for"), proof);
  add_fact (&table, _ ("Outcome"), unproven);
  add_fact (&table, _ ("Product numbers"), serial);
  add_files (&table, recipe);
  return hs_piece_panel (title, table.grid, NULL);
}

/* -- what stands against locking ------------------------------------------------------------- */

static gpointer
examine (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_release_examine (catalog, data, error);
}

static void
free_recipe (gpointer recipe)
{
  hs_recipe_free (recipe);
}

static void
examined_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleaseReviewPage *self = owner;

  if (result == NULL) {
    adw_bin_set_child (self->findings, hs_piece_label (error->message, "bad"));
    return;
  }

  g_clear_pointer (&self->found, g_ptr_array_unref);
  self->found = g_ptr_array_ref (result);
  adw_bin_set_child (self->findings, hs_release_card_findings (self->found, "draft.reason"));
}

static void
ask_for_findings (HsReleaseReviewPage *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (hs_release_draft_get_session (self->draft)),
          self,
          examine,
          hs_recipe_copy (hs_release_draft_get_recipe (self->draft)),
          free_recipe,
          (GDestroyNotify) g_ptr_array_unref,
          self->reading,
          examined_cb);
}

static void
reason_given_cb (gpointer owner, const char *text)
{
  HsReleaseReviewPage *self = owner;
  GHashTable *reasons = hs_release_draft_get_recipe (self->draft)->reasons;

  if (*text != '\0')
    g_hash_table_replace (reasons, g_strdup (self->asked_code), g_strdup (text));
  else
    g_hash_table_remove (reasons, self->asked_code);
  hs_release_draft_changed (self->draft);
  ask_for_findings (self);
}

static void
reason_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsReleaseReviewPage *self = HS_RELEASE_REVIEW_PAGE (widget);
  const char *code = g_variant_get_string (parameter, NULL);

  for (guint i = 0; self->found != NULL && i < self->found->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (self->found, i);

    if (g_strcmp0 (finding->code, code) != 0)
      continue;
    g_free (self->asked_code);
    self->asked_code = g_strdup (code);
    hs_dialog_ask_text (widget,
                        _ ("Why is that all right?"),
                        finding->text,
                        _ ("Reason"),
                        finding->reason,
                        _ ("Give Reason"),
                        reason_given_cb,
                        self);
    return;
  }
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_review_page_entered (HsWizardPage *page)
{
  HsReleaseReviewPage *self = HS_RELEASE_REVIEW_PAGE (page);

  adw_bin_set_child (self->summary, summary_panel (hs_release_draft_get_recipe (self->draft)));
  ask_for_findings (self);
  hs_wizard_page_set_verb (page, _ ("_Save Draft"), TRUE, FALSE, TRUE);
}

static gboolean
hs_release_review_page_forward (HsWizardPage *page)
{
  g_signal_emit (page, signals[SIGNAL_SAVE], 0);
  return TRUE;
}

static void
hs_release_review_page_dispose (GObject *object)
{
  HsReleaseReviewPage *self = HS_RELEASE_REVIEW_PAGE (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_review_page_parent_class)->dispose (object);
}

static void
hs_release_review_page_finalize (GObject *object)
{
  g_free (HS_RELEASE_REVIEW_PAGE (object)->asked_code);
  G_OBJECT_CLASS (hs_release_review_page_parent_class)->finalize (object);
}

static void
hs_release_review_page_class_init (HsReleaseReviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_review_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_review_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_review_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_release_review_page_forward;
  signals[SIGNAL_SAVE] = g_signal_new (
      "save", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               HS_UI_TEMPLATE ("release-review-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseReviewPage, findings);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseReviewPage, summary);
  gtk_widget_class_install_action (widget_class, "draft.reason", "s", reason_action);
}

static void
hs_release_review_page_init (HsReleaseReviewPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Review"));
}

HsWizardPage *
hs_release_review_page_new (HsReleaseDraft *draft)
{
  HsReleaseReviewPage *self = g_object_new (HS_TYPE_RELEASE_REVIEW_PAGE, NULL);

  self->draft = g_object_ref (draft);
  return HS_WIZARD_PAGE (self);
}
