/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/blobs.h"
#include "store/catalog.h"
#include "store/chain.h"
#include "store/journal.h"
#include "store/worker.h"

G_BEGIN_DECLS

/* Of a row of "unit": its cores were written from different builds, and no build has both images.
 */
#define HS_UNIT_MIXED                                                                              \
  "unit.mixed = 1 AND NOT EXISTS (SELECT 1 FROM content AS hp "                                    \
  "JOIN content AS he ON he.unit = hp.unit AND he.role = 'firmware-he' "                           \
  "JOIN artifact AS first ON first.sha256 = hp.sha256 AND first.role = hp.role "                   \
  "JOIN artifact AS second ON second.build = first.build AND second.sha256 = he.sha256 "           \
  "AND second.role = he.role WHERE hp.unit = unit.key AND hp.role = 'firmware')"

/* What tests turn; all zero is the real thing. */
typedef struct {
  gboolean fast;       /* synchronous=OFF */
  guint fail_at;       /* the n-th statement of opening fails; 0: none */
  guint64 file_system; /* f_type to believe in; 0: ask */
  gint64 clock_offset; /* µs added to the clock */
  guint gather_limit;  /* rows, see catalog-find.c; 0: as always */
} HsCatalogTweaks;

HsCatalog *
hs_catalog_open_full (const char *path, int purpose, const HsCatalogTweaks *tweaks, GError **error);
/* Waits for the writer, then: the @n-th statement from now fails as if the disk were full. */
void hs_catalog_fail_at (HsCatalog *self, guint n);

struct _HsCatalog {
  GObject parent_instance;

  char *path;
  HsPurpose purpose;
  HsCatalogTweaks tweaks;
  HsBlobs *blobs;

  HsWorker *writer;         /* owns the next three */
  HsDatabase *write_db;     /* writer thread only, once it runs */
  HsChain *chain;           /* the same */
  gint64 data_version;      /* the same */
  GHashTable *number_hints; /* the same; see catalog-numbers.c. NULL: none yet */
  int lock_fd;              /* "PATH.lock": held by flock while opening; remembers the head */
  HsWorker *reader;         /* runs hs_catalog_run_async() */
  GMutex read_lock;         /* guards read_db */
  HsDatabase *read_db;

  GMutex lock; /* guards the next three */
  char *bench;
  char *operator_name;
  gboolean change_queued; /* TRUE for good once it is being freed: nobody is told then */

  char *session;  /* NULL: none begun */
  int session_fd; /* its lock file, held by flock; -1 */

  HsWorker *carer;     /* catalog-daily.c; NULL: no session was begun */
  GSource *care_timer; /* the same */
  int closing;         /* atomic */

  GMainContext *context; /* of creation; ::changed is emitted there */
  GSource *poll;
};

/* Runs @func in a write transaction on the writer's thread; rolls back if it fails. */
typedef gboolean (*HsWriteFunc) (HsCatalog *self,
                                 HsDatabase *database,
                                 gpointer data,
                                 GError **error);
gboolean hs_catalog_write (HsCatalog *self, HsWriteFunc func, gpointer data, GError **error);
/* Inside of one. */
gboolean hs_catalog_append_within (HsCatalog *self,
                                   HsDatabase *database,
                                   const HsFact *facts,
                                   guint n,
                                   char **id,
                                   GError **error);
void hs_catalog_queue_changed (HsCatalog *self);
gint64 hs_catalog_now (HsCatalog *self);

/* Holds the reading connection while in scope. */
static inline GMutexLocker *
hs_catalog_lock_reader (HsCatalog *self)
{
  return g_mutex_locker_new (&self->read_lock);
}

/* catalog-care.c */
GPtrArray *hs_catalog_list_blobs (HsDatabase *database, GError **error); /* char *: digests */
gboolean
hs_catalog_copy_blobs (HsCatalog *self, HsDatabase *database, const char *folder, GError **error);

/* catalog-party.c: "parties.json" in an export's folder */
gboolean hs_parties_export (HsDatabase *database, const char *folder, GError **error);
gboolean
hs_parties_import (HsDatabase *database, const char *folder, HsTouched *touched, GError **error);

/* catalog-open.c: everything before the threads run. */
gboolean hs_catalog_prepare (HsCatalog *self, int purpose, GError **error);
/* catalog-spool.c */
void hs_catalog_take_spool (HsCatalog *self);
/* catalog-daily.c */
void hs_catalog_start_care (HsCatalog *self);
void hs_catalog_stop_care (HsCatalog *self);
void hs_catalog_write_policy_checkpoint (HsCatalog *self);
/* catalog-session.c */
void hs_catalog_end_session (HsCatalog *self);

G_END_DECLS
