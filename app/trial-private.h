/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/trial.h"

G_BEGIN_DECLS

struct _HsTrial {
  HsSession *session;
  const HsBoard *board;
  char *port;
  char *unit;     /* nullable until a job has told it */
  HsBuild *build; /* nullable */
  HsTrialWatch watch;
  gpointer user_data;
  guint patience_ms;

  GArray *steps; /* (element-type HsTrialStep) */
  HsTrialStep *step;
  GArray *questions; /* (element-type HsTrialQuestion) */
  HsJob *job;        /* runs; nullable */
  gboolean cancelled;
  gboolean pull;    /* the cable has to come out while it is written to */
  gboolean asked;   /* … and somebody was told so */
  gboolean flashed; /* the whole build is on it, proven */
};

/* A step's work: sets result and why. */
typedef void (*HsTrialFunc) (HsTrial *self);

typedef struct {
  const char *id;
  const char *group; /* as in --only */
  HsOperation operation;
  const char *title; /* N_()-marked */
  gboolean writes;   /* needs the build */
  HsTrialFunc func;
} HsTrialPlan;

const HsTrialPlan *hs_trial_nth_plan (guint n);

/* Runs one job to its end and notes it; (transfer full) (nullable): it could not even start, said
 * so in the step. @by_hand: a person brings the camera into its bootloader. */
HsJob *hs_trial_do (HsTrial *self, const char *what, HsRequestOptions *options, gboolean by_hand);
void hs_trial_note_job (HsTrial *self, HsJob *job);
void hs_trial_ask_hand (HsTrial *self, HsTrialHand hand, const char *sentence, const char *detail);
/* Waits until @done, until patience is over @times or it was cancelled: then FALSE. */
gboolean
hs_trial_await (HsTrial *self, guint times, gboolean (*done) (gpointer data), gpointer data);
HsDevice *hs_trial_find_device (HsTrial *self); /* (transfer full) (nullable): attached, there */
void hs_trial_pass (HsTrial *self);
void hs_trial_fail (HsTrial *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
void hs_trial_leave_out (HsTrial *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Passed, or why not: a refusal was not tried. */
gboolean hs_trial_take_outcome (HsTrial *self, HsJob *job);
void hs_trial_answer (HsTrial *self, const char *id, const char *answer);
void hs_trial_add_digest (HsTrial *self, const char *partition, const char *sha256, guint64 length);

/* trial-recover.c */
void hs_trial_recover (HsTrial *self);

G_END_DECLS
