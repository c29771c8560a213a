#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who can read the code: audits, and readout protection set and taken off by a user who does nothing
but what the guide says."""
import json
import signal
import subprocess

import bench as rig
import rescues

RDP = {"OPENMV2": 1, "OPENMV3": 1}


class User(rescues.User):
    """The same hands, along another guide."""

    def __init__(self, bench, command, unit, *options, jumper=False, **more):
        ending = unit[-8:]
        self.real_popen = subprocess.Popen
        bench_command = bench.command

        def own_command(*_):
            return bench_command(command, "--unit", unit, "--port", "1-1", "--confirm", ending,
                                 "--spare", "--events", "--hands", "-", "--patience",
                                 rescues.PATIENCE, *options)

        bench.command = own_command
        try:
            super().__init__(bench, None, **more)
        finally:
            bench.command = bench_command
        self.jumper = jumper


def audit(bench, *options, expect=0):
    run = bench.run("audit", *options, "--json", expect=expect).json["runs"][0]
    return run, {door["door"]: door for door in run.get("doors", [])}


def states(doors):
    return {name: door["state"] for name, door in doors.items()}


def known_unit(bench):
    """Audited once, so that the catalog has it."""
    run, _ = audit(bench)
    assert run["outcome"] == "passed", run
    return run["unit"].split(":")[1]


def camera_state(bench):
    return json.loads((bench.camera_folders()[0] / "state.json").read_text())


def rdp_byte(bench):
    return camera_state(bench)["options"][2:4].lower()


def entries(bench, *kinds):
    journal = bench.run("journal", "--json").json["journal"]
    found = [entry for entry in reversed(journal) if entry["kind"] in kinds]
    return [(entry["kind"], entry["payload"] if isinstance(entry["payload"], dict)
             else json.loads(entry["payload"])) for entry in found]


# --- audits ---

def test_stock(bench):
    bench.spec = "OPENMV4"
    run, doors = audit(bench)
    assert states(doors) == {"debug-port": "open", "rom": "not-checked", "bootloader": "open",
                             "repl": "open", "drive": "open", "external": "not-there"}, doors
    assert doors["bootloader"]["bytes"] == 4096 and run["level"] == 0, run
    assert run["left_in"] == "app", run
    text = bench.run("audit").out
    assert "4 of 6 doors are open. Anyone with a USB cable can copy the firmware" in text, text


def test_without_upload(bench):
    bench.spec = "OPENMV4+no_upload"
    _, doors = audit(bench)
    assert doors["bootloader"]["state"] == "closed", doors
    assert doors["repl"]["state"] == "open", doors


def test_closed_prompt(bench):
    bench.spec = "OPENMV4+app_no_repl"
    _, doors = audit(bench)
    assert doors["repl"]["saw"] == "protocol-answered", doors
    assert doors["debug-port"]["state"] == "not-checked", doors
    bench.spec = "OPENMV2+app_silent"
    _, doors = audit(bench, "--port", "1-1")
    assert states(doors)["repl"] == "closed", doors
    assert states(doors)["bootloader"] == "not-checked", doors


def test_protected_as_found(bench):
    bench.spec = "OPENMV2@protected"
    run, doors = audit(bench)
    assert run["level"] == 1 and doors["debug-port"]["saw"] == "level-1", run
    assert doors["bootloader"]["state"] == "open", doors


def test_rom(bench):
    """With the jumper set: read and shown, on every family; nothing is written."""
    for board in ["OPENMV2", "OPENMV3", "OPENMV4"]:
        bench.spec = board + "@rom"
        run, doors = audit(bench, "--port", "1-1", "--board", board)
        assert doors["rom"]["state"] == "open" and run["level"] == 0, (board, run)
        assert run["option_bytes"][2:4] == "aa", run
        for folder in bench.camera_folders():
            for path in sorted(folder.iterdir()):
                path.unlink()
            folder.rmdir()


def test_rom_of_a_known_unit(bench):
    """Half of its id, which the ROM shows, and its board come from the catalog."""
    bench.spec = "OPENMV2"
    unit = known_unit(bench)
    path = bench.camera_folders()[0] / "state.json"
    state = json.loads(path.read_text())
    state.update(mode="rom", jumper=True)
    path.write_text(json.dumps(state))
    run, doors = audit(bench, "--unit", unit)
    assert doors["rom"]["state"] == "open" and run["unit"].endswith(unit), run
    assert run["board"] == "OPENMV2", run


def test_other_chips(bench):
    for board, debug in [("OPENMV_N6", "not-checked"), ("ARDUINO_NANO_RP2040_CONNECT", "cant-close")]:
        bench.spec = board
        _, doors = audit(bench, "--port", "1-1")
        assert doors["debug-port"]["state"] == debug, (board, doors)
        for folder in bench.camera_folders():
            for path in sorted(folder.iterdir()):
                path.unlink()
            folder.rmdir()


# --- wrong usage, and what is refused ---

def test_usage(bench):
    bench.spec = "OPENMV2"
    unit = known_unit(bench)
    good = ["--confirm", unit[-8:], "--spare"]
    for command in ["protect", "unprotect"]:
        for wrong in [["--all"] + good, good, ["--unit", unit, "--unit", "other"] + good,
                      ["--unit", unit, "--spare"], ["--unit", unit, "--way", "magic"] + good,
                      ["--unit", unit, "--all"] + good, ["--unit", unit, "--level", "2"] + good,
                      ["--unit", unit, "--value", "0xCC"] + good, ["--unit", unit, "0xCC"] + good,
                      ["--unit", unit, "--rdp=204"] + good]:
            bench.run(command, *wrong, expect=2)
        bench.run(command, "--unit", unit, "--confirm", "12345678", "--spare", expect=4)
        bench.run(command, "--unit", unit, "--confirm", unit[-7:], "--spare", expect=4)
        bench.run(command, "--unit", unit, "--confirm", unit[-8:], expect=4)
        bench.run(command, "--unit", "FFFFFFFF", *good, expect=3)
    assert rdp_byte(bench) == "aa"
    assert not entries(bench, "protection.requested", "protection.written")


def test_not_offered(bench):
    for board in ["OPENMV4", "OPENMV_N6", "OPENMV_RT1060", "ARDUINO_PORTENTA_H7"]:
        bench.spec = board
        run, _ = audit(bench, "--port", "1-1")
        unit = run["unit"].split(":")[1]
        error = bench.run("protect", "--unit", unit, "--confirm", unit[-8:], "--spare", "--json",
                          expect=4).json["error"]
        assert error["code"] == "not-offered", error
        for folder in bench.camera_folders():
            for path in sorted(folder.iterdir()):
                path.unlink()
            folder.rmdir()


# --- along the guides ---

def protect(bench, board, **more):
    bench.spec = board
    unit = known_unit(bench)
    user = User(bench, "protect", unit, **more)
    status = user.go()
    assert status == 0 and user.ended["outcome"] == "done", user.story()
    return unit, user


def test_protect(bench):
    unit, user = protect(bench, "OPENMV2")
    assert user.steps[0] in ("confirm", "unplug") and user.steps[-1] == "done", user.steps
    assert rdp_byte(bench) == "bb"
    story = [(kind, payload["level"]) for kind, payload in
             entries(bench, "protection.requested", "protection.written", "protection.observed")]
    assert story[-3:] == [("protection.requested", 1), ("protection.written", 1),
                          ("protection.observed", 1)], story
    before = entries(bench, "protection.requested")[-1][1]["before"]
    after = entries(bench, "protection.written")[-1][1]["options"]
    assert before[2:4] == "aa" and after == before[:2] + "bb" + before[4:], (before, after)
    run, doors = audit(bench)
    assert run["level"] == 1 and doors["bootloader"]["state"] == "open", run
    known = bench.run("unit", unit, "--json").json["protection"]
    assert [known[fact]["level"] for fact in ("requested", "written", "observed")] == [1, 1, 1], known
    page = bench.run("unit", unit).out
    assert "observed     level 1" in page and "doors are open" in page, page
    assert not [line for line in page.splitlines() if "audit " in line and "Passed" in line], page


def test_stopped_between(bench):
    """Written, and gone before anybody looked: said, and not called nothing."""
    bench.spec = "OPENMV2"
    unit = known_unit(bench)
    hands = bench.root / "hands"
    hands.write_text("step unplug\nunplug 1\nstep set-jumper\njumper 1 on\nplug 1\n"
                     "step never\n")
    walk = bench.start("protect", "--unit", unit, "--confirm", unit[-8:], "--spare", "--hands", hands)
    for line in walk.stdout:
        if "take the jumper off" in line:
            walk.send_signal(signal.SIGINT)
            break
    out = walk.communicate(timeout=60)[0]
    assert walk.returncode == 130 and "was not seen in force" in out, (walk.returncode, out)
    assert f"hotshoe audit --unit stm32:{unit}" in out, out
    assert rdp_byte(bench) == "bb"
    known = bench.run("unit", unit, "--json").json["protection"]
    assert (known["written"]["level"], known["observed"]["level"]) == (1, 0), (known, out)


def test_protect_forgotten_jumper(bench):
    _, user = protect(bench, "OPENMV3", forgets=("jumper", "removal"))
    assert any("jumper is not in place" in meaning for meaning in user.meanings), user.meanings
    assert any("still in place" in meaning for meaning in user.meanings), user.meanings
    assert rdp_byte(bench) == "bb"


def test_protect_silent_firmware(bench):
    """Firmware that does not tell its level: then the ROM bootloader has to show it."""
    unit, user = protect(bench, "OPENMV2+app_no_repl")
    assert "observe-rom" in user.steps, user.steps
    assert entries(bench, "protection.observed")[-1][1]["evidence"] == "rom-refuses"


def test_unprotect_and_rescue(bench):
    unit, _ = protect(bench, "OPENMV2")
    build = rescues.build_for(bench, "OPENMV2")
    user = User(bench, "unprotect", unit)
    status = user.go()
    assert status == 0 and user.ended["outcome"] == "done", user.story()
    assert rdp_byte(bench) == "aa"
    folder = bench.camera_folders()[0]
    assert set((folder / "BOOTLOADER.bin").read_bytes()) == {0xff}
    again = rescues.User(bench, build)
    again.jumper = True
    again.rescue()
    run, _ = audit(bench)
    assert run["level"] == 0 and run["left_in"] == "app", run


def test_unprotect_of_an_open_chip(bench):
    """It is not sent to a chip that lets itself be read."""
    bench.spec = "OPENMV2"
    unit = known_unit(bench)
    user = User(bench, "unprotect", unit)
    status = user.go()
    assert status != 0, user.story()
    folder = bench.camera_folders()[0]
    assert set((folder / "BOOTLOADER.bin").read_bytes()) != {0xff}
    assert not entries(bench, "protection.requested")


if __name__ == "__main__":
    rig.run(globals())
