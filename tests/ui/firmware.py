# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware trees and their windows, for the scripts that walk through them."""
import glob
import os
import subprocess
import sys

from robot import Atspi, has, has_place, wait_for

TREES = "Firmware Trees"
MAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "model-tree", "make.py")


def tree_of(bench):
    return bench.home + "/tree"


def make_tree(bench):
    subprocess.run([sys.executable, MAKE, tree_of(bench), "--boards", "OPENMV4,OPENMV_N6", "--sdk",
                    bench.home + "/openmv-sdk-1.6.0"], check=True, stdout=subprocess.DEVNULL)


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


def open_trees(robot):
    robot.focus_window()
    robot.place("Builds")
    robot.choose("More about builds", "Firmware Trees…")
    robot.window(TREES)
    robot.focus_window(TREES)
