/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/capture.h"

G_BEGIN_DECLS

/**
 * HsReplay:
 *
 * A capture being played: where in it we are, the clock of its camera, and what is attached.
 * Shared by a #HsReplayingBus and its transports. Thread-safe; one conversation at a time.
 */
typedef struct _HsReplay HsReplay;

HsReplay *hs_replay_new (HsCapture *capture);
HsReplay *hs_replay_ref (HsReplay *self);
void hs_replay_unref (HsReplay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReplay, hs_replay_unref)

HsCaptureEntry *hs_replay_take (HsReplay *self, const HsCaptureEntry *wanted, GError **error);
GBytes *hs_replay_dup_received (HsReplay *self, const HsCaptureEntry *entry, GError **error);
gboolean hs_replay_is_finished (HsReplay *self);

GPtrArray *hs_replay_list (HsReplay *self);
guint64 hs_replay_get_serial (HsReplay *self);
gint64 hs_replay_now (HsReplay *self);
void hs_replay_sleep (HsReplay *self, guint64 us);
guint64 hs_replay_wait (HsReplay *self, guint64 seen, gint64 deadline);

G_END_DECLS
