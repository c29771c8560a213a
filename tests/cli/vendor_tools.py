#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rescues that vendors' programs have a part in, with stand-ins for those programs.

The user reads the sentences of the guide and does what they say, nothing else.
"""
import json
import os
import pathlib
import subprocess
import threading

import bench as rig

TOOLS = pathlib.Path(__file__).resolve().parent.parent / "tools"


class User:
    """Has one camera, on port 1-1, its jumper or switch, its button, and two hands."""

    def __init__(self, board, standin="", tools=TOOLS, stop_at=None):
        self.bench = rig.Bench(os.environ["HOTSHOE_PROGRAM"], f"{board}@no-bootloader")
        self.board, self.stop_at = board, stop_at
        self.plugged, self.jumper = True, False
        self.steps, self.sentences, self.problems, self.wants = [], [], [], []
        self.ended = None
        state = self.bench.root / "standins"
        state.mkdir()
        self.calls = self.bench.root / "calls"
        self.bench.env.update(HOTSHOE_TOOLS=str(tools), HOTSHOE_STANDIN=standin,
                              HOTSHOE_STANDIN_STATE=str(state), HOTSHOE_STANDIN_LOG=str(self.calls))
        self.folder = self.bench.practice_build(board)
        make = pathlib.Path(self.bench.program).parent / "tests" / "rig" / "make-build"
        if make.exists() and board != "OPENMV_AE3":
            subprocess.run([make, board, self.bench.root / "build", "7"], check=True,
                           stdout=subprocess.DEVNULL)
        build = self.bench.run("import", self.folder, "--json").json["build"]
        self.build = build["id"] if isinstance(build, dict) else build

    def hand(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def set_jumper(self, on):
        if on != self.jumper:
            self.hand(f"jumper 1 {'on' if on else 'off'}")
        self.jumper = on

    def obey(self, sentence):
        said = sentence.lower()
        if "switch on" in said:
            self.set_jumper(True)
        if "press the user button" in said:
            self.hand("button 1")
        if "unplug the camera" in said and self.plugged:
            self.hand("unplug 1")
            self.plugged = False
        if said.startswith("connect boot"):
            self.set_jumper(True)
        if "jumper off" in said or "switch off" in said:
            self.set_jumper(False)
        if not self.plugged and ("plug the camera in" in said or "plug it in" in said or
                                 "plug both in" in said):
            self.hand("plug 1")
            self.plugged = True

    def take(self, event):
        kind = event.get("event")
        if kind == "guide":
            self.steps.append(event["step"])
            self.sentences.append(event["sentence"])
            self.obey(event["sentence"])
        elif kind == "problem":
            self.problems.append(event["problem"])
        elif kind == "wants":
            self.wants.append(event["wants"])
        elif kind == "ended":
            self.ended = event["result"]
        if self.stop_at is not None and self.stop_at(self):
            self.process.terminate()

    def go(self):
        command = self.bench.command("recover", "--build", self.build, "--port", "1-1", "--events",
                                     "--hands", "-", "--patience", "0.4")
        self.process = subprocess.Popen(command, env=self.bench.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        timer = threading.Timer(120, self.process.kill)
        timer.start()
        for line in self.process.stdout:
            self.take(json.loads(line))
        status = self.process.wait()
        timer.cancel()
        return status

    def story(self):
        return f"steps {self.steps}\nproblems {self.problems}\nended {self.ended}"

    def rescue(self):
        status = self.go()
        assert status == 0 and self.ended and self.ended["outcome"] == "done", self.story()
        self.check()

    def check(self):
        """The bootloader is the build's, and the run that wrote it belongs to the unit."""
        (camera,) = self.bench.camera_folders()
        image = (self.folder / "bootloader.bin").read_bytes()
        name = "BOOT.bin" if self.board == "OPENMV_AE3" else "BOOTLOADER.bin"
        assert (camera / name).read_bytes()[:len(image)] == image
        restored = [run for run in self.ended["runs"]
                    if run["what"] == "restore-bootloader" and run["outcome"] == "unproven"]
        unit = self.ended["runs"][-1]["unit"]
        with self.bench.database() as database:
            (owner,) = database.execute("SELECT unit FROM run WHERE id = ?",
                                        (restored[-1]["run"],)).fetchone()
        assert unit and owner == unit, (owner, unit)

    def outcomes(self):
        """Of what ran, in order, as the journal has it."""
        with self.bench.database() as database:
            rows = database.execute(
                "SELECT payload FROM journal WHERE kind = 'tool.ran' ORDER BY hlc, n").fetchall()
        return [json.loads(row[0])["outcome"] for row in rows]

    def was_called(self, program):
        text = self.calls.read_text() if self.calls.exists() else ""
        return sum(line.startswith(f'["{program}"') for line in text.splitlines())


def with_user(function, *args, **options):
    user = User(*args, **options)
    try:
        function(user)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{user.story()}") from error
    finally:
        user.bench.close()


def test_n6(bench):
    def story(user):
        user.rescue()
        assert user.outcomes() == ["done"], user.outcomes()
    with_user(story, "OPENMV_N6")


def test_n6_fails_once(bench):
    def story(user):
        user.rescue()
        assert user.outcomes() == ["failed", "done"], user.outcomes()
        assert "tool-failed" in [problem["code"] for problem in user.problems]
    with_user(story, "OPENMV_N6", "cli-fail-once")


def test_ae3(bench):
    def story(user):
        user.rescue()
        assert user.outcomes() == ["done"] * 3, user.outcomes()
        assert user.was_called("updateSystemPackage") == 0
    with_user(story, "OPENMV_AE3")


def test_ae3_older_package(bench):
    """Its secure enclave is renewed first, and then loses power by the user's hand."""
    def story(user):
        user.rescue()
        assert user.was_called("updateSystemPackage") == 1
        assert any("Leave the switch on" in sentence for sentence in user.sentences)
    with_user(story, "OPENMV_AE3", "se-older")


def test_ae3_silent(bench):
    def story(user):
        user.rescue()
        assert user.was_called("app-write-mram") == 2
    with_user(story, "OPENMV_AE3", "se-silent")


def test_ae3_other_chip(bench):
    """What the program asks about another chip is shown and never answered."""
    def story(user):
        user.go()
        assert "asked" in user.outcomes(), user.outcomes()
        assert any("AE722F80F55D5LS" in problem["message"] for problem in user.problems)
        assert not (user.bench.root / "standins" / "answered").exists()
        assert not (user.bench.root / "standins" / "erased").exists()
    with_user(story, "OPENMV_AE3", "se-mismatch", stop_at=lambda user: bool(user.problems))


def test_without_tools(bench):
    """Without the program the guide asks where it is."""
    def story(user):
        user.go()
        assert user.wants == ["tool"]
    with_user(story, "OPENMV_AE3", tools="/nowhere", stop_at=lambda user: bool(user.wants))


if __name__ == "__main__":
    import sys
    os.environ["HOTSHOE_PROGRAM"] = sys.argv[1]
    rig.run(globals())
