/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The endpoints of a simulated camera: on each of them one request after the other, each when it
 * is through on the wire and the camera no longer busy. Endpoint 0 is busy by itself; the others
 * are busy together, as they are with what the camera was asked to do over them. */
#include "tests/rig/rig.h"

#include <errno.h>

enum { LOOK_US = 2000 }; /* between two looks at a transfer of many packets */

gboolean
rig_request_is_in (const RigRequest *self)
{
  return ((self->endpoint == 0 ? self->data[0] : self->endpoint) & 0x80) != 0;
}

static RigPipe *
find_pipe (RigCamera *camera, guint8 endpoint)
{
  return &camera->pipes[(endpoint & 0x0f) | ((endpoint & 0x80) != 0 ? 0x10 : 0)];
}

void
rig_request_queue (RigRequest *self)
{
  RigCamera *camera = self->client->camera;

  g_queue_push_tail (&self->client->requests, self);
  g_queue_push_tail (&find_pipe (camera, self->endpoint)->queue, self);
  rig_camera_run (camera);
}

/* Off its endpoint and its client; the caller owns it now. */
void
rig_request_unqueue (RigRequest *self)
{
  g_queue_remove (&self->client->requests, self);
  g_queue_remove (&find_pipe (self->client->camera, self->endpoint)->queue, self);
}

static gint64 *
free_at (RigCamera *camera, const RigRequest *request)
{
  return request->endpoint == 0 ? &camera->control_free_at : &camera->data_free_at;
}

/* When @length bytes are through, if they start at @start. On one hub they wait for each other. */
static gint64
occupy_wire (RigCamera *camera, gint64 start, gsize length)
{
  gint64 wire = hs_sim_camera_wire_us (camera->sim, length);
  Rig *rig = camera->rig;

  camera->busy_us += wire;
  if (!rig->one_hub)
    return start + wire;
  rig->hub_free_at = MAX (rig->hub_free_at, start) + wire;
  return rig->hub_free_at;
}

static void
trace (RigCamera *camera, const RigRequest *request, int n, guint64 busy_us)
{
  if (!camera->rig->trace)
    return;
  if (request->endpoint == 0)
    g_printerr ("%u: %02x %02x value %u length %u -> %d, busy %" G_GUINT64_FORMAT "\n",
                camera->number,
                request->data[0],
                request->data[1],
                request->data[2] | request->data[3] << 8,
                request->data[6] | request->data[7] << 8,
                n,
                busy_us);
  else
    g_printerr ("%u: endpoint %02x length %" G_GSIZE_FORMAT " -> %d, busy %" G_GUINT64_FORMAT "\n",
                camera->number,
                request->endpoint,
                request->length,
                n,
                busy_us);
}

/* How much of the request is under way: a host controller moves packets. */
static gsize
get_piece (RigCamera *camera, const RigRequest *request)
{
  gsize left = request->length - request->done;

  return request->endpoint == 0 ? left : hs_sim_camera_cut_transfer (camera->sim, left);
}

static int
ask_model (RigCamera *camera, RigRequest *request, gint64 now)
{
  guint64 busy_us = 0;
  int n;

  if (request->endpoint == 0)
    n = hs_sim_camera_control (camera->sim, request->data, request->data + 8, now, &busy_us);
  else
    n = hs_sim_camera_transfer (camera->sim,
                                request->endpoint,
                                request->data + request->done,
                                get_piece (camera, request),
                                now,
                                &busy_us);
  if (n == -EAGAIN)
    return n;

  camera->n_transfers += request->done == 0;
  camera->busy_us += busy_us;
  *free_at (camera, request) = now + busy_us;
  trace (camera, request, n, busy_us);
  return n;
}

/* When to look at @request again. In the middle of a transfer not for every packet: as all of them
 * count from the one before, it is enough to be there when the last one is through, or a little
 * after one that ends it early. */
static gint64
get_wake (RigCamera *camera, const RigRequest *request, gint64 now)
{
  gsize piece = get_piece (camera, request);
  gsize left = request->length - request->done - piece;
  gint64 rest = piece > 0 ? hs_sim_camera_wire_us (camera->sim, piece) * (left / piece) : 0;

  if (request->since == 0)
    return request->due;
  return MAX (request->due, MIN (request->due + rest, now + LOOK_US));
}

/* Before the model is asked: the data on its way to it, or of a control transfer either way.
 * Returns FALSE until it is through; then *@wake is when to look again. */
static gboolean
is_through (RigCamera *camera, RigRequest *request, gint64 now, gint64 *wake)
{
  gint64 start = MAX (request->since > 0 ? request->since : now, *free_at (camera, request));
  gsize length = get_piece (camera, request);

  if (request->due == 0 && camera->rig->one_hub && start > now) {
    *wake = MIN (*wake, start); /* the wire is free for others until then */
    return FALSE;
  }
  if (request->due == 0 && request->endpoint != 0 && rig_request_is_in (request))
    request->due = start;
  else if (request->due == 0)
    request->due = occupy_wire (camera, start, length);
  if (request->due > now)
    *wake = MIN (*wake, get_wake (camera, request, now));
  return request->due <= now;
}

/* @request->n bytes have moved: all of it, or a packet and it goes on with the next. */
static void
end_piece (RigCamera *camera, RigRequest *request)
{
  gboolean full = request->n == (int) get_piece (camera, request);

  request->done += request->n;
  if (!full || request->done >= request->length) {
    rig_request_done (request, 0, request->done);
    return;
  }
  request->since = request->due;
  request->due = 0;
  request->moved = FALSE;
  request->refused = FALSE;
}

/* A host controller does not wait for this process to wake up: what follows a packet counts from
 * when it was through. */
static gint64
get_moment (const RigRequest *request, gint64 now)
{
  return request->endpoint == 0 || request->refused ? now : request->due;
}

/* Whether the head of the queue moved on; else *@wake is when to look again. */
static gboolean
run_head (RigCamera *camera, RigPipe *pipe, gint64 now, gint64 *wake)
{
  RigRequest *request = g_queue_peek_head (&pipe->queue);
  gboolean waits_for_wire;
  gint64 moment;

  if (request == NULL || !is_through (camera, request, now, wake))
    return FALSE;
  if (request->moved) {
    end_piece (camera, request);
    return TRUE;
  }

  moment = get_moment (request, now);
  request->n = ask_model (camera, request, moment);
  waits_for_wire = request->endpoint != 0 && rig_request_is_in (request) && request->n >= 0;
  if (request->n == -EAGAIN) { /* NAK: asked again whenever something has happened */
    request->refused = TRUE;
    return FALSE;
  }
  if (request->n == -ETIMEDOUT) { /* stays with its client, who discards it some time */
    g_queue_pop_head (&pipe->queue);
    return TRUE;
  }
  if (waits_for_wire) {
    request->moved = TRUE;
    request->due = occupy_wire (camera, moment, request->n);
    return TRUE;
  }

  if (request->n < 0)
    rig_request_done (request, request->n == -ENODEV ? -ESHUTDOWN : request->n, request->done);
  else
    end_piece (camera, request);
  return TRUE;
}

/**
 * rig_pipes_run:
 *
 * One round over the endpoints: at most one request of each moves on.
 *
 * Returns: whether any did: then the model and the bus may have changed
 */
gboolean
rig_pipes_run (RigCamera *camera, gint64 now, gint64 *wake)
{
  gboolean moved = FALSE;

  for (guint i = 0; i < RIG_N_PIPES; i++)
    moved |= run_head (camera, &camera->pipes[i], now, wake);
  return moved;
}
