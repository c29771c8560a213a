/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/version.h"
#include "tests/method-rig.h"

#include <string.h>

/* The program's own method against the simulated bootloaders: every board from its application
 * through its bootloader into the new application. */

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  HsCamera *camera;
} Rig;

static void
rig_clear (Rig *rig)
{
  g_clear_object (&rig->camera);
  g_clear_object (&rig->bus);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static void
rig_init (Rig *rig, const HsBoard *board)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  rig->bus = hs_sim_bus_new (board->id, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->sim = hs_sim_bus_get_camera (rig->bus, 0);
  info = hs_bus_find_port (HS_BUS (rig->bus), "1-1");
  rig->camera = hs_camera_new (HS_BUS (rig->bus), info, board, NULL);
}

static GBytes *
make_image (const HsBoard *board, HsRole role)
{
  if (role == HS_ROLE_FIRMWARE || role == HS_ROLE_FIRMWARE_HE)
    return hs_sample_firmware (board, role, "v5.0.0", "5.0.0", 1, 300 * 1024 + 77);
  return hs_sample_romfs (1, 60000);
}

static gboolean
compare (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (user_data, &size);

  g_assert_cmpuint (offset + length, <=, size);
  g_assert_cmpmem (data, length, bytes + offset, length);
  return TRUE;
}

static void
write_and_verify (Rig *rig, HsRole role)
{
  const HsBoard *board = hs_camera_get_board (rig->camera);
  const HsPartition *partition = hs_board_find (board, role);
  const HsWriteOptions options = { .full = TRUE };
  g_autoptr (GBytes) image = make_image (board, role);
  g_autoptr (GBytes) holds = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  gsize size = g_bytes_get_size (image);
  guint blocks = (size + 4095) / 4096;
  guint before = hs_sim_camera_get_n_requests (rig->sim);

  method_write (
      board->method, rig->camera, partition, image, &options, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, >=, size);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (rig->sim) - before,
                    <=,
                    3 * blocks + 8 + 2 * board->n_partitions);

  before = hs_sim_camera_get_n_requests (rig->sim);
  method_read (board->method,
               rig->camera,
               partition,
               size,
               compare,
               image,
               HS_ACTIVITY_VERIFYING,
               NULL,
               NULL,
               &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (rig->sim) - before, <=, blocks + 4);

  holds = hs_sim_camera_dup_partition (rig->sim, partition);
  g_assert_cmpmem (g_bytes_get_data (holds, NULL), size, g_bytes_get_data (image, NULL), size);
}

static void
test_board (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  HsVersion version = { 0 };

  rig_init (&rig, board);
  board->method->enter (rig.camera, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_DFU);
  board->method->check (rig.camera, &error);
  g_assert_no_error (error);

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++)
    write_and_verify (&rig, *role);

  board->method->leave (rig.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
  g_assert_cmpuint (hs_sim_camera_get_n_late (rig.sim), ==, 0);

  hs_version_ask (rig.camera, HS_VERSION_TEXT, &version, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (version.kind, ==, HS_VERSION_TEXT);
  g_assert_cmpstr (version.text, ==, "v5.0.0");
  hs_version_clear (&version);
  hs_version_ask (rig.camera, HS_VERSION_NUMBER, &version, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (version.text, ==, "5.0.0");
  hs_version_clear (&version);
}

/* A bootloader of firmware 4.6 to 4.8 ignores DETACH after the firmware's order. */
static void
test_old_bootloader (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, board);
  hs_sim_bus_set_fault (rig.bus, 0, "old_bootloader", 1);
  board->method->enter (rig.camera, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  board->method->leave (rig.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
}

/* Another camera shows up at the port: the job must see it. */
static void
test_wrong_unit (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, board);
  hs_sim_bus_set_fault (rig.bus, 0, "wrong_unit", 1);
  g_assert_false (board->method->enter (rig.camera, FALSE, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

int
main (int argc, char **argv)
{
  const HsBoard *board;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (board->transfer_size > 0) {
      g_autofree char *path = g_strdup_printf ("/sim-method/%s", board->id);

      g_test_add_data_func (path, board, test_board);
    }
  g_test_add_func ("/sim-method/old-bootloader", test_old_bootloader);
  g_test_add_func ("/sim-method/wrong-unit", test_wrong_unit);
  return g_test_run ();
}
