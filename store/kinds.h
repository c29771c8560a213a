/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* clang-format off */
/* Kinds of journal entries, their subject, and the fields of their payload (all also have "v", the
 * version of the kind's format, now 1). Old versions are read for ever.
 *
 * catalog.born        catalog     purpose, id, name
 * chain.started       catalog     chain, public_key, previous_head (nullable), reason
 * session.started     session:ID  session, pid, host, version
 * session.ended       session:ID  session
 * build.imported      build:ID    id, name, board, version, number, mpy_version, built, origin,
 *                                 commit, dirty, details{}, artifacts[] {role, file, size, sha256}
 * build.renamed       build:ID    name
 * unit.seen           unit:KEY    board, identities[] {scheme, value, strength, evidence}, port
 * unit.labelled       unit:KEY    label
 * unit.noted          unit:KEY    text
 * unit.joined         unit:KEY    other (a key that becomes an alias), evidence
 * unit.reported       unit:KEY    kind, version, verdict, expected, run (nullable)
 * unit.changed        unit:KEY    expected_sha256, found, partition: changed outside Hotshoe
 * run.started         unit:KEY    run, session, what, board, port, slot, build, steps[],
 *                                 partitions[] {role, partition, sha256, length}
 *                     port:PATH   the same, while the unit can't be told
 * partition.begun     unit:KEY    run, role, partition, sha256, length
 * partition.wrote     unit:KEY    run, role, partition, sha256, length, wrote_bytes, skipped_bytes
 * partition.holds     unit:KEY    run (nullable), role, partition, sha256, length, build (nullable),
 *                                 evidence
 * partition.unknown   unit:KEY    run, role, partition, why
 * filesystem.erased   unit:KEY    run, partition
 * run.finished        unit:KEY    run, outcome, the run object of the flash command's JSON
 * run.interrupted     unit:KEY    run, session
 * slot.named          slot:PORT   port, name, position
 * slot.ignored        slot:PORT   port, ignored
 *
 * Entries of a run have the subject of its run.started. A unit.seen whose identities are all only
 * suggested makes no unit.
 */
/* clang-format on */
#define HS_KIND_CATALOG_BORN      "catalog.born"
#define HS_KIND_CHAIN_STARTED     "chain.started"
#define HS_KIND_SESSION_STARTED   "session.started"
#define HS_KIND_SESSION_ENDED     "session.ended"
#define HS_KIND_BUILD_IMPORTED    "build.imported"
#define HS_KIND_BUILD_RENAMED     "build.renamed"
#define HS_KIND_UNIT_SEEN         "unit.seen"
#define HS_KIND_UNIT_LABELLED     "unit.labelled"
#define HS_KIND_UNIT_NOTED        "unit.noted"
#define HS_KIND_UNIT_JOINED       "unit.joined"
#define HS_KIND_UNIT_REPORTED     "unit.reported"
#define HS_KIND_UNIT_CHANGED      "unit.changed"
#define HS_KIND_RUN_STARTED       "run.started"
#define HS_KIND_PARTITION_BEGUN   "partition.begun"
#define HS_KIND_PARTITION_WROTE   "partition.wrote"
#define HS_KIND_PARTITION_HOLDS   "partition.holds"
#define HS_KIND_PARTITION_UNKNOWN "partition.unknown"
#define HS_KIND_FILESYSTEM_ERASED "filesystem.erased"
#define HS_KIND_RUN_FINISHED      "run.finished"
#define HS_KIND_RUN_INTERRUPTED   "run.interrupted"
#define HS_KIND_SLOT_NAMED        "slot.named"
#define HS_KIND_SLOT_IGNORED      "slot.ignored"

/* Whether an entry may be written so: known kind, fitting subject, the fields folding needs. */
gboolean hs_kind_check (const char *kind, const char *subject, const char *payload, GError **error);

G_END_DECLS
