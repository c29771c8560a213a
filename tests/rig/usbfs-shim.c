/* SPDX-License-Identifier: GPL-3.0-or-later */

/* usbfs-shim.so, preloaded before libumockdev-preload into the programs under test. umockdev
 * stands in for sysfs, udev and hot-plug; this takes over the device nodes /dev/bus/usb/BBB/DDD
 * and talks to usbrig. The descriptor that the program holds is the write end of a pipe with one
 * slot, so that poll() tells what it tells on usbfs: POLLOUT, a URB can be reaped; POLLERR, the
 * device is gone (usbrig closed the read end). */
#undef _FILE_OFFSET_BITS /* open and open64 are to be two symbols */
#include "tests/rig/usbfs-wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/usb/ch9.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MAX_FD = 1024, NOT_OURS = -2 };
#define NODES "/dev/bus/usb/"
#define LOCKS "/run/lock/"

/* A completion that came while a reply was awaited. */
typedef struct _Completion {
  struct _Completion *next;
  WireMessage message;
} Completion;

typedef struct {
  int socket;
  int gone;
  Completion *head;
  Completion **tail;
  pthread_mutex_t lock; /* one ioctl at a time, as the kernel does it per device */
} Node;

static Node *nodes[MAX_FD];

static struct {
  int (*open) (const char *, int, ...);
  int (*open_2) (const char *, int);
  int (*open64_2) (const char *, int);
  int (*ioctl) (int, unsigned long, ...);
  int (*libc_ioctl) (int, unsigned long, ...);
  int (*close) (int);
  int (*access) (const char *, int);
  int (*bind) (int, const struct sockaddr *, socklen_t);
  int (*libc_bind) (int, const struct sockaddr *, socklen_t);
} next;

/* What this library exports: the C library's names, so no header of ours declares them. */
int open (const char *path, int flags, ...);
int open64 (const char *path, int flags, ...);
int __open_2 (const char *path, int flags);
int __open64_2 (const char *path, int flags);

/* Not in a constructor: the sanitizers open files before any constructor of ours runs. */
static void
find_next (void)
{
  void *libc;

  if (next.close != NULL)
    return;

  libc = dlopen ("libc.so.6", RTLD_LAZY);
  next.libc_ioctl = dlsym (libc, "ioctl");
  next.libc_bind = dlsym (libc, "bind");
  next.open = dlsym (RTLD_NEXT, "open");
  next.open_2 = dlsym (RTLD_NEXT, "__open_2");
  next.open64_2 = dlsym (RTLD_NEXT, "__open64_2");
  next.ioctl = dlsym (RTLD_NEXT, "ioctl");
  next.access = dlsym (RTLD_NEXT, "access");
  next.bind = dlsym (RTLD_NEXT, "bind");
  next.close = dlsym (RTLD_NEXT, "close");
}

static int
fail (int error)
{
  errno = error;
  return -1;
}

static int
receive_descriptor (int connection, WireMessage *reply)
{
  char control[CMSG_SPACE (sizeof (int))] = { 0 };
  struct iovec io = { reply, sizeof *reply };
  struct msghdr head = {
    .msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
  };
  struct cmsghdr *part;
  int fd = -1;

  if (recvmsg (connection, &head, MSG_CMSG_CLOEXEC) <= 0)
    return fail (ENODEV);
  if (reply->result != 0)
    return fail (reply->detail);

  part = CMSG_FIRSTHDR (&head);
  if (part != NULL)
    memcpy (&fd, CMSG_DATA (part), sizeof fd);
  return fd >= 0 && fd < MAX_FD ? fd : fail (EMFILE);
}

/* Opens a device node at usbrig; NOT_OURS if @path is none. */
static int
open_node (const char *path)
{
  const char *where = getenv ("USBRIG_SOCKET");
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  WireMessage message = { .kind = WIRE_HELLO };
  Node *node;
  int connection, fd, error;

  find_next ();
  if (where == NULL || strncmp (path, NODES, strlen (NODES)) != 0)
    return NOT_OURS;

  snprintf (address.sun_path, sizeof address.sun_path, "%s", where);
  connection = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (connect (connection, (struct sockaddr *) &address, sizeof address) != 0) {
    next.close (connection);
    return fail (ENODEV);
  }

  message.length = (uint32_t) snprintf ((char *) message.data, 256, "%s", path) + 1;
  send (connection, &message, WIRE_HEAD + message.length, MSG_NOSIGNAL);
  fd = receive_descriptor (connection, &message);
  if (fd < 0) {
    error = errno;
    next.close (connection);
    return fail (error);
  }

  node = calloc (1, sizeof *node);
  node->socket = connection;
  node->tail = &node->head;
  pthread_mutex_init (&node->lock, NULL);
  nodes[fd] = node;
  return fd;
}

/* A rig is a machine of its own: who holds the port of one must not keep others from theirs. */
static const char *
own_path (const char *path, char *buffer, size_t size)
{
  const char *folder = getenv ("UMOCKDEV_DIR");

  if (folder == NULL || strncmp (path, LOCKS, strlen (LOCKS)) != 0)
    return path;
  snprintf (buffer, size, "%s/%s", folder, path + strlen (LOCKS));
  return buffer;
}

int
open (const char *path, int flags, ...)
{
  int fd = open_node (path);
  char buffer[PATH_MAX];
  va_list list;
  int mode;

  if (fd != NOT_OURS)
    return fd;

  va_start (list, flags);
  mode = flags & (O_CREAT | O_TMPFILE) ? va_arg (list, int) : 0;
  va_end (list);
  return next.open (own_path (path, buffer, sizeof buffer), flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  int fd = open_node (path);
  char buffer[PATH_MAX];
  va_list list;
  int mode;

  if (fd != NOT_OURS)
    return fd;

  va_start (list, flags);
  mode = flags & (O_CREAT | O_TMPFILE) ? va_arg (list, int) : 0;
  va_end (list);
  return next.open (own_path (path, buffer, sizeof buffer), flags | O_LARGEFILE, mode);
}

/* What a libusb built with _FORTIFY_SOURCE calls. */
int
__open_2 (const char *path, int flags)
{
  int fd = open_node (path);

  return fd == NOT_OURS ? next.open_2 (path, flags) : fd;
}

int
__open64_2 (const char *path, int flags)
{
  int fd = open_node (path);

  return fd == NOT_OURS ? next.open64_2 (path, flags) : fd;
}

/* The tests run as root, who may do everything: here a node without any permission bit refuses. */
int
access (const char *path, int mode)
{
  struct stat status;

  find_next ();
  if (strncmp (path, NODES, strlen (NODES)) == 0 && mode != F_OK && stat (path, &status) == 0 &&
      (status.st_mode & 0666) == 0)
    return fail (EACCES);
  return next.access (path, mode);
}

/* umockdev names a listener's socket after its descriptor number alone, so two processes with the
 * same number steal each other's hot-plug events. Adding the process id tells them apart. */
int
bind (int fd, const struct sockaddr *address, socklen_t length)
{
  const char *folder = getenv ("UMOCKDEV_DIR");
  struct sockaddr_un own = { .sun_family = AF_UNIX };
  int domain = 0;
  socklen_t size = sizeof domain;

  find_next ();
  if (folder == NULL || address == NULL || address->sa_family != AF_NETLINK ||
      getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_UNIX)
    return next.bind (fd, address, length);

  snprintf (own.sun_path, sizeof own.sun_path, "%s/event%d%09d", folder, fd, (int) getpid ());
  unlink (own.sun_path);
  return next.libc_bind (fd, (struct sockaddr *) &own, sizeof own);
}

int
close (int fd)
{
  Node *node = fd >= 0 && fd < MAX_FD ? nodes[fd] : NULL;
  Completion *first;

  find_next ();
  if (node == NULL)
    return next.close (fd);

  nodes[fd] = NULL;
  next.close (node->socket);
  while ((first = node->head) != NULL) {
    node->head = first->next;
    free (first);
  }
  free (node);
  return next.close (fd);
}

/* 1 if a message came; 0 if none is there or the device is gone. */
static int
take (Node *node, WireMessage *message, int flags)
{
  ssize_t n = recv (node->socket, message, sizeof *message, flags);

  if (n > 0)
    return 1;
  if (n == 0 || errno != EAGAIN)
    node->gone = 1;
  return 0;
}

/* Sends an IOCTL and waits for its reply; completions that come first are kept for reap(). */
static int
call (Node *node, WireMessage *message)
{
  Completion *completion;

  if (send (node->socket, message, WIRE_HEAD + message->length, MSG_NOSIGNAL) < 0)
    return fail (ENODEV);

  while (take (node, message, 0)) {
    if (message->kind == WIRE_REPLY)
      return message->result < 0 ? fail (message->detail) : message->result;
    completion = malloc (offsetof (Completion, message) + WIRE_HEAD + message->length);
    completion->next = NULL;
    memcpy (&completion->message, message, WIRE_HEAD + message->length);
    *node->tail = completion;
    node->tail = &completion->next;
  }
  return fail (ENODEV);
}

static int
deliver (const WireMessage *message, void **out)
{
  struct usbdevfs_urb *urb = (void *) (uintptr_t) message->request;
  size_t offset = urb->type == USBDEVFS_URB_TYPE_CONTROL ? sizeof (struct usb_ctrlrequest) : 0;

  urb->status = message->result;
  urb->actual_length = message->detail;
  memcpy ((char *) urb->buffer + offset, message->data, message->length);
  *out = urb;
  return 0;
}

/* Fills the slot again, so that the descriptor is no longer writable. No SIGPIPE: the device may
 * be gone. */
static int
fill_slot (int fd)
{
  struct timespec none = { 0, 0 };
  sigset_t broken_pipe, before;
  ssize_t n;
  int error;

  sigemptyset (&broken_pipe);
  sigaddset (&broken_pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &broken_pipe, &before);
  n = write (fd, "", 1);
  error = errno;
  if (n < 0 && error == EPIPE && !sigismember (&before, SIGPIPE))
    sigtimedwait (&broken_pipe, NULL, &none);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  return n < 0 ? error : 0;
}

/* USBDEVFS_REAPURBNDELAY. Looks twice: what comes between the first look and filling the slot
 * would otherwise never wake anybody. */
static int
reap (int fd, Node *node, void **out)
{
  WireMessage message;
  Completion *first;

  for (int pass = 0;; pass++) {
    first = node->head;
    if (first != NULL) {
      node->head = first->next;
      if (node->head == NULL)
        node->tail = &node->head;
      deliver (&first->message, out);
      free (first);
      return 0;
    }
    if (take (node, &message, MSG_DONTWAIT))
      return deliver (&message, out);
    if (node->gone)
      return fail (ENODEV);
    if (pass > 0)
      return fail (EAGAIN);
    if (fill_slot (fd) == EPIPE) {
      node->gone = 1;
      return fail (ENODEV);
    }
  }
}

static int
submit (Node *node, struct usbdevfs_urb *urb)
{
  const uint8_t *buffer = urb->buffer;
  int is_control = urb->type == USBDEVFS_URB_TYPE_CONTROL;
  int is_in = is_control ? buffer[0] & 0x80 : urb->endpoint & 0x80;
  size_t length = (size_t) urb->buffer_length;
  WireMessage message;

  if (is_in)
    length = is_control ? sizeof (struct usb_ctrlrequest) : 0;
  if (length > WIRE_MAX)
    return fail (ENOMEM);
  if (node->gone)
    return fail (ENODEV);

  memset (&message, 0, WIRE_HEAD);
  message.kind = WIRE_SUBMIT;
  message.request = (uintptr_t) urb;
  message.type = urb->type;
  message.endpoint = urb->endpoint;
  message.result = urb->buffer_length;
  message.length = (uint32_t) length;
  memcpy (message.data, buffer, length);
  if (send (node->socket, &message, WIRE_HEAD + length, MSG_NOSIGNAL) < 0)
    return fail (ENODEV);
  return 0;
}

static int
forward (Node *node, unsigned long request, void *argument)
{
  size_t size = _IOC_SIZE (request) < WIRE_MAX ? _IOC_SIZE (request) : WIRE_MAX;
  WireMessage message;
  int result;

  memset (&message, 0, WIRE_HEAD);
  message.kind = WIRE_IOCTL;
  message.request = request;
  if (request == USBDEVFS_DISCARDURB) { /* the argument is the URB's address itself */
    message.length = sizeof argument;
    memcpy (message.data, &argument, sizeof argument);
  } else if (argument != NULL) {
    message.length = (uint32_t) size;
    memcpy (message.data, argument, size);
  }

  result = call (node, &message);
  if (result >= 0 && (request == USBDEVFS_GET_CAPABILITIES || request == USBDEVFS_GETDRIVER))
    memcpy (argument, message.data, size);
  return result;
}

int
ioctl (int fd, unsigned long request, ...)
{
  Node *node = fd >= 0 && fd < MAX_FD ? nodes[fd] : NULL;
  va_list list;
  void *argument;
  int result, error;

  va_start (list, request);
  argument = va_arg (list, void *);
  va_end (list);

  find_next ();
  if (_IOC_TYPE (request) == 'T') /* a terminal is real; umockdev would refuse */
    return next.libc_ioctl (fd, request, argument);
  if (node == NULL)
    return next.ioctl (fd, request, argument);
  pthread_mutex_lock (&node->lock);
  if (request == USBDEVFS_REAPURBNDELAY)
    result = reap (fd, node, argument);
  else if (request == USBDEVFS_SUBMITURB)
    result = submit (node, argument);
  else
    result = forward (node, request, argument);
  error = errno;
  pthread_mutex_unlock (&node->lock);
  errno = error;
  return result;
}
