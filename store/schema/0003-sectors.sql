-- SPDX-License-Identifier: GPL-3.0-or-later
-- What runs tell of the flash itself: sectors that age, cores of different builds, how long a
-- board takes.

-- Erase units that took longer than twice their datasheet's time; sector counts from 0.
CREATE TABLE slow (
  unit TEXT NOT NULL,
  run TEXT NOT NULL,
  partition TEXT NOT NULL,
  sector INTEGER NOT NULL,
  sectors INTEGER NOT NULL,    -- erased in that time together: 1, or more
  ms INTEGER NOT NULL,
  time INTEGER NOT NULL,
  PRIMARY KEY (unit, run, partition, sector)
) STRICT, WITHOUT ROWID;

-- 1: its cores were written from different builds. Whether another build has both images anyway,
-- only a question can tell: a build may come later than the run.
ALTER TABLE unit ADD COLUMN mixed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX unit_mixed ON unit (last_seen) WHERE mixed = 1;

CREATE INDEX run_by_board ON run (board, started) WHERE what = 'flash' AND outcome = 'passed';

PRAGMA user_version = 3;
