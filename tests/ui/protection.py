# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can read the code: an audit through the window, a protection that refuses without the ending
of the serial, and the pages about boards and about this computer."""

import time

from rescue import Hands
from robot import GLib, can_be_used, has_place, wait_for

SPEC = "OPENMV2,OPENMV_N6"
SPEED = "real"  # a camera that nobody talks to has to start by itself
M4 = "OpenMV Cam M4 V2"
GUIDE = "Protect a Camera"
PATIENCE = 90  # seconds; a whole walk on a loaded machine


def sentence(robot):
    """The page's one sentence: its first alert."""
    try:
        return next((n.get_name() for n in robot.nodes(robot.window(GUIDE))
                     if n.get_role_name() == "alert" and n.get_name() and has_place(n)), "")
    except GLib.Error:  # the page changed meanwhile
        return ""


def follow(robot, hands, until):
    """Does what each sentence of the guide says, once."""
    last, said, end = None, [], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        now = sentence(robot)
        if now == until:
            return
        if now and now != last:
            last = now
            said.append(now)
            hands.obey(now)
        time.sleep(0.2)
    raise AssertionError(f"{until} never came; it said {said}")


def open_audit(robot, slot):
    robot.focus_window()
    robot.focus_card(slot)
    robot.choose(f"More actions for {slot}", "Who Can Read the Code…")
    window = robot.window("Exposure")
    robot.focus_window("Exposure")
    return window


def close(robot, title):
    robot.keys("Escape")
    robot.window_gone(title)
    robot.focus_window()


def verb(robot, name):
    return robot.find("push button", name, top=robot.window("Protect"))


def serial(robot):
    """As the wizard shows it: groups of four."""
    def looks_so(node):
        digits = node.get_name().replace(" ", "")
        return len(digits) == 24 and all(c in "0123456789ABCDEF" for c in digits)

    return robot.find("label", test=looks_so, top=robot.window("Protect")).get_name()


def test_never_checked(robot, bench):
    window = open_audit(robot, "port 1-1")
    robot.find("label", "Never checked", top=window)
    robot.find("label", starts="Checking interrupts the script", top=window)
    assert not can_be_used(robot.find("push button", "Protect…", top=window))
    assert not robot.nameless(), robot.nameless()


def test_check(robot, bench):
    window = robot.window("Exposure")
    robot.click("Check Now", top=window)
    robot.find(test=lambda n: n.get_name() == "4 of 6 doors are open", top=window, patience=60)
    robot.find("label", "Open", top=window)
    robot.find("label", "Not there", top=window)
    robot.find("label", starts="Gave 4096 bytes of FIRMWARE", top=window)
    robot.find("label", "Requested", top=window)


def test_protect_says_what_it_does_not_do(robot, bench):
    robot.click("Protect…", top=robot.window("Exposure"), patience=60)
    window = robot.window("Protect")
    robot.focus_window("Protect")
    robot.find("label", starts="Does not close USB", top=window)
    robot.find("label", starts="Going back erases everything", top=window)
    assert not robot.nameless(), robot.nameless()
    robot.click("Next", top=window)
    robot.find("label", starts="Over USB, through the chip", top=window)
    robot.click("Next", top=window)
    robot.find("label", starts="Protect this unit at level 1?", top=window)


def test_refuses_without_the_ending(robot, bench):
    window = robot.window("Protect")
    assert not can_be_used(verb(robot, "Protect This Unit"))
    robot.press(robot.find("check box", starts="I have a spare", top=window), "Protect")
    robot.fill("Type the last 8 characters of its serial", "00000000", "Protect", top=window)
    robot.find(starts="does not match", top=window)
    assert not can_be_used(verb(robot, "Protect This Unit"))
    robot.keys("Return")
    robot.find("label", starts="Protect this unit at level 1?", top=window)
    assert "protection.requested" not in kinds(bench)


def test_enter_does_nothing_on_a_red_verb(robot, bench):
    window = robot.window("Protect")
    ending = serial(robot).replace(" ", "")[-8:]
    robot.fill("Type the last 8 characters of its serial", ending, "Protect", top=window)
    robot.find(starts="matches", top=window)
    wait_for(lambda: can_be_used(verb(robot, "Protect This Unit")), "the verb")
    robot.keys("Return")
    robot.find("label", starts="Protect this unit at level 1?", top=window)


def test_the_guide_leads(robot, bench):
    """It asks nothing twice: the first thing it wants is the hand."""
    robot.click("Protect This Unit", top=robot.window("Protect"))
    robot.window_gone("Protect")
    robot.find("alert", "Unplug the camera.", top=robot.window(GUIDE))
    assert not robot.nameless(), robot.nameless()
    assert "protection.written" not in kinds(bench)


def test_walk(robot, bench):
    """A person who only does what the page says."""
    robot.click("Simulator", top=robot.window("Hotshoe"))
    robot.window("Simulator")
    follow(robot, Hands(robot, M4, "BOOT and RST"), "Level 1 is in force, and was seen.")
    for kind in ("protection.requested", "protection.written", "protection.observed"):
        assert kind in kinds(bench), kinds(bench)


def test_it_is_known(robot, bench):
    """Requested, written and observed, apart; and the way back instead of the way there."""
    robot.click("Close", top=robot.window(GUIDE))
    robot.window_gone(GUIDE)
    window = robot.window("Exposure")
    robot.find("push button", "Remove Protection…", top=window)
    levels = [node for node in robot.nodes(window) if node.get_name().startswith("level 1, ")]
    assert len(levels) == 3, [node.get_name() for node in levels]
    robot.focus_window("Exposure")
    close(robot, "Exposure")


def test_not_offered_says_why(robot, bench):
    window = open_audit(robot, "port 1-2")
    robot.find("label", starts="This chip has no readout protection", top=window)
    assert not any(node.get_name().startswith("Protect…") for node in robot.nodes(window))
    close(robot, "Exposure")


def test_boards(robot, bench):
    robot.choose("Main Menu", "Boards…")
    window = robot.window("Boards")
    robot.focus_window("Boards")
    rows = [row.get_name() for row in robot.rows("Boards")]
    assert M4 in rows and "OpenMV AE3" in rows, rows
    robot.find("label", "37C5:9202", top=window)
    robot.find("label", "has never met hardware", top=window)
    assert not robot.nameless(), robot.nameless()
    close(robot, "Boards")


def test_doctor(robot, bench):
    robot.choose("Main Menu", "Doctor…")
    window = robot.window("Doctor")
    robot.focus_window("Doctor")
    robot.find("label", "This machine", top=window)
    assert not robot.nameless(), robot.nameless()
    robot.click("Check Again", top=window, patience=60)
    robot.find("push button", "Check Again", test=can_be_used, top=window, patience=60)
    robot.find("label", "This machine", top=window)
    close(robot, "Doctor")


def test_catalog(robot, bench):
    assert "audit.made" in kinds(bench), kinds(bench)


def kinds(bench):
    return [entry["kind"] for entry in bench.ask("journal")["journal"]]
