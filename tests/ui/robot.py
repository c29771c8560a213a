# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the window from outside, as a person with assistive technology would: through AT-SPI.

Never asks for screen coordinates: GTK 4 answers with a warning, which ends a program under test.
"""

import re
import subprocess
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

PATIENCE = 20  # seconds; a loaded machine is slow
PAUSE = 0.2
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


def can_be_used(node):
    """On the page that is shown, and sensitive."""
    return has(node, Atspi.StateType.SENSITIVE) and has_place(node)


def has_place(node):
    return node.get_extents(Atspi.CoordType.WINDOW).width > 0


def shown(node):
    """Like walk(), but not below what is hidden, nor into pages behind the one that is shown."""
    yield node
    for child in children(node):
        if child.get_name() == "GtkStackPage" and not any(map(has_place, children(child))):
            continue
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
        self.name = name
        self.heard = []
        self.listener = None
        self.attach()

    def attach(self):
        self.app = wait_for(lambda: self._application(self.name), f"application {self.name}")

    def left(self):
        """The program has ended: its name must be gone before another one takes it."""
        wait_for(lambda: self._application(self.name) is None, f"the end of {self.name}")

    @staticmethod
    def _application(name):
        desktop = Atspi.get_desktop(0)
        return next((app for app in children(desktop) if app.get_name() == name), None)

    def nodes(self, top=None):
        self.app.clear_cache()
        return list(shown(top or self.app))

    def find(self, role=None, name=None, starts=None, test=None, patience=PATIENCE, top=None):
        """@name may be the end: a button with a mnemonic reads twice, "_Back Back"."""
        def fits(node):
            return ((role is None or node.get_role_name() == role)
                    and (name is None or node.get_name().endswith(name))
                    and (starts is None or node.get_name().startswith(starts))
                    and (test is None or test(node)))

        def look():
            self.app.clear_cache()
            return next(filter(fits, shown(top or self.app)), None)

        return wait_for(look, f"{role or 'node'} {name or starts or ''}", patience)

    def click(self, name=None, role="push button", **how):
        node = self.find(role, name, test=can_be_used, **how)
        Atspi.Action.do_action(node, 0)
        return node

    @staticmethod
    def press(node, title="Hotshoe"):
        """With the mouse: GTK 4.8 offers no action on check boxes."""
        window = search(f"^{title}$")[-1]
        lines = sh("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        place = dict(line.split("=") for line in lines)
        box = node.get_extents(Atspi.CoordType.WINDOW)
        sh("xdotool", "mousemove", "--sync", str(int(place["X"]) + box.x + box.width // 2),
           str(int(place["Y"]) + box.y + box.height // 2))
        for action in ("mousedown", "mouseup"):  # as slow as a hand, or GTK loses every other click
            time.sleep(0.15)
            sh("xdotool", action, "1")
        time.sleep(0.15)

    def place(self, name):
        """Goes to one of the window's five places."""
        number = ("Bench", "Builds", "Releases", "Units", "Journal").index(name) + 1
        self.keys(f"ctrl+{number}")
        row = self.find("list item", starts=name,
                        test=lambda n: has(n, Atspi.StateType.SELECTED))
        time.sleep(0.3)
        return row

    def gone(self, role, name):
        wait_for(lambda: not any(node.get_role_name() == role and node.get_name() == name
                                 for node in self.nodes()), f"the end of {role} {name}")

    def _window(self, title):
        self.app.clear_cache()
        return next((top for top in children(self.app) if top.get_name() == title), None)

    def tops(self):
        self.app.clear_cache()
        return list(children(self.app))

    def window(self, title):
        return wait_for(lambda: self._window(title), f"window {title}")

    def window_gone(self, title):
        wait_for(lambda: self._window(title) is None, f"the end of window {title}")

    def rows(self, name):
        """The rows of the list that is called so."""
        found = self.find("list", name)
        return [row for row in children(found) if row.get_role_name() == "list item"]

    def toggle(self, starts):
        node = self.find(test=lambda n: n.get_role_name() in ("toggle button", "switch", "check box")
                         and n.get_name().startswith(starts))
        Atspi.Action.do_action(node, 0)
        return node

    def focus_card(self, slot):
        """Tab goes round the window until it is on the slot's card."""
        key = last = "Tab"
        for _ in range(40):
            focused = self.focused()
            name = focused.get_name() if focused else ""
            if name.startswith(f"Slot {slot}"):
                return
            if name.startswith("Slot "):  # another card: the arrows go round all of them
                key = "Left" if key == "Right" and name == last else "Right"
            last = name
            self.keys(key if name.startswith("Slot ") else "Tab")
            time.sleep(0.1)
        sys.exit(f"the focus does not reach the card of {slot}")

    def focused(self):
        self.app.clear_cache()
        return next((node for node in shown(self.app) if has(node, Atspi.StateType.FOCUSED)), None)

    def follow_focus(self):
        """From now on it is heard of: asking every node takes ten times as long."""
        def moved(event):
            if event.detail1:
                self.heard.append(event.source)

        self.heard = []
        self.listener = Atspi.EventListener.new(moved)
        self.listener.register("object:state-changed:focused")

    def next_focus(self, *keys):
        """What has the focus after these keys; None if they do not move it."""
        context = GLib.MainContext.default()
        while context.iteration(False):
            pass
        self.heard.clear()
        self.keys(*keys)
        end = time.monotonic() + 1
        while not self.heard and time.monotonic() < end:
            if not context.iteration(False):
                time.sleep(0.005)
        return self.heard[-1] if self.heard else None

    @staticmethod
    def focus_window(title="Hotshoe"):
        """There is no window manager: give the window the X focus."""
        pattern = re.sub(r"([?.()])", r"\\\1", title)
        windows = wait_for(lambda: search(f"^{pattern}$"), f"window {title}")
        sh("xdotool", "windowfocus", "--sync", windows[-1])

    @staticmethod
    def keys(*keys):
        for key in keys:
            sh("xdotool", "key", key)

    @staticmethod
    def type(text):
        sh("xdotool", "type", "--delay", "5", text)

    @staticmethod
    def focus_newest():
        """The dialog that has just opened: it has no title of its own."""
        sh("xdotool", "windowfocus", "--sync", max(search("."), key=int))
        time.sleep(0.3)

    def type_path(self, title, path):
        """Into GTK's file chooser."""
        self.focus_window(title)
        self.keys("slash")
        time.sleep(0.5)
        self.type(path[1:])
        time.sleep(0.5)
        self.keys("Return")
        wait_for(lambda: not search(f"^{title}$"), f"the end of {title}")
        time.sleep(1)

    def fill(self, name, text, title="Hotshoe", **how):
        """Whatever the entry held before."""
        self.press(self.find("text", name, test=can_be_used, **how), title)
        self.keys("ctrl+a")
        self.type(text)

    def choose(self, button, item):
        """An item of a menu."""
        node = self.find("push button", button,
                         test=lambda n: Atspi.Action.get_n_actions(n) == 1 and can_be_used(n))
        Atspi.Action.do_action(node, 0)
        Atspi.Action.do_action(self.find("menu item", item), 0)

    def pick(self, name, position, choice, title="Hotshoe", **how):
        """The choice at @position, of a combo box; counted from 0."""
        node = self.find("combo box", name, test=can_be_used, **how)
        self.press(node, title)
        self.wait_for_choices(name)
        self.keys("Home", *["Down"] * position, "Return")
        self.find("label", starts=choice, top=node)

    def wait_for_choices(self, name):
        """The list that a combo box pops up takes the focus."""
        def look():
            node = self.focused()
            return node is not None and node.get_role_name() == "list item" and in_combo(node)

        wait_for(look, f"the choices of {name}")

    def set_number(self, node, number):
        Atspi.Value.set_current_value(node, number)
        wait_for(lambda: Atspi.Value.get_current_value(node) == number, f"{number}")

    @staticmethod
    def scan(text):
        """As fast as a barcode scanner types, with its Enter."""
        sh("xdotool", "type", "--args", "1", "--delay", "2", text, "key", "Return")

    def outline(self):
        """What is shown, one line a node that has a name."""
        lines = []
        for node in self.nodes():
            try:
                name, role = node.get_name(), node.get_role_name()
                if name and not name.startswith(NAMELESS):
                    lines.append(f"{role}: {name}")
            except GLib.Error:
                continue
        return lines

    def save_path(self, title, path):
        """Into GTK's file chooser that asks where to save."""
        self.focus_window(title)
        time.sleep(0.5)
        self.keys("ctrl+a")  # the suffix as well
        self.type(path)
        time.sleep(0.5)
        self.keys("Return")
        wait_for(lambda: not search(f"^{title}$"), f"the end of {title}")

    def nameless(self):
        """What can have the focus and says nothing."""
        bad = []
        for node in self.nodes():
            if not has(node, Atspi.StateType.FOCUSABLE) or node.get_role_name() in PASS_ON:
                continue
            name = node.get_name()
            if (not name or name.startswith(NAMELESS)) and has_place(node) and not in_combo(node):
                bad.append(f"{path(node)}: {name!r}")
        return bad


def in_combo(node):
    """The list that a combo box pops up: the box has the name."""
    while node is not None and node.get_role_name() != "application":
        node = node.get_parent()
        if node is not None and node.get_role_name() == "combo box":
            return True
    return False


def search(pattern):
    return subprocess.run(["xdotool", "search", "--onlyvisible", "--name", pattern], check=False,
                          capture_output=True, text=True).stdout.split()


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
