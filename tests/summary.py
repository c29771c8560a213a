#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums up meson's testlog.json: the ten slowest tests, what failed, and one plain last line.

What is counted is the single case: each line of a TAP program, and each other program once. A
program that failed without saying which case (a crash, a time-out) counts as one failed case.

--failed LOG names the tests of LOG that tests/run sends a second time; a second LOG has their
results, which then count.
"""

import json
import re
import sys

CASE = re.compile(r"^(ok|not ok)\b(.*)$", re.MULTILINE)
GOOD = ("OK", "EXPECTEDFAIL")
MOST_AGAIN = 6


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


def read(path):
    with open(path, encoding="utf-8") as log:
        return [json.loads(line) for line in log if line.strip()]


def name_for_meson(test):
    """As meson test takes it: the log has "project:suite / name"."""
    return test["name"].rsplit(" / ", 1)[-1]


def worth_another_try(tests):
    """What failed in real time, if it is little: a broken build fails everywhere, and fails."""
    failed = [test for test in tests if test["result"] not in GOOD + ("SKIP",)]
    timed = [test for test in failed if not re.search(r":(lint|catalog)\b", test["name"])]
    return timed if len(failed) <= MOST_AGAIN else []


def merge(tests, again):
    """The second run of a test counts; returns what only passed then, too."""
    better = {test["name"]: test for test in again}
    late = [test["name"] for test in tests
            if test["name"] in better and better[test["name"]]["result"] in GOOD]
    return [better.get(test["name"], test) for test in tests], late


def main():
    if sys.argv[1] == "--failed":
        try:
            print("".join(name_for_meson(test) + "\n" for test in worth_another_try(read(sys.argv[2]))),
                  end="")
        except OSError:
            pass
        return 0

    try:
        tests = read(sys.argv[1])
    except OSError as error:
        print(f"No test ran: {error}")
        print("0 passed, 1 failed")
        return 1
    try:
        tests, late = merge(tests, read(sys.argv[2]))
    except (OSError, IndexError):
        late = []

    print("\nThe ten slowest:")
    for test in sorted(tests, key=lambda t: -t["duration"])[:10]:
        print(f"  {test['duration']:7.2f} s  {test['name']}")

    sums = [count(test) for test in tests]
    passed, failed, skipped = (sum(column) for column in zip(*sums)) if sums else (0, 1, 0)
    for name in late:
        print(f"passed the second time, alone: {name}")
    for test, (_, n_failed, n_skipped) in zip(tests, sums):
        if n_failed:
            print(f"FAILED ({test['result']}): {test['name']}")
        elif n_skipped and test["result"] == "SKIP":
            print(f"skipped: {test['name']}")

    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


sys.exit(main())
