#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The long silent step of MicroPython's build: preprocesses files with the compiler."""
import subprocess
import sys


def main():
    output, compiler = sys.argv[1:3]
    command = [compiler, "-E", *sys.argv[3:]]
    with open(output, "wb") as file:
        done = subprocess.run(command, stdout=file)
    if done.returncode != 0:
        print(f"Command '{command}' returned non-zero exit status {done.returncode}.",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
