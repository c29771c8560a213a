/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HsRelease:
 *
 * A draft, a locked recipe, or a withdrawn one. Immutable value object, read by any thread; strings
 * live as long as it does. What the recipe says is read by app/recipe.h.
 */
#define HS_TYPE_RELEASE (hs_release_get_type ())
G_DECLARE_FINAL_TYPE (HsRelease, hs_release, HS, RELEASE, GObject)

typedef struct {
  char *key;        /* 64 hex digits: public Ed25519 key */
  char *key_name;   /* as this bench calls it; nullable */
  gboolean trusted; /* by this bench, now */
  char *signature;  /* 128 hex digits */
  gint64 time;
} HsSignature;

/* What one board gets. */
typedef struct {
  char *board;
  char *role;
  char *sha256;
  char *build;
} HsReleaseArtifact;

const char *hs_release_get_id (HsRelease *self);   /* UUID of a draft, else 64 hex digits */
const char *hs_release_get_name (HsRelease *self); /* "gate-counter" */
const char *hs_release_get_version (HsRelease *self);
const char *hs_release_get_state (HsRelease *self);      /* "draft" "locked" "withdrawn" */
const char *hs_release_get_recipe (HsRelease *self);     /* the very text whose SHA-256 the id is */
const char *hs_release_get_supersedes (HsRelease *self); /* id; nullable */
const char *hs_release_get_reason (HsRelease *self);     /* of the withdrawal; nullable */
const char *hs_release_get_origin (HsRelease *self);     /* "bench" "bundle" */
const char *hs_release_get_operator (HsRelease *self);
const char *hs_release_get_chain (HsRelease *self);
gint64 hs_release_get_time (HsRelease *self);
guint hs_release_get_n_units (HsRelease *self); /* that carry it now, as last proven */
guint hs_release_get_n_artifacts (HsRelease *self);
const HsReleaseArtifact *hs_release_get_artifact (HsRelease *self, guint n);
guint hs_release_get_n_signatures (HsRelease *self);
const HsSignature *hs_release_get_signature (HsRelease *self, guint n);
gboolean hs_release_is_trusted (HsRelease *self); /* has a signature of a trusted key */

/* The text a signature of a release is over: "hotshoe release\n" and the id; (transfer full). */
char *hs_release_signed_text (const char *id);

/* A public key this bench has heard of. */
typedef struct {
  char *key;
  char *name;
  gboolean trusted;
  gint64 time;
} HsKey;
void hs_key_free (HsKey *self);

/* A range of a series' numbers that one chain gives out. */
typedef struct {
  char *id;
  char *series;
  char *chain;
  gboolean ours; /* this file's own chain took it */
  gint64 first;
  gint64 last;
  char *state;    /* "taken" "given" "replaced" */
  char *to;       /* nullable */
  guint64 n_used; /* reserved or committed numbers within */
} HsLease;
void hs_lease_free (HsLease *self);

/* One ordered quantity of one release. Units count once, by their last run in the batch. */
typedef struct {
  char *id;
  char *release;
  char *name;     /* nullable */
  guint quantity; /* 0: open end */
  gint64 opened;
  gint64 closed;  /* 0: open */
  guint n_passed; /* units */
  guint n_failed; /* units whose last run failed or was interrupted */
  guint n_unproven;
  guint n_refused;
  guint n_already;   /* of the passed: nothing had to be written */
  gint64 first_pass; /* µs; 0: none. For units per hour */
  gint64 last_pass;
} HsBatch;
void hs_batch_free (HsBatch *self);

G_END_DECLS
