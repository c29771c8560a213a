#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many cameras at once: 16 beside one, on wires of their own and on one shared full-speed hub; and what
the computer spends, beside 16 processes of dfu-util that do the same. Asserts nothing."""

from bench import Measured, flash, import_build, median, ratios, spread, transfer
from rig import Rig

SIZE = 500 * 1024
BOARD = "OPENMV4"
MANY = 16
ROUNDS = 3
WORDS = ["--full", "--role", "firmware", "--stay", "--confirm", "none"]


def hotshoe(count, options=()):
    with Rig(f"{BOARD}@dfu*{count}", fast=False, options=options) as bus:
        build, _ = import_build(bus, BOARD, SIZE)
        runs, measured = flash(bus, build, *WORDS)
        return transfer(runs), measured


def dfu_util(count):
    """(seconds, processor seconds) of as many processes side by side: download, then upload."""
    with Rig(f"{BOARD}@dfu*{count}", fast=False) as bus:
        _, firmware = import_build(bus, BOARD, SIZE)
        cpu = 0
        seconds = 0
        for words in (["-D", firmware], ["-Z", SIZE, "-U"]):
            jobs = []
            for n in range(count):
                target = [] if words[0] == "-D" else [bus.path(f"back-{n}")]
                jobs.append(Measured(bus, "dfu-util", "-p", f"1-{n + 1}", "-a", "FIRMWARE", *words, *target))
            done = [job.finish() for job in jobs]
            cpu += sum(job.cpu for job in done)
            seconds += max(job.seconds for job in done)
        return seconds, cpu


def main():
    one, many, judges = [], [], []
    for _ in range(ROUNDS):
        one.append(hotshoe(1))
        many.append(hotshoe(MANY))
        judges.append(dfu_util(MANY))
    pairs = [(m[0], o[0]) for m, o in zip(many, one)]
    print(f"{MANY} times {BOARD}, {SIZE} bytes written and read back, beside one alone:")
    print(f"  separate wires: {median(m[0] for m in many):.2f} s, one {median(o[0] for o in one):.2f} s: "
          f"{ratios(pairs)} (wanted: 1.10)")
    hub = hotshoe(MANY, ["--one-hub"])[0]
    print(f"  all on one full-speed hub: {hub:.2f} s, {hub / median(o[0] for o in one):.2f} x")
    cpu = [(m[1].cpu, j[1]) for m, j in zip(many, judges)]
    print(f"  processor: {median(c[0] for c in cpu):.2f} s, {MANY} x dfu-util download and upload "
          f"{median(c[1] for c in cpu):.2f} s: {ratios(cpu)} (wanted: 1.00)")
    rss = [(m[1].peak_kib - o[1].peak_kib) / 1024 / (MANY - 1) for m, o in zip(many, one)]
    print(f"  memory: {median(rss):.2f} MB a camera ({spread(rss)}): difference of the peak resident sizes, "
          f"by {MANY - 1} (wanted: 2.00); one camera alone {median(o[1].peak_kib for o in one) / 1024:.0f} MB")


main()
