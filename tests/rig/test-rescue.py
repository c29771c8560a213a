#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An RT1062 brought back by its ROM, over the real libusb: reports on the control endpoint out and
on the interrupt endpoint in, another device after the jump, and hands that do what is said."""

import hashlib
import json
import os
import subprocess
import threading
import time

import rig
from rig import MAKE_BUILD, SANITIZERS, Rig, equal, read, require

BOARD = "OPENMV_RT1060"
IDE = os.path.join("openmvide", "share", "qtcreator", "firmware", BOARD)


def make_ide(bus):
    """The files that only OpenMV IDE has, where it has them."""
    call = [MAKE_BUILD, "--ide", bus.path("openmvide")]
    subprocess.run(call, env=dict(os.environ, ASAN_OPTIONS=SANITIZERS), check=True)


def hands(bus, steps):
    """What the sentence of the last step tells a person to do, who needs a moment to read it: a
    guide that sees that it is not needed has gone on by then."""
    step = steps[-1]
    time.sleep(0.3)
    if steps[-1] != step:
        return
    if step == "set-jumper":
        bus.ctl("jumper", 0, "on")
        bus.ctl("plug", 0)
    elif step in ("unplug", "unplug-once-more"):
        bus.ctl("unplug", 0)
    elif step == "remove-jumper":
        bus.ctl("unplug", 0)
        bus.ctl("jumper", 0, "off")
    elif step == "plug-in-again":
        bus.ctl("plug", 0)


def recover(bus, build, *words, status=0):
    """Runs the guide; returns its steps, its questions and what came of its jobs."""
    call = [rig.HOTSHOE, "--catalog", bus.catalog, "--events", "recover", "--board", BOARD,
            "--port", bus.stat(0)["port"], "--build", build, "--patience", "2", *words]
    steps, wants, runs = [], [], []
    with bus.start(*call, stdin=subprocess.DEVNULL) as program:
        for line in program.stdout:
            event = json.loads(line)
            if event.get("event") == "guide":
                steps.append(event["step"])
                threading.Thread(target=hands, args=(bus, steps)).start()
            elif event.get("event") == "wants":
                wants.append(event["wants"])
            elif event.get("event") == "finished":
                runs.append(event["result"])
        error = program.stderr.read()
    equal(program.returncode, status, f"exit status after {steps}, {error}")
    return steps, wants, runs


def fuses(bus):
    """What was burnt, as the chip itself knows."""
    return bus.ctl("burns", 0)


def rescue(mode, *words):
    with Rig(BOARD + mode) as bus:
        make_ide(bus)
        folder = bus.make_build(BOARD, size=64 * 1024)
        build = bus.hotshoe("import", folder)["build"]
        steps, wants, runs = recover(bus, build, *words)
        sbl = read(bus.path(os.path.join(IDE, "blhost_flash_loader.bin")))
        image = read(os.path.join(folder, "firmware.bin"))
        equal(bus.ctl("sha", 0, "SBL", len(sbl)), hashlib.sha256(sbl).hexdigest(), "second bootloader")
        equal(bus.ctl("sha", 0, "FIRMWARE", len(image)), hashlib.sha256(image).hexdigest(), "firmware")
        require("write-bootloader" in steps and steps[-1] == "done", f"steps: {steps}")
        equal([run["outcome"] for run in runs][-1], "passed", f"last run of {runs}")
        bus.wait(0, mode="app")
        bus.hotshoe("journal", "verify")
        return wants, fuses(bus)


def no_bootloader():
    """Its second bootloader is gone; it ran before, so that its fuse is burnt."""
    wants, burnt = rescue("@no-bootloader")
    require("confirmation" not in wants, f"nothing to confirm: {wants}")
    equal(burnt, "", "burnt")


def blank():
    """As the chip came: the fuse is burnt once, after somebody said so."""
    wants, burnt = rescue("@blank", "--confirm", BOARD, "--spare")
    require("confirmation" in wants, f"asked: {wants}")
    equal(burnt, "6:00000010", "burnt")


if __name__ == "__main__":
    rig.main([no_bootloader, blank])
