# SPDX-License-Identifier: GPL-3.0-or-later
"""Slots and the everyday operations, by keyboard: name, order, ignore; erase, reset ROMFS, try,
compare, read."""

import os

from robot import Atspi, can_be_used, has, wait_for

SPEC = "OPENMV4P*2,OPENMV_AE3,RPI_PICO"


def cards(robot):
    """The bench's slots, in the order in which they are read out."""
    return [node.get_name().split(",")[0] for node in robot.nodes()
            if node.get_role_name() == "panel" and node.get_name().startswith("Slot ")]


def operate(robot, slot, item, title):
    """Opens a wizard from a card's menu."""
    robot.focus_window()
    robot.focus_card(slot)
    robot.choose(f"More actions for {slot}", item)
    window = robot.window(title)
    robot.focus_window(title)
    return window


def ready(robot, window, name):
    """The verb waits for the plan, which is made in the background."""
    return robot.find("push button", name, test=can_be_used, top=window)


def close(robot, title):
    robot.click("Close", top=robot.window(title))
    robot.window_gone(title)
    robot.focus_window()


def test_import(robot, bench):
    build = bench.home + "/build"
    bench.run("practice-build", "OPENMV4P", build)
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.find("label", test=lambda n: "Practice build" in n.get_name())
    robot.focus_window()


def test_name_slots(robot, bench):
    for port, name in (("1-1", "left 1"), ("1-2", "left 2")):
        robot.focus_window()
        robot.focus_card(f"port {port}")
        robot.choose(f"More actions for port {port}", "Name This Slot…")
        robot.find("text", "Name of the slot")
        robot.focus_newest()
        robot.type(name)
        robot.keys("Return")
        robot.find("panel", starts=f"Slot {name}")
    assert cards(robot) == ["Slot left 1", "Slot left 2", "Slot port 1-3", "Slot port 1-4"], cards(robot)


def test_order_slots(robot, bench):
    robot.focus_window()
    robot.focus_card("left 2")
    robot.keys("alt+Up")
    wait_for(lambda: cards(robot)[0] == "Slot left 2", "left 2 in front")
    assert robot.focused().get_name().startswith("Slot left 2")
    robot.keys("alt+Down")
    wait_for(lambda: cards(robot)[0] == "Slot left 1", "left 1 in front")
    robot.choose("More actions for left 1", "Move Right")
    wait_for(lambda: cards(robot)[0] == "Slot left 2", "left 2 in front")
    robot.choose("More actions for left 1", "Move Left")
    wait_for(lambda: cards(robot)[0] == "Slot left 1", "left 1 in front")


def test_ignore_a_port(robot, bench):
    robot.choose("More actions for left 2", "Ignore This Port")
    wait_for(lambda: cards(robot) == ["Slot left 1", "Slot port 1-3", "Slot port 1-4"], "one card less")
    robot.choose("More of the Bench", "Ignored Ports…")
    window = robot.window("Ignored Ports")
    robot.click("Watch left 2 again", top=window)
    robot.find("label", "No port is ignored", top=window)
    robot.focus_window("Ignored Ports")
    robot.keys("Escape")
    robot.window_gone("Ignored Ports")
    wait_for(lambda: cards(robot) == ["Slot left 1", "Slot left 2", "Slot port 1-3", "Slot port 1-4"], "all cards")


def test_try_then_flash(robot, bench):
    robot.focus_window()
    robot.keys("ctrl+Return")
    window = robot.window("Flash")
    robot.focus_window("Flash")
    ready(robot, window, "Try It Without Writing")
    robot.keys("alt+t")
    robot.find("alert", "Nothing was written", top=window)
    robot.keys("alt+b")
    ready(robot, window, "Flash 2 Cameras")
    robot.keys("alt+f")
    robot.find("alert", "All 2 cameras passed", top=window)
    assert not robot.nameless(), robot.nameless()
    close(robot, "Flash")


def test_compare(robot, bench):
    window = operate(robot, "left 1", "Compare…", "Compare")
    ready(robot, window, "Compare 1 Camera")
    robot.keys("alt+c")
    robot.find("alert", "The camera holds exactly this", top=window)
    close(robot, "Compare")


def test_erase(robot, bench):
    window = operate(robot, "left 1", "Erase Filesystem…", "Erase Filesystem")
    robot.find("label", starts="It is a re-format, not a wipe", top=window)
    robot.keys("alt+n")
    ready(robot, window, "Erase 1 Filesystem")
    robot.find("alert", starts="The filesystem of the camera is erased.", top=window)
    robot.keys("Return")  # a red verb is not reached by Enter: the focus is on Back
    ready(robot, window, "Next")
    robot.keys("alt+n")
    ready(robot, window, "Erase 1 Filesystem")
    robot.keys("alt+e")
    robot.find("alert", "The filesystem is erased", top=window)
    assert not robot.nameless(), robot.nameless()
    close(robot, "Erase Filesystem")


def test_reset_romfs(robot, bench):
    window = operate(robot, "left 2", "Reset ROMFS…", "Reset ROMFS")
    ready(robot, window, "Reset ROMFS of 1 Camera")
    robot.keys("alt+r")
    robot.find("alert", "ROMFS is reset", top=window)
    close(robot, "Reset ROMFS")


def test_read(robot, bench):
    path = bench.home + "/firmware-of-left-2.bin"
    window = operate(robot, "left 2", "Read Partition…", "Read Partition")
    assert not has(robot.find("push button", "Read FIRMWARE", top=window),
                   Atspi.StateType.SENSITIVE)
    robot.click(starts="Choose…", top=window)
    robot.save_path("Save the Partition", path)
    robot.focus_window("Read Partition")
    ready(robot, window, "Read FIRMWARE")
    robot.keys("alt+r")
    robot.find("alert", "The partition is read", top=window)
    robot.find("push button", "Copy digest", top=window)
    assert os.path.getsize(path) == 0x1C0000, os.path.getsize(path)
    close(robot, "Read Partition")


def test_erase_an_ae3(robot, bench):
    """Of another board than the loaded build's: that needs none."""
    robot.focus_window()
    robot.focus_card("port 1-3")
    robot.keys("space")
    robot.find("label", starts="port 1-3: another board")
    robot.choose("More for the chosen cameras", "Erase Filesystem…")
    window = robot.window("Erase Filesystem")
    robot.focus_window("Erase Filesystem")
    ready(robot, window, "Next")
    robot.keys("alt+n")
    ready(robot, window, "Erase 1 Filesystem")
    robot.keys("alt+e")
    robot.find("alert", "The filesystem is erased", top=window)
    close(robot, "Erase Filesystem")


def test_flash_a_pico(robot, bench):
    build = bench.home + "/pico"
    bench.run("practice-build", "RPI_PICO", build)
    robot.focus_window()
    robot.keys("ctrl+o")
    robot.click("Choose a Folder…")
    robot.type_path("Import a Build Folder", build)
    robot.place("Bench")
    window = operate(robot, "port 1-4", "Flash…", "Flash")
    check = robot.find("check box", "Raspberry Pi Pico", test=can_be_used, top=window)
    for _ in range(12):  # by keyboard alone: past the search to the builds
        if has(check, Atspi.StateType.FOCUSED):
            break
        robot.keys("Tab")
    robot.keys("space")
    ready(robot, window, "Next")
    robot.keys("alt+n")
    robot.find("check box", "firmware.bin", test=can_be_used, top=window)
    robot.keys("alt+n")
    ready(robot, window, "Flash 1 Camera")
    robot.keys("alt+f")
    robot.find("alert", "The camera passed", top=window)
    close(robot, "Flash")


def test_all_in_the_journal(robot, bench):
    slots = bench.ask("slots")["slots"]
    assert [slot["name"] for slot in slots] == ["left 1", "left 2"], slots
    robot.place("Journal")
    robot.find("status bar", starts="Chain unbroken")
