# SPDX-License-Identifier: GPL-3.0-or-later
"""From an engineer's build to a recall: two benches, ten cameras, eight units shipped.

An engineer drafts, locks, signs and exports a release. Another bench imports it, trusts the key,
and an operator runs it on what is plugged in, through the scanner. Then units are shipped, one comes
back, the build is recalled; and the command line tells the same story.
"""

import json
import os

from robot import Atspi, has, has_place, search, sh, wait_for

SPEC = "OPENMV4"
CAMERAS = "OPENMV4@off*9,OPENMV4P@off"
EDITOR = "New Release"
LOCK = "Lock Release"
PREFERENCES = "Preferences"
PIN = "PIN of operator mode"
START = "Operator Mode"
MODE = "Operator mode"
SIMULATOR = "Simulator"
RECALL = "Recall"


def named(robot):
    bad = robot.nameless()
    assert not bad, "\n".join(bad)


# -- the engineer's bench


def go_on(robot, heading):
    robot.click("Next")
    robot.find("label", heading, test=has_place)


def test_import_a_build(robot, bench):
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4", build)
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.find("label", test=lambda n: "Practice build" in n.get_name())
    robot.focus_window()


def test_draft(robot, bench):
    robot.place("Releases")
    robot.click("New Release…")
    robot.window(EDITOR)
    robot.focus_window(EDITOR)
    robot.fill("Name", "gate-counter", EDITOR)
    robot.fill("Version", "1.4.2", EDITOR)
    robot.pick("OpenMV Cam H7", 1, "Practice build", EDITOR)
    go_on(robot, "What goes on a camera?")
    go_on(robot, "When has a camera passed?")
    go_on(robot, "Which product number does a unit get?")
    robot.pick("Product number", 3, "Scanned", EDITOR)
    robot.fill("Begins with", "SN-", EDITOR)
    robot.find("status bar", test=lambda n: "SN-" in n.get_name())
    go_on(robot, "Which files does every unit get?")
    go_on(robot, "Is it what you mean?")
    robot.click("Save Draft")
    robot.window_gone(EDITOR)
    robot.find("list item", starts="gate-counter 1.4.2, draft, for OPENMV4")
    robot.find("label", "Nothing stands against locking it.")


def test_lock(robot, bench):
    """Not by clicking: the version has to be typed."""
    robot.focus_window()
    robot.click("Lock Release…")
    robot.window(LOCK)
    robot.focus_window(LOCK)
    lock = robot.find("push button", starts="_Lock gate-counter")
    assert not has(lock, Atspi.StateType.SENSITIVE)
    robot.press(robot.find("text", starts="Type the version of the release"), LOCK)
    robot.type("1.4.2")
    robot.find("status bar", "matches")
    robot.click(starts="_Lock gate-counter")
    robot.window_gone(LOCK)
    robot.find("list item", starts="gate-counter 1.4.2, locked")


def test_sign(robot, bench):
    robot.focus_window()
    robot.choose("More actions for this release", "Sign…")
    robot.find("dialog", "Sign gate-counter 1.4.2")
    robot.focus_newest()
    robot.type("engineering")
    robot.keys("Return")
    robot.gone("dialog", "Sign gate-counter 1.4.2")
    robot.find("label", starts="engineering")
    robot.find("label", starts="trusted here")


def test_export(robot, bench):
    robot.focus_window()
    robot.choose("More actions for this release", "Export…")
    robot.save_path("Export Release", bench.home + "/gate-counter.hotshoe")
    robot.find("label", "Exported gate-counter.hotshoe")
    bench.run("--catalog", bench.catalog, "key", "export", "engineering",
              bench.home + "/engineering.pub")


# -- the factory's bench


def test_another_bench_imports_it(robot, bench):
    bench.restart(robot, "factory", CAMERAS)
    robot.place("Releases")
    robot.click("Import…")
    robot.type_path("Import a Release", bench.home + "/gate-counter.hotshoe")
    robot.find("list item", starts="gate-counter 1.4.2, locked")
    robot.find("label", starts="unknown key")
    robot.find("label", starts="not trusted here")


def test_trust_only_the_engineer(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+comma")
    robot.window(PREFERENCES)
    robot.focus_window(PREFERENCES)
    robot.press(robot.find("page tab", "Releases", test=has_place), PREFERENCES)
    robot.click("Trust a Key…")
    robot.find("dialog", "Trust a Key")
    robot.focus_newest()
    robot.type(bench.home + "/engineering.pub")
    robot.keys("Return")
    robot.gone("dialog", "Trust a Key")
    robot.find("push button", "Distrust key engineering")
    robot.toggle(starts="Run only releases signed")
    wait_for(lambda: bench.ask("key", "list")["required"], "the rule")


def test_set_a_pin(robot, bench):
    robot.focus_window(PREFERENCES)
    robot.press(robot.find("page tab", "Preferences", test=has_place), PREFERENCES)
    robot.click("Set a PIN")
    robot.window(PIN)
    robot.focus_window(PIN)
    robot.type("4711")  # the first has the focus
    robot.fill("New PIN again", "4711", PIN)
    robot.keys("Return")
    robot.window_gone(PIN)
    robot.find("push button", "Change the PIN")
    robot.focus_window(PREFERENCES)
    robot.keys("Escape")
    robot.window_gone(PREFERENCES)


# -- the operator


class Hands:
    """What a person does at the bench, in the Simulator: cameras by the end of their serial."""

    def __init__(self, robot):
        self.robot = robot
        robot.click("Practice: Simulator")
        self.top = robot.window(SIMULATOR)
        robot.focus_window(SIMULATOR)
        sh("xdotool", "windowsize", search(f"^{SIMULATOR}$")[-1], "820", "790")  # all cameras
        plus = robot.find("check box", starts="OpenMV Cam H7 Plus", top=self.top)
        wait_for(lambda: self._bottom(plus) < 790, "room for all cameras")
        self.boxes = [node.get_name().removeprefix("Port of ") for node in robot.nodes(self.top)
                      if node.get_role_name() == "combo box"
                      and node.get_name().startswith("Port of ")]
        assert len(self.boxes) == 10, self.boxes

    @staticmethod
    def _bottom(node):
        box = node.get_extents(Atspi.CoordType.WINDOW)
        return box.y + box.height

    def _menu(self, name, position):
        button = self.robot.find("push button", name, top=self.top)
        self.robot.focus_window(SIMULATOR)
        Atspi.Action.do_action(button, 0)
        self.robot.wait_for_choices(name)
        self.robot.keys("Home", *["Down"] * position, "Return")

    def _port(self, n):
        button = self.robot.find("push button", "Port of " + self.boxes[n], top=self.top)
        label = self.robot.find("label", top=button).get_name()
        return int(label.rsplit("-", 1)[1])

    def plug(self, n, port):
        """Out of whatever port it was in, and what was in that one comes out first."""
        if self._port(n) == port:
            self.robot.toggle(starts=self.boxes[n] + " is plugged in")
            return
        self._menu("Port of " + self.boxes[n], port - 1)
        wait_for(lambda: self._port(n) == port, f"camera {n} at port {port}")

    def break_cable(self, n, request):
        self._menu("What is broken about " + self.boxes[n], 1)
        number = self.robot.find("spin button", "At which request or block, " + self.boxes[n],
                                 top=self.top)
        self.robot.set_number(number, request)


def tile(robot, port, word):
    return robot.find("panel", starts=f"Slot port 1-{port}: {word}", patience=40)


def scan(robot, text):
    robot.focus_window(MODE)
    robot.scan(text)


def enter_mode(robot, quantity):
    robot.focus_window()
    robot.keys("F11")
    robot.window(START)
    robot.set_number(robot.find("spin button", starts="Ordered quantity"), quantity)
    robot.find("label", test=lambda n: "until the PIN is given" in n.get_name())
    robot.click("Start")
    robot.window_gone(START)
    robot.window(MODE)


def give_pin(robot, pin):
    """By hand: what comes as fast as a scanner types is no PIN."""
    robot.focus_window(MODE)
    robot.keys("Escape")
    robot.find("dialog", "Leave operator mode", test=has_place)
    sh("xdotool", "type", "--delay", "150", pin)
    robot.keys("Return")


def leave_mode(robot):
    give_pin(robot, "4711")
    robot.window_gone(MODE)
    robot.focus_window()


def test_operator(robot, bench):
    """A camera that will carry the release already when the order begins."""
    enter_mode(robot, 1)
    hands = Hands(robot)
    hands.plug(8, 1)
    tile(robot, 1, "SCAN")
    scan(robot, "OPERATOR:shift 2")
    robot.find("label", "shift 2")
    scan(robot, "SN-0009")
    tile(robot, 1, "PASS, SN-0009")
    robot.find("panel", "0 left of 1")


def test_pin(robot, bench):
    give_pin(robot, "0000")
    robot.find("alert", "That is not the PIN.")
    robot.keys("Escape")
    robot.find("panel", starts="Slot port 1-1: PASS")
    leave_mode(robot)


def test_ten_cameras(robot, bench):
    enter_mode(robot, 9)
    tile(robot, 1, "PASS, SN-0009")
    robot.find("panel", "1 passed, 1 already")
    hands = Hands(robot)
    hands.plug(9, 2)
    tile(robot, 2, "NOT THIS ONE")
    hands.break_cable(0, 300)
    hands.plug(0, 3)
    tile(robot, 3, "SCAN")
    scan(robot, "SN-0001")
    tile(robot, 3, "FAIL")
    robot.find("panel", "1 failed")
    hands.plug(0, 3)
    tile(robot, 3, "PASS, SN-0001")
    for n, port in ((1, 4), (2, 1), (3, 2), (4, 3), (5, 4), (6, 1), (7, 2)):
        scan(robot, f"SN-000{n + 1}")
        hands.plug(n, port)
        tile(robot, port, f"PASS, SN-000{n + 1}")
    for text in ("9 passed, 1 already", "0 failed", "0 left of 9"):
        robot.find("panel", text)


def test_scan_presses_nothing(robot, bench):
    """The button has the focus that would open the Simulator."""
    robot.focus_window(SIMULATOR)
    robot.keys("Escape")
    robot.window_gone(SIMULATOR)
    robot.focus_window(MODE)
    robot.keys("Tab")
    wait_for(lambda: robot.focused().get_name() == "Practice: Simulator", "the focus on a button")
    robot.scan("OP:shift 3")
    robot.find("label", "shift 3")
    assert [top.get_name() for top in robot.tops()] == [MODE]
    named(robot)
    leave_mode(robot)


# -- what becomes of the units


def unit_states(bench):
    states = {}
    for unit in bench.ask("units")["units"]:
        states.setdefault(unit["state"], []).append(unit["serial"])
    return {state: sorted(serials) for state, serials in states.items()}


def serials(*numbers):
    return [f"SN-{n:04}" for n in numbers]


def test_ship_eight(robot, bench):
    robot.place("Units")
    wait_for(lambda: len(robot.rows("Units found")) >= 9, "nine units")
    robot.click("Ship…")
    robot.window("Ship Units")
    robot.focus_window("Ship Units")
    for serial in serials(*range(1, 9)):
        robot.type(serial)
        robot.keys("Return")
    robot.find("status bar", "8 units found")
    robot.press(robot.find(name="Customer", test=lambda n: n.get_role_name() in ("text", "entry")),
                "Ship Units")
    robot.type("customer 1")
    robot.keys("Escape", "Tab")
    robot.type("order 17")
    robot.click("Ship 8 Units")
    robot.window_gone("Ship Units")
    assert unit_states(bench)["shipped"] == serials(*range(1, 9)), unit_states(bench)


def find_unit(robot, serial):
    """By typing what is on its label."""
    robot.focus_window()
    robot.place("Units")
    robot.keys("ctrl+f", "ctrl+a")
    robot.type(serial)
    wait_for(lambda: len(robot.rows("Units found")) == 1, f"only {serial}")


def test_one_comes_back(robot, bench):
    find_unit(robot, "SN-0003")
    robot.find("label", starts="At customer 1 · order order 17")
    robot.choose("More actions for this unit", "Return…")
    robot.find("dialog")
    robot.focus_newest()
    robot.type("frame rate drops when warm")
    robot.keys("Return")
    robot.find("label", starts="Came back: frame rate drops when warm")
    robot.focus_window()
    robot.choose("More actions for this unit", "Note…")
    robot.find("dialog")
    robot.focus_newest()
    robot.type("lens is scratched")
    robot.keys("Return")
    robot.find("label", "lens is scratched")
    assert unit_states(bench) == {"shipped": serials(1, 2, 4, 5, 6, 7, 8),
                                  "returned": serials(3), "ready": serials(9)}, unit_states(bench)


def test_recall(robot, bench):
    robot.focus_window()
    robot.place("Builds")
    robot.press(robot.find("list item", test=lambda n: "Practice build" in n.get_name()
                           and "9 units" in n.get_name() and has_place(n)))
    robot.click("Recall…")
    robot.window(RECALL)
    robot.find("status bar", starts="9 units carry it now")
    robot.find("status bar", starts="7 of them are shipped: customer 1 7")
    named(robot)
    robot.click("Export CSV…", top=robot.window(RECALL))
    robot.save_path("Export the Recall as CSV or JSON", bench.home + "/recall.csv")
    wait_for(lambda: os.path.exists(bench.home + "/recall.csv"), "the table")
    robot.focus_window(RECALL)
    robot.keys("Escape")
    robot.window_gone(RECALL)


# -- the command line, on the same catalog


def test_same_story(robot, bench):
    release = bench.ask("release", "show", "gate-counter")["release"]
    assert (release["state"], release["units"]) == ("locked", 9), release
    recall = bench.ask("recall", "--release", "gate-counter")
    assert (recall["now"], recall["ever"]) == (9, 9), recall
    shipped = [unit["serial"] for unit in recall["units"] if unit["state"] == "shipped"]
    assert sorted(shipped) == serials(1, 2, 4, 5, 6, 7, 8), recall
    assert {(unit["customer"], unit["order"]) for unit in recall["units"]
            if unit["serial"] in shipped} == {("customer 1", "order 17")}, recall
    with open(bench.home + "/recall.csv", encoding="utf-8") as table:
        lines = table.read().splitlines()
    assert len(lines) == 10, lines  # a head, and nine units
    assert all(any(serial in line for line in lines) for serial in serials(*range(1, 10))), lines


def test_same_counts(robot, bench):
    stats = bench.ask("stats")
    assert stats["today"] == {"failed": 1, "passed": 10, "refused": 1}, stats
    order, first = stats["batches"]
    assert (order["quantity"], order["passed"], order["already"], order["refused"],
            order["open"]) == (9, 9, 1, 1, False), order
    assert (first["quantity"], first["passed"]) == (1, 1), first
    unit = bench.ask("unit", "SN-0003")
    assert unit["state"] == "returned", unit
    text = json.dumps(unit)
    assert "frame rate drops when warm" in text and "lens is scratched" in text, unit
    assert bench.ask("journal", "verify")["ok"]


def refused(bench, cameras, release="gate-counter"):
    run = bench.ask("flash", "--release", release, "--all", status=4, cameras=cameras)["runs"][0]
    return run["error"]["code"]


def test_doors(robot, bench):
    """What is refused in the window is refused at the command line."""
    said = bench.stop()
    assert not said, said
    assert refused(bench, "OPENMV4") == "unit-shipped"
    assert refused(bench, CAMERAS.replace("OPENMV4P@off", "OPENMV4P")) == "wrong-board"
    build = next(build["id"] for build in bench.ask("builds")["builds"]
                 if build["board"] == "OPENMV4")
    last = "OPENMV4@off*8,OPENMV4"
    bench.ask("release", "create", "gate-counter", "1.4.3", "--build", build, cameras=last)
    bench.ask("release", "lock", "gate-counter@1.4.3", cameras=last)
    assert refused(bench, last, "gate-counter@1.4.3") == "unsigned"
    run = bench.ask("flash", "--release", "gate-counter@1.4.2", "--all", cameras=last)["runs"][0]
    assert (run["outcome"], run["already"], run["number"]) == ("passed", True, "SN-0009"), run
    assert bench.ask("journal", "verify")["ok"]
