#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README's list of error codes is the one that the sources have. Usage: check-readme.py ROOT"""

import os
import re
import sys

TABLES = ("flash/error.c", "store/store-error.c", "app/app-error.c")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as stream:
        return stream.read()


def main():
    root = sys.argv[1]
    in_sources = set()
    for path in TABLES:
        in_sources.update(re.findall(r'\[HS_\w+_ERROR_\w+\]\s*=\s*"([\w-]+)"', read(root, path)))
    section = read(root, "README.md").split("### Error codes")[1].split("\n## ")[0]
    in_readme = set(re.findall(r"^\| `([\w-]+)`", section, re.MULTILINE))
    for code in sorted(in_sources - in_readme):
        print(f"README.md does not explain the error code {code}")
    for code in sorted(in_readme - in_sources):
        print(f"README.md explains {code}, which nothing reports")
    return 1 if in_sources != in_readme else 0


sys.exit(main())
