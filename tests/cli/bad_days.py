#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad days of whole programs: killed, full disks, two of them on one camera or one catalog."""
import os
import signal
import subprocess
import time

import bench as rig


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("waited in vain")


def kinds(bench):
    with bench.database() as database:
        return [kind for kind, in database.execute("SELECT kind FROM journal ORDER BY n")]


def begun_and_held(bench):
    """Partitions of the last run: those begun, those proven."""
    import json
    begun, held = set(), set()
    with bench.database() as database:
        for kind, payload in database.execute("SELECT kind, payload FROM journal ORDER BY n"):
            fact = json.loads(payload)
            if kind == "run.started":
                begun, held = set(), set()
            elif kind == "partition.begun":
                begun.add(fact["role"])
            elif kind == "partition.holds":
                held.add(fact["role"])
    return begun, held


def test_killed_at_any_moment(bench):
    """kill -9 at moments spread over a job: the journal stays whole, exactly what was begun and
    not proven is unknown, and flashing again heals."""
    build = bench.import_build()
    bench.run("flash", "--build", build, "--all")
    for moment in (0.02, 0.3, 0.7, 1.2, 2.0):
        job = bench.start("--simulate-speed", "real", "flash", "--build", build, "--all", "--full")
        wait_for(lambda: job.poll() is not None or "run.started" in kinds(bench)[-6:])
        time.sleep(moment)
        job.send_signal(signal.SIGKILL)
        job.wait()
        begun, held = begun_and_held(bench)
        bench.run("journal", "verify")
        torn = "firmware" in begun - held
        result = bench.run("restart", "--all", "--json", expect=4 if torn else 0)
        if torn:
            assert result.json["runs"][0]["error"]["code"] == "firmware-incomplete", result.out
        units = bench.run("units", "--json").json["units"]
        unit = bench.run("unit", units[0]["id"], "--json").json
        outcomes = [run["outcome"] for run in unit["runs"]]
        assert "interrupted" in outcomes, outcomes
        unknown = {content["role"] for content in unit["contents"] if content["state"] == "unknown"}
        assert unknown == begun - held, (moment, unknown, begun, held)
        run = bench.run("flash", "--build", build, "--all", "--json").json["runs"][0]
        assert run["outcome"] == "passed", run
        bench.run("journal", "verify")


def test_operations_killed_at_any_moment(bench):
    """The same for what is no flashing: erasing twice over, and resetting the ROMFS."""
    build = bench.import_build()
    bench.run("flash", "--build", build, "--all")
    torn = []
    for words in (("erase",), ("erase", "--overwrite"), ("reset-romfs", "--build", build, "--full")):
        for moment in (0.02, 0.4, 1.2):
            before = len(kinds(bench))
            job = bench.start("--simulate-speed", "real", *words, "--all")
            wait_for(lambda: job.poll() is not None or "run.started" in kinds(bench)[before:])
            time.sleep(moment)
            job.send_signal(signal.SIGKILL)
            job.wait()
            done = "run.finished" in kinds(bench)[before:]
            begun, held = begun_and_held(bench)
            bench.run("journal", "verify")
            bench.run("leave", "--all")
            units = bench.run("units", "--json").json["units"]
            unit = bench.run("unit", units[0]["id"], "--json").json
            unknown = {content["role"] for content in unit["contents"]
                       if content["state"] == "unknown"}
            assert unknown == (set() if done else begun - held), (words, moment, unknown, begun)
            torn += unknown
            bench.run("flash", "--build", build, "--all", "--erase-filesystem")
    assert "filesystem" in torn and "romfs0" in torn, torn


def test_two_programs_on_one_camera(bench):
    build = bench.import_build()
    first = bench.start("--simulate-speed", "real", "flash", "--build", build, "--all", "--full")
    wait_for(lambda: bench.catalog.exists() and "partition.begun" in kinds(bench))
    result = bench.run("flash", "--build", build, "--all", "--json", expect=None)
    assert result.status != 0, result.out
    assert "camera-held" in result.out, result.out
    assert str(first.pid) in result.out, result.out
    # Its run is alive: the second program must not have called it interrupted.
    assert "run.interrupted" not in kinds(bench)
    out, err = first.communicate(timeout=120)
    assert first.returncode == 0, (out, err)
    bench.run("journal", "verify")


def test_many_programs_on_one_catalog(bench):
    bench.import_build()
    bench.run("units")
    jobs = [bench.start("slots", "name", f"1-{n}", f"left {n}") for n in range(1, 7)]
    # All but one are told that the simulated cameras are taken, or all get through: the catalog
    # is what is shared here.
    for job in jobs:
        job.communicate(timeout=60)
    bench.run("journal", "verify")


def test_full_disk(bench):
    """A file size limit stands for the full disk: neither importing nor flashing half-records."""
    build = bench.import_build()
    entries = len(kinds(bench))
    done = subprocess.run(["bash", "-c", "ulimit -f 1; trap '' XFSZ; exec \"$@\"", "bash",
                           *bench.command("flash", "--build", build, "--all", "--json")],
                          env=bench.env, capture_output=True, text=True)
    assert done.returncode != 0, done.stdout
    bench.run("journal", "verify")
    run = bench.run("flash", "--build", build, "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed"
    assert len(kinds(bench)) > entries


def test_corrupt_catalog(bench):
    bench.import_build()
    bench.catalog.write_bytes(b"this is no catalog" * 500)
    for suffix in ("-wal", "-shm"):
        path = bench.root / ("catalog.db" + suffix)
        if path.exists():
            path.unlink()
    result = bench.run("builds", "--json", expect=None)
    assert result.status != 0
    assert result.json["error"]["code"] == "catalog-damaged", result.out
    assert bench.catalog.read_bytes().startswith(b"this is no catalog")


def test_newer_catalog(bench):
    bench.import_build()
    with bench.database() as database:
        database.execute("PRAGMA user_version = 9999")
    result = bench.run("builds", "--json", expect=None)
    assert result.json["error"]["code"] == "catalog-newer", result.out


def test_interrupt_key(bench):
    """Ctrl-C: stops after the block, says 130, the camera stays held in its bootloader."""
    build = bench.import_build()
    job = bench.start("--simulate-speed", "real", "flash", "--build", build, "--all", "--full",
                      "--json")
    wait_for(lambda: "partition.begun" in kinds(bench))
    time.sleep(0.3)
    job.send_signal(signal.SIGINT)
    out, err = job.communicate(timeout=60)
    assert job.returncode == 130, (job.returncode, out, err)
    assert '"outcome":"cancelled"' in out, out
    device = bench.run("devices", "--json").json["devices"][0]
    assert device["mode"] == "dfu", device
    run = bench.run("flash", "--build", build, "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed", run


if __name__ == "__main__":
    rig.run(globals())
