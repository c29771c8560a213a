/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HsRecorder:
 *
 * Writes down what one job does: the only place where job events become journal entries.
 * Called on the job's thread; blocks until the entry is durable.
 */
HsRecorder *hs_recorder_new (HsWork *work);
void hs_recorder_free (HsRecorder *self);

gboolean hs_recorder_seen (HsRecorder *self, GError **error);
gboolean hs_recorder_started (HsRecorder *self, GError **error);
gboolean hs_recorder_bootloader (HsRecorder *self, GError **error);
gboolean hs_recorder_begun (HsRecorder *self, guint part, GError **error);
gboolean hs_recorder_wrote (HsRecorder *self, guint part, GError **error);
gboolean hs_recorder_holds (HsRecorder *self, guint part, GError **error);
gboolean hs_recorder_found (HsRecorder *self,
                            const HsPartition *partition,
                            const char *sha256,
                            guint64 length,
                            HsBuild *build,
                            GError **error);
gboolean hs_recorder_changed (HsRecorder *self,
                              const HsPartition *partition,
                              const char *expected_sha256,
                              const char *found_sha256,
                              GError **error);
gboolean hs_recorder_unknown (HsRecorder *self, guint part, const char *why, GError **error);
gboolean hs_recorder_erasing (HsRecorder *self, const HsPartition *partition, GError **error);
gboolean hs_recorder_not_erased (HsRecorder *self,
                                 const HsPartition *partition,
                                 const char *why,
                                 GError **error);
gboolean hs_recorder_erased (HsRecorder *self,
                             const HsPartition *partition,
                             gboolean overwrite,
                             GError **error);
/* Before it is burnt, and what the word was read as: afterwards, or found so. */
gboolean hs_recorder_fuse_requested (HsRecorder *self,
                                     guint word,
                                     guint32 before,
                                     guint32 value,
                                     GError **error);
gboolean hs_recorder_fuse_observed (HsRecorder *self, guint word, guint32 value, GError **error);
gboolean hs_recorder_joined (HsRecorder *self, GError **error);
/* The run options.rom_run, about the port: it was this unit's bootloader that it wrote. */
gboolean hs_recorder_rom_joined (HsRecorder *self, GError **error);
gboolean hs_recorder_file (HsRecorder *self, const HsWorkFile *file, GError **error);
/* @status: -1: it did not end by itself. @outcome: "done", "failed", "timed-out", "asked",
 * "cancelled"
 */
gboolean hs_recorder_tool (HsRecorder *self,
                           const char *tool,
                           const char *version,
                           const char *const *arguments,
                           int status,
                           const char *outcome,
                           GError **error);
gboolean hs_recorder_reported (HsRecorder *self, GError **error);
/* One entry of @kind about this run; @members: (transfer none): its own members, may be %NULL.
 * Where the unit is not known, which one was meant is added. */
gboolean hs_recorder_note (HsRecorder *self, const char *kind, JsonObject *members, GError **error);
/* The last word. Where the catalog can't take it, it goes to the spool file; @recorded tells. */
void hs_recorder_finished (HsRecorder *self,
                           HsOutcome outcome,
                           const HsProblem *problem,
                           gboolean *recorded);

G_END_DECLS
