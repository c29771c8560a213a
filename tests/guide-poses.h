/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide-private.h"
#include "tests/session-fixture.h"

/* Guides that stand at any step, as if somebody had come so far: to be shown, never started. */

/* Where a guide is at its @n-th step. */
static inline void
pose_at (HsGuide *guide, guint n)
{
  const HsGuideStep *step = &guide->table->steps[n];
  gboolean last = guide->table->steps[n + 1].id == NULL;

  guide->step = n;
  g_array_set_size (guide->path, n + 1);
  guide->state = last                                               ? HS_GUIDE_DONE
                 : step->what != NULL && step->wait == HS_SIGHT_ANY ? HS_GUIDE_WORKING
                                                                    : HS_GUIDE_WAITING;
  if (!last && step->wants != HS_GUIDE_WANTS_NOTHING)
    hs_guide_ask (guide, step->wants, NULL);
  hs_guide_step_changed (guide);
  hs_guide_changed (guide);
}

static inline HsGuide *
pose_new (HsSession *session, const HsGuideTable *table, const HsBoard *board, guint n)
{
  HsRequestOptions options = { .confirm = HS_VERSION_NUMBER };
  HsGuide *guide = hs_guide_new_for_table (session, table, board, "1-1", &options);

  pose_at (guide, n);
  return guide;
}

/* Whether it is for that board: the ways to protect one have a guide each. */
static inline gboolean
pose_fits (const HsGuideTable *table, const HsBoard *board)
{
  return hs_guide_find_table (table->purpose, board) != NULL && table->recovery == board->recovery;
}

/* The first board that has such a guide. */
static inline const HsBoard *
pose_board (const HsGuideTable *table)
{
  for (guint i = 0; i < hs_board_count (); i++)
    if (pose_fits (table, hs_board_nth (i)))
      return hs_board_nth (i);
  g_assert_not_reached ();
}

static inline void
pose_sight (HsGuide *guide, HsSight sight, const char *text, const char *meaning)
{
  g_autoptr (HsGuideSight) one = hs_guide_sight_new (sight, g_strdup (text), meaning);

  guide->sight = sight;
  g_list_store_append (guide->sights, one);
}

/* As after 20 s of nothing. */
static inline void
pose_late (HsGuide *guide)
{
  const HsGuideCause causes[] = {
    { g_strdup ("The cable: many only charge. Take one that is known to carry data."),
      g_strdup ("This computer sees 3 USB devices, and nothing on port 1-1."),
      FALSE },
    { g_strdup ("Power: plug the camera straight into the computer, without a hub."),
      g_strdup ("Port 1-1 is the computer’s own."),
      FALSE },
    { g_strdup ("Permissions: this user may not open the device."),
      g_strdup ("Hotshoe’s udev rules are not installed."),
      TRUE },
  };

  g_array_append_vals (guide->causes, causes, G_N_ELEMENTS (causes));
  hs_guide_changed (guide);
}

static inline void
pose_problem (HsGuide *guide, HsGuideState state)
{
  HsProblem problem = { .code = (char *) "tool-failed",
                        .headline = (char *) "the program hung",
                        .message = (char *) "STM32_Programmer_CLI said nothing for 5 minutes and "
                                            "was ended.",
                        .action = (char *) "Unplug the camera, plug it in again, then try once "
                                           "more.",
                        .chain = (char *) "tool-failed: no output for 300 s" };

  guide->state = state;
  hs_guide_set_problem (guide, &problem);
  hs_guide_changed (guide);
}
