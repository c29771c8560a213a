#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dead cameras, and a user who does nothing but what the guide says.

The user reads the sentences and nothing else: unplugs, plugs in, puts the jumper on and takes it off
when a sentence says so, and answers questions with the first choice.
"""
import json
import pathlib
import queue
import re
import shutil
import subprocess
import threading

import bench as rig

STM32 = ["OPENMV2", "OPENMV3", "OPENMV4", "OPENMV4P", "OPENMVPT"]
PATIENCE = "0.4"
REACTION = 0.05  # seconds without a word before the hand moves


class User:
    """Has one camera, on port 1-1, a jumper, and two hands."""

    def __init__(self, bench, build, *options, plugged=True, forgets=(), does=None):
        self.jumper = False
        self.plugged = plugged
        self.forgets = list(forgets)
        self.does = does or {}
        self.steps, self.sentences, self.sights, self.meanings = [], [], [], []
        self.late, self.problems, self.messages, self.asked = 0, [], [], []
        self.ended = self.pending = None
        command = bench.command("recover", "--build", build, "--port", "1-1", "--events",
                                "--hands", "-", "--patience", PATIENCE, *options)
        self.process = subprocess.Popen(command, env=bench.env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def hand(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def unplug(self):
        if self.plugged:
            self.hand("unplug 1")
        self.plugged = False

    def plug(self):
        if not self.plugged:
            self.hand("plug 1")
        self.plugged = True

    def set_jumper(self, on):
        self.hand(f"jumper 1 {'on' if on else 'off'}")
        self.jumper = on

    def obey(self, sentence):
        """Does what a sentence says, in the order of its words."""
        said = sentence.lower()
        puts_on = re.search(r"\bconnect \w", said) or "switch on, then" in said
        if "unplug the camera" in said or (puts_on and not self.jumper):
            self.unplug()
        if puts_on and not self.jumper:
            if "jumper" not in self.forgets:
                self.set_jumper(True)
            else:
                self.forgets.remove("jumper")
        if "take the jumper off" in said or "switch off" in said:
            if "removal" not in self.forgets:
                self.set_jumper(False)
            else:
                self.forgets.remove("removal")
        if "press the user button" in said:
            self.hand("button 1")
        if any(words in said for words in ("plug the camera in", "plug it in", "plug both in")):
            self.plug()

    def take(self, event):
        kind = event.get("event")
        if kind == "guide":
            self.steps.append(event["step"])
            self.sentences.append(event["sentence"])
            self.pending = event
        elif kind == "sight":
            self.sights.append(event["sight"])
            if event.get("meaning"):
                self.meanings.append(event["meaning"])
        elif kind == "late":
            self.late += 1
            assert len(event["causes"]) == 3, event
        elif kind == "problem":
            self.problems.append(event["problem"]["code"])
            self.messages.append(event["problem"]["message"])
            if event["problem"]["code"] == "camera-gone":
                self.plugged = False
        elif kind == "wants":
            self.asked.append(event["wants"])
            self.hand("answer " + event.get("ending", "1"))
        elif kind == "ended":
            self.ended = event["result"]
        elif "error" in event:
            self.ended = event

    def listen(self, lines):
        for line in self.process.stdout:
            lines.put(line)
        lines.put(None)

    def act(self):
        """On the sentence that stands there, not on one that is gone."""
        event, self.pending = self.pending, None
        if event:
            self.obey(event["sentence"])
            extra = self.does.pop(event["step"], None)
            if extra:
                self.hand(extra)

    def go(self):
        lines = queue.SimpleQueue()
        timer = threading.Timer(150, self.process.kill)
        timer.start()
        threading.Thread(target=self.listen, args=(lines,), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=REACTION)
            except queue.Empty:
                self.act()
                continue
            if line is None:
                break
            self.take(json.loads(line))
        self.process.stdin.close()
        status = self.process.wait()
        timer.cancel()
        if self.ended is None:
            raise AssertionError(f"{status}: {self.process.stderr.read()}\n{self.story()}")
        return status

    def story(self):
        return (f"steps {self.steps}\nsights {self.sights}\nproblems {self.problems}\n"
                f"messages {self.messages}\n"
                f"ended {self.ended and {k: v for k, v in self.ended.items() if k != 'runs'}}")

    def rescue(self):
        status = self.go()
        if status != 0 or self.ended["outcome"] != "done":
            raise AssertionError(f"exit {status}\n{self.story()}")
        return self


def small_build(bench, board):
    """As a practice build, with a firmware of 300 KB: what is slow about a rescue is the writing."""
    folder = bench.practice_build(board)
    program = pathlib.Path(bench.program).parent / "tests" / "rig" / "make-build"
    if program.exists():
        subprocess.run([program, board, bench.root / "build", "7"], check=True,
                       stdout=subprocess.DEVNULL)
    return folder


def imported(bench, folder):
    build = bench.run("import", folder, "--json").json["build"]
    return build["id"] if isinstance(build, dict) else build


def build_for(bench, board):
    return imported(bench, small_build(bench, board))


def check_whole(bench, board):
    """What the camera holds is the build, its bootloader, too; and the unit is known by it."""
    folder = bench.root / "build" / board / "bin"
    (camera,) = bench.camera_folders()
    for name, partition in (("bootloader.bin", "BOOTLOADER"), ("firmware.bin", "FIRMWARE"),
                            ("romfs0.img", "ROMFS0")):
        image, held = (folder / name).read_bytes(), camera / f"{partition}.bin"
        # One that was never written holds what it had from the beginning: the same.
        assert not held.exists() or held.read_bytes()[:len(image)] == image, partition
    assert (camera / "BOOTLOADER.bin").exists()


def restored(user):
    """The runs that wrote a bootloader."""
    return [run for run in user.ended["runs"] if run["what"] == "restore-bootloader"]


def check_joined(bench, user):
    """The run in the ROM belongs to the unit that then came up."""
    (run,) = [run for run in restored(user) if run["outcome"] == "passed"]
    unit = user.ended["runs"][-1]["unit"]
    assert unit and unit.startswith("stm32:"), user.story()
    with bench.database() as database:
        (owner,) = database.execute("SELECT unit FROM run WHERE id = ?", (run["run"],)).fetchone()
    assert owner == unit, (owner, unit)


def each(bench, mode, boards=STM32):
    for board in boards:
        own = rig.Bench(bench.program, f"{board}@{mode}" if mode else board)
        try:
            yield board, own, build_for(own, board)
        except AssertionError as error:
            raise AssertionError(f"{board}@{mode}: {error}") from error
        finally:
            own.close()


def test_no_bootloader(bench):
    for board, own, build in each(bench, "no-bootloader"):
        user = User(own, build).rescue()
        assert user.late > 0 and user.steps[-1] == "done", user.story()
        assert [s for s in user.steps if "jumper" in s] == ["set-jumper", "remove-jumper"]
        # What waited for its bootloader was called off by the guide, not by hand.
        (first,) = [run for run in user.ended["runs"] if run["outcome"] == "cancelled"]
        assert "the guide went on" in first["error"]["message"], first
        check_whole(own, board)
        check_joined(own, user)


def test_blank(bench):
    for board, own, build in each(bench, "blank"):
        user = User(own, build).rescue()
        check_whole(own, board)
        check_joined(own, user)


def test_rom(bench):
    for board, own, build in each(bench, "rom", STM32[:3]):
        user = User(own, build)
        user.jumper = True
        user.rescue()
        assert "set-jumper" not in user.steps, user.story()
        check_joined(own, user)


def test_half_written(bench):
    for board, own, build in each(bench, "half-written"):
        user = User(own, build).rescue()
        assert not [s for s in user.steps if "jumper" in s], user.story()
        assert not restored(user)


def test_bad_main(bench):
    for board, own, build in each(bench, "bad-main"):
        user = User(own, build).rescue()
        assert user.asked == ["choice"] and "erase-filesystem" in user.steps, user.story()
        assert not restored(user)


def test_bad_main_said_before(bench):
    for board, own, build in each(bench, "bad-main", ["OPENMV4"]):
        user = User(own, build, "--erase-filesystem").rescue()
        assert user.asked == [], user.story()


def test_old_loader(bench):
    for board, own, build in each(bench, "old-loader"):
        user = User(own, build).rescue()
        assert "old-bootloader" in user.sights, user.story()
        assert restored(user), user.story()
        check_whole(own, board)


def test_jumper_forgotten(bench):
    for board, own, build in each(bench, "old-loader", ["OPENMV4"]):
        user = User(own, build, forgets=["jumper"]).rescue()
        assert user.ended["steps"].count("set-jumper") >= 2, user.story()
        assert any("jumper is not in place" in meaning for meaning in user.meanings), user.meanings


def test_jumper_left_on(bench):
    for board, own, build in each(bench, "no-bootloader", ["OPENMV2"]):
        user = User(own, build, forgets=["removal"]).rescue()
        assert user.ended["steps"].count("remove-jumper") == 2, user.story()
        assert any("still in place" in meaning for meaning in user.meanings), user.meanings


def test_unplugged_mid_write(bench):
    for board, own, build in each(bench, "no-bootloader", ["OPENMV3"]):
        user = User(own, build, does={"set-jumper": "fault 1 unplug_at 40"}).rescue()
        assert "camera-gone" in user.problems, user.story()
        check_whole(own, board)


def test_unplugged_mid_firmware(bench):
    for board, own, build in each(bench, "half-written", ["OPENMV4"]):
        user = User(own, build, does={"replug": "fault 1 unplug_at 60"}).rescue()
        assert "camera-gone" in user.problems, user.story()


def test_other_boards_rom(bench):
    """An M4 in its ROM on the port where an H7 is to be rescued: nothing is written to it."""
    build = build_for(bench, "OPENMV4")
    bench.spec = "OPENMV2@rom"
    user = User(bench, build)
    timer = threading.Timer(4, user.process.terminate)
    timer.start()
    status = user.go()
    timer.cancel()
    assert status == 130, (status, user.story())
    assert "other-rom" in user.sights and "wrong-board" in user.problems, user.story()
    assert not [r for r in restored(user) if r["outcome"] == "passed"]


def test_not_offered(bench):
    bench.spec = "ARDUINO_PORTENTA_H7,RPI_PICO"
    for board, word in (("ARDUINO_PORTENTA_H7", "Arduino"), ("RPI_PICO", "BOOTSEL")):
        done = bench.run("recover", "--board", board, "--json", expect=4)
        assert done.json["error"]["code"] == "not-offered", done.out
        assert word in done.json["error"]["message"], done.out


def test_no_bootloader_anywhere(bench):
    """Neither build nor catalog have one: it is asked for, and nobody answers."""
    bench.spec = "OPENMV4@no-bootloader"
    folder = small_build(bench, "OPENMV4")
    (folder / "bootloader.bin").rename(bench.root / "bootloader.bin")
    build = imported(bench, folder)
    args = ["recover", "--build", build, "--port", "1-1", "--patience", PATIENCE]
    stopped = bench.run(*args, "--json", expect=4)
    assert stopped.json["step"] == "files", stopped.out
    user = User(bench, build, "--bootloader", bench.root / "bootloader.bin").rescue()
    check_joined(bench, user)


def nxp_build(bench, with_loader):
    """The build has the second bootloader; the loader for RAM lies where OpenMV IDE has it, or a
    simulated camera does without."""
    board = "OPENMV_RT1060"
    folder = small_build(bench, board)
    if not with_loader:
        (folder / "sdphost_flash_loader.bin").unlink()
        return imported(bench, folder)
    place = bench.root / "openmvide" / "share" / "qtcreator" / "firmware" / board
    place.mkdir(parents=True)
    (folder / "sdphost_flash_loader.bin").rename(place / "sdphost_flash_loader.bin")
    return imported(bench, folder)


def test_rt1062(bench):
    for mode in ("no-bootloader", "blank", "half-written", "bad-main"):
        own = rig.Bench(bench.program, f"OPENMV_RT1060@{mode}")
        try:
            user = User(own, nxp_build(own, mode == "blank"), "--spare").rescue()
            assert ("confirmation" in user.asked) == (mode == "blank"), user.story()
            assert user.ended["runs"][-1]["unit"].startswith("ocotp:"), user.story()
            assert bool(restored(user)) == (mode in ("no-bootloader", "blank")), user.story()
            if restored(user):
                with own.database() as database:
                    owners = database.execute("SELECT DISTINCT unit FROM run WHERE outcome = "
                                              "'passed'").fetchall()
                assert owners == [(user.ended["runs"][-1]["unit"],)], owners
        except AssertionError as error:
            raise AssertionError(f"OPENMV_RT1060@{mode}: {error}") from error
        finally:
            own.close()


class Puller(User):
    """Confirms, and pulls the cable when the job has begun again."""

    def take(self, event):
        super().take(event)
        if event.get("wants") == "confirmation" and self.asked.count("confirmation") == 1:
            self.hand("fault 1 unplug_at 3")


def test_a_fuse_is_confirmed_for_one_camera(bench):
    """Whoever pulled the cable may have another camera in the hand."""
    own = rig.Bench(bench.program, "OPENMV_RT1060@blank")
    user = Puller(own, nxp_build(own, True), "--spare").rescue()
    assert "camera-gone" in user.problems, user.story()
    assert user.asked.count("confirmation") == 2, user.story()
    own.close()


def put_stand_ins(bench, *, how="", limit=""):
    """What stands in for the vendors' programs, and the files that the OpenMV SDK has."""
    tools = bench.root / "tools"
    shutil.copytree(pathlib.Path(__file__).parent.parent / "tools", tools)
    layout = tools / "OPENMV_N6"
    layout.mkdir(exist_ok=True)
    lines = ["#Opt\tId\tName\tType\tIP\tOffset\tBinary"]
    for phase, name, where, file in (("0x1", "fsbl-openbl", "none", "fsbl.stm32"),
                                     ("0x3", "fsbl-extfl", "none", "loader.bin"),
                                     ("0x4", "fsbl-app", "nor0", "bootloader.bin")):
        (layout / file).write_bytes(b"STM2" + bytes(4092))
        lines.append(f"P\t{phase}\t{name}\tBinary\t{where}\t0x0\t{file}")
    (layout / "FlashLayout.tsv").write_text("\n".join(lines) + "\n")
    (bench.root / "state").mkdir(exist_ok=True)
    bench.env.update(HOTSHOE_TOOLS=str(tools), HOTSHOE_STANDIN=how,
                     HOTSHOE_STANDIN_LIMIT=str(limit),
                     HOTSHOE_STANDIN_STATE=str(bench.root / "state"))


def test_n6(bench):
    for board, own, build in each(bench, "no-bootloader", ["OPENMV_N6"]):
        put_stand_ins(own)
        user = User(own, build).rescue()
        assert [run["outcome"] for run in restored(user)] == ["unproven"], user.story()


def test_n6_program_fails(bench):
    for board, own, build in each(bench, "no-bootloader", ["OPENMV_N6"]):
        put_stand_ins(own, how="cli-fail")
        user = User(own, build)
        assert user.go() == 1, user.story() # not for ever, however patient the hands are
        assert "tool-failed" in user.problems, user.story()
        assert "unplug-once-more" in user.steps, user.story()


def test_n6_program_hangs(bench):
    for board, own, build in each(bench, "no-bootloader", ["OPENMV_N6"]):
        put_stand_ins(own, how="cli-hang-once", limit=4)
        user = User(own, build).rescue()
        assert any("STM32_Programmer_CLI took too long" in text
                   for text in user.messages), user.story()
        assert "unplug-once-more" in user.steps, user.story()
        assert [run["outcome"] for run in restored(user)] == ["failed", "unproven"], user.story()


def test_ae3(bench):
    """Its bootloader is a file of its own: the boot table is asked for, too."""
    bench.spec = "OPENMV_AE3@no-bootloader"
    put_stand_ins(bench)
    folder = small_build(bench, "OPENMV_AE3")
    place, other = bench.root / "loader", bench.root / "table"
    for where, name in ((place, "bootloader.bin"), (other, "firmware_pad.toc")):
        where.mkdir()
        (folder / name).rename(where / name)
    args = ["recover", "--build", imported(bench, folder), "--port", "1-1", "--bootloader",
            place / "bootloader.bin", "--patience", PATIENCE]
    stopped = bench.run(*args, "--json", expect=4, timeout=30)
    assert stopped.json["step"] == "boot-table", stopped.out
    user = User(bench, args[2], *args[5:7], "--boot-table", other / "firmware_pad.toc").rescue()
    assert "set-switch" in user.steps and "remove-jumper" in user.steps, user.story()
    assert [run["outcome"] for run in restored(user)] == ["unproven"], user.story()


def test_ae3_program_hangs(bench):
    """Two cables out and in again, and it goes on."""
    for board, own, build in each(bench, "no-bootloader", ["OPENMV_AE3"]):
        put_stand_ins(own, how="se-hang-once", limit=4)
        user = User(own, build).rescue()
        assert any("app-write-mram took too long" in text for text in user.messages), user.story()
        assert any("did not succeed" in text for text in user.sentences), user.story()
        assert [run["outcome"] for run in restored(user)] == ["failed", "unproven"], user.story()


def test_the_living_are_left_alone(bench):
    """Nobody said where: a camera whose firmware runs is not the one."""
    own = rig.Bench(bench.program, "OPENMV4,OPENMV4@half-written")
    build = build_for(own, "OPENMV4")
    hands = own.root / "hands"
    hands.write_text("step replug\nunplug 2\nplug 2\n")
    answer = own.run("recover", "--build", build, "--hands", hands, "--patience", "5",
                     "--json").json
    assert {run["port"] for run in answer["runs"]} == {"1-2"}, answer
    own.close()


def test_misuse(bench):
    bench.run("recover", expect=2)
    bench.run("recover", "--build", "x", "--release", "y", expect=2)
    bench.run("recover", "--board", "OPENMV9", expect=2)
    bench.run("recover", "--board", "OPENMV4", expect=3)
    bench.run("recover", "--build", "nothing", expect=3)


if __name__ == "__main__":
    rig.run(globals())
