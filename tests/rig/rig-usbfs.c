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
  WireMessage reply;

  memset (&reply, 0, WIRE_HEAD);
  reply.kind = WIRE_REPLY;
  reply.result = result;
  reply.detail = error;
  reply.length = length;
  if (length > 0)
    memcpy (reply.data, data, length);
  send (client->socket, &reply, WIRE_HEAD + length, MSG_NOSIGNAL);
}

static void
reply_status (RigClient *client, int error)
{
  send_reply (client, error != 0 ? -1 : 0, error, NULL, 0);
}

/* @data: (nullable): what came in */
static void
send_done (RigClient *client, guint64 address, int status, int length, const guint8 *data)
{
  WireMessage done;

  memset (&done, 0, WIRE_HEAD);
  done.kind = WIRE_DONE;
  done.request = address;
  done.result = status;
  done.detail = length;
  if (data != NULL && length > 0) {
    done.length = length;
    memcpy (done.data, data, length);
  }
  /* The message first: who finds the pipe writable must find the message. */
  send (client->socket, &done, WIRE_HEAD + done.length, MSG_NOSIGNAL);
  wake_client (client);
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
  const guint8 *payload = self->data + (self->endpoint == 0 ? 8 : 0);
  gboolean in = rig_request_is_in (self);

  rig_request_unqueue (self);
  if (self->is_ioctl) {
    reply_status (client, -status);
    request_free (self);
    return;
  }

  send_done (client, self->address, status, length, in ? payload : NULL);
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

  while ((request = g_queue_peek_head (&self->requests)) != NULL) {
    rig_request_unqueue (request);
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
queue_control (RigClient *client, guint64 address, const guint8 *data, gsize n, gboolean is_ioctl)
{
  RigRequest *request = g_new0 (RigRequest, 1);

  request->client = client;
  request->address = address;
  request->is_ioctl = is_ioctl;
  request->length = data[6] | data[7] << 8;
  request->data = g_malloc0 (8 + MAX (request->length, n));
  memcpy (request->data, data, n);
  rig_request_queue (request);
}

static void
queue_transfer (RigClient *client, const WireMessage *message)
{
  RigRequest *request = g_new0 (RigRequest, 1);

  request->client = client;
  request->address = message->request;
  request->endpoint = message->endpoint;
  request->length = message->result;
  request->data = g_malloc0 (MAX (request->length, 1));
  memcpy (request->data, message->data, MIN (request->length, message->length));
  rig_request_queue (request);
}

/* Whether the kernel would take the URB: the endpoint exists, is of that kind, and its interface is
 * this program's. */
static gboolean
accepts (RigClient *client, const WireMessage *message)
{
  GArray *endpoints = client->camera->info->endpoints;
  guint kind = message->type == USBDEVFS_URB_TYPE_BULK ? 2 : 3; /* USB 2.0 table 9-13 */

  if (message->type != USBDEVFS_URB_TYPE_BULK && message->type != USBDEVFS_URB_TYPE_INTERRUPT)
    return FALSE;
  for (guint i = 0; i < endpoints->len; i++) {
    const HsUsbEndpoint *endpoint = &g_array_index (endpoints, HsUsbEndpoint, i);

    if (endpoint->address == message->endpoint)
      return (endpoint->attributes & 3) == kind && message->result >= 0 &&
             message->result <= WIRE_MAX && (client->claimed & 1u << endpoint->interface) != 0;
  }
  return FALSE;
}

static void
submit (RigClient *client, const WireMessage *message)
{
  if (client->gone)
    send_done (client, message->request, -ESHUTDOWN, 0, NULL);
  else if (message->type == USBDEVFS_URB_TYPE_CONTROL && message->length >= 8)
    queue_control (client, message->request, message->data, message->length, FALSE);
  else if (accepts (client, message))
    queue_transfer (client, message);
  else
    send_done (client, message->request, -EPROTO, 0, NULL);
}

/* (nullable): the kernel's driver for such an interface */
const char *
rig_driver_of (RigCamera *camera, guint interface)
{
  for (guint i = 0; i < camera->info->alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (camera->info->alts, HsUsbAlt, i);

    if (alt->number != interface)
      continue;
    switch (alt->class) {
    case 0x02: /* CDC, CDC data */
    case 0x0a:
      return "cdc_acm";
    case 0x03:
      return "usbhid";
    case 0x08:
      return "usb-storage";
    default:
      return NULL;
    }
  }
  return NULL;
}

static gboolean
has_interface (RigCamera *camera, guint interface)
{
  for (guint i = 0; i < camera->info->alts->len; i++)
    if (g_array_index (camera->info->alts, HsUsbAlt, i).number == interface)
      return interface < N_INTERFACES;
  return FALSE;
}

/* Returns an errno, 0 if @client now has the interface. */
static int
claim (RigClient *client, guint interface, gboolean detach)
{
  GPtrArray *clients = client->camera->clients;

  if (!has_interface (client->camera, interface))
    return ENOENT;
  if (!detach && (client->camera->bound & 1u << interface) != 0)
    return EBUSY;
  if (hs_sim_camera_get_faults (client->camera->sim)->held_elsewhere)
    return EBUSY;
  for (guint i = 0; i < clients->len; i++) {
    RigClient *other = g_ptr_array_index (clients, i);

    if (other != client && (other->claimed & (1u << interface)))
      return EBUSY;
  }
  client->claimed |= 1u << interface;
  client->camera->bound &= ~(1u << interface);
  return 0;
}

/* USBDEVFS_GETDRIVER: who holds an interface, "usbfs" being a program. */
static void
get_driver (RigClient *client, const WireMessage *message)
{
  RigCamera *camera = client->camera;
  struct usbdevfs_getdriver driver = { 0 };
  const char *name = NULL;

  memcpy (&driver.interface, message->data, sizeof driver.interface);
  if (driver.interface < N_INTERFACES && (camera->bound & 1u << driver.interface) != 0)
    name = rig_driver_of (camera, driver.interface);
  for (guint i = 0; i < camera->clients->len && driver.interface < N_INTERFACES; i++) {
    RigClient *other = g_ptr_array_index (camera->clients, i);

    if ((other->claimed & 1u << driver.interface) != 0)
      name = "usbfs";
  }
  if (name == NULL) {
    reply_status (client, ENODATA);
    return;
  }
  g_strlcpy (driver.driver, name, sizeof driver.driver);
  send_reply (client, 0, 0, &driver, sizeof driver);
}

/* USBDEVFS_IOCTL: asks the kernel to take its driver off an interface, or to look for one again.
 * Returns an errno; as the kernel, CONNECT counts what it bound in *@n. */
static int
drive_interface (RigClient *client, const WireMessage *message, int *n)
{
  RigCamera *camera = client->camera;
  struct usbdevfs_ioctl command;
  guint32 bit;

  memcpy (&command, message->data, sizeof command);
  if (command.ifno < 0 || !has_interface (camera, command.ifno))
    return EINVAL;

  bit = 1u << command.ifno;
  switch (command.ioctl_code) {
  case USBDEVFS_DISCONNECT:
    if ((camera->bound & bit) == 0)
      return ENODATA;
    camera->bound &= ~bit;
    return 0;
  case USBDEVFS_CONNECT:
    for (guint i = 0; i < camera->clients->len; i++)
      if (((RigClient *) g_ptr_array_index (camera->clients, i))->claimed & bit)
        return EBUSY;
    *n = (camera->bound & bit) == 0 && rig_driver_of (camera, command.ifno) != NULL;
    if (*n > 0)
      camera->bound |= bit;
    return 0;
  default:
    return ENOTTY;
  }
}

static void
clear_halt (RigClient *client, guint8 endpoint)
{
  hs_sim_camera_clear_halt (client->camera->sim, endpoint, g_get_monotonic_time ());
  reply_status (client, 0);
  rig_camera_run (client->camera);
}

static int
discard (RigClient *client, guint64 address)
{
  for (GList *l = client->requests.head; l != NULL; l = l->next) {
    RigRequest *request = l->data;

    if (request->address == address && !request->is_ioctl) {
      rig_request_done (request, -ENOENT, request->done + (request->moved ? request->n : 0));
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
  queue_control (client, 0, setup, sizeof setup, TRUE);
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
                               USBDEVFS_CAP_BULK_SCATTER_GATHER |
                               USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
  RigCamera *camera = client->camera;
  guint32 number;
  guint64 address;
  int error;

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
    reply_status (client, claim (client, number, message->request == USBDEVFS_DISCONNECT_CLAIM));
    return;
  case USBDEVFS_GETDRIVER:
    get_driver (client, message);
    return;
  case USBDEVFS_IOCTL:
    number = 0;
    error = drive_interface (client, message, (int *) &number);
    send_reply (client, error != 0 ? -1 : (int) number, error, NULL, 0);
    return;
  case USBDEVFS_RELEASEINTERFACE:
    client->claimed &= ~(1u << (number % N_INTERFACES));
    reply_status (client, 0);
    return;
  case USBDEVFS_SETINTERFACE:
    set_interface (client, message);
    return;
  case USBDEVFS_SETCONFIGURATION:
    reply_status (client, 0);
    return;
  case USBDEVFS_CLEAR_HALT:
    clear_halt (client, number);
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
