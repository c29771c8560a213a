/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* What a job does with the camera at the moment. */
typedef enum {
  HS_ACTIVITY_NONE,
  HS_ACTIVITY_CHECKING,
  HS_ACTIVITY_ENTERING,
  HS_ACTIVITY_WAITING, /* for a person: re-plug; see the message of the job */
  HS_ACTIVITY_COMPARING,
  HS_ACTIVITY_WRITING,
  HS_ACTIVITY_VERIFYING,
  HS_ACTIVITY_ERASING,
  HS_ACTIVITY_READING,
  HS_ACTIVITY_LEAVING,
  HS_ACTIVITY_CONFIRMING,
  HS_ACTIVITY_FILES, /* on the drive that its firmware shows */
} HsActivity;

typedef struct {
  HsActivity activity;
  HsRole role;   /* which partition is in work; HS_ROLE_NONE if none */
  guint64 done;  /* bytes of that partition's image */
  guint64 total; /* bytes; 0 if not known */
  gboolean slow; /* an erase takes longer than twice the datasheet's time */
} HsProgressState;

#define HS_TYPE_PROGRESS (hs_progress_get_type ())
G_DECLARE_FINAL_TYPE (HsProgress, hs_progress, HS, PROGRESS, GObject)

HsProgress *hs_progress_new (void);
void hs_progress_report (HsProgress *self,
                         HsActivity activity,
                         HsRole role,
                         guint64 done,
                         guint64 total);
void hs_progress_set_slow (HsProgress *self, gboolean slow);
void hs_progress_expect (HsProgress *self, guint within_ms);
void hs_progress_get (HsProgress *self, HsProgressState *state);
void hs_progress_peek (HsProgress *self, HsProgressState *state);
const char *hs_activity_name (HsActivity activity);

G_END_DECLS
