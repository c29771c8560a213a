/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/builds-place.h"

#include "ui/build-queue-rows.h"
#include "ui/build-run-page.h"

struct _HsBuildsPlace {
  AdwBin parent_instance;

  HsBuildWatch *watch; /* owned */
  GtkStack *stack;     /* the widgets are borrowed: children */
  HsBrowsePage *builds;
  HsBuildRunPage *run;
};

G_DEFINE_FINAL_TYPE (HsBuildsPlace, hs_builds_place, ADW_TYPE_BIN)

static void
back_cb (HsBuildsPlace *self)
{
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->builds));
}

static void
hs_builds_place_dispose (GObject *object)
{
  g_clear_object (&HS_BUILDS_PLACE (object)->watch);
  G_OBJECT_CLASS (hs_builds_place_parent_class)->dispose (object);
}

static void
hs_builds_place_class_init (HsBuildsPlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_builds_place_dispose;
}

static void
hs_builds_place_init (HsBuildsPlace *self)
{
  self->stack = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->stack, FALSE);
  gtk_stack_set_hhomogeneous (self->stack, FALSE);
  gtk_stack_set_transition_type (self->stack, GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->stack));
}

GtkWidget *
hs_builds_place_new (HsSession *session)
{
  HsBuildsPlace *self = g_object_new (HS_TYPE_BUILDS_PLACE, NULL);

  self->watch = hs_build_watch_new (hs_session_get_build_queue (session));
  self->builds = HS_BROWSE_PAGE (hs_builds_page_new (session));
  self->run = HS_BUILD_RUN_PAGE (hs_build_run_page_new (session, self->watch));
  hs_builds_page_set_watch (HS_BUILDS_PAGE (self->builds), self->watch);
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->builds));
  gtk_stack_add_child (self->stack, GTK_WIDGET (self->run));
  g_signal_connect_object (self->run, "back", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
hs_builds_place_show_run (HsBuildsPlace *self, guint position)
{
  g_return_if_fail (HS_IS_BUILDS_PLACE (self));

  if (position >= hs_build_watch_get_n (self->watch))
    return;
  hs_build_run_page_set_run (self->run, hs_build_watch_nth (self->watch, position));
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->run));
}

void
hs_builds_place_show_build (HsBuildsPlace *self, const char *id)
{
  g_return_if_fail (HS_IS_BUILDS_PLACE (self));

  back_cb (self);
  hs_browse_page_show (self->builds, id);
}

void
hs_builds_place_focus_search (HsBuildsPlace *self)
{
  g_return_if_fail (HS_IS_BUILDS_PLACE (self));

  back_cb (self);
  hs_browse_page_focus_search (self->builds);
}
