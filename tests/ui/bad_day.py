# SPDX-License-Identifier: GPL-3.0-or-later
"""A camera is pulled while it is written: the card says so, and Retry makes it whole again."""

SPEC = "OPENMV4"
SPEED = "real"
CARD = "Slot port 1-1, OpenMV Cam H7"
SWITCH = "OpenMV Cam H7, "


def test_flash_one(robot, bench):
    robot.click("Simulator")
    robot.focus_window()
    robot.keys("ctrl+Return")
    robot.click("Flash 1 Camera")
    robot.find("status bar", starts="Writing firmware, sector 2")


def test_go_on_at_the_bench(robot, bench):
    robot.focus_window("Flash")
    robot.keys("Escape")
    robot.window_gone("Flash")
    robot.find("panel", starts=CARD + ": Writing firmware")
    robot.find("list item", "Bench, 1 running")


def test_closing_asks(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+w")
    robot.click("Keep It Open")
    robot.find("panel", starts=CARD + ": Writing firmware")


def test_pull_it(robot, bench):
    robot.toggle(starts=SWITCH)
    robot.find("panel", starts=CARD + ": Failed")
    words = robot.find("progress bar", "Flash of the camera").get_description()
    assert "1 failed" in words and "unknown" in words, words


def test_details(robot, bench):
    robot.click("Details", top=robot.find("panel", starts=CARD))
    robot.find("label", starts="camera-gone")
    robot.click("Close", top=robot.find("dialog"))


def test_retry(robot, bench):
    robot.toggle(starts=SWITCH)
    robot.click("Retry")
    robot.find("panel", starts=CARD + ": Passed", patience=60)


def test_label(robot, bench):
    robot.click("Label…")
    robot.find("dialog")
    robot.focus_newest()
    robot.type("GATE-0471")
    robot.keys("Return")
    robot.find("label", "GATE-0471")
