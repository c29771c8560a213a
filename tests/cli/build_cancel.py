#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A build that is stopped, at any moment and in any way: no process of it stays, nothing of it is
in the catalog, and the next build works."""
import os
import random
import signal
import time

import bench as rig
import firmware

SEED = 471
MOMENTS = int(os.environ.get("HOTSHOE_MOMENTS", 3))


def builds(bench):
    return bench.run("builds", "--json").json["builds"]


def wait_for_none(tree, seconds):
    """What is left of a build's processes after so long."""
    end = time.monotonic() + seconds
    while True:
        left = tree.processes()
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.05)


def wait_for_sleepers(tree, count):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if sum(command.startswith("sleep 600") for _, command in tree.processes()) >= count:
            return
        time.sleep(0.05)
    raise AssertionError("it never slept")


def stop_at_moments(bench, tree, how, whole):
    """Spread over a build's whole life, from the first check to the import."""
    known = builds(bench)
    luck = random.Random(SEED)
    stopped = 0
    for n in range(MOMENTS):
        # Other sources, so that a build that gets through is a new one.
        (tree.root / "PRODUCT.md").write_text(f"{how.name} {n}\n")
        child = tree.start("--clean")
        time.sleep(whole * (n + luck.random()) / MOMENTS)
        child.send_signal(how)
        out, err = child.communicate(timeout=30)
        # SIGKILL leaves Hotshoe no time: what it started ends by itself soon.
        left = wait_for_none(tree, 10 if how == signal.SIGKILL else 0)
        assert not left, (how, n, left)
        now = builds(bench)
        if child.returncode in (130, -how):
            stopped += 1
            # Killed between the import and its end, all of it is there; cancelled, nothing is.
            late = how == signal.SIGKILL and len(now) == len(known) + 1
            assert now == known or late, (how, n, out, err)
        else:
            assert child.returncode == 0, (how, n, child.returncode, out, err)
        known = now
    return stopped


def test_stopped_at_any_moment(bench):
    tree = firmware.Tree(bench)
    began = time.monotonic()
    tree.build("--clean")
    whole = time.monotonic() - began
    stopped = sum(stop_at_moments(bench, tree, how, whole)
                  for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL))
    assert stopped >= MOMENTS, stopped
    built = tree.build().json
    assert built["ok"], built
    bench.run("journal", "verify")


def test_children_of_children(bench):
    tree = firmware.Tree(bench)
    bench.env["MODEL_SLEEP"] = "600"
    for how in (signal.SIGINT, signal.SIGKILL):
        child = tree.start()
        wait_for_sleepers(tree, 5)
        child.send_signal(how)
        child.communicate(timeout=30)
        left = wait_for_none(tree, 10 if how == signal.SIGKILL else 0)
        assert not left, (how, left)
        assert builds(bench) == []
    del bench.env["MODEL_SLEEP"]
    assert tree.build().json["ok"]


def test_children_that_do_not_listen(bench):
    tree = firmware.Tree(bench)
    bench.env.update(MODEL_SLEEP="600", MODEL_STUBBORN="1")
    child = tree.start()
    wait_for_sleepers(tree, 5)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert not wait_for_none(tree, 0), tree.processes()
    assert builds(bench) == []


def test_one_build_of_a_tree_at_a_time(bench):
    """A second Hotshoe waits, or says that it has to; it never builds in between."""
    tree = firmware.Tree(bench)
    bench.env["MODEL_SLEEP"] = "3"
    first = tree.start()
    time.sleep(1)
    second = tree.start("--clean")
    one = first.communicate(timeout=60)
    two = second.communicate(timeout=60)
    assert first.returncode == 0, one
    assert second.returncode in (0, 1, 4), two
    assert not tree.processes()


if __name__ == "__main__":
    rig.run(globals())
