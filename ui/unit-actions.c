/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-view.h"

#include "ui/audit-window.h"
#include "ui/boards-window.h"
#include "ui/compare-window.h"
#include "ui/flash-wizard.h"
#include "ui/guide-window.h"
#include "ui/label-dialog.h"
#include "ui/piece.h"
#include "ui/recall-window.h"
#include "ui/ship-dialog.h"
#include "ui/table-export.h"
#include "ui/unit-dialogs.h"
#include "ui/unit-state.h"

static GtkWindow *
window_of (GtkWidget *widget)
{
  return GTK_WINDOW (gtk_widget_get_root (widget));
}

static void
flash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);
  HsUnitDetail *detail = hs_unit_view_get_detail (self);
  HsSession *session = hs_unit_view_get_session (self);
  HsSlot *slot = detail != NULL ? hs_unit_find_slot (session, hs_unit_get_id (detail->unit)) : NULL;
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWindow *wizard;

  if (slot == NULL)
    return;

  g_ptr_array_add (slots, g_object_ref (slot));
  wizard = hs_flash_wizard_new (session, slots);
  if (g_str_equal (name, "unit.repair"))
    hs_flash_wizard_set_full (HS_FLASH_WIZARD (wizard), TRUE);
  gtk_window_set_transient_for (wizard, window_of (widget));
  gtk_window_present (wizard);
}

/* @parameter: "erase", "compare" … of ui/operation.h */
static void
operate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);
  HsUnitDetail *detail = hs_unit_view_get_detail (self);
  HsSession *session = hs_unit_view_get_session (self);
  HsSlot *slot = detail != NULL ? hs_unit_find_slot (session, hs_unit_get_id (detail->unit)) : NULL;
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWindow *wizard;

  if (slot == NULL)
    return;

  g_ptr_array_add (slots, g_object_ref (slot));
  wizard = hs_flash_wizard_new_for (session, slots, g_variant_get_string (parameter, NULL), NULL);
  gtk_window_set_transient_for (wizard, window_of (widget));
  gtk_window_present (wizard);
}

static void
ship (HsUnitView *self, HsUnit *unit)
{
  const char *ids[] = { hs_unit_get_id (unit), NULL };

  hs_ship_dialog_present (window_of (GTK_WIDGET (self)), hs_unit_view_get_session (self), ids);
}

static void
label (HsUnitView *self, HsUnit *unit)
{
  hs_label_dialog_present (window_of (GTK_WIDGET (self)),
                           hs_unit_view_get_session (self),
                           hs_unit_get_id (unit),
                           hs_unit_get_label (unit));
}

static void
compare (HsUnitView *self, HsUnit *unit)
{
  hs_compare_window_present (window_of (GTK_WIDGET (self)), hs_unit_view_get_session (self), unit);
}

static void
return_unit (HsUnitView *self, HsUnit *unit)
{
  hs_unit_dialog_return (GTK_WIDGET (self), hs_unit_view_get_session (self), unit);
}

static void
scrap (HsUnitView *self, HsUnit *unit)
{
  hs_unit_dialog_scrap (GTK_WIDGET (self), hs_unit_view_get_session (self), unit);
}

static void
note (HsUnitView *self, HsUnit *unit)
{
  hs_unit_dialog_note (GTK_WIDGET (self), hs_unit_view_get_session (self), unit);
}

static void
attach (HsUnitView *self, HsUnit *unit)
{
  hs_unit_dialog_attach (GTK_WIDGET (self), hs_unit_view_get_session (self), unit);
}

static void
correct (HsUnitView *self, HsUnit *unit)
{
  hs_unit_dialog_correct (GTK_WIDGET (self),
                          hs_unit_view_get_session (self),
                          unit,
                          hs_unit_view_get_detail (self)->story);
}

static void
export_runs (HsUnitView *self, HsUnit *unit)
{
  hs_table_export_runs_ask (
      GTK_WIDGET (self), hs_unit_view_get_session (self), hs_unit_get_id (unit));
}

static void
show_board (HsUnitView *self, HsUnit *unit)
{
  gtk_window_present (hs_boards_window_new (window_of (GTK_WIDGET (self)),
                                            hs_board_by_id (hs_unit_get_board (unit))));
}

static void
audit (HsUnitView *self, HsUnit *unit)
{
  const HsBoard *board = hs_board_by_id (hs_unit_get_board (unit));

  if (board != NULL)
    gtk_window_present (hs_audit_window_new (window_of (GTK_WIDGET (self)),
                                             hs_unit_view_get_session (self),
                                             board,
                                             hs_unit_get_id (unit),
                                             NULL));
}

static void
recover (HsUnitView *self, HsUnit *unit)
{
  HsSession *session = hs_unit_view_get_session (self);
  HsSlot *slot = hs_unit_find_slot (session, hs_unit_get_id (unit));

  gtk_window_present (hs_guide_window_new_recover (window_of (GTK_WIDGET (self)),
                                                   session,
                                                   hs_board_by_id (hs_unit_get_board (unit)),
                                                   slot != NULL ? hs_slot_get_port (slot) : NULL,
                                                   hs_unit_get_id (unit)));
}

/* What is done to the unit that is shown. */
static const struct {
  const char *name;
  void (*run) (HsUnitView *self, HsUnit *unit);
} deeds[] = {
  { "unit.ship", ship },        { "unit.return", return_unit }, { "unit.scrap", scrap },
  { "unit.label", label },      { "unit.note", note },          { "unit.attach", attach },
  { "unit.correct", correct },  { "unit.compare", compare },    { "unit.export-runs", export_runs },
  { "unit.board", show_board }, { "unit.audit", audit },        { "unit.recover", recover },
};

static void
deed_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);
  g_autoptr (HsUnit) unit = NULL;

  if (hs_unit_view_get_detail (self) == NULL)
    return;

  unit = g_object_ref (hs_unit_view_get_detail (self)->unit);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (deeds[i].name, name))
      deeds[i].run (self, unit);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_piece_copy_text (widget, g_variant_get_string (parameter, NULL));
}

static void
recall_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsRecall recall = { .sha256 = g_variant_get_string (parameter, NULL) };

  hs_recall_window_present (
      window_of (widget), hs_unit_view_get_session (HS_UNIT_VIEW (widget)), &recall);
}

static void
file_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_unit_view_get_session (HS_UNIT_VIEW (widget));
  const char *sha256;
  const char *file;

  g_variant_get (parameter, "(&s&s)", &sha256, &file);
  if (g_str_equal (name, "unit.open-file"))
    hs_unit_open_file (widget, session, sha256, file);
  else
    hs_unit_save_file (widget, session, sha256, file);
}

void
hs_unit_view_class_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "unit.flash", NULL, flash_action);
  gtk_widget_class_install_action (klass, "unit.repair", NULL, flash_action);
  gtk_widget_class_install_action (klass, "unit.operate", "s", operate_action);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    gtk_widget_class_install_action (klass, deeds[i].name, NULL, deed_action);
  gtk_widget_class_install_action (klass, "unit.copy", "s", copy_action);
  gtk_widget_class_install_action (klass, "unit.recall", "s", recall_action);
  gtk_widget_class_install_action (klass, "unit.open-file", "(ss)", file_action);
  gtk_widget_class_install_action (klass, "unit.save-file", "(ss)", file_action);
}

/* Those that make no sense for the unit as it is can't be pressed. @here: it is plugged in. */
void
hs_unit_view_update_actions (HsUnitView *self, gboolean here)
{
  HsUnit *unit = hs_unit_view_get_detail (self)->unit;
  const char *state = hs_unit_get_state (unit);
  const char *board = hs_unit_get_board (unit);
  gboolean shipped = g_strcmp0 (state, "shipped") == 0;
  gboolean scrapped = g_strcmp0 (state, "scrapped") == 0;
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_action_set_enabled (widget, "unit.flash", here);
  gtk_widget_action_set_enabled (widget, "unit.repair", here);
  gtk_widget_action_set_enabled (widget, "unit.operate", here);
  gtk_widget_action_set_enabled (
      widget, "unit.audit", board != NULL && hs_board_by_id (board) != NULL);
  gtk_widget_action_set_enabled (widget, "unit.ship", !shipped && !scrapped);
  gtk_widget_action_set_enabled (widget, "unit.return", shipped);
  gtk_widget_action_set_enabled (widget, "unit.scrap", !scrapped);
}
