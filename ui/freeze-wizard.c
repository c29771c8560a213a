/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/freeze-wizard.h"

#include "ui/boot-window.h"
#include "ui/build-wizard.h"
#include "ui/readiness-window.h"
#include "ui/wizard.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_FREEZE_WIZARD (hs_freeze_wizard_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeWizard, hs_freeze_wizard, HS, FREEZE_WIZARD, HsWizard)

struct _HsFreezeWizard {
  HsWizard parent_instance;

  HsFreezeDraft *draft; /* owned */
  HsWizardPage *board;  /* the pages are children */
  HsWizardPage *app;
  HsWizardPage *result;
  gboolean begun; /* the first open question was found */
};

G_DEFINE_FINAL_TYPE (HsFreezeWizard, hs_freeze_wizard, HS_TYPE_WIZARD)

static const struct {
  const char *id;
  void (*open) (HsSession *session, GtkWindow *parent, const char *tree, const char *target);
} openers[] = {
  { "boot", hs_boot_window_open },
  { "readiness", hs_readiness_window_open },
  { "build", hs_build_wizard_open },
};

static void
open_cb (HsFreezeWizard *self, const char *id)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  for (guint i = 0; i < G_N_ELEMENTS (openers); i++)
    if (g_str_equal (openers[i].id, id))
      openers[i].open (hs_freeze_draft_get_session (self->draft),
                       parent != NULL ? parent : GTK_WINDOW (self),
                       hs_freeze_draft_get_root (self->draft),
                       hs_freeze_draft_get_target (self->draft));
}

/* Whoever came for a board that the tree has is not asked for it again. */
static void
changed_cb (HsFreezeWizard *self)
{
  const HsTreeBoard *board = hs_freeze_draft_get_board (self->draft);

  if (self->begun || hs_freeze_draft_get_tree (self->draft) == NULL)
    return;
  self->begun = TRUE;
  if (board != NULL && board->refused == NULL &&
      hs_wizard_get_page (HS_WIZARD (self)) == self->board)
    hs_wizard_go_to (HS_WIZARD (self), self->app);
}

static void
written_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_wizard_go_to (HS_WIZARD (widget), HS_FREEZE_WIZARD (widget)->result);
}

static void
hs_freeze_wizard_dispose (GObject *object)
{
  g_clear_object (&HS_FREEZE_WIZARD (object)->draft);
  G_OBJECT_CLASS (hs_freeze_wizard_parent_class)->dispose (object);
}

static void
hs_freeze_wizard_class_init (HsFreezeWizardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_freeze_wizard_dispose;
  gtk_widget_class_install_action (
      GTK_WIDGET_CLASS (klass), "freeze.written", NULL, written_action);
}

static void
hs_freeze_wizard_init (HsFreezeWizard *self)
{
}

void
hs_freeze_wizard_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  HsFreezeWizard *self;
  HsWizard *wizard;

  g_return_if_fail (HS_IS_SESSION (session));
  g_return_if_fail (tree != NULL);

  self = g_object_new (
      HS_TYPE_FREEZE_WIZARD, "title", _ ("Freeze an Application"), "transient-for", parent, NULL);
  wizard = HS_WIZARD (self);
  self->draft = hs_freeze_draft_new (session, tree, target);
  self->board = hs_freeze_board_page_new (self->draft);
  self->app = hs_freeze_app_page_new (self->draft);
  self->result = hs_freeze_result_page_new (self->draft);
  hs_wizard_add_page (wizard, self->board);
  hs_wizard_add_page (wizard, self->app);
  hs_wizard_add_page (wizard, hs_freeze_image_page_new (self->draft));
  hs_wizard_add_page (wizard, hs_freeze_changes_page_new (self->draft));
  hs_wizard_add_page (wizard, self->result);
  g_signal_connect_object (self->result, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  hs_wizard_go_to (wizard, self->board);
  gtk_window_present (GTK_WINDOW (self));
}

HsFreezeDraft *
hs_freeze_wizard_get_draft (GtkWindow *wizard)
{
  g_return_val_if_fail (HS_IS_FREEZE_WIZARD (wizard), NULL);

  return HS_FREEZE_WIZARD (wizard)->draft;
}
