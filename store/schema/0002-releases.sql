-- SPDX-License-Identifier: GPL-3.0-or-later
-- Releases, product numbers, shipments. All tables here but "party" are folded from the journal.

ALTER TABLE unit ADD COLUMN serial TEXT;   -- product serial: the number committed last
ALTER TABLE unit ADD COLUMN release TEXT;  -- that of the last pass, while nothing was written since
ALTER TABLE unit ADD COLUMN party TEXT;    -- who has it; NULL: nobody
ALTER TABLE unit ADD COLUMN order_ TEXT;
ALTER TABLE unit ADD COLUMN shipped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX unit_by_state ON unit (state, last_seen);
CREATE INDEX unit_by_board_state ON unit (board, state, last_seen);
CREATE INDEX unit_by_serial ON unit (serial COLLATE NOCASE);
CREATE INDEX unit_by_release ON unit (release, last_seen);
CREATE INDEX unit_by_party ON unit (party, last_seen);
CREATE INDEX unit_changed ON unit (last_seen) WHERE changed_outside = 1;

-- How many units there are of each kind, kept by who writes them: counting a million takes long.
-- No triggers: a statement that has one makes the text index write all that it still holds.
CREATE TABLE unit_count (
  board TEXT NOT NULL,
  state TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (board, state)
) STRICT, WITHOUT ROWID;
INSERT INTO unit_count (board, state, n) SELECT board, state, count(*) FROM unit GROUP BY 1, 2;

ALTER TABLE run ADD COLUMN release TEXT;
ALTER TABLE run ADD COLUMN batch TEXT;
ALTER TABLE run ADD COLUMN number TEXT;
CREATE INDEX run_by_batch ON run (batch, started);
CREATE INDEX run_by_release ON run (release, started);

-- What a partition ever held, as far as that was proven. until = 0: still does.
CREATE TABLE held (
  unit TEXT NOT NULL,
  partition TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  role TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  build TEXT,
  PRIMARY KEY (unit, partition, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_digest ON held (sha256, unit, until);

-- Names of customers: not facts, may be changed or taken out. changed: µs, the later one wins.
CREATE TABLE party (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX party_by_name ON party (name COLLATE NOCASE);

CREATE TABLE shipment (
  unit TEXT NOT NULL,
  entry TEXT NOT NULL,
  id TEXT NOT NULL,
  party TEXT NOT NULL,
  order_ TEXT,
  date TEXT NOT NULL,
  time INTEGER NOT NULL,
  returned INTEGER NOT NULL,   -- µs; 0: not
  returned_why TEXT,
  PRIMARY KEY (unit, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX shipment_by_party ON shipment (party, time);
CREATE INDEX shipment_by_order ON shipment (order_ COLLATE NOCASE);
CREATE INDEX shipment_by_id ON shipment (id);

-- Notes, attached files, files on the camera's drive: what only a unit's page shows.
CREATE TABLE remark (
  unit TEXT NOT NULL,
  entry TEXT NOT NULL,
  kind TEXT NOT NULL,          -- of the entry
  time INTEGER NOT NULL,
  operator TEXT NOT NULL,
  text TEXT NOT NULL,          -- the note, the reason, the file's name or path
  sha256 TEXT,
  size INTEGER NOT NULL,
  corrected TEXT,              -- id of the entry that took it back; NULL: it counts
  PRIMARY KEY (unit, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE number (
  unit TEXT NOT NULL,
  series TEXT NOT NULL,
  number TEXT NOT NULL,
  value INTEGER NOT NULL,
  state TEXT NOT NULL,         -- "reserved" "committed" "freed"
  release TEXT,
  run TEXT,
  time INTEGER NOT NULL,
  PRIMARY KEY (unit, series, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_number ON number (series, number, state);
CREATE INDEX number_used ON number (series, value) WHERE state <> 'freed';
CREATE INDEX number_freed ON number (series, value) WHERE state = 'freed';

CREATE TABLE lease (
  id TEXT NOT NULL,            -- two chains may take the same one, out of one bundle: a conflict
  series TEXT NOT NULL,
  chain TEXT NOT NULL,         -- whose entry took it: only that chain numbers from it
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  state TEXT NOT NULL,         -- "taken" "given" "replaced"
  to_ TEXT,
  time INTEGER NOT NULL,
  PRIMARY KEY (id, chain)
) STRICT, WITHOUT ROWID;
CREATE INDEX lease_by_series ON lease (series, first);

CREATE TABLE release (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  state TEXT NOT NULL,         -- "draft" "locked" "withdrawn"
  recipe TEXT NOT NULL,
  supersedes TEXT,
  reason TEXT,                 -- of the withdrawal
  origin TEXT NOT NULL,
  chain TEXT NOT NULL,         -- that locked it
  operator TEXT NOT NULL,
  time INTEGER NOT NULL        -- of the draft's last change, or of locking
) STRICT;
CREATE INDEX release_by_name ON release (name COLLATE NOCASE, version);

CREATE TABLE release_artifact (
  release TEXT NOT NULL,
  board TEXT NOT NULL,
  role TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  build TEXT NOT NULL,
  PRIMARY KEY (release, board, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_artifact_by_digest ON release_artifact (sha256, release);
CREATE INDEX release_artifact_by_build ON release_artifact (build, release);

CREATE TABLE signature (
  release TEXT NOT NULL,
  key TEXT NOT NULL,
  signature TEXT NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (release, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
  key TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  trusted INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE policy (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  operator TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE batch (
  id TEXT PRIMARY KEY,
  release TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  name TEXT,
  opened INTEGER NOT NULL,
  closed INTEGER NOT NULL      -- 0: open
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_by_release ON batch (release, opened);

-- Kept beside a build's artifacts: ELF, map, log.
CREATE TABLE kept (
  build TEXT NOT NULL,
  role TEXT NOT NULL,
  file TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  dropped INTEGER NOT NULL,    -- µs; 0: the blob is here
  PRIMARY KEY (build, role, file)
) STRICT, WITHOUT ROWID;
ALTER TABLE build ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
-- Beginnings of words are found by the text they came from.
DROP INDEX search_start_by_row;

PRAGMA user_version = 2;
