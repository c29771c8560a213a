/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <string.h>

/* The RT1062's bootloader in ROM: NXP's Serial Download Protocol in HID reports (i.MX RT1060
 * reference manual). It has RAM to put a program into and a jump to it; it knows no flash. */

#define PACKET      64u
#define LARGEST_RAM (512u * 1024)
#define RAM_START   0x20000000u

enum { COMMAND = 1, DATA, SECURITY, RESPONSE };
enum { WRITE_FILE = 0x0404, ERROR_STATUS = 0x0505, JUMP_ADDRESS = 0x0B0B };

#define OPEN         0x56787856u
#define CLOSED       0x12343412u
#define FILE_TAKEN   0x88888888u
#define HAB_SUCCESS  0xF0F00000u
#define BAD_ADDRESS  0x33220000u
#define NO_SIGNATURE 0x33180000u

/* USB HID 1.11 */
enum { GET_DESCRIPTOR = 0x06, SET_REPORT = 0x09, SET_IDLE = 0x0A, DESCRIPTOR_REPORT = 0x22 };

/* Vendor page: reports of 16 and 1024 bytes out, of 4 and 64 in. */
static const guint8 report_descriptor[] = {
  0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08, /* */
  0x85, 0x01, 0x95, 0x10, 0x09, 0x01, 0x91, 0x02,                                     /* */
  0x85, 0x02, 0x96, 0x00, 0x04, 0x09, 0x01, 0x91, 0x02,                               /* */
  0x85, 0x03, 0x95, 0x04, 0x09, 0x01, 0x81, 0x02,                                     /* */
  0x85, 0x04, 0x95, 0x40, 0x09, 0x01, 0x81, 0x02, 0xC0,
};

/* clang-format off */
static const guint8 config_descriptor[] = {
  9, 2, 34, 0, 1, 1, 0, 0xC0, 5,
  9, 4, 0, 0, 1, 3, 0, 0, 0, /* HID, no boot protocol; no OUT endpoint */
  9, 0x21, 0x10, 0x01, 0, 1, DESCRIPTOR_REPORT, sizeof report_descriptor, 0,
  7, 5, 0x81, 3, PACKET, 0, 1,
};
/* clang-format on */

typedef struct {
  GQueue packets;   /* (element-type GBytes): not read yet; owned */
  GByteArray *file; /* what came of the program */
  guint32 address;  /* where it is put */
  guint32 left;     /* bytes that are still to come */
  guint32 status;   /* what the last command came to */
} Sdp;

static void
append_config (HsSimCamera *self, GByteArray *array)
{
  g_byte_array_append (array, config_descriptor, sizeof config_descriptor);
}

static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
  Sdp *sdp = g_new0 (Sdp, 1);

  g_queue_init (&sdp->packets);
  sdp->file = g_byte_array_new ();
  sdp->status = HAB_SUCCESS;
  self->loader_state = sdp;
}

static void
drop_packets (Sdp *sdp)
{
  g_queue_clear_full (&sdp->packets, (GDestroyNotify) g_bytes_unref);
}

static void
stop (HsSimCamera *self)
{
  Sdp *sdp = g_steal_pointer (&self->loader_state);

  if (sdp == NULL)
    return;
  drop_packets (sdp);
  g_byte_array_unref (sdp->file);
  g_free (sdp);
}

static guint32
get_big (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

/* A report goes out in packets of the endpoint. */
static void
put_report (HsSimCamera *self, guint8 id, guint32 word)
{
  Sdp *sdp = self->loader_state;
  guint8 report[1 + 64] = { id, word >> 24, word >> 16, word >> 8, word };
  gsize length = id == SECURITY ? 5 : sizeof report;

  if (self->faults.short_report)
    length = 3;
  for (gsize at = 0; at < length; at += PACKET)
    g_queue_push_tail (&sdp->packets, g_bytes_new (report + at, MIN (PACKET, length - at)));
  if (self->faults.long_report)
    g_queue_push_tail (&sdp->packets, g_bytes_new (report, 4));
}

static void
put_security (HsSimCamera *self)
{
  put_report (self, SECURITY, self->faults.hab_closed ? CLOSED : OPEN);
}

static void
begin_file (HsSimCamera *self, guint32 address, guint32 count)
{
  Sdp *sdp = self->loader_state;

  g_byte_array_set_size (sdp->file, 0);
  sdp->left = 0;
  if (address < RAM_START || count == 0 || count > LARGEST_RAM) {
    sdp->status = BAD_ADDRESS;
    put_security (self);
    put_report (self, RESPONSE, BAD_ADDRESS);
    return;
  }
  sdp->address = address;
  sdp->left = count;
}

/* Nobody judges a program before it runs; a whole one comes up as loader, what is left of one hangs
 * with USB dark. */
static void
jump (HsSimCamera *self, guint32 address, gint64 now)
{
  Sdp *sdp = self->loader_state;
  gboolean there = sdp->left == 0 && sdp->file->len > 0 && address == sdp->address &&
                   hs_sample_has_vector_table (sdp->file->data, sdp->file->len);

  put_security (self);
  if (!there || self->faults.hab_closed) {
    sdp->status = NO_SIGNATURE;
    put_report (self, RESPONSE, NO_SIGNATURE);
    return;
  }
  hs_sim_camera_leave (self,
                       hs_sample_would_load (address, sdp->file->data, sdp->file->len)
                           ? HS_SIM_NEXT_RAM_LOADER
                           : HS_SIM_NEXT_NOTHING,
                       now + HS_SIM_LEAVE);
}

static int
take_command (HsSimCamera *self, const guint8 *payload, gsize length, gint64 now)
{
  Sdp *sdp = self->loader_state;

  if (length < 16)
    return -EPIPE;
  drop_packets (sdp);
  switch (payload[0] << 8 | payload[1]) {
  case WRITE_FILE:
    begin_file (self, get_big (payload + 2), get_big (payload + 7));
    break;
  case ERROR_STATUS:
    put_security (self);
    put_report (self, RESPONSE, sdp->status);
    break;
  case JUMP_ADDRESS:
    jump (self, get_big (payload + 2), now);
    break;
  default: /* registers, DCD, CSF: not simulated */
    return -EPIPE;
  }
  return 0;
}

static int
take_data (HsSimCamera *self, const guint8 *payload, gsize length)
{
  Sdp *sdp = self->loader_state;

  if (sdp->left == 0)
    return -EPIPE;
  length = MIN (length, sdp->left);
  g_byte_array_append (sdp->file, payload, length);
  sdp->left -= length;
  if (sdp->left == 0) {
    put_security (self);
    put_report (self, RESPONSE, self->faults.hab_closed ? NO_SIGNATURE : FILE_TAKEN);
  }
  return 0;
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  guint16 length = setup[6] | setup[7] << 8;
  int result = -EPIPE;

  if (setup[0] == 0x81 && setup[1] == GET_DESCRIPTOR && setup[3] == DESCRIPTOR_REPORT) {
    length = MIN (length, sizeof report_descriptor);
    memcpy (data, report_descriptor, length);
    return length;
  }
  if (setup[0] == 0x21 && setup[1] == SET_IDLE)
    return 0;
  if (setup[0] != 0x21 || setup[1] != SET_REPORT || length < 1 || data[0] != setup[2])
    return -EPIPE;

  if (data[0] == COMMAND)
    result = take_command (self, data + 1, length - 1, now);
  else if (data[0] == DATA)
    result = take_data (self, data + 1, length - 1);
  return result == 0 ? length : result;
}

static int
transfer (HsSimCamera *self,
          guint8 endpoint,
          guint8 *data,
          gsize length,
          gint64 now,
          guint64 *busy_us)
{
  Sdp *sdp = self->loader_state;
  g_autoptr (GBytes) packet = NULL;
  gsize n;

  if (endpoint != 0x81)
    return -EPIPE;
  packet = g_queue_pop_head (&sdp->packets);
  if (packet == NULL)
    return -EAGAIN;
  n = MIN (length, g_bytes_get_size (packet));
  memcpy (data, g_bytes_get_data (packet, NULL), n);
  *busy_us = self->real_timings ? HS_SIM_HID_INTERVAL_HIGH_SPEED : 0;
  return n;
}

static char *
get_string (HsSimCamera *self, guint8 index)
{
  switch (index) {
  case HS_SIM_STRING_MANUFACTURER:
    return g_strdup ("Freescale SemiConductor Inc ");
  case HS_SIM_STRING_PRODUCT:
    return g_strdup ("SE Blank RT Family ");
  default: /* no serial: nothing tells whose it is */
    return NULL;
  }
}

/* What the chip's ROM looks for: the configuration of the flash, the image vector table behind it,
 * and the fuse without which it does not even look (i.MX RT1060 reference manual, "System boot").
 */
gboolean
hs_sim_sdp_finds_bootloader (HsSimCamera *self)
{
  const HsPartition *config = hs_board_find (self->board, HS_ROLE_CONFIG);
  const HsPartition *sbl = hs_board_find (self->board, HS_ROLE_BOOTLOADER);
  g_autoptr (GBytes) bytes = hs_sim_flash_dup (self->unit->flash, sbl, sbl->size);
  guint8 tag[4];

  return (self->unit->fuses[HS_SIM_BOOT_FUSE_WORD] & HS_SIM_BOOT_FUSE) != 0 &&
         hs_sim_flash_read (self->unit->flash, config, 0, tag, sizeof tag) &&
         memcmp (tag, "FCFB", sizeof tag) == 0 &&
         hs_sample_would_load (
             sbl->start, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gboolean
is_rom_of (const HsBoard *board)
{
  return board->recovery == HS_RECOVERY_SDP;
}

const HsSimLoader hs_sim_loader_sdp = {
  .comes_alone = TRUE,
  .is_rom_of = is_rom_of,
  .bcd_device = 0x0101,
  .packet = PACKET,
  .append_config = append_config,
  .start = start,
  .stop = stop,
  .control = control,
  .transfer = transfer,
  .get_string = get_string,
};
