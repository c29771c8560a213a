/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/release.h"
#include "store/story.h"
#include "store/values.h"

G_BEGIN_DECLS

/* Filled once by catalog-read.c before anybody else sees the object; all text is owned. */
struct _HsBuild {
  GObject parent_instance;

  char *id;
  char *name;
  char *board;
  char *version;
  char *number;
  char *mpy_version;
  char *built;
  char *origin;
  char *commit;
  char *details;
  gboolean dirty;
  gint64 imported;
  guint n_units;
  gboolean archived;
  GPtrArray *artifacts; /* HsArtifact */
};

struct _HsUnit {
  GObject parent_instance;

  char *id;
  char *board;
  char *label;
  char *state;
  char *last_version;
  char *serial;
  char *release;
  char *party;
  char *party_name;
  char *order;
  gint64 shipped;
  gint64 first_seen;
  gint64 last_seen;
  gboolean changed_outside;
  gboolean mixed;
  guint n_runs;
  GPtrArray *contents;   /* HsContent */
  GPtrArray *identities; /* HsUnitIdentity */
};

struct _HsRun {
  GObject parent_instance;

  char *id;
  char *unit;
  char *unit_label;
  char *board;
  char *port;
  char *slot;
  char *build;
  char *build_name;
  char *what;
  char *outcome;
  char *operator_name;
  char *result;
  char *release;
  char *batch;
  char *number;
  gint64 started;
  gint64 finished;
};

struct _HsRelease {
  GObject parent_instance;

  char *id;
  char *name;
  char *version;
  char *state;
  char *recipe;
  char *supersedes;
  char *reason;
  char *origin;
  char *operator_name;
  char *chain;
  gint64 time;
  guint n_units;
  GPtrArray *artifacts;  /* HsReleaseArtifact */
  GPtrArray *signatures; /* HsSignature */
};

struct _HsEntry {
  GObject parent_instance;

  gint64 row;
  char *chain;
  gint64 n;
  char *id;
  gint64 time;
  char *bench;
  char *operator_name;
  char *kind;
  char *subject;
  char *payload;
  char *hash;
  char *previous;
};

/* story.c */
HsStory *hs_story_new (void);

G_END_DECLS
