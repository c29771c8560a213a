#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every board of the table: flash, compare, erase, reset ROMFS, read; the right bytes at the right
addresses, and nothing touched that is nobody's business."""
import bench as rig
from bench import sha256

K = 1024
M = 1024 * K

# Where what goes, from OpenMV's documents and memory maps; not from Hotshoe's own table.
# board: {role: address}, what erasing erases {partition: erase unit}, never touched
BOARDS = {
    "OPENMV2": ({"firmware": 0x08010000, "romfs0": 0x080E0000}, {"FILESYSTEM": 16 * K},
                ["BOOTLOADER"]),
    "OPENMV3": ({"firmware": 0x08020000, "romfs0": 0x081C0000}, {"FILESYSTEM": 32 * K},
                ["BOOTLOADER"]),
    "OPENMV4": ({"firmware": 0x08040000, "romfs0": 0x081E0000}, {"FILESYSTEM": 128 * K},
                ["BOOTLOADER"]),
    "OPENMV4P": ({"firmware": 0x08040000, "romfs0": 0x01800000}, {"SPI_FLASH": 64 * K},
                 ["BOOTLOADER", "FILESYSTEM"]),
    "OPENMVPT": ({"firmware": 0x08040000, "romfs0": 0x01800000}, {"SPI_FLASH": 64 * K},
                 ["BOOTLOADER", "FILESYSTEM"]),
    "OPENMV_N6": ({"firmware": 0x00080000, "romfs0": 0x00800000}, {"FILESYSTEM": 64 * K},
                  ["BOOTLOADER"]),
    "OPENMV_AE3": ({"firmware": 0x80020000, "firmware-he": 0x80320000, "romfs1": 0x8047E000,
                    "romfs0": 0x00800000}, {"RWFS": 4 * K}, ["BOOT", "TOC", "RECOVERY"]),
    "OPENMV_RT1060": ({"firmware": 0x60040000, "romfs0": 0x60800000}, {"FILESYSTEM": 4 * K},
                      ["FCB", "SBL"]),
    "ARDUINO_PORTENTA_H7": ({"firmware": 0x08040000, "romfs0": 0x90B00000},
                            {"FILESYSTEM": 128 * K, "STORAGE": 4 * K}, ["BOOTLOADER"]),
    "ARDUINO_GIGA": ({"firmware": 0x08040000, "romfs0": 0x90B00000},
                     {"FILESYSTEM": 128 * K, "STORAGE": 4 * K}, ["BOOTLOADER"]),
    "ARDUINO_NICLA_VISION": ({"firmware": 0x08040000, "romfs0": 0x90B00000}, {"STORAGE": 4 * K},
                             ["BOOTLOADER", "FILESYSTEM"]),
    "ARDUINO_NANO_33_BLE_SENSE": ({"firmware": 0x00016000}, {}, ["BOOTLOADER", "SOFTDEVICE"]),
    "ARDUINO_NANO_RP2040_CONNECT": ({"firmware": 0x10000000}, {"FILESYSTEM": 4 * K}, []),
    "RPI_PICO": ({"firmware": 0x10000000}, {}, []),
}


def one(result):
    runs = result.json["runs"]
    assert len(runs) == 1, runs
    return runs[0]


# Two partitions of one chip lie in one file.
WITHIN = {"ROMFS0": ("SPI_FLASH", 0x1800000)}


def find(camera, name):
    """The file that has a partition, and where in it."""
    if not (camera / f"{name}.bin").exists() and name in WITHIN:
        return camera / f"{WITHIN[name][0]}.bin", WITHIN[name][1]
    return camera / f"{name}.bin", 0


def stored(camera):
    all_ = {path.name[:-4]: path.read_bytes() for path in sorted(camera.glob("*.bin"))}
    for name, (outer, offset) in WITHIN.items():
        if outer in all_ and name not in all_:
            all_[name] = all_[outer][offset:]
            all_[outer] = all_[outer][:offset]
    return all_


def images_of(build, folder):
    return {a["role"]: (folder / a["file"]).read_bytes() for a in build["artifacts"]}


def assert_untouched(before, after, names):
    for name in names:
        assert before.get(name) == after.get(name), f"{name} was touched"


def check_plan(bench, build, addresses):
    """Where it would write, before anything is written."""
    run = one(bench.run("flash", "--build", build, "--dry-run", "--full", "--json"))
    for part in run["partitions"]:
        if part["role"] in addresses:
            assert part["differ"][0]["address"] == addresses[part["role"]], part
            assert part["units_differ"] == part["units"] > 0, part
    missing = set(addresses) - {part["role"] for part in run["partitions"]}
    assert not missing, f"nothing to write for {missing}"
    return {part["partition"]: part["role"] for part in run["partitions"]}


def check_flash(bench, build, camera, images, parts, never):
    before = stored(camera)
    run = one(bench.run("flash", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["proof"].startswith("read-back"), run
    assert run["left_in"] == "app", run
    after = stored(camera)
    for name, role in parts.items():
        image = images[role]
        assert after[name][:len(image)] == image, f"{name} holds something else"
    assert_untouched(before, after, never)
    run = one(bench.run("flash", "--build", build, "--json"))
    assert run["already"] and all(p["wrote_bytes"] == 0 for p in run["partitions"]), run
    run = one(bench.run("flash", "--build", build, "--full", "--json"))
    assert run["outcome"] == "passed", run
    assert all(p["wrote_bytes"] == p["length"] for p in run["partitions"]), run
    assert_untouched(before, stored(camera), never)


def check_compare(bench, build):
    run = one(bench.run("compare", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["left_in"] == "app", run
    assert all(p["state"] == "verified" for p in run["partitions"]), run


def check_erase(bench, camera, erased):
    before = stored(camera)
    if not erased:
        run = one(bench.run("erase", "--json", expect=4))
        assert run["error"]["code"] == "not-possible", run
        return
    run = one(bench.run("erase", "--json"))
    assert run["outcome"] == "passed", run
    after = stored(camera)
    assert_untouched(before, after, set(before) - set(erased))
    # The firmware has formatted it since, or left it empty: either way nothing of the old is there.
    for name, unit in erased.items():
        start = after[name][:min(unit, 4096)]
        assert start[512:] in (b"\0" * len(start[512:]), b"\xff" * len(start[512:])), name


def check_reset(bench, build, camera, images, parts):
    romfs = [name for name, role in parts.items() if role.startswith("romfs")]
    if not romfs:
        run = one(bench.run("reset-romfs", "--build", build, "--json", expect=4))
        assert run["error"]["code"] == "not-possible", run
        return
    before = stored(camera)
    for name in romfs:
        path, offset = find(camera, name)
        data = bytearray(path.read_bytes())
        data[offset + len(images[parts[name]]) // 2] ^= 0x5a
        path.write_bytes(data)
    run = one(bench.run("compare", "--build", build, "--json", expect=1))
    assert run["error"]["code"] == "differs", run
    run = one(bench.run("reset-romfs", "--build", build, "--json"))
    assert run["outcome"] == "passed" and run["left_in"] == "app", run
    assert sorted(p["partition"] for p in run["partitions"]) == sorted(romfs), run
    assert_untouched(before, stored(camera), set(before))


def check_read(bench, images):
    target = bench.root / "read.bin"
    run = one(bench.run("read", "--role", "firmware", "-o", target, "--json"))
    data = target.read_bytes()
    assert data[:len(images["firmware"])] == images["firmware"]
    assert len(data) == run["partitions"][0]["length"]
    assert run["saved"][0]["sha256"] == sha256(data), run


def board_test(board):
    addresses, erased, never = BOARDS[board]

    def test(bench):
        bench.spec = board
        devices = bench.run("devices", "--json").json["devices"]
        assert len(devices) == 1, devices
        assert devices[0]["problem"] is None, devices
        folder = bench.practice_build(board)
        build = bench.run("import", folder, "--json").json
        images = images_of(build, folder)
        camera = bench.camera_folders()[0]
        parts = check_plan(bench, build["build"], addresses)
        check_flash(bench, build["build"], camera, images, parts, never)
        check_compare(bench, build["build"])
        check_read(bench, images)
        check_erase(bench, camera, erased)
        check_reset(bench, build["build"], camera, images, parts)
        check_compare(bench, build["build"])
        bench.run("journal", "verify")
    return test


for name in BOARDS:
    globals()[f"test_{name}"] = board_test(name)


if __name__ == "__main__":
    rig.run(globals())
