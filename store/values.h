/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Value objects of the catalog: immutable, read by any thread. All strings are owned by the object
 * and valid as long as it lives. Times are microseconds since 1970, UTC; 0 unknown. */

/* One file of a build. */
typedef struct {
  char *role;   /* "firmware" */
  char *file;   /* "firmware.bin" */
  guint64 size; /* bytes */
  char *sha256; /* of the file = of the blob */
} HsArtifact;

#define HS_TYPE_BUILD (hs_build_get_type ())
G_DECLARE_FINAL_TYPE (HsBuild, hs_build, HS, BUILD, GObject)

const char *hs_build_get_id (HsBuild *self);   /* 64 hex: digest of the content */
const char *hs_build_get_name (HsBuild *self); /* what people call it: given or derived */
const char *hs_build_get_board (HsBuild *self);
const char *hs_build_get_version (HsBuild *self); /* OpenMV tag; nullable */
const char *hs_build_get_number (HsBuild *self);  /* "5.0.0"; nullable */
const char *hs_build_get_mpy_version (HsBuild *self);
const char *hs_build_get_built (HsBuild *self); /* "2026-11-21"; nullable */
const char *
hs_build_get_origin (HsBuild *self); /* "folder", "cloud", "file", "camera", "practice" */
const char *hs_build_get_commit (HsBuild *self);
gboolean hs_build_get_dirty (HsBuild *self);
const char *hs_build_get_details (HsBuild *self); /* JSON object: all that is known besides */
gint64 hs_build_get_imported (HsBuild *self);
guint hs_build_get_n_units (HsBuild *self); /* units that carry it now */
gboolean hs_build_get_archived (HsBuild *self);
guint hs_build_get_n_artifacts (HsBuild *self);
const HsArtifact *hs_build_get_artifact (HsBuild *self, guint n);
const HsArtifact *hs_build_find_artifact (HsBuild *self, const char *role);
/* The id that a build of these artifacts (role and sha256 count) for @board has; (transfer full).
 */
char *hs_build_compute_id (const char *board, const HsArtifact *artifacts, guint n);

/* What one partition of a unit holds, as proven at @since. */
typedef struct {
  char *partition;
  char *role;
  char *sha256; /* nullable: unknown or never read */
  guint64 length;
  char *build; /* id; nullable */
  char *build_name;
  char *build_number; /* "5.0.0"; nullable */
  gint64 since;
  char *state; /* "verified" "written" "unknown" "reported" */
} HsContent;

typedef struct {
  char *scheme; /* "stm32" "stm32-st" … */
  char *value;
  char *strength;
  char *evidence;
} HsUnitIdentity;

#define HS_TYPE_UNIT (hs_unit_get_type ())
G_DECLARE_FINAL_TYPE (HsUnit, hs_unit, HS, UNIT, GObject)

const char *hs_unit_get_id (HsUnit *self); /* "stm32:…" */
const char *hs_unit_get_board (HsUnit *self);
const char *hs_unit_get_label (HsUnit *self); /* nullable */
/* "bench" (seen here, not ready), "ready" (the last flash passed), "shipped", "returned",
 * "scrapped" */
const char *hs_unit_get_state (HsUnit *self);
const char *hs_unit_get_serial (HsUnit *self);     /* product serial; nullable */
const char *hs_unit_get_called (HsUnit *self);     /* label, else product serial; nullable */
const char *hs_unit_get_release (HsUnit *self);    /* id of the release it carries; nullable */
const char *hs_unit_get_party (HsUnit *self);      /* id of who has it; nullable */
const char *hs_unit_get_party_name (HsUnit *self); /* nullable */
const char *hs_unit_get_order (HsUnit *self);      /* of that shipment; nullable */
gint64 hs_unit_get_shipped (HsUnit *self);         /* 0: is not */
gint64 hs_unit_get_first_seen (HsUnit *self);
gint64 hs_unit_get_last_seen (HsUnit *self);
gboolean hs_unit_get_changed_outside (HsUnit *self);
/* Its cores hold images of different builds, and no build has both. */
gboolean hs_unit_is_mixed (HsUnit *self);
const char *hs_unit_get_last_version (HsUnit *self); /* what it last reported; nullable */
guint hs_unit_get_n_contents (HsUnit *self);
const HsContent *hs_unit_get_content (HsUnit *self, guint n);
const HsContent *hs_unit_find_content (HsUnit *self, const char *role);
gboolean hs_unit_has_unknown (HsUnit *self); /* a write broke off, and nothing was proven since */
guint hs_unit_get_n_identities (HsUnit *self);
const HsUnitIdentity *hs_unit_get_identity (HsUnit *self, guint n);
guint hs_unit_get_n_runs (HsUnit *self);

#define HS_TYPE_RUN (hs_run_get_type ())
G_DECLARE_FINAL_TYPE (HsRun, hs_run, HS, RUN, GObject)

const char *hs_run_get_id (HsRun *self);
const char *hs_run_get_unit (HsRun *self); /* id; nullable while unidentified */
const char *hs_run_get_unit_label (HsRun *self);
const char *hs_run_get_board (HsRun *self);
const char *hs_run_get_port (HsRun *self);
const char *hs_run_get_slot (HsRun *self);
const char *hs_run_get_build (HsRun *self);
const char *hs_run_get_build_name (HsRun *self);
const char *hs_run_get_release (HsRun *self); /* id; nullable */
const char *hs_run_get_batch (HsRun *self);
const char *hs_run_get_number (HsRun *self);  /* product serial; nullable */
const char *hs_run_get_what (HsRun *self);    /* "flash" "identify" "erase" … */
const char *hs_run_get_outcome (HsRun *self); /* NULL while it runs */
const char *hs_run_get_operator (HsRun *self);
gint64 hs_run_get_started (HsRun *self);
gint64 hs_run_get_finished (HsRun *self);
const char *hs_run_get_result (HsRun *self); /* JSON of run.finished; nullable */

#define HS_TYPE_ENTRY (hs_entry_get_type ())
G_DECLARE_FINAL_TYPE (HsEntry, hs_entry, HS, ENTRY, GObject)

const char *hs_entry_get_chain (HsEntry *self);
gint64 hs_entry_get_n (HsEntry *self);
const char *hs_entry_get_id (HsEntry *self);
gint64 hs_entry_get_time (HsEntry *self);
const char *hs_entry_get_bench (HsEntry *self);
const char *hs_entry_get_operator (HsEntry *self);
const char *hs_entry_get_kind (HsEntry *self);
const char *hs_entry_get_subject (HsEntry *self);
const char *hs_entry_get_payload (HsEntry *self);
const char *hs_entry_get_hash (HsEntry *self);
const char *hs_entry_get_previous (HsEntry *self);

/* The name people gave a USB port. */
typedef struct {
  char *port;
  char *name; /* nullable */
  gboolean ignored;
  int position;
} HsSlotName;
void hs_slot_name_free (HsSlotName *self);

typedef struct {
  const char *query;        /* words; nullable */
  const char *const *kinds; /* NULL-terminated; nullable: all */
  const char *subject;      /* nullable */
  gint64 before;            /* µs: entries whose own time is earlier; 0 no limit */
  const char *outcome_not;  /* leaves out the ends of runs that came out like this; nullable */
} HsJournalFilter;

typedef struct {
  guint64 n_entries;
  guint n_chains;
  char *problem_chain; /* NULL: all is whole */
  gint64 problem_n;
  char *problem;   /* a sentence */
  guint n_files;   /* that hash to their digests; only where files are looked at */
  guint n_missing; /* files that are not here */
  char *missing;   /* digest of the first of them; nullable */
} HsVerifyReport;
void hs_verify_report_clear (HsVerifyReport *self);

G_END_DECLS
