/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/freeze-draft.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_FREEZE_RESULT_PAGE (hs_freeze_result_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeResultPage,
                      hs_freeze_result_page,
                      HS,
                      FREEZE_RESULT_PAGE,
                      HsWizardPage)

struct _HsFreezeResultPage {
  HsWizardPage parent_instance;

  GtkWidget *shape;
  GtkWidget *title;
  GtkWidget *text;
  AdwBin *problem;
  GtkWidget *undo_row;
  GtkWidget *undo;

  HsFreezeDraft *draft; /* owned */
  gboolean undone;
};

G_DEFINE_FINAL_TYPE (HsFreezeResultPage, hs_freeze_result_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_OPEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_words (HsFreezeResultPage *self, HsShape shape, const char *title, const char *text)
{
  hs_shape_set (GTK_IMAGE (self->shape), shape);
  gtk_label_set_label (GTK_LABEL (self->title), title);
  gtk_label_set_label (GTK_LABEL (self->text), text);
}

static void
changed_cb (HsFreezeResultPage *self)
{
  const GError *error = hs_freeze_draft_get_error (self->draft);
  gboolean busy = hs_freeze_draft_is_busy (self->draft);
  gboolean written = hs_freeze_draft_get_id (self->draft) != NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
  gtk_widget_set_visible (self->undo_row, written);
  gtk_widget_set_sensitive (self->undo, !busy);
  if (written)
    show_words (self,
                HS_SHAPE_READY,
                _ ("Written to the firmware tree"),
                _ ("No camera has it yet: the next build of this board freezes it in."));
  else if (self->undone)
    show_words (self,
                HS_SHAPE_EMPTY,
                _ ("Undone"),
                _ ("Every file of the tree is as it was before, byte for byte."));
  else
    show_words (self,
                HS_SHAPE_READY,
                _ ("Nothing had to be written"),
                _ ("The tree holds all of this already."));
}

static void
undo_cb (HsFreezeResultPage *self)
{
  self->undone = TRUE;
  hs_freeze_draft_undo (self->draft);
}

static void
open_cb (GtkButton *button, HsFreezeResultPage *self)
{
  g_signal_emit (
      self, signals[SIGNAL_OPEN], 0, (const char *) g_object_get_data (G_OBJECT (button), "id"));
}

/* -- the page --------------------------------------------------------------------------------- */

static gboolean
hs_freeze_result_page_forward (HsWizardPage *page)
{
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))));
  return TRUE;
}

static void
hs_freeze_result_page_entered (HsWizardPage *page)
{
  HsFreezeResultPage *self = HS_FREEZE_RESULT_PAGE (page);

  self->undone = FALSE;
  hs_wizard_page_set_verb (page, _ ("_Close"), TRUE, FALSE, FALSE);
  hs_wizard_page_set_back (page, NULL, TRUE);
  changed_cb (self);
}

static void
hs_freeze_result_page_dispose (GObject *object)
{
  g_clear_object (&HS_FREEZE_RESULT_PAGE (object)->draft);
  G_OBJECT_CLASS (hs_freeze_result_page_parent_class)->dispose (object);
}

static void
hs_freeze_result_page_class_init (HsFreezeResultPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_freeze_result_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_freeze_result_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_freeze_result_page_forward;
  signals[SIGNAL_OPEN] = g_signal_new ("open",
                                       G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       1,
                                       G_TYPE_STRING);
}

static GtkWidget *
row_new (const char *title, const char *subtitle, GtkWidget *button)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

static void
add_opener (HsFreezeResultPage *self,
            GtkWidget *group,
            const char *id,
            const char *title,
            const char *subtitle,
            const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data (G_OBJECT (button), "id", (gpointer) id);
  g_signal_connect_object (button, "clicked", G_CALLBACK (open_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row_new (title, subtitle, button));
}

static GtkWidget *
actions_new (HsFreezeResultPage *self)
{
  GtkWidget *group = adw_preferences_group_new ();

  add_opener (self,
              group,
              "boot",
              _ ("What runs at boot"),
              _ ("Step by step, from power to your application, and which import wins."),
              _ ("Show…"));
  add_opener (self,
              group,
              "readiness",
              _ ("Is it ready to ship?"),
              _ ("Watchdog, logging, unit id: what a shipped camera must have."),
              _ ("Check…"));
  add_opener (self,
              group,
              "build",
              _ ("Build the firmware"),
              _ ("Makes the images that are flashed, and keeps them in the catalog."),
              _ ("Build…"));
  self->undo = gtk_button_new_with_label (_ ("Undo"));
  g_signal_connect_object (self->undo, "clicked", G_CALLBACK (undo_cb), self, G_CONNECT_SWAPPED);
  self->undo_row = row_new (
      _ ("Take it back"), _ ("Every file again as it was before, byte for byte."), self->undo);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->undo_row);
  hs_piece_name_group (group, _ ("What next"));
  return group;
}

static void
hs_freeze_result_page_init (HsFreezeResultPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head;

  self->shape = hs_shape_new (HS_SHAPE_READY, 38);
  self->title = hs_tree_text (NULL, "big-title");
  self->text = hs_tree_text (NULL, "dim-label");
  self->problem = ADW_BIN (adw_bin_new ());
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->text);
  head = hs_piece_row (14, self->shape, words, NULL);
  gtk_box_append (GTK_BOX (box), head);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->problem));
  gtk_box_append (GTK_BOX (box), actions_new (self));
  gtk_box_append (GTK_BOX (self), hs_tree_scroller (box, 720));
}

HsWizardPage *
hs_freeze_result_page_new (HsFreezeDraft *draft)
{
  HsFreezeResultPage *self = g_object_new (HS_TYPE_FREEZE_RESULT_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
