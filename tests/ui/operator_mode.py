# SPDX-License-Identifier: GPL-3.0-or-later
"""Operator mode from outside: a release is run on what is plugged in, scans press nothing, and
only the PIN lets anybody out."""

import json
import time

from robot import has_place, search, sh, wait_for

SPEC = "OPENMV4*2"
PIN = "2718"
MODE = "Operator mode"


def command(bench, *arguments):
    """Beside the window, on the same catalog; with cameras of its own."""
    text = bench.run("--catalog", bench.catalog, "--simulate", "OPENMV4", "--simulate-dir",
                     bench.home + "/others", "--json", *arguments)
    return json.loads(text)


def type_by_hand(text):
    sh("xdotool", "type", "--delay", "150", text)


def scan(robot, text, answer):
    """What was understood stands there for two seconds: a slow machine looks again."""
    for _ in range(6):
        robot.type(text + "\n")
        try:
            return robot.find("status bar", starts=answer, patience=2)
        except SystemExit:
            pass
    raise AssertionError(f"{text}: never answered {answer}")


def test_a_release_is_locked(robot, bench):
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4", build)
    command(bench, "import", build)
    found = command(bench, "builds")["builds"][0]["id"]
    reasons = [f"{code}=for a test" for code in ("unknown-origin", "empty-romfs")]
    command(bench, "release", "create", "gate-counter", "1.4.2", "--build", found,
            "--serial", "counter:GATE-:4", *[x for r in reasons for x in ("--reason", r)])
    command(bench, "release", "lock", "gate-counter")
    command(bench, "release", "lease", "gate-counter", "1", "100")


def test_set_a_pin(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+comma")
    robot.window("Preferences")
    robot.click("Set a PIN")
    robot.focus_window("PIN of operator mode")
    type_by_hand(PIN)
    robot.keys("Tab", "Tab")
    type_by_hand(PIN)
    robot.click("Set PIN")
    robot.window_gone("PIN of operator mode")
    robot.find("push button", "Change the PIN")
    robot.focus_window("Preferences")
    robot.keys("Escape")
    robot.window_gone("Preferences")


def test_begin(robot, bench):
    robot.focus_window()
    robot.keys("F11")
    robot.window("Operator Mode")
    bad = robot.nameless()
    assert not bad, "\n".join(bad)
    robot.click("Start")
    robot.window(MODE)
    wait_for(lambda: not search("^Hotshoe$"), "the bench's window to hide")


def test_passes(robot, bench):
    for port in ("1-1", "1-2"):
        robot.find("panel", starts=f"Slot port {port}: PASS, GATE-000")
    robot.find("panel", starts="2 passed")
    robot.find("alert", "PASS")
    bad = robot.nameless()
    assert not bad, "\n".join(bad)


def test_a_scan_presses_nothing(robot, bench):
    robot.focus_window(MODE)
    robot.keys("Tab")  # the padlock has the focus
    scan(robot, "OPERATOR:Zoe", "Operator: Zoe")
    robot.find("label", "Zoe")
    scan(robot, " no such unit ", "Not understood")
    assert not any(node.get_role_name() == "dialog" and has_place(node) for node in robot.nodes())


def test_a_scan_is_no_pin(robot, bench):
    robot.keys("Escape")
    robot.find("dialog", "Leave operator mode")
    scan(robot, "OP:Ann", "Operator: Ann")
    robot.find("label", "Ann")
    type_by_hand("2719")
    robot.keys("Return")
    robot.find("alert", "That is not the PIN.")
    robot.window(MODE)


def test_leave_with_the_pin(robot, bench):
    time.sleep(0.5)
    type_by_hand(PIN)
    robot.keys("Return")
    robot.window_gone(MODE)
    robot.window("Hotshoe")


def test_who_carries_it(robot, bench):
    found = command(bench, "release", "list")["releases"][0]
    assert found["units"] == 2, found
