/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"
#include "app/plan.h"
#include "app/recipe.h"
#include "flash/method.h"
#include "flash/transport/capture.h"
#include "store/catalog.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _HsRecorder HsRecorder;

/* A file written to the camera's drive and read back; or one here, read from a partition. */
typedef struct {
  char *path;
  char *sha256;
  guint64 length;               /* bytes */
  const HsPartition *partition; /* what it was read from; NULL: it is on the camera's drive */
} HsWorkFile;

/**
 * HsWork:
 *
 * What the steps of one job share, on that job's own thread. @parts is also read by the main
 * thread: write to its members between hs_work_lock() and hs_work_unlock() only.
 */
typedef struct {
  char *run;        /* id, UUIDv7 */
  const char *what; /* static: "flash" … */
  const HsBoard *board;
  const HsMethod *method; /* NULL: nothing can be done with this board yet */
  HsCamera *camera;
  HsUsbInfo *seen; /* how it showed itself when the job was asked for */
  HsCatalog *catalog;
  HsRecorder *recorder;
  HsRequestOptions options;
  char *slot;         /* name given to the port; nullable */
  char *place;        /* for people, always: "left 2" or "port 1-4" */
  HsCapture *capture; /* nullable: the conversation, being recorded */
  gboolean record;    /* keep it whatever the outcome */
  HsProgress *progress;
  GCancellable *cancellable;

  GMutex lock;
  GArray *parts;     /* (element-type HsJobPart), in the order of writing */
  GPtrArray *images; /* (element-type HsSource), one each part */

  HsRecipe *recipe;         /* of options.release; nullable */
  char *asks;               /* what a person is to do now; nullable; set under the lock */
  char *called_off;         /* why it is needless, if that stopped it; nullable; under the lock */
  const char *asks_drawing; /* stem of a drawing of that; nullable; set under the lock */
  char *number;             /* its product serial, reserved for it; nullable; set under the lock */
  gint64 number_value;      /* the same as the series counts it; 0: it does not */
  GPtrArray *contents;      /* (element-type GBytes): one each file of the recipe; never recorded */
  GPtrArray *files;         /* (element-type HsWorkFile): what was put on its drive */
  GPtrArray *saved;         /* (element-type HsWorkFile): what was read to files here */
  GPtrArray *erased;        /* (element-type HsPartition): regions that the firmware will format */
  gboolean carries; /* the catalog has it with exactly this release, nothing written since */

  JsonArray *doors;   /* of an audit; nullable */
  char *option_bytes; /* as they were read, in hex; nullable */
  int level;          /* of readout protection, as it was seen; -1: it was not */

  HsVersion version; /* what it reported at the end */
  HsVerdict verdict;
  char *expected;        /* version compared with; nullable */
  HsBuild *found_build;  /* identify, read-build: what is on it; nullable */
  char *bootloader;      /* digest of its bootloader; nullable */
  gboolean entered;      /* in the bootloader by our doing or found there */
  gboolean started;      /* run.started is in the journal */
  gboolean declined;     /* it is not the unit that was asked for: refused, nothing went wrong */
  gboolean began;        /* something destructive was sent, or may have been */
  gboolean touched;      /* a write of code has begun and is not proven yet */
  gboolean no_read_back; /* this bootloader can't be read: unproven */
  gboolean by_drive;     /* nor spoken with: its drive takes the image */
  gboolean maybe_other;  /* the probe may have written to another one */
  gboolean complete;     /* every step was done, proven or not */
  gboolean rom_proven;   /* its bootloader is the one that options.rom_run wrote */
  guint n_writes;     /* writes and erases begun: what was compared before another one is stale */
  gint64 clock_start; /* µs of the camera's clock */
  double seconds_enter;
  double seconds_transfer;
  double seconds_confirm;
} HsWork;

HsWork *hs_work_new (const char *what, const HsBoard *board, HsCamera *camera, HsCatalog *catalog);
void hs_work_free (HsWork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsWork, hs_work_free)

void hs_work_lock (HsWork *self);
void hs_work_unlock (HsWork *self);
HsJobPart *hs_work_part (HsWork *self, guint n);
HsSource *hs_work_image (HsWork *self, guint n);
void hs_work_set_part_state (HsWork *self, guint n, HsPartState state);
void hs_work_report (HsWork *self, HsActivity activity);
/* What a person is to do now, translated; %NULL: nothing any more. See hs_job_dup_asks(). */
void hs_work_ask (HsWork *self, const char *text);
/* The same, with the stem of the drawing that shows it: static. */
void hs_work_ask_drawn (HsWork *self, const char *text, const char *drawing);
double hs_work_seconds (HsWork *self);
gboolean hs_work_may_start (HsWork *self);
gboolean hs_work_is_whole (HsWork *self);
gboolean hs_work_only_looks (HsWork *self);
gboolean hs_work_writes (HsWork *self);
const char *hs_work_get_unit (HsWork *self);
gboolean hs_work_learn_unit (HsWork *self, GError **error);
const char *hs_work_get_evidence (HsWork *self);
gboolean hs_work_was_held (HsWork *self);
const HsRecipeBoard *hs_work_get_recipe_board (HsWork *self);
const char *hs_work_get_build_id (HsWork *self);
const char *hs_work_get_expected (HsWork *self, HsVersionKind kind);
gboolean hs_work_wrote_nothing (HsWork *self);

void hs_request_options_copy (HsRequestOptions *to, const HsRequestOptions *from);
void hs_request_options_clear (HsRequestOptions *self);
void hs_job_part_clear (HsJobPart *self);
void hs_job_part_copy (HsJobPart *to, const HsJobPart *from);
/* What a method found and did; @result's arrays are taken out of it. Under the work's lock. */
void hs_job_part_take_result (HsJobPart *self, HsWriteResult *result);

G_END_DECLS
