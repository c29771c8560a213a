/* SPDX-License-Identifier: GPL-3.0-or-later */

/* rom-tool BOARD write|read PARTITION FILE [LENGTH]
 *
 * Drives the method of ST's ROM on port 1-1, over the real libusb: everyday flashing never takes
 * that way. "read" writes the first LENGTH bytes of the partition to FILE. */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/transport/usb-bus.h"

#include <gio/gio.h>
#include <stdlib.h>

#define PORT "1-1"

static gboolean
take (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);
  return TRUE;
}

static gboolean
write_file (HsCamera *camera, const HsPartition *partition, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);
  g_autoptr (HsSource) image = NULL;
  HsWriteResult result = { 0 };
  gboolean ok;

  if (bytes == NULL)
    return FALSE;

  image = hs_source_new_bytes (bytes);
  ok = hs_method_stm_rom.write (camera, partition, image, NULL, &result, NULL, NULL, error);
  g_print ("%" G_GUINT64_FORMAT " bytes written\n", result.wrote_bytes);
  hs_write_result_clear (&result);
  return ok;
}

static gboolean
read_file (HsCamera *camera,
           const HsPartition *partition,
           const char *path,
           guint64 length,
           GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  return hs_method_stm_rom.read (
             camera, partition, 0, length, take, bytes, HS_ACTIVITY_READING, NULL, NULL, error) &&
         g_file_set_contents (path, (const char *) bytes->data, bytes->len, error);
}

static gboolean
run (const HsBoard *board, char **argv, GError **error)
{
  const HsPartition *partition = hs_board_find_named (board, argv[3]);
  g_autoptr (HsBus) bus = hs_usb_bus_new (error);
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (HsCamera) camera = NULL;
  gboolean ok;

  if (bus == NULL || partition == NULL)
    return FALSE;
  info = hs_bus_find_port (bus, PORT);
  if (info == NULL) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "nothing on " PORT);
    return FALSE;
  }

  camera = hs_camera_new (bus, info, board, NULL);
  ok = hs_method_stm_rom.check (camera, error);
  if (ok && g_str_equal (argv[2], "write"))
    ok = write_file (camera, partition, argv[4], error);
  else if (ok)
    ok = read_file (camera, partition, argv[4], g_ascii_strtoull (argv[5], NULL, 10), error);
  hs_camera_close (camera);
  return ok;
}

int
main (int argc, char **argv)
{
  const HsBoard *board = argc > 4 ? hs_board_by_id (argv[1]) : NULL;
  g_autoptr (GError) error = NULL;

  if (board == NULL || (g_str_equal (argv[2], "read") && argc < 6)) {
    g_printerr ("usage: rom-tool BOARD write|read PARTITION FILE [LENGTH]\n");
    return 2;
  }
  if (run (board, argv, &error))
    return 0;
  g_printerr ("%s\n", error != NULL ? error->message : "no such partition");
  return 1;
}
