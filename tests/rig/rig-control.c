/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a test's hands do: one-line commands on a socket, answered by one line each; execute()
 * below has them all. */
#include "tests/rig/rig.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/stat.h>

/* All members are as large as an int; the ones that name a request are counted from now with a
 * leading '+'. */
static const struct {
  const char *name;
  gsize offset;
} faults[] = {
  { "unplug-at", G_STRUCT_OFFSET (HsSimFaults, unplug_at) },
  { "stall-at", G_STRUCT_OFFSET (HsSimFaults, stall_at) },
  { "lose-answer-at", G_STRUCT_OFFSET (HsSimFaults, lose_answer_at) },
  { "write-error-block", G_STRUCT_OFFSET (HsSimFaults, write_error_block) },
  { "corrupt-block", G_STRUCT_OFFSET (HsSimFaults, corrupt_block) },
  { "slow-block", G_STRUCT_OFFSET (HsSimFaults, slow_block) },
  { "wrong-unit", G_STRUCT_OFFSET (HsSimFaults, wrong_unit) },
  { "stay-away", G_STRUCT_OFFSET (HsSimFaults, stay_away) },
  { "no-upload", G_STRUCT_OFFSET (HsSimFaults, no_upload) },
  { "torn-reads-hang", G_STRUCT_OFFSET (HsSimFaults, torn_reads_hang) },
  { "no-access", G_STRUCT_OFFSET (HsSimFaults, no_access) },
  { "held-elsewhere", G_STRUCT_OFFSET (HsSimFaults, held_elsewhere) },
  { "old-bootloader", G_STRUCT_OFFSET (HsSimFaults, old_bootloader) },
  { "app-silent", G_STRUCT_OFFSET (HsSimFaults, app_silent) },
  { "app-legacy", G_STRUCT_OFFSET (HsSimFaults, app_legacy) },
  { "swapped", G_STRUCT_OFFSET (HsSimFaults, swapped) },
  { "set-pointer-protected", G_STRUCT_OFFSET (HsSimFaults, set_pointer_protected) },
  { "unprotect-damage", G_STRUCT_OFFSET (HsSimFaults, unprotect_damage) },
};

static char *
set_fault (RigCamera *camera, const char *name, const char *value)
{
  HsSimFaults *live = hs_sim_camera_get_faults (camera->sim);
  gint64 number = g_ascii_strtoll (value, NULL, 10);

  if (value[0] == '+')
    number += hs_sim_camera_get_n_requests (camera->sim);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    if (strcmp (faults[i].name, name) != 0)
      continue;
    G_STRUCT_MEMBER (int, live, faults[i].offset) = number;
    if (camera->node != NULL) {
      g_autofree char *path = g_strconcat (camera->rig->root, camera->node, NULL);

      chmod (path, live->no_access ? 0 : 0666);
    }
    return g_strdup ("ok");
  }
  return g_strdup_printf ("error: no fault %s", name);
}

static char *
describe (RigCamera *camera)
{
  HsSimCamera *sim = camera->sim;

  return g_strdup_printf (
      "id=%s board=%s mode=%s port=%s node=%s plugged=%d hung=%d requests=%u late=%u "
      "transfers=%" G_GUINT64_FORMAT " busy_us=%" G_GUINT64_FORMAT
      " model_busy_us=%" G_GUINT64_FORMAT " open=%u bound=%u",
      hs_sim_camera_get_id (sim),
      hs_sim_camera_get_board (sim)->id,
      hs_mode_name (hs_sim_camera_get_mode (sim)),
      camera->port,
      camera->node != NULL ? camera->node : "-",
      hs_sim_camera_is_plugged (sim),
      hs_sim_camera_is_hung (sim),
      hs_sim_camera_get_n_requests (sim),
      hs_sim_camera_get_n_late (sim),
      camera->n_transfers,
      camera->busy_us,
      hs_sim_camera_get_busy_us (sim),
      camera->clients->len,
      camera->bound);
}

/* SHA-256 of the first @length bytes (all if NULL) of what the partition holds. */
static char *
hash (RigCamera *camera, const char *name, const char *length)
{
  const HsPartition *partition = hs_board_find_named (hs_sim_camera_get_board (camera->sim), name);
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  if (partition == NULL)
    return g_strdup_printf ("error: no partition %s", name);

  bytes = hs_sim_camera_dup_partition (camera->sim, partition);
  data = g_bytes_get_data (bytes, &size);
  if (length != NULL)
    size = MIN (size, g_ascii_strtoull (length, NULL, 10));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, data, size);
}

/* Option bytes in hexadecimal, and what was done to them. */
static char *
describe_options (RigCamera *camera)
{
  g_autoptr (GBytes) bytes = hs_sim_camera_dup_options (camera->sim);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_strdup_printf ("level=%u writes=%u unprotects=%u needless=%u bytes=%s",
                          hs_sim_camera_get_rdp_level (camera->sim),
                          hs_sim_camera_get_n_option_writes (camera->sim),
                          hs_sim_camera_get_n_unprotects (camera->sim),
                          hs_sim_camera_get_n_needless_unprotects (camera->sim),
                          text->str);
}

static void
swap_ports (RigCamera *a, RigCamera *b)
{
  gint64 now = g_get_monotonic_time ();
  char *port = a->port;
  guint number = a->number;

  hs_sim_camera_unplug (a->sim, now);
  hs_sim_camera_unplug (b->sim, now);
  rig_camera_run (a);
  rig_camera_run (b);
  a->port = b->port;
  a->number = b->number;
  b->port = port;
  b->number = number;
  rig_camera_plug (a);
  rig_camera_plug (b);
}

static RigCamera *
find_camera (Rig *rig, const char *text)
{
  guint64 number;

  if (text == NULL ||
      !g_ascii_string_to_unsigned (text, 10, 0, rig->cameras->len - 1, &number, NULL))
    return NULL;
  return g_ptr_array_index (rig->cameras, number);
}

/* Cameras are numbered in the order of --cameras, from 0, wherever they are plugged in now. */
static char *
execute (Rig *rig, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint n = g_strv_length (words);
  RigCamera *camera = n > 1 ? find_camera (rig, words[1]) : NULL;

  if (camera == NULL)
    return g_strdup ("error: which camera?");
  if (n == 2 && g_str_equal (words[0], "plug")) {
    rig_camera_plug (camera);
    return g_strdup ("ok");
  }
  if (n == 2 && g_str_equal (words[0], "unplug")) {
    rig_camera_unplug (camera);
    return g_strdup ("ok");
  }
  if (n == 3 && g_str_equal (words[0], "swap") && find_camera (rig, words[2]) != NULL) {
    swap_ports (camera, find_camera (rig, words[2]));
    return g_strdup ("ok");
  }
  if (n == 2 && g_str_equal (words[0], "press")) { /* RESET twice, or BOOTSEL and power */
    hs_sim_camera_hand_enter (camera->sim, g_get_monotonic_time ());
    rig_camera_run (camera);
    return g_strdup ("ok");
  }
  if (n == 3 && g_str_equal (words[0], "jumper")) {
    hs_sim_camera_set_jumper (camera->sim, g_str_equal (words[2], "on"));
    return g_strdup ("ok");
  }
  if (n == 2 && g_str_equal (words[0], "button")) {
    hs_sim_camera_press_button (camera->sim, g_get_monotonic_time ());
    rig_camera_run (camera);
    return g_strdup ("ok");
  }
  if (n == 2 && g_str_equal (words[0], "burns")) /* which fuses, ever */
    return hs_sim_camera_dup_burns (camera->sim);
  if (n == 4 && g_str_equal (words[0], "fault"))
    return set_fault (camera, words[2], words[3]);
  if (n == 2 && g_str_equal (words[0], "stat"))
    return describe (camera);
  if (n == 2 && g_str_equal (words[0], "options"))
    return describe_options (camera);
  if (n >= 3 && g_str_equal (words[0], "sha"))
    return hash (camera, words[2], words[3]);
  return g_strdup_printf ("error: no command %s", words[0]);
}

/* Lives as long as its connection. */
typedef struct {
  Rig *rig;
  GSocketConnection *connection;
  GDataInputStream *in;
} Conversation;

static void
conversation_free (Conversation *self)
{
  g_object_unref (self->in);
  g_object_unref (self->connection);
  g_free (self);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Conversation *self = data;
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_autofree char *answer = NULL;
  g_autofree char *full = NULL;

  if (line == NULL) {
    conversation_free (self);
    return;
  }

  answer = execute (self->rig, line);
  full = g_strconcat (answer, "\n", NULL);
  g_output_stream_write_all (out, full, strlen (full), NULL, NULL, NULL);
  g_data_input_stream_read_line_async (self->in, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Conversation *self = g_new0 (Conversation, 1);

  self->rig = data;
  self->connection = g_object_ref (connection);
  self->in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_data_input_stream_read_line_async (self->in, G_PRIORITY_DEFAULT, NULL, line_cb, self);
  return TRUE;
}

/* Where commands are taken; programs find it in USBRIG_CONTROL. */
void
rig_control_listen (Rig *rig)
{
  g_autofree char *path = g_build_filename (rig->root, "control", NULL);
  GSocketService *service = g_socket_service_new (); /* lives as long as the process */
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service),
                                      address,
                                      G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_DEFAULT,
                                      NULL,
                                      NULL,
                                      &error))
    g_error ("%s: %s", path, error->message);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), rig);
  g_setenv ("USBRIG_CONTROL", path, TRUE);
}

/* "usbrig ctl WORDS…": hands one command to the running rig and prints its answer. */
int
rig_control_send (int argc, char **argv)
{
  const char *path = g_getenv ("USBRIG_CONTROL");
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path != NULL ? path : "");
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GDataInputStream) in = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *words = g_strjoinv (" ", argv);
  g_autofree char *line = g_strconcat (words, "\n", NULL);
  g_autofree char *answer = NULL;

  connection = g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);
  if (connection == NULL) {
    g_printerr ("usbrig: %s\n", error->message);
    return 2;
  }

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             line,
                             strlen (line),
                             NULL,
                             NULL,
                             NULL);
  in = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  answer = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  g_print ("%s\n", answer != NULL ? answer : "error: no answer");
  return answer != NULL && !g_str_has_prefix (answer, "error") ? 0 : 1;
}
