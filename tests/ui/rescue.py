# SPDX-License-Identifier: GPL-3.0-or-later
"""A person who only does what the page says brings dead cameras back: one without a bootloader,
with the jumper forgotten on it once, and one whose firmware is half there."""

import time

from robot import GLib, Atspi, can_be_used, has, has_place, wait_for

SPEC = "OPENMV4@no-bootloader,OPENMV4P@half-written"
GUIDE = "Recover a Camera"
PATIENCE = 90  # seconds; a whole rescue on a loaded machine


class Hands:
    """What a person does to one camera, in the Simulator."""

    def __init__(self, robot, board, pads):
        self.robot = robot
        self.plug_switch = f"{board}, …"
        self.jumper_switch = f"Jumper on {pads}, {board}, …"
        self.forgets = 0  # how often the jumper stays on though the page says otherwise

    def set(self, starts, on):
        node = self.robot.find("check box", starts=starts)
        if has(node, Atspi.StateType.CHECKED) != on:
            Atspi.Action.do_action(node, 0)
            time.sleep(0.5)

    def obey(self, sentence):
        """One sentence of the page, word by word."""
        if sentence.startswith("Unplug"):
            self.set(self.plug_switch, False)
        if "onnect" in sentence:
            self.set(self.jumper_switch, True)
        if "take the jumper off" in sentence:
            if self.forgets > 0:
                self.forgets -= 1
            else:
                self.set(self.jumper_switch, False)
        if "lug the camera in" in sentence or "plug it in" in sentence:
            self.set(self.plug_switch, True)


def guide(robot):
    return robot.window(GUIDE)


def alerts(robot):
    """What the page says aloud; nothing while it changes under the eye."""
    try:
        return [n.get_name() for n in robot.nodes(guide(robot))
                if n.get_role_name() == "alert" and n.get_name() and has_place(n)]
    except GLib.Error:
        return []


def sentence(robot):
    """The page's one sentence: its first alert."""
    return next(iter(alerts(robot)), "")


def open_guide(robot, board, slot=None):
    robot.focus_window()
    robot.choose("Main Menu", "Recover a Camera…")
    window = robot.window("Recover a Camera")
    robot.focus_window("Recover a Camera")
    row = robot.find("list item", board, top=window, test=lambda n: n.get_name() == board)
    robot.press(row, "Recover a Camera")
    robot.find("label", board, top=window, test=lambda n: n.get_name() == board and has_place(n))
    robot.find("push button", "Start", top=window, test=can_be_used)
    robot.keys("alt+s")
    robot.find("label", starts="Step ")  # the same window, with its first page gone
    return guide(robot)


def follow(robot, hands, until):
    """Does what each sentence says, once; where nothing comes of it the way around is taken that
    the page offers. Returns all sentences and alerts."""
    said, meant = [], []
    end = time.monotonic() + PATIENCE
    last, since = None, 0.0
    while time.monotonic() < end:
        now = sentence(robot)
        meant += [text for text in alerts(robot) if text not in meant]
        if now == until:
            return said, meant
        if now and now != last:
            said.append(now)
            last, since = now, time.monotonic()
            hands.obey(now)
        elif time.monotonic() - since > 6:
            around = [n for n in robot.nodes(guide(robot)) if has_place(n)
                      and n.get_name().startswith("Nothing Happens")]
            if around:
                Atspi.Action.do_action(around[0], 0)
            since = time.monotonic()
        time.sleep(0.2)
    raise AssertionError(f"{until} never came; it said {said}, {meant}")


def test_import(robot, bench):
    for board in ("OPENMV4", "OPENMV4P"):
        build = f"{bench.home}/{board}"
        bench.run("practice-build", board, build)
        robot.focus_window()
        robot.keys("ctrl+o")
        robot.click("Choose a Folder…")
        robot.type_path("Import a Build Folder", build)
        robot.find("label", test=lambda n: "Practice build" in n.get_name())
    robot.focus_window()


def test_simulator(robot, bench):
    robot.click("Simulator")
    robot.window("Simulator")


def test_without_bootloader(robot, bench):
    """The jumper is forgotten on it once: the page says so, and asks again."""
    open_guide(robot, "OpenMV Cam H7")
    hands = Hands(robot, "OpenMV Cam H7", "BOOT and RST")
    hands.forgets = 1
    said, meant = follow(robot, hands, "The camera is back.")
    assert any("onnect BOOT and RST, then plug" in text for text in said), said
    assert said.count("Unplug the camera, and take the jumper off.") == 2, said
    assert any("the jumper is still in place" in text for text in meant), meant


def test_close(robot, bench):
    assert not robot.nameless(), robot.nameless()
    robot.click("Close", top=guide(robot))
    robot.window_gone(GUIDE)
    robot.focus_window()
    robot.find("panel", starts="Slot port 1-1, OpenMV Cam H7")


def test_half_written(robot, bench):
    """No jumper: the cheap rescue is enough."""
    open_guide(robot, "OpenMV Cam H7 Plus")
    said, _ = follow(robot, Hands(robot, "OpenMV Cam H7 Plus", "BOOT and RST"),
                     "The camera is back.")
    assert not any("onnect" in text for text in said), said
    robot.click("Close", top=guide(robot))
    robot.window_gone(GUIDE)


def test_catalog(robot, bench):
    """Both are in the catalog: the write through the ROM, which shows no id, was joined to its
    unit by what its new bootloader holds."""
    units = wait_for(lambda: len(bench.ask("units")["units"]) == 2 and bench.ask("units")["units"],
                     "two units")
    assert {unit["board"] for unit in units} == {"OPENMV4", "OPENMV4P"}, units
