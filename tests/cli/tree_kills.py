#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hotshoe killed while it writes to a firmware tree: the tree is as before or as after, byte for
byte, as soon as Hotshoe looks at it again."""
import os
import random
import signal
import time

import bench as rig
import firmware

SEED = 471
KILLS = int(os.environ.get("HOTSHOE_MOMENTS", 4))


def make_package(bench, files):
    folder = bench.root / "application" / "gate"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("from gate.part1 import VALUE\n")
    for n in range(1, files):
        (folder / f"part{n}.py").write_text(f"VALUE = {n}\n\n\ndef get():\n    return VALUE\n")
    return folder


def undo_newest(bench, tree):
    edits = bench.run("tree", "edits", tree.root, "--json").json["edits"]
    newest = next(edit for edit in edits if not edit["undone"])
    bench.run("tree", "undo", newest["id"], tree.root)


def kill_all_along(bench, tree, command):
    """Kills command at moments spread over its whole life."""
    before = tree.snapshot()
    began = time.monotonic()
    bench.run(*command)
    whole = time.monotonic() - began
    after = tree.snapshot()
    assert firmware.difference(before, after), "the command changes nothing"
    undo_newest(bench, tree)
    assert tree.snapshot() == before, firmware.difference(before, tree.snapshot())

    luck = random.Random(SEED)
    seen = {"before": 0, "after": 0}
    for n in range(KILLS):
        child = bench.start(*command)
        time.sleep(whole * (n + luck.random()) / KILLS)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        bench.run("tree", tree.root)
        now = tree.snapshot()
        assert now in (before, after), (n, firmware.difference(before, now),
                                        firmware.difference(after, now))
        if now == after:
            seen["after"] += 1
            undo_newest(bench, tree)
            assert tree.snapshot() == before
        else:
            seen["before"] += 1
    print(f"# {whole:.2f} s; {seen}", flush=True)
    bench.run(*command)
    assert tree.snapshot() == after


def test_killed_while_it_freezes(bench):
    tree = firmware.Tree(bench)
    package = make_package(bench, 80)
    kill_all_along(bench, tree, ["freeze", "OPENMV4", "--tree", tree.root,
                                 "--main", tree.application(), "--package", package])


def test_killed_while_it_switches_features(bench):
    tree = firmware.Tree(bench, layout="src")
    kill_all_along(bench, tree, ["features", "OPENMV4", "--tree", tree.root,
                                 "--off", "IMLIB_ENABLE_APRILTAGS", "--off", "IMLIB_ENABLE_QRCODES"])


if __name__ == "__main__":
    rig.run(globals())
