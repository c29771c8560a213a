/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/practice-ribbon.h"

#include "ui/piece.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

struct _HsPracticeRibbon {
  GtkWidget parent_instance;

  GtkWidget *label;
};

G_DEFINE_FINAL_TYPE (HsPracticeRibbon, hs_practice_ribbon, GTK_TYPE_WIDGET)

static void
hs_practice_ribbon_dispose (GObject *object)
{
  HsPracticeRibbon *self = HS_PRACTICE_RIBBON (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (hs_practice_ribbon_parent_class)->dispose (object);
}

static void
hs_practice_ribbon_root (GtkWidget *widget)
{
  GtkRoot *root;

  GTK_WIDGET_CLASS (hs_practice_ribbon_parent_class)->root (widget);

  root = gtk_widget_get_root (widget);
  gtk_widget_set_visible (widget,
                          HS_IS_WINDOW (root) &&
                              hs_session_is_practice (hs_window_get_session (HS_WINDOW (root))));
}

static void
hs_practice_ribbon_class_init (HsPracticeRibbonClass *klass)
{
  GTK_WIDGET_CLASS (klass)->root = hs_practice_ribbon_root;
  G_OBJECT_CLASS (klass)->dispose = hs_practice_ribbon_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
hs_practice_ribbon_init (HsPracticeRibbon *self)
{
  self->label = hs_piece_label (
      _ ("Practice: these cameras are simulated. Their runs are kept apart from the real units."),
      "practice-ribbon");
  gtk_label_set_xalign (GTK_LABEL (self->label), .5f);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
  gtk_widget_set_margin_bottom (GTK_WIDGET (self), 10);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
