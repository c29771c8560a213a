#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ST's dialect of DFU, with Debian's dfu-util as the judge: what one of the two wrote to a simulated
device, the other reads."""

import hashlib
import os

import rig
from rig import Rig, equal, read, require

FIRMWARE = 0x08040000  # of the H743 and the H747; the first 128 KB belong to the bootloader
PORTENTA = "ARDUINO_PORTENTA_H7"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def upload(bus, address, length, alt=0):
    """What dfu-util reads there."""
    path = bus.path("upload")
    if os.path.exists(path):
        os.unlink(path)
    bus.run("dfu-util", "-a", alt, "-s", f"{address:#x}:{length}", "-U", path)
    return read(path)


def download(bus, address, path, suffix=""):
    # 74: dfu-util can't reset a device that has left as it was told to
    result = bus.run("dfu-util", "-a", 0, "-s", f"{address:#x}{suffix}", "-D", path, status=None)
    require(result.returncode in ((0, 74) if suffix else (0,)), f"dfu-util: {result.stdout}{result.stderr}")
    require("File downloaded successfully" in result.stdout, f"dfu-util: {result.stdout}{result.stderr}")


def hold(bus):
    """The Arduino bootloader stays when it was asked for by hand."""
    bus.ctl("press", 0)
    bus.wait(0, mode="dfu")


def dfu_util_reads_what_hotshoe_wrote():
    with Rig(PORTENTA) as bus:
        folder = bus.make_build(PORTENTA)
        image = read(os.path.join(folder, "firmware.bin"))
        romfs = read(os.path.join(folder, "romfs0.img"))
        build = bus.hotshoe("import", folder)["build"]
        (run,) = bus.hotshoe("flash", "--build", build, "--all")["runs"]
        equal(run["outcome"], "passed", "outcome")
        bus.wait(0, mode="app")
        hold(bus)
        equal(upload(bus, FIRMWARE, len(image)), image, "firmware")
        equal(upload(bus, 0x90B00000, len(romfs), alt=1), romfs, "ROMFS in the external flash")


def hotshoe_reads_what_dfu_util_wrote():
    with Rig(PORTENTA) as bus:
        folder = bus.make_build(PORTENTA)
        path = os.path.join(folder, "firmware.bin")
        image = read(path)
        build = bus.hotshoe("import", path)["build"]
        bootloader = bus.ctl("sha", 0, "BOOTLOADER")
        hold(bus)
        download(bus, FIRMWARE, path)
        bus.hotshoe("read", "--role", "firmware", "-o", bus.path("back"))
        equal(read(bus.path("back"))[:len(image)], image, "what Hotshoe reads")
        bus.hotshoe("compare", "--build", build, "--all")

        download(bus, FIRMWARE, path, ":leave")
        bus.wait(0, mode="app")
        bus.hotshoe("compare", "--build", build, "--all")
        equal(bus.ctl("sha", 0, "BOOTLOADER"), bootloader, "the bootloader")


def rom(board):
    """Both ways through the ROM of the chip."""
    with Rig(board + "@rom") as bus:
        first = os.path.join(bus.make_build(board, seed=1), "firmware.bin")
        second = os.path.join(bus.make_build(board, seed=2), "firmware.bin")
        image, other = read(first), read(second)
        bus.run(rig.ROM_TOOL, board, "write", "FIRMWARE", first)
        equal(bus.ctl("sha", 0, "FIRMWARE", len(image)), sha256(image), "flash")
        equal(upload(bus, start_of(board), len(image)), image, "what dfu-util reads")
        download(bus, start_of(board), second)
        bus.run(rig.ROM_TOOL, board, "read", "FIRMWARE", bus.path("back"), len(other))
        equal(read(bus.path("back")), other, "what the method reads")
        download(bus, start_of(board), first, ":leave")
        equal(bus.ctl("sha", 0, "FIRMWARE", len(image)), sha256(image), "flash after dfu-util's second")


def start_of(board):
    return {"OPENMV2": 0x08010000, "OPENMV3": 0x08020000}.get(board, FIRMWARE)


def rom_h7():
    rom("OPENMV4")


def rom_f7():
    rom("OPENMV3")


def rom_f4():
    rom("OPENMV2")


if __name__ == "__main__":
    rig.main([dfu_util_reads_what_hotshoe_wrote, hotshoe_reads_what_dfu_util_wrote, rom_h7, rom_f7, rom_f4])
