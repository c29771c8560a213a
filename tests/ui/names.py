# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can have the focus has a name, on every page and in every window."""

SPEC = "OPENMV4,OPENMV_N6@dfu,OPENMV_AE3"


def named(robot):
    bad = robot.nameless()
    assert not bad, "\n".join(bad)


def test_places(robot, bench):
    for place in ("Bench", "Builds", "Releases", "Units", "Journal"):
        robot.place(place)
        named(robot)


def test_simulator(robot, bench):
    robot.place("Bench")
    robot.click("Simulator")
    robot.window("Simulator")
    named(robot)


def test_unplug_and_plug(robot, bench):
    switch = "OpenMV AE3"
    robot.find("panel", starts="Slot port 1-3, OpenMV AE3")
    robot.toggle(starts=switch)
    robot.gone("panel", "Slot port 1-3, OpenMV AE3: Ready")
    robot.toggle(starts=switch)
    robot.find("panel", starts="Slot port 1-3, OpenMV AE3")


def test_close_the_simulator(robot, bench):
    robot.click("Close", top=robot.window("Simulator"))
    robot.window_gone("Simulator")


def test_preferences(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+comma")
    robot.window("Preferences")
    named(robot)
    robot.focus_window("Preferences")
    robot.keys("Escape")
    robot.window_gone("Preferences")


def test_shortcuts(robot, bench):
    robot.focus_window()
    robot.keys("F1")
    robot.window("Keyboard Shortcuts")
    robot.focus_window("Keyboard Shortcuts")
    robot.keys("Escape")
    robot.window_gone("Keyboard Shortcuts")


def test_builds_menu(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+b")
    robot.find("list", "Builds that fit a camera here")
    named(robot)
    robot.keys("Escape")


def test_wizard(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+Return")
    robot.window("Flash")
    named(robot)
