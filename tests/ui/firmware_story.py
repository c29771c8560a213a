# SPDX-License-Identifier: GPL-3.0-or-later
"""From a script to a camera, by hand: a firmware tree is added, an application frozen into it, the
firmware built, and a camera flashed with it, which then reports the new version."""
import glob
import os
import subprocess
import sys

from robot import Atspi, can_be_used, has, has_place, wait_for

SPEC = "OPENMV4"
TREES = "Firmware Trees"
FREEZE = "Freeze an Application"
BUILD = "Build From Source"
FLASH = "Flash"
EDITS = "What Hotshoe Wrote"
MAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "model-tree", "make.py")


def tree_of(bench):
    return bench.home + "/tree"


def changed(bench):
    return subprocess.run(["git", "-C", tree_of(bench), "status", "--short"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout.splitlines()


def press_when_ready(robot, starts, title, patience=120):
    """A wizard's button that waits for something; marked with the letter of its shortcut."""
    button = robot.find("push button", patience=patience, top=robot.window(title), test=lambda n:
                        n.get_name().replace("_", "").startswith(starts)
                        and has(n, Atspi.StateType.SENSITIVE) and has_place(n))
    name = button.get_name().replace("_", "")
    robot.press(button, title)
    return name


def test_add_a_tree(robot, bench):
    subprocess.run([sys.executable, MAKE, tree_of(bench), "--boards", "OPENMV4", "--sdk",
                    bench.home + "/openmv-sdk-1.6.0"], check=True)
    with open(bench.home + "/main.py", "w", encoding="utf-8") as file:
        file.write('import time\n\nMARK = "marker-of-the-window"\nwhile True:\n    time.sleep(1)\n')
    robot.place("Builds")
    robot.choose("More about builds", "Firmware Trees…")
    robot.window(TREES)
    robot.focus_window(TREES)
    robot.click("Add a Folder…")
    robot.type_path("Add a Firmware Tree", tree_of(bench))
    robot.find("label", starts="v5.1.0-1", patience=60)
    robot.focus_window(TREES)


def test_freeze(robot, bench):
    robot.click(starts="Freeze an Application")
    robot.window(FREEZE)
    robot.focus_window(FREEZE)
    robot.find("label", "What goes into the firmware?", test=has_place, patience=60)
    robot.click("Choose the file for main.py")
    robot.type_path("Choose main.py", bench.home + "/main.py")
    robot.focus_window(FREEZE)
    press_when_ready(robot, "Next", FREEZE)
    robot.find("label", "main.py", test=has_place)
    press_when_ready(robot, "Next", FREEZE)
    assert changed(bench) == [], "written before it was shown"
    press_when_ready(robot, "Write 2 Files", FREEZE)
    robot.find(None, "Written to the firmware tree", test=has_place, patience=60)
    assert sorted(line[3:] for line in changed(bench)) == [
        "boards/OPENMV4/manifest.py", "scripts/libraries/main.py"], changed(bench)
    press_when_ready(robot, "Close", FREEZE)
    robot.window_gone(FREEZE)


def test_build(robot, bench):
    robot.focus_window(TREES)
    robot.click(starts="Build…", top=robot.window(TREES))
    robot.window(BUILD)
    robot.focus_window(BUILD)
    robot.find("check box", "Build OPENMV4", patience=60,
               test=lambda n: has(n, Atspi.StateType.CHECKED))
    for _ in range(6):
        if press_when_ready(robot, ("Next", "Build"), BUILD).startswith("Build"):
            break
    robot.window_gone(BUILD)
    robot.focus_window()
    robot.find(None, test=lambda n: "is in the catalog" in (n.get_name() or ""), patience=180)
    builds = bench.ask("builds")["builds"]
    assert any((build.get("version") or "").startswith("v5.1.0-1") for build in builds), builds
    with open(tree_of(bench) + "/build/OPENMV4/bin/firmware.bin", "rb") as file:
        assert b"marker-of-the-window" in file.read()


def test_flash(robot, bench):
    robot.click("Load on Bench")
    robot.place("Bench")
    robot.click(starts="Flash 1 Camera")
    robot.click("Flash 1 Camera", top=robot.window(FLASH))
    robot.find("alert", starts="The camera passed", patience=60)
    robot.click("Close", top=robot.window(FLASH))
    with open(glob.glob(bench.cameras + "/*/FIRMWARE.bin")[0], "rb") as file:
        assert b"marker-of-the-window" in file.read()


def test_unit_shows_it(robot, bench):
    robot.focus_window()
    robot.place("Units")
    wait_for(lambda: len(robot.rows("Units found")) == 1, "the unit")
    robot.find("label", test=lambda n: "5.1.0" in n.get_name() and has_place(n))
    unit = wait_for(lambda: bench.ask("units")["units"], "the unit on the command line")[0]
    story = bench.ask("unit", unit["id"])
    assert story["runs"][0]["outcome"] == "passed", story


def test_undo(robot, bench):
    """The tree is again what it was before anything was frozen."""
    robot.focus_window()
    robot.place("Builds")
    robot.choose("More about builds", "Firmware Trees…")
    robot.window(TREES)
    robot.focus_window(TREES)
    robot.click(EDITS, top=robot.window(TREES))
    robot.window(EDITS)
    robot.focus_window(EDITS)
    button = robot.find("push button", top=robot.window(EDITS), test=lambda n:
                        n.get_name().replace("_", "").startswith("Undo…") and can_be_used(n))
    robot.press(button, EDITS)
    robot.focus_newest()
    robot.keys("alt+u")
    wait_for(lambda: changed(bench) == [], "the end of what was frozen")
    robot.find("label", "Undone", test=has_place)
    assert not os.path.exists(tree_of(bench) + "/scripts/libraries/main.py")
