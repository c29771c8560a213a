/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"
#include "store/catalog.h"

G_BEGIN_DECLS

/* Seconds for restarting and asking for the version, whatever is written. */
#define HS_ESTIMATE_AROUND 2.5

/* How long a board takes with one partition, measured against the datasheet: 1 as long, 2 twice as
 * long. 0: nothing was measured, which counts as 1. */
typedef struct {
  double write; /* erasing and programming */
  double read;
} HsPace;

/* Why all of a partition is written, or that it is not. */
typedef enum {
  HS_WRITE_DIFFERING,  /* only what differs */
  HS_WRITE_ALL_ASKED,  /* --full */
  HS_WRITE_ALL_TORN,   /* a write broke off, or another tool was there: what it holds is unknown */
  HS_WRITE_ALL_UNREAD, /* this bootloader hands nothing out */
} HsWriteWhy;

/**
 * HsEstimate:
 *
 * What is expected of writing one image to one partition: how many erase units, how long. Seconds
 * of the camera's clock.
 */
typedef struct {
  HsWriteWhy why;
  guint n_units;  /* that the image covers */
  guint n_differ; /* to be written; at most, unless @known */
  gboolean known; /* by what the catalog knows of the unit, or because it was read */
  double seconds_compare;
  double seconds_write;
  double seconds_verify;
} HsEstimate;

/* What is asked; members are borrowed. */
typedef struct {
  HsCatalog *catalog;
  const char *unit; /* key; nullable: not known */
  const HsBoard *board;
  const HsPartition *partition;
  const char *sha256; /* of the image in the catalog */
  guint64 length;     /* bytes of it */
  gboolean full;
  gboolean no_read_back;
  gboolean quick; /* open no files: what differs is known only where nothing does */
} HsEstimateQuestion;

/* These two block on the catalog and its files: never on the main thread of the window. */
void hs_estimate_ask (const HsEstimateQuestion *question, HsEstimate *estimate);
HsPace hs_estimate_get_pace (HsCatalog *catalog, const HsBoard *board, HsRole role);

HsWriteWhy
hs_estimate_why (HsUnit *unit, const HsPartition *partition, gboolean full, gboolean no_read_back);

/* @equal: (nullable) (array): of each unit, whether it stays; %NULL: all are written. */
void hs_estimate_make (HsEstimate *self,
                       const HsBoard *board,
                       const HsPartition *partition,
                       guint64 length,
                       const guint8 *equal,
                       HsWriteWhy why,
                       const HsPace *pace);
double hs_estimate_seconds (const HsEstimate *self);
/* One activity (COMPARING, WRITING, VERIFYING) on the bytes from @from to @to of the image. */
double hs_estimate_stage (const HsBoard *board,
                          const HsPartition *partition,
                          HsActivity activity,
                          guint64 from,
                          guint64 to,
                          const guint8 *equal,
                          const HsPace *pace);

char *hs_estimate_dup_text (const HsEstimate *self, const HsPartition *partition);
char *hs_estimate_dup_seconds (double seconds);

G_END_DECLS
