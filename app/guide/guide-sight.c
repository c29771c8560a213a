/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/guide/guide-private.h"

#include "flash/method.h"
#include "flash/rom-kind.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _HsGuideSight {
  GObject parent_instance;

  HsSight sight;
  char *text;
  char *meaning; /* nullable */
  gint64 time;
};

G_DEFINE_FINAL_TYPE (HsGuideSight, hs_guide_sight, G_TYPE_OBJECT)

static void
hs_guide_sight_finalize (GObject *object)
{
  HsGuideSight *self = HS_GUIDE_SIGHT (object);

  g_free (self->text);
  g_free (self->meaning);

  G_OBJECT_CLASS (hs_guide_sight_parent_class)->finalize (object);
}

static void
hs_guide_sight_class_init (HsGuideSightClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_guide_sight_finalize;
}

static void
hs_guide_sight_init (HsGuideSight *self)
{
}

/* @text: (transfer full); @meaning: (nullable): translated */
HsGuideSight *
hs_guide_sight_new (HsSight sight, char *text, const char *meaning)
{
  HsGuideSight *self = g_object_new (HS_TYPE_GUIDE_SIGHT, NULL);

  self->sight = sight;
  self->text = text;
  self->meaning = g_strdup (meaning);
  self->time = g_get_real_time ();
  return self;
}

HsSight
hs_guide_sight_get_sight (HsGuideSight *self)
{
  g_return_val_if_fail (HS_IS_GUIDE_SIGHT (self), HS_SIGHT_NOTHING);

  return self->sight;
}

const char *
hs_guide_sight_get_text (HsGuideSight *self)
{
  g_return_val_if_fail (HS_IS_GUIDE_SIGHT (self), NULL);

  return self->text;
}

const char *
hs_guide_sight_get_meaning (HsGuideSight *self)
{
  g_return_val_if_fail (HS_IS_GUIDE_SIGHT (self), NULL);

  return self->meaning;
}

gint64
hs_guide_sight_get_time (HsGuideSight *self)
{
  g_return_val_if_fail (HS_IS_GUIDE_SIGHT (self), 0);

  return self->time;
}

/* In events of the command line. */
const char *
hs_sight_name (HsSight sight)
{
  static const char *const names[] = {
    [HS_SIGHT_ANY] = "any",
    [HS_SIGHT_NOTHING] = "nothing",
    [HS_SIGHT_APP] = "application",
    [HS_SIGHT_BOOTLOADER] = "bootloader",
    [HS_SIGHT_OLD_BOOTLOADER] = "old-bootloader",
    [HS_SIGHT_ROM] = "rom",
    [HS_SIGHT_OTHER_ROM] = "other-rom",
    [HS_SIGHT_RAM_LOADER] = "ram-loader",
    [HS_SIGHT_BRIDGE] = "bridge",
    [HS_SIGHT_OTHER_BOARD] = "other-board",
    [HS_SIGHT_NO_ACCESS] = "no-access",
  };

  g_return_val_if_fail (sight < G_N_ELEMENTS (names) && names[sight] != NULL, "nothing");

  return names[sight];
}

/* OpenMV's bootloader of before 4.6 was a serial port with the id of every firmware of its time;
 * only its made-up serial number tells it from those. */
static gboolean
is_serial_loader (const HsUsbInfo *info)
{
  return hs_usb_id_is_shared (info->vid, info->pid) && info->serial != NULL &&
         (strcmp (info->serial, "000000000010") == 0 || strcmp (info->serial, "000000000011") == 0);
}

/**
 * hs_guide_sight_of:
 * @board: the board that is awaited
 * @device: (nullable): what is there
 *
 * Returns: what that is, as far as the bus tells without opening it
 */
HsSight
hs_guide_sight_of (const HsBoard *board, HsDevice *device)
{
  HsUsbInfo *info = device != NULL ? hs_device_get_info (device) : NULL;
  HsMode mode;

  if (info == NULL || !hs_device_get_attached (device))
    return HS_SIGHT_NOTHING;

  mode = hs_board_get_mode (board, info->vid, info->pid);
  if (mode == HS_MODE_UNKNOWN)
    return HS_SIGHT_OTHER_BOARD;
  if (info->no_access)
    return HS_SIGHT_NO_ACCESS;
  if (mode == HS_MODE_ROM)
    return hs_rom_fits_board (info, board) ? HS_SIGHT_ROM : HS_SIGHT_OTHER_ROM;
  if (mode == HS_MODE_DFU)
    return HS_SIGHT_BOOTLOADER;
  return is_serial_loader (info) ? HS_SIGHT_OLD_BOOTLOADER : HS_SIGHT_APP;
}

static const char *
name_other (HsDevice *device)
{
  const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

  return board != NULL ? _ (board->name) : _ ("A camera of another model");
}

/* (transfer full): "ST ROM bootloader on left 1"; @place: %NULL if nothing new is on any port */
char *
hs_guide_sight_describe (HsSight sight, const HsBoard *board, HsDevice *device, const char *place)
{
  HsUsbInfo *info = device != NULL ? hs_device_get_info (device) : NULL;

  switch (sight) {
  case HS_SIGHT_APP:
    /* Translators: place: "left 1", "port 1-4.2"; also below */
    return g_strdup_printf (_ ("Firmware on %s"), place);
  case HS_SIGHT_BOOTLOADER:
    return g_strdup_printf (_ ("Bootloader on %s"), place);
  case HS_SIGHT_OLD_BOOTLOADER:
    return g_strdup_printf (_ ("Old bootloader on %s"), place);
  case HS_SIGHT_ROM:
    return board->recovery == HS_RECOVERY_SDP
               ? g_strdup_printf (_ ("NXP ROM bootloader on %s"), place)
               : g_strdup_printf (_ ("ST ROM bootloader on %s"), place);
  case HS_SIGHT_OTHER_ROM:
    return g_strdup_printf (_ ("ROM bootloader of another chip on %s"), place);
  case HS_SIGHT_RAM_LOADER:
    return g_strdup_printf (_ ("Loader in RAM on %s"), place);
  case HS_SIGHT_BRIDGE:
    return g_strdup (_ ("Debug adapter’s serial port"));
  case HS_SIGHT_OTHER_BOARD:
    /* Translators: board, place */
    return g_strdup_printf (_ ("%s on %s"), name_other (device), place);
  case HS_SIGHT_NO_ACCESS:
    /* Translators: place, USB id */
    return info != NULL
               ? g_strdup_printf (
                     _ ("No access to what is on %s (%04X:%04X)"), place, info->vid, info->pid)
               : g_strdup_printf (_ ("No access to what is on %s"), place);
  case HS_SIGHT_ANY:
  case HS_SIGHT_NOTHING:
  case HS_N_SIGHTS:
    break;
  }
  return place != NULL ? g_strdup_printf (_ ("Nothing on %s"), place)
                       : g_strdup (_ ("Nothing new on any port"));
}
