#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up meson's testlog.json: the ten slowest tests, what failed, and one plain last line.

What is counted is the single case: each line of a TAP program, and each other program once. A
program that failed without saying which case (a crash, a time-out) counts as one failed case.
"""

import json
import re
import sys

CASE = re.compile(r"^(ok|not ok)\b(.*)$", re.MULTILINE)
GOOD = ("OK", "EXPECTEDFAIL")


def count(test):
    """Returns (passed, failed, skipped) of one test program."""
    passed = failed = skipped = 0
    if test["result"] == "SKIP":
        return 0, 0, 1
    for verdict, rest in CASE.findall(test.get("stdout") or ""):
        if re.search(r"#\s*skip", rest, re.IGNORECASE):
            skipped += 1
        elif verdict == "ok" or re.search(r"#\s*todo", rest, re.IGNORECASE):
            passed += 1
        else:
            failed += 1
    good = test["result"] in GOOD
    if good and not passed and not skipped:
        passed = 1
    if not good and not failed:
        failed = 1
    return passed, failed, skipped


def main():
    try:
        with open(sys.argv[1], encoding="utf-8") as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except OSError as error:
        print(f"No test ran: {error}")
        print("0 passed, 1 failed")
        return 1

    print("\nThe ten slowest:")
    for test in sorted(tests, key=lambda t: -t["duration"])[:10]:
        print(f"  {test['duration']:7.2f} s  {test['name']}")

    sums = [count(test) for test in tests]
    passed, failed, skipped = (sum(column) for column in zip(*sums)) if sums else (0, 1, 0)
    for test, (_, n_failed, n_skipped) in zip(tests, sums):
        if n_failed:
            print(f"FAILED ({test['result']}): {test['name']}")
        elif n_skipped and test["result"] == "SKIP":
            print(f"skipped: {test['name']}")

    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


sys.exit(main())
