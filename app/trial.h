/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

typedef enum { HS_TRIAL_NOT_TRIED, HS_TRIAL_PASSED, HS_TRIAL_FAILED } HsTrialResult;
const char *hs_trial_result_name (HsTrialResult result); /* "passed" "failed" "not tried" */

/* What somebody has to do to the camera; the trial learns from the bus that it was done. */
typedef enum {
  HS_TRIAL_HAND_READY,  /* take the cable: it has to come out in a moment */
  HS_TRIAL_HAND_PULL,   /* pull it now */
  HS_TRIAL_HAND_REPLUG, /* unplug it and plug it in again, into the same port */
  HS_TRIAL_HAND_JUMPER, /* unplug it, connect the pads, plug it in */
  HS_TRIAL_HAND_GUIDE,  /* what the guide's page says */
} HsTrialHand;

/* One thing that a trial did. Owned by the trial. */
typedef struct {
  const char *id;        /* "flash-full"; static */
  const char *title;     /* translated */
  HsOperation operation; /* what it is evidence for; HS_N_OPERATIONS: none */
  gboolean asked;        /* else it is left out */
  HsTrialResult result;
  double seconds;     /* that jobs took, without the hands' time */
  char *why;          /* of what is not passed: one sentence; nullable */
  GPtrArray *runs;    /* (element-type utf8): ids in the journal */
  GPtrArray *digests; /* (element-type HsTrialDigest): what was read back */
} HsTrialStep;

typedef struct {
  char *partition;
  char *sha256;
  guint64 length; /* bytes that it is of */
} HsTrialDigest;

/* One of the questions that only hardware answers. */
typedef struct {
  const char *id;    /* "ospi-byte-order"; static */
  const char *asked; /* translated */
  char *answer;      /* translated; NULL: not observed */
} HsTrialQuestion;

typedef struct _HsTrial HsTrial;

/* Who watches; all are called on the main thread, members may be NULL. */
typedef struct {
  void (*step) (HsTrial *trial, const HsTrialStep *step, gboolean ended, gpointer user_data);
  void (*job) (HsTrial *trial, HsJob *job, gpointer user_data); /* it was just started */
  /* @sentence: translated. @detail: of the guide: the id of its step; nullable */
  void (*hand) (HsTrial *trial,
                HsTrialHand hand,
                const char *sentence,
                const char *detail,
                gpointer user_data);
} HsTrialWatch;

/**
 * HsTrial:
 *
 * One walk of a spare camera through all that Hotshoe does to cameras, to find out whether it is
 * true on hardware. All that is on the camera is lost. Every job is a run in the journal like any
 * other. Main thread; for the command line: it blocks in the main context.
 */

/* @build: (nullable): without it nothing is written. @only: (nullable): "read" "flash" "erase"
 * "pull" "enter" "recover"; %HS_APP_ERROR_USAGE for others. */
HsTrial *hs_trial_new (HsSession *session,
                       HsDevice *device,
                       HsBuild *build,
                       const char *const *only,
                       const HsTrialWatch *watch,
                       gpointer user_data,
                       GError **error);
void hs_trial_free (HsTrial *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTrial, hs_trial_free)

/* Does every step; one that does not pass does not end it, unless the camera is lost. */
void hs_trial_run (HsTrial *self);
void hs_trial_cancel (HsTrial *self); /* the running job is stopped; what is left is not tried */
void hs_trial_set_patience (HsTrial *self, guint ms); /* for hands; 5 minutes */

const HsBoard *hs_trial_get_board (HsTrial *self);
const char *hs_trial_get_port (HsTrial *self);
const char *hs_trial_get_unit (HsTrial *self); /* nullable: could not be told */
gboolean hs_trial_is_simulated (HsTrial *self);
guint hs_trial_get_n_steps (HsTrial *self);
const HsTrialStep *hs_trial_get_step (HsTrial *self, guint n);
guint hs_trial_get_n_questions (HsTrial *self);
const HsTrialQuestion *hs_trial_get_question (HsTrial *self, guint n);
/* Passed: every step that is evidence for it passed. Failed: one did not. */
HsTrialResult hs_trial_get_result (HsTrial *self, HsOperation operation);

/* --- the sheet --- */

/* The whole sheet, signed by the secret key @key of this bench (nullable: the only one); what is
 * signed, and by whom it is trusted, says tests/hardware/README.md. (transfer full).
 * %HS_APP_ERROR_KEY. Blocks. */
char *hs_trial_make_sheet (HsTrial *self, const char *key, GError **error);
/* "OPENMV4-2026-11-21-4A3B2C1D.json"; (transfer full). */
char *hs_trial_make_name (HsTrial *self);

G_END_DECLS
