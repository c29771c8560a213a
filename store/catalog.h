/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/blobs.h"
#include "store/values.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsStoreError:
 * @HS_STORE_ERROR_CORRUPT: the file is no catalog, or is damaged
 * @HS_STORE_ERROR_NEWER: made by a newer Hotshoe; left as it is
 * @HS_STORE_ERROR_NETWORK: lies on a file system that can't be shared safely
 * @HS_STORE_ERROR_FULL: no room on the disk
 * @HS_STORE_ERROR_LOCKED: another process held it for too long
 * @HS_STORE_ERROR_PURPOSE: a practice catalog asked for as production, or the reverse
 * @HS_STORE_ERROR_NOT_FOUND: no such row
 * @HS_STORE_ERROR_AMBIGUOUS: the prefix fits several rows
 * @HS_STORE_ERROR_ALTERED: bytes no longer hash to their digest
 * @HS_STORE_ERROR_PERMISSION: may not be read or written
 * @HS_STORE_ERROR_NO_NUMBER: no product number can be given
 * @HS_STORE_ERROR_FAILED: anything else
 *
 * One code per reaction of the caller.
 */
typedef enum {
  HS_STORE_ERROR_CORRUPT,
  HS_STORE_ERROR_NEWER,
  HS_STORE_ERROR_NETWORK,
  HS_STORE_ERROR_FULL,
  HS_STORE_ERROR_LOCKED,
  HS_STORE_ERROR_PURPOSE,
  HS_STORE_ERROR_NOT_FOUND,
  HS_STORE_ERROR_AMBIGUOUS,
  HS_STORE_ERROR_ALTERED,
  HS_STORE_ERROR_PERMISSION,
  HS_STORE_ERROR_NO_NUMBER,
  HS_STORE_ERROR_FAILED,
} HsStoreError;

#define HS_STORE_ERROR (hs_store_error_quark ())
GQuark hs_store_error_quark (void);
const char *hs_store_error_name (int code);

typedef enum { HS_PURPOSE_PRODUCTION, HS_PURPOSE_PRACTICE } HsPurpose;

/**
 * HsCatalog:
 *
 * One catalog file with its blobs: the journal and the tables folded from it. Every call here
 * blocks on the database's own thread: from any thread but the main one (the command line's main
 * thread excepted: there nothing else runs). The window uses hs_catalog_run_async().
 * Emits ::changed on the main context of its creation, coalesced, after appends of this process
 * and (polled, 1 s) of others.
 */
#define HS_TYPE_CATALOG (hs_catalog_get_type ())
G_DECLARE_FINAL_TYPE (HsCatalog, hs_catalog, HS, CATALOG, GObject)

/* Opens or creates; @purpose counts for a new file; an existing one must have it unless
 * @purpose is -1. Folder of blobs: "blobs" beside the file. */
HsCatalog *hs_catalog_open (const char *path, int purpose, GError **error);
/* Ends the session and lets go of the files, however many still hold the object: from here on every
 * question and append fails. The last unref does the same. Blocks. */
void hs_catalog_close (HsCatalog *self);
HsPurpose hs_catalog_get_purpose (HsCatalog *self);
const char *hs_catalog_get_path (HsCatalog *self);

/* The session that run.started names. Holds a lock file by flock for the object's life. Closes the
 * runs of dead sessions as interrupted first; @n_interrupted: how many. */
gboolean hs_catalog_begin_session (HsCatalog *self, guint *n_interrupted, GError **error);
const char *hs_catalog_get_session (HsCatalog *self);

/* One thing that happened; @payload is a JSON object's text, hashed as it is. */
typedef struct {
  const char *kind;    /* from kinds.h */
  const char *subject; /* "unit:stm32:…", "build:…", "bench", "slot:1-4" … */
  const char *payload;
} HsFact;

void hs_catalog_set_who (HsCatalog *self, const char *bench, const char *operator_name);
/* Appends all or none, durable when it returns. @id: (out) (optional): id of the last entry. */
gboolean
hs_catalog_append (HsCatalog *self, const HsFact *facts, guint n, char **id, GError **error);
/* The same for a last resort: writes facts to the spool file beside the catalog; read at next open.
 */
gboolean hs_catalog_spool (HsCatalog *self, const HsFact *facts, guint n, GError **error);

/* Blobs by digest. */
gboolean hs_catalog_put_blob (HsCatalog *self, GBytes *bytes, char **sha256, GError **error);
/* Piece by piece: hs_blob_draft_append(), then hs_blob_draft_keep(). */
HsBlobDraft *hs_catalog_begin_blob (HsCatalog *self, GError **error);
int hs_catalog_open_blob (HsCatalog *self, const char *sha256, guint64 *size, GError **error);
GBytes *hs_catalog_get_blob (HsCatalog *self, const char *sha256, GError **error); /* re-hashed */
gboolean hs_catalog_has_blob (HsCatalog *self, const char *sha256);

/* Questions. @query: free text as a person types it; NULL or "" all. ids in display order. */
GPtrArray *hs_catalog_list_units (HsCatalog *self,
                                  const char *query,
                                  guint limit,
                                  guint *total,
                                  GError **error); /* char* ids */
GPtrArray *hs_catalog_list_builds (HsCatalog *self,
                                   const char *query,
                                   guint limit,
                                   guint *total,
                                   GError **error); /* char* ids */
GArray *hs_catalog_list_journal (HsCatalog *self,
                                 const HsJournalFilter *filter,
                                 guint limit,
                                 guint *total,
                                 GError **error); /* gint64 rows, newest first */
HsUnit *hs_catalog_get_unit (HsCatalog *self, const char *id, GError **error);
HsBuild *hs_catalog_get_build (HsCatalog *self, const char *id, GError **error);
HsEntry *hs_catalog_get_entry (HsCatalog *self, gint64 row, GError **error);
HsRun *hs_catalog_get_run (HsCatalog *self, const char *id, GError **error);
GPtrArray *hs_catalog_list_runs (HsCatalog *self,
                                 const char *unit,
                                 gint64 since_us,
                                 guint limit,
                                 GError **error); /* HsRun, newest first; unit NULL: all */
GPtrArray *hs_catalog_list_slots (HsCatalog *self, GError **error); /* HsSlotName */

/* Accepts every form and every unique prefix: id, identity form, label, build name. */
char *hs_catalog_resolve_unit (HsCatalog *self, const char *typed, GError **error);
char *hs_catalog_resolve_build (HsCatalog *self, const char *typed, GError **error);
/* Units that showed this form of identity (HsIdentity.form) before; several: unknown. */
GPtrArray *hs_catalog_find_units_by_form (HsCatalog *self, const char *form, GError **error);
/* Which builds have an artifact of this digest: HsBuild. */
GPtrArray *hs_catalog_find_builds_by_digest (HsCatalog *self, const char *sha256, GError **error);
/* Lengths of all images known for (board, role): guint64, each once, ascending. */
GArray *
hs_catalog_image_lengths (HsCatalog *self, const char *board, const char *role, GError **error);

void hs_catalog_count (HsCatalog *self, guint *n_units, guint *n_builds, guint64 *n_entries);

/* Care. */
gboolean hs_catalog_verify (HsCatalog *self, HsVerifyReport *report, GError **error);
gboolean hs_catalog_rebuild (HsCatalog *self, GError **error);
gboolean hs_catalog_backup (HsCatalog *self, GFile *target, GError **error);
gboolean hs_catalog_export (HsCatalog *self, GFile *folder, guint64 *n_entries, GError **error);
gboolean hs_catalog_import (HsCatalog *self, GFile *folder, guint64 *n_new, GError **error);

/* Runs @func(self, data) on the catalog's reading thread, the answer comes on the caller's context.
 */
typedef gpointer (*HsCatalogFunc) (HsCatalog *self,
                                   gpointer data,
                                   GCancellable *cancellable,
                                   GError **error);
void hs_catalog_run_async (HsCatalog *self,
                           HsCatalogFunc func,
                           gpointer data,
                           GDestroyNotify free_data,
                           GDestroyNotify free_result,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gpointer hs_catalog_run_finish (HsCatalog *self, GAsyncResult *result, GError **error);

G_END_DECLS
