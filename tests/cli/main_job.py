#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job on the command line: import, flash, prove, remember; and every refusal."""
import json
import os

import bench as rig
from bench import sha256

ROLE_FILES = {
    "firmware": "firmware.bin", "romfs0": "romfs0.img",
}


def prove(bench, board, folder, count):
    """Flashes all cameras of the bench and checks every claim against the files."""
    build = bench.run("import", folder, "--json").json
    before = {path.name: {file.name: sha256(file.read_bytes()) for file in path.glob("BOOT*.bin")}
              for path in bench.camera_folders()} if bench.cameras.exists() else None
    answer = bench.run("flash", "--build", build["build"], "--all", "--json").json
    assert answer["hotshoe"] == 1 and answer["ok"] and answer["command"] == "flash"
    assert len(answer["runs"]) == count, answer
    artifacts = {artifact["role"]: artifact for artifact in build["artifacts"]}
    for run in answer["runs"]:
        assert run["outcome"] == "passed", run
        assert run["proof"] == "read-back+version", run
        assert run["version"]["verdict"] == "equal", run
        assert run["left_in"] == "app"
        assert run["error"] is None
        for part in run["partitions"]:
            assert part["state"] == "verified"
            assert part["sha256_read_back"] == part["sha256_file"] == artifacts[part["role"]]["sha256"]
            image = (folder / artifacts[part["role"]]["file"]).read_bytes()
            camera = bench.cameras / run["unit"].split(":")[1]
            if not camera.exists():
                camera = next(path for path in bench.camera_folders()
                              if path.name in run["unit"])
            stored = (camera / f"{part['partition']}.bin")
            if stored.exists():
                assert stored.read_bytes()[:len(image)] == image, part
        unit = bench.run("unit", run["unit"], "--json").json
        assert unit["id"] == run["unit"] and unit["board"] == board
        contents = {content["role"]: content for content in unit["contents"]}
        for part in run["partitions"]:
            assert contents[part["role"]]["sha256"] == part["sha256_file"]
            assert contents[part["role"]]["state"] == "verified"
            assert contents[part["role"]]["build"] == build["build"]
        assert any(known["run"] == run["run"] for known in unit["runs"]), unit["runs"]
    bench.run("journal", "verify")
    if before:
        for path in bench.camera_folders():
            for name, digest in before.get(path.name, {}).items():
                assert sha256((path / name).read_bytes()) == digest, "the bootloader was touched"
    return build, answer


def test_three_cameras(bench):
    bench.spec = "OPENMV4*3"
    folder = bench.practice_build("OPENMV4")
    devices = bench.run("devices", "--json").json["devices"]
    assert len(devices) == 3
    assert {device["mode"] for device in devices} == {"app"}
    assert all(device["identity"] == "suggested" for device in devices), devices
    prove(bench, "OPENMV4", folder, 3)
    devices = bench.run("devices", "--json").json["devices"]
    assert all(device["unit"] for device in devices), devices


def board_test(board):
    def test(bench):
        bench.spec = board
        folder = bench.practice_build(board)
        bench.run("devices")
        prove(bench, board, folder, 1)
    return test


for name in ("OPENMV2", "OPENMV3", "OPENMV4P", "OPENMVPT", "OPENMV_N6"):
    globals()[f"test_{name}"] = board_test(name)


def test_OPENMV_AE3(bench):
    """Four images in the documented order; TOC and RECOVERY are never touched."""
    bench.spec = "OPENMV_AE3"
    folder = bench.practice_build("OPENMV_AE3")
    bench.run("devices")
    camera = bench.camera_folders()[0]
    toc = camera / "TOC.bin"
    digest = sha256(toc.read_bytes()) if toc.exists() else None
    _, answer = prove(bench, "OPENMV_AE3", folder, 1)
    order = [part["partition"] for part in answer["runs"][0]["partitions"]]
    assert order == ["HP", "HE", "ROMFS1", "ROMFS0"], order
    assert (sha256(toc.read_bytes()) if toc.exists() else None) == digest


def test_same_content_is_one_build(bench):
    folder = bench.practice_build()
    first = bench.run("import", folder, "--json").json
    second = bench.run("import", folder, "--json").json
    assert not first["existing"] and second["existing"]
    assert first["build"] == second["build"]


def test_second_flash_skips_equal_sectors(bench):
    build = bench.import_build()
    bench.run("flash", "--build", build, "--all")
    run = bench.run("flash", "--build", build, "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed"
    assert all(part["wrote_bytes"] == 0 for part in run["partitions"]), run
    run = bench.run("flash", "--build", build, "--all", "--full", "--json").json["runs"][0]
    assert all(part["wrote_bytes"] >= part["length"] for part in run["partitions"]), run


def test_one_changed_character_is_found(bench):
    bench.run("flash", "--build", bench.import_build(), "--all")
    bench.run("journal", "verify")
    with bench.database() as database:
        for trigger, in database.execute("SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='journal'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        n, payload = database.execute(
            "SELECT n, payload FROM journal WHERE kind='run.finished' ORDER BY n LIMIT 1").fetchone()
        database.execute("UPDATE journal SET payload=? WHERE n=?",
                         (payload.replace("passed", "pazsed", 1), n))
    result = bench.run("journal", "verify", "--json", expect=None)
    assert result.status != 0
    assert str(n) in result.out, result.out


def test_identify_names_the_build(bench):
    build = bench.import_build()
    bench.run("flash", "--build", build, "--all")
    run = bench.run("identify", "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed" and run["found_build"] == build, run
    assert run["left_in"] == "app"


def test_save_makes_a_build(bench):
    run = bench.run("save", "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed" and run["found_build"], run
    ids = [build["id"] for build in bench.run("builds", "--json").json["builds"]]
    assert run["found_build"] in ids


def test_enter_and_leave(bench):
    run = bench.run("enter", "--all", "--json").json["runs"][0]
    assert run["left_in"] == "dfu", run
    device = bench.run("devices", "--json").json["devices"][0]
    assert device["mode"] == "dfu" and device["identity"] == "proven", device
    assert device["bootloader"] == "1.0.3"
    run = bench.run("leave", "--all", "--json").json["runs"][0]
    assert run["left_in"] == "app", run
    run = bench.run("restart", "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed" and run["left_in"] == "app", run


def test_a_kept_conversation_is_played_again(bench):
    build = bench.import_build()
    first = bench.run("--record", "flash", "--build", build, "--all", "--json").json["runs"][0]
    kept = list((bench.root / "state" / "hotshoe" / "captures").iterdir())
    assert len(kept) == 1 and first["run"] in kept[0].name, kept
    bench.spec = f"replay:{kept[0]}"
    again = bench.run("flash", "--build", build, "--all", "--json").json["runs"][0]
    assert again["outcome"] == "passed" and again["unit"] == first["unit"], again
    other = bench.root / "other" / "OPENMV4" / "bin"
    bench.run("practice-build", "OPENMV4", other)
    image = bytearray((other / "romfs0.img").read_bytes())
    image[-5] ^= 0x55
    (other / "romfs0.img").write_bytes(image)
    changed = bench.run("import", other, "--json").json["build"]
    run = bench.run("flash", "--build", changed, "--all", "--json", expect=1).json["runs"][0]
    assert run["outcome"] == "failed" and run["error"]["code"] == "bad-answer", run


def test_catching_the_window(bench):
    """--replug waits for hands; simulated cameras are plugged in by the program."""
    build = bench.import_build()
    run = bench.run("flash", "--build", build, "--port", "1-1", "--replug", "--json").json["runs"][0]
    assert run["outcome"] == "passed" and run["left_in"] == "app", run
    # A port that is to be left alone is left alone, also while nothing is plugged in there.
    for port in ("1-1", "1-9"):
        bench.run("slots", "ignore", port)
        result = bench.run("flash", "--build", build, "--port", port, "--replug", "--json", expect=2,
                           timeout=20)
        assert "ignored" in result.json["error"]["message"], result.out


def test_a_plan_changes_nothing(bench):
    build = bench.import_build()
    before = len(bench.run("journal", "--json").json["journal"])
    plan = bench.run("flash", "--build", build, "--all", "--plan", "--json").json["plans"][0]
    assert len(plan["steps"]) >= 5, plan
    assert len(bench.run("journal", "--json").json["journal"]) == before


def test_slots_and_labels(bench):
    bench.run("flash", "--build", bench.import_build(), "--all")
    bench.run("slots", "name", "1-1", "left 1")
    assert bench.run("devices", "--json").json["devices"][0]["slot"] == "left 1"
    unit = bench.run("units", "--json").json["units"][0]["id"]
    bench.run("label", unit, "GATE-0471")
    assert bench.run("unit", "GATE-0471", "--json").json["id"] == unit
    assert bench.run("units", "0471", "--json").json["units"][0]["label"] == "GATE-0471"
    run = bench.run("restart", "--unit", "GATE-0471", "--json").json["runs"][0]
    assert run["slot"] == "left 1" and run["unit"] == unit


def refused(bench, result, code):
    answer = result.json
    assert result.status == 4, (result.status, result.out)
    run = answer["runs"][0]
    assert run["outcome"] == "refused", run
    assert run["error"]["code"] == code, run["error"]
    assert run["error"]["message"] and run["error"]["action"], run["error"]
    assert run["left_in"] == "app", run
    for part in run["partitions"]:
        assert part["wrote_bytes"] == 0


def test_refuses_wrong_board(bench):
    bench.spec = "OPENMV4,OPENMV3"
    build = bench.import_build("OPENMV3")
    refused(bench, bench.run("flash", "--build", build, "--port", "1-1", "--json", expect=4),
            "wrong-board")
    answer = bench.run("flash", "--build", build, "--all", "--json", expect=1).json
    assert sorted(run["outcome"] for run in answer["runs"]) == ["passed", "refused"]


def test_refuses_altered_file(bench):
    build = bench.run("import", bench.practice_build(), "--json").json
    digest = next(a["sha256"] for a in build["artifacts"] if a["role"] == "firmware")
    blob = bench.root / "blobs" / digest[:2] / digest[2:]
    os.chmod(blob, 0o644)
    data = bytearray(blob.read_bytes())
    data[1000] ^= 1
    blob.write_bytes(data)
    refused(bench, bench.run("flash", "--build", build["build"], "--all", "--json", expect=4),
            "file-altered")


def test_refuses_never_written(bench):
    build = bench.import_build()
    for role in ("bootloader",):
        refused(bench, bench.run("flash", "--build", build, "--role", role, "--all", "--json",
                                 expect=4), "never-written")
    bench.spec = "OPENMV_AE3"
    bench.cameras = bench.root / "ae3"
    build = bench.import_build("OPENMV_AE3")
    for role in ("toc", "recovery"):
        refused(bench, bench.run("flash", "--build", build, "--role", role, "--all", "--json",
                                 expect=4), "never-written")


def test_refuses_bad_files(bench):
    folder = bench.practice_build()
    firmware = (folder / "firmware.bin").read_bytes()
    bad = bench.root / "bad"
    bad.mkdir()
    cases = {
        "firmware.bin": b"", "romfs0.img": (folder / "romfs0.img").read_bytes()[:1000],
        "bootloader.bin": firmware,
    }
    for name, data in cases.items():
        (bad / name).write_bytes(data)
        result = bench.run("import", bad / name, "--board", "OPENMV4", "--json", expect=None)
        assert result.status in (3, 4), (name, result.out)
        assert not result.json["ok"] and result.json["error"]["message"], name
        (bad / name).unlink()
    (bad / "firmware.bin").write_bytes(firmware + b"\xff" * (1664 * 1024))
    result = bench.run("import", bad / "firmware.bin", "--board", "OPENMV4", "--json", expect=None)
    if result.status == 0:
        refused(bench, bench.run("flash", "--build", result.json["build"], "--all", "--json",
                                 expect=4), "too-large")


def test_not_found(bench):
    bench.spec = "OPENMV4"
    result = bench.run("flash", "--build", "feedfeed", "--all", "--json", expect=3)
    assert result.json["error"]["code"]
    build = bench.import_build()
    bench.run("flash", "--build", build, "--unit", "nobody", "--json", expect=3)
    bench.run("flash", "--build", build, "--port", "9-9", "--json", expect=3)
    bench.run("flash", "--json", expect=2)
    bench.run("nonsense", "--json", expect=2)


def test_what_people_read(bench):
    help_ = bench.run("flash", "--help").out
    assert "--erase-filesystem  also erase" in help_ and "--port PATH" in help_
    for slip in (("devices", "extra"), ("--bogus",), ("journal", "export"), ("identify", "1-1")):
        bench.run(*slip, expect=2)
    bench.import_build()
    bench.run("flash", "--build", "v5.0.0", "--all")
    assert "it holds v5.0.0, build " in bench.run("identify", "--all").out
    assert "No build has that." in bench.run("builds", "no such").out
    assert "No entry has that." in bench.run("journal", "no such").out

    bench.run("slots", "name", "1-1", "left")
    assert bench.run("devices").out.startswith("1-1 ") and "(left)" in bench.run("devices").out
    bench.run("slots", "ignore", "1-1")
    assert "(ignored port)" in bench.run("devices").out
    assert "is ignored" in bench.run("identify", "--port", "1-1", expect=2).err
    unit = bench.run("units", "--json").json["units"][0]["id"]
    assert "is ignored" in bench.run("identify", "--unit", unit, expect=2).err

    empty = bench.root / "firmware.bin"
    empty.write_bytes(b"")
    assert bench.run("import", empty, expect=4).err.startswith("hotshoe: firmware.bin is empty")
    folder = bench.practice_build()
    bench.run("import", folder, "--board", "NO_BOARD", expect=2)


def test_production_refuses_simulated_cameras(bench):
    import subprocess
    done = subprocess.run([bench.program, "--catalog", str(bench.catalog), "builds", "--json"],
                          env=bench.env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = bench.run("flash", "--build", "x", "--all", "--json", expect=4)
    assert result.json["error"]["code"] == "practice-mixed", result.out


def test_probe(bench):
    """Asked for it, devices opens the serial ports: version and full id, both on record."""
    device = bench.run("devices", "--json").json["devices"][0]
    assert "version" not in device and device["identity"] == "suggested", device
    device = bench.run("devices", "--probe", "--json").json["devices"][0]
    assert device["version"] == {"kind": "number", "reported": "4.8.1"}, device
    assert device["identity"] == "proven" and device["mode"] == "app", device
    assert "4.8.1" in bench.run("devices", "--probe").out
    unit = bench.run("unit", device["id"], "--json").json
    assert unit["id"] == device["id"], unit
    bench.run("journal", "verify")


if __name__ == "__main__":
    rig.run(globals())
