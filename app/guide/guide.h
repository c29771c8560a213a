/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/tools.h"

G_BEGIN_DECLS

typedef enum { HS_GUIDE_RECOVER, HS_GUIDE_PROTECT, HS_GUIDE_UNPROTECT } HsGuidePurpose;

/* What the bus shows of the camera that a guide is about. */
typedef enum {
  HS_SIGHT_ANY,            /* in tables: the step waits for nothing */
  HS_SIGHT_NOTHING,        /* no such camera on the bus */
  HS_SIGHT_APP,            /* its firmware */
  HS_SIGHT_BOOTLOADER,     /* its everyday bootloader */
  HS_SIGHT_OLD_BOOTLOADER, /* one from before its builds: another id, or no ROMFS0 */
  HS_SIGHT_ROM,            /* the chip's own bootloader, as this board has it */
  HS_SIGHT_OTHER_ROM,      /* one that can't be this board's */
  HS_SIGHT_RAM_LOADER,     /* the loader that recovery put into RAM */
  HS_SIGHT_BRIDGE,         /* the serial adapter that its recovery goes through */
  HS_SIGHT_OTHER_BOARD,    /* another camera, on the port that this one was on */
  HS_SIGHT_NO_ACCESS,      /* something that fits, and may not be opened */
  HS_N_SIGHTS
} HsSight;
const char *hs_sight_name (HsSight sight); /* "rom": in events */

/* Something that is not what the step waits for, and what it means. */
typedef struct {
  HsSight sight;
  const char *meaning; /* N_()-marked, one sentence: "The firmware started: the jumper is not in
                          place."; NULL: nothing to wonder at, it is what everybody hopes for */
  const char *then;    /* id of the step to go on with; NULL: stay */
} HsGuideSurprise;

/* What a step wants besides hands. */
typedef enum {
  HS_GUIDE_WANTS_NOTHING,
  HS_GUIDE_WANTS_FILE,         /* an artifact that neither the build nor the catalog has */
  HS_GUIDE_WANTS_TOOL,         /* where a vendor's program is */
  HS_GUIDE_WANTS_CONFIRMATION, /* before something that can't be undone: digits of the unit, "I have
                                  a spare" */
  HS_GUIDE_WANTS_CHOICE,       /* go this way, or that: hs_guide_choose() */
} HsGuideWant;

/* A way that somebody may choose: label N_()-marked; id of the step it leads to; NULL: the guide
 * ends. */
typedef struct {
  const char *label;
  const char *then;
} HsGuideChoice;

/**
 * HsGuideStep:
 * @id: "set-jumper"; unique in its guide; in events and drawings
 * @sentence: N_()-marked; what the hand does, or what the program does; %s: the pads of the board
 * @help: N_()-marked, one line; nullable
 * @drawing: stem of a file in app/data/guide/; nullable
 * @other_drawing: the same where sources differ; nullable
 * @wait: what the bus must show for the step to be done; %HS_SIGHT_ANY: nothing. With @what: the
 * job is started at once and waits by itself for what the hand does; once it has caught the camera
 * the guide goes on to @then, and takes the job along if that step has the same @what
 * @waits_for: N_()-marked: "the ST ROM bootloader, 0483:DF11"; nullable
 * @usual_s: seconds that it usually takes from the moment the hand is done; 0 not said
 * @what: job to start as soon as the step is reached, "flash" …; nullable. Its success ends the
 * step
 * @then: id of the step after it; NULL: the next in the table
 * @if_failed: id of the step after a job that failed; NULL: the same step again, from where it can
 * @surprises: ends with %HS_SIGHT_ANY; nullable. No job is started while one of them is seen
 * @sentence_out: instead of @sentence once the hand has unplugged it; nullable
 * @question: N_()-marked: what is asked, and what will be lost; for steps that want something
 * @choices: ends with a %NULL label; ways around the step, or what %HS_GUIDE_WANTS_CHOICE asks;
 * nullable
 * @if_silent: id of the step after a job that has proven all it wrote, but whose camera did not
 * come back; nullable
 * @if_late: id of the step to go on with after twice the patience with nothing seen; nullable
 * @role: %HS_GUIDE_WANTS_FILE: of the artifact that is wanted; %HS_ROLE_NONE: a file that is only
 * remembered as @tool. %HS_GUIDE_WANTS_CHOICE: what the first choice erases: not asked if the
 * options say so already
 * @tool: %HS_GUIDE_WANTS_TOOL, %HS_GUIDE_WANTS_FILE: what it is, or where to look for it first
 * @asked_drawing: stem, while the job asks for a hand (hs_job_dup_asks()) and brings no drawing of
 * its own; nullable
 * @erases: the step's job also erases the filesystem
 * @sentence_failed: instead of @sentence while a job that failed waits for the bus to show
 * something else; nullable. The drawing is @asked_drawing then, if there is one
 *
 * One step of a guide: data, nothing else.
 */
typedef struct {
  const char *id;
  const char *sentence;
  const char *help;
  const char *drawing;
  const char *other_drawing;
  HsSight wait;
  const char *waits_for;
  guint usual_s;
  const char *what;
  HsGuideWant wants;
  const char *then;
  const char *if_failed;
  const HsGuideSurprise *surprises;
  const char *sentence_out;
  const char *question;
  const HsGuideChoice *choices;
  const char *if_silent;
  const char *if_late;
  HsRole role;
  HsTool tool;
  const char *asked_drawing;
  gboolean erases;
  const char *sentence_failed;
} HsGuideStep;

/* A guide: one table for each family of boards and purpose, listed in guide-tables.c. */
typedef struct {
  HsGuidePurpose purpose;
  HsRecovery recovery;
  const char *title;        /* N_()-marked */
  const HsGuideStep *steps; /* ends with an all-zero entry */
} HsGuideTable;

const HsGuideTable *hs_guide_find_table (HsGuidePurpose purpose, const HsBoard *board);
const HsGuideTable *hs_guide_nth_table (guint n); /* NULL: no more */

/* One thing that the bus showed, or that was done; newest last in hs_guide_get_sights(). */
#define HS_TYPE_GUIDE_SIGHT (hs_guide_sight_get_type ())
G_DECLARE_FINAL_TYPE (HsGuideSight, hs_guide_sight, HS, GUIDE_SIGHT, GObject)
HsSight hs_guide_sight_get_sight (HsGuideSight *self);
const char *hs_guide_sight_get_text (HsGuideSight *self);    /* "ST ROM bootloader on left 1" */
const char *hs_guide_sight_get_meaning (HsGuideSight *self); /* of a surprise; nullable */
gint64 hs_guide_sight_get_time (HsGuideSight *self);         /* µs, wall clock */

typedef enum {
  HS_GUIDE_WAITING, /* for hands: the bus will show it */
  HS_GUIDE_ASKING,  /* wants something, hs_guide_get_want() */
  HS_GUIDE_WORKING, /* a job runs */
  HS_GUIDE_DONE,    /* the camera is back, proven; or the purpose is reached */
  HS_GUIDE_STOPPED, /* by hand, or it can't go on: hs_guide_get_problem() */
} HsGuideState;

/* What may be the cause when nothing comes, in the order to look at it; see hs_guide_get_cause().
 */
typedef struct {
  const char *text;    /* translated: "The cable: many only charge." */
  const char *checked; /* translated: what this machine sees about it; nullable: can't be checked */
  gboolean is_it;      /* it is the cause */
} HsGuideCause;

/**
 * HsGuide:
 *
 * One walk through a guide: watches the bus by itself, starts jobs, never asks whether something
 * has appeared. Main thread. ::changed after anything changed; ::step-changed when another step
 * begins (announce it).
 */
#define HS_TYPE_GUIDE (hs_guide_get_type ())
G_DECLARE_FINAL_TYPE (HsGuide, hs_guide, HS, GUIDE, GObject)

/* @port: (nullable): where the camera is or was; NULL: the first port on which something fitting
 * shows itself. @options: build, release, unit …; copied. Errors: %HS_APP_ERROR_NOT_OFFERED where
 * nothing can be done for that board, with a sentence that says where to go. */
HsGuide *hs_guide_new (HsSession *session,
                       HsGuidePurpose purpose,
                       const HsBoard *board,
                       const char *port,
                       const HsRequestOptions *options,
                       GError **error);
void hs_guide_start (HsGuide *self);
void hs_guide_cancel (HsGuide *self); /* a running job is stopped first */

HsGuideState hs_guide_get_state (HsGuide *self);
/* It is done, and all of it was proven: the only green end. One that is done and has a problem has
 * written what it could not read back. */
gboolean hs_guide_get_proven (HsGuide *self);
const HsGuideTable *hs_guide_get_table (HsGuide *self);
const HsGuideStep *hs_guide_get_step (HsGuide *self);
guint hs_guide_get_position (HsGuide *self, guint *n_steps); /* from 1, on the way it goes now */
const HsBoard *hs_guide_get_board (HsGuide *self);
/* Its unit's key, as far as somebody said so or the port's last one tells; nullable. */
const char *hs_guide_get_unit (HsGuide *self);
const char *hs_guide_get_port (HsGuide *self); /* nullable: nothing was seen yet */
char *hs_guide_dup_sentence (HsGuide *self);   /* translated, pads filled in */
char *hs_guide_dup_help (HsGuide *self);       /* nullable */
char *hs_guide_dup_waits_for (HsGuide *self);  /* "Waiting for … · usually 3 s"; nullable */
char *hs_guide_dup_drawing (HsGuide *self);    /* stem; nullable */
/* A hand has unplugged it in this step: what comes first in the sentence is done. */
gboolean hs_guide_get_out (HsGuide *self);
gboolean hs_guide_has_other (HsGuide *self); /* the step has another variant of pads */
gboolean hs_guide_get_other (HsGuide *self);
void hs_guide_set_other (HsGuide *self, gboolean other);
GListModel *hs_guide_get_sights (HsGuide *self); /* HsGuideSight */
gboolean hs_guide_get_late (HsGuide *self);      /* 20 s of nothing */
guint hs_guide_get_n_causes (HsGuide *self);
const HsGuideCause *hs_guide_get_cause (HsGuide *self, guint n);
HsJob *hs_guide_get_job (HsGuide *self);               /* nullable; runs or ran in this step */
const HsProblem *hs_guide_get_problem (HsGuide *self); /* nullable: why it stopped, or stays */
void hs_guide_set_patience (HsGuide *self, guint ms);  /* instead of 20 s; for tests */

HsGuideWant hs_guide_get_want (HsGuide *self);
char *hs_guide_dup_question (HsGuide *self); /* what is wanted, and what will be lost */
/* %HS_GUIDE_WANTS_FILE, %HS_GUIDE_WANTS_TOOL: what was found already, to be offered; nullable. */
GFile *hs_guide_get_offer (HsGuide *self);
/* FALSE with a sentence if it is not what is wanted. It is kept: artifact or setting. */
gboolean hs_guide_give_file (HsGuide *self, GFile *file, GError **error);
/* %HS_GUIDE_WANTS_CONFIRMATION: the ending to be typed; NULL if the unit is not known, then its
 * board's name. */
const char *hs_guide_get_ending (HsGuide *self);
gboolean hs_guide_confirm (HsGuide *self, const char *typed, gboolean spare, GError **error);
/* %HS_GUIDE_WANTS_CHOICE, or a way around the step: translated labels; n from 0. */
guint hs_guide_get_n_choices (HsGuide *self);
const char *hs_guide_get_choice (HsGuide *self, guint n);
void hs_guide_choose (HsGuide *self, guint n);

G_END_DECLS
