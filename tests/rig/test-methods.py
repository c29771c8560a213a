#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way of talking with a bootloader that is not OpenMV's, over the real libusb and a real
terminal device: bulk and interrupt endpoints, DfuSe, a serial port."""

import hashlib
import os

import rig
from rig import Rig, equal, read, require

SIZE = 64 * 1024  # of the firmware; some of these bootloaders take it in morsels


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def flash(bus, build, *words, status=0):
    return bus.hotshoe("flash", "--build", build, *words, status=status)["runs"]


def round_trip(board, mode="", untouched=(), whole=True):
    """Flashed, compared, a whole partition read; flashed again, nothing differs."""
    with Rig(board + mode) as bus:
        folder = bus.make_build(board, size=SIZE)
        image = read(os.path.join(folder, "firmware.bin"))
        build = bus.hotshoe("import", folder)["build"]
        before = [bus.ctl("sha", 0, name) for name in untouched]
        (run,) = flash(bus, build, "--all")
        equal((run["board"], run["outcome"]), (board, "passed"), f"board and outcome of {run}")
        require(all(p["sha256_read_back"] == p["sha256_file"] for p in run["partitions"]), f"proof: {run}")
        equal(bus.ctl("sha", 0, "FIRMWARE", len(image)), sha256(image), "flash")
        equal([bus.ctl("sha", 0, name) for name in untouched], before, f"{untouched}")
        state = bus.wait(0, mode="app")
        require(state["bound"] != 0, "the kernel's drivers have their interfaces")

        bus.hotshoe("compare", "--build", build, "--all")
        if whole:
            bus.hotshoe("read", "--role", "firmware", "-o", bus.path("back"))
            equal(read(bus.path("back"))[:len(image)], image, "what was read to a file")
        bus.wait(0, mode="app")
        (run,) = flash(bus, build, "--all")
        equal(sum(part["wrote_bytes"] for part in run["partitions"]), 0, "bytes written again")
        bus.hotshoe("journal", "verify")


def rt1062():
    round_trip("OPENMV_RT1060", whole=False)


def pico():
    round_trip("RPI_PICO")


def pico_held():
    """BOOTSEL was held: a bootloader that any RP2040 has."""
    round_trip("RPI_PICO", mode="@dfu")


def nano_rp2040():
    round_trip("ARDUINO_NANO_RP2040_CONNECT")


def portenta():
    round_trip("ARDUINO_PORTENTA_H7", untouched=["BOOTLOADER"])


def nano33():
    """Over the serial port."""
    round_trip("ARDUINO_NANO_33_BLE_SENSE", whole=False)


def unplugged(board, at):
    with Rig(board) as bus:
        folder = bus.make_build(board, size=SIZE)
        build = bus.hotshoe("import", folder)["build"]
        bus.ctl("fault", 0, "unplug-at", f"+{at}")
        (run,) = flash(bus, build, "--all", "--full", status=1)
        equal((run["outcome"], run["error"]["code"]), ("failed", "camera-gone"), "outcome and error")
        (part,) = [p for p in run["partitions"] if p["role"] == "firmware"]
        equal(part["state"], "unknown", "state of the partition")


def rt1062_unplugged():
    unplugged("OPENMV_RT1060", 5200)  # behind the 252 KB of its bootloader, which are read first


def pico_unplugged():
    unplugged("RPI_PICO", 18)


if __name__ == "__main__":
    rig.main([rt1062, pico, pico_held, nano_rp2040, portenta, nano33, rt1062_unplugged, pico_unplugged])
