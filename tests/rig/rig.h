/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-bus-private.h"

#include <umockdev.h>

G_BEGIN_DECLS

typedef struct _Rig Rig;
typedef struct _RigCamera RigCamera;
typedef struct _RigClient RigClient;
typedef struct _RigTty RigTty;

enum { RIG_N_PIPES = 32 }; /* endpoints 0 to 15 of both directions */

/* One request to an endpoint, from submission to completion. */
typedef struct {
  RigClient *client;
  guint64 address;   /* of the URB in the client */
  guint8 endpoint;   /* with the direction bit; 0: the control endpoint */
  guint8 *data;      /* endpoint 0: eight bytes of set-up, then the data stage */
  gsize length;      /* of the data or the room for it, without the set-up */
  gsize done;        /* how much of it has moved, in packets before this one */
  gint64 due;        /* when it is through on the wire, microseconds; 0 not scheduled yet */
  gint64 since;      /* when the packet before this one was; 0: it is the first */
  gboolean refused;  /* the model NAKed it once */
  gboolean moved;    /* IN: the model gave @n bytes, which are on the wire */
  int n;             /* what the model answered */
  gboolean is_ioctl; /* SET_INTERFACE: the client waits for a reply instead of reaping */
} RigRequest;

typedef struct {
  GQueue queue; /* RigRequest, in order */
} RigPipe;

/* One open device node of one program. Outlives the enumeration it was opened for: then @gone. */
struct _RigClient {
  RigCamera *camera;
  int socket;
  int slot; /* read end of the pipe whose other end the program polls; -1 closed */
  guint source;
  GQueue requests; /* submitted, not completed; also in its endpoint's queue unless lost */
  guint32 claimed; /* bit per interface */
  gboolean gone;
};

/* A simulated camera and what of it is visible in sysfs at this moment. */
struct _RigCamera {
  Rig *rig;
  guint number;
  HsSimCamera *sim;
  char *port;
  HsUsbInfo *info; /* the enumeration that is published; NULL while off the bus */
  guint devnum;
  char *node;
  char *syspath;
  RigTty *tty; /* NULL unless the firmware runs with its serial port */
  GPtrArray *clients;
  RigPipe pipes[RIG_N_PIPES];
  gint64 control_free_at; /* when endpoint 0 answers again, microseconds */
  gint64 data_free_at;    /* when the others do */
  guint32 bound;          /* bit per interface that a kernel driver holds */
  int timer;
  guint64 n_transfers;
  guint64 busy_us; /* flash and wire, summed up */
};

struct _Rig {
  UMockdevTestbed *bed;
  char *root; /* where the testbed keeps its /sys and /dev */
  GMainLoop *loop;
  GPtrArray *cameras;
  guint next_devnum;
  gboolean fast;    /* flash and wire take no time */
  gboolean one_hub; /* all cameras share the wire */
  gint64 hub_free_at;
  gboolean trace;
  const char *folder; /* nullable: where cameras keep their flash */
  GPid child;
  int status;
};

/* rig-camera.c */
RigCamera *rig_camera_new (Rig *rig, guint number, const HsSimSpec *spec, guint unit);
void rig_camera_free (RigCamera *self);
void rig_camera_run (RigCamera *self);
void rig_camera_plug (RigCamera *self);
void rig_camera_unplug (RigCamera *self);
void rig_publish_root_hub (Rig *rig);

/* rig-usbfs.c */
void rig_usbfs_listen (Rig *rig);
void rig_client_orphan (RigClient *self);
void rig_client_free (RigClient *self);
void rig_request_done (RigRequest *self, int status, int length);
const char *rig_driver_of (RigCamera *camera, guint interface);

/* rig-pipes.c */
gboolean rig_request_is_in (const RigRequest *self);
void rig_request_queue (RigRequest *self);
void rig_request_unqueue (RigRequest *self);
gboolean rig_pipes_run (RigCamera *camera, gint64 now, gint64 *wake);

/* rig-tty.c */
RigTty *rig_tty_new (RigCamera *camera, guint number);
void rig_tty_free (RigTty *self);
gint64 rig_tty_run (RigTty *self, gint64 now);

/* rig-line.c */
guint rig_line_get_baud (int fd);

/* rig-control.c */
void rig_control_listen (Rig *rig);
int rig_control_send (int argc, char **argv);

G_END_DECLS
