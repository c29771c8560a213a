# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job in the window, by keyboard: import, load, choose, flash, prove, find the unit."""

from robot import Atspi, has, wait_for

SPEC = "OPENMV4*3"


def test_places_by_keyboard(robot, bench):
    for place in ("Builds", "Releases", "Units", "Journal", "Bench"):
        robot.place(place)


def test_practice_is_said(robot, bench):
    robot.find("label", starts="Practice: these cameras are simulated")


def test_import_a_folder(robot, bench):
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4", build)
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.find("label", test=lambda n: "Practice build" in n.get_name())
    robot.focus_window()


def test_nothing_goes_without_a_build(robot, bench):
    go = robot.find("push button", starts="Flash 3 Cameras")
    assert has(go, Atspi.StateType.SENSITIVE)


def test_choose_by_keyboard(robot, bench):
    robot.focus_card("port 1-1")
    robot.keys("space")
    robot.find("label", "1 chosen: port 1-1")
    robot.keys("Right", "space")
    robot.find("label", "2 chosen: port 1-1, port 1-2")
    robot.keys("Escape")
    robot.find("label", starts="3 ready")
    robot.keys("ctrl+a")
    robot.find("label", starts="3 chosen")
    robot.focus_card("port 1-3")
    robot.keys("space")
    robot.find("label", "2 chosen: port 1-1, port 1-2")


def test_flash(robot, bench):
    robot.keys("ctrl+Return")
    robot.click("Flash 2 Cameras")
    robot.find("alert", "2 cameras passed")
    robot.click("Close", top=robot.window("Flash"))


def test_cards_passed(robot, bench):
    for port in ("1-1", "1-2"):
        robot.find("panel", f"Slot port {port}, OpenMV Cam H7: Passed")
    robot.find("panel", "Slot port 1-3, OpenMV Cam H7: Ready")
    strip = robot.find("progress bar", "Flash of the camera",
                       top=robot.find("panel", starts="Slot port 1-1"))
    words = strip.get_description()
    assert "BOOT locked" in words and "read back" in words and "written" not in words, words
    robot.find("label", "Today on this bench")
    robot.find("label", starts="2 passed")


def test_units_in_the_catalog(robot, bench):
    robot.place("Units")
    wait_for(lambda: len(robot.rows("Units found")) == 2, "two units")
    robot.find("label", "read back, equal")


def test_journal(robot, bench):
    robot.place("Journal")
    robot.find("list item", test=lambda n: "passed" in n.get_name())
    robot.find("status bar", starts="Chain unbroken")
    robot.keys("ctrl+g")
    robot.find("push button", "Go")
    robot.keys("Return")  # today
    robot.find("list item", test=lambda n: "passed" in n.get_name())
    robot.click(starts="Up to ")
