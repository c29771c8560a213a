/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"

#include <string.h>

/* What a unit has when it leaves the factory: an older firmware than anybody wants to flash. */
#define FACTORY_TAG        "v4.8.1"
#define FACTORY_NUMBER     "4.8.1"
#define FACTORY_BOOTLOADER 0x0103
#define FACTORY_SEED       481
#define STOCK_ROMFS        (48 * 1024)
#define STOCK_BLOB         (22 * 1024)

/**
 * hs_sim_unit_init:
 * @name: what its ids are made from
 *
 * The bootloader's serial is W2 W1 W0 of the chip's unique id, each as %08X: the twelve bytes
 * reversed.
 */
void
hs_sim_unit_init (HsSimUnit *self, const HsBoard *board, const char *name)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
  g_autofree char *upper = g_ascii_strup (digest, 24);

  if (board->recovery == HS_RECOVERY_SDP) /* the factory has burnt it */
    self->fuses[HS_SIM_BOOT_FUSE_WORD] = HS_SIM_BOOT_FUSE;

  g_strlcpy (self->id, upper, sizeof self->id);
  g_strlcpy (self->eui, digest + 24, sizeof self->eui);
  for (guint i = 0; i < sizeof self->uid; i++)
    self->uid[11 - i] =
        g_ascii_xdigit_value (upper[2 * i]) << 4 | g_ascii_xdigit_value (upper[2 * i + 1]);
}

void
hs_sim_unit_clear (HsSimUnit *self)
{
  if (self->burns != NULL)
    g_string_free (g_steal_pointer (&self->burns), TRUE);
  g_clear_pointer (&self->flash, hs_sim_flash_free);
}

/* The version as the bootloader's descriptor shows it; 0x0200 if its image says nothing. */
static guint16
read_version (const guint8 *data, gsize size)
{
  static const guint8 magic[] = { 0xAD, 0x10, 0x07, 0xB0 };
  const guint8 *found = size > 0 ? memmem (data, size, magic, sizeof magic) : NULL;

  if (found == NULL || found + 7 > data + size)
    return 0x0200;
  return found[4] << 8 | (found[5] & 15) << 4 | (found[6] & 15);
}

/**
 * hs_sim_unit_read_bootloader:
 *
 * Learns from the bytes of the OpenMV bootloader what it would show on the bus.
 */
void
hs_sim_unit_read_bootloader (HsSimUnit *self, const HsBoard *board)
{
  const HsPartition *partition = hs_board_find (board, HS_ROLE_BOOTLOADER);
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;
  gsize size;

  if (partition == NULL)
    return;
  bytes = hs_sim_flash_dup (self->flash, partition, hs_sim_flash_used (self->flash, partition));
  data = g_bytes_get_data (bytes, &size);
  self->bootloader_version = read_version (data, size);
  self->no_romfs = size > 0 && memmem (data, size, "ROMFS0", 7) == NULL;
}

/* How many partitions its OpenMV bootloader has; one from before ROMFS lacks that, the last. */
guint
hs_sim_unit_count_alternates (const HsSimUnit *self, const HsBoard *board)
{
  guint n = 0;

  while (n < board->n_partitions &&
         !(self->no_romfs && board->partitions[n].role == HS_ROLE_ROMFS0))
    n++;
  return n;
}

/**
 * hs_sim_unit_open:
 * @folder: (nullable): where its flash is
 *
 * Opens the flash. Errors are #GIOErrorEnum.
 */
gboolean
hs_sim_unit_open (HsSimUnit *self, const HsBoard *board, const char *folder, GError **error)
{
  self->flash = hs_sim_flash_new (board, folder, error);
  if (self->flash == NULL)
    return FALSE;

  hs_sim_unit_read_bootloader (self, board);
  return TRUE;
}

static gboolean
put (HsSimUnit *self, const HsPartition *partition, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return hs_sim_flash_erase (self->flash, partition, 0, partition->size) &&
         hs_sim_flash_overwrite (
             self->flash, partition, 0, data, MIN (size, (gsize) partition->size));
}

/* The first sectors of a FAT volume, as far as anybody here looks. */
void
hs_sim_unit_make_fat (guint8 sectors[HS_SIM_FAT_SIZE])
{
  memset (sectors, 0, HS_SIM_FAT_SIZE);
  memcpy (sectors, "\xEB\xFE\x90MSDOS5.0", 11);
  sectors[12] = 2; /* 512 bytes a sector */
  sectors[13] = 1;
  sectors[16] = 1;
  sectors[21] = 0xF8;
  memcpy (sectors + 43, "OPENMV     FAT     ", 19);
  sectors[510] = 0x55;
  sectors[511] = 0xAA;
}

static GBytes *
make_fat (void)
{
  guint8 fat[HS_SIM_FAT_SIZE];

  hs_sim_unit_make_fat (fat);
  return g_bytes_new (fat, sizeof fat);
}

/* Whether the firmware formats that partition as a drive. */
gboolean
hs_sim_board_has_drive (const HsBoard *board, HsRole role)
{
  if (board->erase_order == NULL)
    return role == HS_ROLE_FILESYSTEM;
  for (const HsRole *at = board->erase_order; *at != HS_ROLE_NONE; at++)
    if (*at == role)
      return TRUE;
  return FALSE;
}

/* Fuses go from 0 to 1 and never back. */
void
hs_sim_unit_burn (HsSimUnit *self, guint word, guint32 value)
{
  g_return_if_fail (word < HS_SIM_N_FUSES);

  self->fuses[word] |= value;
  if (self->burns == NULL)
    self->burns = g_string_new (NULL);
  g_string_append_printf (self->burns, "%u:%08X ", word, value);
}

static GBytes *
make_bootloader (const HsBoard *board, const HsPartition *partition)
{
  const HsSimLoader *loader = hs_sim_board_find_loader (board, HS_MODE_DFU);

  if (loader == &hs_sim_loader_openmv || loader == &hs_sim_loader_imx)
    return hs_sample_bootloader (board, FACTORY_BOOTLOADER);
  return hs_sample_blob (FACTORY_BOOTLOADER, MIN ((gsize) STOCK_BLOB, partition->size));
}

static GBytes *
make_stock (const HsBoard *board, const HsPartition *partition)
{
  if (hs_sim_board_has_drive (board, partition->role))
    return make_fat ();

  switch (partition->role) {
  case HS_ROLE_BOOTLOADER:
    return make_bootloader (board, partition);
  case HS_ROLE_FIRMWARE:
  case HS_ROLE_FIRMWARE_HE:
    return hs_sample_firmware (
        board, partition->role, FACTORY_TAG, FACTORY_NUMBER, FACTORY_SEED, 0);
  case HS_ROLE_ROMFS0:
  case HS_ROLE_ROMFS1:
    return hs_sample_romfs (FACTORY_SEED, MIN ((gsize) STOCK_ROMFS, partition->size));
  case HS_ROLE_WIFI:
  case HS_ROLE_BLUETOOTH:
    return hs_sample_blob (FACTORY_SEED + partition->role, MIN (4096u, partition->size));
  case HS_ROLE_CONFIG:
    return hs_sample_rt1062_config ();
  case HS_ROLE_TOC:
    return g_bytes_new_take (g_strnfill (partition->size, 'T'), partition->size);
  default:
    return NULL;
  }
}

/**
 * hs_sim_unit_make:
 *
 * Puts the factory's images into its flash. Boards whose bootloader is not simulated have no
 * contents.
 *
 * Returns: %FALSE if the disk is full
 */
gboolean
hs_sim_unit_make (HsSimUnit *self, const HsBoard *board)
{
  if (hs_sim_board_find_loader (board, HS_MODE_DFU) == NULL)
    return TRUE;

  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    g_autoptr (GBytes) stock = make_stock (board, partition);

    if (stock != NULL && !put (self, partition, stock))
      return FALSE;
  }
  hs_sim_unit_read_bootloader (self, board);
  return TRUE;
}

/* The application's USB serial, in the first of the forms that the board table has for it. */
char *
hs_sim_unit_app_serial (const HsSimUnit *self, const HsBoard *board)
{
  const guint8 *id = self->uid;
  GString *serial;

  switch (board->app_forms[0]) {
  case HS_SERIAL_FORM_ST_FOLDED: /* sums are not cut to 8 bits: 12 to 14 digits */
    return g_strdup_printf (
        "%02X%02X%02X%02X%02X%02X", id[11], id[10] + id[2], id[9], id[8] + id[0], id[7], id[6]);
  case HS_SERIAL_FORM_ST_FOLDED8:
    return g_strdup_printf ("%02X%02X%02X%02X%02X%02X",
                            id[11],
                            (id[10] + id[2]) & 0xff,
                            id[9],
                            (id[8] + id[0]) & 0xff,
                            id[7],
                            id[6]);
  case HS_SERIAL_FORM_MEMORY:
    serial = g_string_new (NULL);
    for (guint i = 0; i < sizeof self->uid; i++)
      g_string_append_printf (serial, "%02x", id[i]);
    return g_string_free (serial, FALSE);
  default:
    return g_strdup (self->eui);
  }
}

static guint32
chip_word (const HsSimUnit *self, guint n)
{
  const guint8 *id = self->uid + 4 * n;

  return id[0] | id[1] << 8 | id[2] << 16 | (guint32) id[3] << 24;
}

/* The everyday bootloader's USB serial, as the board table has it; (nullable): it shows none. */
char *
hs_sim_unit_dfu_serial (const HsSimUnit *self, const HsBoard *board)
{
  if (board->dfu_form == HS_SERIAL_FORM_ARDUINO)
    return g_strdup_printf (
        "%08X%08X%08X", chip_word (self, 0), chip_word (self, 1), chip_word (self, 2));
  return board->dfu_form != HS_SERIAL_FORM_NONE ? g_strdup (self->id) : NULL;
}

/* ST's ROM: %08X of W0 + W2, then the top four digits of W1. */
char *
hs_sim_unit_rom_serial (const HsSimUnit *self)
{
  return g_strdup_printf (
      "%08X%04X", chip_word (self, 0) + chip_word (self, 2), chip_word (self, 1) >> 16);
}

/* (transfer full): every call that burnt a fuse, in order: "6:00000010 " for word 6; "": none */
char *
hs_sim_camera_dup_burns (HsSimCamera *self)
{
  return g_strdup (self->own.burns != NULL ? self->own.burns->str : "");
}

/* One word of its fuses. */
guint32
hs_sim_camera_get_fuse (HsSimCamera *self, guint word)
{
  return word < HS_SIM_N_FUSES ? self->own.fuses[word] : 0;
}
