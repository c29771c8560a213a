/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-editor.h"

#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/release-draft.h"

#include <glib/gi18n-lib.h>

struct _HsReleaseEditor {
  HsWizard parent_instance;

  HsReleaseDraft *draft; /* owned */
  HsReleaseShow show;
  GWeakRef owner;
  gboolean saving;
};

G_DEFINE_FINAL_TYPE (HsReleaseEditor, hs_release_editor, HS_TYPE_WIZARD)

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsReleaseEditor) self = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_release_draft_save_finish (HS_RELEASE_DRAFT (source), result, &error);

  self->saving = FALSE;
  if (id == NULL) {
    hs_release_tell_problem (GTK_WIDGET (self), error);
    return;
  }

  if (owner != NULL && self->show != NULL)
    self->show (owner, id);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
save_cb (HsReleaseEditor *self)
{
  if (self->saving)
    return;

  self->saving = TRUE;
  hs_release_draft_save_async (self->draft, saved_cb, g_object_ref (self));
}

/* -- closing --------------------------------------------------------------------------------- */

static gboolean
close_cb (gpointer editor)
{
  gtk_window_destroy (GTK_WINDOW (editor));
  return G_SOURCE_REMOVE;
}

/* The question belongs to this window and is not closed yet: it would go first, and take part in
 * its own answer. */
static void
throw_away_cb (gpointer owner)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, close_cb, g_object_ref (owner), g_object_unref);
}

static gboolean
hs_release_editor_close_request (GtkWindow *window)
{
  HsReleaseEditor *self = HS_RELEASE_EDITOR (window);

  if (!self->saving && !hs_release_draft_is_dirty (self->draft))
    return GTK_WINDOW_CLASS (hs_release_editor_parent_class)->close_request (window);

  if (!self->saving)
    hs_dialog_confirm (GTK_WIDGET (self),
                       _ ("Throw away what was changed?"),
                       _ ("The draft is not saved."),
                       _ ("Go On Editing"),
                       _ ("Throw Away"),
                       throw_away_cb,
                       self);
  return TRUE;
}

/* -- the window ------------------------------------------------------------------------------ */

static void
hs_release_editor_dispose (GObject *object)
{
  g_clear_object (&HS_RELEASE_EDITOR (object)->draft);
  G_OBJECT_CLASS (hs_release_editor_parent_class)->dispose (object);
}

static void
hs_release_editor_finalize (GObject *object)
{
  g_weak_ref_clear (&HS_RELEASE_EDITOR (object)->owner);
  G_OBJECT_CLASS (hs_release_editor_parent_class)->finalize (object);
}

static void
hs_release_editor_class_init (HsReleaseEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_release_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_editor_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hs_release_editor_close_request;
}

static void
hs_release_editor_init (HsReleaseEditor *self)
{
  g_weak_ref_init (&self->owner, NULL);
}

GtkWindow *
hs_release_editor_new (HsSession *session,
                       const char *id,
                       const HsRecipe *recipe,
                       HsReleaseShow show,
                       gpointer owner)
{
  HsReleaseEditor *self = g_object_new (
      HS_TYPE_RELEASE_EDITOR, "title", id != NULL ? _ ("Edit Release") : _ ("New Release"), NULL);
  HsWizard *wizard = HS_WIZARD (self);
  HsWizardPage *first, *review;

  self->draft = hs_release_draft_new (session, id, recipe);
  self->show = show;
  g_weak_ref_set (&self->owner, owner);
  first = hs_release_name_page_new (self->draft);
  review = hs_release_review_page_new (self->draft);
  hs_wizard_add_page (wizard, first);
  hs_wizard_add_page (wizard, hs_release_write_page_new (self->draft));
  hs_wizard_add_page (wizard, hs_release_proof_page_new (self->draft));
  hs_wizard_add_page (wizard, hs_release_numbers_page_new (self->draft));
  hs_wizard_add_page (wizard, hs_release_files_page_new (self->draft));
  hs_wizard_add_page (wizard, review);
  g_signal_connect_object (review, "save", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  hs_wizard_go_to (wizard, first);
  return GTK_WINDOW (self);
}
