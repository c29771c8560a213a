/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-picoboot.h"
#include "flash/method.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <string.h>

/* The ROM of an RP2040: PICOBOOT on interface 1 (datasheet 2.8.5), a drive that takes UF2 files on
 * interface 0 (2.8.4; sim-uf2-drive.c). It starts what has a good second stage, else it stays. */

enum {
  EXCLUSIVE_ACCESS = 0x01,
  REBOOT = 0x02,
  FLASH_ERASE = 0x03,
  WRITE = 0x05,
  EXIT_XIP = 0x06,
  ENTER_CMD_XIP = 0x07,
  READ = 0x84,
};

enum {
  OK,
  UNKNOWN_CMD,
  INVALID_CMD_LENGTH,
  INVALID_TRANSFER_LENGTH,
  INVALID_ADDRESS,
  BAD_ALIGNMENT,
  INTERLEAVED_WRITE,
  REBOOTING,
  UNKNOWN_ERROR,
};

enum {
  INTERFACE = 1,
  ENDPOINT_OUT = 0x03,
  ENDPOINT_IN = 0x84,
  IF_RESET = 0x41,
  IF_CMD_STATUS = 0x42,
  GET_MAX_LUN = 0xFE,
  SECTOR = 4096,
  PAGE = 256,
};

#define MAGIC  0x431FD10Bu
#define SERIAL "E0C9125B0D9B" /* the same in every chip: it identifies nothing */

static guint32
word (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

/* clang-format off */
static const guint8 both_interfaces[] = {
  9, 2, 55, 0, 2, 1, 0, 0x80, 250,
  9, 4, 0, 0, 2, 8, 6, 0x50, 0, /* mass storage */
  7, 5, 0x81, 2, 64, 0, 0,
  7, 5, 0x02, 2, 64, 0, 0,
  9, 4, INTERFACE, 0, 2, 0xFF, 0, 0, 0, /* PICOBOOT */
  7, 5, ENDPOINT_OUT, 2, 64, 0, 0,
  7, 5, ENDPOINT_IN, 2, 64, 0, 0,
};

/* A program can have the ROM start without PICOBOOT. */
static const guint8 drive_alone[] = {
  9, 2, 32, 0, 1, 1, 0, 0x80, 250,
  9, 4, 0, 0, 2, 8, 6, 0x50, 0,
  7, 5, 0x81, 2, 64, 0, 0,
  7, 5, 0x02, 2, 64, 0, 0,
};
/* clang-format on */

static void
append_config (HsSimCamera *self, GByteArray *array)
{
  if (self->faults.drive_only)
    g_byte_array_append (array, drive_alone, sizeof drive_alone);
  else
    g_byte_array_append (array, both_interfaces, sizeof both_interfaces);
}

static char *
get_string (HsSimCamera *self, guint8 index)
{
  if (index == HS_SIM_STRING_MANUFACTURER)
    return g_strdup ("Raspberry Pi");
  return index == HS_SIM_STRING_SERIAL ? g_strdup (SERIAL) : NULL;
}

static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
  HsSimPicoboot *rom = g_new0 (HsSimPicoboot, 1);

  self->loader_state = rom;
  rom->xip = FALSE;
}

static void
stop (HsSimCamera *self)
{
  HsSimPicoboot *rom = self->loader_state;

  if (rom == NULL)
    return;
  hs_sim_uf2_drive_remove (self);
  g_clear_pointer (&rom->taken, g_hash_table_unref);
  g_clear_pointer (&rom->erased, g_hash_table_unref);
  g_clear_pointer (&self->loader_state, g_free);
}

/* The partition that holds all @length bytes at @address; NULL: none does. */
const HsPartition *
hs_sim_picoboot_find (HsSimCamera *self, guint32 address, guint32 length, guint64 *offset)
{
  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    *offset = (guint64) address - partition->start;
    if (address >= partition->start && *offset <= partition->size &&
        length <= partition->size - *offset)
      return partition;
  }
  return NULL;
}

/* Why the ROM would not do @command; OK if it would. */
static guint32
judge (HsSimCamera *self, const guint8 *command)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 length = word (command + 12), address = word (command + 16), size = word (command + 20);
  guint unit = command[8] == FLASH_ERASE ? SECTOR : command[8] == WRITE ? PAGE : 1;
  guint64 offset;

  if (self->leave_at != HS_SIM_NEVER)
    return REBOOTING;
  switch (command[8]) {
  case EXCLUSIVE_ACCESS:
    return command[9] != 1 ? INVALID_CMD_LENGTH : OK;
  case REBOOT:
    return command[9] != 12 ? INVALID_CMD_LENGTH : OK;
  case EXIT_XIP:
  case ENTER_CMD_XIP:
    return command[9] != 0 ? INVALID_CMD_LENGTH : OK;
  case FLASH_ERASE:
  case WRITE:
  case READ:
    break;
  default:
    return UNKNOWN_CMD;
  }

  if (command[9] != 8)
    return INVALID_CMD_LENGTH;
  if (length != (command[8] == FLASH_ERASE ? 0 : size) || size == 0)
    return INVALID_TRANSFER_LENGTH;
  if (hs_sim_picoboot_find (self, address, size, &offset) == NULL)
    return INVALID_ADDRESS;
  if ((address | size) % unit != 0)
    return BAD_ALIGNMENT;
  /* Only whoever claimed the flash is safe from the drive. */
  return unit > 1 && rom->exclusive == 0 && rom->count > 0 ? INTERLEAVED_WRITE : OK;
}

/* Both endpoints stay halted until somebody asks why. */
static void
refuse (HsSimPicoboot *rom, guint32 status)
{
  rom->status = status;
  rom->in_work = FALSE;
  rom->left = 0;
  rom->halted[0] = rom->halted[1] = TRUE;
}

/* For the flash work that @busy_us tells: without timings none. */
static void
take_time (HsSimCamera *self, guint64 work_us, gint64 now, guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;

  *busy_us += self->real_timings ? work_us : 0;
  rom->busy_until = now + *busy_us;
}

static gboolean
has_fault (int block, guint64 offset, guint64 size)
{
  return block >= 0 && (guint64) block * SECTOR >= offset &&
         (guint64) block * SECTOR < offset + size;
}

static void
erase (HsSimCamera *self, gint64 now, guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 address = word (rom->command + 16), size = word (rom->command + 20);
  guint64 offset;
  const HsPartition *partition = hs_sim_picoboot_find (self, address, size, &offset);

  self->incomplete |= partition->role == HS_ROLE_FIRMWARE;
  rom->erasing = TRUE;
  if (!hs_sim_flash_erase (self->unit->flash, partition, offset, size)) {
    refuse (rom, UNKNOWN_ERROR);
    return;
  }
  take_time (self, (guint64) HS_SIM_ERASE_EXTERNAL_4K * (size / SECTOR), now, busy_us);
  if (has_fault (self->faults.slow_block, offset, size)) {
    *busy_us = HS_SIM_ERASE_SLOW;
    rom->busy_until = now + *busy_us;
  }
}

/* The watchdog does it: the acknowledgement gets through before. */
static void
reboot (HsSimCamera *self, gint64 now)
{
  HsSimPicoboot *rom = self->loader_state;
  guint64 delay_us = (guint64) word (rom->command + 24) * 1000;

  self->incomplete = FALSE;
  hs_sim_camera_leave (
      self, HS_SIM_NEXT_APP, now + HS_SIM_LEAVE + hs_sim_camera_scale (self, delay_us));
}

static int
take_command (HsSimCamera *self, const guint8 *data, gsize length, gint64 now, guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 status = UNKNOWN_ERROR;

  memset (rom->command, 0, sizeof rom->command);
  memcpy (rom->command, data, MIN (length, sizeof rom->command));
  if (length == sizeof rom->command && word (data) == MAGIC)
    status = judge (self, data);
  if (status != OK) {
    refuse (rom, status);
    return length;
  }

  rom->status = OK;
  rom->in_work = TRUE;
  rom->left = word (data + 12);
  rom->erasing = FALSE;
  rom->busy_until = now;
  switch (data[8]) {
  case EXCLUSIVE_ACCESS:
    rom->exclusive = data[16];
    break;
  case EXIT_XIP:
  case ENTER_CMD_XIP:
    rom->xip = data[8] == ENTER_CMD_XIP;
    break;
  case FLASH_ERASE:
    erase (self, now, busy_us);
    break;
  case REBOOT:
    reboot (self, now);
    break;
  default:
    break;
  }
  return length;
}

/* Programs one page; flash only goes from 1 to 0. */
static gboolean
program_page (HsSimCamera *self, guint32 address, const guint8 *data)
{
  guint8 page[PAGE];
  guint64 offset;
  const HsPartition *partition = hs_sim_picoboot_find (self, address, PAGE, &offset);

  memcpy (page, data, PAGE);
  if (self->faults.corrupt_block >= 0 && (guint64) self->faults.corrupt_block * SECTOR == offset)
    page[PAGE / 2] ^= 0x40;
  self->incomplete |= partition->role == HS_ROLE_FIRMWARE;
  return hs_sim_flash_program (self->unit->flash, partition, offset, page, PAGE);
}

static gboolean
is_broken (HsSimCamera *self, guint32 address, guint32 length)
{
  guint64 offset;
  const HsPartition *partition = hs_sim_picoboot_find (self, address, length, &offset);

  return partition == NULL || has_fault (self->faults.write_error_block, offset, length);
}

static int
take_data (HsSimCamera *self, const guint8 *data, gsize length, gint64 now, guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 size = word (rom->command + 20);
  guint32 address = word (rom->command + 16) + size - rom->left;

  if (rom->command[8] != WRITE || length > rom->left || length % PAGE != 0) {
    refuse (rom, INVALID_TRANSFER_LENGTH);
    return -EPIPE;
  }
  if (is_broken (self, address, length)) {
    refuse (rom, UNKNOWN_ERROR);
    return length;
  }
  for (gsize at = 0; at < length; at += PAGE)
    if (!program_page (self, address + at, data + at)) {
      refuse (rom, UNKNOWN_ERROR);
      return length;
    }
  rom->left -= length;
  rom->last_address = address;
  rom->last_length = length;
  take_time (self, (guint64) HS_SIM_PROGRAM_EXTERNAL * length / SECTOR, now, busy_us);
  return length;
}

static int
give_data (HsSimCamera *self, guint8 *data, gsize length)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 size = word (rom->command + 20);
  guint32 address = word (rom->command + 16) + size - rom->left;
  guint64 offset;
  const HsPartition *partition;

  length = MIN (length, rom->left);
  partition = hs_sim_picoboot_find (self, address, length, &offset);
  if (!hs_sim_flash_read (self->unit->flash, partition, offset, data, length)) {
    refuse (rom, UNKNOWN_ERROR);
    return -EPIPE;
  }
  rom->left -= length;
  if (self->faults.short_report && length > 1)
    return length / 2;
  return length;
}

static int
transfer (HsSimCamera *self,
          guint8 endpoint,
          guint8 *data,
          gsize length,
          gint64 now,
          guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;
  gboolean in = endpoint == ENDPOINT_IN;
  gboolean reads = rom->in_work && (rom->command[8] & 0x80) != 0;

  if ((!in && endpoint != ENDPOINT_OUT) || rom->halted[in])
    return -EPIPE;
  if (!rom->in_work)
    return in ? -EAGAIN : take_command (self, data, length, now, busy_us);
  if (rom->left > 0 && in == reads)
    return in ? give_data (self, data, length) : take_data (self, data, length, now, busy_us);
  if (rom->left > 0 || in == reads)
    return -EAGAIN;

  /* The acknowledgement: nothing, or a byte that nobody looks at. */
  rom->in_work = FALSE;
  if (in && self->faults.long_report && length > 0) {
    data[0] = 0;
    return 1;
  }
  return in ? 0 : (int) length;
}

static void
clear_halt (HsSimCamera *self, guint8 endpoint, gint64 now)
{
  HsSimPicoboot *rom = self->loader_state;

  if (endpoint == ENDPOINT_IN || endpoint == ENDPOINT_OUT)
    rom->halted[endpoint == ENDPOINT_IN] = FALSE;
}

/* Token, status, the command, whether it is still in work. */
static int
put_status (HsSimPicoboot *rom, guint8 *data, guint16 length)
{
  guint8 answer[16] = { 0 };
  gsize n = MIN (length, sizeof answer);

  memcpy (answer, rom->command + 4, 4);
  answer[4] = rom->status;
  answer[8] = rom->command[8];
  answer[9] = rom->in_work;
  memcpy (data, answer, n);
  return n;
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  HsSimPicoboot *rom = self->loader_state;
  guint16 index = setup[4] | setup[5] << 8;
  guint16 length = setup[6] | setup[7] << 8;

  if (setup[0] == 0xA1 && setup[1] == GET_MAX_LUN && index == 0 && length > 0) {
    data[0] = 0;
    return 1;
  }
  if (index != INTERFACE)
    return -EPIPE;
  if (setup[0] == 0xC1 && setup[1] == IF_CMD_STATUS)
    return put_status (rom, data, length);
  if (setup[0] != 0x41 || setup[1] != IF_RESET || length != 0)
    return -EPIPE;

  rom->in_work = FALSE;
  rom->left = 0;
  rom->status = OK;
  rom->exclusive = 0;
  rom->halted[0] = rom->halted[1] = FALSE;
  return 0;
}

/* What was being written stays half done; what was being erased is neither the old nor erased. */
static void
cut (HsSimCamera *self, gint64 now)
{
  HsSimPicoboot *rom = self->loader_state;
  guint32 address, half;
  g_autofree guint8 *bytes = NULL;
  guint64 offset;
  const HsPartition *partition;

  if (rom == NULL || now >= rom->busy_until)
    return;

  address = rom->erasing ? word (rom->command + 16) : rom->last_address;
  half = (rom->erasing ? word (rom->command + 20) : rom->last_length) / 2;
  partition = hs_sim_picoboot_find (self, address + half, half, &offset);
  if (partition == NULL || half == 0)
    return;
  bytes = g_malloc (half);
  memset (bytes, rom->erasing ? 0x5A : 0xFF, half);
  hs_sim_flash_overwrite (self->unit->flash, partition, offset, bytes, half);
}

const HsSimLoader hs_sim_loader_picoboot = {
  .method = &hs_method_picoboot,
  .product = "RP2 Boot",
  .bcd_device = 0x0100,
  .append_config = append_config,
  .start = start,
  .cut = cut,
  .stop = stop,
  .control = control,
  .transfer = transfer,
  .clear_halt = clear_halt,
  .get_string = get_string,
  .dup_drive = hs_sim_uf2_drive_dup,
  .advance = hs_sim_uf2_drive_advance,
};
