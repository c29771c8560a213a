# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to units after the bench: shipped by scanning, returned, noted on, recalled."""

import json

from robot import Atspi, wait_for

SPEC = "OPENMV4*2"


def named(robot):
    bad = robot.nameless()
    assert not bad, "\n".join(bad)


def units(bench):
    return json.loads(bench.run("--catalog", bench.catalog, "units", "--json"))["units"]


def press(robot, name):
    """A menu button: its inner part has the action."""
    node = robot.find("push button", name, test=lambda n: Atspi.Action.get_n_actions(n) == 1)
    Atspi.Action.do_action(node, 0)


def choose(robot, item):
    press(robot, "More actions for this unit")
    node = robot.find("menu item", item)
    Atspi.Action.do_action(node, 0)


def focus(robot, name):
    """Tab goes round the window until it is there."""
    for _ in range(20):
        node = robot.focused()
        if node is not None and node.get_name() == name:
            return
        robot.keys("Tab")
    raise AssertionError(f"the focus does not reach {name}")


def test_flash_two(robot, bench):
    robot.keys("ctrl+Return")
    robot.click("Flash 2 Cameras")
    robot.find("alert", "2 cameras passed")
    robot.click("Close", top=robot.window("Flash"))
    robot.focus_window()
    robot.place("Units")
    wait_for(lambda: len(robot.rows("Units found")) == 2, "two units")
    named(robot)


def test_scan_what_is_shipped(robot, bench):
    """A scanner types and presses Enter: that never ships."""
    robot.click("Ship…")
    robot.window("Ship Units")
    robot.focus_window("Ship Units")
    for unit in units(bench):
        robot.type(unit["id"].split(":")[1])
        robot.keys("Return")
    robot.type("bogus")
    robot.keys("Return", "Return")
    robot.find("status bar", "2 units found")
    robot.find("list item", test=lambda n: "bogus" in n.get_name())
    robot.find("status bar", "Say which customer gets them.")
    named(robot)


def test_ship(robot, bench):
    focus(robot, "Customer")
    robot.type("customer 1")
    robot.keys("Escape")  # loses nothing
    focus(robot, "Order")
    robot.type("order 17")
    robot.keys("Return")
    robot.window("Ship Units")
    robot.click("Ship 2 Units")
    robot.window_gone("Ship Units")
    robot.focus_window()
    robot.find("label", starts="At customer 1 · order order 17")
    assert {unit["state"] for unit in units(bench)} == {"shipped"}


def test_register_a_return(robot, bench):
    choose(robot, "Return…")
    robot.find("dialog")
    robot.focus_newest()
    robot.type("frame rate drops when warm")
    robot.keys("Return")
    robot.find("label", starts="Came back: frame rate drops when warm")
    assert sorted(unit["state"] for unit in units(bench)) == ["returned", "shipped"]


def test_note(robot, bench):
    robot.focus_window()
    choose(robot, "Note…")
    robot.find("dialog")
    robot.focus_newest()
    robot.type("lens is scratched")
    robot.keys("Return")
    robot.find("label", "lens is scratched")


def test_correct_the_note(robot, bench):
    robot.focus_window()
    choose(robot, "Correct an Entry…")
    robot.find("list", "Entries that can be corrected")
    robot.focus_newest()
    robot.type("wrong unit")
    robot.keys("Return")
    robot.find("label", test=lambda n: "Corrected: wrong unit" in n.get_name())


def test_filter(robot, bench):
    robot.focus_window()
    press(robot, "Filters")
    robot.find("check box", "returned")
    robot.keys("Tab", "Tab", "Tab", "space")  # the first has the focus
    wait_for(lambda: len(robot.rows("Units found")) == 1, "one unit")
    robot.keys("Escape")
    robot.click("Take away the filter returned")
    wait_for(lambda: len(robot.rows("Units found")) == 2, "two units")


def test_recall(robot, bench):
    robot.focus_window()
    robot.place("Builds")
    robot.click("Recall…")
    robot.window("Recall")
    robot.find("status bar", starts="2 units carry it now")
    robot.find("status bar", starts="1 of them is shipped: customer 1 1")
    named(robot)
    robot.focus_window("Recall")
    robot.keys("Escape")
    robot.window_gone("Recall")
