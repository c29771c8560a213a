# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware from source, by keyboard: a tree and its board, a build that comes to nothing, and one
that is stopped."""
from firmware import (TREES, close, focus, focused, make_tree, named, open_action, open_trees,
                      processes, read, spoken, text, tree_of, write)
from robot import Atspi, can_be_used, has, has_place, wait_for

SPEC = "OPENMV4"
BUILD = "Build From Source"
APPLICATION = "import time\n\nwhile True:\n    time.sleep(1)\n"


def test_add_a_tree(robot, bench):
    make_tree(bench)
    open_trees(robot)
    robot.find("push button", "Add a Folder…", test=can_be_used)
    named(robot)
    robot.click("Add a Folder…")
    robot.type_path("Add a Firmware Tree", tree_of(bench))
    robot.find("label", starts="v5.1.0-1", patience=60)
    named(robot)


def test_choose_a_board(robot, bench):
    """Typed into the search of the drop-down."""
    robot.focus_window(TREES)
    focus(robot, TREES, "Board")
    robot.keys("space")
    wait_for(lambda: spoken(focused(robot, TREES)) != "Board", "the boards")
    robot.type("OPENMV_N6")
    robot.keys("Down", "Return")
    text(robot, "What a build of OPENMV_N6 needs")
    close(robot, TREES)


def start_build(robot):
    """Through the wizard's pages, by keyboard."""
    robot.focus_window()
    robot.place("Builds")
    open_trees(robot)
    text(robot, "What a build of OPENMV4 needs")
    open_action(robot, "Build…")
    for verb in ("Next", "Next", "Build"):
        button = robot.find("push button", test=lambda n, verb=verb: can_be_used(n)
                            and n.get_name().replace("_", "").startswith(verb),
                            top=robot.window(BUILD), patience=60)
        named(robot)
        Atspi.Action.do_action(button, 0)
    robot.window_gone(BUILD)
    close(robot, TREES)
    robot.focus_window()


def test_failed_build(robot, bench):
    """Too much for the flash: what to do about it, and the line that says so."""
    write(bench.home + "/main.py", APPLICATION + "".join(
        f'TEXT{n} = "{chr(97 + n % 26) * 15000}{n}"\n' for n in range(90)))
    bench.ask("freeze", "OPENMV4", "--tree", tree_of(bench), "--main", bench.home + "/main.py")
    start_build(robot)
    robot.find(None, test=lambda n: "too large for OPENMV4" in n.get_name() and has_place(n),
               patience=60)
    robot.find("push button", "Open Freeze…", test=can_be_used)
    named(robot)
    robot.keys("F8")
    robot.find("list item", test=lambda n: has(n, Atspi.StateType.SELECTED)
               and "region" in n.get_name())
    bench.ask("freeze", "undo", "OPENMV4", "--tree", tree_of(bench))


def test_stopped_build(robot, bench):
    """Nothing of it stays."""
    before = bench.ask("builds")["builds"]
    makefile = tree_of(bench) + "/Makefile"
    write(makefile, "MODEL_SLEEP = 600\n" + read(makefile))
    start_build(robot)
    wait_for(lambda: any(line.startswith("sleep 600") for line in processes(bench)), "its sleep", 60)
    robot.click("Stop")
    text(robot, "stopped by you after", patience=30)
    assert processes(bench) == [], processes(bench)
    assert bench.ask("builds")["builds"] == before
    robot.find("push button", "Build Again", test=can_be_used)
    named(robot)
