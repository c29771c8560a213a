/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-who.h"

#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

char *
hs_who_dup_name (HsSlot *slot)
{
  HsUnit *unit = hs_slot_get_unit (slot);

  return unit != NULL ? hs_format_unit_name (unit) : g_strdup (_ ("new unit"));
}

/* The unit's own id where it is proven, else what the camera shows now. */
char *
hs_who_dup_serial (HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);
  HsUnit *unit = hs_slot_get_unit (slot);
  const char *serial = NULL;

  if (device != NULL)
    serial = hs_device_get_key (device);
  if (serial == NULL && unit != NULL)
    serial = hs_unit_get_id (unit);
  if (serial == NULL && device != NULL)
    serial = hs_device_get_serial (device);
  return serial != NULL ? hs_format_serial_markup (serial) : g_strdup ("");
}

char *
hs_who_dup_now (HsSlot *slot)
{
  HsUnit *unit = hs_slot_get_unit (slot);
  const HsContent *firmware =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE)) : NULL;

  if (firmware != NULL && g_strcmp0 (firmware->state, "unknown") != 0 &&
      firmware->build_name != NULL)
    return g_strdup (firmware->build_name);
  if (firmware == NULL && unit != NULL && hs_unit_get_last_version (unit) != NULL)
    return g_strdup (hs_unit_get_last_version (unit));
  return g_strdup (_ ("unknown"));
}

GtkWidget *
hs_who_new (const char *slot_name, const char *unit_name, const char *serial_markup)
{
  GtkWidget *name = hs_piece_label (unit_name, "heading");
  GtkWidget *serial = hs_piece_markup (serial_markup, "serial");

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (serial), PANGO_ELLIPSIZE_START);
  gtk_widget_set_hexpand (serial, TRUE);
  return hs_piece_row (12, hs_piece_tape (slot_name), name, serial, NULL);
}

GtkWidget *
hs_who_new_for_slot (HsSlot *slot)
{
  g_autofree char *name = hs_who_dup_name (slot);
  g_autofree char *serial = hs_who_dup_serial (slot);

  return hs_who_new (hs_slot_get_name (slot), name, serial);
}
