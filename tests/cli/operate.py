#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases and operator mode from the command line, on simulated cameras."""
import json
import stat

import bench as rig

REASONS = [argument for code in ("unknown-origin", "dirty-tree", "debug-build", "profile-build",
                                 "empty-romfs")
           for argument in ("--reason", f"{code}=for a test")]


def lock(bench, *options, name="gate-counter", version="1.4.2", lease=None):
    """A locked release of the practice build; its id."""
    build = bench.import_build()
    bench.run("release", "create", name, version, "--build", build, *REASONS, *options)
    bench.run("release", "lock", name)
    if lease:
        bench.run("release", "lease", name, *lease)
    return build


def operate(bench, script, *options, expect=0, name="gate-counter"):
    path = bench.root / "script"
    path.write_text("\n".join(script) + "\n")
    return bench.run("operate", "--release", name, "--simulate-script", path, "--json", *options,
                     expect=expect).json


def test_ten_cameras_on_four_slots(bench):
    """One of the wrong board, one that dies halfway, one that already carries it."""
    bench.spec = "OPENMV4@off*9,OPENMV_N6@off"
    lock(bench, "--serial", "counter:GATE-:4:1-500", lease=(1, 500))
    first = operate(bench, ["plug 9 1-1", "wait 1"])
    assert first["verdicts"][0]["number"] == "GATE-0001", first
    answer = operate(bench, [
        "plug 1 1-1", "plug 2 1-2", "plug 10 1-3", "fault 3 unplug_at 200", "plug 3 1-4", "wait 4",
        "unplug 1", "unplug 2", "unplug 10", "unplug 3", "fault 3 unplug_at 0",
        "plug 4 1-1", "plug 5 1-2", "plug 9 1-3", "plug 3 1-4", "wait 8",
        "unplug 4", "unplug 5", "unplug 9", "plug 6 1-1", "plug 7 1-2", "plug 8 1-3", "wait 11",
    ], "--quantity", 10, expect=1)
    said = [verdict["verdict"] for verdict in answer["verdicts"]]
    assert (said.count("refused"), said.count("fail"), said.count("pass")) == (1, 1, 9), said
    assert answer["counts"]["passed"] == 9 and answer["counts"]["failed"] == 0, answer["counts"]
    assert [v["number"] for v in answer["verdicts"] if v["already"]] == ["GATE-0001"], answer
    numbers = {v["unit"]: v["number"] for v in answer["verdicts"] if v["verdict"] == "pass"}
    assert sorted(numbers.values()) == [f"GATE-{n:04}" for n in range(1, 10)], numbers
    assert all(v["recorded"] for v in answer["verdicts"])
    units = bench.run("units", "--json").json["units"]
    assert sum(unit["state"] == "ready" for unit in units) == 9, units
    bench.run("journal", "verify")


def test_already_there_takes_seconds(bench):
    lock(bench, "--erase-filesystem")
    real = ("--simulate-speed", "real")
    bench.run("flash", "--release", "gate-counter", "--all")
    run = bench.run(*real, "flash", "--release", "gate-counter", "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed" and run["already"] is True, run
    assert all(part["wrote_bytes"] == 0 for part in run["partitions"]), run
    assert all(part["sha256_read_back"] == part["sha256_file"] for part in run["partitions"])
    assert run["seconds"] < 10, run["seconds"]
    print(f"# proven by reading in {run['seconds']:.1f} s")


def test_files_of_one_unit(bench):
    """A template, a folder for each serial, a command; read back, and nowhere in the journal."""
    bench.env["XDG_CONFIG_HOME"] = str(bench.root / "config")
    root = bench.root / "config" / "hotshoe" / "unit-files"
    (root / "certificates" / "GATE-0001").mkdir(parents=True)
    secret = bytes(range(256)) * 5 + b"MOST-SECRET-KEY"
    (root / "certificates" / "GATE-0001" / "key.der").write_bytes(secret)
    command = root / "provision"
    command.write_text("#!/bin/sh\nprintf 'made for %s %s %s' \"$1\" \"$2\" \"$3\"\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    lock(bench, "--serial", "counter:GATE-:4:1-9", "--file",
         'who.json=template:{"id": "{id}", "serial": "{serial}", "release": "{release} {version}"}',
         "--file", "tls/key.der=folder:certificates/key.der", "--file", "note=command:provision",
         lease=(1, 9))
    run = bench.run("flash", "--release", "gate-counter", "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed", run
    drive = bench.camera_folders()[0] / "drive"
    assert (drive / "tls" / "key.der").read_bytes() == secret
    assert (drive / "note").read_text() == f"made for {run['unit']} GATE-0001 OPENMV4"
    assert json.loads((drive / "who.json").read_text()) == {
        "id": run["unit"], "serial": "GATE-0001", "release": "gate-counter 1.4.2"}
    assert {file["path"]: file["sha256"] for file in run["files"]}["tls/key.der"] == \
        rig.sha256(secret)
    with bench.database() as database:
        everything = "".join(text for text, in database.execute("SELECT payload FROM journal"))
        assert "MOST-SECRET" not in everything and "made for" not in everything
        kinds = [kind for kind, in database.execute("SELECT kind FROM journal")]
        assert kinds.count("file.holds") == 3, kinds
    # The second unit has no folder: refused before anything is written, its number kept for it.
    bench.spec = "OPENMV4@off,OPENMV4"
    run = bench.run("flash", "--release", "gate-counter", "--all", "--json",
                    expect=4).json["runs"][0]
    assert run["error"]["code"] == "unit-file" and "GATE-0002" in run["error"]["message"], run
    assert all(part["state"] == "untouched" for part in run["partitions"]), run
    (root / "certificates" / "GATE-0002").mkdir()
    (root / "certificates" / "GATE-0002" / "key.der").write_bytes(b"another")
    run = bench.run("flash", "--release", "gate-counter", "--all", "--json").json["runs"][0]
    assert run["number"] == "GATE-0002", run


def test_doors(bench):
    """What is withdrawn, shipped, scrapped or unsigned is refused whoever asks."""
    build = lock(bench)
    run = bench.run("flash", "--release", "gate-counter", "--all", "--json").json["runs"][0]
    bench.run("ship", run["unit"], "--customer", "somebody", "--order", "7")
    units = bench.run("units", "--json").json["units"]
    assert [unit["state"] for unit in units] == ["shipped"], units
    for what in (("--release", "gate-counter"), ("--build", build)):
        refused = bench.run("flash", *what, "--all", "--json", expect=4).json["runs"][0]
        assert refused["error"]["code"] == "unit-shipped", refused
    bench.run("return", run["unit"], "--reason", "came back")
    bench.run("release", "withdraw", "gate-counter", "--reason", "loses frames")
    refused = bench.run("flash", "--release", "gate-counter", "--all", "--json",
                        expect=4).json["runs"][0]
    assert refused["error"]["code"] == "release-withdrawn", refused
    refused = bench.run("operate", "--release", "gate-counter", "--count", 1, "--json", expect=4)
    assert refused.json["error"]["code"] == "release-withdrawn", refused.out
    refused = bench.run("flash", "--release", "gate-counter", "--all", "--plan", "--json",
                        expect=4)
    assert refused.json["error"]["code"] == "release-withdrawn", refused.out
    bench.run("flash", "--build", build, "--all")
    bench.run("scrap", run["unit"], "--reason", "fell down")
    refused = bench.run("flash", "--build", build, "--all", "--json", expect=4).json["runs"][0]
    assert refused["error"]["code"] == "unit-scrapped", refused
    bench.run("journal", "verify")


def test_scanned(bench):
    bench.spec = "OPENMV4@off*2"
    lock(bench, "--serial", "scan:GATE-")
    answer = operate(bench, ["scan OP:operator 2", "scan GATE-7", "plug 1 1-1", "wait 1",
                             "plug 2 1-2", "scan GATE-8", "wait 2"])
    assert [v["number"] for v in answer["verdicts"]] == ["GATE-7", "GATE-8"], answer
    bench.spec = "OPENMV4"
    run = bench.run("flash", "--release", "gate-counter", "--all", "--number", "GATE-9", "--json",
                    expect=4).json["runs"][0]
    assert run["error"]["code"] == "no-number" and "GATE-7" in run["error"]["message"], run
    done = bench.run("flash", "--release", "gate-counter", "--all", "--role", "firmware", expect=2)
    assert "--role" in done.err, done.err


if __name__ == "__main__":
    rig.run(globals())
