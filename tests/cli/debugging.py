#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debugging a firmware tree's board: the editor's files, the sizes of an ELF, and a deploy over a
debug probe, with a stand-in for ST's program."""
import json
import os
import pathlib
import subprocess
import sys
import time

import bench as rig

TESTS = pathlib.Path(__file__).resolve().parent.parent
TOOLS = TESTS / "tools"


def make_tree(bench, *arguments):
    folder = bench.root / "tree"
    subprocess.run([sys.executable, TESTS / "model-tree" / "make.py", folder, "--no-mpy-cross",
                    *arguments], check=True, stdout=subprocess.DEVNULL)
    return folder


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file() and ".git/" not in str(path)}


def launches(folder):
    return json.loads((folder / ".vscode/launch.json").read_text())["configurations"]


# --- the editor's files ---

def test_editor_files(bench):
    tree = make_tree(bench)
    before = snapshot(tree)
    dry = bench.run("debug", "OPENMV4", "--tree", tree, "--dry-run", "--json").json
    assert not dry["written"] and "launch.json" in dry["diff"]
    assert snapshot(tree) == before
    assert "no-debug-build" in [finding["code"] for finding in dry["findings"]]

    done = bench.run("debug", "OPENMV4", "--tree", tree, "--json").json
    assert done["written"] and done["device"] == "STM32H743VI"
    found = {entry["name"]: entry for entry in launches(tree)}
    entry = found["Hotshoe: OPENMV4, J-Link"]
    assert entry["request"] == "launch" and entry["device"] == "STM32H743VI"
    assert entry["executable"] == "${workspaceFolder}/build/OPENMV4/bin/firmware.elf"
    assert entry["preLaunchTask"] == "Hotshoe: build OPENMV4"
    tasks = json.loads((tree / ".vscode/tasks.json").read_text())["tasks"]
    assert [task["label"] for task in tasks] == [
        "Hotshoe: mpy-cross", "Hotshoe: build OPENMV4", "Hotshoe: deploy OPENMV4"]

    again = bench.run("debug", "OPENMV4", "--tree", tree, "--json").json
    assert not again["written"] and again["diff"] == ""
    bench.run("tree", "undo", done["edit"], tree)
    assert snapshot(tree) == before


def test_editor_files_of_others_stay(bench):
    tree = make_tree(bench)
    (tree / ".vscode").mkdir()
    mine = ('{\n\t// my own words\n\t"version": "0.2.0",\n\t"configurations": [\n'
            '\t\t{ "name": "mine", "type": "cppdbg", /* stays */ },\n\t],\n}\n')
    (tree / ".vscode/launch.json").write_text(mine)
    bench.run("debug", "OPENMV4", "--tree", tree, "--server", "external", "--host", "10.0.0.7")
    text = (tree / ".vscode/launch.json").read_text()
    assert "// my own words" in text and '{ "name": "mine", "type": "cppdbg", /* stays */ }' in text
    assert '"gdbTarget": "10.0.0.7:2331"' in text and "\n\t\t{\n\t\t\t\"name\": \"Hotshoe" in text
    (tree / ".vscode/launch.json").write_text("{ no JSON")
    bench.run("debug", "OPENMV4", "--tree", tree, expect=None)
    assert (tree / ".vscode/launch.json").read_text() == "{ no JSON"


def test_attach_only(bench):
    tree = make_tree(bench)
    done = bench.run("debug", "OPENMV_AE3", "--tree", tree, "--json").json
    assert [entry["request"] for entry in launches(tree)] == ["attach"]
    assert launches(tree)[0]["executable"].endswith("/firmware_M55_HP.elf")
    assert "attach-only" in [finding["code"] for finding in done["findings"]]
    refused = bench.run("debug", "OPENMV_AE3", "--tree", tree, "--server", "openocd", "--json",
                        expect=None)
    assert refused.status != 0 and refused.json["error"]["code"] == "not-offered"


def test_start(bench):
    """The terminal that is found is given make and its words."""
    tree = make_tree(bench)
    folder = bench.root / "programs"
    folder.mkdir()
    seen = bench.root / "seen"
    program = folder / "gnome-terminal"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}.new\nmv {seen}.new {seen}\n')
    program.chmod(0o755)
    bench.env["PATH"] = f"{folder}:{bench.env['PATH']}"
    bench.run("debug", "OPENMV4", "--tree", tree, "--start")
    for _ in range(200):
        if seen.exists():
            break

        time.sleep(0.05)
    words = seen.read_text().split("\n")
    assert words[:2] == ["--wait", "--"] and "TARGET=OPENMV4" in words and "debug" in words, words


# --- deploy ---

def deployable(bench, board="OPENMV4"):
    """A build with the bootloader that the simulated camera has: how much of its flash is used, the
    simulation only learns from what goes through it."""
    folder = bench.practice_build(board)
    bench.run("devices")
    camera = bench.camera_folders()[0]
    firmware = (folder / "firmware.bin").read_bytes()
    loader = (camera / "BOOTLOADER.bin").read_bytes().rstrip(b"\xff")
    (folder / "bootloader.bin").write_bytes(loader + b"\xff" * (-len(loader) % 4))
    bench.env.update(HOTSHOE_TOOLS=str(TOOLS), HOTSHOE_STANDIN_LOG=str(bench.root / "calls"))
    return bench.run("import", folder, "--json").json["build"], camera, firmware


def deploy(bench, build, *words, expect=0, standin=""):
    bench.env["HOTSHOE_STANDIN"] = standin
    return bench.run("deploy", "OPENMV4", "--build", build, "--port", "1-1", *words, expect=expect)


def calls(bench):
    path = bench.root / "calls"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def writes(bench):
    return [call for call in calls(bench) if "-w" in call]


def test_deploy(bench):
    build, camera, firmware = deployable(bench)
    (camera / "FILESYSTEM.bin").write_bytes(b"what somebody kept there")
    before = (camera / "FILESYSTEM.bin").read_bytes()
    deploy(bench, build, "--confirm", "filesystem")
    assert (camera / "FIRMWARE.bin").read_bytes().startswith(firmware)
    assert (camera / "FILESYSTEM.bin").read_bytes() != before # re-formatted at its next start
    call = writes(bench)[0]
    assert call[1:6] == ["-c", "port=SWD", "mode=HOTPLUG", "ap=1", "-w"], call
    assert call[7:] == ["0x08000000", "-hardRst"], call
    with bench.database() as database:
        kinds = [row[0] for row in database.execute("SELECT kind FROM journal ORDER BY n")]
    assert "tool.ran" in kinds and kinds.count("partition.holds") >= 2, kinds


def test_deploy_to_another(bench):
    """Held it before, and no reset was seen: nothing shows that the probe is wired to this one."""
    build, _, _ = deployable(bench)
    deploy(bench, build, "--confirm", "filesystem")
    done = deploy(bench, build, "--confirm", "filesystem", expect=1)
    with bench.database() as database:
        outcomes = [row[0] for row in database.execute("SELECT outcome FROM run ORDER BY rowid")]
    assert outcomes == ["passed", "unproven"], (outcomes, done.out, done.err)


def test_deploy_is_confirmed(bench):
    build, camera, _ = deployable(bench)
    before = (camera / "FILESYSTEM.bin").read_bytes()
    done = deploy(bench, build, expect=4)
    assert "--confirm filesystem" in done.out + done.err
    assert not writes(bench) and (camera / "FILESYSTEM.bin").read_bytes() == before


def test_deploy_goes_wrong(bench):
    """What the program says counts for nothing; what is read back does."""
    build, _, _ = deployable(bench)
    for standin in ("cli-other", "cli-fail", "cli-lie", "cli-no-device"):
        done = deploy(bench, build, "--confirm", "filesystem", expect=None, standin=standin)
        assert done.status == 1, (standin, done.out, done.err)
    with bench.database() as database:
        outcomes = [row[0] for row in database.execute("SELECT outcome FROM run")]
    assert "passed" not in outcomes, outcomes
    # It may not be read before, and no reset is seen here: whom the probe wrote to is not known.
    done = deploy(bench, build, "--confirm", "filesystem", expect=1)
    assert "Not proven: The probe" in done.out, (done.out, done.err)


def test_deploy_needs_a_bootloader(bench):
    _, _, _ = deployable(bench)
    folder = bench.root / "build" / "OPENMV4" / "bin"
    (folder / "bootloader.bin").unlink()
    build = bench.run("import", folder, "--json").json["build"]
    deploy(bench, build, "--confirm", "filesystem", expect=4)
    assert not writes(bench)


def test_deploy_refuses_other_boards(bench):
    bench.spec = "ARDUINO_GIGA"
    build = bench.import_build("ARDUINO_GIGA")
    bench.env.update(HOTSHOE_TOOLS=str(TOOLS))
    done = bench.run("deploy", "ARDUINO_GIGA", "--build", build, "--port", "1-1",
                     "--confirm", "filesystem",
                     expect=4)
    assert "bootloader" in done.out + done.err


# --- sizes ---

def test_sizes(bench):
    tree = make_tree(bench)
    missing = bench.run("sizes", "OPENMV4", "--tree", tree, expect=None)
    assert missing.status != 0
    path = bench.root / "text.elf"
    path.write_text("no ELF at all")
    assert bench.run("sizes", path, expect=None).status != 0


if __name__ == "__main__":
    rig.run(globals())
