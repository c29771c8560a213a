/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job-run.h"
#include "flash/sim/sim-bus.h"
#include "tests/catalog-fixture.h"

/* Whole jobs on simulated cameras in memory and in virtual time, recorded in a catalog in a folder
 * of its own. */

#define RIG_TAG      "v5.0.0"
#define RIG_NUMBER   "5.0.0"
#define RIG_FIRMWARE (23 * 1024 + 100) /* 6 blocks: all three sectors of the small board */
#define RIG_ROMFS    5000              /* 2 blocks */
#define RIG_BLOCK    4096

typedef struct {
  char *folder;
  char *path; /* of the catalog */
  HsCatalog *catalog;
  HsBoard model; /* the small board: 3 sectors of 8 KB for the firmware */
  const HsBoard *board;
  HsSimBus *bus;
  HsBuild *build;
  GBytes *images[HS_N_ROLES]; /* of the build; NULL where it has none */
} JobRig;

/* @board: NULL: the small one. */
void job_rig_init (JobRig *self, const char *board);
void job_rig_clear (JobRig *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JobRig, job_rig_clear)

/* A new catalog in place of the old one, with the build in it. */
void job_rig_renew_catalog (JobRig *self);
void job_rig_import (JobRig *self, const char *number, guint seed);
void job_rig_import_as (JobRig *self, const char *said, guint seed);
void job_rig_use_real_time (JobRig *self);
void job_rig_renew_bus (JobRig *self, HsMode mode);
HsSimCamera *job_rig_add_camera (JobRig *self, HsMode mode);
HsSimCamera *job_rig_camera (JobRig *self, guint n);
void job_rig_replug (JobRig *self, guint n);
void job_rig_assert_whole (JobRig *self);
void job_rig_assert_holds (JobRig *self, guint n);

#define RIG_MAX_STEPS 16

typedef struct _JobRun JobRun;
/* Called on the job's thread as a step begins, or before a request is sent. */
typedef void (*JobRunFunc) (JobRun *run, guint n, gpointer user_data);

/* One job. */
struct _JobRun {
  JobRig *rig;  /* borrowed */
  guint n;      /* which camera */
  HsWork *work; /* owned */
  GThread *thread;
  int ended; /* atomic */
  HsJobEnd end;
  GBytes *before[HS_N_ROLES]; /* what the partitions held */
  guint n_steps;
  guint requests_at[RIG_MAX_STEPS + 1]; /* of the camera as each step began, and at the end */
  JobRunFunc on_step;                   /* nullable; with the number of the step, from 1 */
  JobRunFunc on_request; /* nullable; with the bRequest of a DFU request; see job_run_spy() */
  gpointer user_data;    /* for both */
  guint n_spied;
  gboolean replugged; /* somebody was asked to plug it in again */
};

void job_run_init (JobRun *self, JobRig *rig, guint n, const char *what);
void job_run_spy (JobRun *self, JobRunFunc on_request, gpointer user_data);
void job_run_go (JobRun *self);
void job_run_go_with_hands (JobRun *self);
void job_run_start (JobRun *self); /* on a thread of its own … */
void job_run_join (JobRun *self);  /* … until it has ended */
gboolean job_run_await (JobRun *self, HsActivity activity);
void job_run_clear (JobRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (JobRun, job_run_clear)

void job_run_assert_ended (JobRun *self, HsOutcome outcome, const char *code);
void job_run_assert_honest (JobRun *self);
void job_run_assert_subject (JobRun *self);
const char *job_run_content_state (JobRun *self, HsRole role);
