/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/guide/guide.h"

G_BEGIN_DECLS

/* How a guide is walked on the command line: what recover, protect and unprotect have in common.
 * Fields belong to the option parser. */
typedef struct {
  char *hands;   /* script of what hands do to simulated cameras; "-": standard input; nullable */
  char *confirm; /* ending of the unit's id; nullable */
  gboolean spare;
  gboolean other_pads;
  char *file;      /* given where a file is wanted; nullable */
  char *table;     /* given where a boot table is wanted; nullable */
  double patience; /* seconds; 0: as everywhere */
} HsGuideWalk;

/* The options of HsGuideWalk, to be appended to a command's own; ends with a %NULL entry. */
#define HS_GUIDE_WALK_ENTRIES(walk)                                                                \
  { "hands", 0, 0, G_OPTION_ARG_FILENAME, &(walk)->hands, NULL, NULL },                            \
      { "confirm", 0, 0, G_OPTION_ARG_STRING, &(walk)->confirm, NULL, NULL },                      \
      { "spare", 0, 0, G_OPTION_ARG_NONE, &(walk)->spare, NULL, NULL },                            \
      { "other-pads", 0, 0, G_OPTION_ARG_NONE, &(walk)->other_pads, NULL, NULL },                  \
  {                                                                                                \
    "patience", 0, 0, G_OPTION_ARG_DOUBLE, &(walk)->patience, NULL, NULL                           \
  }

void hs_guide_walk_clear (HsGuideWalk *self);

/* Which camera: a port or the name of a slot; (transfer full). */
char *hs_cli_resolve_port (HsCli *cli, const char *typed);
/* Where @unit (nullable) is, else the only port that shows something of @board; NULL: none, or
 * several. A camera whose firmware runs is well, and counts only with @running. (transfer full) */
char *hs_cli_find_port_of (HsCli *cli, const HsBoard *board, const char *unit, gboolean running);

/* Walks it to its end: prints what it says and sees, does what a person or a script answers.
 * Returns: the exit status */
int hs_cli_walk_guide (HsCli *cli, HsGuide *guide, const HsGuideWalk *walk);

G_END_DECLS
