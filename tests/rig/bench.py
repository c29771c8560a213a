# SPDX-License-Identifier: GPL-3.0-or-later
"""What the benchmarks on the simulated bus share: programs with the clock and the kernel's account of
them, and lines that name the wanted figure."""

import json
import os
import shutil
import statistics
import subprocess
import time


class Measured:
    """A program that ran to its end: what it took."""

    def __init__(self, bus, *call):
        self.begun = time.monotonic()
        self.process = subprocess.Popen([str(word) for word in call], env=bus.env, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def finish(self):
        self.out = self.process.stdout.read()
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = time.monotonic() - self.begun
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_kib = usage.ru_maxrss
        if self.process.returncode != 0:
            raise RuntimeError(f"{' '.join(self.process.args)}: exit {self.process.returncode}\n{self.out}")
        return self


def run(bus, *call):
    return Measured(bus, *call).finish()


def flash(bus, build, *words):
    """(runs, Measured) of one "hotshoe flash" on all cameras of the bus."""
    measured = run(bus, *bus.hotshoe_call("flash", "--build", build, "--all", *words))
    runs = json.loads(measured.out)["runs"]
    for one in runs:
        if one["outcome"] != "passed":
            raise RuntimeError(f"a run {one['outcome']}: {one['error']}")
    return runs, measured


def transfer(runs):
    """Seconds that the slowest camera of a call was written to and read."""
    return max(one["seconds_transfer"] for one in runs)


def import_build(bus, board, size, seed=1):
    """(build id, path of its firmware)"""
    firmware = os.path.join(bus.make_build(board=board, size=size, seed=seed), "firmware.bin")
    return bus.hotshoe("import", firmware)["build"], firmware


def import_changed(bus, firmware, at):
    """The build whose firmware differs from that one in one byte."""
    target = os.path.join(bus.folder, "changed", *firmware.split(os.sep)[-3:])
    os.makedirs(os.path.dirname(target))
    shutil.copy(firmware, target)
    with open(target, "r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ 1]))
    return bus.hotshoe("import", target)["build"]


def median(values):
    return statistics.median(values)


def spread(values):
    return f"{min(values):.3f} to {max(values):.3f}"


def ratios(pairs):
    """Median of paired ratios, and how far they spread."""
    values = [a / b for a, b in pairs]
    return f"{median(values):.3f} x ({spread(values)} in {len(values)} pairs)"
