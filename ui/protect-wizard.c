/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/protect-wizard.h"

#include "ui/protect-pages.h"

#include <glib/gi18n-lib.h>

struct _HsProtectWizard {
  HsWizard parent_instance;

  HsProtectChoice *choice; /* owned */
};

G_DEFINE_FINAL_TYPE (HsProtectWizard, hs_protect_wizard, HS_TYPE_WIZARD)

/* From here on the guide leads: it knows the hand's part, and starts the jobs. */
static void
confirmed_cb (HsProtectConfirmPage *page, HsProtectWizard *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autofree char *typed = g_strdup (hs_protect_confirm_page_get_typed (page));
  gboolean spare = hs_protect_confirm_page_get_spare (page);
  g_autoptr (GError) error = NULL;

  if (hs_protect_choice_start (self->choice, parent, typed, spare, &error))
    gtk_window_close (GTK_WINDOW (self));
  else
    hs_protect_confirm_page_show_error (page, error);
}

static void
hs_protect_wizard_dispose (GObject *object)
{
  g_clear_object (&HS_PROTECT_WIZARD (object)->choice);
  G_OBJECT_CLASS (hs_protect_wizard_parent_class)->dispose (object);
}

static void
hs_protect_wizard_class_init (HsProtectWizardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_protect_wizard_dispose;
}

static void
hs_protect_wizard_init (HsProtectWizard *self)
{
}

GtkWindow *
hs_protect_wizard_new (GtkWindow *parent,
                       HsSession *session,
                       HsGuidePurpose purpose,
                       const HsBoard *board,
                       const char *unit,
                       const char *port)
{
  gboolean off = purpose == HS_GUIDE_UNPROTECT;
  HsProtectWizard *self = g_object_new (HS_TYPE_PROTECT_WIZARD,
                                        "transient-for",
                                        parent,
                                        "title",
                                        off ? _ ("Remove Protection") : _ ("Protect"),
                                        NULL);
  HsWizard *wizard = HS_WIZARD (self);
  HsWizardPage *first;
  HsWizardPage *confirm;

  self->choice = hs_protect_choice_new (session, purpose, board, unit, port);
  first = hs_protect_meaning_page_new (self->choice);
  confirm = hs_protect_confirm_page_new (self->choice);
  hs_wizard_add_page (wizard, first);
  hs_wizard_add_page (wizard, hs_protect_way_page_new (self->choice));
  hs_wizard_add_page (wizard, confirm);
  g_signal_connect_object (confirm, "confirmed", G_CALLBACK (confirmed_cb), self, 0);
  hs_wizard_go_to (wizard, first);
  return GTK_WINDOW (self);
}
