/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sim-bus.h"
#include "flash/transport/failing-transport.h"

#include "tests/method-rig.h"

#include <string.h>

/* A simulated camera with a bootloader that speaks DfuSe, and a method's #HsCamera on it. */
typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  const HsBoard *board;
  HsCamera *camera;
  HsFault *fault; /* borrowed; nullable */
} DfuseRig;

static inline HsTransport *
dfuse_rig_wrap (HsTransport *transport, HsUsbInfo *info, gpointer fault)
{
  return hs_failing_transport_new (transport, fault);
}

/* A job begins anew with what is on the port now. */
static inline void
dfuse_rig_look_again (DfuseRig *self)
{
  g_autofree char *port = hs_sim_bus_dup_port (self->bus, 0);
  g_autoptr (HsUsbInfo) info = NULL;

  g_clear_object (&self->camera);
  hs_sim_bus_settle (self->bus, 0);
  info = hs_bus_find_port (HS_BUS (self->bus), port);
  g_assert_nonnull (info);
  self->camera = hs_camera_new (HS_BUS (self->bus), info, self->board, NULL);
  if (self->fault != NULL)
    hs_camera_set_wrap (self->camera, dfuse_rig_wrap, self->fault, NULL);
}

/* @fault: (nullable): of every transport that is opened */
static inline void
dfuse_rig_init (DfuseRig *self, const char *spec, HsFault *fault)
{
  g_autoptr (GError) error = NULL;

  self->bus = hs_sim_bus_new (spec, NULL, TRUE, &error);
  g_assert_no_error (error);
  self->sim = hs_sim_bus_get_camera (self->bus, 0);
  self->board = hs_sim_camera_get_board (self->sim);
  self->fault = fault;
  dfuse_rig_look_again (self);
}

/* Readout protection is on, and the jumper is set. */
static inline void
dfuse_rig_init_protected (DfuseRig *self, const char *board)
{
  g_autofree char *spec = g_strconcat (board, "@protected", NULL);

  dfuse_rig_init (self, spec, NULL);
  hs_sim_bus_unplug (self->bus, 0);
  hs_sim_bus_set_jumper (self->bus, 0, TRUE);
  hs_sim_bus_plug (self->bus, 0);
  dfuse_rig_look_again (self);
  g_assert_cmpint (hs_sim_camera_get_mode (self->sim), ==, HS_MODE_ROM);
}

static inline void
dfuse_rig_clear (DfuseRig *self)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DfuseRig, dfuse_rig_clear)

static inline const HsPartition *
dfuse_rig_find (DfuseRig *self, HsRole role)
{
  const HsPartition *partition = hs_board_find (self->board, role);

  g_assert_nonnull (partition);
  return partition;
}

/* The partition holds @image at @offset, and 0xFF from there up to @end. */
static inline void
dfuse_rig_assert_holds (DfuseRig *self, HsRole role, guint64 offset, GBytes *image, guint64 end)
{
  gsize size;
  const guint8 *wanted = g_bytes_get_data (image, &size);
  gsize length = MAX (offset + size, end);
  g_autoptr (GBytes) bytes =
      hs_sim_camera_dup_start (self->sim, dfuse_rig_find (self, role), length);
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  g_assert_cmpmem (data + offset, size, wanted, size);
  for (guint64 at = offset + size; at < end; at++)
    g_assert_cmphex (data[at], ==, 0xff);
}

/* Nothing of any partition but @roles (bits 1 << role) differs from @before. */
static inline GPtrArray *
dfuse_rig_dup_starts (DfuseRig *self, gsize most)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < self->board->n_partitions; i++)
    g_ptr_array_add (all, hs_sim_camera_dup_start (self->sim, &self->board->partitions[i], most));
  return all;
}

static inline GPtrArray *
dfuse_rig_dup_all (DfuseRig *self)
{
  return dfuse_rig_dup_starts (self, G_MAXSIZE);
}

static inline void
dfuse_rig_assert_only (DfuseRig *self, GPtrArray *before, guint64 roles)
{
  for (guint i = 0; i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];
    gsize size = g_bytes_get_size (before->pdata[i]);
    g_autoptr (GBytes) now = hs_sim_camera_dup_start (self->sim, partition, size);

    if (!(roles & (G_GUINT64_CONSTANT (1) << partition->role)))
      g_assert_true (g_bytes_equal (now, before->pdata[i]));
  }
}

static inline GBytes *
dfuse_rig_make_bytes (gsize size, guint seed)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (i * 7 + i / 251 + seed * 31) & 0xff;
  return g_bytes_new_take (data, size);
}
