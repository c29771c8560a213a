/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <string.h>

enum { DESCRIPTOR_DEVICE = 1, DESCRIPTOR_CONFIGURATION = 2, DESCRIPTOR_STRING = 3 };
enum {
  GET_STATUS = 0,
  CLEAR_FEATURE = 1,
  GET_DESCRIPTOR = 6,
  GET_CONFIGURATION = 8,
  SET_CONFIGURATION = 9,
  GET_INTERFACE = 10,
  SET_INTERFACE = 11,
};

#define STANDARD_TO_ENDPOINT 0x02 /* bmRequestType; feature 0 is ENDPOINT_HALT */

/* Interface 0 mass storage, 1 and 2 CDC: MicroPython's own stack on STM32. */
static const guint8 st_app_config[] = {
  9, 2,    98, 0, 3, 1,  0, 0xC0, 250, /* */
  9, 4,    0,  0, 2, 8,  6, 0x50, 0,   7, 5,    0x81, 2,    64, 0, 0,    7, 5, 0x01, 2, 64,   0, 0,
  8, 11,   1,  2, 2, 2,  1, 0, /* */
  9, 4,    1,  0, 1, 2,  2, 1,    0,   5, 0x24, 0,    0x10, 1,  5, 0x24, 1, 1, 2,    4, 0x24, 2, 2,
  5, 0x24, 6,  1, 2, 7,  5, 0x82, 3,   8, 0,    32, /* */
  9, 4,    2,  0, 2, 10, 0, 0,    0,   7, 5,    0x03, 2,    64, 0, 0,    7, 5, 0x83, 2, 64,   0, 0,
};

/* Interface 0 and 1 CDC, 2 mass storage: TinyUSB. The bulk packet size is filled in. */
static const guint8 tiny_app_config[] = {
  9,    2,  98,   0, 3, 1,  0,    0x80, 250, /* */
  8,    11, 0,    2, 2, 2,  0,    0,         /* */
  9,    4,  0,    0, 1, 2,  2,    0,    0,   5, 0x24, 0,    0x20, 1,  5, 0x24, 1,  0,
  1,    4,  0x24, 2, 6, 5,  0x24, 6,    0,   1, 7,    5,    0x81, 3,  8, 0,    16, /* */
  9,    4,  1,    0, 2, 10, 0,    0,    0,   7, 5,    0x02, 2,    64, 0, 0,    7,  5,
  0x82, 2,  64,   0, 0, /* */
  9,    4,  2,    0, 2, 8,  6,    0x50, 0,   7, 5,    0x03, 2,    64, 0, 0,    7,  5,
  0x83, 2,  64,   0, 0,
};

/* Whether the application's USB stack is MicroPython's own for STM32; it shows in the serial. */
gboolean
hs_sim_board_is_st_stack (const HsBoard *board)
{
  return board->app_forms[0] == HS_SERIAL_FORM_ST_FOLDED;
}

/* Chips with a high-speed port use it in every mode. */
gboolean
hs_sim_board_is_high_speed (const HsBoard *board, HsSimPhase phase)
{
  if (phase == HS_SIM_PHASE_ROM)
    return board->recovery == HS_RECOVERY_SDP || board->recovery == HS_RECOVERY_ST_TOOL;
  return board->app_forms[0] == HS_SERIAL_FORM_MEMORY ||
         board->app_scheme == HS_ID_SCHEME_ALIF_EUI64 || board->app_scheme == HS_ID_SCHEME_OCOTP;
}

guint16
hs_sim_camera_bcd_device (HsSimCamera *self)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (loader != NULL && loader->bcd_device != 0)
    return loader->bcd_device;
  if (self->phase == HS_SIM_PHASE_DFU)
    return self->faults.old_bootloader ? 0x0200 : self->unit->bootloader_version;
  if (self->phase == HS_SIM_PHASE_APP)
    return hs_sim_board_is_st_stack (self->board) ? 0x0200 : 0x0100;
  return 0x2200;
}

static const HsUsbId *
find_id (HsSimCamera *self)
{
  switch (self->phase) {
  case HS_SIM_PHASE_DFU:
    return self->board->dfu_ids;
  case HS_SIM_PHASE_APP:
    return self->board->app_ids;
  case HS_SIM_PHASE_ROM:
    return self->board->rom_ids;
  default:
    return NULL;
  }
}

static void
append_device (HsSimCamera *self, GByteArray *array)
{
  const HsUsbId *id = find_id (self);
  guint16 bcd = hs_sim_camera_bcd_device (self);
  guint8 d[18] = { 18, DESCRIPTOR_DEVICE, 0x00, 0x02, 0, 0, 0, 64 };

  if (self->phase == HS_SIM_PHASE_APP) {
    d[4] = 0xEF;
    d[5] = 2;
    d[6] = 1;
  }
  d[8] = id->vid & 0xff;
  d[9] = id->vid >> 8;
  d[10] = id->pid & 0xff;
  d[11] = id->pid >> 8;
  d[12] = bcd & 0xff;
  d[13] = bcd >> 8;
  d[14] = HS_SIM_STRING_MANUFACTURER;
  d[15] = HS_SIM_STRING_PRODUCT;
  d[16] = HS_SIM_STRING_SERIAL;
  d[17] = 1;
  g_byte_array_append (array, d, sizeof d);
}

/* Configuration, and the alternates of a DFU interface with the functional descriptor @function.
 * @first_string: of the first alternate's name; 0: they have none */
void
hs_sim_append_dfu_config (GByteArray *array,
                          guint n_alts,
                          const guint8 function[9],
                          guint8 first_string)
{
  guint total = 18 + 9 * n_alts;
  const guint8 config[9] = { 9,  DESCRIPTOR_CONFIGURATION, total & 0xff, total >> 8, 1, 1, 0, 0x80,
                             250 };

  g_byte_array_append (array, config, sizeof config);
  for (guint i = 0; i < n_alts; i++) {
    const guint8 alt[9] = {
      9, 4, 0, i, 0, 0xFE, 0x01, 0x02, first_string > 0 ? first_string + i : 0
    };

    g_byte_array_append (array, alt, sizeof alt);
  }
  g_byte_array_append (array, function, 9);
}

static void
append_app_config (HsSimCamera *self, GByteArray *array)
{
  guint start = array->len;

  if (hs_sim_board_is_st_stack (self->board)) {
    g_byte_array_append (array, st_app_config, sizeof st_app_config);
    return;
  }

  g_byte_array_append (array, tiny_app_config, sizeof tiny_app_config);
  if (!hs_sim_board_is_high_speed (self->board, HS_SIM_PHASE_APP))
    return;
  for (guint at = start; at < array->len; at += array->data[at])
    if (array->data[at + 1] == 5 && array->data[at + 3] == 2) { /* bulk endpoint: 512 bytes */
      array->data[at + 4] = 0;
      array->data[at + 5] = 2;
    }
}

/**
 * hs_sim_camera_dup_descriptors:
 *
 * Device and configuration descriptors with all that belongs to them, as sysfs shows them.
 *
 * Returns: (transfer full) (nullable): %NULL while it is off the bus
 */
GBytes *
hs_sim_camera_dup_descriptors (HsSimCamera *self)
{
  /* AN3156: DfuSe 1.1a, 1024 bytes a transfer on H7 */
  static const guint8 rom_function[9] = { 9, 0x21, 0x0B, 0xFF, 0x00, 0x00, 0x04, 0x1A, 0x01 };
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);
  g_autoptr (GByteArray) array = g_byte_array_new ();

  if (!self->plugged || find_id (self) == NULL)
    return NULL;

  append_device (self, array);
  if (self->phase == HS_SIM_PHASE_APP)
    append_app_config (self, array);
  else if (loader != NULL)
    loader->append_config (self, array);
  else
    hs_sim_append_dfu_config (array, 1, rom_function, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

/* Of the firmware, or of a bootloader that is not simulated. */
static char *
dup_plain_string (HsSimCamera *self, guint8 index)
{
  gboolean is_app = self->phase == HS_SIM_PHASE_APP;

  switch (index) {
  case HS_SIM_STRING_MANUFACTURER:
    return g_strdup (is_app ? "OpenMV" : "STMicroelectronics");
  case HS_SIM_STRING_PRODUCT:
    if (!is_app)
      return g_strdup ("STM32  BOOTLOADER");
    return g_strdup (hs_sim_board_is_st_stack (self->board) ? "OpenMV Virtual Comm Port in FS Mode"
                                                            : "OpenMV Camera");
  case HS_SIM_STRING_SERIAL:
    return is_app ? hs_sim_unit_app_serial (self->unit, self->board)
                  : hs_sim_unit_rom_serial (self->unit);
  default:
    return NULL;
  }
}

static char *
dup_loader_string (HsSimCamera *self, const HsSimLoader *loader, guint8 index)
{
  char *string = loader->get_string != NULL ? loader->get_string (self, index) : NULL;

  if (string != NULL || loader->product == NULL)
    return string;
  if (index == HS_SIM_STRING_PRODUCT)
    return g_strdup (loader->product);
  if (index != HS_SIM_STRING_SERIAL)
    return NULL;
  return self->phase == HS_SIM_PHASE_ROM ? hs_sim_unit_rom_serial (self->unit)
                                         : hs_sim_unit_dfu_serial (self->unit, self->board);
}

/**
 * hs_sim_camera_get_string:
 * @index: of the string descriptor
 *
 * Returns: (transfer full) (nullable): the string; %NULL if there is none
 */
char *
hs_sim_camera_get_string (HsSimCamera *self, guint8 index)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (find_id (self) == NULL)
    return NULL;
  return loader != NULL ? dup_loader_string (self, loader, index) : dup_plain_string (self, index);
}

/**
 * hs_sim_camera_get_info:
 * @port: where it is plugged in
 *
 * Returns: (transfer full) (nullable): what the bus tells about it; %NULL while it is off the bus.
 * Its instance number differs between enumerations of one camera.
 */
HsUsbInfo *
hs_sim_camera_get_info (HsSimCamera *self, const char *port)
{
  g_autoptr (GBytes) descriptors = hs_sim_camera_dup_descriptors (self);
  HsUsbInfo *info;
  const HsUsbId *id = find_id (self);
  const guint8 *data;
  gsize size;

  if (descriptors == NULL)
    return NULL;

  data = g_bytes_get_data (descriptors, &size);
  info = hs_usb_info_new ();
  info->instance = self->enumeration;
  info->port = g_strdup (port);
  info->bus = 1;
  info->address = self->enumeration % 127 + 1;
  info->vid = id->vid;
  info->pid = id->pid;
  info->bcd_device = hs_sim_camera_bcd_device (self);
  info->high_speed = hs_sim_board_is_high_speed (self->board, self->phase);
  info->manufacturer = hs_sim_camera_get_string (self, HS_SIM_STRING_MANUFACTURER);
  info->product = hs_sim_camera_get_string (self, HS_SIM_STRING_PRODUCT);
  info->serial = hs_sim_camera_get_string (self, HS_SIM_STRING_SERIAL);
  info->tty = hs_sim_camera_has_serial (self) ? g_strconcat ("sim:", port, NULL) : NULL;
  info->no_access = self->faults.no_access;
  info->simulated = TRUE;
  hs_usb_info_take_config (info, data + 18, size - 18);
  return info;
}

static int
put (guint8 *data, guint16 wanted, const void *bytes, gsize n)
{
  n = MIN (n, wanted);
  memcpy (data, bytes, n);
  return n;
}

static int
put_string (HsSimCamera *self, guint8 index, guint8 *data, guint16 wanted)
{
  static const guint8 languages[] = { 4, DESCRIPTOR_STRING, 0x09, 0x04 };
  guint8 descriptor[2 + 2 * 64] = { 0 };
  g_autofree char *string = NULL;
  gsize n;

  if (index == 0)
    return put (data, wanted, languages, sizeof languages);
  string = hs_sim_camera_get_string (self, index);
  if (string == NULL)
    return -EPIPE;

  n = MIN (strlen (string), 64);
  descriptor[0] = 2 + 2 * n;
  descriptor[1] = DESCRIPTOR_STRING;
  for (gsize i = 0; i < n; i++)
    descriptor[2 + 2 * i] = string[i];
  return put (data, wanted, descriptor, descriptor[0]);
}

static int
get_descriptor (HsSimCamera *self, guint16 value, guint8 *data, guint16 wanted)
{
  g_autoptr (GBytes) descriptors = hs_sim_camera_dup_descriptors (self);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (descriptors, &size);

  switch (value >> 8) {
  case DESCRIPTOR_DEVICE:
    return put (data, wanted, bytes, 18);
  case DESCRIPTOR_CONFIGURATION:
    return (value & 0xff) == 0 ? put (data, wanted, bytes + 18, size - 18) : -EPIPE;
  case DESCRIPTOR_STRING:
    return put_string (self, value & 0xff, data, wanted);
  default:
    return -EPIPE;
  }
}

static int
set_configuration (HsSimCamera *self, guint16 value, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (value > 1)
    return -EPIPE;
  self->config = value;
  if (value == 0 && loader != NULL && loader->bus_reset != NULL)
    loader->bus_reset (self, now);
  return 0;
}

static int
set_interface (HsSimCamera *self, guint16 interface, guint16 alt)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (loader == NULL || loader->set_alternate == NULL)
    return alt == 0 ? 0 : -EPIPE;
  if (!loader->set_alternate (self, interface, alt))
    return -EPIPE;
  if (interface == 0)
    self->alternate = alt;
  return 0;
}

static int
clear_feature (HsSimCamera *self, const guint8 setup[8], gint64 now)
{
  if (setup[0] == STANDARD_TO_ENDPOINT && setup[2] == 0)
    hs_sim_camera_clear_halt (self, setup[4], now);
  return 0;
}

/**
 * hs_sim_standard_request:
 *
 * USB 2.0 section 9.4. Same result as hs_sim_camera_control().
 */
int
hs_sim_standard_request (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now)
{
  static const guint8 status[2] = { 0, 0 };
  guint16 value = setup[2] | setup[3] << 8;
  guint16 index = setup[4] | setup[5] << 8;
  guint16 length = setup[6] | setup[7] << 8;

  if (((setup[0] & 0x80) != 0) != (setup[1] == GET_STATUS || setup[1] == GET_DESCRIPTOR ||
                                   setup[1] == GET_CONFIGURATION || setup[1] == GET_INTERFACE))
    return -EPIPE;

  /* A class descriptor of the interface itself (HID 1.11 section 7.1.1). */
  if (setup[0] == 0x81 && setup[1] == GET_DESCRIPTOR) {
    const HsSimLoader *loader = hs_sim_camera_get_loader (self);
    guint64 busy_us = 0;

    return loader != NULL ? loader->control (self, setup, data, now, &busy_us) : -EPIPE;
  }

  switch (setup[1]) {
  case GET_STATUS:
    return put (data, length, status, sizeof status);
  case CLEAR_FEATURE:
    return clear_feature (self, setup, now);
  case GET_DESCRIPTOR:
    return get_descriptor (self, value, data, length);
  case GET_CONFIGURATION:
    return put (data, length, &self->config, 1);
  case SET_CONFIGURATION:
    return set_configuration (self, value, now);
  case GET_INTERFACE:
    return put (data, length, index == 0 ? &self->alternate : status, 1);
  case SET_INTERFACE:
    return set_interface (self, index, value);
  default:
    return -EPIPE;
  }
}
