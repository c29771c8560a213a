/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Told apart by rhythm, not by pitch alone. */
typedef enum {
  HS_SOUND_TICK,    /* a run starts: one soft tick */
  HS_SOUND_PASS,    /* two rising notes */
  HS_SOUND_FAIL,    /* low, long, twice */
  HS_SOUND_REFUSED, /* one low */
  HS_SOUND_STEP,    /* a guide goes on: one tick */
  HS_N_SOUNDS
} HsSound;

/**
 * HsSounds:
 *
 * Plays the sounds of operator mode. Main thread. Silent where GTK has nothing to play OGG with,
 * and with HOTSHOE_SILENT in the environment.
 */
#define HS_TYPE_SOUNDS (hs_sounds_get_type ())
G_DECLARE_FINAL_TYPE (HsSounds, hs_sounds, HS, SOUNDS, GObject)

/* @volume: 0 … 1; 0 loads nothing. */
HsSounds *hs_sounds_new (double volume);
void hs_sounds_play (HsSounds *self, HsSound sound);
HsSound hs_sounds_get_last (HsSounds *self); /* HS_N_SOUNDS: none was asked for yet */
gboolean hs_sounds_can_play (void);

G_END_DECLS
