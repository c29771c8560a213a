#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hotshoe over the real libusb on the simulated bus, with dfu-util as the judge."""

import hashlib
import os
import signal
import time

import rig
from rig import Rig, equal, read, require

FIRMWARE = 0x1A0000  # bytes of the partition on the board used here
UPLOAD_TAIL = 4      # the bootloader ends an upload with four zero bytes


def sha256(path):
    return hashlib.sha256(read(path)).hexdigest()


def flash(bus, build, *words, status=0):
    return bus.hotshoe("flash", "--build", build, *words, status=status)["runs"]


def import_firmware(bus, **options):
    """(build id, path of its firmware.bin)"""
    folder = bus.make_build(**options)
    return bus.hotshoe("import", folder)["build"], os.path.join(folder, "firmware.bin")


def upload(bus, name):
    """What dfu-util reads from FIRMWARE of the one camera in its bootloader."""
    bus.run("dfu-util", "-a", "FIRMWARE", "-U", bus.path(name))
    return read(bus.path(name))


def looking_never_touches():
    with Rig("OPENMV4*2,OPENMV_N6@dfu") as bus:
        devices = bus.hotshoe("devices")["devices"]
        equal(sorted((d["board"], d["mode"]) for d in devices),
              [("OPENMV4", "app"), ("OPENMV4", "app"), ("OPENMV_N6", "dfu")], "cameras")
        equal(sorted(d["port"] for d in devices), ["1-1", "1-2", "1-3"], "ports")
        for camera in range(3):
            equal(bus.stat(camera)["requests"], 0, f"requests to camera {camera}")


def flashes_and_proves():
    with Rig("OPENMV4") as bus:
        build, firmware = import_firmware(bus)
        bootloader = bus.ctl("sha", 0, "BOOTLOADER")
        (run,) = flash(bus, build, "--all")
        equal(run["outcome"], "passed", "outcome")
        part = next(p for p in run["partitions"] if p["role"] == "firmware")
        equal(part["state"], "verified", "state")
        equal(part["sha256_read_back"], sha256(firmware), "digest of what was read back")
        equal(bus.ctl("sha", 0, "FIRMWARE", os.path.getsize(firmware)), sha256(firmware), "flash")
        equal(bus.ctl("sha", 0, "BOOTLOADER"), bootloader, "bootloader")
        state = bus.wait(0, mode="app")
        equal(state["late"], 0, "requests between DETACH and the disappearance")
        unit = bus.hotshoe("unit", run["unit"])
        require(any(c["sha256"] == sha256(firmware) and c["build"] == build for c in unit["contents"]),
                f"the catalog knows: {unit['contents']}")
        bus.hotshoe("journal", "verify")


def dfu_util_reads_the_same():
    with Rig("OPENMV4") as bus:
        build, firmware = import_firmware(bus)
        flash(bus, build, "--all")
        bus.hotshoe("enter", "--all")
        bus.wait(0, mode="dfu")
        back = upload(bus, "back")
        equal(back[:os.path.getsize(firmware)], read(firmware), "dfu-util's upload")
        equal(len(back), FIRMWARE + UPLOAD_TAIL, "its length")


def identifies_what_dfu_util_wrote():
    with Rig("OPENMV4@dfu") as bus:
        build, firmware = import_firmware(bus)
        bus.run("dfu-util", "-a", "FIRMWARE", "-D", firmware)
        answer = bus.hotshoe("identify", "--all")
        require(build in str(answer), f"identify names the build: {answer}")


def permission_denied():
    with Rig("OPENMV4@dfu") as bus:
        build, _ = import_firmware(bus)
        bus.ctl("fault", 0, "no-access", "1")
        (device,) = bus.hotshoe("devices")["devices"]
        require(device["problem"], "devices says that there is a problem")
        before = bus.ctl("sha", 0, "FIRMWARE")
        (run,) = flash(bus, build, "--all", status=4)
        equal(run["outcome"], "refused", "outcome")
        text = run["error"]["message"] + run["error"]["action"]
        require("udev" in text or "60-hotshoe.rules" in text, f"the rule is named: {text}")
        equal(bus.ctl("sha", 0, "FIRMWARE"), before, "flash")


def unplugged_on_the_way():
    with Rig("OPENMV4@dfu") as bus:
        build, firmware = import_firmware(bus)
        bus.ctl("fault", 0, "unplug-at", "+100")
        (run,) = flash(bus, build, "--all", "--full", status=1)
        equal(run["outcome"], "failed", "outcome")
        equal(run["error"]["code"], "camera-gone", "error")
        part = next(p for p in run["partitions"] if p["role"] == "firmware")
        equal(part["state"], "unknown", "state of the partition")

        bus.ctl("fault", 0, "unplug-at", "0")
        bus.ctl("plug", 0)
        bus.wait(0, mode="dfu")
        (run,) = flash(bus, build, "--all")
        equal(run["outcome"], "passed", "outcome of the second run")
        equal(bus.ctl("sha", 0, "FIRMWARE", os.path.getsize(firmware)), sha256(firmware), "flash")


def two_processes_one_camera():
    with Rig("OPENMV4@dfu", fast=False) as bus:
        build, _ = import_firmware(bus)
        first = bus.start(*bus.hotshoe_call("flash", "--build", build, "--all", "--full"))
        while bus.stat(0)["requests"] < 40:
            require(first.poll() is None, "the first process still runs")
            time.sleep(0.02)
        (run,) = flash(bus, build, "--all", status=4)
        equal(run["outcome"], "refused", "outcome of the second")
        equal(run["error"]["code"], "camera-held", "error of the second")
        require(str(first.pid) in run["error"]["message"], f"who holds it: {run['error']['message']}")
        out, err = first.communicate(timeout=60)
        equal(first.returncode, 0, f"the first said {out}{err}")


def held_by_another_program():
    with Rig("OPENMV4@dfu", fast=False) as bus:
        build, firmware = import_firmware(bus)
        other = bus.start("dfu-util", "-a", "FIRMWARE", "-D", firmware)
        while bus.stat(0)["requests"] < 40:
            require(other.poll() is None, "dfu-util still runs")
            time.sleep(0.02)
        (run,) = flash(bus, build, "--all", status=4)
        equal((run["outcome"], run["error"]["code"]), ("refused", "camera-held"), "outcome and error")
        out, err = other.communicate(timeout=60)
        equal(other.returncode, 0, f"dfu-util said {out}{err}")
        equal(bus.ctl("sha", 0, "FIRMWARE", os.path.getsize(firmware)), sha256(firmware), "flash")


def four_in_parallel():
    with Rig("OPENMV4*4") as bus:
        build, firmware = import_firmware(bus)
        runs = flash(bus, build, "--all")
        equal([run["outcome"] for run in runs], ["passed"] * 4, "outcomes")
        equal(len({run["unit"] for run in runs}), 4, "different units")
        for camera in range(4):
            equal(bus.ctl("sha", camera, "FIRMWARE", os.path.getsize(firmware)), sha256(firmware),
                  f"flash of camera {camera}")


def every_board():
    """All boards with the OpenMV bootloader, each with all images of its build."""
    boards = ["OPENMV2", "OPENMV3", "OPENMV4", "OPENMV4P", "OPENMVPT", "OPENMV_N6", "OPENMV_AE3"]
    with Rig(",".join(boards)) as bus:
        for camera, board in enumerate(boards):
            build = bus.hotshoe("import", bus.make_build(board))["build"]
            never = "TOC" if board == "OPENMV_AE3" else "BOOTLOADER"
            before = bus.ctl("sha", camera, never)
            (run,) = flash(bus, build, "--port", f"1-{camera + 1}")
            equal((run["board"], run["outcome"]), (board, "passed"), "board and outcome")
            require(all(p["sha256_read_back"] == p["sha256_file"] for p in run["partitions"]), f"proof: {run}")
            for part in run["partitions"]:
                length = part["wrote_bytes"] + part["skipped_bytes"]
                require(length > 0, f"{part['partition']} of {board} was written")
            equal(bus.ctl("sha", camera, never), before, f"{never} of {board}")
            equal(bus.stat(camera)["late"], 0, f"late requests to {board}")


def killed_and_healed():
    with Rig("OPENMV4@dfu", fast=False) as bus:
        build, firmware = import_firmware(bus)
        job = bus.start(*bus.hotshoe_call("flash", "--build", build, "--all", "--full"))
        while bus.stat(0)["requests"] < 60:
            time.sleep(0.02)
        job.send_signal(signal.SIGKILL)
        job.communicate()
        bus.hotshoe("journal", "verify")

        (run,) = flash(bus, build, "--all")
        equal(run["outcome"], "passed", "outcome of the second run")
        unit = bus.hotshoe("unit", run["unit"])
        require("interrupted" in [r["outcome"] for r in unit["runs"]], f"the first is known: {unit['runs']}")
        equal(bus.ctl("sha", 0, "FIRMWARE", os.path.getsize(firmware)), sha256(firmware), "flash")


if __name__ == "__main__":
    rig.main([looking_never_touches, flashes_and_proves, dfu_util_reads_the_same,
              identifies_what_dfu_util_wrote, permission_denied, unplugged_on_the_way,
              two_processes_one_camera, held_by_another_program, four_in_parallel, every_board,
              killed_and_healed])
