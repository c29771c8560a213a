/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-cameras-page.h"

#include "ui/flash-who.h"
#include "ui/format.h"
#include "ui/operation.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsFlashCamerasPage {
  HsWizardPage parent_instance;

  GtkWidget *list;
  GtkWidget *nothing;
  GtkWidget *only_one;

  HsFlashChoice *choice; /* owned */
};

G_DEFINE_FINAL_TYPE (HsFlashCamerasPage, hs_flash_cameras_page, HS_TYPE_WIZARD_PAGE)

static void
toggled_cb (GtkCheckButton *check, HsFlashCamerasPage *self)
{
  HsSlot *slot = g_object_get_data (G_OBJECT (check), "slot");

  hs_flash_choice_set_slot (self->choice, slot, gtk_check_button_get_active (check));
}

static GtkWidget *
camera_row (HsFlashCamerasPage *self, HsSlot *slot)
{
  g_autofree char *why_not = hs_flash_choice_why_no_camera (slot);
  g_autofree char *now = hs_who_dup_now (slot);
  const HsBoard *board = hs_flash_choice_get_board_of (self->choice, slot);
  const char *board_name = board != NULL ? hs_format_board_name (board->id) : _ ("unknown board");
  g_autofree char *second = why_not != NULL ? g_strdup_printf ("%s · %s", board_name, why_not)
                                            : g_strdup_printf (_ ("%s · now %s"), board_name, now);
  g_autofree char *name = g_strdup_printf (_ ("Choose %s"), hs_slot_get_name (slot));
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *sub = hs_piece_label (second, "dim-label caption");
  GtkWidget *row = hs_piece_row (14, check, words, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (sub), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (sub, second);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), hs_who_new_for_slot (slot));
  gtk_box_append (GTK_BOX (words), sub);
  hs_piece_name (check, name);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               hs_flash_choice_has_slot (self->choice, slot));
  gtk_widget_set_sensitive (check, why_not == NULL);
  g_object_set_data_full (G_OBJECT (check), "slot", g_object_ref (slot), g_object_unref);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  return row;
}

static void
update_verb (HsFlashCamerasPage *self)
{
  guint n = hs_flash_choice_get_n_slots (self->choice);
  gboolean one = hs_operation_is_for_one (hs_flash_choice_get_what (self->choice));

  gtk_widget_set_visible (self->only_one, one);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), one ? n == 1 : n > 0, FALSE, TRUE);
}

static void
fill (HsFlashCamerasPage *self)
{
  GListModel *slots = hs_session_get_slots (hs_flash_choice_get_session (self->choice));
  guint n = 0;

  hs_piece_clear (self->list);
  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    GtkWidget *row;

    if (hs_slot_get_device (slot) == NULL)
      continue;
    row = camera_row (self, slot);
    hs_piece_set_classes (row, n++ == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
  }
  gtk_widget_set_visible (self->list, n > 0);
  gtk_widget_set_visible (self->nothing, n == 0);
  update_verb (self);
}

static void
slots_changed_cb (HsFlashCamerasPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    fill (self);
}

static void
hs_flash_cameras_page_entered (HsWizardPage *page)
{
  fill (HS_FLASH_CAMERAS_PAGE (page));
}

static void
hs_flash_cameras_page_dispose (GObject *object)
{
  HsFlashCamerasPage *self = HS_FLASH_CAMERAS_PAGE (object);

  g_clear_object (&self->choice);
  G_OBJECT_CLASS (hs_flash_cameras_page_parent_class)->dispose (object);
}

static void
hs_flash_cameras_page_class_init (HsFlashCamerasPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_cameras_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_flash_cameras_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-cameras-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashCamerasPage, list);
  gtk_widget_class_bind_template_child (widget_class, HsFlashCamerasPage, nothing);
  gtk_widget_class_bind_template_child (widget_class, HsFlashCamerasPage, only_one);
}

static void
hs_flash_cameras_page_init (HsFlashCamerasPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Cameras"));
}

HsWizardPage *
hs_flash_cameras_page_new (HsFlashChoice *choice)
{
  HsFlashCamerasPage *self = g_object_new (HS_TYPE_FLASH_CAMERAS_PAGE, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_slots (hs_flash_choice_get_session (choice)),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
