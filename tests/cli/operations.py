#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What else is done to a camera than flashing it: compare, read, erase, reset, dry runs."""
import os
import resource
import signal
import subprocess

import bench as rig
from bench import sha256


def one(result):
    runs = result.json["runs"]
    assert len(runs) == 1, runs
    return runs[0]


def flashed(bench, board="OPENMV4"):
    """A bench with one camera that holds a build; returns the build and the camera's folder."""
    bench.spec = board
    build = bench.import_build(board)
    bench.run("flash", "--build", build, "--all")
    return build, bench.camera_folders()[0]


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.bin"))}


def alter(bench, path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x5a
    path.write_bytes(data)


def fill_filesystem(path, size, value=0x11):
    """Something that the firmware takes for its filesystem, and leaves alone."""
    sector = bytearray(path.read_bytes()[:512] if path.exists() else b"").ljust(512, b"\0")
    sector[510:512] = b"\x55\xaa"
    path.write_bytes(sector + bytes([value]) * (size - 512))


def kinds(bench):
    return [entry["kind"] for entry in bench.run("journal", "--json").json["journal"]]


def test_swapped_pair(bench):
    """An AE3 shows unrelated ids in its two programs; which belong together is known from before.
    Another camera that comes back in the bootloader is told before anything is written."""
    bench.spec = "OPENMV_AE3"
    build = bench.import_build("OPENMV_AE3")
    bench.run("flash", "--build", build, "--all")
    bench.spec = "OPENMV_AE3+wrong_unit"
    run = bench.run("flash", "--build", build, "--all", "--full", "--json", expect=4).json["runs"][0]
    assert run["outcome"] == "refused" and run["error"]["code"] == "another-unit", run
    assert sum(part["wrote_bytes"] for part in run["partitions"]) == 0, run

def test_compare_equal_is_proof(bench):
    build, camera = flashed(bench)
    before = contents(camera)
    run = one(bench.run("compare", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["left_in"] == "app", run
    for part in run["partitions"]:
        assert part["units"] > 0 and part["units_differ"] == 0 and part["differ"] == [], part
        assert part["state"] == "verified" and part["wrote_bytes"] == 0, part
    assert contents(camera) == before
    entries = bench.run("journal", "--json").json["journal"]
    holds = [e for e in entries if e["kind"] == "partition.holds"]
    assert any("\"evidence\":\"read\"" in str(e).replace("'", '"').replace(": ", ":")
               for e in holds), holds
    assert "FIRMWARE is equal." in bench.run("compare", "--build", build).out
    bench.run("journal", "verify")


def test_compare_says_which_sectors_differ(bench):
    build, camera = flashed(bench, "OPENMV_N6")
    alter(bench, camera / "ROMFS0.bin", 0x10000 + 7)
    result = bench.run("compare", "--build", build, "--json", expect=1)
    run = one(result)
    assert not result.json["ok"] and run["outcome"] == "failed", run
    assert run["error"]["code"] == "differs", run["error"]
    romfs = next(part for part in run["partitions"] if part["role"] == "romfs0")
    assert romfs["units"] > 1 and romfs["differ"] == [
        {"unit": 1, "n": 1, "address": 0x00810000, "length": 0x10000}], romfs
    assert run["left_in"] == "app", run
    unit = bench.run("unit", run["unit"], "--json").json
    assert "unit.changed" in kinds(bench), "it was recorded to hold that build"
    assert unit["changed_outside"], unit
    text = bench.run("compare", "--build", build, expect=1).out
    assert "1 of 16 sectors of ROMFS0 differ." in text and "0x00810000-0x0081FFFF" in text, text
    one(bench.run("compare", "--build", build, "--role", "firmware", "--json"))
    # Nothing stands against flashing it right again.
    run = one(bench.run("flash", "--build", build, "--json"))
    assert run["outcome"] == "passed", run
    one(bench.run("compare", "--build", build, "--json"))


def test_compare_finds_what_another_tool_wrote(bench):
    build, camera = flashed(bench)
    other = bench.root / "other" / "OPENMV4" / "bin"
    bench.run("practice-build", "OPENMV4", other)
    image = bytearray((other / "romfs0.img").read_bytes())
    image[-5] ^= 0x55
    (other / "romfs0.img").write_bytes(image)
    changed = bench.run("import", other, "--json").json["build"]
    stored = bytearray((camera / "ROMFS0.bin").read_bytes())
    stored[:len(image)] = image
    (camera / "ROMFS0.bin").write_bytes(stored)
    run = one(bench.run("compare", "--build", changed, "--json"))
    assert run["outcome"] == "passed", run
    assert "unit.changed" in kinds(bench)
    held = {part["role"]: part for part in bench.run("unit", run["unit"], "--json").json["contents"]}
    assert held["romfs0"]["build"] == changed and held["romfs0"]["state"] == "verified", held


def test_compare_leaves_it_held(bench):
    build, _ = flashed(bench)
    bench.run("enter", "--all")
    run = one(bench.run("compare", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["left_in"] == "dfu", run


def test_a_held_camera_is_offered_leave(bench):
    bench.spec = "OPENMV4"
    bench.run("enter", "--all")
    assert bench.run("devices", "--json").json["devices"][0]["held"]
    assert "`hotshoe leave --port 1-1`" in bench.run("devices").out
    bench.run("leave", "--all")
    assert not bench.run("devices", "--json").json["devices"][0]["held"]
    assert "leave" not in bench.run("devices").out


def test_what_can_not_be_held(bench):
    """Refused before anything happens, in a sentence."""
    bench.spec = "OPENMV_RT1060"
    run = one(bench.run("enter", "--all", "--json", expect=4))
    assert run["error"]["code"] == "not-possible" and "held" in run["error"]["message"], run
    build = bench.import_build("OPENMV_RT1060")
    run = one(bench.run("flash", "--build", build, "--stay", "--json", expect=4))
    assert run["error"]["code"] == "not-possible" and run["left_in"] == "app", run
    assert bench.run("restart", "--all", "--json").json["ok"]


def test_compare_wants_the_board(bench):
    bench.spec = "OPENMV4"
    build = bench.import_build("OPENMV3")
    run = one(bench.run("compare", "--build", build, "--json", expect=4))
    assert run["error"]["code"] == "wrong-board", run
    bench.run("compare", "--all", expect=2)


def test_read(bench):
    _, camera = flashed(bench)
    target = bench.root / "firmware.bin"
    run = one(bench.run("read", "--role", "firmware", "-o", target, "--json"))
    data = (camera / "FIRMWARE.bin").read_bytes()
    assert target.read_bytes() == data.ljust(1664 * 1024, b"\xff")
    saved = run["saved"]
    assert saved == [{"partition": "FIRMWARE", "file": "firmware.bin", "length": 1664 * 1024,
                      "sha256": sha256(target.read_bytes())}], saved
    assert run["partitions"][0]["sha256_read_back"] == saved[0]["sha256"]
    assert run["left_in"] == "app", run
    target.write_bytes(b"mine")
    run = one(bench.run("read", "--role", "firmware", "-o", target, "--json", expect=4))
    assert run["outcome"] == "refused" and run["error"]["code"] == "file-exists", run
    assert target.read_bytes() == b"mine"
    text = bench.run("read", "--role", "bootloader", "-o", target, "--force").out
    assert sha256(target.read_bytes()) in text, text
    assert len(target.read_bytes()) == 128 * 1024
    assert not list(bench.root.glob(".firmware.bin*")), "something half was left"
    bench.run("read", "--role", "wifi", "-o", bench.root / "x", expect=4)
    bench.run("read", "--role", "nonsense", "-o", bench.root / "x", expect=2)
    bench.run("read", "--role", "firmware", "-o", bench.root / "x", "--all", expect=2)
    run = one(bench.run("read", "--role", "firmware", "-o", bench.root / "no" / "x", "--json",
                        expect=1))
    assert run["error"]["code"] == "file-not-written", run
    assert not (bench.root / "x").exists()


def test_read_to_a_full_disk(bench):
    """A limit on the size of files is the disk that any user can fill."""
    flashed(bench)
    target = bench.root / "firmware.bin"

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1200 * 1024, 1200 * 1024))

    done = subprocess.run(bench.command("read", "--role", "firmware", "-o", target, "--json"),
                          env=bench.env, capture_output=True, text=True, preexec_fn=limit)
    run = rig.Result(done.returncode, done.stdout, done.stderr).json["runs"][0]
    assert done.returncode == 1 and run["outcome"] == "failed", run
    assert run["error"]["code"] == "file-not-written" and "room" in run["error"]["message"], run
    assert run["left_in"] == "app", run
    assert not [name for name in os.listdir(bench.root) if "firmware.bin" in name]


def test_erase(bench):
    _, camera = flashed(bench)
    before = contents(camera)
    fill_filesystem(camera / "FILESYSTEM.bin", 128 * 1024)
    kept = bench.root / "kept.bin"
    run = one(bench.run("erase", "--save", kept, "--json"))
    assert run["outcome"] == "passed" and run["left_in"] == "app", run
    assert kept.read_bytes()[512:] == b"\x11" * (128 * 1024 - 512)
    assert run["saved"][0]["sha256"] == sha256(kept.read_bytes()), run
    after = contents(camera)
    assert b"\x11" not in after.pop("FILESYSTEM.bin"), "it was formatted at its start"
    before.pop("FILESYSTEM.bin", None)
    assert after == before, "something else was touched"
    run = one(bench.run("erase", "--save", kept, "--json", expect=4))
    assert run["error"]["code"] == "file-exists", run
    assert "re-format" in bench.run("erase", "--help").out
    assert "filesystem.erased" in kinds(bench)
    bench.run("journal", "verify")


def test_words_say_what_came_of_it(bench):
    """Nobody has to know what "Passed" means for each of them."""
    build, _ = flashed(bench)
    for words, said in ((("erase",), "is erased, and made anew at its next start"),
                        (("erase", "--overwrite"), "is overwritten, read back"),
                        (("reset-romfs", "--build", build), "it held all of that already"),
                        (("enter",), "`hotshoe leave --port 1-1` starts it"),
                        (("leave",), "its firmware was started"),
                        (("restart",), "its firmware was started"),
                        (("flash", "--build", build, "--stay"), "it reported no version"),
                        (("flash", "--build", build), "it held all of that already, read back"),
                        (("flash", "--build", build, "--full"), "Passed: read back, restarted")):
        out = bench.run(*words).out
        assert "Passed: " in out and said in out, (words, out)


def test_drive_of_an_RP2040(bench):
    """What its bootloader's drive took is unproven, however large it is."""
    bench.spec = "RPI_PICO@dfu+drive_only=1"
    build = bench.import_build("RPI_PICO")
    run = one(bench.run("flash", "--build", build, "--json", expect=1))
    assert run["outcome"] == "unproven" and run["error"]["code"] == "no-read-back", run
    assert run["partitions"][0]["state"] == "written", run


def test_board_that_its_bootloader_does_not_tell(bench):
    bench.spec = "RPI_PICO"
    build = bench.import_build("RPI_PICO")
    out = bench.run("enter").out
    assert "plugged in again" in out and "hotshoe leave" not in out, out
    assert "several boards look like this" in bench.run("devices").out
    assert "Plug it in again" in bench.run("leave", expect=4).out
    bench.run("flash", "--build", build)


def test_one_name_one_port(bench):
    """With the same name on two ports, --port could mean another camera."""
    bench.spec = "OPENMV4*2"
    bench.run("slots", "name", "1-1", "left")
    bench.run("slots", "name", "1-1", "left")
    for name in ("left", "1-1", "2-4.1"):
        assert bench.run("slots", "name", "1-2", name, "--json", expect=2).json["error"]["message"]
    slots = bench.run("slots", "--json").json["slots"]
    assert [slot["port"] for slot in slots] == ["1-1"], slots


def overwrite_test(board, name, size, unit):
    """Every byte of the region, and none of the partition that it runs into. When the camera
    starts it formats the first erase unit."""
    def test(bench):
        _, camera = flashed(bench, board)
        path = camera / f"{name}.bin"
        romfs = one(bench.run("read", "--role", "romfs0", "-o", bench.root / "before", "--json"))
        rest = path.read_bytes()[size:]
        fill_filesystem(path, size)
        with open(path, "ab") as file:
            file.write(rest)
        run = one(bench.run("erase", "--overwrite", "--json"))
        assert run["outcome"] == "passed", run
        part = run["partitions"][0]
        assert part["length"] == part["wrote_bytes"] == size and part["state"] == "verified", part
        assert part["sha256_read_back"] == part["sha256_file"] == sha256(bytes(size)), part
        assert part["read_bytes"] == size and part["seconds_verify"] > 0, part
        assert path.read_bytes()[unit:size] == bytes(size - unit)
        again = one(bench.run("read", "--role", "romfs0", "-o", bench.root / "after", "--json"))
        assert again["saved"][0]["sha256"] == romfs["saved"][0]["sha256"], "ROMFS was touched"
        payloads = [str(e) for e in bench.run("journal", "--json").json["journal"]
                    if e["kind"] == "filesystem.erased"]
        assert "overwrite" in payloads[0] and "rue" in payloads[0], payloads
    return test


test_overwrite_OPENMV4 = overwrite_test("OPENMV4", "FILESYSTEM", 0x20000, 0x20000)
test_overwrite_OPENMV4P = overwrite_test("OPENMV4P", "SPI_FLASH", 0x1800000, 0x10000)


def test_erase_where_there_is_none(bench):
    bench.spec = "RPI_PICO"
    run = one(bench.run("erase", "--json", expect=4))
    assert run["outcome"] == "refused", run


def test_reset_romfs(bench):
    build, camera = flashed(bench)
    before = contents(camera)
    alter(bench, camera / "ROMFS0.bin", 100)
    run = one(bench.run("reset-romfs", "--build", build, "--dry-run", "--json"))
    assert run["what"] == "dry-run" and [p["units_differ"] for p in run["partitions"]] == [1], run
    run = one(bench.run("reset-romfs", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["what"] == "reset-romfs", run
    assert [part["role"] for part in run["partitions"]] == ["romfs0"], run
    assert run["partitions"][0]["state"] == "verified"
    assert (camera / "ROMFS0.bin").read_bytes() == before["ROMFS0.bin"]
    assert contents(camera) == before
    firmware = bench.run("import", bench.practice_build() / "firmware.bin", "--json").json["build"]
    run = one(bench.run("reset-romfs", "--build", firmware, "--json", expect=4))
    assert run["error"]["code"] == "no-build" and "no ROMFS" in run["error"]["message"], run


def test_dry_run(bench):
    build, camera = flashed(bench, "OPENMV_N6")
    alter(bench, camera / "ROMFS0.bin", 0x10000 + 3)
    before = contents(camera)
    run = one(bench.run("flash", "--build", build, "--dry-run", "--json"))
    assert run["what"] == "dry-run" and run["outcome"] == "passed", run
    assert {p["role"]: p["units_differ"] for p in run["partitions"]} == {"firmware": 0, "romfs0": 1}
    assert run["left_in"] == "app" and contents(camera) == before
    text = bench.run("flash", "--build", build, "--dry-run", "--erase-filesystem").out
    assert "ROMFS0 would be written: 1 of 16 sectors, about " in text, text
    assert "FIRMWARE holds that already" in text and "FILESYSTEM " in text, text
    run = one(bench.run("flash", "--build", build, "--dry-run", "--full", "--json"))
    assert all(p["units_differ"] == p["units"] > 0 for p in run["partitions"]), run
    run = one(bench.run("erase", "--dry-run", "--overwrite", "--json"))
    assert [(p["units"], p["units_differ"]) for p in run["partitions"]] == [(64, 64)], run
    run = one(bench.run("erase", "--dry-run", "--json"))
    assert [p["partition"] for p in run["partitions"]] == ["FILESYSTEM"], run
    assert contents(camera) == before
    assert [r["what"] for r in bench.run("runs", "--json").json["runs"]].count("dry-run") == 5
    bench.run("journal", "verify")


def test_dry_run_takes_the_same_refusals(bench):
    build, _ = flashed(bench)
    unit = bench.run("units", "--json").json["units"][0]["id"]
    bench.run("ship", unit, "--customer", "Example Ltd")
    for words in (("flash", "--build", build), ("erase",), ("reset-romfs", "--build", build)):
        for dry in ((), ("--dry-run",)):
            run = one(bench.run(*words, *dry, "--json", expect=4))
            assert run["error"]["code"] == "unit-shipped", (words, dry, run)
    one(bench.run("compare", "--build", build, "--json"))


def test_plan_touches_nothing(bench):
    build, _ = flashed(bench)
    before = len(bench.run("journal", "--json").json["journal"])
    for words in (("flash", "--build", build), ("erase",), ("erase", "--overwrite"),
                  ("reset-romfs", "--build", build)):
        plan = bench.run(*words, "--plan", "--json").json["plans"][0]
        assert len(plan["steps"]) >= 3, plan
    assert len(bench.run("journal", "--json").json["journal"]) == before


if __name__ == "__main__":
    rig.run(globals())
