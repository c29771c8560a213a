/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include <errno.h>
#include <string.h>

/* The simulated bootloader against what is known of the real one. */

/* Facts A.1 and 1.2: what the bus shows. */
static void
test_descriptors (void)
{
  static const guint8 function[] = { 0x09, 0x21, 0x07, 0xE8, 0x03, 0x00, 0x10, 0x01, 0x01 };
  static const struct {
    const char *board;
    guint alts;
    gboolean high_speed;
  } boards[] = {
    { "OPENMV2", 4, FALSE },   { "OPENMV3", 4, FALSE },  { "OPENMV4", 4, FALSE },
    { "OPENMV4P", 5, FALSE },  { "OPENMVPT", 5, FALSE }, { "OPENMV_N6", 4, TRUE },
    { "OPENMV_AE3", 8, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_auto (SimRig) rig = { 0 };
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (HsUsbInfo) info = NULL;
    const guint8 *d;
    gsize size;

    sim_rig_init (&rig, boards[i].board, HS_MODE_DFU);
    bytes = hs_sim_camera_dup_descriptors (rig.camera);
    d = g_bytes_get_data (bytes, &size);
    g_assert_cmpuint (size, ==, 18 + 18 + 9 * boards[i].alts);
    g_assert_cmpmem (d + size - 9, 9, function, 9);
    g_assert_cmpuint (d[7], ==, 64);
    g_assert_cmphex (d[12] | d[13] << 8, ==, 0x0103);
    g_assert_cmpuint (d[20] | d[21] << 8, ==, 18 + 9 * boards[i].alts);

    info = hs_sim_camera_get_info (rig.camera, "1-9");
    g_assert_cmpstr (info->serial, ==, hs_sim_camera_get_id (rig.camera));
    g_assert_cmpuint (strlen (info->serial), ==, 24);
    g_assert_cmpstr (info->manufacturer, ==, "OpenMV");
    g_assert_cmpstr (info->product, ==, "OpenMV Camera (DFU Mode)");
    g_assert_cmpuint (info->alts->len, ==, boards[i].alts);
    g_assert_cmpint (info->high_speed, ==, boards[i].high_speed);
    g_assert_null (info->tty);
    for (guint alt = 0; alt < boards[i].alts; alt++) {
      g_autofree char *name = hs_sim_camera_get_string (rig.camera, 4 + alt);

      g_assert_cmpstr (name, ==, hs_sim_camera_get_board (rig.camera)->partitions[alt].name);
    }
  }
}

/* The id of the n-th camera is the same everywhere and for ever. */
static void
test_id (void)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "OPENMV4#1", -1);
  g_autofree char *upper = g_ascii_strup (digest, 24);
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_APP);
  g_assert_cmpstr (hs_sim_camera_get_id (rig.camera), ==, upper);
}

/* Facts A.6, byte by byte: 4097 bytes to FIRMWARE of an H7. */
static void
test_worked_bytes (void)
{
  g_auto (SimRig) rig = { 0 };
  gint64 began;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  g_assert_cmpint (sim_rig_select (&rig, 2), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 0, 0x11, 4096), ==, 4096);
  began = rig.now;
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (rig.now - began, >=, 1000000); /* erase and program */
  g_assert_cmpint (sim_rig_get_status (&rig), ==, DNLOAD_IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 1, 0x22, 1), ==, 1);
  began = rig.now;
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (rig.now - began, <, 10000); /* no erase: same sector */
  g_assert_cmpint (sim_rig_get_status (&rig), ==, DNLOAD_IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 2, 0, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, MANIFEST);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_upload (&rig, 0, 4096), ==, 4096);
  g_assert_cmphex (rig.data[4095], ==, 0x11);
  g_assert_cmpint (sim_rig_upload (&rig, 1, 4096), ==, 4096);
  g_assert_cmphex (rig.data[0], ==, 0x22);
  g_assert_cmphex (rig.data[31], ==, 0x00); /* the flash word's padding */
  g_assert_cmphex (rig.data[32], ==, 0xff);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, DETACH, 1000, 0), ==, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), !=, HS_MODE_DFU);
  g_assert_cmpuint (hs_sim_camera_get_n_late (rig.camera), ==, 0);
}

static void
test_upload_looks_at_no_state (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  g_assert_cmpint (sim_rig_upload (&rig, 9, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_upload (&rig, 3, 100), ==, 100);
  g_assert_cmpint (sim_rig_upload (&rig, 31, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 32, BLOCK), ==, 4); /* behind the end: four zeros */
  g_assert_cmphex (rig.data[0] | rig.data[1] | rig.data[2] | rig.data[3], ==, 0);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK + 1), ==, -EPIPE);

  g_assert_cmpint (sim_rig_download (&rig, 0, 0, 10), ==, 10);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);
}

static void
test_upload_loses_the_block (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0xA5, BLOCK);
  sim_rig_write_block (&rig, 1, 0x5A, BLOCK);
  sim_rig_select (&rig, 1);
  g_assert_cmpint (sim_rig_download (&rig, 0, 0x77, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 1, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, DNLOAD_IDLE);
  sim_rig_assert_starts (&rig, HS_ROLE_FILESYSTEM, 0x5A, BLOCK);
}

static void
test_states (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_select (&rig, 1);
  g_assert_cmpint (sim_rig_download (&rig, 0, 1, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_download (&rig, 1, 1, BLOCK), ==, -EPIPE); /* dfuDNLOAD-SYNC */
  g_assert_cmpint (sim_rig_control (&rig, 0xA1, GETSTATE, 0, 1), ==, 1);
  g_assert_cmpint (rig.data[0], ==, SYNC);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, ABORT, 0, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 0, 1, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 0, 1, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_select (&rig, 1), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (sim_rig_download (&rig, 0, 1, BLOCK + 1), ==, -EPIPE);
  g_assert_cmpint (sim_rig_select (&rig, 4), ==, -EPIPE);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, 7, 0, 0), ==, -EPIPE);
}

static void
test_refusals (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_select (&rig, 0);
  sim_rig_download (&rig, 0, 0, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);
  g_assert_cmpint (rig.data[0], ==, 3); /* errWRITE */
  g_assert_cmpint (sim_rig_download (&rig, 1, 0, BLOCK), ==, -EPIPE);

  sim_rig_select (&rig, 1);
  sim_rig_download (&rig, 32, 0, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);
  g_assert_cmpint (rig.data[0], ==, 8); /* errADDRESS */
  g_assert_cmpint (sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
}

/* Only the block that begins a sector erases it; another is programmed over what is there. */
static void
test_erase (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0xF0, BLOCK);
  sim_rig_write_block (&rig, 1, 0xF0, BLOCK);
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 1, 0x3C, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 1, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0xF0 & 0x3C);
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0x0F, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0x0F);
  g_assert_cmpint (sim_rig_upload (&rig, 1, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0xFF);
}

/* Facts 1.5: what four KB of zeros to the drive erase. */
static void
test_erase_units (void)
{
  static const struct {
    const char *board;
    guint32 erased;
  } boards[] = {
    { "OPENMV2", 16384 },   { "OPENMV3", 32768 },   { "OPENMV4P", 65536 },
    { "OPENMV_N6", 65536 }, { "OPENMV_AE3", 4096 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_auto (SimRig) rig = { 0 };
    const HsPartition *drive;
    g_autoptr (GBytes) bytes = NULL;
    const guint8 *data;
    gsize at = BLOCK;

    sim_rig_init (&rig, boards[i].board, HS_MODE_DFU);
    drive = hs_board_find (hs_sim_camera_get_board (rig.camera), HS_ROLE_FILESYSTEM);
    sim_rig_select (&rig, drive->alt);
    for (guint block = 0; block < MIN (64u, drive->size / BLOCK); block++)
      sim_rig_write_block (&rig, block, 0x33, BLOCK);
    sim_rig_select (&rig, drive->alt);
    sim_rig_write_block (&rig, 0, 0, BLOCK);

    bytes = hs_sim_camera_dup_partition (rig.camera, drive);
    data = g_bytes_get_data (bytes, NULL);
    while (at < drive->size && data[at] == 0xff)
      at++;
    g_assert_cmpuint (at, ==, boards[i].erased);
    g_assert_cmphex (data[at], ==, drive->size > boards[i].erased ? 0x33 : 0xff);
  }
}

/* AE3: no erasing; locked until block 0; locked again at the end. */
static void
test_mram (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV_AE3", HS_MODE_DFU);
  sim_rig_select (&rig, 3);
  sim_rig_write_block (&rig, 0, 0xF0, BLOCK);
  sim_rig_write_block (&rig, 1, 0xF0, BLOCK);
  sim_rig_write_block (&rig, 1, 0x0F, BLOCK);
  sim_rig_upload (&rig, 1, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0x0F); /* overwritten, not ANDed */
  sim_rig_download (&rig, 2, 0, 0);
  sim_rig_get_status (&rig);
  sim_rig_get_status (&rig);

  g_assert_cmpint (sim_rig_download (&rig, 1, 0x55, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -ETIMEDOUT);
  sim_rig_assert_starts (&rig, HS_ROLE_ROMFS1, 0xF0, BLOCK);
}

static void
test_recovery_key (void)
{
  static const guint8 key[] = { 0x15, 0x9E, 0x7D, 0x42, 0x96, 0x1A, 0x71, 0xEB,
                                0x73, 0xA3, 0x26, 0x29, 0x2B, 0x08, 0x09, 0x0E };
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV_AE3", HS_MODE_DFU);
  hs_sim_camera_get_faults (rig.camera)->swapped = TRUE;
  sim_rig_select (&rig, 7);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, -EPIPE);
  sim_rig_download (&rig, 0, 0, BLOCK);
  sim_rig_get_status (&rig);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);

  for (guint i = 0; i < 2; i++) {
    sim_rig_select (&rig, 7);
    memset (rig.data, 0, BLOCK);
    memcpy (rig.data, key, sizeof key);
    g_assert_cmpint (sim_rig_control (&rig, 0x21, DNLOAD, 0, BLOCK), ==, BLOCK);
    sim_rig_get_status (&rig);
    g_assert_cmpint (sim_rig_get_status (&rig), ==, i == 0 ? DNLOAD_IDLE : ERROR); /* works once */
  }
  g_assert_false (hs_sim_camera_get_faults (rig.camera)->swapped);
}

static void
test_swapped (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV_AE3", HS_MODE_DFU);
  hs_sim_camera_get_faults (rig.camera)->swapped = TRUE;
  sim_rig_select (&rig, 6);
  g_assert_cmpint (sim_rig_upload (&rig, 0, 16), ==, 16);
  g_assert_cmphex (rig.data[0], ==, 0xCD); /* D2 CD 31 in its own order */
  g_assert_cmphex (rig.data[1], ==, 0xD2);
  sim_rig_select (&rig, 3);
  g_assert_cmpint (sim_rig_upload (&rig, 0, 16), ==, 16);
  g_assert_cmphex (rig.data[0], ==, 0xD2);
}

/* H7 Plus: SPI_FLASH is the whole chip, ROMFS0 its last quarter. */
static void
test_overlap (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4P", HS_MODE_DFU);
  sim_rig_select (&rig, 4);
  sim_rig_write_block (&rig, 0, 0x42, BLOCK);
  sim_rig_select (&rig, 3);
  g_assert_cmpint (sim_rig_upload (&rig, 0x1800, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0x42);
  g_assert_cmpint (sim_rig_upload (&rig, 0x17ff, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0xff);
}

static void
test_faults (void)
{
  g_auto (SimRig) rig = { 0 };
  HsSimFaults *faults;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  faults = hs_sim_camera_get_faults (rig.camera);
  sim_rig_select (&rig, 1);
  faults->stall_at = 2;
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -EPIPE);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  faults->lose_answer_at = 4;
  g_assert_cmpint (sim_rig_download (&rig, 0, 1, BLOCK), ==, -ETIMEDOUT); /* but it was done */
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, DNLOAD_IDLE);

  faults->write_error_block = 1;
  sim_rig_download (&rig, 1, 0, BLOCK);
  sim_rig_get_status (&rig);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, ERROR);
  g_assert_cmpint (rig.data[0], ==, 3);

  faults->corrupt_block = 0;
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0, BLOCK);
  sim_rig_upload (&rig, 0, BLOCK);
  g_assert_cmphex (rig.data[BLOCK / 2], ==, 0x40);

  faults->slow_block = 2;
  sim_rig_download (&rig, 2, 0, BLOCK);
  sim_rig_get_status (&rig);
  g_assert_cmpuint (rig.busy, ==, 8000000);

  faults->no_upload = TRUE;
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, -EPIPE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim/descriptors", test_descriptors);
  g_test_add_func ("/sim/id", test_id);
  g_test_add_func ("/sim/worked-bytes", test_worked_bytes);
  g_test_add_func ("/sim/upload-looks-at-no-state", test_upload_looks_at_no_state);
  g_test_add_func ("/sim/upload-loses-the-block", test_upload_loses_the_block);
  g_test_add_func ("/sim/states", test_states);
  g_test_add_func ("/sim/refusals", test_refusals);
  g_test_add_func ("/sim/erase", test_erase);
  g_test_add_func ("/sim/erase-units", test_erase_units);
  g_test_add_func ("/sim/mram", test_mram);
  g_test_add_func ("/sim/recovery-key", test_recovery_key);
  g_test_add_func ("/sim/swapped", test_swapped);
  g_test_add_func ("/sim/overlap", test_overlap);
  g_test_add_func ("/sim/faults", test_faults);
  return g_test_run ();
}
