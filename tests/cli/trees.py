#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware trees on the command line: looked at, remembered, cloned; what was written is undone."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import bench as rig

MAKE = "MCU=STM32H743xx\nCPU=cortex-m7\nPORT=stm32\nOMV_USB_VID=0x37C5\nOMV_USB_PID=0x1204\n"
HEADER = ("#define OMV_FLASH_TXT_ORIGIN 0x08040000\n#define OMV_FLASH_TXT_LENGTH (1664 * 1024)\n"
          "#define OMV_UMA_BLOCK0_SIZE 480K\n#define OMV_ROMFS_PART0_LENGTH 128K\n")
LINKER = "MEMORY\n{\n  FLASH_TEXT (rx) : ORIGIN = OMV_FLASH_TXT_ORIGIN, LENGTH = OMV_FLASH_TXT_LENGTH\n}\n"


def git(folder, *words):
    return subprocess.run(["git", "-c", "protocol.file.allow=always", "-c", "user.name=n", "-c",
                           "user.email=e@example.com", "-c", "init.defaultBranch=main", *words],
                          cwd=folder, check=True, capture_output=True, text=True).stdout


def make_tree(root):
    for name, text in {"Makefile": "export BUILD:=$(TOP_DIR)/build/$(TARGET)\n",
                       "SDK_VERSION": "1.6.0\n",
                       "boards/OPENMV4/board_config.mk": MAKE,
                       "boards/OPENMV4/board_config.h": HEADER,
                       "boards/OPENMV4/manifest.py": "freeze('x')\n",
                       "boards/OPENMV1/board_config.mk": "PORT=stm32\n$(error \"no longer supported\")\n",
                       "ports/stm32/stm.ld.S": LINKER}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def make_upstream(bench):
    """A repository with a tree and one submodule."""
    module, upstream = bench.root / "module", bench.root / "upstream"
    module.mkdir()
    (module / "py.c").write_text("int x;\n")
    git(module, "init", "-q")
    git(module, "add", "-A")
    git(module, "commit", "-qm", "module")
    make_tree(upstream)
    git(upstream, "init", "-q")
    git(upstream, "submodule", "add", "-q", f"file://{module}", "lib/micropython")
    git(upstream, "add", "-A")
    git(upstream, "commit", "-qm", "tree")
    git(upstream, "tag", "v5.1.0")
    return upstream


def prepare(bench):
    bench.env["GSETTINGS_BACKEND"] = "keyfile"
    bench.env["XDG_CONFIG_HOME"] = str(bench.root / "config")
    bench.env["GIT_ALLOW_PROTOCOL"] = "file"


def test_look(bench):
    prepare(bench)
    tree = make_tree(bench.root / "tree")
    answer = bench.run("tree", tree / "boards", "--json").json
    assert answer["tree"]["root"] == os.path.realpath(tree), answer["tree"]
    assert answer["tree"]["commit"] is None and answer["tree"]["layout"] == "top"
    boards = {board["target"]: board for board in answer["tree"]["boards"]}
    assert set(boards) == {"OPENMV1", "OPENMV4"}
    assert boards["OPENMV1"]["refused"]
    h7 = boards["OPENMV4"]
    assert h7["firmware_length"] == 1664 * 1024 and h7["vid"] == 0x37c5 and h7["memory"] == "uma"
    assert h7["romfs"] == [{"index": 0, "length": 131072, "config_limit": 0}]
    needs = {need["id"]: need for need in answer["needs"]}
    assert needs["sdk"]["state"] == "missing" and needs["sdk"]["command"] == "make sdk"
    text = bench.run("tree", tree).out
    assert "OPENMV4" in text and "1664 KB" in text and "make sdk" in text, text
    text = bench.run("tree", tree, "--target", "OPENMV4").out
    assert "FLASH_TEXT" in text and "OPENMV1" not in text, text
    missing = bench.run("tree", tree, "--target", "NOBODY", "--json", expect=3).json
    assert missing["error"]["code"] == "no-tree", missing
    missing = bench.run("tree", bench.root, "--json", expect=3).json
    assert missing["error"]["code"] == "no-tree" and "board_config.mk" in missing["error"]["message"]


def test_list(bench):
    prepare(bench)
    assert bench.run("tree", "list", "--json").json["trees"] == []
    bench.run("tree", expect=3)
    tree, other = make_tree(bench.root / "tree"), make_tree(bench.root / "other")
    bench.run("tree", "add", tree)
    assert bench.run("tree", "--json").json["tree"]["root"] == str(tree), "the only one is meant"
    bench.run("tree", "add", other / "boards")
    bench.run("tree", "add", tree)
    roots = [one["root"] for one in bench.run("tree", "list", "--json").json["trees"]]
    assert roots == [str(tree), str(other)], roots
    bench.run("tree", expect=3)
    shutil.rmtree(other)
    listed = bench.run("tree", "list", "--json").json["trees"]
    assert [one["there"] for one in listed] == [True, False], listed
    bench.run("tree", "forget", other)
    bench.run("tree", "forget", other, expect=3)
    assert len(bench.run("tree", "list", "--json").json["trees"]) == 1
    bench.run("tree", "add", bench.root, expect=3)
    bench.run("tree", "add", expect=2)
    bench.run("tree", tree, "too", "much", expect=2)


def test_nowhere_to_keep_the_list(bench):
    """Without a desktop session what is set is lost: nothing is claimed."""
    tree = make_tree(bench.root / "openmv")
    for name in ("GSETTINGS_BACKEND", "DBUS_SESSION_BUS_ADDRESS"):
        bench.env.pop(name, None)
    for word in ("add", "forget"):
        answer = bench.run("tree", word, tree, "--json", expect=1).json
        assert "no desktop session" in answer["error"]["message"], answer


def test_clone(bench):
    prepare(bench)
    upstream = make_upstream(bench)
    target = bench.root / "deep" / "clone"
    result = bench.run("tree", "clone", f"file://{upstream}", target, "--events")
    events = [json.loads(line) for line in result.out.splitlines()]
    phases = [event["phase"] for event in events if event.get("event") == "progress"]
    assert phases[0] == "Connecting" and any("lib/micropython" in phase for phase in phases), phases
    fractions = [event["fraction"] for event in events if "fraction" in event]
    assert fractions == sorted(fractions), fractions
    assert (target / "lib/micropython/py.c").exists()
    assert git(target, "rev-list", "--count", "HEAD").strip() == "1"
    answer = bench.run("tree", "--json").json["tree"]
    assert answer["root"] == str(target)
    assert [one["present"] for one in answer["submodules"]] == [True]
    there = bench.run("tree", "clone", f"file://{upstream}", target, "--json", expect=None)
    assert there.json["error"]["code"] == "file-exists", there.out
    assert (target / "Makefile").exists(), "what was there stays"
    tagged = bench.root / "tagged"
    tagged.mkdir()
    bench.run("tree", "clone", f"file://{upstream}", tagged, "--branch", "v5.1.0")
    assert bench.run("tree", tagged, "--json").json["tree"]["tag"] == "v5.1.0"


def test_clone_fails(bench):
    prepare(bench)
    failed = bench.run("tree", "clone", f"file://{bench.root}/nowhere", bench.root / "a" / "b",
                       "--json", expect=1).json
    assert "nowhere" in failed["error"]["message"], failed
    assert not (bench.root / "a").exists(), "also the folder above, which was made for it"
    empty = bench.root / "empty"
    empty.mkdir()
    bench.run("tree", "clone", f"file://{bench.root}/nowhere", empty, expect=1)
    assert empty.exists() and not list(empty.iterdir()), "that one was there before"
    marker = bench.root / "marker"
    for url in ("--upload-pack=touch", f"ext::sh -c 'touch {marker}'", ""):
        bench.run("tree", "clone", "--", url, bench.root / "no", expect=2)
    bench.run("tree", "clone", "--branch=--x", f"file://{bench.root}", bench.root / "no", expect=2)
    assert not marker.exists() and not (bench.root / "no").exists()

    # A submodule that can't be had: nothing half is left.
    upstream = make_upstream(bench)
    shutil.rmtree(bench.root / "module")
    bench.run("tree", "clone", f"file://{upstream}", bench.root / "half", expect=1)
    assert not (bench.root / "half").exists()
    # What is no firmware tree is cloned, and said to be none.
    other = bench.root / "other"
    other.mkdir()
    git(other, "init", "-q")
    git(other, "commit", "-q", "--allow-empty", "-m", "x")
    bench.run("tree", "clone", f"file://{other}", bench.root / "none", expect=3)
    assert bench.run("tree", "list", "--json").json["trees"] == []


def test_clone_is_stopped(bench):
    prepare(bench)
    tools, target = bench.root / "bin", bench.root / "stopped"
    tools.mkdir()
    script = tools / "git"
    script.write_text("#!/bin/sh\nfor last; do :; done\nmkdir -p \"$last/.git\"\n"
                      f"echo half > \"$last/file\"\nsleep 300 &\necho $! > {bench.root}/pid\nwait\n")
    script.chmod(0o755)
    env = dict(bench.env, PATH=f"{tools}:{bench.env['PATH']}")
    process = subprocess.Popen(bench.command("tree", "clone", "https://example.com/x.git", target),
                               env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    pid = bench.root / "pid"
    end = time.time() + 20
    while not (pid.exists() and pid.read_text().strip()) and time.time() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130, process.returncode
    assert not target.exists()
    child = int(pid.read_text())
    end = time.time() + 10
    while pathlib.Path(f"/proc/{child}").exists() and time.time() < end:
        state = pathlib.Path(f"/proc/{child}/stat").read_text().split(")")[1].split()[0]
        if state == "Z":
            break
        time.sleep(0.05)
    else:
        assert not pathlib.Path(f"/proc/{child}").exists(), "git left something running"


def test_edits(bench):
    prepare(bench)
    tree = make_tree(bench.root / "tree")
    assert bench.run("tree", "edits", tree, "--json").json["edits"] == []
    assert "nothing" in bench.run("tree", "edits", tree).out
    bench.run("tree", "undo", "00", tree, expect=2)
    bench.run("tree", "diff", "00", tree, expect=2)

    config = tree / "boards/OPENMV4/imlib_config.h"
    before = "// Barcodes (42 KB)\n#define IMLIB_ENABLE_BARCODES\n#define IMLIB_ENABLE_QRCODES\n"
    config.write_text(before)
    bench.run("features", "OPENMV4", "--tree", tree, "--off", "IMLIB_ENABLE_BARCODES")
    after = config.read_text()
    assert after != before
    edits = bench.run("tree", "edits", tree, "--json").json["edits"]
    assert [edit["files"] for edit in edits] == [["boards/OPENMV4/imlib_config.h"]], edits
    assert not edits[0]["undone"]
    diff = bench.run("tree", "diff", edits[0]["id"][:6], tree).out
    assert "-#define IMLIB_ENABLE_BARCODES" in diff, diff
    config.write_text(after + "// mine\n")
    refused = bench.run("tree", "undo", edits[0]["id"], tree, "--json", expect=4).json
    assert refused["error"]["code"] == "tree-changed", refused
    assert "imlib_config.h" in refused["error"]["message"]
    assert config.read_text() == after + "// mine\n"
    config.write_text(after)
    bench.run("tree", "undo", edits[0]["id"][:8], tree)
    assert config.read_text() == before
    assert bench.run("tree", "edits", tree, "--json").json["edits"][0]["undone"]


if __name__ == "__main__":
    rig.run(globals())
