/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-changes.h"
#include "app/firmware/build-memo.h"
#include "app/firmware/build-problem-private.h"
#include "app/firmware/build-run.h"
#include "app/firmware/log-text.h"

G_BEGIN_DECLS

/* The rows of hs_build_run_get_phases(). */
enum {
  HS_PHASE_CHECK,
  HS_PHASE_MPY_CROSS,
  HS_PHASE_CLEAN,
  HS_PHASE_BOOTLOADER,
  HS_PHASE_MICROPYTHON,
  HS_PHASE_FROZEN,
  HS_PHASE_FIRMWARE,
  HS_PHASE_LINK,
  HS_PHASE_ROMFS,
  HS_PHASE_IMPORT,
  HS_PHASE_N,
};

/* What the main thread may see while it goes on. */
typedef struct {
  int states[HS_PHASE_N];
  double seconds[HS_PHASE_N]; /* of those that have ended */
  int phase;
  gint64 phase_began; /* monotonic */
  guint steps;
  guint most_steps;    /* of the last such build; 0: there was none */
  double most_seconds; /* the same */
  gint64 make_began;   /* monotonic; 0: not yet */
} HsBuildProgress;

/**
 * HsBuildWork:
 *
 * One build on its thread. The main thread makes it, cancels it, copies its progress, and takes the
 * results once the thread has ended.
 */
typedef struct {
  HsBuildRequest request; /* its strings are owned */
  char *sdk_dir;          /* of the request, or of SDK_DIR= among the options; nullable */
  HsCatalog *catalog;     /* nullable */
  HsBuildLog *log;
  GCancellable *cancellable;

  GMutex lock;
  HsBuildProgress progress;

  HsTree *tree;
  const HsTreeBoard *board;
  HsBuildMemo *memo;
  HsBuildReport *report;
  HsLineMaker makers[2];
  GString *lines; /* of one piece, on their way to the log */
  gboolean is_stderr;
  guint steps_before; /* of mpy-cross */
  gboolean following; /* make's phases are those that are shown */
  char *bin;          /* where images are left; canonical */
  char *compiler;     /* "12.2.1 at /usr/bin"; nullable */
  char *sdk_version;  /* "1.6.0"; nullable */
  gint64 began;       /* real time, µs, of make */
  double make_seconds;
  gboolean whole;  /* from nothing */
  gboolean waited; /* for somebody else's build */

  HsBuildChanges *changes; /* when make began; nullable */
  JsonObject *origin;      /* what it is made from; nullable */
  GBytes *diff;            /* nullable */

  /* Results. */
  HsBuildProblem *problem;
  GPtrArray *memory;
  HsBuild *build;
  const char *not_imported; /* translated; nullable */
  const char *repeated;     /* literal */
  GStrv differing;
} HsBuildWork;

/* build-work.c */
HsBuildWork *hs_build_work_new (const HsBuildRequest *request, HsCatalog *catalog, HsBuildLog *log);
void hs_build_work_free (HsBuildWork *self);
void hs_build_work_run (HsBuildWork *self); /* the thread's whole job */
void hs_build_work_copy_progress (HsBuildWork *self, HsBuildProgress *progress);

/* build-say.c: for those who do a part of it. */
void hs_build_work_say (HsBuildWork *self, const char *line); /* to the log, as Hotshoe's own */
void hs_build_work_enter (HsBuildWork *self, int phase);
void hs_build_work_skip (HsBuildWork *self, int phase);
/* FALSE: it could not be run, was cancelled, or ended badly; then there is a problem, unless
 * cancelled. */
gboolean hs_build_work_command (HsBuildWork *self, const char *const *argv, const char *folder);
/* Always FALSE. */
gboolean
hs_build_work_fail (HsBuildWork *self, const char *code, const char *name, const char *detail);
gboolean hs_build_work_is_cancelled (HsBuildWork *self);

/* build-check.c: tree, target, what it needs. */
gboolean hs_build_work_check (HsBuildWork *self);
/* build-clean.c: objects that can't stay. */
void
hs_build_clean_forget_others (HsBuildWork *self); /* of other engines; before anything is made */
gboolean hs_build_clean (HsBuildWork *self, const char *make_folder);
void hs_build_clean_note_begin (HsBuildWork *self); /* make is about to, and it has ended */
void hs_build_clean_note_end (HsBuildWork *self);
char *hs_build_clean_dup_options (HsBuildWork *self); /* those that change objects, sorted */
char *hs_build_clean_dup_micropython (HsBuildWork *self);
/* build-bin.c: the folder with the images. */
gboolean hs_build_bin_check_owner (HsBuildWork *self);
gboolean hs_build_bin_empty (HsBuildWork *self);
gboolean hs_build_bin_forget_frozen (HsBuildWork *self);
gboolean hs_build_bin_check (HsBuildWork *self);
gboolean hs_build_bin_has_objects (HsBuildWork *self);
gint64 hs_build_bin_newest (HsBuildWork *self); /* of its objects; real time, µs; 0: none */
/* build-engine-docker.c */
gboolean hs_build_docker_check (HsBuildWork *self);
gboolean hs_build_docker_make (HsBuildWork *self);
/* build-hints.c: what could be left out. */
void hs_build_hints_add (HsBuildWork *self, HsBuildProblem *problem);
/* build-provenance.c: (transfer full) what it is made from; @diff: (out) (transfer full)
 * (nullable). */
JsonObject *hs_build_provenance (HsBuildWork *self, GBytes **diff);
gboolean hs_build_provenance_holds (HsBuildWork *self);
void hs_build_provenance_add_results (HsBuildWork *self, JsonObject *object);
/* build-outcome.c: into the catalog. */
gboolean hs_build_outcome_import (HsBuildWork *self);

G_END_DECLS
