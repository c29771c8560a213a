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
 *                                 run (nullable: it was about a port, and is this unit's), joined_by
 *                                 (nullable): "equal-bootloader": what the run restored through the
 *                                 ROM was read from this unit, on the same port
 * unit.labelled       unit:KEY    label
 * unit.noted          unit:KEY    text
 * unit.joined         unit:KEY    other (a key that becomes an alias), evidence
 * unit.reported       unit:KEY    kind, version, verdict, expected, run (nullable)
 * unit.changed        unit:KEY    expected_sha256, found, partition: changed outside Hotshoe
 * run.started         unit:KEY    run, session, what, board, port, slot, build, steps[],
 *                                 partitions[] {role, partition, sha256, length}
 *                     port:PATH   the same, while the unit can't be told
 * partition.begun     unit:KEY    run, role, partition, sha256 (not there: it is erased), length
 * partition.wrote     unit:KEY    run, role, partition, sha256, length, wrote_bytes, skipped_bytes
 * partition.holds     unit:KEY    run (nullable), role, partition, sha256, length, build (nullable),
 *                                 evidence: "read-back" after a write, "read" (also: compared)
 * partition.unknown   unit:KEY    run, role, partition, why
 * filesystem.erased   unit:KEY    run, role, partition, overwrite: true: every byte of it; else (or
 *                                 not there) only what makes the firmware format it
 * run.finished        unit:KEY    run, outcome, the run object of the flash command's JSON
 * run.interrupted     unit:KEY    run, session
 * slot.named          slot:PORT   port, name, position
 * slot.ignored        slot:PORT   port, ignored
 *
 * build.kept          build:ID    files[] {role, file, size, sha256}: what is kept beside the
 *                                 artifacts: "elf", "map", "log", "diff"
 * build.archived      build:ID    dropped[] (digests whose blobs were removed), reason
 *
 * build.repeated      build:ID    inputs (64 hex), equal, differs[] {role, file, sha256, other (build
 *                                 id; of the earlier one)}: it was built again from the same inputs
 *
 * release.drafted     release:ID  name, version, recipe (text); ID is a UUID; the last one counts
 * release.dropped     release:ID  as (nullable: the id it was locked as): the draft is no more
 * release.locked      release:ID  name, version, recipe (text; ID is the SHA-256 of its bytes),
 *                                 draft (nullable), supersedes (nullable id), origin: "bench",
 *                                 "bundle"
 * release.signed      release:ID  key (64 hex), signature (128 hex, over hs_release_signed_text())
 * release.withdrawn   release:ID  reason
 *
 * batch.opened        batch:ID    batch (UUID), release, quantity (0: open), name (nullable)
 * batch.closed        batch:ID    batch
 *
 * lease.taken         series:NAME lease (UUID), series, first, last, release (nullable),
 *                                 replaces[] (leases of other chains that end herewith), reason,
 *                                 from (the chain that gave it in a bundle; else it is not there)
 * lease.given         series:NAME lease (UUID), series, first, last, to: never ours again
 * number.reserved     unit:KEY    series, number (text), value (int, 0: not counted), release,
 *                                 run (nullable), batch (nullable)
 * number.committed    unit:KEY    the same: by the success of run
 * number.freed        unit:KEY    series, number, reason
 *
 * unit.shipped        unit:KEY    shipment (UUID, one for all units of one sending), party, order
 *                                 (nullable), date (YYYY-MM-DD)
 * unit.returned       unit:KEY    reason, date
 * unit.scrapped       unit:KEY    reason
 * unit.attached       unit:KEY    file, size, sha256 (a blob)
 * unit.corrected      unit:KEY    entry (id of an earlier entry about this unit), reason: it counts
 *                                 as not made. Only of label, note, shipped, returned, scrapped,
 *                                 attached
 * file.holds          unit:KEY    run, path, sha256, length, evidence: a file on the camera's drive
 *
 * audit.made          unit:KEY    run, doors[] {door, state, saw, reason}
 * protection.requested unit:KEY   run, level (0, 1), way: "rom", "swd-programmer", "swd-openocd",
 *                     port:PATH   before (hex of the option bytes; nullable)
 * protection.written  unit:, port: run, level, way, options (hex, as they were sent; nullable)
 * protection.observed unit:, port: run (nullable), level (-1: can't be told), evidence:
 *                                 "rom-reads", "rom-refuses", "register", "tool"
 * fuse.requested      unit:, port: run, word, before (hex), value (hex): before it is burnt
 * fuse.observed       unit:, port: run, word, value (hex): read afterwards, or found so
 * tool.ran            unit:, port: run, tool, version (nullable), arguments[], status, outcome:
 *                                 "done", "failed", "timed-out", "asked", "cancelled"
 *
 * key.trusted         key:HEX     key (64 hex), name
 * key.distrusted      key:HEX     key, reason
 * policy.set          policy:NAME name, value (text): "require-signature" = "yes" | "no"
 *
 * run.started's what is "flash", "reset-romfs", "erase", "read", "compare", "dry-run", "identify",
 * "read-build", "probe", "enter", "leave", "restart", "restore-bootloader", "audit", "protect",
 * "unprotect" or "observe-protection"; that of a dry run also has of: what it is a dry run of. Only
 * flash, reset-romfs, erase, restore-bootloader, protect and unprotect send anything that changes
 * what the camera holds.
 *
 * Since releases exist, run.started also has release, batch and number (nullable), and so has the
 * run object.
 *
 * The partitions of the run object also have, since only what changed is written: units,
 * units_written, read_bytes, seconds_compare, seconds_write, seconds_verify, and slow[] {sector
 * (from 0), sectors, ms}: erase units that took longer than twice their datasheet's time.
 *
 * Entries of a run have the subject of its run.started; of one about a port the later ones, from the
 * unit.seen with its run on, are about the unit that was proven to be there. A unit.seen whose identities are all only
 * suggested makes no unit. Names of customers are not here: a party is an id, its name lies in the
 * mutable table "party".
 */
/* clang-format on */
#define HS_KIND_CATALOG_BORN         "catalog.born"
#define HS_KIND_CHAIN_STARTED        "chain.started"
#define HS_KIND_SESSION_STARTED      "session.started"
#define HS_KIND_SESSION_ENDED        "session.ended"
#define HS_KIND_BUILD_IMPORTED       "build.imported"
#define HS_KIND_BUILD_RENAMED        "build.renamed"
#define HS_KIND_UNIT_SEEN            "unit.seen"
#define HS_KIND_UNIT_LABELLED        "unit.labelled"
#define HS_KIND_UNIT_NOTED           "unit.noted"
#define HS_KIND_UNIT_JOINED          "unit.joined"
#define HS_KIND_UNIT_REPORTED        "unit.reported"
#define HS_KIND_UNIT_CHANGED         "unit.changed"
#define HS_KIND_RUN_STARTED          "run.started"
#define HS_KIND_PARTITION_BEGUN      "partition.begun"
#define HS_KIND_PARTITION_WROTE      "partition.wrote"
#define HS_KIND_PARTITION_HOLDS      "partition.holds"
#define HS_KIND_PARTITION_UNKNOWN    "partition.unknown"
#define HS_KIND_FILESYSTEM_ERASED    "filesystem.erased"
#define HS_KIND_RUN_FINISHED         "run.finished"
#define HS_KIND_RUN_INTERRUPTED      "run.interrupted"
#define HS_KIND_SLOT_NAMED           "slot.named"
#define HS_KIND_SLOT_IGNORED         "slot.ignored"
#define HS_KIND_BUILD_KEPT           "build.kept"
#define HS_KIND_BUILD_ARCHIVED       "build.archived"
#define HS_KIND_BUILD_REPEATED       "build.repeated"
#define HS_KIND_RELEASE_DRAFTED      "release.drafted"
#define HS_KIND_RELEASE_DROPPED      "release.dropped"
#define HS_KIND_RELEASE_LOCKED       "release.locked"
#define HS_KIND_RELEASE_SIGNED       "release.signed"
#define HS_KIND_RELEASE_WITHDRAWN    "release.withdrawn"
#define HS_KIND_BATCH_OPENED         "batch.opened"
#define HS_KIND_BATCH_CLOSED         "batch.closed"
#define HS_KIND_LEASE_TAKEN          "lease.taken"
#define HS_KIND_LEASE_GIVEN          "lease.given"
#define HS_KIND_NUMBER_RESERVED      "number.reserved"
#define HS_KIND_NUMBER_COMMITTED     "number.committed"
#define HS_KIND_NUMBER_FREED         "number.freed"
#define HS_KIND_UNIT_SHIPPED         "unit.shipped"
#define HS_KIND_UNIT_RETURNED        "unit.returned"
#define HS_KIND_UNIT_SCRAPPED        "unit.scrapped"
#define HS_KIND_UNIT_ATTACHED        "unit.attached"
#define HS_KIND_UNIT_CORRECTED       "unit.corrected"
#define HS_KIND_AUDIT_MADE           "audit.made"
#define HS_KIND_PROTECTION_REQUESTED "protection.requested"
#define HS_KIND_PROTECTION_WRITTEN   "protection.written"
#define HS_KIND_PROTECTION_OBSERVED  "protection.observed"
#define HS_KIND_FUSE_REQUESTED       "fuse.requested"
#define HS_KIND_FUSE_OBSERVED        "fuse.observed"
#define HS_KIND_TOOL_RAN             "tool.ran"
#define HS_KIND_FILE_HOLDS           "file.holds"
#define HS_KIND_KEY_TRUSTED          "key.trusted"
#define HS_KIND_KEY_DISTRUSTED       "key.distrusted"
#define HS_KIND_POLICY_SET           "policy.set"

/* Whether an entry may be written so: known kind, fitting subject, the fields folding needs. */
gboolean hs_kind_check (const char *kind, const char *subject, const char *payload, GError **error);

G_END_DECLS
