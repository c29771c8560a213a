/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/method.h"
#include "flash/protocol/samba.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Arduino's bootloader of the Nano 33 BLE: SAM-BA commands on a CDC serial port, in the dialect of
 * arduino/BOSSA, branch nrf. It says nothing when flash fails, and obeys a host that erases the
 * SoftDevice: that camera never starts again. */

#define VERSION   "Arduino Bootloader (SAM-BA extended) 2.0 [Arduino:IKXYZ]\n\r"
#define DEVICE    "nRF52840-QIAA\n\r"
#define PAGE      HS_SAMBA_PAGE
#define LONGEST   32u
#define PACKET    64
#define MOST_READ 63u

typedef struct {
  GByteArray *in;  /* not understood yet */
  GByteArray *out; /* not read yet */
  gint64 ready_at; /* until then the flash is busy and nothing is said */
  guint8 buffer[PAGE];
  gsize expected; /* bytes of data that follow an S command; 0: a command comes */
  gsize filled;   /* of @buffer */
} Bossa;

static void
append_config (HsSimCamera *self, GByteArray *array)
{
  static const guint8 config[] = {
    9, 2,      67, 0, 2, 1,    0, 0x80, 250,                                                /* */
    9, 4,      0,  0, 1, 2,    2, 0,    0,   5, 0x24, 0,    0x10, 1,      5, 0x24, 1, 1, 1, /* */
    4, 0x24,   2,  2, 5, 0x24, 6, 0,    1,   7, 5,    0x81, 3,    8,      0, 16,            /* */
    9, 4,      1,  0, 2, 10,   0, 0,    0,   7, 5,    0x02, 2,    PACKET, 0, 0,    7, 5, 0x82,
    2, PACKET, 0,  0,
  };

  g_byte_array_append (array, config, sizeof config);
}

static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
  Bossa *bossa = g_new0 (Bossa, 1);

  bossa->in = g_byte_array_new ();
  bossa->out = g_byte_array_new ();
  self->loader_state = bossa;
}

static void
stop (HsSimCamera *self)
{
  Bossa *bossa = g_steal_pointer (&self->loader_state);

  if (bossa == NULL)
    return;
  g_byte_array_unref (bossa->in);
  g_byte_array_unref (bossa->out);
  g_free (bossa);
}

static void
put (HsSimCamera *self, const void *data, gsize length)
{
  Bossa *bossa = self->loader_state;

  g_byte_array_append (bossa->out, data, length);
}

static void
put_text (HsSimCamera *self, const char *text)
{
  put (self, text, strlen (text));
}

static const HsPartition *
find_firmware (HsSimCamera *self)
{
  return hs_board_find (self->board, HS_ROLE_FIRMWARE);
}

static gboolean
lies_inside (const HsPartition *partition, guint64 address, guint64 length)
{
  return address >= partition->start && length <= partition->size &&
         address - partition->start <= partition->size - length;
}

/* The flash works until then; real cameras differ, but none answers while it erases. */
static void
work (HsSimCamera *self, guint64 us, gint64 now)
{
  Bossa *bossa = self->loader_state;

  if (!self->real_timings)
    return;
  bossa->ready_at = MAX (bossa->ready_at, now) + us;
  self->busy_us += us;
}

static void
erase (HsSimCamera *self, guint64 address, gint64 now)
{
  const HsPartition *partition = find_firmware (self);
  guint64 end = partition->start + partition->size;
  guint64 from = MAX (address, partition->start);
  guint64 pages = from < end ? (end - from + PAGE - 1) / PAGE : 0;

  if (address < partition->start)
    self->hung = TRUE;
  if (from < end && !self->faults.write_protected) {
    self->incomplete = TRUE;
    hs_sim_flash_erase (self->unit->flash, partition, from - partition->start, end - from);
  }
  work (self, pages * HS_SIM_ERASE_NRF52_PAGE, now);
  if (self->faults.slow_block >= 0)
    work (self, HS_SIM_ERASE_SLOW, now);
  put_text (self, "X\n\r");
}

static void
program (HsSimCamera *self, guint64 address, guint64 length, gint64 now)
{
  Bossa *bossa = self->loader_state;
  const HsPartition *partition = find_firmware (self);
  int page = (int) ((address - partition->start) / PAGE);

  if (length > PAGE || address < partition->start) {
    self->hung = TRUE;
    return;
  }
  if (!lies_inside (partition, address, length) || page == self->faults.write_error_block)
    return;
  if (page == self->faults.corrupt_block)
    bossa->buffer[length / 2] ^= 0x40;
  if (!self->faults.write_protected)
    hs_sim_flash_program (
        self->unit->flash, partition, address - partition->start, bossa->buffer, length);
  work (self, HS_SIM_PROGRAM_NRF52 * length / PAGE, now);
  put_text (self, "Y\n\r");
}

/* What is not the partition reads as nothing in particular. */
static void
read_bytes (HsSimCamera *self, guint64 address, guint8 *data, gsize length)
{
  const HsPartition *partition = find_firmware (self);

  memset (data, 0, length);
  if (lies_inside (partition, address, length))
    hs_sim_flash_read (self->unit->flash, partition, address - partition->start, data, length);
}

/* 64 bytes and more come back wrong over USB. */
static void
give_bytes (HsSimCamera *self, guint64 address, gsize length, gint64 now)
{
  guint8 data[PAGE + 1] = { 0 };

  length = MIN (length, PAGE);
  read_bytes (self, address, data, length);
  if (length > MOST_READ)
    data[MOST_READ] ^= 0xFF;
  if (self->faults.short_report)
    length--;
  if (self->faults.long_report)
    data[length++] = 0x55;
  work (self, HS_SIM_SERIAL_TURN, now);
  put (self, data, length);
}

static void
give_checksum (HsSimCamera *self, guint64 address, gsize length)
{
  g_autofree char *answer = NULL;
  guint8 data[PAGE];

  length = MIN (length, PAGE);
  read_bytes (self, address, data, length);
  answer = g_strdup_printf ("Z%08X#\n\r", hs_samba_crc16 (data, length));
  put_text (self, answer);
}

static void
take_command (HsSimCamera *self, const char *command, gint64 now)
{
  Bossa *bossa = self->loader_state;
  char *second;
  guint64 address = strtoull (command + 1, &second, 16);
  guint64 length = *second == ',' ? strtoull (second + 1, NULL, 16) : 0;

  switch (command[0]) {
  case 'N':
    put_text (self, "\n\r");
    break;
  case 'V':
    put_text (self, VERSION);
    break;
  case 'I':
    put_text (self, DEVICE);
    break;
  case 'X':
    erase (self, address, now);
    break;
  case 'S':
    bossa->expected = MIN (length, PAGE);
    bossa->filled = 0;
    break;
  case 'Y':
    if (length == 0)
      put_text (self, "Y\n\r");
    else
      program (self, address, length, now);
    break;
  case 'Z':
    give_checksum (self, address, length);
    break;
  case 'R':
    give_bytes (self, address, length, now);
    break;
  case 'K':
    self->incomplete = FALSE;
    hs_sim_camera_leave (self, HS_SIM_NEXT_BOOTLOADER, now + HS_SIM_LEAVE);
    break;
  default:
    break;
  }
}

/* Takes data that S announced. Returns how many bytes. */
static gsize
take_data (Bossa *bossa)
{
  gsize n = MIN (bossa->expected, bossa->in->len);

  memcpy (bossa->buffer + bossa->filled, bossa->in->data, n);
  bossa->filled += n;
  bossa->expected -= n;
  g_byte_array_remove_range (bossa->in, 0, n);
  return n;
}

/* Everything up to the next '#'; FALSE if there is none yet. */
static gboolean
take_text (HsSimCamera *self, gint64 now)
{
  Bossa *bossa = self->loader_state;
  const guint8 *end = memchr (bossa->in->data, '#', bossa->in->len);
  char command[LONGEST] = { 0 };
  gsize length;

  if (end == NULL)
    return FALSE;
  length = end - bossa->in->data;
  memcpy (command, bossa->in->data, MIN (length, LONGEST - 1));
  g_byte_array_remove_range (bossa->in, 0, length + 1);
  take_command (self, command, now);
  return TRUE;
}

/* A command and the data behind it in one packet confuse it: the rest of that packet is lost. */
static int
serial_write (HsSimCamera *self, const guint8 *data, gsize length, gint64 now)
{
  Bossa *bossa = self->loader_state;

  g_byte_array_append (bossa->in, data, length);
  while (bossa->in->len > 0) {
    if (bossa->expected > 0) {
      take_data (bossa);
      continue;
    }
    if (!take_text (self, now))
      break;
    if (bossa->expected > 0)
      g_byte_array_set_size (bossa->in, 0);
  }
  if (self->n_requests == self->faults.lose_answer_at)
    g_byte_array_set_size (bossa->out, 0);
  return length;
}

static int
serial_read (HsSimCamera *self, guint8 *data, gsize length, gint64 now)
{
  Bossa *bossa = self->loader_state;
  gsize n = MIN (MIN (length, bossa->out->len), PACKET);

  if (now < bossa->ready_at || n == 0)
    return 0;
  memcpy (data, bossa->out->data, n);
  g_byte_array_remove_range (bossa->out, 0, n);
  return n;
}

static gint64
advance (HsSimCamera *self, gint64 now)
{
  Bossa *bossa = self->loader_state;

  return bossa->ready_at > now ? bossa->ready_at : HS_SIM_NEVER;
}

/* CDC requests of the host's driver. */
static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  guint16 length = setup[6] | setup[7] << 8;

  if (setup[0] == 0x21 && (setup[1] == 0x20 || setup[1] == 0x22))
    return length;
  return -EPIPE;
}

const HsSimLoader hs_sim_loader_bossa = {
  .method = &hs_method_bossa,
  .product = "Arduino Nano 33 BLE",
  .bcd_device = 0x0100,
  .append_config = append_config,
  .start = start,
  .stop = stop,
  .control = control,
  .serial_write = serial_write,
  .serial_read = serial_read,
  .advance = advance,
};
