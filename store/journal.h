/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"
#include "store/chain.h"
#include "store/database.h"
#include "store/project.h"

G_BEGIN_DECLS

/* One row of the journal with all that is hashed. Text may be borrowed or owned, as its user says.
 */
typedef struct {
  const char *chain;
  gint64 n;
  const char *id;
  gint64 hlc;  /* µs since 1970 or later: never goes back, see hs_journal_append() */
  gint64 time; /* µs since 1970 by the bench's clock */
  const char *bench;
  const char *operator_name;
  const char *kind;
  const char *subject;
  const char *payload;
  gssize payload_length; /* bytes; -1: up to the NUL */
  const char *previous;
  const char *hash;
} HsRecord;

/* Who writes, and when. */
typedef struct {
  HsChain *chain;
  const char *bench;
  const char *operator_name;
  gint64 now;             /* µs since 1970 */
  const char *const *ids; /* (nullable): of facts that waited in the spool */
  const gint64 *times;    /* (nullable): µs since 1970 of each, instead of now */
} HsWriter;

/* Where a chain ends. */
typedef struct {
  gint64 n; /* 0: no entry yet */
  char *hash;
} HsHead;
void hs_head_clear (HsHead *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsHead, hs_head_clear)

char *hs_journal_new_id (gint64 time_us);
char *hs_journal_hash (const HsRecord *record);
enum { HS_HASH_SIZE = 65 };
void hs_journal_compute_hash (const HsRecord *record, char *hex);
gboolean
hs_journal_read_head (HsDatabase *database, const char *chain, HsHead *head, GError **error);
/* As the file last wrote it down; differs from the real one if somebody cut the journal. */
gboolean
hs_journal_read_checkpoint (HsDatabase *database, const char *chain, HsHead *head, GError **error);
gboolean hs_journal_write_checkpoint (HsDatabase *database,
                                      const char *chain,
                                      const HsHead *head,
                                      const char *signature,
                                      gboolean foreign,
                                      GError **error);

/* Inside the caller's write transaction. */
gboolean hs_journal_append (HsDatabase *database,
                            const HsWriter *writer,
                            const HsFact *facts,
                            guint n,
                            char **last_id,
                            HsHead *head,
                            GError **error);
gboolean hs_journal_insert (HsDatabase *database,
                            const HsRecord *record,
                            HsTouched *touched,
                            GError **error);
gboolean hs_journal_has_id (HsDatabase *database, const char *id, gboolean *has, GError **error);

/* The columns of HsRecord in their order; its texts are the statement's. */
#define HS_RECORD_COLUMNS                                                                          \
  "chain, n, id, hlc, time, bench, operator, kind, subject, payload, previous, hash"
void hs_record_from_row (HsRecord *self, HsStatement *statement, int first_column);

gboolean hs_journal_verify (HsDatabase *database, HsVerifyReport *report, GError **error);

G_END_DECLS
