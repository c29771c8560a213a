#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Hotshoe adds to the camera's own time, for every way of talking with a bootloader: transfer time of
a full write with its proof, over the time that the simulated camera was busy on its flash and its wire.
Asserts nothing."""

from bench import flash, import_build, median, spread, transfer
from rig import Rig

SIZE = 400 * 1024
ROUNDS = 3
CAMERAS = [
    ("mboot over HID", "OPENMV_RT1060", ""),
    ("PICOBOOT", "RPI_PICO", "@dfu"),
    ("DfuSe", "ARDUINO_PORTENTA_H7", ""),
    ("OpenMV's DFU", "OPENMV4", "@dfu"),
]


def busy(bus, build, *words):
    """(runs, seconds that the camera was busy, transfers)"""
    before = bus.stat(0)
    runs, _ = flash(bus, build, "--full", "--role", "firmware", "--confirm", "none", *words)
    after = bus.stat(0)
    return runs, (after["busy_us"] - before["busy_us"]) / 1e6, after["transfers"] - before["transfers"]


def measure(board, mode):
    """(seconds of transfer, seconds that the camera was busy meanwhile, transfers): without what comes
    before and after, as a dry run shows it; of some bootloaders the own code is read first."""
    with Rig(board + mode, fast=False) as bus:
        build, _ = import_build(bus, board, SIZE)
        _, around, n_around = busy(bus, build, "--dry-run")
        runs, seconds, n = busy(bus, build)
        return transfer(runs), seconds - around, n - n_around


def main():
    print(f"Firmware of {SIZE} bytes, written in full and read back; transfer time over the camera's own:")
    for name, board, mode in CAMERAS:
        done = [measure(board, mode) for _ in range(ROUNDS)]
        over = [100 * (seconds - busy) / busy for seconds, busy, _ in done]
        added = median(1000 * (seconds - busy) / transfers for seconds, busy, transfers in done)
        print(f"  {name} ({board}): {median(d[0] for d in done):.2f} s, busy {median(d[1] for d in done):.2f} s: "
              f"{median(over):.1f} % ({spread(over)}; wanted: 3), {added:.2f} ms on each of "
              f"{median(d[2] for d in done):.0f} transfers")


main()
