/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/toy-camera.h"

#include "flash/error.h"
#include "flash/method.h"
#include "flash/protocol/dfu.h"
#include "flash/protocol/openmv.h"

#include <string.h>

#define KIB        1024u
#define BLOCK_SIZE 4096u

static const HsEraseRun three_of_8k[] = { { 8 * KIB, 3 } };
static const HsEraseRun two_of_8k[] = { { 8 * KIB, 2 } };
static const HsEraseRun one_of_8k[] = { { 8 * KIB, 1 } };

/* The numbers are wrong on purpose: only the name decides. */
static const HsPartition toy_partitions[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 8 * KIB, HS_PARTITION_NEVER, one_of_8k, 1 },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 1, 0x08004000, 24 * KIB, HS_PARTITION_WRITABLE, three_of_8k, 1 },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 2, 0x08002000, 8 * KIB, HS_PARTITION_WRITABLE, one_of_8k, 1 },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x0800a000, 8 * KIB, HS_PARTITION_WRITABLE, one_of_8k, 1 },
  { HS_ROLE_ROMFS1,
    "MRAM",
    4,
    0x80000000,
    16 * KIB,
    HS_PARTITION_WRITABLE | HS_PARTITION_BLOCK0_OPENS,
    NULL,
    0 },
  { HS_ROLE_STORAGE,
    "OSPI",
    5,
    0,
    16 * KIB,
    HS_PARTITION_WRITABLE | HS_PARTITION_SWAPPED,
    two_of_8k,
    1 },
};

static const HsUsbId app_ids[] = { { 0xf055, 0x1201 }, { 0, 0 } };
static const HsUsbId dfu_ids[] = { { 0xf055, 0x9201 }, { 0, 0 } };
static const HsUsbId rom_ids[] = { { 0x0483, 0xdf11 }, { 0, 0 } };

const HsBoard toy_board = {
  .id = "TOY",
  .name = "Toy",
  .app_ids = app_ids,
  .dfu_ids = dfu_ids,
  .rom_ids = rom_ids,
  .partitions = toy_partitions,
  .n_partitions = G_N_ELEMENTS (toy_partitions),
  .transfer_size = BLOCK_SIZE,
  .erase_typical_ms = 1000,
  .erase_max_ms = 2000,
  .app_scheme = HS_ID_SCHEME_STM32,
  .app_forms = { HS_SERIAL_FORM_ST_FOLDED },
  .dfu_scheme = HS_ID_SCHEME_STM32,
  .dfu_form = HS_SERIAL_FORM_FULL,
  .method = &hs_method_openmv_dfu,
  .enter = HS_ENTER_PROTOCOL | HS_ENTER_REPL,
};

const ToyPartition toy_layout[] = {
  { "BOOTLOADER", 8 * KIB, FALSE },
  { "FILESYSTEM", 8 * KIB, TRUE },
  { "FIRMWARE", 24 * KIB, TRUE },
  { "ROMFS0", 8 * KIB, TRUE },
  { "MRAM", 16 * KIB, TRUE },
  { "OSPI", 16 * KIB, TRUE },
  { NULL, 0, FALSE },
};
const ToyPartition toy_layout_old[] = {
  { "BOOTLOADER", 8 * KIB, FALSE }, { "FILESYSTEM", 8 * KIB, TRUE }, { "FIRMWARE", 24 * KIB, TRUE },
  { "MRAM", 16 * KIB, TRUE },       { "OSPI", 16 * KIB, TRUE },      { NULL, 0, FALSE },
};
const ToyPartition toy_layout_strange[] = {
  { "BOOTLOADER", 8 * KIB, FALSE }, { "FILESYSTEM", 8 * KIB, TRUE },
  { "FIRMWARE", 24 * KIB, TRUE },   { "ROMFS0", 8 * KIB, TRUE },
  { "MRAM", 16 * KIB, TRUE },       { "OSPI", 16 * KIB, TRUE },
  { "FUSES", 4 * KIB, TRUE },       { NULL, 0, FALSE },
};
const ToyPartition toy_layout_without_firmware[] = {
  { "BOOTLOADER", 8 * KIB, FALSE },
  { "FILESYSTEM", 8 * KIB, TRUE },
  { "APPLICATION", 24 * KIB, TRUE },
  { "ROMFS0", 8 * KIB, TRUE },
  { "MRAM", 16 * KIB, TRUE },
  { "OSPI", 16 * KIB, TRUE },
  { NULL, 0, FALSE },
};

void
toy_camera_show (ToyClock *clock, ToyCamera *camera, HsMode mode)
{
  camera->mode = mode;
  camera->change_at = G_MAXINT64;
  camera->alt = 0;
  camera->state = HS_DFU_STATE_IDLE;
  camera->status = 0;
  camera->held = FALSE;
  camera->detached = FALSE;
  g_byte_array_set_size (camera->pending, 0);
  g_byte_array_set_size (camera->input, 0);
  g_byte_array_set_size (camera->output, 0);
  if (mode != HS_MODE_UNKNOWN)
    camera->instance = ++clock->last_instance;
  else
    camera->forced = FALSE;
  clock->serial++;
}

void
toy_camera_plan (ToyClock *clock, ToyCamera *camera, HsMode mode, guint after_ms)
{
  camera->change_at = clock->now_us + after_ms * 1000ll;
  camera->change_to = mode;
}

GByteArray *
toy_camera_partition (ToyCamera *camera, const char *name)
{
  for (guint i = 0; camera->layout[i].name != NULL; i++)
    if (strcmp (camera->layout[i].name, name) == 0)
      return camera->flash[i];
  g_assert_not_reached ();
}

/* Leaves the bus now and comes back 100 ms later. */
void
toy_camera_restart (ToyClock *clock, ToyCamera *camera, HsMode mode)
{
  gboolean forced = mode == HS_MODE_DFU;

  toy_camera_show (clock, camera, HS_MODE_UNKNOWN);
  camera->forced = forced;
  toy_camera_plan (clock, camera, mode, 100);
  if (camera->comes_back_as != NULL) {
    g_free (camera->app_serial);
    g_free (camera->dfu_serial);
    camera->app_serial = g_strdup (camera->comes_back_as);
    camera->dfu_serial = g_strdup (camera->comes_back_as);
  }
}

/* Erases with the first block of a unit; programs by clearing bits, as flash does. */
static void
program (ToyClock *clock, ToyCamera *camera)
{
  const ToyPartition *toy = &camera->layout[camera->alt];
  const HsPartition *partition = hs_board_find_named (camera->board, toy->name);
  GByteArray *flash = camera->flash[camera->alt];
  guint64 offset = (guint64) camera->block * BLOCK_SIZE;

  if (!toy->writable || (int) camera->block == camera->error_block)
    camera->status = 3;
  else if (offset + camera->pending->len > flash->len)
    camera->status = 8;
  if (camera->status != 0) {
    camera->state = HS_DFU_STATE_ERROR;
    return;
  }

  clock->now_us += (int) camera->block == camera->slow_block ? 5 * G_USEC_PER_SEC : 3000;
  if (partition == NULL || partition->n_erase == 0)
    memset (flash->data + offset, 0xff, camera->pending->len);
  else if (offset % (8 * KIB) == 0)
    memset (flash->data + offset, 0xff, 8 * KIB);
  for (guint i = 0; i < camera->pending->len; i++)
    flash->data[offset + i] &= camera->pending->data[i];
  camera->state = HS_DFU_STATE_DNLOAD_IDLE;
}

gssize
toy_camera_answer_status (ToyClock *clock, ToyCamera *camera, guint8 *data)
{
  if (camera->state == HS_DFU_STATE_DNLOAD_SYNC) {
    camera->held = TRUE;
    camera->state = HS_DFU_STATE_DNBUSY;
  } else if (camera->state == HS_DFU_STATE_DNBUSY) {
    program (clock, camera);
  } else if (camera->state == HS_DFU_STATE_MANIFEST_SYNC) {
    camera->state = HS_DFU_STATE_MANIFEST;
  } else if (camera->state == HS_DFU_STATE_MANIFEST) {
    camera->state = HS_DFU_STATE_IDLE;
  }

  memset (data, 0, 6);
  data[0] = camera->status;
  data[4] = camera->state;
  return 6;
}

gssize
toy_camera_answer_upload (ToyCamera *camera, guint16 block, guint8 *data, guint16 length)
{
  GByteArray *flash = camera->flash[camera->alt];
  gsize offset = block * BLOCK_SIZE;

  camera->n_uploads++;
  if (camera->no_upload)
    return -1;
  camera->held = TRUE;
  if (offset + length > flash->len) {
    memset (data, 0, 4);
    return 4;
  }
  memcpy (data, flash->data + offset, length);
  if (camera->swapped)
    hs_swap16 (data, length);
  return length;
}

gboolean
toy_camera_take_download (ToyCamera *camera, guint16 block, const guint8 *data, guint16 length)
{
  if (camera->state != HS_DFU_STATE_IDLE && camera->state != HS_DFU_STATE_DNLOAD_IDLE)
    return FALSE;

  if (length == 0) {
    camera->state = HS_DFU_STATE_MANIFEST_SYNC;
    return TRUE;
  }
  camera->n_dnloads++;
  camera->block = block;
  g_byte_array_set_size (camera->pending, 0);
  g_byte_array_append (camera->pending, data, length);
  camera->state = HS_DFU_STATE_DNLOAD_SYNC;
  return TRUE;
}

static void
reply_v2 (ToyCamera *camera, const HsOpenmvHeader *header)
{
  g_autoptr (GByteArray) packet = NULL;
  guint8 payload[76] = { 0 };
  HsOpenmvHeader reply = *header;

  reply.length = 0;
  if (header->opcode == HS_OPENMV_VERSION) {
    payload[6] = 5;
    reply.length = 16;
  } else if (header->opcode == HS_OPENMV_SYS_INFO) {
    for (guint i = 0; i < 12; i++)
      payload[4 + (i ^ 3)] = g_ascii_xdigit_value (TOY_DFU_SERIAL[2 * i]) << 4 |
                             g_ascii_xdigit_value (TOY_DFU_SERIAL[2 * i + 1]);
    reply.length = 76;
  } else {
    reply.flags = HS_OPENMV_ACK;
  }
  packet = hs_openmv_encode (&reply, payload);
  g_byte_array_append (camera->output, packet->data, packet->len);
}

static void
run_v2 (ToyClock *clock, ToyCamera *camera)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  HsOpenmvHeader header;

  while (hs_openmv_decode (camera->input, &header, payload)) {
    if (header.opcode == HS_OPENMV_SYS_BOOT) {
      toy_camera_restart (clock, camera, HS_MODE_DFU);
      return;
    }
    if (header.opcode == HS_OPENMV_SYS_RESET) {
      toy_camera_restart (clock, camera, HS_MODE_APP);
      return;
    }
    reply_v2 (camera, &header);
  }
}

static void
run_legacy (ToyClock *clock, ToyCamera *camera)
{
  const guint8 *d = camera->input->data;

  g_assert_cmphex (d[0], ==, 0x30); /* else it would have stopped for good */
  if (d[1] == 0x0e)
    toy_camera_restart (clock, camera, HS_MODE_DFU);
  else if (d[1] == 0x80)
    g_byte_array_append (camera->output, (const guint8 *) "\4\0\0\0\6\0\0\0\24\0\0\0", 12);
  g_byte_array_set_size (camera->input, 0);
}

static void
run_repl (ToyClock *clock, ToyCamera *camera)
{
  g_autofree char *text = g_strndup ((const char *) camera->input->data, camera->input->len);
  const char *answer = NULL;

  if (g_str_has_suffix (text, "machine.bootloader()\x04"))
    toy_camera_restart (clock, camera, HS_MODE_DFU);
  else if (g_str_has_suffix (text, "machine.reset()\x04"))
    toy_camera_restart (clock, camera, HS_MODE_APP);
  else if (g_str_has_suffix (text, "print(sys.version)\x04"))
    answer = "OK3.4.0; OpenMV v5.0.0-34.gcbbb877eda; MicroPython v1.28.0\r\n\x04\x04>";
  else if (g_str_has_suffix (text, "\r\x01"))
    answer = "raw REPL; CTRL-B to exit\r\n>";
  if (answer != NULL)
    g_byte_array_append (camera->output, (const guint8 *) answer, strlen (answer));
}

void
toy_camera_take_detach (ToyClock *clock, ToyCamera *camera)
{
  camera->detached = TRUE;
  if (!camera->old_bootloader || !camera->forced)
    toy_camera_plan (clock, camera, HS_MODE_APP, 30);
}

/* What the firmware makes of what came over the serial port. */
void
toy_camera_take_serial (ToyClock *clock, ToyCamera *camera, const guint8 *data, gsize length)
{
  if (camera->silent_app || (camera->deaf_debug && camera->baud == 921600))
    return;

  g_byte_array_append (camera->input, data, length);
  if (camera->baud != 921600)
    run_repl (clock, camera);
  else if (camera->legacy_app)
    run_legacy (clock, camera);
  else
    run_v2 (clock, camera);
}

/* In its bootloader, the flash full of old bytes. */
ToyCamera *
toy_camera_new (const char *port, const HsBoard *board, const ToyPartition *layout)
{
  ToyCamera *camera = g_new0 (ToyCamera, 1);

  camera->board = board;
  camera->port = g_strdup (port);
  camera->app_serial = g_strdup (TOY_APP_SERIAL);
  camera->dfu_serial = g_strdup (TOY_DFU_SERIAL);
  camera->layout = layout;
  camera->pending = g_byte_array_new ();
  camera->input = g_byte_array_new ();
  camera->output = g_byte_array_new ();
  camera->log = g_string_new (NULL);
  camera->error_block = camera->slow_block = -1;
  camera->attributes = 0x07;
  camera->block_size = BLOCK_SIZE;
  camera->bcd_dfu = 0x0101;
  for (guint i = 0; layout[i].name != NULL; i++) {
    camera->flash[i] = g_byte_array_new ();
    g_byte_array_set_size (camera->flash[i], layout[i].size);
    memset (camera->flash[i]->data, 0x5a, layout[i].size);
  }
  return camera;
}

void
toy_camera_free (gpointer data)
{
  ToyCamera *camera = data;

  for (guint i = 0; i < G_N_ELEMENTS (camera->flash); i++)
    g_clear_pointer (&camera->flash[i], g_byte_array_unref);
  g_byte_array_unref (camera->pending);
  g_byte_array_unref (camera->input);
  g_byte_array_unref (camera->output);
  g_string_free (camera->log, TRUE);
  g_free (camera->port);
  g_free (camera->app_serial);
  g_free (camera->dfu_serial);
  g_free (camera);
}
