#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast Hotshoe flashes, beside dfu-util on the same simulated camera. Asserts nothing."""

import os
import statistics
import time

from rig import Rig

SIZE = 1500 * 1024
CAMERA = "OPENMV4@dfu"


def seconds(call, *words):
    start = time.monotonic()
    call(*words)
    return time.monotonic() - start


def dfu_util(fast, upload):
    with Rig(CAMERA, fast) as bus:
        firmware = os.path.join(bus.make_build(size=SIZE), "firmware.bin")
        total = seconds(bus.run, "dfu-util", "-a", "FIRMWARE", "-D", firmware)
        if upload:
            total += seconds(bus.run, "dfu-util", "-a", "FIRMWARE", "-Z", SIZE, "-U", bus.path("back"))
        return total


def hotshoe(fast):
    """(seconds of the whole call, of write and read-back, of the camera's own work meanwhile)"""
    with Rig(CAMERA, fast) as bus:
        firmware = os.path.join(bus.make_build(size=SIZE), "firmware.bin")
        build = bus.hotshoe("import", firmware)["build"]
        before = bus.stat(0)["busy_us"]
        start = time.monotonic()
        run = bus.hotshoe("flash", "--build", build, "--all", "--full", "--role", "firmware")["runs"][0]
        return time.monotonic() - start, run["seconds_transfer"], (bus.stat(0)["busy_us"] - before) / 1e6


def devices(simulated):
    with Rig(CAMERA) as bus:
        words = ["--simulate", "OPENMV4*3"] if simulated else []
        bus.hotshoe(*words, "devices")
        return statistics.median(seconds(lambda: bus.hotshoe(*words, "devices")) for _ in range(9))


def main():
    print(f"One OPENMV4 in its bootloader, {SIZE} bytes of firmware.")
    whole, transfer, busy = hotshoe(fast=False)
    judge = dfu_util(fast=False, upload=False)
    print(f"Real timings: Hotshoe {transfer:.2f} s for write and read-back ({whole:.2f} s the whole call), "
          f"dfu-util {judge:.2f} s for the download alone: {transfer / judge:.3f} x (wanted: 1.05)")
    print(f"  the camera's own time {busy:.2f} s; over it {100 * (transfer - busy) / busy:.1f} % (wanted: 2)")

    whole, transfer, _ = hotshoe(fast=True)
    judge = dfu_util(fast=True, upload=True)
    print(f"No timings: Hotshoe {transfer:.2f} s ({whole:.2f} s the whole call), "
          f"dfu-util {judge:.2f} s for download and upload")
    print(f"hotshoe devices: {1000 * devices(False):.0f} ms over USB, "
          f"{1000 * devices(True):.0f} ms simulated (wanted: 100)")


main()
