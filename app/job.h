/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/estimate.h"
#include "app/problem.h"
#include "flash/board.h"
#include "flash/device.h"
#include "flash/progress.h"
#include "flash/version.h"
#include "store/release.h"
#include "store/values.h"

G_BEGIN_DECLS

typedef enum {
  HS_JOB_QUEUED,
  HS_JOB_RUNNING,
  HS_JOB_STOPPING,
  HS_JOB_FINISHED,
} HsJobState;

typedef enum {
  HS_OUTCOME_NONE, /* still running */
  HS_OUTCOME_PASSED,
  HS_OUTCOME_FAILED,
  HS_OUTCOME_CANCELLED,
  HS_OUTCOME_REFUSED,
  HS_OUTCOME_UNPROVEN,
  HS_OUTCOME_INTERRUPTED,
} HsOutcome;

typedef enum {
  HS_PART_UNTOUCHED,
  HS_PART_WRITING, /* begun, in work */
  HS_PART_WRITTEN, /* all bytes sent, not read back */
  HS_PART_VERIFIED,
  HS_PART_UNKNOWN, /* a write broke off, or read-back differs */
} HsPartState;

/* One artifact on its way to one partition. Read-only snapshot for observers. */
typedef struct {
  HsRole role;
  const HsPartition *partition; /* of the board table */
  char *sha256_file;
  char *sha256_read_back; /* nullable */
  guint64 length;         /* bytes of the image */
  guint64 wrote_bytes;
  guint64 skipped_bytes;
  guint64 done_bytes; /* of the activity that runs */
  guint64 failed_at;  /* offset in bytes where it went wrong; G_MAXUINT64 none */
  HsPartState state;
  guint n_units;       /* erase units that the image covers; 0: not known yet */
  guint n_differ;      /* of those were written, or (compare, dry run) would be */
  const guint8 *equal; /* (array length=n_units) (nullable): found to hold what they should, read;
                          known before the first one is written */
  GBytes *equal_owner; /* (nullable): has @equal; shared by all snapshots */
  GArray *slow;        /* (element-type HsSlowUnit) (nullable) */
  HsPace pace;         /* of this board with this partition */
  HsEstimate expected; /* before the run; n_units 0: not estimated yet */
  double seconds_compare;
  double seconds_write;
  double seconds_verify;
  guint64 compared_bytes; /* of the image, read to compare */
  guint64 verified_bytes; /* of the image, read back after writing */
  guint64 instance;       /* enumeration of the camera that @equal was read from */
  guint n_writes;         /* of the work, when it was */
} HsJobPart;

/**
 * HsJob:
 *
 * A unit's resolved steps, running on that camera's own thread. What observers read here is
 * published on the main thread; ::changed is emitted there, at most once per loop iteration.
 * Properties with notify: "state", "outcome".
 */
#define HS_TYPE_JOB (hs_job_get_type ())
G_DECLARE_FINAL_TYPE (HsJob, hs_job, HS, JOB, GObject)

const char *hs_job_get_id (HsJob *self);   /* of the run, UUIDv7 */
const char *hs_job_get_what (HsJob *self); /* as in hs_session_start() */
HsDevice *hs_job_get_device (HsJob *self);
const HsBoard *hs_job_get_board (HsJob *self);
const char *hs_job_get_port (HsJob *self);
const char *hs_job_get_slot_name (HsJob *self);
const char *hs_job_get_unit (HsJob *self);     /* key; nullable until known */
HsBuild *hs_job_get_build (HsJob *self);       /* nullable */
const char *hs_job_get_number (HsJob *self);   /* product serial; nullable until reserved */
gboolean hs_job_get_already (HsJob *self);     /* passed, and nothing had to be written */
HsBuild *hs_job_get_found_build (HsJob *self); /* what it read was this; nullable, at the end */
HsJobState hs_job_get_state (HsJob *self);
HsOutcome hs_job_get_outcome (HsJob *self);
const HsProblem *hs_job_get_problem (HsJob *self); /* nullable */
gboolean hs_job_get_unrecorded (HsJob *self);      /* ended, but the journal could not be written */
/* While it waits for a person: what is to be done, translated, if that is more than plugging it in;
 * (transfer full) (nullable) */
char *hs_job_dup_asks (HsJob *self);
const char *hs_job_get_asks_drawing (HsJob *self); /* stem in app/data/guide/; nullable */
void hs_job_get_progress (HsJob *self, HsProgressState *state);
/* The same as it is at this moment, before it is published. */
void hs_job_peek_progress (HsJob *self, HsProgressState *state);
guint hs_job_get_step (HsJob *self, guint *n_steps); /* from 1 */
double hs_job_get_elapsed (HsJob *self);             /* seconds */
double hs_job_get_time_left (HsJob *self);           /* seconds; < 0 not known */
guint hs_job_get_n_parts (HsJob *self);
const HsJobPart *hs_job_get_part (HsJob *self, guint n);
const HsVersion *hs_job_get_version (HsJob *self);
HsVerdict hs_job_get_verdict (HsJob *self);
char *hs_job_dup_json (HsJob *self); /* the run object of flash --json */
void hs_job_cancel (HsJob *self);
void hs_job_call_off (HsJob *self, const char *why);
const char *hs_outcome_name (HsOutcome outcome);
HsOutcome hs_outcome_from_name (const char *name);
const char *hs_part_state_name (HsPartState state);

G_END_DECLS
