/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-wizard.h"

#include "ui/build-confirm-page.h"
#include "ui/build-draft.h"
#include "ui/build-options-page.h"
#include "ui/build-target-page.h"
#include "ui/build-tree-page.h"
#include "ui/readiness-note.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

struct _HsBuildWizard {
  HsWizard parent_instance;

  HsSession *session;    /* owned */
  HsBuildDraft *draft;   /* owned */
  HsWizardPage *targets; /* borrowed: a child */
  char *target;          /* that was asked for; nullable, until the tree is read */

  GCancellable *cancellable;
  GPtrArray *ready; /* char *, as many as targets: what was found of each; nullable until asked */
};

G_DEFINE_FINAL_TYPE (HsBuildWizard, hs_build_wizard, HS_TYPE_WIZARD)

/* The main window, also where the wizard was opened from another one. */
static HsWindow *
main_window (HsBuildWizard *self)
{
  GtkWindow *window = GTK_WINDOW (self);

  while (window != NULL && !HS_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window != NULL ? HS_WINDOW (window) : NULL;
}

static void
start (HsBuildWizard *self)
{
  g_auto (GStrv) options = hs_build_draft_dup_options (self->draft, NULL);
  HsBuildQueue *queue = hs_session_get_build_queue (self->session);
  GPtrArray *targets = hs_build_draft_get_targets (self->draft);
  guint first = g_list_model_get_n_items (G_LIST_MODEL (queue));
  HsWindow *window = main_window (self);

  if (options == NULL)
    return;
  hs_build_draft_remember (self->draft);
  for (guint i = 0; i < targets->len; i++) {
    HsBuildRequest request;

    hs_build_draft_fill_request (
        self->draft, g_ptr_array_index (targets, i), (const char *const *) options, &request);
    request.readiness = g_ptr_array_index (self->ready, i);
    hs_build_queue_add (queue, &request);
  }
  if (window != NULL) {
    gtk_widget_activate_action (GTK_WIDGET (window), "win.show-build-run", "u", first);
    gtk_window_present (GTK_WINDOW (window));
  }
  gtk_window_close (GTK_WINDOW (self));
}

static void ask_next (HsBuildWizard *self);

static void
ready_cb (gpointer owner, gpointer result, const GError *error)
{
  HsBuildWizard *self = owner;

  g_ptr_array_add (self->ready, g_strdup (result));
  ask_next (self);
}

/* What a check of the sources says goes with each build; without it, it is built all the same. */
static void
ask_next (HsBuildWizard *self)
{
  GPtrArray *targets = hs_build_draft_get_targets (self->draft);

  if (self->ready->len >= targets->len) {
    start (self);
    return;
  }
  hs_readiness_ask (self->session,
                    hs_build_draft_get_root (self->draft),
                    g_ptr_array_index (targets, self->ready->len),
                    self->cancellable,
                    ready_cb,
                    self);
}

static void
start_cb (HsBuildWizard *self)
{
  if (self->ready != NULL)
    return;
  self->ready = g_ptr_array_new_with_free_func (g_free);
  hs_wizard_page_set_verb (
      hs_wizard_get_page (HS_WIZARD (self)), _ ("Starting…"), FALSE, FALSE, TRUE);
  hs_wizard_page_set_back (hs_wizard_get_page (HS_WIZARD (self)), NULL, TRUE);
  ask_next (self);
}

/* A target that was asked for is chosen as soon as the tree says that it has it. */
static void
changed_cb (HsBuildWizard *self)
{
  g_autofree char *target = NULL;
  const HsTreeBoard *board;

  if (self->target == NULL || hs_build_draft_get_tree (self->draft) == NULL)
    return;
  target = g_steal_pointer (&self->target);
  board = hs_tree_find_board (hs_build_draft_get_tree (self->draft), target);
  if (board != NULL && board->refused == NULL)
    hs_build_draft_choose (self->draft, target, TRUE);
  hs_wizard_go_to (HS_WIZARD (self), self->targets);
}

static void
hs_build_wizard_dispose (GObject *object)
{
  HsBuildWizard *self = HS_BUILD_WIZARD (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->ready, g_ptr_array_unref);
  g_clear_object (&self->draft);
  g_clear_object (&self->session);
  g_clear_pointer (&self->target, g_free);
  G_OBJECT_CLASS (hs_build_wizard_parent_class)->dispose (object);
}

static void
hs_build_wizard_class_init (HsBuildWizardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_build_wizard_dispose;
}

static void
hs_build_wizard_init (HsBuildWizard *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_window_set_title (GTK_WINDOW (self), _ ("Build From Source"));
}

static void
add_pages (HsBuildWizard *self)
{
  HsWizardPage *confirm = hs_build_confirm_page_new (self->draft);
  HsWizardPage *tree = hs_build_tree_page_new (self->draft);

  self->targets = hs_build_target_page_new (self->draft);
  hs_wizard_add_page (HS_WIZARD (self), tree);
  hs_wizard_add_page (HS_WIZARD (self), self->targets);
  hs_wizard_add_page (HS_WIZARD (self), hs_build_options_page_new (self->draft));
  hs_wizard_add_page (HS_WIZARD (self), confirm);
  g_signal_connect_object (confirm, "start", G_CALLBACK (start_cb), self, G_CONNECT_SWAPPED);
  hs_wizard_go_to (HS_WIZARD (self), tree);
}

void
hs_build_wizard_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  HsBuildWizard *self = g_object_new (HS_TYPE_BUILD_WIZARD, NULL);
  g_autofree char *guess = tree != NULL ? g_strdup (tree) : hs_trees_guess ();

  self->session = g_object_ref (session);
  self->draft = hs_build_draft_new (session);
  self->target = g_strdup (target);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  add_pages (self);
  g_signal_connect_object (
      self->draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  if (guess != NULL)
    hs_build_draft_set_root (self->draft, guess);
  gtk_window_present (GTK_WINDOW (self));
}
