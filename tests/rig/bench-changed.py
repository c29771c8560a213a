#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only what changed: Hotshoe beside dfu-util's download of the same file to the same simulated camera,
one after the other, with the times of real cameras. Asserts nothing."""

from bench import flash, import_build, import_changed, median, ratios, run, transfer
from rig import Rig

SIZE = 1500 * 1024
ROUNDS = 3
BOARDS = ["OPENMV4", "OPENMV_N6"]


def rounds(board):
    """What each took, in seconds: lists by name."""
    took = {name: [] for name in ("dfu-util", "identical", "one sector", "full", "busy", "dfu-util busy")}
    with Rig(board + "@dfu", fast=False) as bus:
        build, firmware = import_build(bus, board, SIZE)
        changed = import_changed(bus, firmware, SIZE // 2)
        words = ["--role", "firmware", "--stay", "--confirm", "none"]
        for _ in range(ROUNDS):
            before = bus.stat(0)["busy_us"]
            took["dfu-util"].append(run(bus, "dfu-util", "-a", "FIRMWARE", "-D", firmware).seconds)
            took["dfu-util busy"].append((bus.stat(0)["busy_us"] - before) / 1e6)
            took["identical"].append(transfer(flash(bus, build, *words)[0]))
            took["one sector"].append(transfer(flash(bus, changed, *words)[0]))
            before = bus.stat(0)["busy_us"]
            took["full"].append(transfer(flash(bus, build, "--full", *words)[0]))
            took["busy"].append((bus.stat(0)["busy_us"] - before) / 1e6)
    return took


def main():
    print(f"Firmware of {SIZE} bytes; Hotshoe's transfer time over that of dfu-util's download, paired:")
    for board in BOARDS:
        took = rounds(board)
        judge = took["dfu-util"]
        print(f"{board}: dfu-util downloads in {median(judge):.2f} s (1 s of it a pause at its end; the camera is "
              f"busy {median(took['dfu-util busy']):.2f} s)")
        for name, wanted in (("identical", 0.12), ("one sector", 0.20), ("full", 1.05)):
            print(f"  {name}: {median(took[name]):.2f} s, {ratios(list(zip(took[name], judge)))} (wanted: {wanted:.2f})")
        over = [100 * (a - b) / b for a, b in zip(took["full"], took["busy"])]
        print(f"  full, over the camera's own {median(took['busy']):.2f} s: {median(over):.1f} %")


main()
