# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that can have the focus has a name, on every page and in every window."""

import time

SPEC = "OPENMV4,OPENMV_N6@dfu,OPENMV_AE3"


def named(robot):
    # libadwaita's own button that closes a toast.
    bad = [line for line in robot.nameless() if "AdwToastWidget" not in line]
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
    robot.focus_window("Flash")
    robot.keys("Escape")
    robot.window_gone("Flash")


def test_thrown_away(robot, bench):
    robot.focus_window()
    robot.place("Releases")
    robot.click("New Release…")
    robot.focus_window("New Release")
    robot.type("gate-counter")
    robot.keys("Escape")
    robot.find("label", "Throw away what was changed?")
    named(robot)
    robot.click("Throw Away")
    robot.window_gone("New Release")


def test_new_release(robot, bench):
    robot.focus_window()
    robot.place("Releases")
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4", build)
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.focus_window()
    robot.click("New Release…")
    robot.focus_window("New Release")
    top = robot.window("New Release")
    robot.find("label", "OPENMV4", top=top)
    named(robot)
    robot.type("gate-counter")
    robot.keys("Tab")
    robot.type("1.4.2")
    robot.keys("Tab", "Tab", "space")
    time.sleep(0.6)
    robot.keys("Down", "Return")


def test_pages_of_the_editor(robot, bench):
    top = robot.window("New Release")
    for title in ("What goes on a camera?", "When has a camera passed?",
                  "Which product number does a unit get?", "Which files does every unit get?"):
        robot.click("Next", top=top)
        robot.find("label", title, top=top)
        named(robot)
    robot.click("Add a File", top=top)
    named(robot)
    robot.click("Remove this file", top=top)
    robot.click("Next", top=top)
    robot.find("label", "gate-counter 1.4.2", top=top)
    named(robot)
    robot.click("Save Draft", top=top)
    robot.window_gone("New Release")
    named(robot)


def test_lock(robot, bench):
    robot.focus_window()
    robot.click("Lock Release…")
    robot.window("Lock Release")
    named(robot)
    robot.focus_window("Lock Release")
    robot.keys("Escape")
    robot.window_gone("Lock Release")


def test_ship(robot, bench):
    robot.focus_window()
    robot.place("Units")
    robot.click("Ship…")
    robot.window("Ship Units")
    named(robot)
    robot.focus_window("Ship Units")
    robot.keys("Escape")
    robot.window_gone("Ship Units")
