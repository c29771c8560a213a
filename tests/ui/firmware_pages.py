# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware from source, by keyboard: a tree and its board, a build that comes to nothing, and one
that is stopped."""
import glob
import os
import subprocess
import sys

from robot import Atspi, can_be_used, has, has_place, wait_for

SPEC = "OPENMV4"
TREES = "Firmware Trees"
BUILD = "Build From Source"
MAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "model-tree", "make.py")
APPLICATION = "import time\n\nwhile True:\n    time.sleep(1)\n"


def tree_of(bench):
    return bench.home + "/tree"


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def changed(bench):
    """Files that are not as they were committed."""
    lines = subprocess.run(["git", "-C", tree_of(bench), "status", "--short"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return sorted(line[3:] for line in lines)


def processes(bench):
    """Of a build: they run somewhere in the tree."""
    found = []
    for link in glob.glob("/proc/[0-9]*/cwd"):
        try:
            if os.readlink(link).startswith(tree_of(bench)):
                found.append(read(link[:-len("cwd")] + "cmdline").replace("\0", " ").strip())
        except OSError:  # it has ended
            continue
    return found


def named(robot):
    # libadwaita's own button that closes a toast.
    # A row of the log that is being filled with another line has no name for a moment.
    bad = [line for line in robot.nameless()
           if "AdwToastWidget" not in line and "list(Log)" not in line]
    assert not bad, "\n".join(bad)


def text(robot, starts, **how):
    return robot.find(None, starts=starts, test=has_place, **how)


def opened(robot, before):
    """The window that was not there before; whatever it reads is read."""
    def look():
        return next((top for top in robot.tops() if top.get_name() not in before), None)

    def settled():
        again = [node for node in robot.nodes(robot.window(title))
                 if node.get_name() == "Read the tree again"]
        return all(has(node, Atspi.StateType.SENSITIVE) for node in again)

    title = wait_for(look, "a new window").get_name()
    wait_for(settled, f"the end of reading in {title}")
    return title


def open_action(robot, name):
    robot.focus_window(TREES)
    before = [top.get_name() for top in robot.tops()]
    robot.click(name, top=robot.window(TREES))
    title = opened(robot, before)
    robot.focus_window(title)
    return title


def close(robot, title):
    robot.focus_window(title)
    robot.keys("Escape")
    robot.window_gone(title)


def spoken(node):
    """The name of what has the focus; of a combo box when the focus is on the button in it."""
    if node is not None and node.get_name() == "GtkToggleButton":
        node = node.get_parent()
    return node.get_name() if node is not None else ""


def focused(robot, title):
    """Each window has its own."""
    return next((n for n in robot.nodes(robot.window(title)) if has(n, Atspi.StateType.FOCUSED)),
                None)


def focus(robot, title, starts, key="Tab", most=60):
    """Goes there with the keyboard."""
    passed = []
    for _ in range(most):
        node = focused(robot, title)
        passed.append(spoken(node))
        if passed[-1].startswith(starts):
            return node
        robot.keys(key)
    sys.exit(f"the focus does not reach {starts}, it passes {passed}")


def test_add_a_tree(robot, bench):
    subprocess.run([sys.executable, MAKE, tree_of(bench), "--boards", "OPENMV4,OPENMV_N6", "--sdk",
                    bench.home + "/openmv-sdk-1.6.0"], check=True)
    open_trees(robot)
    robot.find("push button", "Add a Folder…", test=can_be_used)
    named(robot)
    robot.click("Add a Folder…")
    robot.type_path("Add a Firmware Tree", tree_of(bench))
    robot.find("label", starts="v5.1.0-1", patience=60)
    named(robot)


def open_trees(robot):
    robot.focus_window()
    robot.place("Builds")
    robot.choose("More about builds", "Firmware Trees…")
    robot.window(TREES)
    robot.focus_window(TREES)


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
