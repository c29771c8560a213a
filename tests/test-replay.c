/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/transport/recording-bus.h"
#include "flash/transport/replaying-bus.h"
#include "flash/version.h"
#include "tests/method-rig.h"

#include <string.h>

/* A whole run on a simulated camera, recorded, saved, loaded and played again: it must go and end
 * as it did, whether it passed or where it broke. */

static gboolean
compare (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (user_data, &size);

  if (offset + length <= size && memcmp (data, bytes + offset, length) == 0)
    return TRUE;
  g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY, "differs");
  return FALSE;
}

/* What a job does with its camera. */
static gboolean
run (HsBus *bus, GBytes *image, gint64 *us, GError **error)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  const HsMethod *method = board->method;
  const HsPartition *partition = hs_board_find (board, HS_ROLE_FIRMWARE);
  const HsWriteOptions options = { .full = TRUE };
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (bus, "1-1");
  g_autoptr (HsCamera) camera = hs_camera_new (bus, info, board, NULL);
  gint64 begun = hs_bus_now (bus, "1-1");
  HsWriteResult result = { 0 };
  HsVersion version = { 0 };
  gboolean ok;

  ok = method->enter (camera, FALSE, NULL, NULL, error) && method->check (camera, error) &&
       method_write (method, camera, partition, image, &options, &result, NULL, NULL, error) &&
       method_read (method,
                    camera,
                    partition,
                    g_bytes_get_size (image),
                    compare,
                    image,
                    HS_ACTIVITY_VERIFYING,
                    NULL,
                    NULL,
                    error) &&
       method->leave (camera, NULL, NULL, error) &&
       hs_version_ask (camera, HS_VERSION_TEXT, &version, NULL, error);
  hs_camera_close (camera);
  *us = hs_bus_now (bus, "1-1") - begun;
  hs_version_clear (&version);
  return ok;
}

static HsCapture *
save_and_load (HsCapture *capture, gsize *size)
{
  g_autoptr (GBytes) bytes = hs_capture_to_bytes (capture);
  g_autoptr (GError) error = NULL;
  HsCapture *loaded = hs_capture_new_for_bytes (bytes, &error);

  g_assert_no_error (error);
  *size = g_bytes_get_size (bytes);
  return loaded;
}

static void
record_and_replay (guint image_bytes, guint unplug_at, gboolean expect_ok)
{
  g_autoptr (HsSimBus) sim = hs_sim_bus_new ("OPENMV4", NULL, TRUE, NULL);
  g_autoptr (GBytes) image = hs_sample_firmware (
      hs_board_by_id ("OPENMV4"), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, image_bytes);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsBus) recording = hs_recording_bus_new (HS_BUS (sim), capture);
  g_autoptr (HsCapture) loaded = NULL;
  g_autoptr (HsBus) replaying = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  gint64 us;
  gint64 us_again;
  gsize size;

  if (unplug_at > 0)
    hs_sim_bus_set_fault (sim, 0, "unplug_at", unplug_at);
  g_assert_cmpint (run (recording, image, &us, &error), ==, expect_ok);

  loaded = save_and_load (capture, &size);
  g_test_message ("%u bytes: capture of %" G_GSIZE_FORMAT " bytes", image_bytes, size);
  g_assert_cmpuint (size, <, 4 * 1024 * 1024);
  replaying = hs_replaying_bus_new (loaded);
  g_assert_cmpint (run (replaying, image, &us_again, &again), ==, expect_ok);
  g_assert_true (hs_replaying_bus_is_finished (HS_REPLAYING_BUS (replaying)));
  if (!expect_ok) {
    g_assert_cmpint (again->code, ==, error->code);
    g_assert_cmpstr (again->message, ==, error->message);
  }
  g_assert_cmpint (ABS (us - us_again), <, G_TIME_SPAN_SECOND);
}

static void
test_passed (void)
{
  record_and_replay (60 * 1024, 0, TRUE);
}

/* More was received than a capture keeps: the blocks that were sent answer their reading back. */
static void
test_bounded (void)
{
  record_and_replay (1536 * 1024, 0, TRUE);
}

/* Another camera of the bus, with a clock of its own far ahead, leaves and comes meanwhile. */
static void
test_company (void)
{
  g_autoptr (HsSimBus) sim = hs_sim_bus_new ("OPENMV4*2", NULL, TRUE, NULL);
  g_autoptr (GBytes) image = hs_sample_firmware (
      hs_board_by_id ("OPENMV4"), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, 30 * 1024);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsBus) recording = hs_recording_bus_new (HS_BUS (sim), capture);
  g_autoptr (HsCapture) loaded = NULL;
  g_autoptr (HsBus) replaying = NULL;
  g_autoptr (GError) error = NULL;
  gint64 us;
  gsize size;

  hs_bus_sleep (HS_BUS (sim), "1-2", 3600 * (guint64) G_TIME_SPAN_SECOND);
  g_assert_true (run (recording, image, &us, &error));
  hs_sim_bus_unplug (sim, 1);
  g_ptr_array_unref (hs_bus_list (recording));

  loaded = save_and_load (capture, &size);
  replaying = hs_replaying_bus_new (loaded);
  g_assert_true (run (replaying, image, &us, &error));
  g_assert_true (hs_replaying_bus_is_finished (HS_REPLAYING_BUS (replaying)));
}

/* Unplugged at requests all over the run. */
static void
test_failed (void)
{
  for (guint n = 3; n < 60; n += 4)
    record_and_replay (30 * 1024, n, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replay/passed", test_passed);
  g_test_add_func ("/replay/bounded", test_bounded);
  g_test_add_func ("/replay/company", test_company);
  g_test_add_func ("/replay/failed", test_failed);
  return g_test_run ();
}
