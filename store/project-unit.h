/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/project.h"

G_BEGIN_DECLS

/* What is known of one unit while its entries are read, first to last: shared by the files
 * project-unit*.c only. */

typedef struct {
  char *role;
  char *sha256; /* nullable */
  gint64 length;
  char *build; /* as the entry named it; nullable */
  gint64 since;
  const char *state; /* literal */
  char *run;         /* the run that last spoke of it; nullable */
} HsFoldContent;

typedef struct {
  char *strength;
  char *evidence;
} HsFoldIdentity;

/* The rows below borrow all text from the facts. */
typedef struct {
  const char *partition;
  const char *role;
  const char *sha256;
  const char *build; /* nullable */
  gint64 since;
  gint64 until; /* 0: still */
} HsFoldHeld;

typedef struct {
  const char *entry;
  const char *id;
  const char *party;
  const char *order; /* nullable */
  const char *date;
  gint64 time;
  gint64 returned;          /* 0: not */
  const char *returned_why; /* nullable */
} HsFoldShipment;

typedef struct {
  const char *entry;
  const char *kind;
  gint64 time;
  const char *operator_name;
  const char *text;
  const char *sha256; /* nullable */
  gint64 size;
  const char *corrected; /* id of the correction; nullable */
} HsFoldRemark;

typedef struct {
  const char *series;
  const char *number;
  gint64 value;
  const char *state;   /* literal */
  const char *release; /* nullable */
  const char *run;     /* nullable */
  gint64 time;
} HsFoldNumber;

typedef struct {
  const char *run;
  const char *partition;
  gint64 sector; /* from 0 */
  gint64 n_sectors;
  gint64 ms;
  gint64 time;
} HsFoldSlow;

/* One entry. */
typedef struct {
  char *entry; /* its id */
  char *kind;
  char *operator_name;
  gint64 time;
  const char *run;       /* nullable; borrowed from the payload */
  const char *partition; /* the same; "" if there is none */
  JsonObject *payload;
} HsUnitFact;

typedef struct {
  const char *key; /* borrowed */
  gint64 row;
  gboolean exists; /* proven: a suggested form alone makes no unit */
  char *board;
  char *label;
  char *last_version;
  gint64 first_seen;
  gint64 last_seen;
  GHashTable *contents;   /* partition -> HsFoldContent */
  GHashTable *identities; /* "scheme:value" -> HsFoldIdentity */
  GHashTable *changed;    /* set of partitions changed outside; "" if it is not known which */

  GPtrArray *facts;      /* HsUnitFact, oldest first */
  GHashTable *corrected; /* id of an entry -> id of its correction; both borrowed */
  GHashTable *runs;      /* run -> payload of its run.started; both borrowed */
  const char *state;     /* literal */
  const char *serial;    /* nullable, borrowed, as the next four */
  const char *release;
  const char *party;
  const char *order;
  gint64 shipped;
  GArray *held;      /* HsFoldHeld, oldest first */
  GArray *shipments; /* HsFoldShipment */
  GArray *remarks;   /* HsFoldRemark */
  GArray *numbers;   /* HsFoldNumber */
  GArray *slow;      /* HsFoldSlow */
} HsUnitFold;

/* project-unit-life.c */
void hs_unit_fold_find_corrections (HsUnitFold *self);
gboolean hs_unit_fold_is_corrected (HsUnitFold *self, const HsUnitFact *fact);
void hs_unit_fold_life (HsUnitFold *self, const HsUnitFact *fact);

/* project-unit-write.c */
gboolean hs_unit_fold_drop (HsDatabase *database, const char *key, GError **error);
gboolean hs_unit_fold_write (HsUnitFold *self, HsDatabase *database, GError **error);

G_END_DECLS
