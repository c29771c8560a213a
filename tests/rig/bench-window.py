#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the window stands and what it takes, beside an empty Adwaita window. Asserts nothing.

HOTSHOE_BENCH_CATALOG names a catalog (bench-catalog-make writes a large one): then also the window on
that beside the window on an empty one.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from rig import BUILD, HOTSHOE

EMPTY = os.path.join(BUILD, "tests", "rig", "empty-window")
NEEDED = ("xvfb-run", "dbus-run-session", "xdotool")
INNER = "HOTSHOE_BENCH_DISPLAY"


def windows():
    out = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "."], capture_output=True, text=True,
                         check=False)
    return set(out.stdout.split())


def memory(pid):
    """Proportional set size, KB."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as stream:
        return next(int(line.split()[1]) for line in stream if line.startswith("Pss:"))


def measure(call, env):
    """(seconds from start to a mapped window, KB of memory two seconds later)"""
    before = windows()
    start = time.monotonic()
    process = subprocess.Popen(call, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while windows() <= before and process.poll() is None and time.monotonic() < start + 20:
        time.sleep(0.005)
    mapped = time.monotonic() - start
    time.sleep(2)
    if process.poll() is not None:
        sys.exit(f"{call[0]} ended with {process.returncode}")
    taken = memory(process.pid)
    process.terminate()
    process.wait(10)
    return mapped, taken


def median(call, env):
    rounds = [measure(call, env) for _ in range(4)][1:]  # the first warms the caches
    return tuple(statistics.median(column) for column in zip(*rounds))


def main():
    if not all(shutil.which(name) for name in NEEDED):
        sys.exit(77)
    if INNER not in os.environ:
        call = ["xvfb-run", "-a", "-s", "-screen 0 1280x900x24 -nolisten tcp", "dbus-run-session", "--",
                sys.executable, *sys.argv]
        os.execvpe(call[0], call, dict(os.environ, **{INNER: "1"}))

    with tempfile.TemporaryDirectory() as home:
        env = dict(os.environ, HOME=home, XDG_RUNTIME_DIR=home, GDK_BACKEND="x11", GSK_RENDERER="cairo",
                   GSETTINGS_BACKEND="memory", LC_ALL="C.UTF-8")
        for name in ("DATA", "STATE", "CONFIG", "CACHE"):
            env[f"XDG_{name}_HOME"] = os.path.join(home, name.lower())
        empty = median([EMPTY], env)
        full = median([HOTSHOE, "--simulate", "OPENMV4*3"], env)
        large = os.environ.get("HOTSHOE_BENCH_CATALOG")
        if large:
            none = median([HOTSHOE, "--catalog", os.path.join(home, "none", "catalog.db")], env)
            many = median([HOTSHOE, "--catalog", large], env)
    print(f"Window mapped: {1000 * full[0]:.0f} ms, an empty one {1000 * empty[0]:.0f} ms: "
          f"{full[0] / empty[0]:.2f} x (wanted: 2)")
    limit = 1.3 * empty[1] + 30 * 1024
    print(f"Idle memory: {full[1] / 1024:.1f} MB, an empty one {empty[1] / 1024:.1f} MB "
          f"(wanted: {limit / 1024:.1f})")
    if large:
        print(f"On {large}: mapped {1000 * (many[0] - none[0]):.0f} ms after that on an empty catalog (wanted: 300), "
              f"{(many[1] - none[1]) / 1024:.1f} MB more (wanted: 80)")


main()
