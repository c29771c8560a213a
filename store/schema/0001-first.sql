-- SPDX-License-Identifier: GPL-3.0-or-later
-- The first format of the catalog. The journal and what guards it are facts; all else is folded
-- from the journal and can be made again (store/project.c).

PRAGMA application_id = 1215522927;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a chain: what its head was when this file last wrote or imported it, signed by the
-- bench. foreign_ = 1: another bench writes it.
CREATE TABLE chain (
  chain TEXT PRIMARY KEY,
  n INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL,
  foreign_ INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  row INTEGER PRIMARY KEY,
  chain TEXT NOT NULL,
  n INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE,
  hlc INTEGER NOT NULL,
  time INTEGER NOT NULL,
  bench TEXT NOT NULL,
  operator TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (chain, n)
) STRICT;
CREATE INDEX journal_by_subject ON journal (subject, hlc, id);
CREATE INDEX journal_by_kind ON journal (kind, hlc, id);
CREATE INDEX journal_by_hlc ON journal (hlc, id);

-- Projections. "row" is that of the subject's first journal entry: the same after a rebuild.
CREATE TABLE unit (
  row INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  board TEXT NOT NULL,
  label TEXT,
  state TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  changed_outside INTEGER NOT NULL,
  last_version TEXT
) STRICT;
CREATE INDEX unit_by_last_seen ON unit (last_seen, row);
CREATE INDEX unit_by_label ON unit (label COLLATE NOCASE);
CREATE INDEX unit_by_board ON unit (board, last_seen);

CREATE TABLE identity (
  unit TEXT NOT NULL,
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  strength TEXT NOT NULL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (unit, scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_by_value ON identity (value, scheme, unit);

CREATE TABLE content (
  unit TEXT NOT NULL,
  partition TEXT NOT NULL,
  role TEXT NOT NULL,
  sha256 TEXT,
  length INTEGER NOT NULL,
  build TEXT,
  since INTEGER NOT NULL,
  state TEXT NOT NULL,
  run TEXT,
  PRIMARY KEY (unit, partition)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_by_digest ON content (sha256, unit);

CREATE TABLE unit_join (
  entry TEXT PRIMARY KEY,
  hlc INTEGER NOT NULL,
  key TEXT NOT NULL,
  other TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_join_by_key ON unit_join (key);
CREATE INDEX unit_join_by_other ON unit_join (other);

CREATE TABLE alias (
  key TEXT PRIMARY KEY,
  target TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_target ON alias (target);

CREATE TABLE build (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  board TEXT NOT NULL,
  version TEXT,
  number TEXT,
  mpy_version TEXT,
  built TEXT,
  origin TEXT NOT NULL,
  revision TEXT,
  dirty INTEGER NOT NULL,
  details TEXT NOT NULL,
  imported INTEGER NOT NULL
) STRICT;
CREATE INDEX build_by_imported ON build (imported, row);
CREATE INDEX build_by_name ON build (name COLLATE NOCASE);
CREATE INDEX build_by_board ON build (board, imported);

CREATE TABLE artifact (
  build TEXT NOT NULL,
  position INTEGER NOT NULL,
  role TEXT NOT NULL,
  file TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (build, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifact_by_digest ON artifact (sha256, build);

CREATE TABLE run (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  unit TEXT,
  board TEXT,
  port TEXT,
  slot TEXT,
  build TEXT,
  what TEXT NOT NULL,
  outcome TEXT,
  operator TEXT NOT NULL,
  session TEXT,
  subject TEXT NOT NULL,
  chain TEXT NOT NULL,
  started INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  result TEXT
) STRICT;
CREATE INDEX run_by_unit ON run (unit, started);
CREATE INDEX run_by_started ON run (started, row);
CREATE INDEX run_open ON run (session) WHERE outcome IS NULL;

CREATE TABLE run_entry (
  run TEXT NOT NULL,
  entry INTEGER NOT NULL,
  PRIMARY KEY (run, entry)
) STRICT, WITHOUT ROWID;

CREATE TABLE slot (
  port TEXT PRIMARY KEY,
  name TEXT,
  position INTEGER NOT NULL,
  ignored INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Search: three letters and more by trigram, one and two by the beginnings of words.
CREATE TABLE search (
  row INTEGER PRIMARY KEY,
  what TEXT NOT NULL,
  key TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX search_by_key ON search (what, key);
CREATE TABLE search_start (
  start TEXT NOT NULL,
  what TEXT NOT NULL,
  row INTEGER NOT NULL,
  PRIMARY KEY (start, what, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_start_by_row ON search_start (row, start);
CREATE VIRTUAL TABLE search_text USING fts5 (
  text, content = 'search', content_rowid = 'row', tokenize = 'trigram'
);

PRAGMA user_version = 1;
