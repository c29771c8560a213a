/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What only a unit's own page shows. All strings are owned by the story; times in µs, 0: none. */

typedef struct {
  char *entry; /* id of the journal entry: what a correction names */
  char *id;
  char *party;
  char *party_name; /* "" if it was taken out */
  char *order;      /* nullable */
  char *date;       /* YYYY-MM-DD */
  gint64 time;
  gint64 returned;
  char *returned_why; /* nullable */
} HsShipment;

typedef struct {
  char *entry;
  char *kind; /* HS_KIND_UNIT_NOTED, _ATTACHED, _SCRAPPED, _RETURNED, HS_KIND_FILE_HOLDS */
  gint64 time;
  char *operator_name;
  char *text;      /* note, reason, file name, path on the drive */
  char *sha256;    /* nullable */
  guint64 size;    /* bytes */
  char *corrected; /* why it was taken back; nullable: it counts */
} HsRemark;

typedef struct {
  char *series;
  char *number;
  char *state; /* "reserved" "committed" "freed" */
  char *release;
  gint64 time;
} HsNumber;

typedef struct {
  char *partition;
  char *role;
  char *sha256;
  char *build; /* id; nullable */
  char *build_name;
  gint64 since;
  gint64 until; /* 0: still */
} HsHeld;

/* Erase units of its flash that took longer than twice their datasheet's time. */
typedef struct {
  char *run;
  char *partition;
  guint sector;    /* the first, from 0 */
  guint n_sectors; /* erased in that time together */
  guint ms;
  gint64 time;
} HsSlowSector;

typedef struct {
  GPtrArray *shipments; /* HsShipment, newest first */
  GPtrArray *remarks;   /* HsRemark, newest first */
  GPtrArray *numbers;   /* HsNumber, newest first */
  GPtrArray *held;      /* HsHeld, newest first */
  GPtrArray *slow;      /* HsSlowSector, newest first; of each sector the last time only */
} HsStory;
void hs_story_free (HsStory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsStory, hs_story_free)

/* One unit in the answer to a recall. */
typedef struct {
  char *unit;
  char *board;
  char *label;  /* nullable */
  char *serial; /* product serial; nullable */
  char *state;
  char *what;    /* roles that match, "firmware, romfs0" */
  gboolean now;  /* FALSE: it did once */
  gboolean part; /* some, not all artifacts of what was asked for that board */
  gint64 since;
  gint64 until;     /* 0 if now */
  char *party_name; /* who has it; nullable */
  char *order;
  char *date; /* of the last shipment; nullable */
} HsRecallRow;
void hs_recall_row_free (HsRecallRow *self);

/* Two facts that can't both be true: shown, never dropped. */
typedef struct {
  char *kind;       /* "number" "lease" "label" "shipped-twice" "release-version" */
  char *subject;    /* the number, series and numbers, the label, the unit … */
  GPtrArray *units; /* char *, concerned */
  char *entries;    /* ids, space-separated */
} HsConflict;
void hs_conflict_free (HsConflict *self);

G_END_DECLS
