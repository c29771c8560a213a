#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of a large catalog: makes one if there is none yet, then measures. Asserts nothing.

    bench-catalog.py MAKE MEASURE FOLDER

HOTSHOE_BENCH_UNITS says how many units (20,000 unless set; what is promised is promised for
1,000,000, see CONTRIBUTING.md). The catalog stays in FOLDER for the next time.
"""

import os
import subprocess
import sys


def main():
    make, measure, folder = sys.argv[1:4]
    units = os.environ.get("HOTSHOE_BENCH_UNITS", "20000")
    path = os.path.join(folder, f"catalog-{units}", "catalog.db")
    done = path + ".made"
    if not os.path.exists(done):
        for name in (path, path + "-wal", path + "-shm", path + ".chain", path + ".lock"):
            if os.path.exists(name):
                os.unlink(name)
        subprocess.run([make, path, units], check=True)
        with open(done, "w", encoding="ascii"):
            pass
    subprocess.run([measure, path], check=True)


main()
