/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include <string.h>

void
sim_rig_clear (SimRig *rig)
{
  g_clear_object (&rig->camera);
}

void
sim_rig_init (SimRig *rig, const char *board, HsMode mode)
{
  g_autoptr (GError) error = NULL;

  rig->camera = hs_sim_camera_new (hs_board_by_id (board), 1, mode, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->now = G_USEC_PER_SEC;
  hs_sim_camera_plug (rig->camera, rig->now);
}

int
sim_rig_control (SimRig *rig, guint8 type, guint8 request, guint16 value, guint16 length)
{
  const guint8 setup[8] = { type, request, value & 0xff,  value >> 8,
                            0,    0,       length & 0xff, length >> 8 };
  int n = hs_sim_camera_control (rig->camera, setup, rig->data, rig->now, &rig->busy);

  rig->now += rig->busy;
  return n;
}

int
sim_rig_select (SimRig *rig, guint8 alt)
{
  return sim_rig_control (rig, 0x01, 11, alt, 0);
}

int
sim_rig_download (SimRig *rig, guint16 block, guint8 fill, guint16 length)
{
  memset (rig->data, fill, sizeof rig->data);
  return sim_rig_control (rig, 0x21, DNLOAD, block, length);
}

int
sim_rig_upload (SimRig *rig, guint16 block, guint16 length)
{
  return sim_rig_control (rig, 0xA1, UPLOAD, block, length);
}

/* The state that GETSTATUS answers; the status is in data[0]. */
int
sim_rig_get_status (SimRig *rig)
{
  int n = sim_rig_control (rig, 0xA1, GETSTATUS, 0, 6);

  if (n < 0)
    return n;
  g_assert_cmpint (n, ==, 6);
  g_assert_cmpuint (rig->data[1] | rig->data[2] | rig->data[3], ==, 0);
  return rig->data[4];
}

void
sim_rig_write_block (SimRig *rig, guint16 block, guint8 fill, guint16 length)
{
  g_assert_cmpint (sim_rig_download (rig, block, fill, length), ==, length);
  g_assert_cmpint (sim_rig_get_status (rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (rig), ==, DNLOAD_IDLE);
}

/* Until nothing more happens by itself. */
void
sim_rig_settle (SimRig *rig)
{
  for (gint64 next; (next = hs_sim_camera_advance (rig->camera, rig->now)) != G_MAXINT64;)
    rig->now = next;
}

void
sim_rig_assert_starts (SimRig *rig, HsRole role, guint8 byte, gsize length)
{
  const HsBoard *board = hs_sim_camera_get_board (rig->camera);
  g_autoptr (GBytes) bytes = hs_sim_camera_dup_partition (rig->camera, hs_board_find (board, role));
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  for (gsize i = 0; i < length; i++)
    g_assert_cmphex (data[i], ==, byte);
}

/* Writes @image to @role as a host does. */
void
sim_rig_flash (SimRig *rig, HsRole role, GBytes *image)
{
  const HsPartition *partition = hs_board_find (hs_sim_camera_get_board (rig->camera), role);
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);
  guint blocks = (size + BLOCK - 1) / BLOCK;

  g_assert_cmpint (sim_rig_select (rig, partition->alt), ==, 0);
  for (guint i = 0; i < blocks; i++) {
    gsize n = MIN (size - i * BLOCK, BLOCK);

    memcpy (rig->data, data + i * BLOCK, n);
    g_assert_cmpint (sim_rig_control (rig, 0x21, DNLOAD, i, n), ==, n);
    g_assert_cmpint (sim_rig_get_status (rig), ==, BUSY);
    g_assert_cmpint (sim_rig_get_status (rig), ==, DNLOAD_IDLE);
  }
  g_assert_cmpint (sim_rig_download (rig, blocks, 0, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (rig), ==, MANIFEST);
  g_assert_cmpint (sim_rig_get_status (rig), ==, IDLE);
}
