/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/journal.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * A segment is the file "CHAIN.jsonl" with one entry a line, first to last, and a last line that
 * seals it: {"seal": SHA-256 of all bytes before it, "chain", "n", "hash", "signature"}, and
 * "public_key" if it does not begin at the chain's start, which says it. The signature is the
 * bench's own over where the chain ended, see hs_chain_sign(). A segment of a day,
 * "YYYY-MM-DD-CHAIN8.jsonl" (the first eight characters of the chain), begins where the one before
 * it ended; all of them together say what the one from the start says. A folder's segments are
 * imported in the order of their entries, whatever their names.
 */

/* Writes one file for each chain; one view of the database. */
gboolean
hs_segment_export (HsDatabase *database, const char *folder, guint64 *n_entries, GError **error);

/* Entries of @chain from number @first on. */
typedef gboolean (*HsSegmentFunc) (guint64 n_written, gpointer data);
gboolean hs_segment_export_since (HsDatabase *database,
                                  const char *path,
                                  const char *chain,
                                  gint64 first,
                                  HsSegmentFunc goes_on,
                                  gpointer data,
                                  guint64 *n_entries,
                                  GError **error);

/* A segment read and checked: seal, every hash, the order, the signature. */
typedef struct {
  char *chain;
  gint64 first;     /* number of its first entry */
  GPtrArray *lines; /* JsonObject, entry n is at n - first */
  HsHead head;
  char *signature;
  char *public_key;
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
