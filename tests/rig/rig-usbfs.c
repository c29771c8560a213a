/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernel's side of usbfs for the programs under test: what usbfs-shim.so forwards arrives
 * here. Control transfers are queued at their camera; the rest is answered at once. */
#include "tests/rig/rig.h"
#include "tests/rig/usbfs-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <linux/usbdevice_fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef USBDEVFS_GET_SPEED
#define USBDEVFS_GET_SPEED _IO ('U', 31)
#endif

enum { SPEED_FULL = 2, SPEED_HIGH = 3 }; /* enum usb_device_speed */
enum { REQUEST_SET_INTERFACE = 11 };     /* USB 2.0 table 9-4 */
enum { N_INTERFACES = 32 };

static void
request_free (RigRequest *self)
{
  g_free (self->data);
  g_free (self);
}

/* Empties the pipe, so that the program's poll() says POLLOUT. Bytes that were written one after
 * the other share its one slot. */
static void
wake_client (RigClient *client)
{
  char bytes[4096];

  if (client->slot >= 0 && read (client->slot, bytes, sizeof bytes) < 0 && errno != EAGAIN)
    g_warning ("pipe: %s", g_strerror (errno));
}

static void
send_reply (RigClient *client, int result, int error, const void *data, gsize length)
{
  WireMessage reply = { .kind = WIRE_REPLY, .result = result, .detail = error, .length = length };

  if (length > 0)
    memcpy (reply.data, data, length);
  send (client->socket, &reply, WIRE_HEAD + length, MSG_NOSIGNAL);
}

static void
reply_status (RigClient *client, int error)
{
  send_reply (client, error != 0 ? -1 : 0, error, NULL, 0);
}

/**
 * rig_request_done:
 * @status: 0 or a negative errno, as in a URB
 * @length: bytes of the data stage
 *
 * Completes and frees the request: the program can reap it, and poll() says so.
 */
void
rig_request_done (RigRequest *self, int status, int length)
{
  RigClient *client = self->client;
  WireMessage done = { .kind = WIRE_DONE, .request = self->address };

  g_queue_remove (&client->requests, self);
  g_queue_remove (&client->camera->queue, self);
  if (self->is_ioctl) {
    reply_status (client, -status);
    request_free (self);
    return;
  }

  done.result = status;
  done.detail = length;
  if (self->data[0] & 0x80) {
    done.length = length;
    memcpy (done.data, self->data + 8, length);
  }
  /* The message first: who finds the pipe writable must find the message. */
  send (client->socket, &done, WIRE_HEAD + done.length, MSG_NOSIGNAL);
  wake_client (client);
  request_free (self);
}

/* The device that this node was opened for is gone: as in the kernel, transfers in flight end with
 * ESHUTDOWN and poll() says POLLERR. */
void
rig_client_orphan (RigClient *self)
{
  RigRequest *request;

  self->gone = TRUE;
  self->claimed = 0;
  while ((request = g_queue_peek_head (&self->requests)) != NULL)
    rig_request_done (request, -ESHUTDOWN, 0);
  if (self->slot >= 0)
    close (self->slot);
  self->slot = -1;
}

void
rig_client_free (RigClient *self)
{
  RigRequest *request;

  while ((request = g_queue_pop_head (&self->requests)) != NULL) {
    g_queue_remove (&self->camera->queue, request);
    request_free (request);
  }
  g_ptr_array_remove_fast (self->camera->clients, self);
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->slot >= 0)
    close (self->slot);
  close (self->socket);
  g_free (self);
}

static void
queue_request (RigClient *client, guint64 address, const guint8 *data, gsize n, gboolean is_ioctl)
{
  RigRequest *request = g_new0 (RigRequest, 1);
  guint16 length = data[6] | data[7] << 8;

  request->client = client;
  request->address = address;
  request->is_ioctl = is_ioctl;
  request->data = g_malloc0 (8 + MAX (length, n));
  memcpy (request->data, data, n);
  g_queue_push_tail (&client->requests, request);
  g_queue_push_tail (&client->camera->queue, request);
  rig_camera_run (client->camera);
}

static void
submit (RigClient *client, const WireMessage *message)
{
  WireMessage done = { .kind = WIRE_DONE, .request = message->request, .result = -EPIPE };

  if (!client->gone && message->type == USBDEVFS_URB_TYPE_CONTROL && message->length >= 8) {
    queue_request (client, message->request, message->data, message->length, FALSE);
    return;
  }

  /* Gone, or an endpoint that is not simulated. */
  if (client->gone)
    done.result = -ESHUTDOWN;
  send (client->socket, &done, WIRE_HEAD, MSG_NOSIGNAL);
  wake_client (client);
}

/* Returns an errno, 0 if @client now has the interface. */
static int
claim (RigClient *client, guint interface)
{
  GPtrArray *clients = client->camera->clients;

  if (interface >= N_INTERFACES)
    return EINVAL;
  if (hs_sim_camera_get_faults (client->camera->sim)->held_elsewhere)
    return EBUSY;
  for (guint i = 0; i < clients->len; i++) {
    RigClient *other = g_ptr_array_index (clients, i);

    if (other != client && (other->claimed & (1u << interface)))
      return EBUSY;
  }
  client->claimed |= 1u << interface;
  return 0;
}

static int
discard (RigClient *client, guint64 address)
{
  for (GList *l = client->requests.head; l != NULL; l = l->next) {
    RigRequest *request = l->data;

    if (request->address == address && !request->is_ioctl) {
      rig_request_done (request, -ENOENT, 0);
      return 0;
    }
  }
  return EINVAL;
}

static void
set_interface (RigClient *client, const WireMessage *message)
{
  struct usbdevfs_setinterface setting;
  guint8 setup[8] = { 0x01, REQUEST_SET_INTERFACE };

  memcpy (&setting, message->data, sizeof setting);
  setup[2] = setting.altsetting;
  setup[4] = setting.interface;
  queue_request (client, 0, setup, sizeof setup, TRUE);
}

static int
bus_reset (RigCamera *camera)
{
  hs_sim_camera_bus_reset (camera->sim, g_get_monotonic_time ());
  rig_camera_run (camera);
  return camera->info != NULL ? 0 : ENODEV;
}

static void
handle_ioctl (RigClient *client, const WireMessage *message)
{
  const guint32 capabilities = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                               USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
  RigCamera *camera = client->camera;
  guint32 number;
  guint64 address;

  memcpy (&number, message->data, sizeof number);
  memcpy (&address, message->data, sizeof address);
  if (client->gone && message->request != USBDEVFS_DISCARDURB) {
    reply_status (client, ENODEV);
    return;
  }

  switch (message->request) {
  case USBDEVFS_GET_CAPABILITIES:
    send_reply (client, 0, 0, &capabilities, sizeof capabilities);
    return;
  case USBDEVFS_CLAIMINTERFACE:
  case USBDEVFS_DISCONNECT_CLAIM:
    reply_status (client, claim (client, number));
    return;
  case USBDEVFS_RELEASEINTERFACE:
    client->claimed &= ~(1u << (number % N_INTERFACES));
    reply_status (client, 0);
    return;
  case USBDEVFS_SETINTERFACE:
    set_interface (client, message);
    return;
  case USBDEVFS_SETCONFIGURATION:
  case USBDEVFS_CLEAR_HALT:
    reply_status (client, 0);
    return;
  case USBDEVFS_RESET:
    reply_status (client, bus_reset (camera));
    return;
  case USBDEVFS_GET_SPEED:
    send_reply (client, camera->info->high_speed ? SPEED_HIGH : SPEED_FULL, 0, NULL, 0);
    return;
  case USBDEVFS_DISCARDURB:
    reply_status (client, discard (client, address));
    return;
  default:
    reply_status (client, ENOTTY);
    return;
  }
}

static gboolean
client_cb (gint fd, GIOCondition condition, gpointer data)
{
  RigClient *client = data;
  WireMessage message;
  ssize_t n = recv (fd, &message, sizeof message, MSG_DONTWAIT);

  if (n < 0 && errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  if (n <= 0) {
    client->source = 0;
    rig_client_free (client);
    return G_SOURCE_REMOVE;
  }

  if (message.kind == WIRE_SUBMIT)
    submit (client, &message);
  else
    handle_ioctl (client, &message);
  return G_SOURCE_CONTINUE;
}

static RigCamera *
find_node (Rig *rig, const char *node)
{
  for (guint i = 0; i < rig->cameras->len; i++) {
    RigCamera *camera = g_ptr_array_index (rig->cameras, i);

    if (g_strcmp0 (camera->node, node) == 0)
      return camera;
  }
  return NULL;
}

/* Answers HELLO with the descriptor that the program will hold: the write end of a full pipe. */
static gboolean
send_descriptor (int connection, int *slot)
{
  WireMessage reply = { .kind = WIRE_REPLY };
  char control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct iovec io = { &reply, WIRE_HEAD };
  struct msghdr head = {
    .msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  struct cmsghdr *part = CMSG_FIRSTHDR (&head);
  gboolean sent;
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return FALSE;
  fcntl (ends[1], F_SETPIPE_SZ, 4096); /* one page: one byte fills it */
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN (sizeof (int));
  memcpy (CMSG_DATA (part), &ends[1], sizeof (int));

  sent = write (ends[1], "", 1) == 1 && sendmsg (connection, &head, MSG_NOSIGNAL) > 0;
  close (ends[1]);
  *slot = ends[0];
  return sent;
}

static void
refuse (int connection, int error)
{
  WireMessage reply = { .kind = WIRE_REPLY, .result = -1, .detail = error };

  send (connection, &reply, WIRE_HEAD, MSG_NOSIGNAL);
  close (connection);
}

static gboolean
accept_cb (gint fd, GIOCondition condition, gpointer data)
{
  int connection = accept4 (fd, NULL, NULL, SOCK_CLOEXEC);
  WireMessage hello;
  RigCamera *camera;
  RigClient *client;

  if (connection < 0)
    return G_SOURCE_CONTINUE;
  if (recv (connection, &hello, sizeof hello, 0) <= 0) {
    close (connection);
    return G_SOURCE_CONTINUE;
  }

  camera = find_node (data, (const char *) hello.data);
  if (camera == NULL) {
    refuse (connection, ENODEV);
    return G_SOURCE_CONTINUE;
  }
  if (hs_sim_camera_get_faults (camera->sim)->no_access) {
    refuse (connection, EACCES);
    return G_SOURCE_CONTINUE;
  }

  client = g_new0 (RigClient, 1);
  client->camera = camera;
  client->socket = connection;
  client->slot = -1;
  g_ptr_array_add (camera->clients, client);
  client->source = g_unix_fd_add (connection, G_IO_IN, client_cb, client);
  if (!send_descriptor (connection, &client->slot))
    rig_client_free (client);
  return G_SOURCE_CONTINUE;
}

/* Where usbfs-shim.so connects to; programs find it in USBRIG_SOCKET. */
void
rig_usbfs_listen (Rig *rig)
{
  g_autofree char *path = g_build_filename (rig->root, "usbfs", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) != 0 || listen (fd, 32) != 0)
    g_error ("%s: %s", path, g_strerror (errno));
  g_unix_fd_add (fd, G_IO_IN, accept_cb, rig);
  g_setenv ("USBRIG_SOCKET", path, TRUE);
}
