/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

G_BEGIN_DECLS

/* Shared by guide*.c only. */
struct _HsGuide {
  GObject parent_instance;

  HsSession *session; /* owned */
  const HsGuideTable *table;
  const HsBoard *board;
  char *port; /* nullable: nothing was seen yet */
  HsRequestOptions options;
  HsBuild *loader_build; /* nullable: whose bootloader is written; options.build may lack one */
  gboolean searching;    /* the catalog is asked for one */
  GCancellable *cancellable;

  HsGuideState state;
  guint step;
  GArray *path; /* (element-type guint): steps on the way here, the present one last */
  gboolean other;
  HsProblem *problem; /* nullable */
  guint n_moves;      /* steps since the bus showed something new: none may go in circles */

  HsSight sight;
  guint64 instance; /* of the enumeration that is seen; 0: nothing */
  gboolean out;     /* a hand has unplugged it */
  gboolean staged;  /* recovery has put a loader into its RAM, and it did not leave since */
  guint64 judged;   /* enumeration of which a job has found out more than the bus tells … */
  HsSight judgement;
  gboolean is_old;     /* its bootloader was found to be too old, and not renewed since */
  char *stranger;      /* nullable: unit that turned out to be another one than was asked for */
  guint n_failures;    /* jobs that failed in a row */
  GHashTable *ignored; /* instances that were there before the start, while the port is not known */
  GListStore *sights;  /* HsGuideSight */
  GPtrArray *watched;  /* (element-type HsDevice) */
  guint idle;          /* source that looks; 0 none */

  HsJob *job;        /* nullable; of this step; may have ended */
  gboolean by_hand;  /* it waits, or waited, for hands */
  gboolean caught;   /* what it waited for has come */
  int next;          /* step to go to once the job has stopped; -1: none */
  gboolean held;     /* no new job before the bus shows something else */
  gboolean replug;   /* what is there now has failed: it has to be plugged in anew */
  gboolean quiet;    /* what is seen is only noted */
  gboolean taking;   /* the job goes along to the next step */
  gboolean stopping; /* somebody has cancelled it: nothing more is begun */

  guint patience_ms;
  guint timer;
  guint n_late; /* how often the patience ran out in this step */
  GArray *causes;

  HsGuideWant want;
  char *question; /* nullable: instead of the step's own */
  GFile *offer;   /* nullable */
  GFile *given;   /* nullable: the bootloader that somebody chose */
  char *ending;   /* nullable */
};

/* guide.c */
HsGuide *hs_guide_new_for_table (HsSession *session,
                                 const HsGuideTable *table,
                                 const HsBoard *board,
                                 const char *port,
                                 const HsRequestOptions *options);
const HsGuideStep *hs_guide_nth_step (HsGuide *self, guint n);
int hs_guide_find_step (HsGuide *self, const char *id);
guint hs_guide_get_then (HsGuide *self, guint n);
void hs_guide_go (HsGuide *self, guint step);
void hs_guide_stop (HsGuide *self);
void hs_guide_set_problem (HsGuide *self, const HsProblem *problem);
void hs_guide_changed (HsGuide *self);
void hs_guide_step_changed (HsGuide *self);

/* guide-move.c: from step to step */
void hs_guide_begin_step (HsGuide *self);
void hs_guide_advance (HsGuide *self);
gboolean hs_guide_go_where_it_shows (HsGuide *self);
const HsGuideSurprise *hs_guide_find_surprise (HsGuide *self, HsSight sight);

/* guide-bus.c: what the bus shows */
void hs_guide_watch (HsGuide *self);
void hs_guide_unwatch (HsGuide *self);
void hs_guide_look (HsGuide *self);
void hs_guide_look_soon (HsGuide *self);
void hs_guide_judge (HsGuide *self, HsSight sight);
void hs_guide_forget_confirmation (HsGuide *self);
HsDevice *hs_guide_dup_device (HsGuide *self);

/* guide-sight.c */
HsGuideSight *hs_guide_sight_new (HsSight sight, char *text, const char *meaning);
HsSight hs_guide_sight_of (const HsBoard *board, HsDevice *device);
char *
hs_guide_sight_describe (HsSight sight, const HsBoard *board, HsDevice *device, const char *place);

/* guide-late.c: 20 s of nothing */
void hs_guide_wait_patiently (HsGuide *self);
void hs_guide_stop_waiting (HsGuide *self);

/* guide-job.c */
gboolean hs_guide_is_by_hand (const HsGuideStep *step);
gboolean hs_guide_job_runs (HsGuide *self);
gboolean hs_guide_job_works (HsGuide *self);
void hs_guide_notice_job (HsGuide *self);
gboolean hs_guide_job_is_at_work (HsGuide *self);
void hs_guide_start_job (HsGuide *self);
void hs_guide_drop_job (HsGuide *self);

/* guide-want.c */
gboolean hs_guide_has_what_it_wants (HsGuide *self, const HsGuideStep *step);
void hs_guide_ask (HsGuide *self, HsGuideWant want, const char *question);
void hs_guide_find_loader (HsGuide *self);

/* One table for each family and purpose, in guide-recover.c and guide-recover-tools.c */
extern const HsGuideTable hs_guide_recover_st_rom;
extern const HsGuideTable hs_guide_recover_sdp;
extern const HsGuideTable hs_guide_recover_st_tool;
extern const HsGuideTable hs_guide_recover_se_tool;

/* guide-protect.c */
extern const HsGuideTable hs_guide_protect_st_rom;
extern const HsGuideTable hs_guide_unprotect_st_rom;
extern const HsGuideTable hs_guide_protect_probe;
extern const HsGuideTable hs_guide_unprotect_probe;
const HsGuideTable *hs_guide_choose_protection (HsGuidePurpose purpose,
                                                const HsBoard *board,
                                                const char *way,
                                                GError **error);

G_END_DECLS
