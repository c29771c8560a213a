# SPDX-License-Identifier: GPL-3.0-or-later
"""A release in the window: written, locked, signed, exported, loaded."""

import json
import os
import time
import zipfile

from robot import Atspi, path, wait_for

SPEC = "OPENMV4*2"


def tab_to(robot, name):
    """Tab until what has the focus, or what it is part of, is called so."""
    seen = []
    for _ in range(40):
        seen.append(path(robot.focused()))
        if name in seen[-1]:
            return
        robot.keys("Tab")
        time.sleep(0.15)
    raise AssertionError(f"the focus does not reach {name}: {seen}")


def choose(robot, name, steps):
    """The row @steps further down in the list that a combo row pops up."""
    tab_to(robot, name)
    robot.keys("space")
    time.sleep(0.6)
    robot.keys(*(["Down"] * steps), "Return")
    time.sleep(0.6)


def test_nothing_yet(robot, bench):
    robot.place("Releases")
    robot.find("label", "No releases yet")


def test_new_release(robot, bench):
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4", build)
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.find("label", test=lambda n: "Practice build" in n.get_name())
    robot.focus_window()
    robot.click("New Release…")
    robot.focus_window("New Release")
    robot.find("label", starts="What is it called")
    robot.find("label", "OPENMV4")
    robot.type("gate-counter")  # the focus is on the first question
    robot.keys("Tab")
    robot.type("1.4.2")


def test_is_written_by_keyboard(robot, bench):
    top = robot.window("New Release")
    choose(robot, "Build for OpenMV Cam H7", 1)
    for title in ("What goes on a camera?", "When has a camera passed?",
                  "Which product number does a unit get?", "Which files does every unit get?",
                  "Is it what you mean?"):
        robot.click("Next", top=top)
        robot.find("label", title, top=top)
    robot.find("label", "gate-counter 1.4.2", top=top)
    robot.find("label", "Nothing stands against locking it.", top=top)
    robot.click("Save Draft", top=top)
    robot.window_gone("New Release")
    robot.focus_window()
    robot.find("label", "draft")


def test_lock(robot, bench):
    robot.click("Lock Release…")
    robot.focus_window("Lock Release")
    top = robot.window("Lock Release")
    robot.find("label", "Lock gate-counter 1.4.2?", top=top)
    tab_to(robot, "Type the version")
    robot.type("1.4.2")
    robot.find(name="matches", top=top)
    robot.keys("Return")  # does nothing on a red verb
    time.sleep(0.5)
    robot.window("Lock Release")
    robot.click("Lock gate-counter 1.4.2", top=top)
    robot.window_gone("Lock Release")
    robot.focus_window()
    robot.find("label", "locked")
    robot.find("label", "Not signed")


def menu(robot, item):
    more = robot.find(name="More actions for this release",
                      test=lambda n: n.get_n_actions() > 0)
    Atspi.Action.do_action(more, 0)
    time.sleep(0.5)
    robot.click(item, role="menu item")


def test_sign(robot, bench):
    menu(robot, "Sign…")
    robot.find("label", "Sign gate-counter 1.4.2")
    robot.focus_newest()
    robot.type("release-desk")
    robot.keys("Return")
    robot.gone("label", "Sign gate-counter 1.4.2")
    robot.focus_window()
    robot.find("label", starts="trusted here")


def test_export(robot, bench):
    path = bench.home + "/gate-counter-1.4.2.hotshoe"
    menu(robot, "Export…")
    robot.focus_window("Export Release")
    time.sleep(0.5)
    robot.keys("ctrl+a")
    robot.type(path)
    time.sleep(0.5)
    robot.keys("Return")
    wait_for(lambda: os.path.exists(path), path)
    with zipfile.ZipFile(path) as bundle:
        assert "manifest.json" in bundle.namelist(), bundle.namelist()
        assert json.loads(bundle.read("manifest.json"))
    robot.focus_window()


def test_load_it(robot, bench):
    # The cards of the bench, behind this page, have buttons of that name too.
    robot.click("Flash…", top=robot.find("push button", "Operator Mode…").get_parent())
    robot.find("label", starts="gate-counter 1.4.2")
    robot.find("push button", starts="Flash 2 Cameras")


def test_flash_it(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+Return")
    top = robot.window("Flash")
    robot.find("label", "Flash 2 cameras with gate-counter 1.4.2", top=top)
    robot.click("Flash 2 Cameras", top=top)
    robot.find("alert", "2 cameras passed", patience=60)
    robot.click("Close", top=robot.window("Flash"))
    robot.window_gone("Flash")


def test_units_and_journal_show_it(robot, bench):
    robot.focus_window()
    robot.place("Units")
    robot.find(name="2 of 2 units")
    robot.find(test=lambda n: "gate-counter 1.4.2" in n.get_name())
    robot.place("Journal")
    robot.find("list item", test=lambda n: "gate-counter 1.4.2" in n.get_name())


def test_its_units_are_a_link_away(robot, bench):
    robot.place("Releases")
    robot.click("Show All")
    robot.find(name="2 of 2 units")
    robot.find("push button", "Take away the filter carries gate-counter 1.4.2")
