#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doctor, the boards and trials on the command line; what a trial's sheet proves when it is read
by flash/make-proven.py."""
import hashlib
import importlib.util
import json
import os
import pathlib
import pty
import subprocess
import sys

import bench as rig

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("make_proven", ROOT / "flash" / "make-proven.py")
proven = importlib.util.module_from_spec(spec)
spec.loader.exec_module(proven)

FAST = ("--simulate-speed", "fast")


def sign(seed, message):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    key = proven.compress(proven.multiply(scalar, proven.BASE))
    nonce = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % proven.L
    r = proven.compress(proven.multiply(nonce, proven.BASE))
    s = (nonce + proven.challenge(r, key, message) * scalar) % proven.L
    return key, r + s.to_bytes(32, "little")


def read_sheets(folder, boards=("OPENMV4", "RPI_PICO")):
    results, complaints = proven.collect(folder, boards)
    return [what for what, is_proven in results.items() if is_proven], complaints


def try_camera(bench, *args, board="OPENMV4", expect=0):
    build = bench.import_build(board)
    bench.run("key", "create", "trials")
    sheets = bench.root / "sheets"
    (sheets / "keys").mkdir(parents=True)
    bench.run("key", "export", "trials", sheets / "keys")
    answer = bench.run(*FAST, "trial", "--port", "1-1", "--build", build, "--key", "trials", "-o",
                       sheets, "--json", *args, expect=expect).json
    return answer, sheets


# The doctor.

def test_doctor_tells_scripts(bench):
    answer = bench.run("doctor", "--json").json
    for member in ("rules_installed", "sounds", "catalog", "captures"):
        assert member in answer, member
    assert answer["worst"] in ("ok", "note"), answer
    findings = {finding["id"]: finding for finding in answer["findings"]}
    assert len(findings) == len(answer["findings"])
    assert findings["clock"]["state"] == "ok" and findings["clock"]["group"] == "machine"
    assert findings["disk"]["state"] in ("ok", "note"), findings["disk"]
    assert "tool:stm32-programmer" in findings and "tree" in findings


def test_doctor_tells_people(bench):
    text = bench.run("doctor").out
    assert text.rstrip().endswith("Nothing is in trouble."), text
    assert "\nThis machine\n" in text and "kept conversations:" in text


def test_rules_are_shown_and_asked_about(bench):
    path = pathlib.Path("/etc/udev/rules.d/60-hotshoe.rules")
    before = path.read_bytes() if path.exists() else None
    result = bench.run("doctor", "--install-rules", expect=2)
    assert str(path) in result.out and "--yes" in result.err, (result.out, result.err)
    bench.run("doctor", "--yes", expect=2)

    ours, theirs = pty.openpty()  # a person who says no
    os.write(ours, b"n\n")
    done = subprocess.run(bench.command("doctor", "--install-rules"), env=bench.env, stdin=theirs,
                          capture_output=True, text=True, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 130 and "Nothing was written" in done.stdout, done.stdout
    assert (path.read_bytes() if path.exists() else None) == before


# Boards.

def test_boards(bench):
    boards = {board["board"]: board for board in bench.run("boards", "--json").json["boards"]}
    assert len(boards) == 15
    h7 = boards["OPENMV4"]
    assert h7["recovery"] == "st-rom" and h7["protection"] == "rdp"
    assert h7["partitions"][2] == {"name": "FIRMWARE", "role": "firmware", "alt": 2,
                                   "start": 0x08040000, "size": 1664 * 1024,
                                   "own_size": 1664 * 1024, "written": True, "readable": True}
    assert set(h7["proven_on_hardware"]) == set(proven.OPERATIONS)
    text = bench.run("boards", "openmv_ae3").out
    assert "the maintenance switch" in text and "0403:6015" in text, text
    bench.run("boards", "OPENMV9", expect=2)


# Trials.

def test_a_trial_of_a_simulated_camera_proves_nothing(bench):
    answer, sheets = try_camera(bench, "--only", "read,flash,erase,pull,enter")
    sheet = answer["sheet"]
    path = pathlib.Path(answer["path"])
    assert sheet["simulated"] is True and sheet["board"] == "OPENMV4"
    steps = {step["step"]: step for step in sheet["steps"]}
    for name in ("identify", "read-twice", "flash-full", "flash-same", "read-back", "erase", "pull",
                 "rescue", "enter-asked", "enter-by-hand"):
        assert steps[name]["result"] == "passed", steps[name]
    assert steps["recover"]["result"] == "not tried" and not steps["recover"]["asked"]
    operations = sheet["operations"]
    assert [operations[name]["result"] for name in proven.OPERATIONS] == [
        "passed", "passed", "passed", "not tried", "not tried"], operations
    questions = {question["question"]: question["answer"] for question in sheet["questions"]}
    assert questions["identical-is-read-only"] == "Yes."
    assert questions["ospi-byte-order"] is None

    # The evidence is in the journal, as any run.
    outcomes = dict(bench.database().execute("SELECT id, outcome FROM run"))
    for step in sheet["steps"]:
        for run in step["runs"]:
            assert outcomes[run] == ("failed" if step["step"] == "pull" else "passed"), (step, run)
    digest = operations["read"]["digests"]["FIRMWARE"]["sha256"]
    assert digest in {row[0] for row in bench.database().execute("SELECT sha256 FROM artifact")}

    told, complaints = read_sheets(sheets)
    assert not told and "simulated" in complaints[0], (told, complaints)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"simulated" : true', b'"simulated" : false'))
    told, complaints = read_sheets(sheets)
    assert not told and "altered" in complaints[0], (told, complaints)


def test_the_same_sheet_of_a_real_one_proves_what_passed(bench):
    answer, sheets = try_camera(bench, "--only", "read,flash,erase")
    path = pathlib.Path(answer["path"])
    signed, key, signature = proven.split(path.read_bytes())
    assert proven.verify(bytes.fromhex(key), proven.CONTEXT + signed, signature)
    seed = bytes(range(32))
    signed = signed.replace(b'"simulated" : true', b'"simulated" : false')
    public, signature = sign(seed, proven.CONTEXT + signed)
    path.write_bytes(signed + f'  "key": "{public.hex()}",\n  "signature": "{signature.hex()}"\n}}\n'
                     .encode())
    told, complaints = read_sheets(sheets)
    assert not told and "trusted" in complaints[0], (told, complaints)
    (sheets / "keys" / "other.pub").write_text(f"{public.hex()} other\n", encoding="utf-8")
    told, complaints = read_sheets(sheets)
    assert told == [("OPENMV4", "erase"), ("OPENMV4", "read")], told  # flash: no cable was pulled


def test_a_bootloader_is_restored_along_its_guide(bench):
    answer, _ = try_camera(bench, "--only", "read,recover")
    step = {step["step"]: step for step in answer["sheet"]["steps"]}["recover"]
    assert step["result"] == "passed", step
    whats = dict(bench.database().execute("SELECT id, what FROM run"))
    assert "restore-bootloader" in {whats[run] for run in step["runs"]}, step
    assert answer["sheet"]["operations"]["recover"]["result"] == "passed"
    questions = {question["question"]: question["answer"] for question in answer["sheet"]["questions"]}
    assert len(questions["option-window"]) == 2 * 128, questions  # an H7's
    assert answer["sheet"]["unit"].startswith("stm32:")


def test_hands_follow_a_script(bench):
    script = bench.root / "hands"
    script.write_text("step pull\nfault 1 unplug_at 250\nstep rescue\nplug 1\n", encoding="utf-8")
    answer, _ = try_camera(bench, "--only", "pull", "--hands", script)
    steps = {step["step"]: step for step in answer["sheet"]["steps"]}
    assert steps["pull"]["result"] == "passed", steps["pull"]
    assert steps["rescue"]["result"] == "passed", steps["rescue"]
    script.write_text("dance 1\n", encoding="utf-8")
    bench.run(*FAST, "trial", "--port", "1-1", "--only", "read", "--hands", script, expect=2)


def test_swapped_bytes_are_an_answer(bench):
    bench.spec = "OPENMV_AE3"
    script = bench.root / "hands"
    script.write_text("fault 1 swapped 1\n", encoding="utf-8")
    answer, _ = try_camera(bench, "--only", "read,flash", "--hands", script, board="OPENMV_AE3",
                           expect=1)
    sheet = answer["sheet"]
    questions = {question["question"]: question["answer"] for question in sheet["questions"]}
    assert questions["ospi-byte-order"].startswith("Yes"), sheet
    assert sheet["operations"]["flash"]["result"] == "failed"


def test_what_a_board_lacks_is_not_tried(bench):
    bench.spec = "RPI_PICO"
    answer, _ = try_camera(bench, "--only", "erase,recover", board="RPI_PICO")
    steps = {step["step"]: step for step in answer["sheet"]["steps"]}
    for name in ("erase", "recover"):
        assert steps[name]["result"] == "not tried" and steps[name]["why"], steps[name]
    assert answer["sheet"]["operations"]["erase"]["result"] == "not tried"


def test_without_a_build_nothing_is_written(bench):
    bench.run("key", "create", "trials")
    answer = bench.run(*FAST, "trial", "--port", "1-1", "--only", "read,flash", "--json", "-o",
                       bench.root).json
    steps = {step["step"]: step for step in answer["sheet"]["steps"]}
    assert steps["flash-full"]["result"] == "not tried" and steps["flash-full"]["why"]
    assert steps["read-twice"]["result"] == "passed"
    assert answer["sheet"]["operations"]["read"]["result"] == "not tried"  # not all of it


def test_misuse(bench):
    build = bench.import_build()
    bench.run("trial", expect=2)
    bench.run("trial", "--all", expect=2)
    result = bench.run("trial", "--port", "1-1", "--build", build, "--json", expect=None)
    assert result.status != 0 and result.json["error"]["code"] == "key-failed", result.out
    bench.run("key", "create", "trials")
    bench.run("trial", "--port", "1-1", "--only", "read,everything", expect=2)
    bench.run("trial", "--port", "1-9", expect=3)
    folder = bench.root / "n6"
    bench.run("practice-build", "OPENMV_N6", folder)
    other = bench.run("import", folder, "--json").json["build"]
    result = bench.run("trial", "--port", "1-1", "--build", other, "--json", expect=None)
    assert result.status != 0 and result.json["error"]["code"] == "no-build", result.out
    assert not list(bench.root.glob("*.json"))


if __name__ == "__main__":
    assert sys.version_info >= (3, 9) and json
    rig.run(globals())
