/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide-private.h"
#include "tests/operator-rig.h"

/* A guide about one simulated camera, and the hands that do what it says. */

typedef struct {
  OperatorRig bench;
  HsBuild *build;
  HsGuide *guide;
  GPtrArray *steps; /* ids of the steps it has been at, in order */
} GuideRig;

static inline void
guide_rig_step_cb (GuideRig *self)
{
  g_ptr_array_add (self->steps, (gpointer) hs_guide_get_step (self->guide)->id);
  g_test_message ("step %s", hs_guide_get_step (self->guide)->id);
}

static inline HsBuild *
guide_rig_import (GuideRig *self, const char *board_id, guint seed, gboolean with_loader)
{
  const HsBoard *board = hs_board_by_id (board_id);
  g_autoptr (HsImport) files = hs_import_new (self->bench.catalog);
  g_autoptr (GBytes) firmware = hs_sample_firmware (
      board, HS_ROLE_FIRMWARE, "v" RIG_NUMBER, RIG_NUMBER, seed, 200 * RIG_KIB + 77);
  g_autoptr (GBytes) romfs = hs_sample_romfs (seed, 40 * RIG_KIB + 8);
  g_autoptr (GBytes) loader = hs_sample_bootloader (board, 0x0120);
  g_autoptr (GError) error = NULL;
  HsBuild *build;

  hs_import_set_detail (files, "number", RIG_NUMBER);
  hs_import_add_bytes (files, "firmware.bin", firmware, &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "romfs0.img", romfs, &error);
  g_assert_no_error (error);
  if (with_loader)
    hs_import_add_bytes (files, "bootloader.bin", loader, &error);
  g_assert_no_error (error);
  build = hs_import_finish (files, board_id, NULL, &error);
  g_assert_no_error (error);
  return build;
}

static inline void
guide_rig_set_up (GuideRig *self, const char *spec)
{
  g_auto (GStrv) words = g_strsplit_set (spec, "@*,+", 2);

  operator_rig_set_up (&self->bench, spec);
  self->build = guide_rig_import (self, words[0], 1, TRUE);
  self->steps = g_ptr_array_new ();
}

static inline void
guide_rig_clear (GuideRig *self)
{
  g_clear_object (&self->guide);
  g_clear_object (&self->build);
  g_clear_pointer (&self->steps, g_ptr_array_unref);
  operator_rig_tear_down (&self->bench, NULL);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuideRig, guide_rig_clear)

/* @port: nullable */
static inline void
guide_rig_start (GuideRig *self, const char *port, const HsRequestOptions *options)
{
  const HsBoard *board = hs_board_by_id (hs_build_get_board (self->build));
  g_autoptr (GError) error = NULL;

  self->guide = hs_guide_new (self->bench.session, HS_GUIDE_RECOVER, board, port, options, &error);
  g_assert_no_error (error);
  hs_guide_set_patience (self->guide, 60000);
  g_signal_connect_swapped (self->guide, "step-changed", G_CALLBACK (guide_rig_step_cb), self);
  hs_guide_start (self->guide);
}

static inline void
guide_rig_begin (GuideRig *self)
{
  HsRequestOptions options = { .build = self->build, .confirm = HS_VERSION_NUMBER };

  guide_rig_start (self, "1-1", &options);
}

static inline void
guide_rig_fail (GuideRig *self, const char *wanted)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);

  g_error ("%s awaited; the guide is at %s, state %d, sees %s, problem %s",
           wanted,
           hs_guide_get_step (self->guide)->id,
           hs_guide_get_state (self->guide),
           hs_sight_name (self->guide->sight),
           problem != NULL ? problem->chain : "none");
}

static inline void
guide_rig_await_step (GuideRig *self, const char *id)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (!g_str_equal (hs_guide_get_step (self->guide)->id, id))
    if (time_is_up (end))
      guide_rig_fail (self, id);
}

static inline void
guide_rig_await_state (GuideRig *self, HsGuideState state)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (hs_guide_get_state (self->guide) != state)
    if (time_is_up (end))
      guide_rig_fail (self, "a state");
}

static inline void
guide_rig_await_sight (GuideRig *self, HsSight sight)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (self->guide->sight != sight)
    if (time_is_up (end))
      guide_rig_fail (self, hs_sight_name (sight));
}

static inline void
guide_rig_run (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  while (!time_is_up (end))
    ;
}

static inline void
guide_rig_unplug (GuideRig *self)
{
  hs_sim_bus_unplug (self->bench.bus, 0);
  guide_rig_run (20);
}

static inline void
guide_rig_plug (GuideRig *self)
{
  hs_sim_bus_plug (self->bench.bus, 0);
}

static inline gboolean
guide_rig_was_at (GuideRig *self, const char *id)
{
  for (guint i = 0; i < self->steps->len; i++)
    if (g_str_equal (self->steps->pdata[i], id))
      return TRUE;
  return FALSE;
}

/* The meaning that was said of the last such sight; nullable. */
static inline const char *
guide_rig_meaning (GuideRig *self, HsSight wanted)
{
  GListModel *sights = hs_guide_get_sights (self->guide);
  const char *meaning = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (sights); i++) {
    g_autoptr (HsGuideSight) sight = g_list_model_get_item (sights, i);

    if (hs_guide_sight_get_sight (sight) == wanted)
      meaning = hs_guide_sight_get_meaning (sight); /* the list keeps it */
  }
  return meaning;
}
