/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/stm32prog.h"
#include "flash/rom-kind.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-camera-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* Whose ROM that is, of simulated cameras in virtual time; and what the STM32N6's waits for. */

static HsSimBus *
open_bus (const char *board)
{
  g_autofree char *spec = g_strconcat (board, "@rom", NULL);
  g_autoptr (GError) error = NULL;
  HsSimBus *bus = hs_sim_bus_new (spec, NULL, TRUE, &error);

  g_assert_no_error (error);
  return bus;
}

static HsUsbInfo *
look (HsSimBus *bus)
{
  HsUsbInfo *info = hs_bus_find_port (HS_BUS (bus), "1-1");

  g_assert_nonnull (info);
  return info;
}

static void
test_kinds (void)
{
  const struct {
    const char *board;
    HsRomKind kind;
    guint device_id;
  } cases[] = {
    { "OPENMV2", HS_ROM_KIND_ST_DFUSE, 0 },  { "OPENMV3", HS_ROM_KIND_ST_DFUSE, 0 },
    { "OPENMV4", HS_ROM_KIND_ST_DFUSE, 0 },  { "OPENMV4P", HS_ROM_KIND_ST_DFUSE, 0 },
    { "OPENMVPT", HS_ROM_KIND_ST_DFUSE, 0 }, { "OPENMV_N6", HS_ROM_KIND_ST_PHASE, 0x486 },
    { "OPENMV_RT1060", HS_ROM_KIND_SDP, 0 }, { "ARDUINO_PORTENTA_H7", HS_ROM_KIND_ST_DFUSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsSimBus) bus = open_bus (cases[i].board);
    g_autoptr (HsUsbInfo) info = look (bus);

    g_assert_cmpint (hs_rom_kind (info), ==, cases[i].kind);
    g_assert_cmphex (hs_rom_get_device_id (info), ==, cases[i].device_id);
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
      g_assert_cmpint (hs_rom_fits_board (info, hs_board_by_id (cases[k].board)),
                       ==,
                       cases[k].kind == cases[i].kind);
  }
}

/* Neither a running camera nor an everyday bootloader is a ROM; nor is what ST's id alone says. */
static void
test_no_rom (void)
{
  const char *const specs[] = { "OPENMV4", "OPENMV4@dfu", "OPENMV_RT1060", "OPENMV_N6@dfu" };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimBus) bus = hs_sim_bus_new (specs[i], NULL, TRUE, &error);
    g_autoptr (HsUsbInfo) info = NULL;

    g_assert_no_error (error);
    info = look (bus);
    g_assert_cmpint (hs_rom_kind (info), ==, HS_ROM_KIND_NONE);
    g_assert_false (
        hs_rom_fits_board (info, hs_sim_camera_get_board (hs_sim_bus_get_camera (bus, 0))));
  }
}

static void
test_odd_descriptors (void)
{
  g_autoptr (HsSimBus) bus = open_bus ("OPENMV_N6");
  g_autoptr (HsUsbInfo) info = look (bus);
  g_autoptr (HsUsbInfo) silent = hs_usb_info_copy (info);
  g_autoptr (HsUsbInfo) other = hs_usb_info_copy (info);

  g_clear_pointer (&silent->product, g_free);
  g_assert_cmpint (hs_rom_kind (silent), ==, HS_ROM_KIND_ST_PHASE);
  g_assert_true (hs_rom_fits_board (silent, hs_board_by_id ("OPENMV_N6")));
  g_assert_false (hs_rom_fits_board (silent, hs_board_by_id ("OPENMV4")));

  silent->product = g_strdup ("STM32  BOOTLOADER");
  g_assert_cmpint (hs_rom_kind (silent), ==, HS_ROM_KIND_NONE);
  g_assert_false (hs_rom_fits_board (silent, hs_board_by_id ("OPENMV_N6")));

  g_free (other->product); /* an STM32MP13 */
  other->product = g_strdup ("DFU in HS Mode @Device ID /0x501, @Revision ID /0x1003");
  g_assert_cmpint (hs_rom_kind (other), ==, HS_ROM_KIND_ST_PHASE);
  g_assert_cmphex (hs_rom_get_device_id (other), ==, 0x501);
  g_assert_false (hs_rom_fits_board (other, hs_board_by_id ("OPENMV_N6")));
}

static void
test_phase (void)
{
  g_autoptr (HsSimBus) bus = open_bus ("OPENMV_N6");
  g_autoptr (HsUsbInfo) info = look (bus);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTransport) transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
  HsStm32progPhase phase = { 0 };

  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (hs_stm32prog_read_phase (transport, info, &phase, &error));
    g_assert_no_error (error);
    g_assert_cmphex (phase.phase, ==, HS_STM32PROG_PHASE_FSBL);
    g_assert_cmphex (phase.destination, ==, 0xFFFFFFFF);
    g_assert_cmpuint (phase.offset, ==, 0);
  }
  hs_transport_close (transport);
}

/* Every request fails once in every way; the next attempt is right. */
static void
test_phase_faults (gconstpointer data)
{
  const char *fault = data;

  for (guint nth = 1;; nth++) {
    g_autoptr (HsSimBus) bus = open_bus ("OPENMV_N6");
    g_autoptr (HsUsbInfo) info = look (bus);
    g_autoptr (GError) error = NULL;
    g_autoptr (HsTransport) transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
    HsStm32progPhase phase = { 0 };
    gboolean ok;

    g_assert_no_error (error);
    hs_sim_bus_set_fault (bus, 0, fault, nth);
    ok = hs_stm32prog_read_phase (transport, info, &phase, &error);
    g_assert_true (ok == (error == NULL));
    hs_sim_bus_set_fault (bus, 0, fault, 0);
    if (!ok) {
      g_clear_error (&error);
      ok = hs_stm32prog_read_phase (transport, info, &phase, &error);
      g_assert_no_error (error);
      g_assert_cmphex (phase.phase, ==, HS_STM32PROG_PHASE_FSBL);
    } else {
      return;
    }
    hs_transport_close (transport);
  }
}

/* ST's DfuSe has no phases. */
static void
test_no_phase (void)
{
  g_autoptr (HsSimBus) bus = open_bus ("OPENMV4");
  g_autoptr (HsUsbInfo) info = look (bus);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTransport) transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
  HsStm32progPhase phase;

  g_assert_no_error (error);
  g_assert_false (hs_stm32prog_read_phase (transport, info, &phase, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  hs_transport_close (transport);
}

/* ST's program writes the flash of an STM32N6 while its ROM is there; plugged in anew it starts. */
static void
test_written_by_others (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV_N6");
  const HsPartition *partition = hs_board_find (board, HS_ROLE_BOOTLOADER);
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-n6-XXXXXX", NULL);
  g_autofree char *id = hs_sim_camera_make_id (board, 1);
  g_autofree char *file = g_strconcat (partition->name, ".bin", NULL);
  g_autofree char *path = g_build_filename (dir, id, file, NULL);
  g_autoptr (GBytes) loader = hs_sample_bootloader (board, 0x0104);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSimBus) bus = hs_sim_bus_new ("OPENMV_N6@no-bootloader", dir, TRUE, &error);
  HsSimCamera *camera;
  FILE *stream;
  gsize size;
  const guint8 *data = g_bytes_get_data (loader, &size);

  g_assert_no_error (error);
  camera = hs_sim_bus_get_camera (bus, 0);
  hs_sim_bus_settle (bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_ROM); /* alone, no jumper */
  stream = g_fopen (path, "r+b");
  g_assert_nonnull (stream);
  g_assert_cmpuint (fwrite (data, 1, size, stream), ==, size);
  fclose (stream);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_ROM);

  hs_sim_bus_unplug (bus, 0);
  hs_sim_bus_plug (bus, 0);
  hs_sim_bus_settle (bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_APP);
  hs_sim_drive_remove_tree (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rom-kind/kinds", test_kinds);
  g_test_add_func ("/rom-kind/no-rom", test_no_rom);
  g_test_add_func ("/rom-kind/odd-descriptors", test_odd_descriptors);
  g_test_add_func ("/rom-kind/phase", test_phase);
  g_test_add_data_func ("/rom-kind/phase-faults/stalled", "stall_at", test_phase_faults);
  g_test_add_data_func ("/rom-kind/phase-faults/silent", "lose_answer_at", test_phase_faults);
  g_test_add_func ("/rom-kind/no-phase", test_no_phase);
  g_test_add_func ("/rom-kind/written-by-others", test_written_by_others);
  return g_test_run ();
}
