# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-ins for vendors' programs share.

They print what the real programs print, check how they are called, and write the flash of a
simulated camera as the real ones would that of a real one. HOTSHOE_STANDIN is a comma-separated
list of how they behave: each program names its own words. HOTSHOE_STANDIN_LOG names a file that
every call is added to.
"""

import json
import os
import sys
import time

MODES = [mode for mode in os.environ.get("HOTSHOE_STANDIN", "").split(",") if mode]


def say(text="", end="\n"):
    sys.stdout.write(text + end)
    sys.stdout.flush()


def log():
    path = os.environ.get("HOTSHOE_STANDIN_LOG")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps([os.path.basename(sys.argv[0])] + sys.argv[1:]) + "\n")


def hang():
    while True:
        time.sleep(1)


def mode(name):
    return name in MODES


def remember(name, value=None):
    """A word that outlives the call, in the folder HOTSHOE_STANDIN_STATE; None: only reads it."""
    folder = os.environ.get("HOTSHOE_STANDIN_STATE")
    path = os.path.join(folder, name) if folder else None
    if path and value is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(value)
    if path and os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            return file.read()
    return None


def find_camera(board):
    """The folder of the simulated camera of that board that is in its ROM; None: there is none."""
    folder = os.environ.get("HOTSHOE_SIMULATED_CAMERAS")
    for name in sorted(os.listdir(folder)) if folder else ():
        path = os.path.join(folder, name, "state.json")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        if state.get("board") == board and state.get("mode") == "rom":
            return os.path.join(folder, name)
    return None


def write_flash(folder, partition, data, size):
    """In place: the simulation has the file open. What lies behind is erased flash."""
    with open(os.path.join(folder, partition + ".bin"), "r+b") as file:
        file.write(data + b"\xff" * (size - len(data)))
