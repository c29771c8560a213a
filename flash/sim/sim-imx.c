/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <string.h>

/* The RT1062's resident second bootloader, and the flashloader that recovery puts into RAM: NXP's
 * MCU boot protocol (MCU Bootloader reference manual) in HID reports of 64 bytes. Both know
 * addresses, not partitions, and protect nothing: a host that erases the bootloader itself is
 * obeyed. The one in RAM finds the flash only after it was told to look for it. */

#define VERSION    0x4B020800u
#define REPORT     64u
#define MAX_PACKET 56u
#define SECTOR     4096u
#define BLOCK_64K  65536u
#define FLASH_BASE G_GUINT64_CONSTANT (0x60000000)
#define FIND_FLASH 0xC0000008u /* words of configure-memory */
#define WRITE_FCB  0xF000000Fu

enum { COMMAND_OUT = 1, DATA_OUT, COMMAND_IN, DATA_IN };

enum {
  FLASH_ERASE_REGION = 0x02,
  READ_MEMORY = 0x03,
  WRITE_MEMORY = 0x04,
  FILL_MEMORY = 0x05,
  GET_PROPERTY = 0x07,
  RESET = 0x0B,
  FLASH_PROGRAM_ONCE = 0x0E,
  FLASH_READ_ONCE = 0x0F,
  CONFIGURE_MEMORY = 0x11,
};

enum { GENERIC = 0xA0, READ_MEMORY_ANSWER = 0xA3, PROPERTY_ANSWER = 0xA7, ONCE_ANSWER = 0xAF };

enum {
  SUCCESS = 0,
  INVALID_ARGUMENT = 4,
  UNKNOWN_COMMAND = 10000,
  RANGE_INVALID = 10200,
  WRITE_FAILED = 10202,
  CUMULATIVE_WRITE = 10203,
  NOT_CONFIGURED = 10205,
  ALIGNMENT_ERROR = 10206,
  UNKNOWN_PROPERTY = 10300,
};

/* USB HID 1.11 */
enum { GET_DESCRIPTOR = 0x06, SET_REPORT = 0x09, SET_IDLE = 0x0A, DESCRIPTOR_REPORT = 0x22 };

/* Vendor page; reports 1 and 2 out, 3 and 4 in, 63 bytes behind the id. */
static const guint8 report_descriptor[] = {
  0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
  0x95, 0x3F, 0x85, 0x01, 0x09, 0x01, 0x91, 0x02, 0x85, 0x02, 0x09, 0x01, 0x91, 0x02,
  0x85, 0x03, 0x09, 0x01, 0x81, 0x02, 0x85, 0x04, 0x09, 0x01, 0x81, 0x02, 0xC0,
};

typedef struct {
  guint8 bytes[REPORT + 1];
  guint length;
} Report;

typedef struct {
  GQueue reports;    /* (element-type Report): not read yet; owned */
  guint64 read_at;   /* read-memory: the address that goes into the next report … */
  guint64 read_left; /* … and how much is still to come */
  guint64 write_at;
  guint64 write_left; /* of a data phase; 0: none */
  gboolean broken;    /* it was broken off: what still comes is dropped */
  guint32 word_at;    /* RAM: where the last fill-memory put … */
  guint32 word;       /* … what */
  gboolean found;     /* the flash was looked for, or the bootloader came out of it */
} Imx;

/* clang-format off */
static const guint8 config_descriptor[] = {
  9, 2, 41, 0, 1, 1, 0, 0xC0, 50,
  9, 4, 0, 0, 2, 3, 0, 0, 0, /* HID, no boot protocol */
  9, 0x21, 0x11, 0x01, 0, 1, DESCRIPTOR_REPORT, sizeof report_descriptor, 0,
  7, 5, 0x81, 3, REPORT, 0, 1,
  7, 5, 0x02, 3, REPORT, 0, 1,
};
/* clang-format on */

static void
append_config (HsSimCamera *self, GByteArray *array)
{
  g_byte_array_append (array, config_descriptor, sizeof config_descriptor);
}

/* Whether it is the one that recovery puts into RAM. */
static gboolean
is_ram_loader (HsSimCamera *self)
{
  return self->ram_loader || self->faults.ram_loader;
}

/* From now on it is quiet until the next command. The one in RAM stays. */
static void
open_window (HsSimCamera *self, gint64 now)
{
  if (self->leave_at == HS_SIM_NEVER && !is_ram_loader (self))
    self->window_at = now + self->board->boot_window_ms * G_GINT64_CONSTANT (1000);
}

static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
  Imx *imx = g_new0 (Imx, 1);

  g_queue_init (&imx->reports);
  imx->found = !is_ram_loader (self);
  self->loader_state = imx;
  open_window (self, now);
}

static void
drop_reports (Imx *imx)
{
  g_queue_clear_full (&imx->reports, g_free);
  imx->read_left = 0;
}

static void
stop (HsSimCamera *self)
{
  Imx *imx = g_steal_pointer (&self->loader_state);

  if (imx != NULL)
    drop_reports (imx);
  g_free (imx);
}

static guint32
get_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

/* --- flash --- */

/* Where the flash that partitions describe ends. */
static guint64
flash_end (HsSimCamera *self)
{
  guint64 end = 0;

  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    end = MAX (end, partition->start + partition->size);
  }
  return end;
}

static gboolean
is_flash (HsSimCamera *self, guint64 address, guint64 length)
{
  guint64 end = flash_end (self);

  return length > 0 && address >= FLASH_BASE && address < end && length <= end - address;
}

static guint32
judge_range (HsSimCamera *self, guint64 address, guint64 length)
{
  const Imx *imx = self->loader_state;

  if (!imx->found)
    return NOT_CONFIGURED;
  return is_flash (self, address, length) ? SUCCESS : RANGE_INVALID;
}

/* The partition at @address, (nullable) between two of them; @length is cut to what lies there. */
static const HsPartition *
find_partition (HsSimCamera *self, guint64 address, guint64 *length)
{
  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    if (address >= partition->start && address < partition->start + partition->size) {
      *length = MIN (*length, partition->start + partition->size - address);
      return partition;
    }
    if (address < partition->start)
      *length = MIN (*length, partition->start - address);
  }
  return NULL;
}

/* Flash between the partitions is always erased. */
static void
read_flash (HsSimCamera *self, guint64 address, guint8 *data, gsize length)
{
  memset (data, 0xff, length);
  while (length > 0) {
    guint64 n = length;
    const HsPartition *partition = find_partition (self, address, &n);

    if (partition != NULL)
      hs_sim_flash_read (self->unit->flash, partition, address - partition->start, data, n);
    address += n;
    data += n;
    length -= n;
  }
}

static gboolean
is_erased (HsSimCamera *self, guint64 address, gsize length)
{
  guint8 bytes[REPORT];

  read_flash (self, address, bytes, length);
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != 0xff)
      return FALSE;
  return TRUE;
}

/* The sector of its partition; -1 between them. */
static int
sector_at (HsSimCamera *self, guint64 address)
{
  guint64 n = 1;
  const HsPartition *partition = find_partition (self, address, &n);

  return partition != NULL ? (int) ((address - partition->start) / SECTOR) : -1;
}

static void
touch (HsSimCamera *self, const HsPartition *partition)
{
  if (partition->role == HS_ROLE_FIRMWARE)
    self->incomplete = TRUE;
}

static guint32
program (HsSimCamera *self, guint64 address, guint8 *data, gsize length)
{
  int sector = sector_at (self, address);

  if (sector >= 0 && sector == self->faults.write_error_block)
    return WRITE_FAILED;
  if (!is_erased (self, address, length))
    return CUMULATIVE_WRITE;
  if (self->faults.write_protected)
    return SUCCESS;
  if (sector >= 0 && sector == self->faults.corrupt_block && address % SECTOR < MAX_PACKET)
    data[length / 2] ^= 0x40;

  while (length > 0) {
    guint64 n = length;
    const HsPartition *partition = find_partition (self, address, &n);

    if (partition != NULL) {
      touch (self, partition);
      if (!hs_sim_flash_program (self->unit->flash, partition, address - partition->start, data, n))
        return WRITE_FAILED;
    }
    address += n;
    data += n;
    length -= n;
  }
  return SUCCESS;
}

/* Blocks of 64 KB where it can, sectors of 4 KB where not. */
static guint64
erase_time (HsSimCamera *self, guint64 address, guint64 length)
{
  guint64 us = 0;

  for (guint64 at = address; at < address + length;) {
    gboolean whole = at % BLOCK_64K == 0 && address + length - at >= BLOCK_64K;
    guint64 size = whole ? BLOCK_64K : SECTOR;
    int slow = self->faults.slow_block;

    us += whole ? HS_SIM_ERASE_EXTERNAL_64K : HS_SIM_ERASE_EXTERNAL_4K;
    for (guint64 sector = at; slow >= 0 && sector < at + size; sector += SECTOR)
      us += sector_at (self, sector) == slow ? HS_SIM_ERASE_SLOW : 0;
    at += size;
  }
  return us;
}

static guint32
erase_flash (HsSimCamera *self, guint64 address, guint64 length)
{
  guint32 status = judge_range (self, address, length);

  if (status != SUCCESS)
    return status;
  if (address % SECTOR != 0 || length % SECTOR != 0)
    return ALIGNMENT_ERROR;
  if (self->faults.write_protected)
    return SUCCESS;

  while (length > 0) {
    guint64 n = length;
    const HsPartition *partition = find_partition (self, address, &n);

    if (partition != NULL) {
      touch (self, partition);
      if (!hs_sim_flash_erase (self->unit->flash, partition, address - partition->start, n))
        return WRITE_FAILED;
    }
    address += n;
    length -= n;
  }
  return SUCCESS;
}

/* --- what it says --- */

static void
put_report (HsSimCamera *self, guint8 id, const guint8 *payload, guint length)
{
  Imx *imx = self->loader_state;
  Report *report = g_new0 (Report, 1);

  report->length = REPORT;
  report->bytes[0] = id;
  report->bytes[2] = length;
  if (length > 0)
    memcpy (report->bytes + 4, payload, length);
  if (self->faults.short_report && length > 0)
    report->length = 4 + length - 1;
  g_queue_push_tail (&imx->reports, report);

  if (self->faults.long_report && length > 0) {
    Report *rest = g_new0 (Report, 1);

    rest->length = 8;
    memset (rest->bytes, 0x55, rest->length);
    g_queue_push_tail (&imx->reports, rest);
  }
}

static void
put_answer (HsSimCamera *self, guint8 tag, guint n, const guint32 *values)
{
  guint8 payload[4 + 4 * 3] = { tag, 0, 0, n };

  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 4; k++)
      payload[4 + 4 * i + k] = values[i] >> (8 * k);
  put_report (self, COMMAND_IN, payload, 4 + 4 * n);
}

static void
put_status (HsSimCamera *self, guint32 status, guint32 command)
{
  const guint32 values[] = { status, command };

  put_answer (self, GENERIC, 2, values);
}

static void
put_data (HsSimCamera *self)
{
  Imx *imx = self->loader_state;
  guint8 data[MAX_PACKET];
  gsize n = MIN (imx->read_left, MAX_PACKET);

  read_flash (self, imx->read_at, data, n);
  put_report (self, DATA_IN, data, n);
  imx->read_at += n;
  imx->read_left -= n;
  if (imx->read_left == 0)
    put_status (self, SUCCESS, READ_MEMORY);
}

/* --- commands --- */

static void
get_property (HsSimCamera *self, guint32 property)
{
  guint32 values[2] = { SUCCESS, 0 };

  switch (property) {
  case 0x01:
    values[1] = VERSION;
    break;
  case 0x05:
    values[1] = SECTOR;
    break;
  case 0x0B:
    values[1] = MAX_PACKET;
    break;
  default:
    values[0] = UNKNOWN_PROPERTY;
    break;
  }
  put_answer (self, PROPERTY_ANSWER, 2, values);
}

static void
begin_read (HsSimCamera *self, guint64 address, guint64 length)
{
  Imx *imx = self->loader_state;
  guint32 values[2] = { judge_range (self, address, length), length };

  if (values[0] != SUCCESS)
    values[1] = 0;
  put_answer (self, READ_MEMORY_ANSWER, 2, values);
  if (values[0] == SUCCESS) {
    imx->read_at = address;
    imx->read_left = length;
  }
}

static void
begin_write (HsSimCamera *self, guint64 address, guint64 length)
{
  Imx *imx = self->loader_state;
  guint32 status = judge_range (self, address, length);

  put_status (self, status, WRITE_MEMORY);
  imx->write_at = address;
  imx->write_left = status == SUCCESS ? length : 0;
}

static void
read_once (HsSimCamera *self, guint32 index, guint32 length)
{
  guint32 values[] = { SUCCESS, 4, 0 };

  if (index >= HS_SIM_N_FUSES || length != 4) {
    put_status (self, INVALID_ARGUMENT, FLASH_READ_ONCE);
    return;
  }
  values[2] = self->unit->fuses[index];
  put_answer (self, ONCE_ANSWER, 3, values);
}

/* Bits only go from 0 to 1. Who asks for what is remembered for ever. */
static guint32
program_once (HsSimCamera *self, guint32 index, guint32 length, guint32 value)
{
  if (index >= HS_SIM_N_FUSES || length != 4)
    return INVALID_ARGUMENT;
  hs_sim_unit_burn (self->unit, index, value);
  return SUCCESS;
}

static void
fill (HsSimCamera *self, guint32 address, guint32 length, guint32 pattern)
{
  Imx *imx = self->loader_state;
  guint32 status = address < FLASH_BASE && length == 4 ? SUCCESS : RANGE_INVALID;

  if (status == SUCCESS) {
    imx->word_at = address;
    imx->word = pattern;
  }
  put_status (self, status, FILL_MEMORY);
}

/* Program only: erasing it before is the host's. */
static guint32
write_fcb (HsSimCamera *self)
{
  g_autoptr (GBytes) config = hs_sample_rt1062_config ();
  g_autofree guint8 *data = NULL;
  gsize size;

  data = g_memdup2 (g_bytes_get_data (config, NULL), g_bytes_get_size (config));
  size = g_bytes_get_size (config);
  for (gsize at = 0; at < size; at += MAX_PACKET) {
    guint32 status = program (self, FLASH_BASE + at, data + at, MIN (MAX_PACKET, size - at));

    if (status != SUCCESS)
      return status;
  }
  return SUCCESS;
}

static guint32
configure (HsSimCamera *self, guint32 memory, guint32 address)
{
  Imx *imx = self->loader_state;

  if (memory != 9 || address != imx->word_at)
    return INVALID_ARGUMENT;
  if (imx->word == FIND_FLASH) {
    imx->found = TRUE;
    return SUCCESS;
  }
  if (imx->word != WRITE_FCB)
    return INVALID_ARGUMENT;
  return imx->found ? write_fcb (self) : NOT_CONFIGURED;
}

/* The chip starts anew, and what was written is what the host wanted. */
static void
reset (HsSimCamera *self, gint64 now)
{
  put_status (self, SUCCESS, RESET);
  self->incomplete = FALSE;
  hs_sim_camera_leave (self, HS_SIM_NEXT_RESET, now + HS_SIM_LEAVE);
}

static void
take_command (HsSimCamera *self, const guint8 *packet, gint64 now, guint64 *busy_us)
{
  Imx *imx = self->loader_state;
  guint32 first = get_u32 (packet + 4), second = get_u32 (packet + 8);
  guint32 status;

  drop_reports (imx);
  imx->write_left = 0;
  imx->broken = FALSE;
  switch (packet[0]) {
  case FLASH_ERASE_REGION:
    status = erase_flash (self, first, second);
    *busy_us += status == SUCCESS ? erase_time (self, first, second) : 0;
    put_status (self, status, FLASH_ERASE_REGION);
    break;
  case READ_MEMORY:
    begin_read (self, first, second);
    break;
  case WRITE_MEMORY:
    begin_write (self, first, second);
    break;
  case GET_PROPERTY:
    get_property (self, first);
    break;
  case FLASH_READ_ONCE:
    read_once (self, first, second);
    break;
  case FLASH_PROGRAM_ONCE:
    put_status (
        self, program_once (self, first, second, get_u32 (packet + 12)), FLASH_PROGRAM_ONCE);
    break;
  case FILL_MEMORY:
    fill (self, first, second, get_u32 (packet + 12));
    break;
  case CONFIGURE_MEMORY:
    put_status (self, configure (self, first, second), CONFIGURE_MEMORY);
    break;
  case RESET:
    reset (self, now);
    break;
  default:
    put_status (self, UNKNOWN_COMMAND, packet[0]);
    break;
  }
}

static void
take_data (HsSimCamera *self, guint8 *data, guint length, guint64 *busy_us)
{
  Imx *imx = self->loader_state;
  guint32 status;

  if (imx->broken || imx->write_left == 0)
    return;

  length = MIN (length, imx->write_left);
  status = program (self, imx->write_at, data, length);
  *busy_us += (guint64) HS_SIM_PROGRAM_EXTERNAL * length / SECTOR;
  if (status != SUCCESS) {
    imx->broken = TRUE;
    put_report (self, DATA_IN, NULL, 0);
    put_status (self, status, WRITE_MEMORY);
    return;
  }
  imx->write_at += length;
  imx->write_left -= length;
  if (imx->write_left == 0)
    put_status (self, SUCCESS, WRITE_MEMORY);
}

static int
take_report (HsSimCamera *self, guint8 *report, gsize length, gint64 now, guint64 *busy_us)
{
  guint payload = length >= 4 ? report[2] | report[3] << 8 : 0;

  if (length != REPORT || payload + 4 > length)
    return -EPIPE;
  if (report[0] == COMMAND_OUT)
    take_command (self, report + 4, now, busy_us);
  else if (report[0] == DATA_OUT)
    take_data (self, report + 4, payload, busy_us);
  else
    return -EPIPE;
  return length;
}

static int
give_report (HsSimCamera *self, guint8 *data, gsize length)
{
  Imx *imx = self->loader_state;
  g_autofree Report *report = NULL;
  gsize n;

  if (g_queue_is_empty (&imx->reports) && imx->read_left > 0)
    put_data (self);
  report = g_queue_pop_head (&imx->reports);
  if (report == NULL)
    return -EAGAIN;
  n = MIN (length, report->length);
  memcpy (data, report->bytes, n);
  return n;
}

/* The flash's time counts only with timings; a report waits for the endpoint's next turn. */
static void
take_time (HsSimCamera *self, gsize length, gint64 now, guint64 *busy_us)
{
  guint64 interval = hs_sim_board_is_high_speed (self->board, self->phase)
                         ? HS_SIM_HID_INTERVAL_HIGH_SPEED
                         : HS_SIM_HID_INTERVAL_FULL_SPEED;
  guint64 wire_us = hs_sim_camera_wire_us (self, length);

  *busy_us = self->real_timings ? *busy_us + (interval > wire_us ? interval - wire_us : 0) : 0;
  open_window (self, now + *busy_us);
}

static int
transfer (HsSimCamera *self,
          guint8 endpoint,
          guint8 *data,
          gsize length,
          gint64 now,
          guint64 *busy_us)
{
  int result = -EPIPE;

  if (endpoint == 0x02)
    result = take_report (self, data, length, now, busy_us);
  else if (endpoint == 0x81)
    result = give_report (self, data, length);
  if (result >= 0)
    take_time (self, result, now, busy_us);
  return result;
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  guint16 length = setup[6] | setup[7] << 8;
  int result = -EPIPE;

  if (setup[0] == 0x81 && setup[1] == GET_DESCRIPTOR && setup[3] == DESCRIPTOR_REPORT) {
    result = MIN (length, sizeof report_descriptor);
    memcpy (data, report_descriptor, result);
  } else if (setup[0] == 0x21 && setup[1] == SET_REPORT) {
    result = take_report (self, data, length, now, busy_us);
    *busy_us = self->real_timings ? *busy_us : 0;
    open_window (self, now + *busy_us);
  } else if (setup[0] == 0x21 && setup[1] == SET_IDLE) {
    result = 0;
  }
  return result;
}

/* Looks once more before the window closes: what is broken about a camera is known only after it
 * was plugged in. */
static gint64
advance (HsSimCamera *self, gint64 now)
{
  if (is_ram_loader (self))
    self->window_at = HS_SIM_NEVER;
  return self->window_at != HS_SIM_NEVER && self->window_at - 1 > now ? self->window_at - 1
                                                                      : HS_SIM_NEVER;
}

const HsSimLoader hs_sim_loader_imx = {
  .method = &hs_method_imx,
  .product = "USB HID BOOTLOADER",
  .bcd_device = 0x0001,
  .packet = REPORT,
  .starts_at_power = TRUE,
  .starts = hs_sim_sdp_finds_bootloader,
  .append_config = append_config,
  .start = start,
  .stop = stop,
  .control = control,
  .transfer = transfer,
  .advance = advance,
};
