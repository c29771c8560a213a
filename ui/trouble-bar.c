/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/trouble-bar.h"

#include "ui/dialogs.h"
#include "ui/piece.h"

struct _HsTroubleBar {
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkLabel *words;
  GtkWidget *doctor;
  GtkWidget *details;

  HsProblem *problem; /* nullable */
};

G_DEFINE_FINAL_TYPE (HsTroubleBar, hs_trouble_bar, GTK_TYPE_WIDGET)

static void
close_cb (HsTroubleBar *self)
{
  hs_trouble_bar_set_problem (self, NULL);
}

static void
details_cb (HsTroubleBar *self)
{
  if (self->problem != NULL)
    hs_dialog_details (GTK_WIDGET (self), self->problem);
}

static void
hs_trouble_bar_dispose (GObject *object)
{
  HsTroubleBar *self = HS_TROUBLE_BAR (object);

  if (self->revealer != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->revealer));
  self->revealer = NULL;
  g_clear_pointer (&self->problem, hs_problem_free);

  G_OBJECT_CLASS (hs_trouble_bar_parent_class)->dispose (object);
}

static void
hs_trouble_bar_class_init (HsTroubleBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_trouble_bar_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("trouble-bar"));
  gtk_widget_class_bind_template_child (widget_class, HsTroubleBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, HsTroubleBar, words);
  gtk_widget_class_bind_template_child (widget_class, HsTroubleBar, details);
  gtk_widget_class_bind_template_child (widget_class, HsTroubleBar, doctor);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_bind_template_callback (widget_class, details_cb);
}

static void
hs_trouble_bar_init (HsTroubleBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @problem: (nullable): copied; %NULL closes the bar. */
void
hs_trouble_bar_set_problem (HsTroubleBar *self, const HsProblem *problem)
{
  g_autofree char *markup = NULL;

  g_return_if_fail (HS_IS_TROUBLE_BAR (self));

  g_clear_pointer (&self->problem, hs_problem_free);
  gtk_revealer_set_reveal_child (self->revealer, problem != NULL);
  if (problem == NULL)
    return;

  self->problem = hs_problem_copy (problem);
  markup = hs_dialog_problem_markup (problem);
  gtk_label_set_markup (self->words, markup);
  gtk_widget_set_visible (self->details, problem->chain != NULL);
  gtk_widget_set_visible (self->doctor, hs_dialog_wants_doctor (problem));
}
