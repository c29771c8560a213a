/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-dfuse-private.h"
#include "flash/sim/sim-timings.h"

#include "flash/method.h"

#include <errno.h>
#include <string.h>

/* DfuSe as ST's code speaks it, in the ROM of the chips (AN3156) and in Arduino's bootloader on the
 * H7 boards. Stricter than some: reading begins in dfuIDLE only, no address outside of the memory
 * map of the selected alternate is taken. Of what is no flash the option bytes are modelled, in
 * whole blocks (AN3156); writing and reading the rest (OTP) is refused. */

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT }; /* DFU 1.1 table 3.2 */

enum {
  DFU_IDLE = 2,
  DFU_DNLOAD_SYNC,
  DFU_DNBUSY,
  DFU_DNLOAD_IDLE,
  DFU_MANIFEST_SYNC,
  DFU_MANIFEST,
  DFU_UPLOAD_IDLE = 9,
  DFU_ERROR,
};

enum { SET_POINTER = 0x21, ERASE = 0x41, READ_UNPROTECT = 0x92 };

#define LONGEST_COMMAND 5
#define FLASH_START     0x08000000u
#define OPTIONS_ALT     1

static const HsSimDfuseChip roms[] = {
  { "STM32F4",
    2048,
    4,
    { "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
      "@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e",
      "@OTP Memory /0x1FFF7800/01*512 e,01*016 e",
      "@Device Feature/0xFFFF0000/01*004 e" },
    -1 },
  { "STM32F7",
    2048,
    4,
    { "@Internal Flash  /0x08000000/04*032Kg,01*128Kg,07*256Kg",
      "@Option Bytes  /0x1FFF0000/01*032 e",
      "@OTP Memory /0x1FF0F000/01*1024 e",
      "@Device Feature/0xFFFF0000/01*004 e" },
    -1 },
  { "STM32H7",
    1024,
    2,
    { "@Internal Flash   /0x08000000/16*128Kg", "@Option Bytes   /0x5200201C/01*128 e" },
    -1 },
};

static const HsSimDfuseChip arduino = {
  "STM32H7",
  4096,
  3,
  { "@Internal Flash   /0x08000000/01*128Ka,15*128Kg",
    "@External Flash   /0x90000000/4096*4Kg",
    "@Bootloader version 23 /0x00000000/0*4Kg" },
  1,
};

static void
stop (HsSimCamera *self)
{
  HsSimDfuse *dfuse = self->loader_state;

  if (dfuse == NULL)
    return;
  for (guint i = 0; i < dfuse->chip->n_names; i++)
    g_array_unref (dfuse->maps[i]);
  g_free (dfuse->data);
  g_free (dfuse);
  self->loader_state = NULL;
}

static void
start (HsSimCamera *self, const HsSimDfuseChip *chip)
{
  HsSimDfuse *dfuse;

  stop (self);
  dfuse = g_new0 (HsSimDfuse, 1);
  dfuse->chip = chip;
  for (guint i = 0; i < chip->n_names; i++)
    dfuse->maps[i] = hs_dfuse_map_parse (chip->names[i], NULL);
  dfuse->data = g_malloc0 (chip->transfer_size);
  dfuse->state = DFU_IDLE;
  dfuse->pointer = FLASH_START;
  self->loader_state = dfuse;
}

static void
start_arduino (HsSimCamera *self, gboolean forced, gint64 now)
{
  start (self, &arduino);
}

/* (nullable): another maker's chip, or an ST chip whose ROM speaks something else */
static const HsSimDfuseChip *
find_rom_of (const HsBoard *board)
{
  for (guint i = 0; i < G_N_ELEMENTS (roms); i++)
    if (board->rom_ids != NULL && g_str_has_prefix (board->mcu, roms[i].mcu))
      return &roms[i];
  return NULL;
}

static gboolean
is_rom_of (const HsBoard *board)
{
  return find_rom_of (board) != NULL;
}

static const HsSimDfuseChip *
find_rom (HsSimCamera *self)
{
  return find_rom_of (self->board);
}

/* The ROM is met with an error that nobody made. */
static void
start_rom (HsSimCamera *self, gboolean forced, gint64 now)
{
  HsSimDfuse *dfuse;

  start (self, find_rom (self));
  dfuse = self->loader_state;
  dfuse->state = DFU_ERROR;
  dfuse->status = ERR_UNKNOWN;
}

/* May download and upload, will detach; DfuSe 1.1a. */
static void
append_config_of (HsSimCamera *self, const HsSimDfuseChip *chip, GByteArray *array)
{
  guint16 size = chip->transfer_size;
  guint8 function[9] = { 9, 0x21, 0x0B, 0xFF, 0x00, size & 0xff, size >> 8, 0x1A, 0x01 };

  if (self->faults.no_upload)
    function[2] &= ~0x02;
  hs_sim_append_dfu_config (array, chip->n_names, function, HS_SIM_STRING_FIRST_OWN);
}

static void
append_arduino_config (HsSimCamera *self, GByteArray *array)
{
  append_config_of (self, &arduino, array);
}

static void
append_rom_config (HsSimCamera *self, GByteArray *array)
{
  append_config_of (self, find_rom (self), array);
}

static char *
dup_name (const HsSimDfuseChip *chip, guint8 index)
{
  guint n = index - HS_SIM_STRING_FIRST_OWN;

  if (index < HS_SIM_STRING_FIRST_OWN || n >= chip->n_names)
    return NULL;
  return g_strdup (chip->names[n]);
}

static char *
get_arduino_string (HsSimCamera *self, guint8 index)
{
  return index == HS_SIM_STRING_MANUFACTURER ? g_strdup ("Arduino") : dup_name (&arduino, index);
}

/* All H743 of one ROM version have the same serial. */
static char *
get_rom_string (HsSimCamera *self, guint8 index)
{
  const HsSimDfuseChip *chip = find_rom (self);

  if (index == HS_SIM_STRING_MANUFACTURER)
    return g_strdup ("STMicroelectronics");
  if (index == HS_SIM_STRING_SERIAL && strcmp (chip->mcu, "STM32H7") == 0)
    return g_strdup ("200364500000");
  return dup_name (chip, index);
}

/* SET_INTERFACE leaves the state alone. */
static gboolean
set_alternate (HsSimCamera *self, guint8 interface, guint8 alt)
{
  HsSimDfuse *dfuse = self->loader_state;

  if (interface != 0 || alt >= dfuse->chip->n_names)
    return FALSE;
  dfuse->alt = alt;
  return TRUE;
}

static gboolean
is_options (const HsSimDfuse *dfuse)
{
  return dfuse->chip->external < 0 && dfuse->alt == OPTIONS_ALT;
}

/* Whether what is in the chip may not be seen from here: code in the flash may read it. */
static gboolean
is_protected (HsSimCamera *self)
{
  const HsSimDfuse *dfuse = self->loader_state;

  return dfuse->chip->external < 0 && hs_sim_options_get_level (self) > 0;
}

static guint32
command_address (const HsSimDfuse *dfuse)
{
  return dfuse->data[1] | dfuse->data[2] << 8 | dfuse->data[3] << 16 |
         (guint32) dfuse->data[4] << 24;
}

static guint64
block_address (const HsSimDfuse *dfuse, guint16 block)
{
  return dfuse->pointer + (guint64) (block - 2) * dfuse->chip->transfer_size;
}

/* A command as far as it is known before anything happens. */
static guint8
judge_command (HsSimCamera *self)
{
  const HsSimDfuse *dfuse = self->loader_state;
  gboolean is_rom = dfuse->chip != &arduino;

  if (dfuse->data[0] == READ_UNPROTECT && dfuse->length == 1)
    return is_rom ? STATUS_OK : ERR_TARGET;
  if (dfuse->data[0] == SET_POINTER && self->faults.set_pointer_protected && is_protected (self))
    return ERR_VENDOR;
  if (dfuse->data[0] == SET_POINTER && dfuse->length == LONGEST_COMMAND)
    return hs_sim_dfuse_may (dfuse, command_address (dfuse), 0) ? STATUS_OK : ERR_TARGET;
  if (is_protected (self))
    return ERR_VENDOR;
  if (dfuse->data[0] == ERASE && dfuse->length == 1)
    return is_rom ? STATUS_OK : ERR_TARGET;
  if (dfuse->data[0] == ERASE && dfuse->length == LONGEST_COMMAND && hs_sim_dfuse_is_flash (dfuse))
    return hs_sim_dfuse_may (dfuse, command_address (dfuse), HS_DFUSE_ERASABLE) ? STATUS_OK
                                                                                : ERR_TARGET;
  return ERR_TARGET;
}

static guint8
judge (HsSimCamera *self)
{
  const HsSimDfuse *dfuse = self->loader_state;
  guint64 address;

  if (dfuse->block == 0)
    return judge_command (self);
  if (dfuse->block == 1)
    return ERR_TARGET;
  if (is_protected (self))
    return ERR_VENDOR;
  address = block_address (dfuse, dfuse->block);
  if (is_options (dfuse))
    return hs_sim_options_is_block (self, address, dfuse->length) ? STATUS_OK : ERR_TARGET;
  return hs_sim_dfuse_is_flash (dfuse) && hs_sim_dfuse_may (dfuse, address, HS_DFUSE_WRITABLE) &&
                 hs_sim_dfuse_may (dfuse, address + dfuse->length - 1, HS_DFUSE_WRITABLE)
             ? STATUS_OK
             : ERR_TARGET;
}

/* AN3156: F4 and F7 reset when the options are programmed; the ROM of the H7 goes on. */
static void
program_options (HsSimCamera *self, guint64 *us)
{
  HsSimDfuse *dfuse = self->loader_state;

  dfuse->programming = TRUE;
  dfuse->erasing = FALSE;
  dfuse->before = self->options;
  dfuse->resets =
      hs_sim_options_write (self, block_address (dfuse, dfuse->block), dfuse->data, dfuse->length);
  *us = HS_SIM_PROGRAM_OPTIONS;
}

/* Everything in the chip is erased first, and only then are the options as from the factory. A chip
 * that is not protected loses its options only. While write protection is on, no level is left. */
static void
unprotect (HsSimCamera *self, guint64 *us)
{
  HsSimDfuse *dfuse = self->loader_state;
  gboolean needed = is_protected (self);

  dfuse->programming = TRUE;
  dfuse->erasing = needed;
  dfuse->before = self->options;
  dfuse->resets = TRUE;
  self->options.n_unprotects++;
  self->options.n_needless += !needed;
  *us = HS_SIM_PROGRAM_OPTIONS;
  if (self->faults.write_protected)
    return;

  dfuse->alt = 0;
  if (needed)
    hs_sim_dfuse_erase_chip (self, us);
  hs_sim_options_reset (self);
  if (self->faults.unprotect_damage)
    hs_sim_options_damage (self);
}

static guint8
execute (HsSimCamera *self, guint64 *us, guint64 *poll_us)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint8 status = STATUS_OK;

  *us = *poll_us = 0;
  if (dfuse->block > 0 && is_options (dfuse)) {
    program_options (self, us);
    *poll_us = HS_SIM_POLL_OPTIONS;
  } else if (dfuse->block > 0) {
    status = hs_sim_dfuse_program (self, block_address (dfuse, dfuse->block), us);
    *poll_us = *us;
  } else if (dfuse->data[0] == SET_POINTER) {
    dfuse->pointer = command_address (dfuse);
  } else if (dfuse->data[0] == READ_UNPROTECT) {
    unprotect (self, us);
    *poll_us = HS_SIM_POLL_OPTIONS;
  } else if (dfuse->length == LONGEST_COMMAND) {
    status = hs_sim_dfuse_erase_unit (self, command_address (dfuse), us, poll_us);
  } else {
    status = hs_sim_dfuse_erase_chip (self, us);
    *poll_us = *us;
  }
  return status;
}

static int
put_status (const HsSimDfuse *dfuse, guint8 state, guint poll_ms, guint8 *data, guint16 length)
{
  const guint8 answer[6] = { dfuse->status, poll_ms & 0xff, (poll_ms >> 8) & 0xff,
                             poll_ms >> 16, state,          0 };
  gsize n = MIN (length, sizeof answer);

  memcpy (data, answer, n);
  return n;
}

static void
fail (HsSimDfuse *dfuse, guint8 status)
{
  dfuse->state = DFU_ERROR;
  dfuse->status = status;
  dfuse->waits = FALSE;
}

/* ST's ROM of F4 and F7 jumps through the vector table if it looks like one, else the chip resets;
 * that of the H7 hangs with USB dark. Arduino's bootloader resets. */
static int
leave (HsSimCamera *self, guint8 *data, guint16 length, gint64 now)
{
  HsSimDfuse *dfuse = self->loader_state;
  const HsPartition *partition;
  guint8 vector[4] = { 0xff, 0xff, 0xff, 0xff };
  HsSimNext next = HS_SIM_NEXT_APP;

  if (dfuse->chip != &arduino) {
    dfuse->alt = 0;
    partition = hs_sim_dfuse_find_partition (self, dfuse->pointer);
    if (partition != NULL)
      hs_sim_flash_read (
          self->unit->flash, partition, dfuse->pointer - partition->start, vector, sizeof vector);
    next = vector[3] == 0xff ? HS_SIM_NEXT_ROM : HS_SIM_NEXT_BOOTLOADER;
    if (strcmp (dfuse->chip->mcu, "STM32H7") == 0)
      next = HS_SIM_NEXT_NOTHING;
  } else {
    self->incomplete = FALSE;
  }

  dfuse->waits = FALSE;
  dfuse->state = DFU_MANIFEST;
  hs_sim_camera_leave (self, next, now + HS_SIM_LEAVE);
  return put_status (dfuse, DFU_MANIFEST, 0, data, length);
}

/* The first GETSTATUS carries out what was sent. It takes whole milliseconds, as it is told in. */
static int
carry_out (HsSimCamera *self, guint8 *data, guint16 length, gint64 now, guint64 *busy_us)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint64 us, poll_us;
  guint8 status = judge (self);
  gboolean erased = dfuse->block == 0 && dfuse->data[0] == ERASE;
  int n;

  if (status != STATUS_OK) {
    fail (dfuse, status);
    return put_status (dfuse, DFU_ERROR, 0, data, length);
  }

  status = execute (self, &us, &poll_us);
  if (!self->real_timings) {
    poll_us = 0;
    us = us == HS_SIM_ERASE_SLOW ? us : 0;
  }
  *busy_us = (us + 999) / 1000 * 1000;
  dfuse->busy_until = now + *busy_us;
  if (dfuse->resets)
    hs_sim_camera_leave (self, HS_SIM_NEXT_RESET, dfuse->busy_until + HS_SIM_LEAVE);
  dfuse->n_early = self->faults.stalls_early && erased ? 2 : 0;
  n = put_status (dfuse, DFU_DNBUSY, (poll_us + 999) / 1000, data, length);

  dfuse->waits = FALSE;
  dfuse->state = erased && self->faults.stays_busy ? DFU_DNBUSY : DFU_DNLOAD_IDLE;
  if (status != STATUS_OK)
    fail (dfuse, status);
  return n;
}

static int
get_status (HsSimCamera *self, guint8 *data, guint16 length, gint64 now, guint64 *busy_us)
{
  HsSimDfuse *dfuse = self->loader_state;

  if (dfuse->n_early > 0) {
    dfuse->n_early--;
    return -EPIPE;
  }
  if (dfuse->waits && dfuse->length == 0)
    return leave (self, data, length, now);
  if (dfuse->waits)
    return carry_out (self, data, length, now, busy_us);
  return put_status (dfuse, dfuse->state, 0, data, length);
}

static int
stall (HsSimDfuse *dfuse, guint8 status)
{
  fail (dfuse, status);
  return -EPIPE;
}

static int
download (HsSimCamera *self, guint16 block, const guint8 *data, guint16 length)
{
  HsSimDfuse *dfuse = self->loader_state;

  if (dfuse->state != DFU_IDLE && dfuse->state != DFU_DNLOAD_IDLE)
    return stall (dfuse, ERR_STALLED);
  if (length > dfuse->chip->transfer_size)
    return stall (dfuse, ERR_FILE);

  dfuse->waits = TRUE;
  dfuse->block = block;
  dfuse->length = length;
  dfuse->state = length > 0 ? DFU_DNLOAD_SYNC : DFU_MANIFEST_SYNC;
  memcpy (dfuse->data, data, length);
  return length;
}

/* The commands that it knows. */
static int
upload_commands (HsSimDfuse *dfuse, guint8 *data, guint16 length)
{
  static const guint8 commands[] = { 0x00, SET_POINTER, ERASE, READ_UNPROTECT };
  gsize n = MIN (length, dfuse->chip == &arduino ? 3 : sizeof commands);

  memcpy (data, commands, n);
  dfuse->state = DFU_IDLE;
  return n;
}

static int
upload_options (HsSimCamera *self, guint64 address, guint8 *data, guint16 length)
{
  HsSimDfuse *dfuse = self->loader_state;

  if (!hs_sim_options_is_block (self, address, length))
    return stall (dfuse, ERR_TARGET);
  hs_sim_options_read (self, address, data, length);
  dfuse->state = DFU_UPLOAD_IDLE;
  return length;
}

static int
upload (HsSimCamera *self, guint16 block, guint8 *data, guint16 length)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint64 address;

  if (self->faults.no_upload || (dfuse->state != DFU_IDLE && dfuse->state != DFU_UPLOAD_IDLE) ||
      length > dfuse->chip->transfer_size || block == 1)
    return stall (dfuse, ERR_STALLED);
  if (block == 0)
    return upload_commands (dfuse, data, length);
  if (is_protected (self))
    return stall (dfuse, ERR_VENDOR);

  address = block_address (dfuse, block);
  if (is_options (dfuse))
    return upload_options (self, address, data, length);
  if (length == 0 || !hs_sim_dfuse_is_flash (dfuse) ||
      !hs_sim_dfuse_may (dfuse, address, HS_DFUSE_READABLE) ||
      !hs_sim_dfuse_may (dfuse, address + length - 1, HS_DFUSE_READABLE))
    return stall (dfuse, ERR_TARGET);
  if (!hs_sim_dfuse_read (self, address, data, length)) {
    self->hung = TRUE; /* double ECC error: bus fault */
    return -ETIMEDOUT;
  }
  dfuse->state = DFU_UPLOAD_IDLE;
  return length;
}

/* ST's code makes an error of it where there was none. */
static int
clear_status (HsSimDfuse *dfuse)
{
  if (dfuse->state != DFU_ERROR) {
    fail (dfuse, ERR_UNKNOWN);
    return 0;
  }
  dfuse->state = DFU_IDLE;
  dfuse->status = STATUS_OK;
  return 0;
}

/* Has no effect after an error and while it is busy. */
static int
abort_transfer (HsSimDfuse *dfuse)
{
  if (dfuse->state == DFU_ERROR || dfuse->state == DFU_DNBUSY || dfuse->state == DFU_MANIFEST)
    return 0;
  dfuse->state = DFU_IDLE;
  dfuse->status = STATUS_OK;
  dfuse->waits = FALSE;
  return 0;
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint16 value = setup[2] | setup[3] << 8;
  guint16 index = setup[4] | setup[5] << 8;
  guint16 length = setup[6] | setup[7] << 8;
  gboolean in = (setup[0] & 0x80) != 0;

  if ((setup[0] & 0x7f) != 0x21 || index != 0)
    return -EPIPE;

  if (dfuse->resets) { /* it is through with it, and nobody is at home */
    hs_sim_camera_leave_now (self, now);
    return -ENODEV;
  }

  dfuse->written = NULL;
  dfuse->programming = FALSE;
  switch (setup[1]) {
  case DETACH:
    return 0; /* means nothing to it */
  case DNLOAD:
    return in && length > 0 ? -EPIPE : download (self, value, data, length);
  case UPLOAD:
    return in ? upload (self, value, data, length) : -EPIPE;
  case GETSTATUS:
    return in ? get_status (self, data, length, now, busy_us) : -EPIPE;
  case CLRSTATUS:
    return clear_status (dfuse);
  case ABORT:
    return abort_transfer (dfuse);
  case GETSTATE:
    if (!in || length < 1)
      return -EPIPE;
    data[0] = dfuse->state;
    return 1;
  default:
    return -EPIPE;
  }
}

const HsSimLoader hs_sim_loader_arduino = {
  .method = &hs_method_arduino_dfu,
  .product = "Arduino DFU",
  .bcd_device = 0x0200,
  .append_config = append_arduino_config,
  .start = start_arduino,
  .cut = hs_sim_dfuse_cut,
  .stop = stop,
  .control = control,
  .set_alternate = set_alternate,
  .get_string = get_arduino_string,
};

const HsSimLoader hs_sim_loader_stm_rom = {
  .is_rom_of = is_rom_of,
  .product = "STM32  BOOTLOADER",
  .bcd_device = 0x2200,
  .append_config = append_rom_config,
  .start = start_rom,
  .cut = hs_sim_dfuse_cut,
  .stop = stop,
  .control = control,
  .set_alternate = set_alternate,
  .get_string = get_rom_string,
};
