/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include "flash/method.h"

#include <errno.h>
#include <string.h>

/* The OpenMV bootloader: boot/src/common/{main,dfu}.c on TinyUSB's src/class/dfu/dfu_device.c.
 * Where TinyUSB leaves the text book (USB DFU 1.1), so does this. */

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT }; /* DFU 1.1 table 3.2 */

enum {
  DFU_IDLE = 2,
  DFU_DNLOAD_SYNC,
  DFU_DNBUSY,
  DFU_DNLOAD_IDLE,
  DFU_MANIFEST_SYNC,
  DFU_MANIFEST,
  DFU_ERROR = 10,
};

/* What bootloaders of 4.6.0 to 4.8.0 say they are; in these DETACH does not always work. */
#define OLD_VERSION 0x0200

/* boot/src/common/desc.c cuts strings there */
#define LONGEST_STRING 32

enum { STATUS_OK = 0, ERR_WRITE = 3, ERR_ADDRESS = 8 };

/* tools/flash_recovery_key.py */
static const guint8 recovery_key[16] = {
  0x15, 0x9E, 0x7D, 0x42, 0x96, 0x1A, 0x71, 0xEB, 0x73, 0xA3, 0x26, 0x29, 0x2B, 0x08, 0x09, 0x0E,
};

static void
reset_state (HsSimDfu *dfu)
{
  dfu->state = DFU_IDLE;
  dfu->status = STATUS_OK;
  dfu->flashing = FALSE;
}

/* Power-up or reset of the chip. @forced: the magic word was set. */
static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
  HsSimDfu *dfu = &self->dfu;
  guint8 *xfer = g_steal_pointer (&dfu->xfer);

  *dfu = (HsSimDfu){ .open_alt = -1 };
  dfu->xfer = xfer != NULL ? xfer : g_malloc0 (self->board->transfer_size);
  reset_state (dfu);
  if (!forced)
    self->window_at = now + self->board->boot_window_ms * G_GINT64_CONSTANT (1000);
}

static gboolean
set_alternate (HsSimCamera *self, guint8 interface, guint8 alt)
{
  if (interface != 0 || alt >= hs_sim_unit_count_alternates (self->unit, self->board))
    return FALSE;
  self->dfu.alt = alt;
  reset_state (&self->dfu);
  return TRUE;
}

/* USB DFU 1.1 section 4.1.3: may download and upload, manifestation tolerant, DETACH within 1000
 * ms, DFU 1.1. */
static void
append_config (HsSimCamera *self, GByteArray *array)
{
  guint32 size = self->board->transfer_size;
  guint8 function[9] = { 9, 0x21, 0x07, 0xE8, 0x03, size & 0xff, size >> 8, 0x01, 0x01 };

  if (self->faults.no_upload)
    function[2] &= ~0x02;
  hs_sim_append_dfu_config (array,
                            hs_sim_unit_count_alternates (self->unit, self->board),
                            function,
                            HS_SIM_STRING_FIRST_OWN);
}

static char *
get_string (HsSimCamera *self, guint8 index)
{
  guint n = index - HS_SIM_STRING_FIRST_OWN;
  char *string;

  if (index == HS_SIM_STRING_MANUFACTURER)
    return g_strdup ("OpenMV");
  if (index < HS_SIM_STRING_FIRST_OWN ||
      n >= hs_sim_unit_count_alternates (self->unit, self->board))
    return NULL;

  string = g_strdup (self->board->partitions[n].name);
  if (strlen (string) > LONGEST_STRING)
    string[LONGEST_STRING] = '\0';
  return string;
}

static const HsPartition *
selected (HsSimCamera *self)
{
  return &self->board->partitions[self->dfu.alt];
}

/* Whether @offset begins an erase unit, and how large it is. */
static gboolean
begins_unit (const HsPartition *partition, guint64 offset, guint64 *size)
{
  guint64 at = 0;

  for (guint i = 0; i < partition->n_erase; i++) {
    const HsEraseRun *run = &partition->erase[i];
    guint64 length = (guint64) run->size * run->count;

    if (offset >= at && offset < at + length) {
      *size = run->size;
      return (offset - at) % run->size == 0;
    }
    at += length;
  }
  return FALSE;
}

static guint32
largest_unit (const HsBoard *board)
{
  guint32 largest = 1;

  for (guint i = 0; i < board->n_partitions; i++)
    for (guint k = 0; k < board->partitions[i].n_erase; k++)
      largest = MAX (largest, board->partitions[i].erase[k].size);
  return largest;
}

/* ST's data sheets give the smallest sectors about a quarter of the largest one's time. */
static guint64
erase_time (HsSimCamera *self, const HsPartition *partition, guint64 size)
{
  guint32 largest = largest_unit (self->board);
  guint64 typical = (guint64) self->board->erase_typical_ms * 1000;

  if (size == largest)
    return typical;
  if (partition->flags & HS_PARTITION_EXTERNAL)
    return size >= 65536 ? HS_SIM_ERASE_EXTERNAL_64K : HS_SIM_ERASE_EXTERNAL_4K;
  return typical / 4 + typical * 3 / 4 * size / largest;
}

static guint64
program_time (const HsPartition *partition, gsize length)
{
  guint64 block = partition->flags & HS_PARTITION_EXTERNAL ? HS_SIM_PROGRAM_EXTERNAL
                  : partition->n_erase > 0                 ? HS_SIM_PROGRAM_INTERNAL
                                                           : HS_SIM_PROGRAM_MRAM;

  return MAX (block * length / 4096, 1);
}

static void
forget_torn (HsSimCamera *self, guint8 alt, guint64 offset, guint64 size)
{
  guint32 step = self->board->transfer_size;

  for (guint i = self->torn->len; i > 0; i--) {
    HsSimTorn *torn = &g_array_index (self->torn, HsSimTorn, i - 1);
    guint64 at = (guint64) torn->block * step;

    if (torn->alt == alt && at >= offset && at < offset + size)
      g_array_remove_index (self->torn, i - 1);
  }
}

/* How much is really programmed: whole flash words, the rest zero; MRAM takes what the buffer still
 * holds behind the block. */
static gsize
pad (HsSimCamera *self, const HsPartition *partition, gsize length)
{
  HsSimDfu *dfu = &self->dfu;
  gsize word = 1;
  gsize padded;

  if (partition->n_erase == 0)
    word = 16;
  else if (!(partition->flags & HS_PARTITION_EXTERNAL))
    word = g_str_has_prefix (self->board->mcu, "STM32H7") ? 32 : 4;

  padded = MIN ((length + word - 1) / word * word, self->board->transfer_size);
  if (partition->n_erase > 0)
    memset (dfu->xfer + length, 0, padded - length);
  return padded;
}

/* The key re-initialises the external chip, once per run of the bootloader. */
static guint8
take_recovery_key (HsSimCamera *self)
{
  HsSimDfu *dfu = &self->dfu;

  if (dfu->recovered || dfu->length < sizeof recovery_key ||
      memcmp (dfu->xfer, recovery_key, sizeof recovery_key) != 0)
    return ERR_WRITE;

  dfu->recovered = TRUE;
  self->faults.swapped = FALSE;
  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    if ((partition->flags & HS_PARTITION_SWAPPED) &&
        !hs_sim_flash_erase (self->unit->flash, partition, 0, partition->size))
      return ERR_WRITE;
  }
  return STATUS_OK;
}

/* Erases if a unit begins here, then programs. */
static guint8
program_block (HsSimCamera *self, const HsPartition *partition, guint64 offset, guint64 *busy_us)
{
  HsSimDfu *dfu = &self->dfu;
  HsSimFlash *flash = self->unit->flash;
  gsize length = pad (self, partition, dfu->length);
  guint64 unit;
  gboolean ok = TRUE;

  if (begins_unit (partition, offset, &unit)) {
    ok = hs_sim_flash_erase (flash, partition, offset, unit);
    forget_torn (self, dfu->alt, offset, unit);
    *busy_us += erase_time (self, partition, unit);
  }
  *busy_us += program_time (partition, length);

  if (self->faults.corrupt_block == dfu->block)
    dfu->xfer[dfu->length / 2] ^= 0x40;
  if (partition->n_erase > 0)
    ok = ok && hs_sim_flash_program (flash, partition, offset, dfu->xfer, length);
  else
    ok = ok && hs_sim_flash_overwrite (flash, partition, offset, dfu->xfer, length);
  return ok ? STATUS_OK : ERR_WRITE;
}

/* Runs after the status stage of the GETSTATUS that answers dfuDNBUSY. */
static guint8
write_block (HsSimCamera *self, guint64 *busy_us)
{
  HsSimDfu *dfu = &self->dfu;
  const HsPartition *partition = selected (self);
  guint64 offset = (guint64) dfu->block * self->board->transfer_size;

  if (!(partition->flags & HS_PARTITION_WRITABLE))
    return ERR_WRITE;
  if (offset + dfu->length > partition->size)
    return ERR_ADDRESS;
  if (partition->role == HS_ROLE_RECOVERY)
    return take_recovery_key (self);

  if (partition->flags & HS_PARTITION_BLOCK0_OPENS) {
    if (dfu->block == 0)
      dfu->open_alt = dfu->alt;
    if (dfu->open_alt != dfu->alt) {
      self->hung = TRUE; /* the MPU's fault handler only blinks */
      return STATUS_OK;
    }
  }
  if (self->faults.write_error_block == dfu->block)
    return ERR_WRITE;
  if (partition->role == HS_ROLE_FIRMWARE)
    self->incomplete = TRUE;
  dfu->just_wrote = TRUE;
  return program_block (self, partition, offset, busy_us);
}

/* Power is cut while the last block is written: half of it is there, and one flash word is
 * neither. */
static void
tear (HsSimCamera *self)
{
  HsSimDfu *dfu = &self->dfu;
  const HsPartition *partition = selected (self);
  HsSimTorn torn = { dfu->alt, dfu->block };
  guint64 offset = (guint64) dfu->block * self->board->transfer_size;
  gsize half = dfu->length / 2;
  g_autofree guint8 *erased = g_malloc (dfu->length);

  dfu->just_wrote = FALSE;
  if (partition->n_erase == 0 || partition->role == HS_ROLE_RECOVERY)
    return;

  memset (erased, 0xff, dfu->length);
  hs_sim_flash_overwrite (self->unit->flash, partition, offset + half, erased, dfu->length - half);
  if (!(partition->flags & HS_PARTITION_EXTERNAL))
    g_array_append_val (self->torn, torn);
}

static void
cut (HsSimCamera *self, gint64 now)
{
  if (self->dfu.just_wrote && now < self->dfu.busy_until)
    tear (self);
}

static gboolean
is_torn (HsSimCamera *self, guint8 alt, guint32 block)
{
  for (guint i = 0; i < self->torn->len; i++) {
    const HsSimTorn *torn = &g_array_index (self->torn, HsSimTorn, i);

    if (torn->alt == alt && torn->block == block)
      return TRUE;
  }
  return FALSE;
}

/* The host works with us: the start-up window is over. */
static void
hold (HsSimCamera *self)
{
  self->held = TRUE;
  self->window_at = HS_SIM_NEVER;
}

static int
put_status (HsSimCamera *self, guint8 *data, guint16 length)
{
  const guint8 answer[6] = { self->dfu.status, 0, 0, 0, self->dfu.state, 0 };
  gsize n = MIN (length, sizeof answer);

  memcpy (data, answer, n);
  return n;
}

/* The write or the end that waited runs now, and takes us to the state after it. */
static void
finish (HsSimCamera *self, guint8 status)
{
  HsSimDfu *dfu = &self->dfu;

  dfu->flashing = FALSE;
  if (status == STATUS_OK) {
    dfu->state = dfu->state == DFU_DNBUSY ? DFU_DNLOAD_SYNC : DFU_MANIFEST_SYNC;
  } else {
    dfu->state = DFU_ERROR;
    dfu->status = status;
  }
}

static int
get_status (HsSimCamera *self, guint8 *data, guint16 length, gint64 now, guint64 *busy_us)
{
  HsSimDfu *dfu = &self->dfu;
  int n;

  if (!dfu->flashing && dfu->state == DFU_DNLOAD_SYNC)
    dfu->state = DFU_DNLOAD_IDLE;
  if (!dfu->flashing && dfu->state == DFU_MANIFEST_SYNC)
    dfu->state = DFU_IDLE;
  if (!dfu->flashing)
    return put_status (self, data, length);

  hold (self);
  dfu->state = dfu->state == DFU_DNLOAD_SYNC ? DFU_DNBUSY : DFU_MANIFEST;
  n = put_status (self, data, length);

  if (dfu->state == DFU_DNBUSY) {
    finish (self, write_block (self, busy_us));
    *busy_us = self->real_timings ? *busy_us : 0;
    if (self->faults.slow_block == dfu->block)
      *busy_us = HS_SIM_ERASE_SLOW;
    dfu->busy_until = now + *busy_us;
  } else {
    dfu->open_alt = -1; /* the MPU locks again */
    if (selected (self)->role == HS_ROLE_FIRMWARE)
      self->incomplete = FALSE;
    finish (self, STATUS_OK);
  }
  return n;
}

static int
download (HsSimCamera *self, guint16 block, const guint8 *data, guint16 length)
{
  HsSimDfu *dfu = &self->dfu;

  if (dfu->state != DFU_IDLE && dfu->state != DFU_DNLOAD_IDLE)
    return -EPIPE;
  if (length > self->board->transfer_size)
    return -EPIPE;

  dfu->flashing = TRUE;
  dfu->block = block;
  dfu->length = length;
  dfu->state = length > 0 ? DFU_DNLOAD_SYNC : DFU_MANIFEST_SYNC;
  if (length > 0)
    memcpy (dfu->xfer, data, length);
  return length;
}

/* Looks at no state and changes none. It shares the buffer with DNLOAD: a block that waits for its
 * GETSTATUS is lost. */
static int
upload (HsSimCamera *self, guint16 block, guint8 *data, guint16 length)
{
  HsSimDfu *dfu = &self->dfu;
  const HsPartition *partition = selected (self);
  guint64 offset = (guint64) block * self->board->transfer_size;

  if (self->faults.no_upload || length > self->board->transfer_size)
    return -EPIPE;
  hold (self);
  if (partition->flags & HS_PARTITION_NO_UPLOAD)
    return -EPIPE;
  if (self->faults.torn_reads_hang && is_torn (self, dfu->alt, block)) {
    self->hung = TRUE; /* double ECC error: bus fault */
    return -ETIMEDOUT;
  }

  if (offset + length > partition->size) {
    length = MIN (length, 4);
    memset (dfu->xfer, 0, length);
  } else if (!hs_sim_flash_read (self->unit->flash, partition, offset, dfu->xfer, length)) {
    return -EPIPE;
  }
  memcpy (data, dfu->xfer, length);

  if (self->faults.swapped && (partition->flags & HS_PARTITION_SWAPPED))
    for (guint i = 0; i + 1 < length; i += 2) {
      data[i] = dfu->xfer[i + 1];
      data[i + 1] = dfu->xfer[i];
    }
  return length;
}

/* A download without an end that the host leaves of its own will counts as ended: the bootloader
 * checks nothing. */
static void
leave_to_app (HsSimCamera *self, gint64 when)
{
  if (self->dfu.state == DFU_DNLOAD_IDLE)
    self->incomplete = FALSE;
  hs_sim_camera_leave (self, HS_SIM_NEXT_APP, when);
}

static int
detach (HsSimCamera *self, gint64 now)
{
  HsSimDfu *dfu = &self->dfu;

  if (!self->faults.old_bootloader && self->unit->bootloader_version != OLD_VERSION) {
    leave_to_app (self, now + HS_SIM_LEAVE);
    return 0;
  }

  dfu->detaching = TRUE;
  if (!self->forced)
    leave_to_app (self, now + HS_SIM_LEAVE_OLD);
  return 0;
}

/* No longer configured: the main loop ends. */
static void
bus_reset (HsSimCamera *self, gint64 now)
{
  leave_to_app (self, now + HS_SIM_LEAVE);
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  HsSimDfu *dfu = &self->dfu;
  guint16 value = setup[2] | setup[3] << 8;
  guint16 index = setup[4] | setup[5] << 8;
  guint16 length = setup[6] | setup[7] << 8;
  gboolean in = (setup[0] & 0x80) != 0;

  if ((setup[0] & 0x7f) != 0x21 || index != 0)
    return -EPIPE;

  dfu->just_wrote = FALSE;
  switch (setup[1]) {
  case DETACH:
    return detach (self, now);
  case DNLOAD:
    return in && length > 0 ? -EPIPE : download (self, value, data, length);
  case UPLOAD:
    return in ? upload (self, value, data, length) : -EPIPE;
  case GETSTATUS:
    return in ? get_status (self, data, length, now, busy_us) : -EPIPE;
  case CLRSTATUS:
  case ABORT:
    reset_state (dfu);
    return 0;
  case GETSTATE:
    if (!in || length < 1)
      return -EPIPE;
    data[0] = dfu->state;
    return 1;
  default:
    return -EPIPE;
  }
}

static gboolean
starts (HsSimCamera *self)
{
  const HsPartition *partition = hs_board_find (self->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GBytes) bytes = hs_sim_flash_dup (
      self->unit->flash, partition, hs_sim_flash_used (self->unit->flash, partition));
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size > 0 && hs_sample_bootloader_starts (self->board, data, size);
}

const HsSimLoader hs_sim_loader_openmv = {
  .method = &hs_method_openmv_dfu,
  .product = "OpenMV Camera (DFU Mode)",
  .starts_at_power = TRUE,
  .starts = starts,
  .append_config = append_config,
  .start = start,
  .cut = cut,
  .control = control,
  .set_alternate = set_alternate,
  .get_string = get_string,
  .bus_reset = bus_reset,
};
