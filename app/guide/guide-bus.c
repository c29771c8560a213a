/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/guide/guide-private.h"

#include <glib/gi18n-lib.h>

/* What the bus shows of the camera; nothing is opened. */

static HsDevice *
find_device (HsGuide *self)
{
  HsMonitor *monitor = hs_session_get_monitor (self->session);
  HsDevice *device = self->port != NULL ? hs_monitor_find_port (monitor, self->port) : NULL;

  return device != NULL && hs_device_get_attached (device) ? device : NULL;
}

/* (transfer full) (nullable): what a job is started on: the camera, or the adapter that its
 * recovery goes through, or, while there is none, one that is awaited on the port */
HsDevice *
hs_guide_dup_device (HsGuide *self)
{
  HsDevice *device = find_device (self);

  if (device == NULL && self->sight == HS_SIGHT_BRIDGE &&
      g_str_equal (hs_guide_get_step (self)->what, "restore-bootloader"))
    device = hs_monitor_find_bridge (hs_session_get_monitor (self->session), self->board);
  if (device == NULL && self->port == NULL)
    return NULL;

  return device != NULL ? g_object_ref (device) : hs_device_new_awaited (self->board, self->port);
}

static gboolean
is_ignored (HsGuide *self, HsDevice *device)
{
  gint64 instance = hs_device_get_info (device)->instance;

  return g_hash_table_contains (self->ignored, &instance);
}

/* The first port on which something fitting newly appears is the camera's. */
static void
find_port (HsGuide *self)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (self->session));

  for (guint i = 0; self->port == NULL && i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    HsSight sight = hs_guide_sight_of (self->board, device);

    if (sight != HS_SIGHT_NOTHING && sight != HS_SIGHT_OTHER_BOARD && sight != HS_SIGHT_OTHER_ROM &&
        !is_ignored (self, device))
      self->port = g_strdup (hs_device_get_port (device));
  }
}

static void
ignore_what_is_there (HsGuide *self)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (self->session));

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    gint64 instance = hs_device_get_info (device)->instance;

    if (hs_device_get_attached (device))
      g_hash_table_add (self->ignored, g_memdup2 (&instance, sizeof instance));
  }
}

static HsSight
find_sight (HsGuide *self, HsDevice *device)
{
  HsSight sight = hs_guide_sight_of (self->board, device);

  if (sight == HS_SIGHT_NOTHING)
    return hs_monitor_find_bridge (hs_session_get_monitor (self->session), self->board) != NULL
               ? HS_SIGHT_BRIDGE
               : HS_SIGHT_NOTHING;
  if (self->stranger != NULL && g_strcmp0 (hs_device_get_key (device), self->stranger) == 0)
    return HS_SIGHT_OTHER_BOARD;
  if (self->judged != 0 && hs_device_get_info (device)->instance == self->judged)
    return self->judgement;
  if (sight == HS_SIGHT_BOOTLOADER && self->is_old)
    return HS_SIGHT_OLD_BOOTLOADER;
  return sight == HS_SIGHT_BOOTLOADER && self->staged ? HS_SIGHT_RAM_LOADER : sight;
}

static char *
dup_place (HsGuide *self)
{
  HsSlot *slot = self->port != NULL ? hs_session_find_slot (self->session, self->port) : NULL;

  if (self->port == NULL)
    return g_strdup (_ ("any port"));
  return slot != NULL ? g_strdup (hs_slot_get_name (slot))
                      : g_strdup_printf (_ ("port %s"), self->port);
}

static void
note_sight (HsGuide *self, HsDevice *device)
{
  /* A job takes the camera off the bus and brings it back: that it goes is as it should be. */
  gboolean expected = self->sight == HS_SIGHT_NOTHING && hs_guide_job_works (self);
  const HsGuideSurprise *surprise = expected ? NULL : hs_guide_find_surprise (self, self->sight);
  /* Others may well be there that were there before. */
  gboolean nothing_new = self->port == NULL && self->sight == HS_SIGHT_NOTHING;
  g_autofree char *place = nothing_new ? NULL : dup_place (self);
  g_autoptr (HsGuideSight) sight = hs_guide_sight_new (
      self->sight,
      hs_guide_sight_describe (self->sight, self->board, device, place),
      surprise != NULL && surprise->meaning != NULL ? _ (surprise->meaning) : NULL);

  g_list_store_append (self->sights, sight);
}

/* Whether a hand did it, and no program that restarted the camera or hung. */
static void
follow_hand (HsGuide *self, HsSight before)
{
  if (self->sight == HS_SIGHT_NOTHING || self->sight == HS_SIGHT_BRIDGE) {
    self->out = before != HS_SIGHT_ANY && !hs_guide_job_works (self);
    self->staged = self->staged && hs_guide_job_works (self);
  } else {
    /* What is awaited has come: the hand has done its part, and is not asked for it again. */
    self->out = self->out && self->sight == hs_guide_get_step (self)->wait;
  }
}

/* What was confirmed for a camera in its ROM, which shows no id, is not confirmed for the next one:
 * who pulled the cable may have another in the hand. */
void
hs_guide_forget_confirmation (HsGuide *self)
{
  if (self->table->purpose != HS_GUIDE_RECOVER)
    return;
  g_clear_pointer (&self->options.confirmed, g_free);
  self->options.spare = FALSE;
}

static void
take_sight (HsGuide *self, HsSight sight, guint64 instance, HsDevice *device)
{
  HsSight before = self->sight;

  self->sight = sight;
  self->instance = instance;
  self->held = FALSE;
  self->replug = self->replug && (self->quiet || sight != HS_SIGHT_NOTHING);
  self->n_moves = 0;
  if (sight == HS_SIGHT_NOTHING && !hs_guide_job_works (self))
    hs_guide_forget_confirmation (self);
  follow_hand (self, before);
  note_sight (self, device);
  hs_guide_wait_patiently (self);
  hs_guide_changed (self);
  hs_guide_advance (self);
}

/* Between two looks it may have gone and come back: that it went is what a step may wait for. */
static gboolean
has_been_away (HsGuide *self, guint64 instance)
{
  return self->instance != 0 && instance != 0 && instance != self->instance &&
         !hs_guide_job_works (self) && !self->quiet;
}

/* Looks anew, notes what has changed, and goes on if that is what the step waits for. */
void
hs_guide_look (HsGuide *self)
{
  HsDevice *device;
  guint64 instance;
  HsSight sight;

  if (self->state == HS_GUIDE_DONE || self->state == HS_GUIDE_STOPPED)
    return;

  if (!self->quiet)
    hs_guide_notice_job (self);
  if (self->port == NULL)
    find_port (self);
  device = find_device (self);
  instance = device != NULL ? hs_device_get_info (device)->instance : 0;
  if (has_been_away (self, instance))
    take_sight (self, HS_SIGHT_NOTHING, 0, NULL);
  sight = find_sight (self, device);
  if (sight != self->sight || instance != self->instance)
    take_sight (self, sight, instance, device);
  else if (sight == HS_SIGHT_BRIDGE)
    hs_guide_advance (self);
}

static gboolean
look_cb (gpointer data)
{
  HsGuide *self = data;
  g_autoptr (HsGuide) alive = g_object_ref (self);

  self->idle = 0;
  hs_guide_look (self);
  return G_SOURCE_REMOVE;
}

/* Not while the monitor is still at it. */
void
hs_guide_look_soon (HsGuide *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add_full (G_PRIORITY_DEFAULT, look_cb, self, NULL);
}

/* A job has found out what the enumeration that is there now really is. */
void
hs_guide_judge (HsGuide *self, HsSight sight)
{
  HsDevice *device = find_device (self);

  if (device == NULL || self->sight == sight)
    return;
  self->judged = hs_device_get_info (device)->instance;
  self->judgement = sight;
  self->sight = sight;
  note_sight (self, device);
}

/* --- watching --- */

static void
follow_devices (HsGuide *self)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (self->session));

  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_func (self->watched->pdata[i], hs_guide_look_soon, self);
  g_ptr_array_set_size (self->watched, 0);
  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    HsDevice *device = g_list_model_get_item (monitor, i);

    g_ptr_array_add (self->watched, device);
    g_signal_connect_swapped (device, "notify::attached", G_CALLBACK (hs_guide_look_soon), self);
  }
}

static void
items_changed_cb (HsGuide *self)
{
  follow_devices (self);
  hs_guide_look_soon (self);
}

/* What a job missed may be there now: a J-Link. */
static void
others_changed_cb (HsGuide *self)
{
  self->held = self->held && self->sight != HS_SIGHT_BRIDGE;
  hs_guide_look_soon (self);
}

void
hs_guide_watch (HsGuide *self)
{
  HsMonitor *monitor = hs_session_get_monitor (self->session);

  if (self->port == NULL)
    ignore_what_is_there (self);
  g_signal_connect_object (
      monitor, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      monitor, "notify::n-others", G_CALLBACK (others_changed_cb), self, G_CONNECT_SWAPPED);
  follow_devices (self);
  hs_guide_look (self);
}

void
hs_guide_unwatch (HsGuide *self)
{
  g_clear_handle_id (&self->idle, g_source_remove);
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_func (self->watched->pdata[i], hs_guide_look_soon, self);
  g_ptr_array_set_size (self->watched, 0);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (hs_session_get_monitor (self->session), self);
}
