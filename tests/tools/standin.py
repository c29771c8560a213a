# SPDX-License-Identifier: GPL-3.0-or-later
"""What the stand-ins for vendors' programs share.

They print what the real programs print, check how they are called, and write the flash of a
simulated camera as the real ones would that of a real one. HOTSHOE_STANDIN is a comma-separated
list of how they behave: each program names its own words. HOTSHOE_STANDIN_LOG names a file that
every call is added to. With HOTSHOE_STANDIN_LIMIT Hotshoe waits so many seconds for them, and not
minutes.
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
    """Whether it is to behave so; "NAME-once": only the first time that it asks itself."""
    once = name + "-once"
    if once in MODES and remember(once) is None:
        remember(once, "it was")
        return True
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


def find_camera(board, modes=("rom",)):
    """The folder of the simulated camera of that board that is in its ROM, or another of @modes;
    None: there is none."""
    folder = os.environ.get("HOTSHOE_SIMULATED_CAMERAS")
    for name in sorted(os.listdir(folder)) if folder else ():
        path = os.path.join(folder, name, "state.json")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        if state.get("board") == board and state.get("mode") in modes:
            return os.path.join(folder, name)
    return None


def write_flash(folder, partition, data, size):
    """In place: the simulation has the file open. What lies behind is erased flash."""
    with open(os.path.join(folder, partition + ".bin"), "r+b") as file:
        file.write(data + b"\xff" * (size - len(data)))


# --- Alif's SE tools ---

PARTS = ("AE302F80F55D5AE", "AE302F80F55D5LE")
TOOLKIT = "1.107.0"
OLD = "1.104.0"


def fail(text):
    say("[ERROR] " + text)
    sys.exit(1)


class Chip:
    """The chip behind the serial port that the tools were told of: in their files, or (se-fork) as
    arguments. Takes the latter out of @arguments."""

    def __init__(self, arguments):
        folder = os.getcwd()
        with open(os.path.join(folder, "isp_config_data.cfg"), encoding="utf-8") as file:
            words = dict(line.split(" ", 1) for line in file.read().splitlines())
        with open(os.path.join(folder, "utils", "global-cfg.db"), encoding="utf-8") as file:
            config = json.load(file)
        with open(os.path.join(folder, "global-cfg.db"), encoding="utf-8") as file:
            if json.load(file) != config:
                fail("two configurations")
        if config["MRAM-BURNER"] != {"Interface": "isp", "Jtag-adapter": "J-Link"}:
            fail("Parameter 'MRAM-BURNER' is not configured")
        self.port = words["comport"]
        self.part = config["DEVICE"]["Part#"]
        self.revision = config["DEVICE"]["Revision"]
        if mode("se-fork"):
            self.take(arguments)
        with open(os.path.join(folder, "utils", "devicesDB.db"), encoding="utf-8") as file:
            if not [name for name in json.load(file) if name == self.part]:
                fail("We couldn't find the " + self.part + " in the available parts")
        if self.revision != "B4":
            fail("Revision is invalid!")
        self.folder = os.path.dirname(self.port)

    def take(self, arguments):
        if arguments[0] != "--port" or arguments[2] != "--cfg-part" or \
                arguments[4:6] != ["--cfg-rev", "B4"] or arguments[3] not in PARTS:
            fail("the following arguments are required")
        if "(" + arguments[3] + ")" not in self.part or arguments[1] != self.port:
            fail("arguments and files differ")
        del arguments[:6]

    def open(self):
        if not os.path.exists(self.port):
            fail("openSerial [Errno 2] could not open port %s" % self.port)
        say("[INFO] %s open Serial port success " % self.port)
        say("[INFO] baud rate 55000")

    def presses(self):
        """How often its user button was pressed: the simulation writes it there."""
        with open(self.port, encoding="utf-8") as file:
            for line in file:
                if line.startswith("presses "):
                    return int(line.split()[1])
        return 0

    def check(self, question):
        """Another chip than the one that was meant."""
        found = "AE722F80F55D5LS" if mode("se-mismatch") else self.part.split("(")[1].split(")")[0]
        say("[INFO] Detected Device:")
        say("Part# " + found + " - Rev:  B4")
        if not mode("se-mismatch"):
            return
        question(found)


def burn(name, data):
    say("Authenticate Image:  False")
    say("Download Image")
    step = max(len(data) // 8, 1)
    for done in list(range(step, len(data), step)) + [len(data)]:
        percent = done * 100 // len(data)
        say("\r%s[%s%s]%d%%: %d/%d bytes" % (name.ljust(32), "#" * (percent // 5),
                                             " " * (20 - percent // 5), percent, done, len(data)),
            end="")
        if percent > 40 and mode("se-hang"):
            hang()
        if percent > 60 and (mode("se-fail") or mode("se-lie")):
            say("\r")
            say("[ERROR] Target did not respond")
            sys.exit(0 if mode("se-lie") else 1)
    say("\r")
    say("Done\n       1.07 seconds\n")
