# SPDX-License-Identifier: GPL-3.0-or-later
"""The windows about a board of a firmware tree, with the keyboard alone: each is opened, walked
round and closed; what one of them writes is shown before, and taken back."""
import sys
import time

from firmware import (TREES, changed, focus, focused, make_tree, named, open_trees, opened, spoken,
                      text, tree_of, write)
from robot import Atspi, can_be_used, has, has_place, wait_for

SPEC = "OPENMV4"
EDITS = "What Hotshoe Wrote"
BUILD = "Build From Source"
SWITCH = "Switch features of OPENMV4"
MACROS = "boards/OPENMV4/imlib_config.h"
MOST = 120  # places of one window


def go(robot, starts, key="Tab"):
    """The focus goes there from where it is."""
    passed = []
    while len(passed) < MOST:
        node = robot.next_focus(key)
        passed.append(spoken(node))
        if passed[-1].startswith(starts):
            return node
    sys.exit(f"the focus does not reach {starts}, it passes {passed}")


def go_round(robot, title):
    """Tab by Tab until it is where it began. Nothing on the way is without a name."""
    first = robot.next_focus("Tab")
    names = [spoken(first)]
    silent = 0  # the text of a row with an entry does not tell that it has the focus
    while len(names) < MOST:
        node = robot.next_focus("Tab")
        silent = silent + 1 if node is None else 0
        assert silent < 3, f"{title}: the focus stays, it passed {names}"
        if node is None:
            continue
        if node == first:
            assert all(names) and not any(n.startswith(("Gtk", "Adw", "Hs")) for n in names), names
            return names
        names.append(spoken(node))
    sys.exit(f"{title}: the focus does not come round, it passes {names}")


def open_by_key(robot, button):
    """Its title; the focus is in it."""
    robot.focus_window(TREES)
    go(robot, button)
    before = [top.get_name() for top in robot.tops()]
    robot.keys("space")
    title = opened(robot, before)
    robot.focus_window(title)
    return title


def leave(robot, title):
    robot.keys("Escape")
    robot.window_gone(title)


def walk(robot, button, least):
    title = open_by_key(robot, button)
    named(robot)
    names = go_round(robot, title)
    assert len(names) >= least, (title, names)
    leave(robot, title)


def test_open(robot, bench):
    make_tree(bench)
    open_trees(robot)
    robot.click("Add a Folder…")
    robot.type_path("Add a Firmware Tree", tree_of(bench))
    robot.focus_window(TREES)
    text(robot, "What a build of OPENMV4 needs")
    robot.follow_focus()
    assert len(go_round(robot, TREES)) > 12


def choose_board(robot, typed, *keys):
    robot.focus_window(TREES)
    focus(robot, TREES, "Board")
    robot.keys("space")
    wait_for(lambda: spoken(focused(robot, TREES)) != "Board", "the boards")
    robot.type(typed)
    if keys:
        time.sleep(0.4)  # what does not fit goes some time after the last key
    robot.keys(*keys, "Return")
    text(robot, f"What a build of {typed} needs")


def test_two_boards(robot, bench):
    """Typed into the search of the drop-down, one after the other."""
    choose_board(robot, "OPENMV_N6", "Down")
    choose_board(robot, "OPENMV4", "Down")
    choose_board(robot, "OPENMV_N6")
    choose_board(robot, "OPENMV4")


def test_build_wizard(robot, bench):
    """Its first board has the focus."""
    open_by_key(robot, "Build…")
    robot.find("check box", "Build OPENMV4", patience=60,
               test=lambda n: has(n, Atspi.StateType.CHECKED))
    wait_for(lambda: spoken(focused(robot, BUILD)) == "Build OPENMV4", "the focus on OPENMV4")
    go_round(robot, BUILD)
    leave(robot, BUILD)


def test_boot(robot, bench):
    walk(robot, "What Runs at Boot", 2)


def test_readiness(robot, bench):
    walk(robot, "Readiness Check", 4)


def test_features(robot, bench):
    """Seen before it is written."""
    title = open_by_key(robot, "Features…")
    named(robot)
    assert len(go_round(robot, title)) > 10
    robot.type("qrcodes")
    text(robot, "IMLIB_ENABLE_QRCODES")
    wait_for(lambda: not any(has_place(n) for n in robot.nodes(robot.window(title))
                             if n.get_name().startswith("PNG")), "only what fits")
    go(robot, "QR")
    robot.keys("space")
    text(robot, "1 switched.")
    go(robot, "Changes…")
    robot.keys("space")
    robot.window(SWITCH)
    robot.focus_window(SWITCH)
    write_it = robot.find("push button", test=lambda n: "1 File" in n.get_name() and can_be_used(n))
    text(robot, MACROS)
    named(robot)
    assert changed(bench) == [], "written before it was shown"
    go_round(robot, SWITCH)
    while robot.next_focus("Tab") != write_it:
        pass
    robot.keys("Return")
    robot.window_gone(SWITCH)
    assert changed(bench) == [MACROS], changed(bench)
    text(robot, "Nothing is switched yet")  # read again
    robot.focus_window(title)
    go(robot, "Search features", "shift+Tab")
    robot.keys("Escape")  # what was typed
    text(robot, "PNG encoder")
    leave(robot, title)


def test_undo(robot, bench):
    title = open_by_key(robot, EDITS)
    robot.find("list item", starts=SWITCH, test=has_place)
    text(robot, MACROS)
    named(robot)
    go_round(robot, title)
    go(robot, "_Undo…")
    robot.keys("space")
    robot.find("label", SWITCH, test=has_place)
    robot.focus_newest()
    robot.keys("alt+u")
    wait_for(lambda: changed(bench) == [], "the end of the change")
    text(robot, "Undone")
    robot.focus_window(title)
    leave(robot, title)


def test_memory(robot, bench):
    walk(robot, "Memory…", 3)


def test_models(robot, bench):
    walk(robot, "Models…", 4)


def test_romfs(robot, bench):
    """A file is added and the image saved."""
    walk(robot, "ROMFS…", 8)
    notes = write(bench.home + "/notes.txt", "seen from the keyboard\n")
    image = bench.home + "/mine.img"
    title = open_by_key(robot, "ROMFS…")
    robot.find(None, starts="fomo_face_detection", test=has_place)
    robot.keys("Insert")
    robot.type_path("Add Files", notes)
    robot.find(None, starts="notes.txt", test=has_place)
    robot.focus_window(title)
    robot.keys("ctrl+s")
    robot.save_path("Save Image", image)
    robot.find("label", "mine.img", test=has_place)
    names = [file["name"] for file in bench.ask("romfs", "list", image)["files"]]
    assert "notes.txt" in names and len(names) > 4, names
    robot.focus_window(title)
    robot.keys("Escape")  # the first after a file chooser may be lost: there is no window manager
    leave(robot, title)
    assert changed(bench) == [], changed(bench)


def test_debug(robot, bench):
    walk(robot, "Debug…", 6)


def test_cloud(robot, bench):
    walk(robot, "Cloud Builds…", 4)
