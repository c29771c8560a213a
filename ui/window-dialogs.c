/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/window-dialogs.h"

#include "ui/audit-window.h"
#include "ui/boards-window.h"
#include "ui/build-wizard.h"
#include "ui/cloud-window.h"
#include "ui/doctor-window.h"
#include "ui/firmware-window.h"
#include "ui/guide-window.h"
#include "ui/operator-start.h"
#include "ui/preferences.h"
#include "ui/romfs-window.h"
#include "ui/shortcuts.h"
#include "ui/slot-actions.h"

/* @parameter: id of a release; "": to be chosen. */
static void
operate_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));
  const char *release = g_variant_get_string (parameter, NULL);

  gtk_window_present (GTK_WINDOW (hs_operator_start_new (GTK_WINDOW (widget), session, release)));
}

static void
preferences_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));

  gtk_window_present (GTK_WINDOW (hs_preferences_new (GTK_WINDOW (widget), session)));
}

static void
shortcuts_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_shortcuts_present (GTK_WINDOW (widget));
}

/* @parameter: id of the board to show; "": the first. */
static void
boards_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const HsBoard *board = hs_board_by_id (g_variant_get_string (parameter, NULL));

  gtk_window_present (hs_boards_window_new (GTK_WINDOW (widget), board));
}

static void
doctor_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));

  gtk_window_present (hs_doctor_window_new (GTK_WINDOW (widget), session));
}

/* @parameter: a port. */
static void
audit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));
  const char *port = g_variant_get_string (parameter, NULL);
  HsSlot *slot = hs_session_find_slot (session, port);
  HsDevice *device = slot != NULL ? hs_slot_get_device (slot) : NULL;

  if (device != NULL && hs_slot_get_board (slot) != NULL)
    gtk_window_present (hs_audit_window_new (
        GTK_WINDOW (widget), session, hs_slot_get_board (slot), hs_device_get_key (device), port));
}

static void
recover_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));

  gtk_window_present (hs_guide_window_new_recover (GTK_WINDOW (widget), session, NULL, NULL, NULL));
}

static void
firmware_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_firmware_window_open (hs_window_get_session (HS_WINDOW (widget)), GTK_WINDOW (widget));
}

static void
romfs_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_romfs_window_open (hs_window_get_session (HS_WINDOW (widget)), GTK_WINDOW (widget), NULL);
}

static void
cloud_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));

  hs_cloud_window_open (session, GTK_WINDOW (widget), NULL, NULL);
}

static void
build_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_window_get_session (HS_WINDOW (widget));

  hs_build_wizard_open (session, GTK_WINDOW (widget), NULL, NULL);
}

/* @parameter: what, and a port. */
static void
do_port_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  const char *what, *port;
  HsSlot *slot;

  g_variant_get (parameter, "(&s&s)", &what, &port);
  slot = hs_session_find_slot (hs_window_get_session (self), port);
  if (slot == NULL)
    return;

  g_ptr_array_add (slots, g_object_ref (slot));
  hs_window_operate (self, what, slots);
}

static void
flash_port_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  HsSlot *slot =
      hs_session_find_slot (hs_window_get_session (self), g_variant_get_string (parameter, NULL));

  if (slot == NULL)
    return;

  g_ptr_array_add (slots, g_object_ref (slot));
  hs_window_flash (self, slots);
}

/* Takes an ignored port in again; "Undo" of the toast that says so. */
static void
watch_port_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  g_autoptr (GError) error = NULL;

  if (!hs_session_ignore_port (
          hs_window_get_session (self), g_variant_get_string (parameter, NULL), FALSE, &error))
    hs_slot_show_error (widget, error);
}

void
hs_window_install_dialogs (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.operate", "s", operate_action);
  gtk_widget_class_install_action (klass, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (klass, "win.shortcuts", NULL, shortcuts_action);
  gtk_widget_class_install_action (klass, "win.boards", "s", boards_action);
  gtk_widget_class_install_action (klass, "win.audit-port", "s", audit_action);
  gtk_widget_class_install_action (klass, "win.firmware", NULL, firmware_action);
  gtk_widget_class_install_action (klass, "win.romfs", NULL, romfs_action);
  gtk_widget_class_install_action (klass, "win.cloud", NULL, cloud_action);
  gtk_widget_class_install_action (klass, "win.recover", NULL, recover_action);
  gtk_widget_class_install_action (klass, "win.build", NULL, build_action);
  gtk_widget_class_install_action (klass, "win.flash-port", "s", flash_port_action);
  gtk_widget_class_install_action (klass, "win.do-port", "(ss)", do_port_action);
  gtk_widget_class_install_action (klass, "win.watch-port", "s", watch_port_action);
  gtk_widget_class_install_action (klass, "win.doctor", NULL, doctor_action);
}
