# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the window from outside, as a person with assistive technology would: through AT-SPI.

Never asks for screen coordinates: GTK 4 answers with a warning, which ends a program under test.
"""

import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 20  # seconds; a loaded machine is slow
PAUSE = 0.05
NAMELESS = ("Gtk", "Adw", "Hs")
# Containers that take the focus only to hand it on, or hold nothing but named children.
PASS_ON = {"filler", "panel", "scroll pane", "viewport", "split pane"}


def children(node):
    for i in range(node.get_child_count()):
        try:
            child = node.get_child_at_index(i)
        except GLib.Error:  # vanished meanwhile
            child = None
        if child is not None:
            yield child


def walk(node):
    yield node
    for child in children(node):
        yield from walk(child)


def has(node, state):
    return node.get_state_set().contains(state)


def is_shown(node):
    """GTK 4.8 sets neither SHOWING nor ENABLED on widgets."""
    return has(node, Atspi.StateType.VISIBLE)


def shown(node):
    """Like walk(), but not below what is hidden."""
    yield node
    for child in children(node):
        if is_shown(child) or child.get_role_name() in ("filler", "unknown"):
            yield from shown(child)


def wait_for(look, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            found = look()
            if found:
                return found
        except GLib.Error:
            pass
        time.sleep(PAUSE)
    sys.exit(f"waited {patience} s in vain for {what}")


class Robot:
    """One running program."""

    def __init__(self, name):
        self.app = wait_for(lambda: self._application(name), f"application {name}")

    @staticmethod
    def _application(name):
        desktop = Atspi.get_desktop(0)
        return next((app for app in children(desktop) if app.get_name() == name), None)

    def nodes(self, top=None):
        self.app.clear_cache()
        return list(shown(top or self.app))

    def find(self, role=None, name=None, starts=None, test=None, patience=PATIENCE, top=None):
        def fits(node):
            return ((role is None or node.get_role_name() == role)
                    and (name is None or node.get_name() == name)
                    and (starts is None or node.get_name().startswith(starts))
                    and (test is None or test(node)))

        def look():
            return next((node for node in self.nodes(top) if fits(node)), None)

        return wait_for(look, f"{role or 'node'} {name or starts or ''}", patience)

    def click(self, name=None, role="push button", **how):
        node = self.find(role, name, test=lambda n: has(n, Atspi.StateType.SENSITIVE), **how)
        Atspi.Action.do_action(node, 0)
        return node

    def place(self, name):
        """Goes to one of the window's five places."""
        number = ("Bench", "Builds", "Releases", "Units", "Journal").index(name) + 1
        self.keys(f"ctrl+{number}")
        row = self.find("list item", starts=name,
                        test=lambda n: has(n, Atspi.StateType.SELECTED))
        time.sleep(0.3)
        return row

    def focus_window(self, title="Hotshoe"):
        """There is no window manager: give the window the X focus."""
        windows = sh("xdotool", "search", "--onlyvisible", "--name", f"^{title}$").split()
        sh("xdotool", "windowfocus", "--sync", windows[-1])

    @staticmethod
    def keys(*keys):
        for key in keys:
            sh("xdotool", "key", key)

    @staticmethod
    def type(text):
        sh("xdotool", "type", "--delay", "5", text)

    def nameless(self):
        """What can have the focus and says nothing."""
        bad = []
        for node in self.nodes():
            if not has(node, Atspi.StateType.FOCUSABLE) or node.get_role_name() in PASS_ON:
                continue
            name = node.get_name()
            if not name or name.startswith(NAMELESS):
                bad.append(f"{path(node)}: {name!r}")
        return bad


def path(node):
    names = []
    while node is not None and node.get_role_name() != "application":
        names.append(f"{node.get_role_name()}({node.get_name()[:30]})")
        node = node.get_parent()
    return " < ".join(names[:6])


def sh(*command):
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout.strip()
