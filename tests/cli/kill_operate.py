#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operator mode killed at any moment: no number twice, none lost, no unit in a wrong state."""
import json
import random
import signal
import time

import bench as rig
import operate

CAMERAS = 6
SEED = 471


def facts(bench):
    with bench.database() as database:
        return [(kind, subject, json.loads(payload)) for kind, subject, payload in
                database.execute("SELECT kind, subject, payload FROM journal ORDER BY n")]


def check(bench):
    """What has to hold after every kill, in the journal and in what is folded from it."""
    bench.run("journal", "verify")
    owner, reserved, committed = {}, {}, {}
    outcome = {}
    for kind, subject, payload in facts(bench):
        if kind == "number.reserved":
            number = payload["number"]
            assert owner.setdefault(number, subject) == subject, f"{number} twice"
            assert reserved.setdefault(subject, number) == number, f"{subject} has two numbers"
        elif kind == "number.committed":
            assert reserved.get(subject) == payload["number"], (subject, payload)
            committed[subject] = payload["number"]
        elif kind == "number.freed":
            raise AssertionError("nobody frees numbers here")
        elif kind == "run.started":
            outcome[payload["run"]] = None
            if payload.get("number"):
                assert reserved[subject] == payload["number"], payload
        elif kind == "run.finished":
            outcome[payload["run"]] = payload["outcome"]
            if payload["outcome"] == "passed":
                assert committed[subject] == payload["number"], payload
        elif kind == "run.interrupted":
            assert outcome[payload["run"]] is None, "it had ended"
            outcome[payload["run"]] = "interrupted"
    values = sorted(int(number.removeprefix("GATE-")) for number in owner)
    assert values == list(range(1, len(values) + 1)), f"numbers lost: {values}"
    return reserved, committed, outcome


def check_states(bench, reserved, committed):
    for unit in bench.run("units", "--json").json["units"]:
        subject = "unit:" + unit["id"]
        story = bench.run("unit", unit["id"], "--json").json
        newest = story["runs"][0]["outcome"]
        assert (unit["state"] == "ready") == (newest == "passed"), (unit, newest)
        if newest == "passed":
            assert subject in committed, unit
        serial = unit.get("serial")
        assert serial in (None, committed.get(subject)), (unit, committed)


def begin(bench, cameras, *speed):
    """All cameras on two cables, two at a time."""
    script = bench.root / "script"
    lines = []
    for at, camera in enumerate(cameras):
        lines.append(f"plug {camera} 1-{at % 2 + 1}")
        if at % 2 == 1 or at + 1 == len(cameras):
            lines.append(f"wait {at + 1}")
    script.write_text("\n".join(lines) + "\n")
    return bench.start(*speed, "operate", "--release", "gate-counter", "--quantity", CAMERAS,
                       "--simulate-script", script, "--events")


def test_killed_at_any_moment(bench):
    bench.spec = f"OPENMV4@off*{CAMERAS}"
    operate.lock(bench, "--erase-filesystem", "--serial", "counter:GATE-:4:1-500",
                 "--file", "who=template:{serial}", lease=(1, 500))
    chance = random.Random(SEED)
    kills = 0
    end = time.monotonic() + 15
    while time.monotonic() < end:
        cameras = chance.sample(range(1, CAMERAS + 1), CAMERAS)
        job = begin(bench, cameras)
        # Virtual time: a whole run of one camera takes some 0.1 s of ours.
        time.sleep(chance.uniform(0.02, 0.45))
        if job.poll() is None:
            kills += 1
        job.send_signal(signal.SIGKILL)
        job.communicate()
        reserved, committed, _ = check(bench)
        assert len(reserved) <= CAMERAS
    print(f"# {kills} kills, {len(reserved)} numbers reserved, {len(committed)} committed")
    assert kills >= 10, kills

    job = begin(bench, list(range(1, CAMERAS + 1)))
    out, err = job.communicate(timeout=120)
    assert job.returncode == 0, (job.returncode, out, err)
    reserved, committed, outcome = check(bench)
    assert reserved == committed and len(committed) == CAMERAS, (reserved, committed)
    assert None not in outcome.values(), outcome
    check_states(bench, reserved, committed)
    result = json.loads(out.splitlines()[-1])["result"]
    assert result["counts"]["passed"] == CAMERAS and result["counts"]["left"] == 0, result
    # What each camera holds is what the catalog says, and its own number lies on its drive.
    for folder in bench.camera_folders():
        serial = (folder / "drive" / "who").read_text()
        assert committed[f"unit:stm32:{folder.name}"] == serial, (folder, serial)
    bench.run("catalog", "rebuild")
    check_states(bench, reserved, committed)


def test_killed_in_mid_write(bench):
    """In real time, so that the kill hits the erasing and writing itself."""
    bench.spec = "OPENMV4@off*2"
    operate.lock(bench, "--serial", "counter:GATE-:4:1-500", lease=(1, 500))
    chance = random.Random(SEED + 1)
    interrupted = 0
    for _ in range(4):
        job = begin(bench, (1, 2), "--simulate-speed", "real")
        time.sleep(chance.uniform(0.8, 2.5))
        job.send_signal(signal.SIGKILL)
        job.communicate()
        bench.run("units")
        _, committed, outcome = check(bench)
        check_states(bench, {}, committed)
    job = begin(bench, (1, 2))
    out, err = job.communicate(timeout=120)
    assert job.returncode == 0, (job.returncode, out, err)
    reserved, committed, outcome = check(bench)
    interrupted = list(outcome.values()).count("interrupted")
    assert interrupted > 0, outcome
    assert reserved == committed and len(committed) == 2
    assert sorted(committed.values()) == ["GATE-0001", "GATE-0002"], committed
    check_states(bench, reserved, committed)
    print(f"# {interrupted} runs interrupted")


if __name__ == "__main__":
    rig.run(globals())
