#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rig itself, with dfu-util as the judge of the simulated cameras and of the simulated bus."""

import os
import re

import rig
from rig import Rig, equal, read, require

UPLOAD_TAIL = 4  # the bootloader ends an upload with four zero bytes


def dfu_util_lists():
    with Rig("OPENMV4@dfu*2,OPENMV_N6@dfu") as bus:
        out = bus.run("dfu-util", "-l").stdout
        equal(len(re.findall(r"name=\"FIRMWARE\"", out)), 3, "cameras with FIRMWARE")
        for camera in range(3):
            require(bus.stat(camera)["id"] in out, f"serial of camera {camera} in {out}")


def dfu_util_round_trip():
    with Rig("OPENMV4@dfu") as bus:
        firmware = os.path.join(bus.make_build(), "firmware.bin")
        bus.run("dfu-util", "-a", "FIRMWARE", "-D", firmware)
        bus.run("dfu-util", "-a", "FIRMWARE", "-U", bus.path("back"))
        back, written = read(bus.path("back")), read(firmware)
        equal(back[:len(written)], written, "what was read back")
        equal(len(back), 0x1A0000 + UPLOAD_TAIL, "length of the upload")


def read_only_partition():
    with Rig("OPENMV4@dfu") as bus:
        firmware = os.path.join(bus.make_build(), "firmware.bin")
        before = bus.ctl("sha", 0, "BOOTLOADER")
        out = bus.run("dfu-util", "-a", "BOOTLOADER", "-D", firmware, status=None)
        require(out.returncode != 0, "writing the bootloader is refused")
        equal(bus.ctl("sha", 0, "BOOTLOADER"), before, "the bootloader")


def unplugged_on_the_way():
    with Rig("OPENMV4@dfu") as bus:
        firmware = os.path.join(bus.make_build(), "firmware.bin")
        bus.ctl("fault", 0, "unplug-at", "+60")
        out = bus.run("dfu-util", "-a", "FIRMWARE", "-D", firmware, status=None)
        require(out.returncode != 0, "dfu-util notices")
        bus.wait(0, plugged=0, node="-")
        bus.ctl("fault", 0, "unplug-at", "0")
        bus.ctl("plug", 0)
        bus.wait(0, plugged=1, mode="dfu")


def leaves_to_the_application():
    with Rig("OPENMV4@dfu") as bus:
        firmware = os.path.join(bus.make_build(), "firmware.bin")
        bus.run("dfu-util", "-a", "FIRMWARE", "-D", firmware)
        bus.run("dfu-util", "-a", "FIRMWARE", "-e", status=None)
        bus.wait(0, mode="app")
        out = bus.run("stty", "-F", "/dev/ttyACM0", "115200", "raw", "-echo")
        equal(out.stderr, "", "stty's complaints")


def serial_port_answers():
    """The raw REPL of the simulated firmware, through a real terminal device."""
    program = """
import os, select, termios, tty
fd = os.open("/dev/ttyACM0", os.O_RDWR | os.O_NOCTTY)
tty.setraw(fd)
os.write(fd, b"\\r\\x03\\x03\\r\\x01")
seen = b""
while b"raw REPL" not in seen and select.select([fd], [], [], 5)[0]:
    seen += os.read(fd, 4096)
print(seen)
"""
    with Rig("OPENMV4") as bus:
        out = bus.run("/usr/bin/python3", "-c", program).stdout
        require("raw REPL" in out, f"answer: {out}")


def no_access():
    with Rig("OPENMV4@dfu") as bus:
        bus.ctl("fault", 0, "no-access", "1")
        out = bus.run("dfu-util", "-l", status=None)
        require("Cannot open DFU device" in out.stderr + out.stdout, f"refused: {out.stdout}{out.stderr}")


def eight_at_once():
    with Rig("OPENMV4@dfu*8") as bus:
        firmware = os.path.join(bus.make_build(), "firmware.bin")
        size = os.path.getsize(firmware)
        jobs = [bus.start("dfu-util", "-p", f"1-{n + 1}", "-a", "FIRMWARE", "-D", firmware) for n in range(8)]
        for job in jobs:
            out, err = job.communicate(timeout=60)
            equal(job.returncode, 0, f"dfu-util said {out}{err}")
        hashes = {bus.ctl("sha", n, "FIRMWARE", size) for n in range(8)}
        equal(len(hashes), 1, "different contents")


if __name__ == "__main__":
    rig.main([dfu_util_lists, dfu_util_round_trip, read_only_partition, unplugged_on_the_way,
              leaves_to_the_application, serial_port_answers, no_access, eight_at_once])
