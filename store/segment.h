/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * A segment is the file "CHAIN.jsonl" with one entry a line, first to last, and a last line that
 * seals it: {"seal": SHA-256 of all bytes before it, "chain", "n", "hash", "signature"}. The
 * signature is the bench's own over where the chain ended, see hs_chain_sign().
 */

/* Writes one file for each chain; one view of the database. */
gboolean
hs_segment_export (HsDatabase *database, const char *folder, guint64 *n_entries, GError **error);

/* A segment read and checked: seal, every hash, the order, the signature. */
typedef struct {
  char *chain;
  GPtrArray *lines; /* JsonObject, entry n is at n - 1 */
  HsHead head;
  char *signature;
} HsSegment;

HsSegment *hs_segment_read (const char *path, GError **error);
void hs_segment_free (HsSegment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSegment, hs_segment_free)

/* In a write transaction: adds what is not there yet. */
gboolean hs_segment_import (HsSegment *self,
                            HsDatabase *database,
                            HsTouched *touched,
                            guint64 *n_new,
                            GError **error);

G_END_DECLS
