#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An application frozen into a firmware tree on the command line: shown, written, looked at, undone."""
import hashlib
import pathlib
import subprocess
import sys

import bench as rig

MAKE = pathlib.Path(__file__).resolve().parent.parent / "model-tree" / "make.py"
MAIN = """import machine
import my_lib

wdt = machine.WDT(timeout=5000)
while True:
    wdt.feed()
    my_lib.work()
"""


def make_tree(bench, *args):
    tree = bench.root / "tree"
    if not tree.exists():
        subprocess.run([sys.executable, MAKE, tree, "--no-mpy-cross", "--boards",
                        "OPENMV4,OPENMV_AE3", *args], check=True, stdout=subprocess.DEVNULL)
    return tree


def make_application(bench, text=MAIN):
    folder = bench.root / "mine"
    (folder / "my_lib").mkdir(parents=True, exist_ok=True)
    (folder / "start.py").write_text(text)
    (folder / "my_lib" / "__init__.py").write_text("def work():\n    pass\n")
    return folder


def state(tree):
    """What lies in the tree, but for git's own."""
    return {str(p.relative_to(tree)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(tree.rglob("*")) if p.is_file() and ".git" not in p.parts}


def codes(answer):
    return {finding["code"] for finding in answer["findings"]}


def test_no_script(bench):
    tree, folder = make_tree(bench), make_application(bench)
    (folder / "net.tflite").write_bytes(bytes(64))
    before = state(tree)
    for option in ("--main", "--boot"):
        answer = bench.run("freeze", "OPENMV4", "--tree", tree, option, folder / "net.tflite",
                           "--json", expect=1).json
        assert "net.tflite" in answer["error"]["message"], answer
    assert state(tree) == before


def test_whole(bench):
    tree, folder = make_tree(bench), make_application(bench)
    before = state(tree)
    words = ("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py",
             "--package", folder / "my_lib", "--require", "logging")
    answer = bench.run(*words, "--dry-run", "--json").json
    assert not answer["written"] and "duplicate-name" not in codes(answer), "required twice is once"
    assert state(tree) == before

    words = words[:-2]
    answer = bench.run(*words, "--dry-run", "--json").json
    assert "+freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")" in answer["diff"], answer["diff"]
    assert state(tree) == before
    answer = bench.run(*words, "--json").json
    names = [file["name"] for file in answer["frozen"]]
    assert answer["ok"] and answer["written"] and names[-3:] == [
        "main.py", "my_lib/__init__.py", "_boot.py"], names
    assert {"frozen-main-hides", "not-checked"} <= codes(answer), answer["findings"]
    assert state(tree) != before

    shown = bench.run("freeze", "show", "OPENMV4", "--tree", tree, "--json").json
    assert shown["block"]["main"] == "scripts/libraries/main.py", shown["block"]
    assert {f["state"] for f in shown["block"]["files"]} == {"unchanged"}
    assert "scripts/libraries/my_lib" in bench.run("freeze", "show", "OPENMV4", "--tree", tree).out

    again = bench.run(*words, "--json").json
    assert not again["written"] and again["diff"] == ""
    bench.run("freeze", "undo", "OPENMV4", "--tree", tree)
    assert state(tree) == before
    nothing = bench.run("freeze", "undo", "OPENMV4", "--tree", tree, "--json", expect=3).json
    assert not nothing["ok"], nothing


def test_looking(bench):
    tree, folder = make_tree(bench), make_application(bench)
    bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py",
              "--package", folder / "my_lib")
    bench.run("freeze", "check", "OPENMV4", "--tree", tree)
    lines = bench.run("freeze", "boot", "OPENMV4", "--tree", tree, "--json").json["lines"]
    assert [line["id"] for line in lines if line["ours"]] == ["main"], lines
    places = bench.run("freeze", "boot", "OPENMV4", "--import", "my_lib", "--tree", tree,
                       "--json").json["lines"]
    assert [place["ours"] for place in places][:2] == [False, True], places

    ready = bench.run("freeze", "ready", "OPENMV4", "--tree", tree, "--json", expect=1).json
    found = {line["id"]: line for line in ready["ready"]}
    assert found["watchdog"]["state"] == "found" and found["watchdog"]["line"] == 6, found
    assert found["watchdog"]["file"] == "scripts/libraries/main.py"
    assert found["catch-all"]["state"] == "not-found" and found["catch-all"]["example"]
    assert found["repl"]["state"] == "not-asked"
    text = bench.run("freeze", "ready", "OPENMV4", "--closed", "--tree", tree, expect=1).out
    assert "sys.path[:]" in text, text


def test_findings_fail(bench):
    tree = make_tree(bench)
    folder = make_application(bench, "import sys\nsys.path.clear()\n")
    answer = bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py",
                       "--json", expect=1).json
    assert not answer["ok"] and answer["written"] and "sys-path-clear" in codes(answer), answer
    assert "sys.path[:]" in bench.run("freeze", "check", "OPENMV4", "--tree", tree, expect=1).out


def test_thin(bench):
    tree, folder = make_tree(bench), make_application(bench, "print('hi')\n")
    before = state(tree)
    bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py", "--thin")
    assert (tree / "boards/OPENMV4/rom/app.py").read_text() == "print('hi')\n"
    assert "rom/app.py" in (tree / "boards/OPENMV4/romfs_config.json").read_text()
    refused = bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py", "--thin",
                        "--package", folder / "my_lib", "--json", expect=None).json
    assert refused["error"]["code"] == "bad-manifest", refused
    bench.run("freeze", "undo", "OPENMV4", "--tree", tree)
    assert state(tree) == before


def test_refusals(bench):
    tree, folder = make_tree(bench), make_application(bench)
    before = state(tree)
    bench.run("freeze", "OPENMV4", "--tree", tree, "--json", expect=2)
    bench.run("freeze", "show", "--tree", tree, "--json", expect=2)
    for words, code in ((("--module", tree / "scripts/libraries/rpc.py"), None),
                        (("--module", folder / "rpc.py"), "file-exists"),
                        (("--package", folder), "bad-manifest"),
                        (("--main", folder / "nothing.py"), "no-such-file")):
        (folder / "rpc.py").write_text("mine = 1\n")
        answer = bench.run("freeze", "OPENMV4", "--tree", tree, *words, "--dry-run", "--json",
                           expect=None).json
        assert code is None or answer["error"]["code"] == code, answer
    manifest = tree / "boards/OPENMV4/manifest.py"
    good = manifest.read_text()
    manifest.write_text(good + "# hotshoe: begin\n")
    answer = bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py", "--json",
                       expect=None).json
    assert answer["error"]["code"] == "bad-manifest" and "manifest.py:" in \
        answer["error"]["message"], answer
    manifest.write_text(good)
    assert state(tree) == before


def test_two_boards(bench):
    """The second one's main.py goes to a new folder; libraries are found as before."""
    tree = make_tree(bench)
    folder = make_application(bench)
    bench.run("freeze", "OPENMV4", "--tree", tree, "--main", folder / "start.py")
    (folder / "other.py").write_text(MAIN + "# another\n")
    known = bench.run("freeze", "show", "OPENMV_AE3", "--tree", tree, "--json").json["frozen"]
    answer = bench.run("freeze", "OPENMV_AE3", "--tree", tree, "--main", folder / "other.py",
                       "--json").json
    assert (tree / "scripts/libraries/OPENMV_AE3/main.py").exists()
    assert not [f for f in answer["findings"] if f["level"] == "error"], answer["findings"]
    assert len(answer["frozen"]) == len(known) + 1, answer["frozen"]


def test_two_cores(bench):
    """Both are shown where one can, and elsewhere it is said which one was looked at."""
    tree = make_tree(bench)
    (tree / "ports/alif/alif.ld.S").write_text(
        "MEMORY\n{\n  FLASH_TEXT (rx) : ORIGIN = 0x80020000, LENGTH = 1792K\n}\n")
    (tree / "scripts/libraries/alif/he/only_he.py").write_text("x = 1\n")
    with (tree / "boards/OPENMV_AE3/manifest.py").open("a") as manifest:
        manifest.write('freeze("$(OMV_LIB_DIR)/alif/$(MCU_CORE)")\n')
    show = ("freeze", "show", "OPENMV_AE3", "--tree", tree)
    said = bench.run(*show).out
    assert said.index("Core hp:") < said.index("Core he:") < said.index("only_he.py"), said
    answer = bench.run(*show, "--json").json
    assert (answer["core"], answer["other"]["core"]) == ("hp", "he"), answer
    assert "only_he.py" in {file["name"] for file in answer["other"]["frozen"]}
    assert "only_he.py" not in {file["name"] for file in answer["frozen"]}
    check = ("freeze", "check", "OPENMV_AE3", "--tree", tree, "--json")
    rooms = [answer["room"], answer["other"]["room"]]
    for core in ("hp", "he"):
        rooms.append(bench.run(*check, "--core", core, expect=None).json["room"])
    assert rooms == [1792 * 1024, None] * 2, rooms  # it is the big core's
    said = bench.run(*show, "--core", "he").out
    assert "Core he:" in said and "Core hp" not in said, said
    for word in ("check", "boot", "ready"):
        said = bench.run("freeze", word, "OPENMV_AE3", "--tree", tree, expect=None).out
        assert "Core hp; the other: --core he" in said, said
    said = bench.run("freeze", "show", "OPENMV4", "--tree", tree).out
    assert "Core" not in said, said


rig.run(globals())
