/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-log.h"
#include "app/firmware/build-report.h"
#include "app/firmware/tree.h"
#include "store/catalog.h"

G_BEGIN_DECLS

typedef enum { HS_ENGINE_NATIVE, HS_ENGINE_DOCKER, HS_ENGINE_DOCKER_DEV } HsBuildEngine;

/* An option of the firmware's Makefile. */
typedef struct {
  const char *name;    /* "DEBUG" */
  const char *title;   /* N_() */
  const char *text;    /* N_(): a sentence */
  const char *value;   /* what switches it on: "1"; NULL: a number or word is typed */
  const char *initial; /* what the Makefile takes without it; "" nothing */
} HsBuildOption;
const HsBuildOption *hs_build_options (guint *n);
/* Nothing but NAME=value, a name make takes, no shell metacharacter that make would run; BUILD,
 * TARGET, and what Hotshoe sets itself are refused with a reason. */
gboolean hs_build_option_check (const char *assignment, GError **error);

typedef struct {
  const char *tree; /* root */
  const char *target;
  const char *const *options; /* NAME=value; nullable */
  guint jobs;                 /* 0: as many as cores */
  gboolean clean;             /* first; also done by itself if the set of options changed */
  HsBuildEngine engine;
  const char *sdk_dir; /* nullable */
  const char *name;    /* of the build in the catalog; nullable: made from version */
  gboolean keep_only;  /* import nothing: only build */
  const char
      *readiness; /* what hs_readiness_to_json() gave, as text; kept with the build; nullable */
} HsBuildRequest;

/* What will run for @request, a command a line as people would type it in the tree's root; what a
 * missing program (mpy-cross) makes necessary and a clean that was asked for come first. Looks at
 * one file. (transfer full) */
GStrv hs_build_request_dup_commands (const HsBuildRequest *request, HsTree *tree);

typedef struct {
  const char *id;    /* literal: "check" "mpy-cross" "clean" "bootloader" … "romfs" "import" */
  const char *title; /* translated, static */
  int state;         /* 0 not yet, 1 now, 2 done, 3 failed, 4 not needed */
  double seconds;    /* so far */
} HsBuildPhase;

typedef enum {
  HS_BUILD_WAITING,
  HS_BUILD_RUNNING,
  HS_BUILD_STOPPING,
  HS_BUILD_DONE,
  HS_BUILD_FAILED,
  HS_BUILD_CANCELLED,
} HsBuildState;

/**
 * HsBuildRun:
 *
 * One build of one target, on a thread of its own; the object belongs to the main thread. ::changed
 * is emitted there, at most ten times a second. Cancelling ends the whole process group: SIGTERM,
 * after 2 s SIGKILL; nothing is imported then.
 */
#define HS_TYPE_BUILD_RUN (hs_build_run_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildRun, hs_build_run, HS, BUILD_RUN, GObject)

const HsBuildRequest *hs_build_run_get_request (HsBuildRun *self);
HsBuildState hs_build_run_get_state (HsBuildRun *self);
HsBuildLog *hs_build_run_get_log (HsBuildRun *self);
GArray *hs_build_run_get_phases (HsBuildRun *self);  /* HsBuildPhase; borrowed, until ::changed */
double hs_build_run_get_fraction (HsBuildRun *self); /* 0 to 1; -1: no earlier build to count by */
double hs_build_run_get_seconds_left (HsBuildRun *self); /* -1 not known */
double hs_build_run_get_seconds (HsBuildRun *self);
guint hs_build_run_get_steps (HsBuildRun *self);
const HsBuildProblem *hs_build_run_get_problem (HsBuildRun *self); /* nullable */
GPtrArray *hs_build_run_get_memory (HsBuildRun *self);             /* HsMemoryUse; nullable */
HsBuild *hs_build_run_get_build (HsBuildRun *self);                /* imported; nullable */
/* Why a build that is done is not in the catalog, as a sentence; NULL: it is, or it is not done. */
const char *hs_build_run_get_not_imported (HsBuildRun *self);
/* Against an earlier build of the same inputs: "first", "equal", "differs". NULL: not done. */
const char *hs_build_run_get_repeated (HsBuildRun *self);
const char *const *hs_build_run_get_differing (HsBuildRun *self); /* files, if "differs" */
void hs_build_run_cancel (HsBuildRun *self);

/**
 * HsBuildQueue:
 *
 * Builds, one after the other; a GListModel of HsBuildRun, oldest first, owned by the session. Two
 * builds in one tree never run together, also not of two Hotshoes (flock in the state folder).
 */
#define HS_TYPE_BUILD_QUEUE (hs_build_queue_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildQueue, hs_build_queue, HS, BUILD_QUEUE, GObject)

HsBuildQueue *hs_build_queue_new (HsCatalog *catalog);
HsBuildRun *hs_build_queue_add (HsBuildQueue *self,
                                const HsBuildRequest *request); /* (transfer none) */
guint hs_build_queue_get_n_running (HsBuildQueue *self);        /* and waiting */
/* Until all are ended; cancels them if @cancel. Turns the main context: for the end of the program
 * and the command line. */
void hs_build_queue_drain (HsBuildQueue *self, gboolean cancel);

G_END_DECLS
