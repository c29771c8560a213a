#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Option bytes and readout protection in the simulated ROM of ST, with Debian's dfu-util as the judge: it
was made for real chips and knows nothing of ours."""

import os

import rig
from rig import Rig, equal, read, require

FLASH = 0x08000000
BOARDS = {  # first byte of the option block, its length, where RDP is written
    "OPENMV2": (0x1FFFC000, 16, 1),
    "OPENMV3": (0x1FFF0000, 32, 1),
    "OPENMV4": (0x5200201C, 128, 5),
}


def options(bus):
    pairs = dict(word.split("=", 1) for word in bus.ctl("options", 0).split())
    return {name: value if name == "bytes" else int(value) for name, value in pairs.items()}


def dfu_util(bus, alt, where, *words):
    return bus.run("dfu-util", "-a", alt, "-s", where, *words, status=None)


def upload(bus, alt, address, length):
    """What dfu-util reads there; None if it may not."""
    path = bus.path("upload")
    if os.path.exists(path):
        os.unlink(path)
    result = dfu_util(bus, alt, f"{address:#x}:{length}", "-U", path)
    return read(path) if result.returncode == 0 else None


def download(bus, alt, address, data):
    path = bus.path("download")
    with open(path, "wb") as stream:
        stream.write(data)
    return dfu_util(bus, alt, f"{address:#x}", "-D", path)


def replug(bus, jumper):
    bus.ctl("unplug", 0)
    bus.ctl("jumper", 0, "on" if jumper else "off")
    bus.ctl("plug", 0)


def in_rom(bus):
    replug(bus, True)
    bus.wait(0, mode="rom")


def with_rdp(board, block, value):
    """The block with another level: a byte, and on the F7 its complement."""
    changed = bytearray(block)
    changed[BOARDS[board][2]] = value
    if board == "OPENMV3":
        changed[3] = value ^ 0xFF
    return bytes(changed)


def refused(bus, board):
    start, length, _ = BOARDS[board]
    equal(upload(bus, 0, FLASH, 64), None, "flash")
    equal(upload(bus, 1, start, length), None, "option bytes")
    result = download(bus, 0, FLASH, bytes(64))
    require(result.returncode != 0, "dfu-util wrote to a protected chip")


def read_and_protect(board):
    """Read the block, set level 1 in it, write it: what people do by hand."""
    start, length, _ = BOARDS[board]
    with Rig(board + "@rom") as bus:
        block = upload(bus, 1, start, length)
        equal(block.hex(), options(bus)["bytes"][:2 * length], "the option block")
        equal(block[1], 0xAA, "RDP")
        require(upload(bus, 0, FLASH, 64) is not None, "flash can't be read at level 0")

        result = download(bus, 1, start, with_rdp(board, block, 0xBB))
        equal(options(bus)["writes"], 1, result.stdout + result.stderr)
        replug(bus, False)
        bus.wait(0, mode="app")
        equal(options(bus)["level"], 1, "level")
        in_rom(bus)
        refused(bus, board)
        equal(options(bus)["needless"], 0, "needless Read Unprotect")


def unprotect(board):
    """-s :unprotect:force, and nothing is left."""
    with Rig(board + "@protected") as bus:
        in_rom(bus)
        refused(bus, board)
        before = bus.ctl("sha", 0, "BOOTLOADER")
        result = dfu_util(bus, 0, ":unprotect", "-D", bus.path("download"))
        require(result.returncode != 0 and "force" in result.stderr + result.stdout, "dfu-util asks for force")
        equal(bus.ctl("sha", 0, "BOOTLOADER"), before, "without force")

        result = dfu_util(bus, 0, ":unprotect:force", "-D", bus.path("download"))
        require("erases flash and resets" in result.stdout, f"dfu-util: {result.stdout}{result.stderr}")
        bus.wait(0, mode="rom")
        equal(options(bus)["level"], 0, "level")
        equal((options(bus)["unprotects"], options(bus)["needless"]), (1, 0), "Read Unprotect")
        equal(upload(bus, 0, FLASH, 1024), b"\xff" * 1024, "the start of the flash")
        replug(bus, False)
        bus.wait(0, mode="unknown", hung=1)


def needless():
    """dfu-util does not ask whether there was anything to unprotect; the chip counts it."""
    with Rig("OPENMV2@rom") as bus:
        with open(bus.path("download"), "wb"):
            pass  # dfu-util wants a file that it does not read
        dfu_util(bus, 0, ":unprotect:force", "-D", bus.path("download"))
        equal(options(bus)["needless"], 1, "needless Read Unprotect")


def partial():
    """A block that is not whole changes nothing."""
    for board, (start, length, _) in BOARDS.items():
        with Rig(board + "@rom") as bus:
            before = options(bus)
            result = download(bus, 1, start, b"\xAA" * (length - 4))
            require(result.returncode != 0, f"{board}: dfu-util wrote a part of the option bytes")
            equal(options(bus), before, "option bytes")


def f4_protect():
    read_and_protect("OPENMV2")


def f7_protect():
    read_and_protect("OPENMV3")


def h7_protect():
    read_and_protect("OPENMV4")


def f4_unprotect():
    unprotect("OPENMV2")


def f7_unprotect():
    unprotect("OPENMV3")


def h7_unprotect():
    unprotect("OPENMV4")


if __name__ == "__main__":
    rig.main([f4_protect, f7_protect, h7_protect, f4_unprotect, f7_unprotect, h7_unprotect, needless, partial])
